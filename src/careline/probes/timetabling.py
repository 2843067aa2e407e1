"""Timetables as people write them: checked field by field, written down and journaled."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from careline.journal.writing import write
from careline.probes import timetables
from careline.probes.models import Due, Planned, Timetable
from careline.probes.probe import chosen
from careline.probes.refusing import Refused
from careline.promises.calendar import Calendar

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MINUTES_MAX = 7 * 24 * 60
RETRIES_MAX = 5
TIMES_MAX = 24
TABLES_MAX = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote into the form, as it was sent."""

    name: str = ""
    probes: str = ""
    vantage: str = ""
    every: str = ""  # minutes; nothing: at the times
    times: str = ""
    calendar: str = "always"
    retries: str = "1"


def problems(
    written: Written, *, vantages: Collection[str], calendars: Mapping[str, Calendar], new: bool
) -> dict[str, str]:
    """Field -> code of what is wrong with it; two statements at most."""
    wrong: dict[str, str] = {}
    if new and not NAME.fullmatch(written.name):
        wrong["name"] = "bad_name"
    elif new and Timetable.objects.filter(name=written.name).exists():
        wrong["name"] = "taken"
    if not written.probes.split():
        wrong["probes"] = "no_probes"
    elif len(written.probes) > 300:
        wrong["probes"] = "too_long"
    elif not fitting(written.probes):
        wrong["probes"] = "nothing_fits"
    if written.vantage not in vantages:
        wrong["vantage"] = "no_vantage"
    calendar = calendars.get(written.calendar)
    if calendar is None:
        wrong["calendar"] = "no_calendar"
    wrong |= _when(written, calendar)
    if _whole(written.retries, 0, RETRIES_MAX) is None:
        wrong["retries"] = "bad_retries"
    return wrong


def _when(written: Written, calendar: Calendar | None) -> dict[str, str]:
    times = written.times.split()
    if bool(written.every.strip()) == bool(times):
        return {"every": "one_of_two"}
    if not times:
        return {} if _whole(written.every, 1, MINUTES_MAX) else {"every": "bad_minutes"}
    if len(times) > TIMES_MAX or not all(TIME.fullmatch(one) for one in times):
        return {"times": "bad_times"}
    if calendar is not None and not all(_ever_open(calendar, one) for one in times):
        return {"times": "closed_times"}
    return {}


def fitting(patterns: str) -> list[str]:
    """The ids of the plan that fit these patterns; one statement."""
    rows = Planned.objects.order_by("place").only("id")
    return [one.id for one in chosen(list(rows), patterns.split())]


def save(written: Written, calendars: Mapping[str, Calendar], *, new: bool, by: str, now: datetime) -> Timetable:
    """Write down what was found to be in order; journaled. Raises Refused (no_such_timetable, taken, too_many)."""
    every = int(written.every) if written.every.strip() else 0
    fields = {
        "probes": " ".join(written.probes.split()), "vantage": written.vantage, "every_minutes": every,
        "times": " ".join(sorted(set(written.times.split()))), "calendar": written.calendar,
        "retries": int(written.retries), "changed_by": by,
    }  # fmt: skip
    with transaction.atomic():
        if new:
            if Timetable.objects.count() >= TABLES_MAX:
                raise Refused("too_many")
            table, made = Timetable.objects.get_or_create(name=written.name, defaults={**fields, "next_at": now})
            if not made:
                raise Refused("taken", "name")
        else:
            table = _locked(written.name)
            for name, value in fields.items():
                setattr(table, name, value)
        table.next_at = now if every else timetables.after(table, calendars[table.calendar], now)
        table.save()
        _tell("timetable_made" if new else "timetable_changed", table, fields, by, now)
    return table


def pause(name: str, *, by: str, now: datetime) -> None:
    """Nothing is made due by it until it is resumed; what waits from it is taken back."""
    with transaction.atomic():
        table = _locked(name)
        table.active, table.changed_by = False, by
        table.save()
        _take_back(name)
        _tell("timetable_paused", table, {}, by, now)


def resume(name: str, calendars: Mapping[str, Calendar], *, by: str, now: datetime) -> None:
    with transaction.atomic():
        table = _locked(name)
        calendar = calendars.get(table.calendar)
        if calendar is None:
            raise Refused("no_calendar", "calendar")
        table.active, table.changed_by = True, by
        table.next_at = now if table.every_minutes else timetables.after(table, calendar, now)
        table.save()
        _tell("timetable_resumed", table, {}, by, now)


def delete(name: str, *, by: str, now: datetime) -> None:
    """The timetable goes, and what waits from it; its runs stay."""
    with transaction.atomic():
        table = _locked(name)
        _take_back(name)
        _tell("timetable_deleted", table, {"probes": table.probes}, by, now)
        table.delete()


def _take_back(name: str) -> None:
    Due.objects.filter(timetable=name, taken_until=None).delete()


def _locked(name: str) -> Timetable:
    table = Timetable.objects.select_for_update().filter(name=name).first()
    if table is None:
        raise Refused("no_such_timetable")
    return table


def _tell(did: str, table: Timetable, detail: Mapping[str, object], by: str, now: datetime) -> None:
    told = {key: value for key, value in detail.items() if key != "changed_by"}
    write(who=by, did=did, what="timetable", record=table.name, now=now, detail=told)


def _whole(text: str, least: int, most: int) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return int(text) if least <= int(text) <= most else None


def _ever_open(calendar: Calendar, written: str) -> bool:
    """Whether the calendar is open at this time on some weekday: else the timetable would never make anything due."""
    hour, minute = (int(part) for part in written.split(":"))
    at = hour * 60 + minute
    return any(begin <= at < end for day in calendar.hours for begin, end in day)
