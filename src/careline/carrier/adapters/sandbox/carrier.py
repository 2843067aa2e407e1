"""The sandbox carrier's adapter: what is asked through the port, done in its own tables.

Reads cost one statement a kind. Writes cost three statements to read and at most nine to write, whatever their number
and kinds; deeds on one line are done in the order of the batch. Nothing is written after the time limit.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event

from django.db import DatabaseError

from careline.carrier.adapters.sandbox import cards, closing, notices, rolling, store, stumbling
from careline.carrier.adapters.sandbox.given import Given, alike, said
from careline.carrier.adapters.sandbox.reading import READINGS
from careline.carrier.adapters.sandbox.rules import Day, Rules
from careline.carrier.adapters.sandbox.stumbling import LIES, Fault
from careline.carrier.adapters.sandbox.writing import Writing
from careline.carrier.port import (
    KINDS,
    Answer,
    CarrierBusy,
    CarrierDown,
    KeptLine,
    LineFacts,
    OpenedByOthers,
    Request,
    UsageReached,
)
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

CARDS = "cards"  # the kinds that concern one, together


class Sandbox:
    """A carrier (`careline.carrier.port.Carrier`) in tables of its own."""

    def __init__(self, rules: Rules | None = None, *, waits: bool = True) -> None:
        """Without `waits` what is late comes at once, and silence is over at once, as if the time had passed."""
        self.rules = rules or Rules()
        self.waits = waits

    def ask(self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float) -> Iterator[Given]:
        """Answers as they are known: reads first, then writes, then what stumbles into slowness."""
        deadline = time.monotonic() + time_limit_seconds
        try:
            faults = stumbling.faults_of(requests)
        except DatabaseError as error:
            yield from alike(range(len(requests)), CarrierDown(said(error)))
            return
        if faults:
            yield from self._stumbled(requests, faults, now, deadline)
        else:
            yield from self._answers(requests, range(len(requests)), faults, now, deadline)

    def lines(self, msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, LineFacts]:
        try:
            # What these lines are.
            rows = run(
                "SELECT l.msisdn, l.brand, l.region, l.language, a.status, l.abroad, l.birthday"
                " FROM sandbox_line l JOIN sandbox_account a USING (msisdn) WHERE l.msisdn = ANY(%s::text[])",
                [[number.digits for number in msisdns]],
            )
        except DatabaseError as error:
            raise CarrierDown(said(error)) from error
        return {(number := Msisdn(row[0])): LineFacts(number, *row[1:]) for row in rows}

    # -- what a carrier does by itself

    def roll_month(self, now: datetime, on_lines: Callable[[int], None] = lambda lines: None) -> int:
        """Begin a month: fees, allowances, next-month products, expired points. Harmless when repeated. Lines rolled."""
        return rolling.roll_month(self, now, on_lines)

    def retain(self, now: datetime) -> int:
        """Release the numbers whose retention days are over; how many."""
        return rolling.retain(now, self.rules)

    def leave(self, now: datetime) -> int:
        """Lines that were given up for today or earlier are not served any more; how many."""
        return closing.leave(Day.of(now))

    def kept(self, after: KeptLine | None = None, limit: int = 500) -> list[KeptLine]:
        """Suspended lines, the longest suspended first; their days end in the same order."""
        try:
            return closing.kept(after, limit, self.rules)
        except DatabaseError as error:
            raise CarrierDown(said(error)) from error

    def alerts_due(self, limit: int = 500) -> list[rolling.Alert]:
        """Low-balance reminders that fired and were not told yet, the oldest first."""
        return rolling.alerts_due(limit)

    def alert_told(self, alerts: Sequence[rolling.Alert], now: datetime) -> int:
        """These were told; how many were not told before (only their teller may send them)."""
        return rolling.alert_told(alerts, now)

    def openings_due(self, now: datetime, limit: int = 500) -> list[OpenedByOthers]:
        """What others opened on lines in the last days and nobody was told of yet, the oldest first."""
        return notices.openings_due(now, limit)

    def opening_told(self, openings: Sequence[OpenedByOthers], now: datetime) -> int:
        """These were told; how many were not told before."""
        return notices.opening_told(openings, now)

    def usage_due(self, now: datetime, limit: int = 500) -> list[UsageReached]:
        """Allowances of this month of which four fifths or all were used, and whose customers were not told."""
        return notices.usage_due(now, limit)

    def usage_told(self, reached: Sequence[UsageReached], now: datetime) -> int:
        """These were told; how many were not told before."""
        return notices.usage_told(reached, now)

    # -- answering

    def _stumbled(
        self, requests: Sequence[Request], faults: Mapping[int, Fault], now: datetime, deadline: float
    ) -> Iterator[Given]:
        """What is refused at once, then what is answered, then what is late; and then the silence of the others."""
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
            self._wait(due_at)
            yield given
        if silent:
            self._wait(deadline)

    def _wait(self, until: float) -> None:
        if self.waits and (left := until - time.monotonic()) > 0:
            Event().wait(left)

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
            kind = CARDS if cards.concerns(requests[index]) else requests[index].kind
            by_kind.setdefault(kind, []).append(index)
        writes: list[int] = []
        for kind, of_kind in by_kind.items():
            if kind == CARDS:
                yield from cards.answers(requests, of_kind, day, self.rules)
            elif kind == "inquire":
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
                yield from alike(of_kind, Answer(Cause.WRONG_PARAMETER, words=f"no kind {kind}"))
        # Hashing a password takes as long as a whole batch of other deeds: those who wait for one wait last.
        slow = [index for index in writes if requests[index].kind == "password"]
        swift = sorted(index for index in writes if requests[index].kind != "password")
        lies = {index: LIES for index, fault in faults.items() if fault.mode == "lying"}
        writing = Writing(requests, lies, day, deadline, self.rules)
        yield from writing.answers(swift)
        yield from writing.answers(slow)


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
        yield from alike(indexes, CarrierDown(said(error)))
