"""What calls play: a prompt, cut once for each codec and shared by all calls, and its playing in one of them."""

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import Final, Literal, Self

from careline.protocols.rtp.g711 import ALAW_SILENCE, ULAW_SILENCE, alaw_to_ulaw
from careline.protocols.rtp.packet import CLOCK_HZ, PCMA, PCMU, TICK_SAMPLES

Codec = Literal["PCMA", "PCMU"]
PAYLOAD_TYPES: Final[dict[Codec, int]] = {"PCMA": PCMA, "PCMU": PCMU}
SILENCE: Final[dict[Codec, bytes]] = {
    "PCMA": bytes((ALAW_SILENCE,)) * TICK_SAMPLES,
    "PCMU": bytes((ULAW_SILENCE,)) * TICK_SAMPLES,
}


class Prompt:
    """Sound in memory, ready to be sent to any number of calls at once."""

    __slots__ = ("_alaw", "_frames")

    def __init__(self, alaw: bytes) -> None:
        self._alaw = alaw
        self._frames: dict[Codec, list[bytes]] = {}

    @classmethod
    def of_alaw(cls, data: bytes) -> Self:
        """Raw A-law at 8 kHz, as the prompts' folder keeps it."""
        return cls(data)

    @property
    def seconds(self) -> float:
        return len(self._alaw) / CLOCK_HZ

    def frames(self, codec: Codec) -> list[bytes]:
        """Payloads of 20 ms, the last filled up with silence; one list for everybody, not to be changed."""
        frames = self._frames.get(codec)
        if frames is None:
            sound = self._alaw if codec == "PCMA" else alaw_to_ulaw(self._alaw)
            frames = [sound[start : start + TICK_SAMPLES] for start in range(0, len(sound), TICK_SAMPLES)]
            if frames:
                frames[-1] = frames[-1] + SILENCE[codec][len(frames[-1]) :]
            self._frames[codec] = frames
        return frames


class Playing:
    """Prompts on their way into one call, one after the other without a pause.

    done: True when the last of it has had its 20 ms, False when it was replaced or stopped, or the call ended.
    """

    __slots__ = ("_at", "_frames", "_loop", "_prompts", "done")

    def __init__(self, prompts: Sequence[Prompt], codec: Codec, *, loop: bool) -> None:
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._prompts = prompts
        self._loop = loop
        self._at = 0
        self.cut(codec)

    def cut(self, codec: Codec) -> None:
        """Go on in this codec."""
        cut = [prompt.frames(codec) for prompt in self._prompts]
        self._frames = cut[0] if len(cut) == 1 else list(chain.from_iterable(cut))

    def step(self) -> bytes | None:
        """The next payload; None: it is over."""
        at = self._at
        if at >= len(self._frames):
            if not self._loop or not self._frames:
                return None
            at = 0
        self._at = at + 1
        return self._frames[at]

    def end(self, whole: bool) -> None:
        if not self.done.done():  # who waited may have been cancelled
            self.done.set_result(whole)

    def percent(self) -> int:
        """How much has been sent, 0 to 100; of a loop: of its present round."""
        return self._at * 100 // len(self._frames) if self._frames else 100
