"""The policy of the voice flow: who maintains it, by which rules they are assessed, and whether those are used and suffice.

At least one dedicated maintainer (IVR-17); rules of assessment exist, are used, and meet what the work asks for (STF-09).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from careline.cases.free_text import from_staff
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.insight import clock
from careline.journal.writing import write
from careline.upkeep.models import WORDS, Acknowledged, Assessment, Maintainer, Reviewed, Rules
from careline.upkeep.refusing import Refused
from careline.values.period import Month

DEDICATED_MIN = 1
TITLE_MAX, RULES_MAX = 200, 20_000


class Part(StrEnum):
    DEDICATED = "dedicated"
    PART_TIME = "part_time"
    MOBILE = "mobile"  # added when there is much to do


@dataclass(frozen=True, slots=True)
class Roster:
    """Who maintains on one day, and whether there are enough who do nothing else."""

    people: Sequence[Maintainer]

    def number(self, part: Part) -> int:
        return sum(one.part == part for one in self.people)

    @property
    def dedicated(self) -> int:
        return self.number(Part.DEDICATED)

    @property
    def met(self) -> bool:
        return self.dedicated >= DEDICATED_MIN

    @property
    def deputy(self) -> bool:
        """Whether somebody stands in when the dedicated one is away."""
        return len(self.people) > 1


@dataclass(frozen=True, slots=True)
class Standing:
    """The three criteria of the rules, each with its evidence; None where nothing can say."""

    rules: Rules | None
    lacking: Sequence[str]  # maintainers who have not acknowledged them
    assessed: Sequence[Assessment]  # of the last month that is over
    unassessed: Sequence[str]
    review: Reviewed | None

    @property
    def exists(self) -> bool:
        return self.rules is not None

    @property
    def used(self) -> bool:
        return bool(self.assessed) and not self.unassessed

    @property
    def adequate(self) -> bool | None:
        return self.review.adequate if self.review else None

    @property
    def met(self) -> bool:
        return self.exists and self.used and self.adequate is True and not self.lacking


def roster(day: date) -> Roster:
    """One statement."""
    held = Maintainer.objects.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    order = list(Part)
    return Roster(sorted(held, key=lambda one: (order.index(Part(one.part)), one.since, one.who)))


def name(who: str, part: str, since: date, *, by: str, now: datetime) -> Maintainer:
    """Name a maintainer. Raises Refused: own_name (nobody names themselves), nobody (no such person at work here who may
    keep the house), no_such_part, already, future (more than a year ahead).
    """
    if part not in set(Part):
        raise Refused("no_such_part")
    person = Staff.objects.filter(username=who, is_active=True).first()
    if person is None or not person.may(Gate.KEEP_HOUSE):
        raise Refused("nobody")
    if who == by:
        raise Refused("own_name")
    if abs((since - _today(now)).days) > 366:
        raise Refused("future")
    if Maintainer.objects.filter(Q(until=None) | Q(until__gte=since), who=who).exists():
        raise Refused("already")
    try:
        with transaction.atomic():
            made = Maintainer.objects.create(who=who, part=part, since=since, named_by=by, named_at=now)
            detail = {"part": part, "since": str(since)}
            write(who=by, did="name_maintainer", what="upkeep", record=who, now=now, detail=detail)
    except IntegrityError:
        raise Refused("already") from None
    return made


def release(number: int, *, by: str, now: datetime) -> Maintainer:
    """Today is somebody's last day as a maintainer. Raises Refused: no_such_maintainer."""
    with transaction.atomic():
        held = Maintainer.objects.select_for_update().filter(pk=number, until=None).first()
        if held is None:
            raise Refused("no_such_maintainer")
        held.until = max(_today(now), held.since)
        held.save(update_fields=["until"])
        detail = {"until": str(held.until)}
        write(who=by, did="release_maintainer", what="upkeep", record=held.who, now=now, detail=detail)
    return held


def lay_down(title: str, words: str, valid_from: date, *, by: str, now: datetime) -> Rules:
    """A new version of the rules. Raises Refused: no_words, too_long, past (rules bind nobody for days before)."""
    title, words = title.strip(), words.strip()
    if len(title) > TITLE_MAX or len(words) > RULES_MAX:
        raise Refused("too_long")
    if not title or not words:
        raise Refused("no_words")
    if valid_from < _today(now):
        raise Refused("past")
    with transaction.atomic():
        number = (Rules.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        text = from_staff(words, RULES_MAX)
        made = Rules.objects.create(number=number, title=title, words=text, valid_from=valid_from, by=by, at=now)
        detail = {"title": title, "valid_from": str(valid_from)}
        write(who=by, did="lay_down_rules", what="upkeep", record=f"rules {number}", now=now, detail=detail)
    return made


def in_force(day: date) -> Rules | None:
    """The newest rules that are valid on that day."""
    return Rules.objects.filter(valid_from__lte=day).order_by("-number").first()


def acknowledge(number: int, *, by: str, now: datetime) -> None:
    """`by` has read these rules; once is enough. Raises Refused: no_such_rules."""
    rules = _rules(number)
    with transaction.atomic():
        _, new = Acknowledged.objects.get_or_create(rules=rules, who=by, defaults={"at": now})
        if new:
            write(who=by, did="acknowledge_rules", what="upkeep", record=f"rules {number}", now=now)


def review(number: int, adequate: bool, words: str, *, by: str, now: datetime) -> Reviewed:
    """Whether the rules meet what the work asks for. Raises Refused: no_such_rules, own_work, no_words, too_long."""
    rules = _rules(number)
    if rules.by == by:
        raise Refused("own_work")
    if len(words) > WORDS:
        raise Refused("too_long")
    words = from_staff(words)
    if not words:
        raise Refused("no_words")
    with transaction.atomic():
        made = Reviewed.objects.create(rules=rules, adequate=adequate, words=words, by=by, at=now)
        detail = {"adequate": adequate, "words": words}
        write(who=by, did="review_rules", what="upkeep", record=f"rules {number}", now=now, detail=detail)
    return made


def standing(day: date) -> Standing:
    """How the rules stand on that day: who lacks what, and whether last month was assessed by them."""
    rules, people = in_force(day), [one.who for one in roster(day).people]
    month = Month.of(day).plus(-1)
    then = [one.who for one in roster(month.last).people]
    made = assessments(month)
    knows = set(rules.acknowledged.values_list("who", flat=True)) if rules else set()
    return Standing(
        rules,
        [who for who in people if who not in knows],
        list(made.values()),
        [who for who in then if who not in made],
        rules.reviews.order_by("-at").first() if rules else None,
    )


def assessments(month: Month) -> dict[str, Assessment]:
    """The newest assessment of everybody in that month."""
    return {one.who: one for one in Assessment.objects.filter(month=str(month)).select_related("rules").order_by("at")}


def _rules(number: int) -> Rules:
    found = Rules.objects.filter(number=number).first()
    if found is None:
        raise Refused("no_such_rules")
    return found


def _today(now: datetime) -> date:
    return now.astimezone(clock.zone()).date()
