"""One probe where something is read: each step is carried out at a door, and its answer decides; nothing else is asked."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from careline.probes.listening.ears import AFTER
from careline.probes.listening.judging import Judge
from careline.probes.probe import Probe, Step
from careline.probes.result import Failed, Result, kept, shown
from careline.probes.visiting.ladder import Rung
from careline.values.cause import Cause

PROBE_SECONDS_MAX: Final = 300.0
Enough = Callable[[str], bool]


class Door(Protocol):
    """One pretend customer at one channel."""

    @property
    def ladder(self) -> list[Rung]:
        """What went out and came in."""

    async def do(self, step: Step, enough: Enough) -> str:
        """Carry it out and read the answer, until it is enough or the step's time is over. Raises Failed, OSError."""

    async def close(self) -> None:
        """Leave nothing open. Never raises."""


@dataclass(slots=True)
class Ladder:
    """What went out and came in, in order; without what was in it."""

    rungs: list[Rung] = field(default_factory=list)
    _began: float = 0.0

    def note(self, way: str, what: str) -> None:
        now = time.monotonic()
        self._began = self._began or now
        self.rungs.append((round(now - self._began, 3), way, what[:60]))


@dataclass(slots=True)
class Conversing:
    """Carries out one probe."""

    probe: Probe
    door: Door
    judge: Judge
    happen: Callable[[str], Awaitable[None]]  # meanwhile.happen to this line's conversation
    waited: Callable[[], float] = lambda: 0.0  # seconds in which the door stood in a queue: nothing that an answer took
    result: Result = field(default_factory=Result)

    async def run(self) -> Result:
        """Never raises but when it is cancelled."""
        try:
            async with asyncio.timeout(PROBE_SECONDS_MAX) as deadline:
                for number, step in enumerate(self.probe.steps):
                    before = self.waited()
                    await self._step(number, step)
                    deadline.reschedule((deadline.when() or 0.0) + self.waited() - before)
        except Failed as failure:
            self.result.cause, self.result.why = failure.cause, failure.why
        except TimeoutError:
            self.result.cause, self.result.why = Cause.CHANNEL_FAULT, f"it lasted {PROBE_SECONDS_MAX:.0f} s"
        except OSError as error:
            self.result.cause = Cause.CHANNEL_FAULT
            self.result.why = f"not reached: {error.strerror or type(error).__name__}"
        finally:
            await self.door.close()
            self.result.ladder = self.door.ladder
        return self.result

    async def _step(self, number: int, step: Step) -> None:
        told: dict[str, Any] = {"step": number, "do": step.do, "what": shown(step.what)}
        self.result.steps.append(told)
        began, before = time.monotonic(), self.waited()
        if step.do == "meanwhile":
            await self.happen(step.what)
            return
        try:
            answer = await self.door.do(step, lambda text: bool(self._found(step, text)))
        finally:
            waited = self.waited() - before
            told["seconds"] = round(max(0.0, time.monotonic() - began - waited), 3)
            if waited:
                told["waited_seconds"] = round(waited, 3)
        if answer:
            told["answer"] = kept(answer)
            self.result.figures.setdefault("answered_seconds", told["seconds"])
            slowest = max(self.result.figures.get("slowest_seconds", 0.0), told["seconds"])
            self.result.figures["slowest_seconds"] = slowest
        if step.wanted:
            self._judge(step, answer, told)

    def _found(self, step: Step, answer: str) -> str:
        return self.judge.found(step.wanted, answer, self.probe.language) if step.wanted else "anything"

    def _judge(self, step: Step, answer: str, told: dict[str, Any]) -> None:
        if not answer:
            raise Failed(Cause.CHANNEL_FAULT, f"no answer within {step.within_seconds:g} s")
        found = self._found(step, answer)
        if found and found != AFTER:
            told["heard"] = found
            return
        kind, cause = self.judge.error(answer, self.probe.language, self.probe.channel)
        if cause is not None:
            told["heard"] = f"error:{kind}"
            raise Failed(cause, f"read: {kind}")
        if found:  # nothing could be foreseen of it but its end
            told["heard"] = found
            return
        raise Failed(Cause.WRONG_PROMPT, "something else was answered")
