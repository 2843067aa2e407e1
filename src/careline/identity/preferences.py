"""What customers want to be written, and at which hours; the letters of the five kinds ask here before they are posted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from careline.identity.records import Preferences
from careline.journal.writing import write
from careline.postgres import sql
from careline.values.msisdn import Msisdn

# What can be switched off. Codes, cases, refunds, and what others opened on a line are always told.
KINDS = ("offers", "surveys", "order_news", "usage_alerts", "balance_alerts")


class NoSuchKind(ValueError):
    """There are no letters of that kind to be switched off."""


class NotAnHour(ValueError):
    """Hours of a day go from 0 to 23, and both ends are needed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A customer's preferences: kind -> wanted, and the hours of quiet (from, until), none: no such hours."""

    wanted: Mapping[str, bool]
    quiet: tuple[int, int] | None = None
    changed_at: datetime | None = None


def wants(msisdns: Sequence[Msisdn], kind: str) -> Mapping[Msisdn, bool]:
    """Whether each of these customers wants letters of this kind; all are wanted until somebody says no. One statement."""
    _check(kind)
    # Who has declined this?
    rows = sql.run(
        "SELECT msisdn FROM identity_preferences WHERE msisdn = ANY(%s::text[]) AND %s = ANY(declined)",
        [[one.digits for one in msisdns], kind],
    )
    declined = {row[0] for row in rows}
    return {one: one.digits not in declined for one in msisdns}


def when(msisdns: Sequence[Msisdn], now: datetime) -> Mapping[Msisdn, datetime]:
    """From when on a letter of the five kinds may leave to each: now, or the end of the quiet hours. One statement."""
    # Whose hours of quiet are known?
    rows = sql.run(
        "SELECT msisdn, quiet_from, quiet_until FROM identity_preferences"
        " WHERE msisdn = ANY(%s::text[]) AND quiet_from IS NOT NULL",
        [[one.digits for one in msisdns]],
    )
    quiet = {row[0]: (row[1], row[2]) for row in rows}
    return {one: after_quiet(quiet.get(one.digits), now) for one in msisdns}


def after_quiet(quiet: tuple[int, int] | None, now: datetime) -> datetime:
    """The first moment from `now` on that lies outside these hours of the carrier's day; hours may span midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return now
    since, until = quiet
    local = timezone.localtime(now)
    silent = since <= local.hour < until if since < until else local.hour >= since or local.hour < until
    if not silent:
        return now
    day = local.date() + timedelta(days=1 if local.hour >= until else 0)
    return datetime.combine(day, time(until), tzinfo=local.tzinfo).astimezone(now.tzinfo)


def of(msisdn: Msisdn) -> Chosen:
    """All that this customer chose."""
    row = Preferences.objects.filter(msisdn=msisdn.digits).first()
    if row is None:
        return Chosen(dict.fromkeys(KINDS, True))
    quiet = None if row.quiet_from is None or row.quiet_until is None else (row.quiet_from, row.quiet_until)
    return Chosen({kind: kind not in row.declined for kind in KINDS}, quiet, row.changed_at)


def choose(msisdn: Msisdn, kind: str, on: bool, *, by: str, now: datetime) -> bool:
    """Want letters of this kind, or no more; whether that is a change. Journaled. Raises NoSuchKind."""
    _check(kind)
    with transaction.atomic():
        row = _locked(msisdn, by, now)
        if (kind not in row.declined) == on:
            return False
        declined = {*row.declined, kind} - ({kind} if on else set())
        row.declined = [one for one in KINDS if one in declined]
        _keep(row, by, now, {"kind": kind, "on": on})
    return True


def rest(msisdn: Msisdn, quiet: tuple[int, int] | None, *, by: str, now: datetime) -> bool:
    """Be left in peace between these hours, or at none; whether that is a change. Journaled. Raises NotAnHour."""
    if quiet is not None and not all(0 <= hour <= 23 for hour in quiet):
        raise NotAnHour("an hour from 0 to 23")
    with transaction.atomic():
        row = _locked(msisdn, by, now)
        given = quiet or (None, None)
        if (row.quiet_from, row.quiet_until) == given:
            return False
        row.quiet_from, row.quiet_until = given
        _keep(row, by, now, {"quiet": list(quiet or ())})
    return True


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise NoSuchKind(kind)


def _locked(msisdn: Msisdn, by: str, now: datetime) -> Preferences:
    Preferences.objects.get_or_create(msisdn=msisdn.digits, defaults={"changed_at": now, "changed_by": by})
    return Preferences.objects.select_for_update().get(msisdn=msisdn.digits)


def _keep(row: Preferences, by: str, now: datetime, detail: Mapping[str, object]) -> None:
    row.changed_at, row.changed_by = now, by
    row.save()
    record = Msisdn(row.msisdn).masked()
    write(who=by, did="prefer", what="subscriber", record=record, now=now, detail=detail)
