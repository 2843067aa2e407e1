"""When a parcel can be brought: the windows of a region on the working days of a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from careline.dialogue.saying import local
from careline.orders.policy import policy
from careline.orders.states import NotAllowed
from careline.promises import calendars


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that a customer can choose; `id` is 2026-11-24/09:00-12:00. Aware, in UTC."""

    id: str
    begins: datetime
    ends: datetime


def slots(region: str, now: datetime) -> Sequence[Slot]:
    """Those that can be chosen now, the earliest first: so many open days, none too soon after the order."""
    rules, calendar = policy(), calendars.named(policy().calendar)
    found: list[Slot] = []
    day, days = local(now).date(), 0
    for _ in range(rules.days * 4):
        of_day = []
        for window in rules.windows_of(region) if calendar.hours_of(day) else ():
            zone = local(now).tzinfo
            begins = datetime.combine(day, window.begins, zone).astimezone(UTC)
            if begins >= now + rules.first_after:
                ends = datetime.combine(day, window.ends, zone).astimezone(UTC)
                of_day.append(Slot(f"{day}/{window}", begins, ends))
        found += of_day
        days += bool(of_day)
        if days == rules.days:
            break
        day += timedelta(days=1)
    return found


def named(id: str, region: str, now: datetime) -> Slot:
    """The slot of that id, when it can still be chosen; raises NotAllowed("no_slot")."""
    for slot in slots(region, now):
        if slot.id == id:
            return slot
    raise NotAllowed("no_slot")
