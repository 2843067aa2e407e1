"""Running probes: a line for each, several at once, each run a row; again after a failure, as often as is allowed."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from django.conf import settings
from django.db import connection

from careline.carrier.adapters.sandbox.models import Stumble
from careline.carrier.adapters.sandbox.stumbling import KNOWN_FOR_SECONDS, forget, stumble
from careline.dialogue.book import Book
from careline.probes import agreeing, comparing, guarding, lines, meanwhile, reading
from careline.probes.listening import afterwards
from careline.probes.listening.ears import Ear, Speaks
from careline.probes.listening.hearing import sounds
from careline.probes.listening.recogniser import Recogniser
from careline.probes.models import Baseline, Run
from careline.probes.probe import Probe
from careline.probes.result import Failed, Result
from careline.probes.vantage import Vantage
from careline.probes.visiting.calling import Calling
from careline.probes.visiting.doors import Doors
from careline.probes.visiting.ladder import LadderWires, Rung
from careline.prompts.sound import RATE
from careline.simulators.caller import Caller
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

Value = TypeVar("Value")
LADDER_MAX = 100
RECORDED_SECONDS = 3.0


@dataclass(slots=True)
class Bench:
    """Where probes run: async with Bench(...) as bench: await bench.run(probes). One vantage point."""

    book: Book
    speaker: Speaks | None
    vantage: Vantage
    clock: Callable[[], datetime]
    folder: Path  # for what was heard
    ports: range = range(41000, 49000, 2)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    on_run: Callable[[Run], None] | None = None
    recogniser: Recogniser | None = None  # whose owner closes it; without one, the bench has its own
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _database: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="probes"))
    _wires: LadderWires | None = None
    _phone: Caller | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ear: Ear = field(init=False)
    _doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        recordings = Path(self.vantage.recordings) if self.vantage.recordings else None
        self._ear = Ear(self.book, self.speaker, recordings)
        self._doors = Doors(self.book, self.vantage, self.clock)
        if self.recogniser is None:
            self.recogniser = Recogniser()
            self._stack.push_async_callback(self.recogniser.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self._doors.close(self.look)
        await self.look(lambda: connection.close())  # noqa: PLW0108 (each thread has its own)
        self._database.shutdown()

    async def run(self, probes: Sequence[Probe], *, retries: int = 0) -> list[Run]:
        """Run these, at most `together` at once; a failure is tried again and only the last try counts."""
        gate = asyncio.Semaphore(self.vantage.together)

        async def one(probe: Probe) -> Run:
            async with gate:
                for tried in range(1, retries + 2):
                    row = await self.once(probe, tried)
                    if row.passed or not row.judged or tried > retries:
                        break
                await self.look(keep, row)
                if self.on_run:
                    self.on_run(row)
                return row

        return list(await asyncio.gather(*(one(probe) for probe in probes)))

    async def once(self, probe: Probe, tried: int = 1) -> Run:
        """One try, not yet kept."""
        begun = self.clock()
        number = Msisdn("0")
        sandbox = guarding.on_sandbox(self.vantage)
        try:
            guarding.check(probe, self.vantage, self.book, begun)
            if self.vantage.number:
                number = Msisdn.parse(self.vantage.number, settings.COUNTRY_CODE)
            else:
                number = await self.look(lines.take, probe, begun, sandbox=sandbox)
            await self._doors.entrance.ready(probe, number)
            begun = self.clock()  # whoever stands in a queue to sign in is not being served slowly
            if probe.stumbles and not any(step.what == meanwhile.STUMBLE for step in probe.steps):
                await self._stumble(probe, number)
            result = await self._carry_out(probe, number)
            if probe.records and self.vantage.ours:
                if result.cause is None:
                    await self._agree(probe, number, begun, result)
                elif result.cause is Cause.WRONG_PROMPT:
                    await self._blame(probe, number, begun, result)
        except (lines.NoLine, guarding.Forbidden) as error:
            result = Result(Cause.CHANNEL_FAULT, str(error))
        except Failed as failure:
            result = Result(failure.cause, failure.why)
        except Exception as error:  # whatever breaks, the run is a row that says so
            result = Result(Cause.HALL_FAULT, f"{type(error).__name__}: {error}"[:300])
        finally:
            if number.digits != "0":
                if probe.stumbles:
                    await self.look(_recover, number)
                if spoilt(probe) and sandbox:
                    await self.look(lines.clear, number)
                await self.look(lines.give_back, number)
        ended = self.clock()
        if result.pieces and self.recogniser is not None:
            await afterwards.judge(result, self.recogniser, probe.language)
        return await asyncio.to_thread(self._row, probe, number, result, begun, ended, tried)

    async def _stumble(self, probe: Probe, number: Msisdn) -> None:
        """Let the carrier fail for this line, and wait until every process knows."""
        await self.look(_stumble, probe.stumbles, number)
        await asyncio.sleep(KNOWN_FOR_SECONDS)

    async def _agree(self, probe: Probe, number: Msisdn, begun: datetime, result: Result) -> None:
        """Our records must say what was heard; the last of them may be a moment behind the answer."""
        until = asyncio.get_running_loop().time() + RECORDED_SECONDS
        while missing := await self.look(agreeing.missing, number, begun, probe.records):
            if asyncio.get_running_loop().time() > until:
                result.cause, result.why = Cause.HALL_FAULT, f"the records do not hold {missing}"
                if instead := await self.look(agreeing.instead, number, begun, missing):
                    result.cause, result.why = (
                        Cause(instead),
                        f"the records hold {':'.join(missing.split(':')[:2])} as failed or in doubt",
                    )
                return
            await asyncio.sleep(0.1)

    async def _blame(self, probe: Probe, number: Msisdn, begun: datetime, result: Result) -> None:
        """What was heard was no error prompt that we know: if the records hold a failure, that is the cause."""
        for record in probe.records:
            if failed := await self.look(agreeing.instead, number, begun, record):
                what = ":".join(record.split(":")[:2])
                result.cause, result.why = Cause(failed), f"the records hold {what} as failed or in doubt"
                return

    async def look(self, deed: Callable[..., Value], *arguments: Any, **named: Any) -> Value:
        """Do something in the database, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._database, lambda: deed(*arguments, **named))

    async def _carry_out(self, probe: Probe, number: Msisdn) -> Result:
        async def happen(how: str) -> None:
            if how == meanwhile.STUMBLE:
                await self._stumble(probe, number)
            else:
                await self.look(meanwhile.happen, number, probe.channel, how)

        if probe.channel == "voice":
            phone = await self._opened()
            return await Calling(probe, number, phone, self._ear, self.vantage.calls, happen).run()
        return await self._doors.converse(probe, number, self.look, happen)

    async def _opened(self) -> Caller:
        """The telephone, opened with the first call."""
        async with self._opening:
            if self._phone is None:
                made: list[LadderWires] = []

                def wires(config: Any) -> LadderWires:
                    made.append(LadderWires(config))
                    return made[0]

                phone = Caller(
                    host=self.vantage.local,
                    username=self.vantage.username,
                    secret=self.vantage.secret,
                    ports=self.ports,
                    wires=wires,
                )
                await self._stack.enter_async_context(phone)
                self._phone, self._wires = phone, made[0]
            return self._phone

    def _row(self, probe: Probe, number: Msisdn, result: Result, begun: datetime, ended: datetime, tried: int) -> Run:
        identity = uuid.uuid4()
        judged = result.cause is not None or not result.unjudged
        passed = judged and result.cause is None
        return Run(
            id=identity, batch=self.batch, probe=probe.id, channel=probe.channel, vantage=self.vantage.name,
            version=probe.version, msisdn=number.digits, region=probe.region, brand=probe.brand, service=probe.service,
            verb=probe.verb, node=probe.node[:64], begun_at=begun, ended_at=ended, passed=passed, judged=judged,
            cause=result.cause.value if result.cause else "", kind=result.cause.kind.value if result.cause else "",
            why=(result.why if judged else result.unjudged)[:300], tries=tried, steps=result.steps, figures=result.figures,
            ladder=self._ladder(result)[:LADDER_MAX],
            sound=write_sound(self.folder, identity, result), covers=list(probe.covers) if passed else [],
        )  # fmt: skip

    def _ladder(self, result: Result) -> Sequence[Rung]:
        return result.ladder or (self._wires.ladder(result.calls) if self._wires else [])


