"""Reads about money: account, bills, payments, points; one statement for each kind however many ask."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from careline.carrier.adapters.sandbox import hows, plans
from careline.carrier.adapters.sandbox.asking import NO_LINE, Answers, by_line, numbers
from careline.carrier.adapters.sandbox.rules import Day, Rules, midnight, month_of, zone
from careline.carrier.port import Answer, Request
from careline.postgres.sql import run
from careline.values.cause import Cause


def account(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    # The accounts and the running bills of these lines.
    rows = by_line(
        run(
            "SELECT a.msisdn, a.basic, a.gift, a.credit_limit, a.status, a.valid_until, a.suspended_on,"
            " coalesce(b.total, 0), coalesce(b.items, '[]'::jsonb), a.closing_on, a.left_on"
            " FROM sandbox_account a LEFT JOIN sandbox_bill b ON b.msisdn = a.msisdn AND b.month = %s::int"
            " WHERE a.msisdn = ANY(%s::text[])",
            [day.month, numbers(requests)],
        )
    )

    def answer(request: Request) -> Answer:
        row = rows.get(request.msisdn.digits)
        if row is None:
            return NO_LINE
        basic, gift, credit_limit, status, valid_until, suspended_on, total, items, closing, left = row
        kept = suspended_on + timedelta(days=rules.retention_days) if suspended_on else None
        return Answer(
            facts={
                "basic": basic,
                "gift": gift,
                "charges_now": total,
                "credit_limit": credit_limit,
                "status": status,
                "valid_until": valid_until,
                "retained_until": kept,
                "debt": max(0, -basic),
                "charges": _items(items),
                "closing_on": closing,
                "left_on": left,
            }
        )

    return [answer(request) for request in requests]


def bill(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    months = [_month(request, day) for request in requests]
    rows = {
        (row[0], row[1]): row[2:]
        # The bills of these lines and months, and whether the line exists at all.
        for row in run(
            "SELECT asked.msisdn, asked.month, a.msisdn IS NOT NULL, b.total, b.paid, b.items"
            " FROM unnest(%s::text[], %s::int[]) AS asked (msisdn, month)"
            " LEFT JOIN sandbox_account a ON a.msisdn = asked.msisdn"
            " LEFT JOIN sandbox_bill b ON b.msisdn = asked.msisdn AND b.month = asked.month",
            [numbers(requests), months],
        )
    }

    def answer(request: Request, month: int) -> Answer:
        exists, total, paid, items = rows[request.msisdn.digits, month]
        name = f"{month // 100:04d}-{month % 100:02d}"
        if not exists or (total is None and month != day.month):
            return Answer(Cause.NOT_FOUND, {"month": name})
        return Answer(facts={"month": name, "total": total or 0, "paid": paid or 0, "items": _items(items or [])})

    return [answer(request, month) for request, month in zip(requests, months, strict=True)]


def payments(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    asked = [_period(request, day) for request in requests]
    rows: dict[int, list[tuple[Any, ...]]] = {}
    # The latest entries of the kinds and times asked for, and whether the line exists at all.
    for index, exists, *entry in run(
        "SELECT asked.index, a.msisdn IS NOT NULL, (e.at AT TIME ZONE %s)::date, e.fen, e.how"
        " FROM unnest(%s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])"
        " AS asked (index, msisdn, kinds, since, until)"
        " LEFT JOIN sandbox_account a ON a.msisdn = asked.msisdn"
        " LEFT JOIN LATERAL (SELECT e.at, e.basic + e.gift AS fen, e.how FROM sandbox_entry e"
        "  WHERE e.msisdn = asked.msisdn AND e.kind = ANY(string_to_array(asked.kinds, ','))"
        "  AND e.at >= asked.since AND e.at < asked.until ORDER BY e.at DESC, e.number DESC LIMIT %s) e ON true"
        " ORDER BY e.at DESC",
        [
            zone().key,
            list(range(len(requests))),
            numbers(requests),
            [",".join(hows.HISTORIES.get(request.subject, ())) for request in requests],
            [since for since, _ in asked],
            [until for _, until in asked],
            rules.history,
        ],
    ):
        if exists:
            rows.setdefault(index, []).append(tuple(entry))

    def answer(index: int, request: Request) -> Answer:
        if request.subject not in hows.HISTORIES:
            return Answer(Cause.WRONG_PARAMETER)
        if index not in rows:
            return NO_LINE
        entries = [(day, fen, *hows.name_of(how)) for day, fen, how in rows[index] if day is not None]
        return Answer(facts={"entries": entries})

    return [answer(index, request) for index, request in enumerate(requests)]


def points(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    rows = by_line(
        run(
            "SELECT msisdn, points, points_expiring FROM sandbox_account WHERE msisdn = ANY(%s::text[])",
            [numbers(requests)],
        )
    )

    def answer(request: Request) -> Answer:
        row = rows.get(request.msisdn.digits)
        if row is None:
            return NO_LINE
        has, expiring = row
        return Answer(
            facts={
                "points": has,
                "worth": has * 100 // rules.points_per_yuan,
                "expiring": expiring,
                "expires_on": date(day.today.year, 12, 31) if expiring else None,
            }
        )

    return [answer(request) for request in requests]


def _items(items: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """A bill's items by name, in their order; items of one name are one."""
    summed: dict[tuple[str, str], int] = {}
    for item in items:
        name = plans.charge_name(item)
        summed[name] = summed.get(name, 0) + item["fen"]
    return [(zh, en, fen) for (zh, en), fen in summed.items()]


def _month(request: Request, day: Day) -> int:
    """The month asked for as yyyymm, this one when none is named; 0 for what is no month (there is no such bill)."""
    written = str(request.values.get("month") or "").replace("-", "")
    if not written:
        return day.month
    return int(written) if len(written) == 6 and written.isascii() and written.isdigit() else 0


def _period(request: Request, day: Day) -> tuple[datetime, datetime]:
    """The month asked for, or the last twelve."""
    month = _month(request, day)
    if not request.values.get("month") or not 1 <= month % 100 <= 12 or month < 190001:
        first = date(day.today.year - 1, day.today.month, 1)
        return midnight(first), day.now + timedelta(seconds=1)
    first = date(month // 100, month % 100, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    assert month_of(first) == month
    return midnight(first), midnight(following)
