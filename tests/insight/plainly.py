"""Statistics counted plainly: every record is read, one by one, and nothing of the house that counts is used.

What counts is written down here a second time, from the words of docs/guides/statistics.md: who marks a line, what an application
is, which hour of the local clock a moment lies in. Where this and the rollups differ, one of them is wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from careline.insight.question import Filters, Period
from careline.postgres import sql

APPLICATIONS = ("subscribe", "order", "register", "cancel")
READS = ("query", "status", "describe", "help")
FAILURES = ("failed", "unknown", "abandoned")
OUTSIDE = "non_business"
HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=15)  # after an hour: sessions, contacts and callers of it stand in no figure before


@dataclass(frozen=True, slots=True)
class Fact:
    """One ended attempt, wherever it was recorded."""

    source: str
    at: datetime
    channel: str
    region: str
    brand: str
    version: int
    service: str
    verb: str
    outcome: str
    cause: str

    @property
    def applies(self) -> bool:
        return self.verb in APPLICATIONS

    @property
    def fails(self) -> bool:
        return self.applies and self.outcome in FAILURES


def local(at: datetime, zone: str) -> datetime:
    """What the clock on the wall shows at the beginning of the hour (UTC) of this moment."""
    return _shown(at.astimezone(UTC).replace(minute=0, second=0, microsecond=0), zone)


@cache
def _shown(hour: datetime, zone: str) -> datetime:
    return hour.astimezone(ZoneInfo(zone))


def _marked() -> Callable[[str, datetime], bool]:
    since = dict(sql.run("SELECT msisdn, marked_at FROM probes_line"))
    return lambda msisdn, at: msisdn in since and at >= since[msisdn]


def facts() -> list[Fact]:
    """Every attempt of customers, every record from elsewhere, every judged dial test."""
    pretends = _marked()
    found = [
        Fact("hall", row[1], *row[2:])
        for row in sql.run(
            "SELECT msisdn, ended_at, channel, region, brand, version, service, verb, outcome, cause FROM ledger_attempt"
        )
        if not pretends(row[0], row[1])
    ]
    found += [
        Fact(*row)
        for row in sql.run(
            "SELECT source, ended_at, channel, region, brand, version, service, verb, outcome, cause FROM insight_record"
        )
    ]
    return found + [
        Fact(*("probes", *row[:7], "done" if row[7] else "failed", row[8]))
        for row in sql.run(
            "SELECT ended_at, channel, region, brand, version, service, verb, passed, cause, judged FROM probes_run"
        )
        if row[9]
    ]


def _fits(one: Any, zone: str, period: Period, filters: Filters, names: Sequence[str]) -> bool:
    at = local(one.at, zone)
    wanted = {
        "channel": filters.channels, "region": filters.regions, "brand": filters.brands, "service": filters.services,
        "version": filters.versions,
    }  # fmt: skip
    return (
        period.since <= at.date() <= period.until
        and one.source in filters.sources
        and (not filters.hours or at.hour in filters.hours)
        and all(not wanted[name] or getattr(one, name) in wanted[name] for name in names)
    )


ALL = ("channel", "region", "brand", "service", "version")


def chosen(known: Iterable[Fact], zone: str, period: Period, filters: Filters, *, outside: bool = False) -> list[Fact]:
    """What the question is about; what asks for nothing of ours is left out, or is all there is."""
    return [one for one in known if (one.service == OUTSIDE) == outside and _fits(one, zone, period, filters, ALL)]


def key_of(one: Fact, by: str, zone: str) -> Any:
    at = local(one.at, zone)
    match by:
        case "month":
            return f"{at:%Y-%m}"
        case "day":
            return at.date()
        case "hour":
            return at.hour
        case "weekday":
            return at.isoweekday()
        case _:
            return getattr(one, by)


def count(
    by: Sequence[str], known: Iterable[Fact], zone: str, period: Period, filters: Filters
) -> list[tuple[tuple[Any, ...], int, int, int, int]]:
    """Key, attempts, applications, failed, queries: in the order of the keys."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in chosen(known, zone, period, filters):
        row = found[tuple(key_of(one, name, zone) for name in by)]
        row[0] += 1
        row[1] += one.applies
        row[2] += one.fails
        row[3] += one.verb in READS
    return [(key, *found[key]) for key in sorted(found)]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Session:
    source: str
    at: datetime
    channel: str
    version: int
    menu: str
    visits: tuple[str, ...]
    node: str
    ended: str


