"""Voices: one file each with `VOICE`; which one a deployment speaks with is CARELINE_VOICE (espeak, kokoro:zf_xiaoxiao)."""

import os
from collections.abc import Callable
from typing import Protocol

from careline.prompts.sound import Sound
from careline.shelf import Shelf

DEFAULT = "espeak"
TIME_LIMIT_SECONDS = 60.0  # for one text; what takes longer hangs
_SHELF = Shelf("careline.prompts.voices")


class VoiceFails(Exception):
    """Nothing could be synthesised; the text says why, for the log."""


class NoSuchVoice(ValueError):
    """CARELINE_VOICE names no voice that we have."""


class Voice(Protocol):
    """Something that speaks. `name` distinguishes its clips from those of any other voice or version."""

    @property
    def name(self) -> str: ...

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        """The text as sound, of any rate and loudness. Raises VoiceFails."""

    def missing(self) -> str | None:
        """What must be installed before it can speak, as a command or a sentence; None when nothing is missing."""


def chosen(written: str = "") -> Voice:
    """The voice of this deployment, or the one that `written` names: NAME or NAME:VARIANT. Raises NoSuchVoice."""
    name, _, variant = (written or os.environ.get("CARELINE_VOICE", "") or DEFAULT).strip().partition(":")
    if name not in _SHELF.names:
        raise NoSuchVoice(f"There is no voice {name!r}; there are: {', '.join(_SHELF.names)}.")
    make: Callable[[str], Voice] = _SHELF.module(name).VOICE
    return make(variant)


def missing(written: str = "") -> str | None:
    """What the chosen voice lacks on this machine, in one sentence that says how to mend it; None when it can speak."""
    try:
        return chosen(written).missing()
    except NoSuchVoice as error:
        return str(error)
