"""What holds of every calendar, start, allowance and pause."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from careline.promises import clock
from careline.promises.calendar import ALWAYS, Calendar, Hours, week
from careline.promises.calendars import named
from careline.promises.clock import Pause

ZERO = timedelta()
BEGIN = datetime(2024, 12, 1, tzinfo=UTC)


@st.composite
def shifts(draw: st.DrawFn) -> Hours:
    """No, one or two spans of a day, the last maybe over midnight."""
    times = sorted(draw(st.lists(st.integers(0, 24 * 12), max_size=4, unique=True)))
    times = [time * 5 for time in times[: len(times) // 2 * 2]]
    spans = [(times[index], times[index + 1]) for index in range(0, len(times), 2)]
    if spans:
        spans[-1] = (spans[-1][0], spans[-1][1] + draw(st.integers(0, spans[0][0] // 5)) * 5)
    return tuple(spans)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([ALWAYS, named("office"), named("hall"), named("hotline")]))
    hours = draw(st.lists(shifts(), min_size=7, max_size=7).filter(any))
    zone = draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]))
    country = draw(st.sampled_from(["", "CN", "DE"]))
    return Calendar("drawn", ZoneInfo(zone), week(dict(enumerate(hours))), country)


starts = st.integers(0, 3 * 365 * 24 * 3600).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
workings = st.integers(0, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
waits = st.integers(0, 40 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime, *, lasting: bool = False) -> list[Pause]:
    found: list[Pause] = []
    for after, length in draw(st.lists(st.tuples(waits, waits), max_size=3)):
        found.append((start + after / 4, start + after / 4 + length / 4))
    if lasting and draw(st.booleans()):
        found.append((start + draw(waits), None))
    return found


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=starts, working=workings, data=st.data())
def test_by_the_due_time_exactly_the_allowed_time_has_gone_by(
    calendar: Calendar, start: datetime, working: timedelta, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start))
    due = clock.due(calendar, start, working, pauses)
    assert clock.elapsed(calendar, start, due, pauses) == working
    assert due >= start + working
    if working:  # and not a moment earlier
        assert clock.elapsed(calendar, start, due - timedelta.resolution, pauses) < working


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), starts=st.tuples(starts, waits), workings=st.tuples(workings, workings))
def test_who_starts_later_or_has_longer_is_never_due_earlier(
    calendar: Calendar, starts: tuple[datetime, timedelta], workings: tuple[timedelta, timedelta]
) -> None:
    early, late = starts[0], starts[0] + starts[1]
    short, long = sorted(workings)
    assert clock.due(calendar, early, short) <= clock.due(calendar, early, long)
    if short:  # no time at all is due at once, also at night
        assert clock.due(calendar, early, short) <= clock.due(calendar, late, short)


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=starts, until=st.tuples(waits, waits), data=st.data())
def test_time_that_went_by_and_time_that_stood_still_are_all_the_time_there_was(
    calendar: Calendar, start: datetime, until: tuple[timedelta, timedelta], data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start, lasting=True))
    first, last = start + until[0], start + until[0] + until[1]
    elapsed, paused = clock.elapsed(calendar, start, last, pauses), clock.paused(calendar, pauses, start, last)
    assert elapsed + paused == clock.elapsed(calendar, start, last)
    assert ZERO <= elapsed <= last - start
    assert ZERO <= paused <= last - start
    assert clock.elapsed(calendar, start, first, pauses) <= elapsed  # clocks do not run backwards
    whole = clock.elapsed(calendar, start, first, pauses) + clock.elapsed(calendar, first, last, pauses)
    assert whole == elapsed


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=starts, working=workings, paused_after=waits, length=waits)
def test_after_a_pause_as_much_working_time_is_left_as_before_it(
    calendar: Calendar, start: datetime, working: timedelta, paused_after: timedelta, length: timedelta
) -> None:
    since = start + paused_after
    until = since + length
    left = working - clock.elapsed(calendar, start, since)
    due = clock.due(calendar, start, working, [(since, until)])
    if left <= ZERO:  # it was due before the pause, and stays so
        assert due == clock.due(calendar, start, working) <= since
    else:
        assert due == clock.due(calendar, until, left)
        assert clock.due(calendar, start, working, [(since, None)]) == clock.NEVER


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), at=starts)
def test_an_opening_is_found_where_time_begins_to_count(calendar: Calendar, at: datetime) -> None:
    opens = clock.next_open(calendar, at)
    assert opens >= at
    assert clock.elapsed(calendar, at, opens) == ZERO
    assert clock.elapsed(calendar, opens, opens + timedelta(seconds=1)) > ZERO
    ended = clock.last_open(calendar, at)
    assert ended is not None
    assert ended <= at
    assert clock.elapsed(calendar, ended, at) == ZERO


@settings(max_examples=30, deadline=None)
@given(calendar=calendars(), start=starts, length=st.integers(1, 4 * 24 * 60))
def test_summed_up_years_count_like_one_minute_after_the_other(
    calendar: Calendar, start: datetime, length: int
) -> None:
    """A foreign judge: look at the wall each minute, and ask the week and the days whether it is open."""
    start = start.replace(second=0)
    open_minutes = 0
    for number in range(length):
        at = (start + timedelta(minutes=number)).astimezone(calendar.zone)
        minute = at.hour * 60 + at.minute
        today = any(opens <= minute < closes for opens, closes in calendar.hours_of(at.date()))
        before = calendar.hours_of(at.date() - timedelta(days=1))
        open_minutes += today or any(minute + 1440 < closes for _, closes in before)
    # Where clocks are put forward or back, what is open between may be read in two ways.
    offsets = {(start + timedelta(minutes=m)).astimezone(calendar.zone).utcoffset() for m in (0, length)}
    if len(offsets) == 1:
        assert clock.elapsed(calendar, start, start + timedelta(minutes=length)) == timedelta(minutes=open_minutes)
