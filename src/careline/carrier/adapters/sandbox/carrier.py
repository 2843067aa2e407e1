"""The sandbox carrier's adapter: what is asked through the port, done in its own tables.

Reads cost one statement a kind. Writes cost three statements to read and at most nine to write, whatever their number
and kinds; deeds on one line are done in the order of the batch. Nothing is written after the time limit.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from careline.carrier.adapters.sandbox import rolling, store, stumbling
from careline.carrier.adapters.sandbox.deeds import DEEDS
from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.passwords import password
from careline.carrier.adapters.sandbox.reading import READINGS
from careline.carrier.adapters.sandbox.rules import Day, Refused, Rules
from careline.carrier.adapters.sandbox.stumbling import LIES, Fault
from careline.carrier.port import (
    KINDS,
    Answer,
    CarrierBusy,
    CarrierDown,
    CarrierError,
    CarrierSilent,
    LineFacts,
    Request,
)
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

ROUNDS_MAX = 8  # how often a batch begins again for lines that others changed meanwhile; then it is too busy
Given = tuple[int, Answer | CarrierError]


class _NotBegun(Exception):
    """The tables could not even be read: nothing happened."""


class Sandbox:
    """A carrier (`careline.carrier.port.Carrier`) in tables of its own."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()

    def ask(self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float) -> Iterator[Given]:
        """Answers as they are known: reads first, then writes, then what stumbles into slowness."""
        deadline = time.monotonic() + time_limit_seconds
        try:
            faults = stumbling.faults_of(requests)
        except DatabaseError as error:
            yield from _all(range(len(requests)), CarrierDown(_said(error)))
            return
        if not faults:
            yield from self._answers(requests, range(len(requests)), faults, now, deadline)
            return
        late: list[tuple[float, Given]] = []
        silent = False
        sound: list[int] = []
        for index in range(len(requests)):
            match faults.get(index):
                case Fault(mode="down"):
                    yield index, CarrierDown("the sandbox is down")
                case Fault(mode="busy"):
                    yield index, CarrierBusy("the sandbox is busy")
                case Fault(mode="refusing", cause=cause):
                    yield index, Answer(cause, words="the sandbox refuses")
                case Fault(mode="silent_undone"):
                    silent = True
                case _:
                    sound.append(index)
        asked_at = time.monotonic()
        for index, answer in self._answers(requests, sound, faults, now, deadline):
            match faults.get(index):
                case Fault(mode="slow", seconds=seconds):
                    late.append((asked_at + seconds, (index, answer)))
                case Fault(mode="silent" | "lying"):
                    silent = True
                case Fault(mode="duplicate"):
                    yield index, answer
                    yield index, answer
                case _:
                    yield index, answer
        for due_at, given in sorted(late, key=lambda one: (one[0], one[1][0])):
            if due_at > deadline:
                silent = True
                break
            _wait(due_at)
            yield given
        if silent:
            _wait(deadline)

    def lines(self, msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, LineFacts]:
        try:
            # What these lines are.
            rows = run(
                "SELECT l.msisdn, l.brand, l.region, l.language, a.status, l.abroad, l.birthday"
                " FROM sandbox_line l JOIN sandbox_account a USING (msisdn) WHERE l.msisdn = ANY(%s::text[])",
                [[number.digits for number in msisdns]],
            )
        except DatabaseError as error:
            raise CarrierDown(_said(error)) from error
        return {(number := Msisdn(row[0])): LineFacts(number, *row[1:]) for row in rows}

    # -- what a carrier does by itself

    def roll_month(self, now: datetime, on_lines: Callable[[int], None] = lambda lines: None) -> int:
        """Begin a month: fees, allowances, next-month products, expired points. Harmless when repeated. Lines rolled."""
        return rolling.roll_month(self, now, on_lines)

    def retain(self, now: datetime) -> int:
        """Release the numbers whose retention days are over; how many."""
        return rolling.retain(now, self.rules)

    def alerts_due(self, limit: int = 500) -> list[rolling.Alert]:
        """Low-balance reminders that fired and were not told yet, the oldest first."""
        return rolling.alerts_due(limit)

    def alert_told(self, alerts: Sequence[rolling.Alert], now: datetime) -> int:
        """These were told; how many were not told before (only their teller may send them)."""
        return rolling.alert_told(alerts, now)

    # -- answering

    def _answers(
        self,
        requests: Sequence[Request],
        indexes: Sequence[int],
        faults: Mapping[int, Fault],
        now: datetime,
        deadline: float,
    ) -> Iterator[Given]:
        day = Day.of(now)
        by_kind: dict[str, list[int]] = {}
        for index in indexes:
            by_kind.setdefault(requests[index].kind, []).append(index)
        writes: list[int] = []
        for kind, of_kind in by_kind.items():
            if kind == "inquire":
                yield from _guarded(of_kind, lambda asked=of_kind: _inquired(requests, asked))  # type: ignore[misc]
            elif reading := READINGS.get(kind):
                yield from _guarded(
                    of_kind,
                    lambda asked=of_kind, read=reading: zip(  # type: ignore[misc]
                        asked, read([requests[index] for index in asked], day, self.rules), strict=True
                    ),
                )
            elif kind in KINDS or kind == "roll":
                writes += of_kind
            else:
                yield from _all(of_kind, Answer(Cause.WRONG_PARAMETER, words=f"no kind {kind}"))
        # Hashing a password takes as long as a whole batch of other deeds: those who wait for one wait last.
        slow = [index for index in writes if requests[index].kind == "password"]
        swift = sorted(index for index in writes if requests[index].kind != "password")
        lies = {index: LIES for index, fault in faults.items() if fault.mode == "lying"}
        yield from self._do(requests, swift, lies, day, deadline)
        yield from self._do(requests, slow, lies, day, deadline)

    def _do(
        self,
        requests: Sequence[Request],
        indexes: Sequence[int],
        lies: Mapping[int, int],
        day: Day,
        deadline: float,
    ) -> Iterator[Given]:
        waiting = list(indexes)
        for _ in range(ROUNDS_MAX):
            if not waiting:
                return
            if time.monotonic() > deadline:
                yield from _all(waiting, CarrierBusy("the time limit passed before it was begun"))
                return
            try:
                given, waiting = self._round(requests, waiting, lies, day)
            except _NotBegun as error:
                yield from _all(waiting, CarrierDown(str(error)))
                return
            except (OperationalError, InterfaceError) as error:
                if _begin_again(error):
                    continue
                # Cut off: whether the commit arrived is not known.
                yield from _all(waiting, CarrierSilent(_said(error)))
                return
            except DatabaseError as error:
                # Rolled back whole. Something in the batch cannot be stored: halve it until that one is alone.
                if len(waiting) == 1 and not isinstance(error, IntegrityError):
                    log.exception("the sandbox could not store a deed")
                    yield waiting[0], CarrierDown(_said(error))
                    return
                if len(waiting) > 1:
                    half = len(waiting) // 2
                    yield from self._do(requests, waiting[:half], lies, day, deadline)
                    yield from self._do(requests, waiting[half:], lies, day, deadline)
                    return
                continue
            yield from given
        yield from _all(waiting, CarrierBusy("others keep changing this line"))

    def _round(
        self, requests: Sequence[Request], waiting: Sequence[int], lies: Mapping[int, int], day: Day
    ) -> tuple[list[Given], list[int]]:
        """Do what is waiting; (answers, what must begin again because its line was changed by others)."""
        try:
            # Accounts before deeds: a deed that is written between the two has changed its account's version.
            lines = store.load(
                sorted({requests[index].msisdn.digits for index in waiting}),
                day.now,
                documents=any(requests[index].kind == "password" for index in waiting),
            )
            known = store.deeds({_key(requests[index]) for index in waiting})
        except (OperationalError, InterfaceError) as error:
            raise _NotBegun(_said(error)) from error
        answers = {key: answer for key, (answer, _) in known.items()}
        given: list[Given] = []
        fresh: list[tuple[int, str]] = []
        deeds: list[store.Deed] = []
        spoilt: set[str] = set()
        for index in waiting:
            request, key = requests[index], _key(requests[index])
            line = lines.get(request.msisdn.digits)
            if key in known:
                given.append((index, answers[key]))
            elif line is None:
                given.append((index, Answer(Cause.NOT_FOUND)))
            else:
                if key not in answers:
                    try:
                        answers[key] = self._deed(line, request, day)
                    except Exception:
                        # An error of ours, or values that no rule foresaw: it costs this deed, not the batch.
                        log.exception("the sandbox failed at a deed")
                        given.append((index, CarrierDown("the sandbox failed at it")))
                        spoilt.add(line.msisdn)
                        continue
                    deeds.append(store.Deed(*key, request.kind, answers[key], lies.get(index, 0)))
                fresh.append((index, line.msisdn))
        # A line that a deed failed at may be half changed: nothing of it is kept, its other deeds begin again.
        deeds = [deed for deed in deeds if deed.msisdn not in spoilt]
        touched = {msisdn for _, msisdn in fresh} - spoilt
        written = store.save([lines[msisdn] for msisdn in touched], deeds, day) if touched else set()
        given += [(index, answers[_key(requests[index])]) for index, msisdn in fresh if msisdn in written]
        return given, [index for index, msisdn in fresh if msisdn not in written]

    def _deed(self, line: Line, request: Request, day: Day) -> Answer:
        deed = password if request.kind == "password" else DEEDS[request.kind]
        try:
            return Answer(facts=deed(line, request, day, self.rules))
        except Refused as refused:
            return Answer(Cause(refused.cause), refused.facts)


