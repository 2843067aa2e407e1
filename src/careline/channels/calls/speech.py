"""The speaker of the hall process: the house's own, so that recordings and renderings of other processes are heard."""

from careline.prompts import house
from careline.prompts.speaker import Speaker


def speaker() -> Speaker:
    """Raises voices.NoSuchVoice and DatabaseError."""
    return house.speaker()
