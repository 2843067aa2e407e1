"""The clock from business notice to published prompt: six hours, always (IVR-14), with its log (IVR-15)."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from careline.journal.writing import write
from careline.prompts import logbook
from careline.prompts.logbook import Deed
from careline.prompts.models import Notice, Step
from careline.values.period import Month

# A notice becomes a published prompt within this time; one second more is late (003, page on voice texts).
DUE = timedelta(hours=float(os.environ.get("CARELINE_NOTICE_HOURS", "6")))
USUAL_HOURS = range(8, 15)  # notices normally arrive 08:00-15:00, so nobody need be there at night


class Stage(StrEnum):
    ARRIVED = "arrived"
    TEXT = "text"
    RECORDED = "recorded"
    PUBLISHED = "published"


STAGES = tuple(Stage)


class OutOfTurn(ValueError):
    """That step was taken before, or comes before one that was, or would lie in the past of the last one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice with what was done about it."""

    notice: Notice
    steps: dict[str, Step]

    @property
    def next_stage(self) -> Stage | None:
        return next((stage for stage in STAGES if stage not in self.steps), None)

    def late(self, now: datetime) -> bool:
        """Published after it was due, or not published and due before now."""
        return (self.notice.published_at or now) > self.notice.due_at

    @property
    def took(self) -> timedelta | None:
        return self.notice.published_at - self.notice.arrived_at if self.notice.published_at else None


@dataclass(frozen=True, slots=True)
class Rate:
    """The notices of a month that have been decided: published, or due."""

    in_time: int
    decided: int

    @property
    def percent(self) -> float | None:
        return 100 * self.in_time / self.decided if self.decided else None

    @property
    def conforms(self) -> bool:
        """100 % and nothing less."""
        return self.in_time == self.decided


def arrive(title: str, body: str, *, arrived_at: datetime, by: str, now: datetime, due_in: timedelta = DUE) -> Notice:
    """Enter a business notice; its clock runs from its arrival, not from when somebody entered it."""
    arrived_at = arrived_at.astimezone(UTC)  # in a local zone, hours would be those of the clock on the wall
    if arrived_at > now:
        raise OutOfTurn("A notice cannot arrive in the future.")
    with transaction.atomic():
        notice = Notice.objects.create(title=title[:200], body=body, arrived_at=arrived_at, due_at=arrived_at + due_in)
        Step.objects.create(notice=notice, step=Stage.ARRIVED, at=arrived_at, by=by)
        _noted(notice, Stage.ARRIVED, by, now)
    return notice


def step(notice: Notice, stage: Stage, *, by: str, now: datetime, note: str = "") -> Step:
    """Take the next step: text written, recorded, published. Raises OutOfTurn; publishing stops the clock."""
    with transaction.atomic():
        held = Notice.objects.select_for_update().get(pk=notice.pk)
        taken = {one.step: one for one in held.steps.all()}
        if stage != next((one for one in STAGES if one not in taken), None):
            raise OutOfTurn(f"The step {stage.value} is not the next one.")
        if now < max(one.at for one in taken.values()):
            raise OutOfTurn("A step cannot come before the one before it.")
        made = Step.objects.create(notice=held, step=stage, at=now, by=by, note=note[:500])
        if stage is Stage.PUBLISHED:
            held.published_at = now
            held.save(update_fields=["published_at"])
        _noted(held, stage, by, now)
    return made


def standings(first: datetime, last: datetime) -> list[Standing]:
    """The notices that arrived from `first` until before `last`, newest first, each with its steps."""
    found = Notice.objects.filter(arrived_at__gte=first, arrived_at__lt=last).order_by("-arrived_at", "-id")
    return [_standing(notice) for notice in found.prefetch_related(Prefetch("steps", Step.objects.order_by("at")))]


def standing(number: int) -> Standing | None:
    notice = Notice.objects.filter(pk=number).first()
    return _standing(notice) if notice else None


def rate(found: Sequence[Standing], now: datetime) -> Rate:
    """How many were published in time, of those that have been decided."""
    decided = [one for one in found if one.notice.published_at or one.late(now)]
    return Rate(sum(not one.late(now) for one in decided), len(decided))


def hours(found: Sequence[Standing]) -> list[int]:
    """How many notices arrived in each local hour of the day, 0..23."""
    zone = timezone.get_current_timezone()
    counted = Counter(one.notice.arrived_at.astimezone(zone).hour for one in found)
    return [counted[hour] for hour in range(24)]


def month_of(month: Month) -> tuple[datetime, datetime]:
    """The local month as two moments: its first, and the first of the next."""
    zone = timezone.get_current_timezone()
    first, last = (datetime.combine(one.first, datetime.min.time(), zone) for one in (month, month.plus(1)))
    return first, last


def alarm(now: datetime) -> list[Notice]:
    """The notices that have become overdue since the last look; each is told of once."""
    with transaction.atomic():
        late = list(
            Notice.objects.select_for_update(skip_locked=True).filter(
                published_at=None, alarmed_at=None, due_at__lt=now
            )
        )
        for notice in late:
            notice.alarmed_at = now
            notice.save(update_fields=["alarmed_at"])
            logbook.note(Deed.ALARM, by="clock", now=now, about=notice.title, detail={"notice": notice.pk})
    return late


def _standing(notice: Notice) -> Standing:
    return Standing(notice, {one.step: one for one in notice.steps.all()})


def _noted(notice: Notice, stage: Stage, by: str, now: datetime) -> None:
    detail = {"notice": notice.pk, "step": stage.value, "title": notice.title}
    write(who=by, did="notice", what="notice", record=str(notice.pk), now=now, detail=detail)
    logbook.note(Deed.NOTICE, by=by, now=now, about=notice.title, detail=detail)
