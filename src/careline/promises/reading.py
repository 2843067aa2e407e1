"""Calendar files: one TOML each, read into a Calendar, and every mistake named with the file and the key.

zh, en      what people call it
zone        "Europe/Berlin"; the carrier's own zone unless written
country     "CN", "DE-BY": its public holidays are closed, its make-up workdays open; none unless written
[hours]     mon … sun, mon-fri, daily = ["09:00-12:00", "13:30-18:00"]; 24:00 ends a day, 22:00-06:00 the night after
makeup      hours of make-up workdays and of the days in `open`; Monday's unless written
holiday     hours on public holidays; closed unless written
closed, open, announced     lists of days, and the years whose days are complete in this file
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from careline.promises import public_days
from careline.promises.calendar import DAY, Calendar, CalendarError, Hours, week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("announced", "closed", "country", "en", "holiday", "hours", "makeup", "open", "zh", "zone")
_SPAN = re.compile(r"([0-2]?\d):([0-5]\d) ?[-–] ?([0-2]?\d):([0-5]\d)")


def read(path: Path, zone: str) -> Calendar:
    """The calendar in that file, named after it; `zone` unless the file names one. Raises CalendarError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CalendarError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalendarError(f"{path} is not TOML: {error}") from error
    try:
        return _calendar(path.stem, found, zone)
    except CalendarError as error:
        raise CalendarError(f"{path}: {error}") from error


def _calendar(name: str, found: dict[str, Any], zone: str) -> Calendar:
    for key in found:
        if key not in KEYS:
            raise CalendarError(f"unknown key {key}; there are {', '.join(KEYS)}")
    country = _text(found, "country")
    if country and not public_days.known(country):
        raise CalendarError(f"country: no public holidays are known of {country}; write CN, or DE-BY for a part of one")
    hours = _week(found.get("hours"))
    return Calendar(
        name=name,
        zone=_zone(_text(found, "zone") or zone),
        hours=week(hours),
        country=country,
        makeup=_hours(found.get("makeup", []), "makeup") or next((one for _, one in sorted(hours.items()) if one), ()),
        holiday=_hours(found.get("holiday", []), "holiday"),
        closed=frozenset(_days(found, "closed")),
        open=frozenset(_days(found, "open")),
        announced=frozenset(_years(found)),
        zh=_text(found, "zh") or name,
        en=_text(found, "en") or name,
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key, "")
    if not isinstance(value, str):
        raise CalendarError(f'{key}: write it as a text, {key} = "…"')
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise CalendarError(f"zone: there is no time zone {name}; write one like Asia/Shanghai") from error


def _week(table: object) -> dict[int, Hours]:
    if not isinstance(table, dict):
        raise CalendarError("write the hours of the week as a section, [hours]")
    hours: dict[int, Hours] = {}
    for key, value in table.items():
        for day in _weekdays(key):
            if day in hours:
                raise CalendarError(f"hours: {DAYS[day]} is written twice, the second time as {key}")
            hours[day] = _hours(value, f"hours.{key}")
    for day in range(7):
        # The night before reaches into the morning; both would count it.
        ends = max((closes for _, closes in hours.get((day - 1) % 7, ())), default=0) - DAY
        if any(opens < ends for opens, _ in hours.get(day, ())):
            raise CalendarError(f"hours: {DAYS[day]} opens before the night of {DAYS[day - 1]} has ended")
    return hours


def _weekdays(key: str) -> range:
    first, dash, last = key.partition("-")
    if key == "daily":
        return range(7)
    if first not in DAYS or (dash and last not in DAYS):
        raise CalendarError(f"hours: {key} is no day; write {', '.join(DAYS)}, mon-fri or daily")
    begin, end = DAYS.index(first), DAYS.index(last if dash else first)
    if end < begin:
        raise CalendarError(f"hours: {key} runs backwards; the week begins with mon")
    return range(begin, end + 1)


def _hours(value: object, key: str) -> Hours:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise CalendarError(f'{key}: write a list of spans, ["09:00-12:00", "13:30-18:00"]')
    spans = tuple(sorted(_span(one, key) for one in value))
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise CalendarError(f"{key}: two of the spans overlap")
    return spans


def _span(text: str, key: str) -> tuple[int, int]:
    parts = _SPAN.fullmatch(text.strip())
    if parts is None:
        raise CalendarError(f"{key}: {text!r} is no span of time; write 09:00-12:00")
    opens, closes = int(parts[1]) * 60 + int(parts[2]), int(parts[3]) * 60 + int(parts[4])
    if opens >= DAY or closes > DAY:
        raise CalendarError(f"{key}: {text!r}: a day ends at 24:00")
    if opens == closes:
        raise CalendarError(f"{key}: {text!r} is no time at all; a whole day is 00:00-24:00")
    return opens, closes if closes > opens else closes + DAY


def _days(found: dict[str, Any], key: str) -> Iterator[date]:
    value = found.get(key, [])
    for day in value if isinstance(value, list) else [value]:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise CalendarError(f"{key}: write a list of days without quotes, [2027-02-06]")
        yield day


def _years(found: dict[str, Any]) -> Iterator[int]:
    value = found.get("announced", [])
    for year in value if isinstance(value, list) else [value]:
        if isinstance(year, bool) or not isinstance(year, int):
            raise CalendarError("announced: write a list of years, [2027]")
        yield year
