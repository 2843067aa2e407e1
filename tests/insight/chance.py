"""A town drawn by chance: customers, pretend customers and other systems, with a clock that sweeps see go by (and wrong)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from careline.insight import folding, importing
from careline.insight.tabled import Line as Row
from careline.insight.tabled import Reading
from careline.ledger import attempt, contact, journeys, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.ledger.journeys import Walked
from careline.probes.models import Line, Run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

SERVICES = ("caller_id", "ringback", "balance", "bill", "mms", "non_business")
VERBS = (
    "query",
    "subscribe",
    "cancel",
    "order",
    "register",
    "configure",
    "status",
    "describe",
    "redeem",
    "confirm",
    "help",
    "other",
)
ENDS = (
    ("done", ""), ("done", ""), ("done", ""), ("refused", "already_on"), ("refused", "not_enough_money"),
    ("failed", "guidance"), ("failed", "carrier_busy"), ("failed", "carrier_fault"), ("abandoned", "left"),
    ("abandoned", "no_answer"), ("unknown", "carrier_silent"), ("failed", "wrong_password"),
)  # fmt: skip
CHANNELS, REGIONS, BRANDS, VERSIONS = ("sms", "voice", "web", "ussd"), ("T1", "T5", ""), ("gotone", "mzone"), (1, 2, 9)
PLACES = ("main", "bills", "more", "caller_id:subscribe", "balance:query", "ringback:cancel")
SESSION_ENDS = ("done", "hung_up", "lost", "person", "silence", "misses")
NUMBERS = [Msisdn(f"86139000{number:05}") for number in range(12)]
LATE = timedelta(hours=30)  # what is recorded later than its time is so by less than a recheck looks back
MINUTE = timedelta(minutes=1)


class Town:
    """What happens in it happens at `now`, which only `pass_by` moves."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.chance = random.Random(seed)
        self.now = self.checked = now
        self.held: list[tuple[datetime, Callable[[], None]]] = []  # recorded later than it happened

    def id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def at(self, span: timedelta) -> datetime:
        """A moment of this time, often one at which something turns."""
        found = self.now - self.chance.random() * span
        if self.chance.random() < 0.15:
            turn = found.replace(minute=0, second=0, microsecond=0) - self.chance.choice((0, 1)) * timedelta(
                microseconds=1
            )
            found = max(turn, self.now - span)
        return found

    def attempts(self, span: timedelta, times: int) -> None:
        draw, ends = self.chance.choice, []
        for _ in range(times):
            (outcome, cause), at, region = draw(ENDS), self.at(span), draw(REGIONS)
            begun = Begun(
                self.id(), draw(NUMBERS), self.id(), draw(CHANNELS), region, draw(BRANDS), draw(("", "T1")), draw(SERVICES),
                draw(VERBS), {}, draw(VERSIONS), at - draw((0, 1, 200, 3000)) * MINUTE, node="main",
            )  # fmt: skip
            ends.append(Ended(begun.reference, Outcome(outcome), Cause(cause) if cause else None, at, begun=begun))

        def write() -> None:
            with transaction.atomic():
                tally.count(attempt.end(ends), draw((0, 1, 2)))

        self._sooner_or_later(write)

    def visits(self, span: timedelta, times: int) -> None:
        draw = self.chance.choice
        hellos = [Hello(self.id(), draw(NUMBERS), draw(CHANNELS), "10086", self.at(span)) for _ in range(times)]
        walked = []
        for _ in range(times):
            at, ways = self.at(span), ("main", *(draw(PLACES) for _ in range(draw((0, 1, 2, 3, 5)))))
            walked.append(
                Walked(
                    self.id(), draw(NUMBERS), draw(("voice", "ussd")), "T1", "gotone", draw(VERSIONS),
                    draw(("standard", "senior")), at - 3 * MINUTE, at, ways, draw(ways), draw(SESSION_ENDS), 0,
                )
            )  # fmt: skip
        self._sooner_or_later(lambda: contact.greet(hellos))
        self._sooner_or_later(lambda: journeys.keep(walked))

    def dial_tests(self, span: timedelta, times: int) -> None:
        draw = self.chance.choice
        for _ in range(times):
            at, judged, cause = self.at(span), self.chance.random() < 0.8, draw(("", "", "guidance", "left"))
            Run.objects.create(
                id=self.id(), batch=self.id(), probe="voice/node/main", channel=draw(CHANNELS), vantage="here",
                version=draw(VERSIONS), msisdn=draw(NUMBERS).digits, region=draw(REGIONS), brand=draw(BRANDS),
                service=draw(("", *SERVICES[:3])), verb=draw(("", "query", "subscribe", "cancel")), begun_at=at, ended_at=at,
                judged=judged, passed=judged and not cause, cause=cause if judged else "",
            )  # fmt: skip

    def mark(self, msisdn: Msisdn) -> None:
        """From now on this is the line of a pretend customer."""
        Line.objects.create(msisdn=msisdn.digits, region="T1", brand="gotone", ours=True, marked_at=self.now)

    def file(self, source: str, keys: range, span: timedelta) -> None:
        """A file of another system; keys that it brought before are left as they were."""
        draw, rows = self.chance.choice, []
        for key in keys:
            outcome, cause = draw(ENDS)
            rows.append(
                Row(str(key), draw(("", NUMBERS[0].digits)), draw(CHANNELS), draw(REGIONS), draw(BRANDS), draw(SERVICES),
                    draw(VERBS), draw((0, *VERSIONS)), "", outcome, cause, self.at(span))
            )  # fmt: skip
        importing.take_in(Reading(lines=rows, read=len(rows)), source=source, name="file", by="lin", now=self.now)

    def _sooner_or_later(self, write: Callable[[], None]) -> None:
        if self.chance.random() < 0.12:
            self.held.append((self.now + self.chance.random() * LATE, write))
        else:
            write()

    def pass_by(self, span: timedelta, *, sweeps: bool = True) -> None:
        """So much time goes by in steps, each with what happens in it; sweeps see the clock now and then."""
        until = self.now + span
        while self.now < until:
            step = min(self.chance.choice((20, 35, 60, 61, 240)) * MINUTE, until - self.now)
            self.now += step
            self.attempts(step, self.chance.randint(1, 14))
            if self.chance.random() < 0.5:
                self.visits(step, self.chance.randint(1, 5))
            if self.chance.random() < 0.2:
                self.dial_tests(step, 2)
            due = [write for at, write in self.held if at <= self.now]
            self.held = [held for held in self.held if held[0] > self.now]
            for write in due:
                write()
            if sweeps and self.chance.random() < 0.8:
                folding.sweep(self.now)
            if sweeps and self.now - self.checked > timedelta(hours=6):
                folding.recheck(self.now)
                self.checked = self.now

    def settle(self) -> None:
        """Everything that was held is recorded, and the sweeps have caught up."""
        for _, write in self.held:
            write()
        self.held = []
        while folding.sweep(self.now) >= folding.HAND:
            pass
        folding.recheck(self.now)