def _inquired(requests: Sequence[Request], indexes: Sequence[int]) -> Iterator[Given]:
    """What became of other references; one statement, and one more only where a lie was ordered."""
    keys = {
        index: (requests[index].msisdn.digits, str(requests[index].values.get("reference") or "")) for index in indexes
    }
    known = store.deeds(set(keys.values()))
    denied = sorted({key for key in keys.values() if key in known and known[key][1] > 0})
    if denied:
        stumbling.lie(denied)
    for index, key in keys.items():
        if key not in known or key in denied:
            yield index, Answer(facts={"state": "absent", "facts": {}, "cause": None})
        else:
            answer, _ = known[key]
            state = "refused" if answer.refused else "done"
            yield index, Answer(facts={"state": state, "facts": answer.facts, "cause": answer.refused})


def _guarded(indexes: Sequence[int], read: Callable[[], Iterator[Given]]) -> Iterator[Given]:
    try:
        yield from list(read())
    except DatabaseError as error:
        yield from _all(indexes, CarrierDown(_said(error)))


def _all(indexes: Sequence[int], answer: Answer | CarrierError) -> Iterator[Given]:
    return ((index, answer) for index in indexes)


def _key(request: Request) -> tuple[str, str]:
    return request.msisdn.digits, request.reference


def _begin_again(error: Exception) -> bool:
    """Deadlock (40P01) and serialisation (40001): Postgres undid all of it and asks for another try."""
    return getattr(error.__cause__, "sqlstate", None) in ("40P01", "40001")


def _said(error: Exception) -> str:
    return f"{type(error).__name__} from the sandbox's database"


def _wait(until: float) -> None:
    if (left := until - time.monotonic()) > 0:
        Event().wait(left)
