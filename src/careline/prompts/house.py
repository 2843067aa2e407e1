"""The speaker of this installation: clips in CARELINE_HOME/prompts and Postgres, the voice of CARELINE_VOICE."""

import logging
import threading
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection

from careline.prompts import voices
from careline.prompts.clips import Folder
from careline.prompts.keeping import Database
from careline.prompts.speaker import Speaker

FOLLOW_SECONDS = 1.0  # a recording is heard in every process within this time

log = logging.getLogger(__name__)


def folder() -> Folder:
    return Folder(settings.HOME / "prompts")


@cache
def speaker() -> Speaker:
    """One for the process, following what is rendered and recorded elsewhere. Raises voices.NoSuchVoice and DatabaseError."""
    made = _made()
    threading.Thread(target=_follow, args=(made,), name="speaker-follower", daemon=True).start()
    return made


def reader() -> Speaker:
    """One for pages, as of now: it looks for changes when it is asked for, and has no thread of its own."""
    made = _made()
    made.refresh()
    return made


@cache
def _made() -> Speaker:
    made = Speaker(folder().root, voices.chosen(), Database())
    made.refresh()
    return made


def forget() -> None:
    """Drop what this process holds: for tests, whose tables are rolled back."""
    _made.cache_clear()
    speaker.cache_clear()


def _follow(made: Speaker) -> None:
    wait = threading.Event()
    troubled = False
    while True:
        try:
            made.refresh()
            troubled = False
        except DatabaseError as error:
            if not troubled:
                log.warning("cannot see which clips there are, speaking on: %s", error)
            troubled = True
            connection.close()
        wait.wait(FOLLOW_SECONDS)
