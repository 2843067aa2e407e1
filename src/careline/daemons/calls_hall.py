"""The hall process of calls: moments in, words and speech out; run by `careline serve calls`."""

import argparse
import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings as house
from django.db import connection

from careline import wiring
from careline.catalogue import library
from careline.catalogue.importing import silent_on_calls
from careline.catalogue.refusals import NothingPublished
from careline.catalogue.version import Version
from careline.channels.calls import melody, settings
from careline.channels.calls.announcements import Announcements
from careline.channels.calls.batching import PATIENCE_SECONDS
from careline.channels.calls.hall_side import HallSide
from careline.channels.calls.speech import speaker
from careline.hall.reception import Reception
from careline.prompts.speaker import Speaker

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # how soon a publishing is heard in the announcements
AGAIN_SECONDS = 60.0  # and a prompt of the line that was rendered or recorded anew
FIRST_SHARD = 40  # of the tally: batchers of other processes have others


def serve(arguments: Sequence[str]) -> None:
    """Run until SIGINT: `careline serve calls-hall`."""
    argparse.ArgumentParser("careline serve calls-hall", description=__doc__).parse_args(list(arguments))
    library.watch()
    try:
        library.current()
        voice = speaker()  # asks the database, so not from within the loop
        if (current := Version.published()) is not None and silent_on_calls(current):
            log.error(
                "the published catalogue has no phone menus or no texts for calls; `careline doctor` says what to do"
            )
    except NothingPublished as error:
        raise SystemExit(f"careline serve calls-hall: {error}") from error
    finally:
        connection.close()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(voice))


def reception_for(thread: int) -> Reception:
    """A reception with patience: one slow answer of the carrier must not hold up other callers."""
    return wiring.reception(shard=FIRST_SHARD + thread, patience_seconds=PATIENCE_SECONDS)


def hold_melody(home: Path) -> str:
    """The file of the hold's melody, made if it is not there."""
    path = home / "prompts" / "melody.al"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(melody.alaw())
    return str(path)


def is_whole(made: Announcements, voice: Speaker) -> bool:
    """Whether all of it is said; where the voice was late, on a busy machine, only its excuse is there."""
    excuses = {str(voice.fallback(language).path) for language in made.clips}
    return not any(
        clip.path in excuses for family in made.clips.values() for clips in family.values() for clip in clips
    )


async def _run(voice: Speaker) -> None:
    home = Path(house.HOME)
    hall = HallSide(
        path=home / settings.SOCKET,
        announcements_path=home / settings.ANNOUNCEMENTS,
        reception_for=reception_for,
        speaker=voice,
        book=library.current,
        clock=wiring.clock,
        melody=hold_melody(home),
    )
    await hall.start()
    log.info("the hall takes calls")
    gc.collect()
    gc.freeze()
    version, whole, told = library.current().version, False, time.monotonic()
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if library.current().version != version or not whole or time.monotonic() - told > AGAIN_SECONDS:
                version, told = library.current().version, time.monotonic()
                whole = is_whole(await hall.announce(), voice) or voice.voice.missing() is not None
    finally:
        await asyncio.shield(hall.stop())
