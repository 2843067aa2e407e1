"""Lines that are simply there: how a town or a test fills the sandbox, many lines in a fixed number of statements.

What is there already stays as it is. The accounts are the sums of their entries here too: a first payment makes up
whatever the later top-ups and the bills leave unexplained.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from careline.carrier.adapters.sandbox.charging import Charged, written
from careline.carrier.adapters.sandbox.hows import kind_of
from careline.carrier.adapters.sandbox.passwords import id_digest
from careline.carrier.adapters.sandbox.rules import Day, midnight
from careline.postgres.sql import columns, execute, run
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.period import Month
from careline.values.secret import Secret


class Paid(NamedTuple):
    """Money that came in some days ago; `how` as in `hows`."""

    days_ago: int
    how: str
    fen: int
    gift: bool = False


class Held(NamedTuple):
    """A product that the line has had for some days; its fee of this month is paid."""

    product: str
    name: Text
    fee: int = 0
    tier: str = ""
    per: str = "month"
    paid_to: str = ""
    days_ago: int = 90
    by: str = "subscriber"
    channel: str = "shop"
    settings: Mapping[str, Any] = {}


class Call(NamedTuple):
    days_ago: int
    kind: str
    seconds: int
    fee: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A line as it is to be found. Amounts in fen; `bills`: months ago -> [(what for, fen)]."""

    msisdn: Msisdn
    brand: str
    region: str
    language: str = "zh"
    status: str = "active"
    abroad: bool = False
    owner_masked: str = ""
    id_number: Secret | None = None
    birthday: date | None = None
    plan: str = ""
    basic: int = 0
    gift: int = 0
    credit_limit: int = 0
    points: int = 0
    points_expiring: int = 0
    days_here: int = 800
    valid_days: int | None = 90
    suspended_days_ago: int | None = None
    password: str = ""  # as `passwords.hashed` makes it
    alert_below: int | None = None
    paid: Sequence[Paid] = ()
    held: Sequence[Held] = ()
    bills: Mapping[int, Sequence[tuple[str, int]]] = field(default_factory=dict)
    charged: Mapping[int, Sequence[Charged]] = field(default_factory=dict)  # months ago -> items besides those
    usage: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    calls: Sequence[Call] = ()
    group: tuple[str, str] | None = None  # V-net and short number


def open_lines(openings: Sequence[Opening], now: datetime) -> int:
    """Put the lines there that are not there yet; how many. Nine statements at most."""
    day = Day.of(now)
    # Lines that were not there.
    new = {
        row[0]
        for row in run(
            "INSERT INTO sandbox_line (msisdn, brand, region, language, abroad, owner_masked, id_hash, birthday, plan)"
            " SELECT msisdn, brand, region, language, abroad, owner_masked, decode(id_hash, 'hex'), birthday, plan"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::text[], %s::text[],"
            " %s::date[], %s::text[])"
            " AS t (msisdn, brand, region, language, abroad, owner_masked, id_hash, birthday, plan)"
            " ON CONFLICT DO NOTHING RETURNING msisdn",
            columns([_line(one) for one in sorted(openings, key=lambda one: one.msisdn.digits)]),
        )
    }
    fresh = [one for one in openings if one.msisdn.digits in new]
    if fresh:
        _accounts(fresh, day)
        _entries(fresh, day)
        _holdings(fresh, day)
        _bills(fresh, day)
        _calls(fresh, day)
        _groups(fresh)
    _usage(openings, day)  # a month later there is a new month's usage
    return len(fresh)


def forget_lines(msisdns: Sequence[Msisdn]) -> None:
    """Take these lines away with all they had."""
    for table in (
        "line", "account", "holding", "usage", "bill", "entry", "deed", "alert", "call", "short_number", "card",
    ):  # fmt: skip
        execute(
            f"DELETE FROM sandbox_{table} WHERE msisdn = ANY(%s::text[])",  # noqa: S608 (names of ours)
            [[number.digits for number in msisdns]],
        )


def _line(one: Opening) -> tuple[Any, ...]:
    digest = id_digest(one.id_number.reveal()).hex() if one.id_number else None
    return (
        one.msisdn.digits, one.brand, one.region, one.language, one.abroad, one.owner_masked, digest,
        one.birthday, one.plan,
    )  # fmt: skip


def _accounts(openings: Sequence[Opening], day: Day) -> None:
    execute(
        "INSERT INTO sandbox_account (msisdn, status, basic, gift, credit_limit, points, points_expiring, alert_below,"
        " version, rows, activated_on, suspended_on, valid_until, password, tries)"
        " SELECT msisdn, status, basic, gift, credit_limit, points, points_expiring, alert_below, 0, rows,"
        " activated_on, suspended_on, valid_until, password, 0"
        " FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[],"
        " %s::int[], %s::date[], %s::date[], %s::date[], %s::text[]) AS t (msisdn, status, basic, gift, credit_limit,"
        " points, points_expiring, alert_below, rows, activated_on, suspended_on, valid_until, password)",
        columns(
            [
                (
                    one.msisdn.digits, one.status, one.basic, one.gift, one.credit_limit, one.points,
                    one.points_expiring, one.alert_below, len(_money(one, day)) + len(one.held),
                    None if one.status == "inactive" else day.today - timedelta(days=one.days_here),
                    _days_ago(day, one.suspended_days_ago),
                    None if one.valid_days is None else day.today + timedelta(days=one.valid_days),
                    one.password,
                )
                for one in openings
            ]
        ),
    )  # fmt: skip


