"""Calendars: at which hours of which days time counts, in the zone of those who work by them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from careline.promises.public_days import public_days

Hours = tuple[tuple[int, int], ...]  # minutes of the day: opens, closes; over 1440 is the day after

DAY = 24 * 60  # minutes
ROUND_THE_CLOCK: Hours = ((0, DAY),)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CalendarError(ValueError):
    """A calendar cannot be used, or there is none of that name; the text says which and what is wrong."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of a week (Monday first), and the days that are otherwise. Raises CalendarError when never open.

    `closed` goes before everything, then `open` and make-up workdays (both with the hours of `makeup`), then public
    holidays (`holiday`), then the week.
    """

    name: str
    zone: ZoneInfo
    hours: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    country: str = ""
    makeup: Hours = ()
    holiday: Hours = ()
    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    announced: frozenset[int] = frozenset()  # years whose days off stand complete in `closed` and `open`
    zh: str = ""
    en: str = ""
    _years: dict[int, "Year"] = field(default_factory=dict, init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if not any(self.hours):
            raise CalendarError(f"calendar {self.name} is never open: nothing promised by it would ever fall due")

    @property
    def round_the_clock(self) -> bool:
        return not self.country and not self.closed and all(hours == ROUND_THE_CLOCK for hours in self.hours)

    def hours_of(self, day: date) -> Hours:
        """When it is open on that day."""
        if day in self.closed:
            return ()
        public = public_days(self.country, day.year)
        if day in self.open or day in public.worked:
            return self.makeup or self.hours[day.weekday()]
        return self.holiday if day in public.off else self.hours[day.weekday()]

    def is_announced(self, year: int) -> bool:
        """Are the days off of that year final, as far as we know?"""
        return year in self.announced or public_days(self.country, year).announced

    def year(self, year: int) -> "Year":
        """The openings that begin in that year, as instants; computed once."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = Year(list(self._openings(year)))
        return found

    def _openings(self, year: int) -> Iterator[tuple[int, int]]:
        """Openings in order; what overlaps the one before counts once, from the night before New Year on."""
        day, end = date(year, 1, 1) - timedelta(days=1), 0
        while day.year <= year:
            for opens, closes in self.hours_of(day):
                since = max(_instant(day, opens, self.zone, last=False), end)
                until = _instant(day, closes, self.zone, last=True)
                if until > since:
                    end = until
                    if day.year == year:
                        yield since, until
            day += timedelta(days=1)


class Year:
    """Openings in order, and how much working time lies before each; all in microseconds since 1970."""

    __slots__ = ("closes", "opens", "total", "until")

    def __init__(self, openings: Sequence[tuple[int, int]]) -> None:
        self.opens = [opens for opens, _ in openings]
        self.closes = [closes for _, closes in openings]
        self.until: list[int] = []  # working time to the end of each opening
        self.total = 0
        for opens, closes in openings:
            self.total += closes - opens
            self.until.append(self.total)

    def before(self, at: int) -> int:
        """The working time of these openings up to that instant."""
        index = bisect_right(self.opens, at) - 1
        return self.until[index] - max(0, self.closes[index] - at) if index >= 0 else 0

    def reached(self, working: int) -> int:
        """The first instant by which so much has gone by; 0 < working <= total."""
        index = bisect_left(self.until, working)
        return self.closes[index] - (self.until[index] - working)


def instant(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _instant(day: date, minute: int, zone: ZoneInfo, *, last: bool) -> int:
    """When a clock on the wall shows that minute. Shown twice in autumn: hours open at the first and close at the last.

    A time that is skipped in spring counts as if the clock had not been put forward: half past two is then half past three.
    """
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 -- the zone follows
    offset = local.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    if last:
        again = local.replace(tzinfo=zone, fold=1).utcoffset()
        assert again is not None
        offset = min(offset, again)
    return (local - offset - EPOCH.replace(tzinfo=None)) // _MICROSECOND


def week(hours: Mapping[int, Hours]) -> tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]:
    """Hours by weekday (0 is Monday); a day that is not named is closed."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (hours.get(day, ()) for day in range(7))
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


ALWAYS = Calendar("always", ZoneInfo("UTC"), week(dict.fromkeys(range(7), ROUND_THE_CLOCK)), zh="全天", en="Always")