@dataclass(frozen=True, slots=True)
class Hello:
    source: str
    at: datetime
    channel: str
    msisdn: str


def sessions(now: datetime) -> list[Session]:
    """Sessions of customers whose hour is over."""
    pretends = _marked()
    return [
        Session(*("hall", *row[1:5], tuple(row[5]), *row[6:]))
        for row in sql.run("SELECT msisdn, ended_at, channel, version, menu, visits, node, ended FROM ledger_journey")
        if not pretends(row[0], row[1]) and _over(row[1], now)
    ]


def contacts(now: datetime) -> list[Hello]:
    """Contacts of customers whose hour is over."""
    pretends = _marked()
    return [
        Hello("hall", at, channel, msisdn)
        for msisdn, at, channel in sql.run("SELECT msisdn, began_at, channel FROM ledger_contact")
        if not pretends(msisdn, at) and _over(at, now)
    ]


def _over(at: datetime, now: datetime) -> bool:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR + SETTLED <= now


def walked_in(walked: Iterable[Session], zone: str, period: Period, filters: Filters) -> list[Session]:
    return [one for one in walked if _fits(one, zone, period, filters, ("channel", "version"))]


def usage(
    menu: str, walked: Iterable[Session], zone: str, period: Period, filters: Filters
) -> dict[str, tuple[int, int, int, int, int]]:
    """Each place: sessions, visits, done, person, left here; "" is the menu, "*" the sessions that chose any action."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for one in walked:
        if one.menu != menu or not _fits(one, zone, period, filters, ("channel", "version")):
            continue
        actions = [place for place in one.visits if ":" in place]
        times = Counter(one.visits) + Counter({"": len(one.visits)}) + Counter({"*": bool(actions)})
        for place, visits in times.items():
            row = found[place]
            row[0] += 1
            row[1] += visits
            row[2] += one.ended == "done"
            row[3] += one.ended == "person"
            row[4] += place in (one.node, "") and one.ended not in ("done", "person")
    return {place: tuple(row) for place, row in found.items()}  # type: ignore[misc]


def greeted(
    known: Iterable[Hello], zone: str, period: Period, filters: Filters, *, by: Callable[[Hello], Any]
) -> Counter[Any]:
    return Counter(by(one) for one in known if _fits(one, zone, period, filters, ("channel",)))


def dials(known: Iterable[Hello], zone: str, month: date, channel: str) -> list[tuple[str, int]]:
    """Number and how often, the most first, ties by number."""
    found = Counter(
        one.msisdn for one in known if one.channel == channel and local(one.at, zone).date().replace(day=1) == month
    )
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


BANDS = ("1", "2", "3–5", "6–10", "11–20", "21+")


def band(times: int) -> str:
    return next(name for name, most in zip(BANDS, (1, 2, 5, 10, 20, times), strict=True) if times <= most)


def accesses(
    walked: Iterable[Session], zone: str, period: Period, filters: Filters
) -> list[tuple[date, int, int, int]]:
    """Day, sessions of all menus, those in which the machine did something, those that asked for a person."""
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in walked:
        if _fits(one, zone, period, filters, ("channel", "version")):
            row = found[local(one.at, zone).date()]
            row[0] += 1
            row[1] += one.ended == "done"
            row[2] += one.ended == "person"
    return [(day, *found[day]) for day in sorted(found)]  # type: ignore[misc]


LEVELS = {"web": (1, "self_service"), "sms": (1, "message"), "ussd": (1, "message"), "voice": (4, "ivr")}


def ladder(
    known: Iterable[Hello], walked: Iterable[Session], zone: str, period: Period, filters: Filters
) -> dict[tuple[int, str], int]:
    """Contacts by level; calls that asked for a person are people's."""
    found = Counter(LEVELS[one.channel] for one in known if _fits(one, zone, period, filters, ("channel",)))
    asked = sum(
        one.channel == "voice" and one.ended == "person"
        for one in walked if _fits(one, zone, period, filters, ("channel",))
    )  # fmt: skip
    if asked := min(asked, found[4, "ivr"]):
        found[4, "ivr"] -= asked
        found[4, "agent"] += asked
    return dict(found)