def _money(one: Opening, day: Day) -> list[tuple[datetime, str, int, int, int, str]]:
    """The entries that add up to the account: (at, kind, basic, gift, points, how)."""
    later = [
        (
            day.now - timedelta(days=paid.days_ago),
            kind_of(paid.how),
            0 if paid.gift else paid.fen,
            paid.fen if paid.gift else 0,
            0,
            paid.how,
        )
        for paid in one.paid
    ]
    months = {ago: Month.of(day.today).plus(-ago) for ago in _billed(one)}
    later += [
        (
            midnight(month.last) if ago else day.now,
            "fee",
            -sum(item["fen"] for item in _items(one, month, ago)),
            0,
            0,
            "",
        )
        for ago, month in months.items()
    ]
    basic = one.basic - sum(entry[2] for entry in later)
    gift = one.gift - sum(entry[3] for entry in later)
    first = day.now - timedelta(days=one.days_here)
    entries = [*later]
    if basic or gift or one.points:
        entries.append((first, "opening", basic, gift, one.points, ""))
    return sorted(entries)


def _entries(openings: Sequence[Opening], day: Day) -> None:
    rows = [
        (one.msisdn.digits, number, *entry)
        for one in openings
        for number, entry in enumerate(_money(one, day), start=1)
    ]
    if rows:
        execute(
            "INSERT INTO sandbox_entry (msisdn, number, at, kind, basic, gift, points, product, how, reference, by)"
            " SELECT msisdn, number, at, kind, basic, gift, points, '', how, '', 'opening' FROM unnest(%s::text[],"
            " %s::int[], %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::text[])"
            " AS t (msisdn, number, at, kind, basic, gift, points, how)",
            columns(rows),
        )


def _holdings(openings: Sequence[Opening], day: Day) -> None:
    rows = []
    for one in openings:
        for number, held in enumerate(one.held, start=len(_money(one, day)) + 1):
            since = day.now - timedelta(days=held.days_ago)
            rows.append(
                (
                    one.msisdn.digits, number, held.product, held.tier, held.name.zh, held.name.en, held.fee,
                    held.per, held.paid_to, since, Day.of(since).today, held.by, held.channel,
                    json.dumps(dict(held.settings), ensure_ascii=False), day.month,
                )
            )  # fmt: skip
    if rows:
        execute(
            "INSERT INTO sandbox_holding (msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, since,"
            " starts_on, by, channel, ended_by, ended_channel, allowances, settings, rolled, reference)"
            " SELECT msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, since, starts_on, by, channel,"
            " '', '', '{}'::jsonb, settings::jsonb, rolled, '' FROM unnest(%s::text[], %s::int[], %s::text[],"
            " %s::text[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::date[],"
            " %s::text[], %s::text[], %s::text[], %s::int[]) AS t (msisdn, number, product, tier, name_zh, name_en, fee,"
            " per, paid_to, since, starts_on, by, channel, settings, rolled)",
            columns(rows),
        )


def _bills(openings: Sequence[Opening], day: Day) -> None:
    rows = []
    for one in openings:
        for ago in _billed(one):
            month = Month.of(day.today).plus(-ago)
            items = _items(one, month, ago)
            total = sum(item["fen"] for item in items)
            owed = max(0, -one.basic) if ago == min(_billed(one)) else 0
            rows.append((one.msisdn.digits, month.year * 100 + month.month, total, total - owed, json.dumps(items)))
    if rows:
        execute(
            "INSERT INTO sandbox_bill (msisdn, month, total, paid, items)"
            " SELECT msisdn, month, total, paid, items::jsonb FROM unnest(%s::text[], %s::int[], %s::bigint[],"
            " %s::bigint[], %s::text[]) AS t (msisdn, month, total, paid, items)",
            columns(rows),
        )


def _billed(one: Opening) -> list[int]:
    return sorted({*one.bills, *one.charged}, reverse=True)


def _items(one: Opening, month: Month, ago: int) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = [
        {"product": product, "fen": fen, "on": str(month.last)} for product, fen in one.bills.get(ago, ())
    ]
    return plain + [written(record, month.first) for record in one.charged.get(ago, ())]


def _usage(openings: Sequence[Opening], day: Day) -> None:
    rows = [(one.msisdn.digits, quota, used, total) for one in openings for quota, (used, total) in one.usage.items()]
    if rows:  # what a line begins with is no news: its customer is told of what comes after it
        execute(
            "INSERT INTO sandbox_usage (msisdn, month, quota, used, total, told)"
            " SELECT msisdn, %s::int, quota, used, total, CASE WHEN used >= total THEN 100 WHEN used >= total * 0.8 THEN 80 ELSE 0 END"
            " FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[]) AS t (msisdn, quota, used, total) ON CONFLICT DO NOTHING",
            [day.month, *columns(rows)],
        )


def _calls(openings: Sequence[Opening], day: Day) -> None:
    rows = [
        (one.msisdn.digits, day.now - timedelta(days=call.days_ago, minutes=index), call.kind, call.seconds, call.fee)
        for one in openings
        for index, call in enumerate(one.calls)
    ]  # fmt: skip
    if rows:
        execute(
            "INSERT INTO sandbox_call (msisdn, at, kind, seconds, fee)"
            " SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::int[], %s::int[])",
            columns(rows),
        )


def _groups(openings: Sequence[Opening]) -> None:
    rows = [(one.msisdn.digits, *one.group) for one in openings if one.group]
    if rows:
        execute(
            "INSERT INTO sandbox_short_number (msisdn, vnet, short)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            columns(rows),
        )


def _days_ago(day: Day, days: int | None) -> date | None:
    return None if days is None else day.today - timedelta(days=days)
