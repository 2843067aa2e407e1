"""A rehearsed month from beginning to end: a month as it was, the countermeasures, a month after."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from careline.catalogue import library
from careline.catalogue.version import Version
from careline.demo import crowd
from careline.demo.month import measures, reckoning
from careline.demo.month.assumptions import HOURS, TOGETHER_HOURS, Assumptions
from careline.demo.month.before import CAUSES, FORMATS, PROMPTS
from careline.demo.month.caller import Caller, Deed
from careline.demo.month.house import LINK, House, hurry
from careline.demo.month.people import Person, person, subscribers_of
from careline.demo.month.reckoning import Visit
from careline.demo.month.signposts import Atlas
from careline.demo.month.texter import Texter
from careline.demo.month.weather import Weather
from careline.dialogue.talk import Event, Subscriber
from careline.hall.behaviour import Behaviour
from careline.hall.telephone import Moment
from careline.hall.turn import Arrival
from careline.insight import clock
from careline.insight.asking import Period
from careline.postgres import sql
from careline.values.outcome import Outcome

FIRST_DAY = date(2026, 3, 1)
BETWEEN_SECONDS = 10  # of the rehearsal's time, between two moments of everybody
NIGHT = 6  # local hour: who comes before it is served then, together
SATISFIED = frozenset({Outcome.DONE, Outcome.REFUSED, Outcome.UNKNOWN})  # of a question too, `done`


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rehearsed. `mended` are the causes that are taken away between the months; () rehearses chance alone."""

    seed: int = 10086
    days: int = 30
    lines: int = 24_000
    mended: frozenset[str] = frozenset(CAUSES)
    first: date = FIRST_DAY
    assumed: Assumptions = field(default_factory=Assumptions)

    @property
    def before(self) -> Period:
        return Period(self.first, self.first + timedelta(days=self.days - 1))

    @property
    def after(self) -> Period:
        """A day lies between: the countermeasures are published then, and nobody calls."""
        begin = self.first + timedelta(days=self.days + 1)
        return Period(begin, begin + timedelta(days=self.days - 1))


@dataclass(frozen=True, slots=True)
class Rehearsed:
    plan: Plan
    versions: tuple[int, int]  # of the catalogue, before and after
    findings: tuple[int, int]  # of lint, before and after
    outages: tuple[int, int]
    moments: int  # that the hall dealt with
    visits: int  # of customers who wanted something opened or closed
    unrecorded: tuple[int, int]  # of these: went away with something else, and stand in no figure
    listened: tuple[float, float]  # mean seconds of a call, before and after, of those who got what they wanted


Progress = Callable[[str, int, int], None]  # what is going on, how much of how much


def rehearse(plan: Plan, behaviours: Mapping[str, Behaviour], on_progress: Progress = lambda *_: None) -> Rehearsed:
    """Run both months in the database of this process, which must hold nothing but the published packs.

    Deterministic by the plan. Some forty thousand applications take minutes.
    """
    hurry()
    begin = _at(plan.before.since)
    on_progress("lines", 0, plan.lines)
    crowd.gather(plan.lines, begin - timedelta(days=1), seed=plan.seed, workers=1)
    published = Version.published()
    assert published is not None, "a rehearsal begins with the published packs"
    sound = published.bodies()
    first = measures.settle(sound, begin - timedelta(hours=2))
    house = House(behaviours, begin)
    old = Atlas(library.refresh())
    run = _Run(plan, house, old, on_progress)
    run.month("before", plan.before, old, frozenset())
    house.fold()
    house.now = _at(plan.after.since) - timedelta(hours=6)
    changed, findings = measures.take(sound, plan.mended, plan.before, list(behaviours.values()), house.now)
    run.month("after", plan.after, Atlas(library.refresh()), plan.mended)
    house.fold()
    lost = reckoning.write(run.visits, {"before": plan.before, "after": plan.after}, house.now)
    return Rehearsed(
        plan=plan, versions=(first.number, changed.number if changed else first.number), findings=findings,
        outages=(run.outages[0], run.outages[1]), moments=run.moments, visits=len(run.visits), unrecorded=lost,
        listened=(run.listened[0], run.listened[1]),
    )  # fmt: skip


def _at(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone()).astimezone(UTC)


