"""A clock that ran ahead and was put right: folding goes back to before it did, and counts what it passed over anew.

While a clock is ahead, hours are folded that are not over. When it is right again, the mark lies in the future: folding would
stand still until that time has come, and what is recorded meanwhile would never be folded as visits and callers.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careline.insight import clock, visiting
from careline.insight.clock import HOUR
from careline.insight.models import Kept, Mark
from careline.insight.recorded import OWN

log = logging.getLogger(__name__)

LEAP = timedelta(minutes=15)  # from one sweep to the next: an hour could have settled that was not over
BACK = timedelta(days=2)  # at least so far back, as rechecks look
BACK_MAX = timedelta(days=7)  # what lies further back was a house that was shut, and not this leap
SHOWN = timedelta(days=1)  # so long the page of health tells it


@dataclass(frozen=True, slots=True)
class PutBack:
    """A clock had run ahead: at `at`, everything before `until` had been counted already."""

    at: datetime
    until: datetime


def notice(mark: Mark, now: datetime) -> None:
    """Put a mark back that lies in the future, in the caller's transaction, which saves it; else note leaps ahead."""
    if mark.hour > now:
        # Of two machines whose clocks differ, one would put back what the other folds, at every sweep.
        if mark.put_back_at is None or not timedelta(0) <= now - mark.put_back_at < HOUR:
            _put_back(mark, now)
    elif (mark.seen_at is not None and now - mark.seen_at > LEAP) and (
        # The first of some days: a process that was started anew while its clock was wrong has leapt again.
        mark.before_leap is None or now - mark.before_leap > BACK_MAX
    ):
        mark.before_leap = mark.hour
    mark.seen_at = now


def lately(now: datetime) -> PutBack | None:
    """What happened on the last day, the latest; one statement."""
    found = Mark.objects.filter(put_back_at__gte=now - SHOWN, put_back_at__lte=now).order_by("-put_back_at").first()
    if found is None or found.put_back_at is None or found.put_back_from is None:
        return None
    return PutBack(found.put_back_at, found.put_back_from)


def _put_back(mark: Mark, now: datetime) -> None:
    since = clock.whole(now - BACK)
    if mark.before_leap is not None and mark.before_leap >= now - BACK_MAX:
        since = min(since, mark.before_leap)
    log.warning(
        "%s: counted up to %s, and now it is %s: the clock had run ahead; counted anew since %s",
        mark.source, mark.hour, now, since,
    )  # fmt: skip
    if mark.source == OWN:
        _take_back(since, mark.hour)
    mark.put_back_at, mark.put_back_from = now, mark.hour
    mark.hour, mark.before_leap = since, None


def _take_back(since: datetime, until: datetime) -> None:
    """Calls of numbers are added up hour by hour: those of these hours come off, for they will be added again."""
    where = clock.zone()
    kept = Kept.objects.filter(kind="contacts").values_list("before", flat=True).first()
    for month, following in _months(since, until):
        begin, end = clock.begin(month, where), clock.begin(following, where)
        visiting.take_back(month, begin, max(begin, since), min(end, until), whole=kept is None or kept <= begin)


def _months(since: datetime, until: datetime) -> Iterator[tuple[date, date]]:
    """The local months of these hours, each with the one after it."""
    where = clock.zone()
    month = clock.slot_of(since, where).day.replace(day=1)
    while clock.begin(month, where) < until:
        following = (month + timedelta(days=32)).replace(day=1)
        yield month, following
        month = following
