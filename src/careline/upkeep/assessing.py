"""The month of a maintainer, judged by facts: days maintained, notices in time, rounds made, knowledge shown."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from careline.cases.free_text import from_staff
from careline.insight import clock
from careline.journal.writing import write
from careline.prompts.models import Step as NoticeStep
from careline.upkeep import diary, notice_clock, policy, quiz, rounds
from careline.upkeep.duties import Kind, duties
from careline.upkeep.models import Assessment, Maintainer, Rules
from careline.upkeep.refusing import Refused
from careline.values.period import Month


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `met` by the least percent that the duties ask for, None where there was nothing to do."""

    done: int
    of: int
    least: int

    @property
    def met(self) -> bool | None:
        return 100 * self.done >= self.least * self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.done}/{self.of}" + (f" = {100 * self.done / self.of:.1f} %" if self.of else "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a month is judged by, and what of it this person did."""

    days: Share
    notices: Share
    rounds: Share
    knows: bool
    own_days: int  # days on which this person's name stands in the diary
    own_notices: int  # steps of notices
    own_rounds: int

    @property
    def met(self) -> bool:
        """Nothing that was due was missed, and the process is known."""
        return self.knows and all(one.met is not False for one in (self.days, self.notices, self.rounds))

    def as_json(self) -> dict[str, object]:
        shares = {"days": self.days, "notices": self.notices, "rounds": self.rounds}
        told: dict[str, object] = {
            name: {"done": one.done, "of": one.of, "least_percent": one.least} for name, one in shares.items()
        }
        return told | {
            "knows": self.knows, "own_days": self.own_days, "own_notices": self.own_notices, "own_rounds": self.own_rounds,
        }  # fmt: skip


def facts(who: str, month: Month, now: datetime) -> Facts:
    """From the records, for that month or as much of it as is over."""
    least, today = duties().assessment, now.astimezone(clock.zone()).date()
    until = min(month.last, today)
    held = diary.days(month.first, until) if until >= month.first else {}
    kept = diary.verdict(held, today)
    counts = duties().counts
    due = [one for one in rounds.schedule(month.first, month.last, now) if one.state in ("made", "missed")]
    rate = notice_clock.rate(notice_clock.rows(month, now), now)
    begin, end = clock.begin(month.first, clock.zone()), clock.end(month.last, clock.zone())
    known = {one.maintainer.who for one in quiz.standing(until) if one.passed}
    return Facts(
        days=Share(kept.done, kept.due, least["days_percent_min"]),
        notices=Share(rate.in_time, rate.decided, least["notices_percent_min"]),
        rounds=Share(sum(one.state == "made" for one in due), len(due), least["rounds_percent_min"]),
        knows=who in known,
        own_days=sum(any(p.by == who and p.kind in counts for p in day.proofs) for day in held.values()),
        own_notices=NoticeStep.objects.filter(by=who, at__gte=begin, at__lt=end).count(),
        own_rounds=sum(
            p.by == who and p.kind is Kind.ROUND for day in held.values() for p in day.proofs
        ),
    )  # fmt: skip


def assess(who: str, month: Month, words: str, *, by: str, now: datetime) -> Assessment:
    """Fill in a month's sheet by the rules in force on its last day; the facts are kept as they are now.

    Raises Refused: own_work (nobody assesses themselves), month_runs (it is not over), nobody (not on that month's
    roster), no_rules, too_long.
    """
    today = now.astimezone(clock.zone()).date()
    if who == by:
        raise Refused("own_work")
    if month.last >= today:
        raise Refused("month_runs")
    if not _served(who, month):
        raise Refused("nobody")
    rules = _rules(month, today)
    if len(words) > duties().assessment["comment_max"]:
        raise Refused("too_long")
    found = facts(who, month, now)
    with transaction.atomic():
        made = Assessment.objects.create(
            who=who, month=str(month), rules=rules, facts=found.as_json(), met=found.met, words=from_staff(words), by=by,
            at=now,
        )  # fmt: skip
        detail = {"month": str(month), "met": found.met, "rules": rules.number, "facts": found.as_json()}
        write(who=by, did="assess", what="upkeep", record=f"{who} {month}", now=now, detail=detail)
    return made


def _served(who: str, month: Month) -> bool:
    held = Maintainer.objects.filter(Q(until=None) | Q(until__gte=month.first), who=who, since__lte=month.last)
    return held.exists()


def _rules(month: Month, today: date) -> Rules:
    """Those of the month's end; the first rules of a house may be applied to the month before them."""
    found = policy.in_force(month.last) or policy.in_force(today)
    if found is None:
        raise Refused("no_rules")
    return found
