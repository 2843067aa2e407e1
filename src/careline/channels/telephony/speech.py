"""Our prompts for other people's servers: the words as clips, where the account wants to play them."""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.verbs import Say
from careline.prompts import sound
from careline.prompts.clips import Folder

if TYPE_CHECKING:
    from careline.prompts.speaker import Speaker

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the clips of this machine lie."""
    return Path(settings.HOME) / "prompts"


def wav_of(clip: str) -> bytes | None:
    """The clip as WAV, which every server plays; None where it is not on this machine."""
    found = Folder(folder()).find(clip)
    return sound.wav(found.path.read_bytes()) if found else None


@cache
def speaker() -> "Speaker":
    from careline.prompts.speaker import Speaker  # synthesis is slow to load, and many accounts never need it

    return Speaker(folder())


def voice(account: MediaAccount) -> Callable[[Say], Say]:
    """What puts clips to words for this account: nothing, where its server speaks for itself."""
    return with_clips if account.speech == "recorded" else lambda say: say


def with_clips(say: Say) -> Say:
    """The words with their clips; without, where they cannot be made: then the server speaks for itself."""
    try:
        clips = speaker().clips(say.text, say.language, slow=say.slow)
    except Exception:  # a prompt that cannot be made costs its sound, not the call
        log.exception("a prompt could not be made")
        return say
    return msgspec.structs.replace(say, audio=tuple(clip.id for clip in clips))