def keep(row: Run) -> None:
    """Write the run down, compared with its baseline; the first good one of a probe at a vantage point becomes it."""
    compared = comparing.compare(row)
    row.save(force_insert=True)
    reading.note(row)
    if row.passed and not compared:
        Baseline.objects.get_or_create(
            probe=row.probe, vantage=row.vantage, defaults={"run": row.id, "at": row.ended_at, "figures": row.figures}
        )


def write_sound(folder: Path, identity: uuid.UUID, result: Result) -> str:
    """Keep what was heard as FLAC; the file's name, or nothing where nothing was."""
    if not sounds(result.sound):
        return ""
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    name = f"{identity}.flac"
    soundfile.write(str(folder / name), (result.sound * 32767).astype(np.int16), RATE, format="FLAC")
    return name


def spoilt(probe: Probe) -> bool:
    """Whether the line's records are to be cleared after a run."""
    return probe.status == "screened" or any(step.do == "meanwhile" for step in probe.steps)


def _stumble(mode: str, number: Msisdn) -> None:
    """As `stumbling` names it, or refusing:CAUSE."""
    how, _, cause = mode.partition(":")
    stumble(how, msisdns=[number], cause=Cause(cause) if cause else None)  # type: ignore[arg-type]


def _recover(number: Msisdn) -> None:
    Stumble.objects.filter(msisdns=[number.digits]).delete()
    forget()
