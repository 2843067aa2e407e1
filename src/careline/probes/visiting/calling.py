"""One probe by telephone: dial, press, and hear. What was heard decides; nothing of the hall is asked."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from careline.probes.listening.ears import AFTER, Candidate, Ear
from careline.probes.listening.hearing import Samples, quality, sounds
from careline.probes.probe import Probe, Step
from careline.probes.result import Failed, Piece, Result, shown
from careline.probes.visiting.ladder import NAME
from careline.prompts.sound import RATE
from careline.simulators.caller import Caller, Talk, Unreached
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

LOOK_SECONDS: Final = 0.25  # between two looks at what has come in
SLACK_SECONDS: Final = 3.0  # for pauses, values, and a busy machine
SAID_SECONDS: Final = 4.0  # of silence after sound: it was all; menus repeat themselves later
CALL_SECONDS_MAX: Final = 300.0
UNKNOWN_SECONDS: Final = 20.0  # that an answer with values in it may take
WORDS_SECONDS: Final = 60.0  # that an answer may take of which only words are known


@dataclass(slots=True)
class Calling:
    """Carries out one probe; `target` is whom to call, sip:10086@host:port."""

    probe: Probe
    number: Msisdn
    phone: Caller
    ear: Ear
    target: str
    happen: Callable[[str], Awaitable[None]]  # meanwhile.happen to this line's conversation
    result: Result = field(default_factory=Result)
    _talk: Talk | None = None
    _begun: float = 0.0
    _begin: int = 0  # the sample from which the next answer is listened for

    async def run(self) -> Result:
        """Never raises but when it is cancelled."""
        try:
            async with asyncio.timeout(CALL_SECONDS_MAX):
                for number, step in enumerate(self.probe.steps):
                    await self._step(number, step)
        except Failed as failure:
            self.result.cause, self.result.why = failure.cause, failure.why
        except TimeoutError:
            self.result.cause, self.result.why = Cause.CHANNEL_FAULT, f"the call lasted {CALL_SECONDS_MAX:.0f} s"
        finally:
            await self._hang_up()
        return self.result

    async def _step(self, number: int, step: Step) -> None:
        told: dict[str, Any] = {"step": number, "do": step.do, "what": shown(step.what)}
        self.result.steps.append(told)
        began = time.monotonic()
        try:
            if step.do == "hang_up":
                await self._hang_up()
                return
            if step.do == "dial":
                await self._dial(told)
            if step.do == "meanwhile":
                await self.happen(step.what)
            talk = self._talk
            if talk is None or talk.call.ended is not None:
                raise Failed(Cause.CHANNEL_FAULT, "the call has ended")
            if step.do == "press":
                self._begin = len(talk.audio())
                await talk.press(step.what)
            if step.wanted:
                await self._hear(talk, step, told)
        finally:
            told["seconds"] = round(time.monotonic() - began, 2)

    async def _dial(self, told: dict[str, Any]) -> None:
        began = time.monotonic()
        self._begin = 0
        try:
            name = uuid.uuid4().hex
            self.result.calls.append(name)
            self._talk = await self.phone.call(
                self.target, self.number.digits, headers=((NAME, name),), time_limit_seconds=20.0
            )
        except Unreached as error:
            busy = error.status in (480, 486, 503)
            raise Failed(
                Cause.CARRIER_BUSY if busy else Cause.CHANNEL_FAULT, f"not answered: {error.status}"
            ) from error
        told["answered_seconds"] = round(time.monotonic() - began, 3)
        self.result.figures.setdefault("answered_seconds", told["answered_seconds"])

    async def _hear(self, talk: Talk, step: Step, told: dict[str, Any]) -> None:
        candidates = await asyncio.to_thread(
            self.ear.candidates, step.wanted, self.probe.language, slow=self.probe.senior, begin=self._begin
        )
        words = step.wanted.words
        if not candidates and not words:
            raise Failed(Cause.WRONG_PROMPT, "there is no recording of what should be heard")
        longest = max((sum(len(trace.clip) for trace in one.follower.traces) for one in candidates), default=0) / RATE
        limit = step.within_seconds + (longest * 1.5 + SLACK_SECONDS if step.whole else 0.0)
        limit += UNKNOWN_SECONDS if (step.wanted.keys or step.wanted.after) and step.whole else 0.0
        begin = time.monotonic()
        looked = 0
        while True:
            audio = _samples(talk)
            since = audio[self._begin :]
            # What is known only by its words may go on for long, once it has begun.
            longer = WORDS_SECONDS if words and step.whole and sounds(since) else 0.0
            over = time.monotonic() > begin + max(limit, step.within_seconds + longer)
            over = over or talk.call.ended is not None or _said(since, soon=bool(words))
            if len(audio) - looked >= LOOK_SECONDS * RATE or over:
                looked = len(audio)
                best = await asyncio.to_thread(_look, candidates, audio, step.whole, over)
                if best is not None:
                    await self._heard(best, audio, told, step)
                    return
            if over and words:
                self._worded(audio, told, step)
                return
            if over:
                raise await self._not_heard(candidates, audio, told)
            await asyncio.sleep(LOOK_SECONDS / 2)

    async def _heard(self, best: Candidate, audio: Samples, told: dict[str, Any], step: Step) -> None:
        follower = best.follower
        told |= {
            "heard": best.name, "share": round(follower.share, 3), "in_order": follower.in_order,
            "like": round(min((one.like for one in follower.traces if one.heard), default=0.0), 3),
        }  # fmt: skip
        if follower.first >= 0:
            told["after_seconds"] = round(max(0, follower.first - self._begin) / RATE, 2)
            self.result.figures.setdefault("first_sound_seconds", told["after_seconds"])
        if best.name == AFTER:
            kind, cause = await asyncio.to_thread(
                self.ear.error, audio[self._begin :], self.probe.language, slow=self.probe.senior
            )
            if cause is not None:
                raise Failed(cause, f"heard: {kind}")
        if step.whole:
            judged = quality(audio[self._begin : max(follower.end, self._begin + RATE // 2)])
            told["quality"] = judged.as_json()
            if "clipped" in judged.complaints:
                raise Failed(Cause.CHANNEL_FAULT, "the sound is clipped")
        self._begin = max(self._begin, follower.end)

    def _worded(self, audio: Samples, told: dict[str, Any], step: Step) -> None:
        """Keep what was said until now; whether the words are in it is found out when the call is over."""
        since = audio[self._begin :]
        if not sounds(since):
            raise Failed(Cause.CHANNEL_FAULT, "nothing was heard")
        judged = quality(since)
        told["quality"] = judged.as_json()
        if judged.first_sound_seconds is not None:
            told["after_seconds"] = judged.first_sound_seconds
            self.result.figures.setdefault("first_sound_seconds", judged.first_sound_seconds)
        if "clipped" in judged.complaints:
            raise Failed(Cause.CHANNEL_FAULT, "the sound is clipped")
        self.result.pieces.append(Piece(told["step"], since, step.wanted.words))
        self._begin = len(audio)

    async def _not_heard(self, candidates: list[Candidate], audio: Samples, told: dict[str, Any]) -> Failed:
        """Why not: silence, an error prompt, a part of it, or something else."""
        since = audio[self._begin :]
        best = max(candidates, key=lambda one: one.follower.share)
        told |= {"share": round(best.follower.share, 3), "missed": best.name}
        if not sounds(since):
            return Failed(Cause.CHANNEL_FAULT, "nothing was heard")
        kind, cause = await asyncio.to_thread(self.ear.error, since, self.probe.language, slow=self.probe.senior)
        if cause is not None:
            told["heard"] = f"error:{kind}"
            return Failed(cause, f"heard: {kind}")
        self.result.pieces.append(Piece(told["step"], since))
        if best.follower.share > 0:
            return Failed(Cause.WRONG_PROMPT, f"incomplete: {best.follower.share:.0%} of {best.name} was heard")
        return Failed(Cause.WRONG_PROMPT, "something else was heard")

    async def _hang_up(self) -> None:
        talk, self._talk = self._talk, None
        if talk is None:
            return
        heard = _samples(talk)
        self.result.sound = np.concatenate([self.result.sound, heard])
        await talk.hang_up()
        if sounds(heard):
            self.result.figures |= quality(heard).as_json()
        lost = dict(talk.call.quality)
        if lost:
            self.result.figures["network"] = {
                name: value for name, value in lost.items() if isinstance(value, int | float | str)
            }


def _look(candidates: list[Candidate], audio: Samples, whole: bool, over: bool) -> Candidate | None:
    """The candidate that was heard, if any by now."""
    for one in candidates:
        if one.follower.take(audio):
            if one.enough:
                return one
        elif not whole and one.follower.found:
            return one
    if not over:
        return None
    for one in candidates:
        one.follower.give_up(audio)
    enough = [one for one in candidates if one.enough]
    return max(enough, key=lambda one: one.follower.share, default=None)


def _samples(talk: Talk) -> Samples:
    return talk.audio().astype(np.float32) / np.float32(32767)


def _said(audio: Samples, *, soon: bool = False) -> bool:
    """Whether something was said, and then nothing for so long that it was all; `soon`: even if little was said."""
    tail = audio[-int(SAID_SECONDS * RATE) :]
    return len(audio) > (1 if soon else 2) * len(tail) and not sounds(tail) and sounds(audio)
