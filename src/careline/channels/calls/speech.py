"""The speaker of the hall process: clips in CARELINE_HOME/prompts, shared with every other process of this machine."""

from pathlib import Path

from django.conf import settings

from careline.prompts.speaker import Speaker


def folder() -> Path:
    """Where the clips lie."""
    return Path(settings.HOME) / "prompts"


def speaker() -> Speaker:
    return Speaker(folder())
