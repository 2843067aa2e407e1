"""Saying and gathering: prompts whole or until a key, then keys as the cue wants them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from careline.channels.calls.ear import Ear
from careline.dialogue.talk import Cue, Event
from careline.links.calls.media import Playing, Prompt, Stream


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of it. Keys may be secret, so they print as stars."""

    event: Event
    keys: str = ""
    heard_percent: int = 100

    def __repr__(self) -> str:
        return f"Gathered({self.event}, {'*' * len(self.keys)}, {self.heard_percent} %)"


async def say(ear: Ear, stream: Stream, prompts: Sequence[Prompt], *, until_key: bool = False) -> int:
    """Play these to the end, or until a key; how many percent were played. Who is held hears them again after it.

    Raises Gone.
    """
    while True:
        ear.check()
        if ear.held:
            await ear.wait()
            continue
        if until_key and ear.keys:
            return 0
        if not prompts:
            return 100
        playing = stream.play(prompts)
        percent = await _through(ear, stream, playing, until_key)
        if percent is not None:
            return percent


async def gather(ear: Ear, stream: Stream, prompts: Sequence[Prompt], cue: Cue) -> Gathered:
    """Play, and take what is pressed. Raises Gone.

    Keys that came before the prompt count (digits ahead) where the cue lets a key stop it; where it does not, what was
    pressed before the last word is dropped, since it cannot be an answer to it. Time runs from the end of the prompt.
    """
    heard = await say(ear, stream, prompts, until_key=cue.barge_in)
    if not cue.barge_in:
        ear.keys = ""
    loop = asyncio.get_running_loop()
    started = loop.time()
    while not _complete(ear.keys, cue):
        ear.check()
        if ear.held:
            await ear.wait()
            started = loop.time()  # the caller was away: the time begins again
            continue
        until = started + cue.silence_seconds
        if ear.keys:
            until = max(started, ear.last_key_at) + cue.between_seconds
        if loop.time() >= until:
            break
        await ear.wait(until=until)
    ear.check()
    keys = ear.take_keys(ends_with=cue.ends_with)
    return Gathered(Event.KEYS if keys else Event.SILENCE, keys, heard)


def _complete(keys: str, cue: Cue) -> bool:
    return len(keys) >= max(1, cue.keys_max) or bool(cue.ends_with and cue.ends_with in keys)


async def _through(ear: Ear, stream: Stream, playing: Playing, until_key: bool) -> int | None:
    """Until it was played, a key came (the percent of it), or it must be begun again after a hold (None)."""
    heard = 100

    def stop() -> None:
        nonlocal heard
        if not playing.done.done():
            heard = playing.percent()
            stream.stop()

    if until_key:
        ear.on_key = stop
    try:
        while not playing.done.done():
            await ear.wait(playing.done)
            if ear.ended is not None:
                stream.stop()
                ear.check()
            if ear.held:
                stream.stop()
                return None
        return heard
    finally:
        ear.on_key = _nothing


def _nothing() -> None:
    return None
