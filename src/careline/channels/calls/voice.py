"""The voice of the hall process: texts become clips on threads of their own, since synthesis burns the processor."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from careline.channels.calls import announcements
from careline.channels.calls.lines import Clip, Standing
from careline.desk import queue
from careline.dialogue.book import Book

THREADS = 2


class Spoken(Protocol):
    """What `prompts.speaker.Clip` has."""

    @property
    def path(self) -> Path: ...
    @property
    def seconds(self) -> float: ...


class Speaks(Protocol):
    """What `prompts.speaker.Speaker` does."""

    def clips(self, text: str, language: str, *, slow: bool = False) -> Sequence[Spoken]: ...


class Voice:
    """Says texts with this speaker; `book` has the words of the line itself."""

    def __init__(self, speaker: Speaks, book: Callable[[], Book]) -> None:
        self._speaker = speaker
        self._book = book
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="speech")

    def close(self) -> None:
        self._pool.shutdown()

    async def say(self, text: str, language: str, *, slow: bool = False) -> list[Clip]:
        """The clips of this text, in order; none of an empty one."""
        if not text:
            return []
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._clips, text, language, slow)

    async def announce(self, path: Path, melody: str) -> announcements.Announcements:
        """Render what workers say by themselves, and write down where it lies."""
        words = self._book().words
        made = await asyncio.get_running_loop().run_in_executor(
            self._pool,
            lambda: announcements.render(
                lambda text, language: self._clips(text, language, False),
                lambda key, language: announcements.words_of(words, key).read(language),
            ),
        )
        made.melody = melody
        announcements.write(made, path)
        return made

    async def standing(self, standing: queue.Standing, language: str) -> Standing:
        """The place in the queue, and the announcement of it: only who has somebody before him hears numbers."""
        text = ""
        if not standing.refused and standing.position:
            minutes = max(1, round(standing.estimate_seconds / 60))
            words = announcements.words_of(self._book().words, "position").read(language)
            text = words.format(before=standing.position, minutes=minutes)
        return Standing(
            position=standing.position,
            refused=standing.refused,
            announce_seconds=standing.announce_seconds,
            wait_seconds_max=standing.wait_seconds_max,
            recorded=standing.recorded,
            clips=await self.say(text, language),
        )

    def _clips(self, text: str, language: str, slow: bool) -> list[Clip]:
        said = self._speaker.clips(text, language, slow=slow)
        return [Clip(str(one.path), round(one.seconds * 1000)) for one in said]