@dataclass(slots=True)
class _Run:
    plan: Plan
    house: House
    old: Atlas  # the menu that regulars know by heart
    on_progress: Progress
    visits: list[Visit] = field(default_factory=list)
    moments: int = 0
    outages: list[int] = field(default_factory=list)
    odd: float = 0.0
    listened: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)  # seconds of each such call of the month that runs

    def month(self, phase: str, period: Period, atlas: Atlas, mended: frozenset[str]) -> None:
        assumed, seed = self.plan.assumed, f"{self.plan.seed} {phase}"
        weather = Weather.of(seed, _at(period.since), period.days, assumed)
        self.outages.append(len(weather.outages))
        self.house.open(retake_minutes=assumed.retake_minutes if PROMPTS in mended else 0, weather=weather)
        self.odd = 0.0 if FORMATS in mended else assumed.odd_recordings
        lines = _lines(seed)
        at = 0
        for done, day in enumerate(period.all_days()):
            self.on_progress(phase, done, period.days)
            dice = random.Random(f"{seed} {day}")
            wishes = round(
                assumed.wishes_a_day * (assumed.weekend if day.isoweekday() > 5 else 1.0) * dice.uniform(0.93, 1.07)
            )
            kinds = [False] * wishes + [True] * round(wishes * assumed.questions)
            dice.shuffle(kinds)
            hours = sorted(
                max(NIGHT, hour - hour % TOGETHER_HOURS) for hour in dice.choices(range(24), HOURS, k=len(kinds))
            )
            again: list[Person] = []
            for hour in sorted(set(hours)):
                self.house.now = max(self.house.now, _at(day, hour))
                people = again
                while hours and hours[0] == hour:
                    hours.pop(0)
                    one, held = lines[at % len(lines)]
                    made = person(
                        f"{phase}-{at}", seed, one, held, atlas, self.old, self.house.now, assumed, asks=kinds.pop()
                    )
                    at += 1
                    people += [made] if made else []
                again = self._serve(people, atlas)
            self.house.tidy()
        self.listened.append(round(sum(self.heard) / max(1, len(self.heard)), 1))
        self.heard.clear()
        self.house.now = _at(period.until) + timedelta(hours=26)
        self.house.tidy()
        self.on_progress(phase, period.days, period.days)

    def _serve(self, people: Sequence[Person], atlas: Atlas) -> list[Person]:
        """Everybody of an hour, side by side; who comes back next hour because nothing came of it."""
        began = self.house.now
        content = self._calls([one for one in people if not one.writes], atlas)
        content |= self._texts([one for one in people if one.writes], atlas)
        self.visits += [
            Visit(one.name, one.subscriber.msisdn.digits, one.goal, began, self.house.now)
            for one in people
            if one.applies
        ]
        self.house.tidy()
        again = []
        for one in people:
            if one.name not in content and not one.name.endswith("*") and one.dice.random() < one.assumed.redials:
                again.append(replace(one, name=f"{one.name}*", keys={}))  # who failed by heart listens
        return again

    def _calls(self, people: Sequence[Person], atlas: Atlas) -> set[str]:
        content: set[str] = set()
        posts = {one.name: atlas.signposts(one.subscriber, self.house.now) for one in people}
        going = [(Caller(one, atlas, posts[one.name], self.odd), Deed(Event.HELLO), 0) for one in people]
        while going:
            self.house.now += timedelta(seconds=BETWEEN_SECONDS)
            acts = self.house.hear_calls([self._moment(*one) for one in going])
            self.moments += len(going)
            still = []
            for (caller, deed, number), act in zip(going, acts, strict=True):
                served = act.served if act else None
                if served is not None and served.outcome in SATISFIED and (caller.reached or not caller.person.applies):
                    content.add(caller.person.name)
                if deed.event is Event.HUNG_UP and caller.reached:
                    self.heard.append(caller.passed)
                if deed.event is not Event.HUNG_UP:
                    still.append((caller, caller.next(act), number + 1))
            going = still
        return content

    def _moment(self, caller: Caller, deed: Deed, number: int) -> Moment:
        return Moment(
            session=f"{LINK}-{caller.person.name}", number=number, msisdn=caller.person.subscriber.msisdn, event=deed.event,
            at=self.house.now, keys=deed.keys, link=LINK, heard_percent=deed.heard_percent,
        )  # fmt: skip

    def _texts(self, people: Sequence[Person], atlas: Atlas) -> set[str]:
        content: set[str] = set()
        texters = [Texter(one, atlas) for one in people]
        going = [(one, one.first(self.house.now)) for one in texters]
        while going:
            self.house.now += timedelta(seconds=BETWEEN_SECONDS)
            answers = self.house.hear_texts([self._arrival(*one) for one in going])
            self.moments += len(going)
            still = []
            for (texter, _), served in zip(going, answers, strict=True):
                if served.outcome in SATISFIED:
                    content.add(texter.person.name)
                if (text := texter.next(served)) is not None:
                    still.append((texter, text))
            going = still
        return content

    def _arrival(self, texter: Texter, text: str) -> Arrival:
        return Arrival(
            msisdn=texter.person.subscriber.msisdn, text=text, link=LINK, message_id=f"{texter.person.name}-{texter.sent}",
            received_at=self.house.now, at_once=True,
        )  # fmt: skip


def _lines(seed: str) -> list[tuple[Subscriber, frozenset[str]]]:
    """The active lines that are at home, with what is on, in an order of the seed."""
    rows = sql.run(
        "SELECT s.msisdn, s.brand, s.region, s.language, coalesce(string_agg(DISTINCT h.product, ' ' ORDER BY h.product), '')"
        " FROM identity_subscriber s LEFT JOIN sandbox_holding h ON h.msisdn = s.msisdn AND h.ends_at IS NULL"
        " WHERE s.status = 'active' AND NOT s.abroad GROUP BY s.msisdn ORDER BY s.msisdn"
    )
    found = subscribers_of([(row[0], row[1], row[2], row[3], row[4]) for row in rows])
    random.Random(f"{seed} lines").shuffle(found)
    return found
