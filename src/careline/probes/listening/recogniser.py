"""The recogniser of a runner: one process beside it that is started when words are wanted first, asked for one sound at a time.

It is loaded once, is killed where it does not answer in time, and is started anew for the next one; when nobody has asked for
a while it ends and gives its memory back.
"""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from careline.probes.listening import whisper
from careline.probes.listening.hearing import Samples
from careline.prompts.sound import RATE

SOUND_SECONDS_MAX: Final = 60.0  # of one answer that is listened to
ANSWER_SECONDS_MAX: Final = 120.0  # seconds where nothing else runs; a busy machine gives it little
WAIT_SECONDS_MAX: Final = 300.0  # for those that came before
WAITING_MAX: Final = 16  # who would only like to know, and not judge by it, does not wait behind more than so many
IDLE_SECONDS: Final = 300.0


class Unheard(Exception):
    """A sound was not recognised, which says nothing about the sound; the text says why."""


@dataclass(slots=True)
class Recogniser:
    """`await words(sound, "zh")` as often as is wanted, from one event loop; `await close()` at the end."""

    command: tuple[str, ...] = (sys.executable, "-m", whisper.__name__)
    answer_seconds: float = ANSWER_SECONDS_MAX
    idle_seconds: float = IDLE_SECONDS
    _process: asyncio.subprocess.Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: int = 0
    _idle: asyncio.TimerHandle | None = None

    async def words(self, sound: Samples, language: str, *, judged: bool = True) -> str:
        """What is said in this sound (8 kHz), of at most SOUND_SECONDS_MAX. Raises Unheard."""
        if (wanting := whisper.missing()) is not None:
            raise Unheard(f"words are wanted, and {wanting}")
        if self._waiting >= WAITING_MAX and not judged:
            raise Unheard("too many sounds wait to be recognised")
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await self._turn.acquire()
        except TimeoutError:
            raise Unheard("too many sounds wait to be recognised") from None
        finally:
            self._waiting -= 1
        try:
            return await self._ask(sound[: int(SOUND_SECONDS_MAX * RATE)], language)
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if self._idle is not None:
            self._idle.cancel()
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, sound: Samples, language: str) -> str:
        if self._idle is not None:
            self._idle.cancel()
        whole = False
        try:
            async with asyncio.timeout(self.answer_seconds):
                said = await self._answer(np.asarray(np.clip(sound, -1, 1) * 32767, "<i2"), language)
            whole = True
            return said
        except TimeoutError:
            raise Unheard(f"the words were not recognised within {self.answer_seconds:g} s") from None
        except (OSError, ValueError, KeyError, asyncio.IncompleteReadError) as error:
            raise Unheard("the recogniser has ended by itself") from error
        finally:
            if whole:
                self._idle = asyncio.get_running_loop().call_later(self.idle_seconds, self._rest)
            else:  # whatever it was doing, its next answer would be this one
                await self.close()

    async def _answer(self, samples: np.ndarray, language: str) -> str:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        assert process.stdin is not None
        assert process.stdout is not None
        asked = json.dumps({"samples": len(samples), "language": language}).encode()
        process.stdin.write(asked + b"\n" + samples.tobytes())
        await process.stdin.drain()
        answer = json.loads(await process.stdout.readuntil(b"\n"))
        return str(answer["words"])

    def _rest(self) -> None:
        """Nobody has asked for long: it ends with its input, and the next one who asks starts another."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
