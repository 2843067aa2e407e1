"""What can be asked of a line, one statement for each kind however many ask."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from careline.carrier.adapters.sandbox import hows, plans, quotas
from careline.carrier.adapters.sandbox.rules import Day, Rules, midnight, month_of, zone
from careline.carrier.port import Answer, Request
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn, NotANumber

NO_LINE = Answer(Cause.NOT_FOUND)
Answers = list[Answer]


def account(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    # The accounts and the running bills of these lines.
    rows = _by_line(
        run(
            "SELECT a.msisdn, a.basic, a.gift, a.credit_limit, a.status, a.valid_until, a.suspended_on,"
            " coalesce(b.total, 0), coalesce(b.items, '[]'::jsonb)"
            " FROM sandbox_account a LEFT JOIN sandbox_bill b ON b.msisdn = a.msisdn AND b.month = %s::int"
            " WHERE a.msisdn = ANY(%s::text[])",
            [day.month, _numbers(requests)],
        )
    )

    def answer(request: Request) -> Answer:
        row = rows.get(request.msisdn.digits)
        if row is None:
            return NO_LINE
        basic, gift, credit_limit, status, valid_until, suspended_on, total, items = row
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
            [_numbers(requests), months],
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
            _numbers(requests),
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


def usage(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    lines: dict[str, dict[str, tuple[int, int | None]]] = {}
    wanted = [quotas.asked_for(request.subject) for request in requests]
    # What is counted of these lines this month: the quotas that someone asks about, or all.
    for msisdn, quota, used, total in run(
        "SELECT a.msisdn, u.quota, u.used, u.total"
        " FROM sandbox_account a LEFT JOIN sandbox_usage u ON u.msisdn = a.msisdn AND u.month = %s::int"
        " AND (%s::bool OR u.quota = ANY(%s::text[])) WHERE a.msisdn = ANY(%s::text[])",
        [day.month, not all(wanted), sorted({id for ids in wanted for id in ids}), _numbers(requests)],
    ):
        counted = lines.setdefault(msisdn, {})
        if quota is not None:
            counted[quota] = (used, total)

    def answer(request: Request) -> Answer:
        counted = lines.get(request.msisdn.digits)
        if counted is None:
            return NO_LINE
        told = quotas.told(counted, request.subject)
        return Answer(facts={"quotas": told}) if told or not request.subject else Answer(Cause.NOT_ON)

    return [answer(request) for request in requests]


def points(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    rows = _by_line(
        run(
            "SELECT msisdn, points, points_expiring FROM sandbox_account WHERE msisdn = ANY(%s::text[])",
            [_numbers(requests)],
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


def holdings(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    lines: dict[str, list[dict[str, Any]]] = {}
    # What these lines have, running or agreed, the oldest first.
    for msisdn, *held in run(
        "SELECT a.msisdn, h.number, h.product, h.tier, h.name_zh, h.name_en, h.fee, h.per,"
        " (h.since AT TIME ZONE %s)::date, h.starts_on, (h.ends_at AT TIME ZONE %s)::date, h.by, h.channel, h.paid_to,"
        " nullif(h.settings, '{}'), nullif(h.allowances, '{}')"
        " FROM sandbox_account a LEFT JOIN sandbox_holding h ON h.msisdn = a.msisdn"
        " AND (h.ends_at IS NULL OR h.ends_at > %s::timestamptz)"
        " WHERE a.msisdn = ANY(%s::text[]) ORDER BY a.msisdn, h.number",
        [zone().key, zone().key, day.now, _numbers(requests)],
    ):
        kept = lines.setdefault(msisdn, [])
        if held[0] is not None:
            kept.append(_holding(held))

    def answer(request: Request) -> Answer:
        held = lines.get(request.msisdn.digits)
        if held is None:
            return NO_LINE
        if request.subject == "sp":
            held = [one for one in held if one["provider"]]
        elif request.subject:
            held = [one for one in held if one["product"] == request.subject]
        return Answer(facts={"holdings": held})

    return [answer(request) for request in requests]


def _holding(row: Sequence[Any]) -> dict[str, Any]:
    (
        number, product, tier, name_zh, name_en, fee, per, since, starts_on, until, by, channel, paid_to, settings,
        allowances,
    ) = row  # fmt: skip
    return {
        "number": number,
        "product": product,
        "tier": tier,
        "name_zh": name_zh,
        "name_en": name_en,
        "fee": fee,
        "per": per,
        "since": since,
        "starts_on": starts_on,
        "until": until,
        "by": _shown(by),
        "channel": channel,
        "provider": paid_to or None,
        "values": settings or {},
        "allowances": allowances or {},
    }


def _shown(by: str) -> str:
    """Another line that ordered it is named, but masked; the table keeps the whole number for complaints."""
    return f"line:{Msisdn(by[5:]).masked()}" if by.startswith("line:") else by


def profile(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    # Who these lines are, the newest plan they ordered, and how they paid their last twelve bills.
    rows = _by_line(
        run(
            "SELECT l.msisdn, l.brand, l.region, l.language, a.status, l.abroad, l.owner_masked, l.plan,"
            " h.name_zh, h.name_en, a.activated_on, a.suspended_on, paid.whole, paid.partly"
            " FROM sandbox_line l JOIN sandbox_account a USING (msisdn)"
            " LEFT JOIN LATERAL (SELECT name_zh, name_en FROM sandbox_holding h WHERE h.msisdn = l.msisdn"
            "  AND h.product LIKE 'tariff\\_%%' AND h.starts_on <= %s::date"
            "  AND (h.ends_at IS NULL OR h.ends_at > %s::timestamptz) ORDER BY number DESC LIMIT 1) h ON true"
            " LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE b.paid >= b.total) AS whole,"
            "  count(*) FILTER (WHERE b.paid < b.total) AS partly FROM sandbox_bill b"
            "  WHERE b.msisdn = l.msisdn AND b.month >= %s::int AND b.month < %s::int) paid ON true"
            " WHERE l.msisdn = ANY(%s::text[])",
            [day.today, day.now, day.month - 100, day.month, _numbers(requests)],
        )
    )

    def answer(request: Request) -> Answer:
        row = rows.get(request.msisdn.digits)
        if row is None:
            return NO_LINE
        brand, region, language, status, abroad, owner, plan, zh, en, activated, suspended, whole, partly = row
        name = plans.name_of(plan)
        return Answer(
            facts={
                "brand": brand,
                "region": region,
                "language": language,
                "status": status,
                "abroad": abroad,
                "owner_masked": owner,
                "plan_zh": zh or name.zh,
                "plan_en": en or name.en,
                "credit_rating": plans.rating(whole, partly, suspended is not None),
                "activated_on": activated,
            }
        )

    return [answer(request) for request in requests]


def number(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    asked = [_national(request.values.get("number")) for request in requests]
    # The longest range that each number begins with.
    rows = {
        row[0]: row[1:]
        for row in run(
            "SELECT DISTINCT ON (asked.number) asked.number, r.region, r.region_zh, r.region_en, r.carrier"
            " FROM unnest(%s::text[]) AS asked (number)"
            " CROSS JOIN generate_series(3, length(asked.number)) AS long (digits)"
            " JOIN sandbox_number_range r ON r.prefix = left(asked.number, long.digits)"
            " ORDER BY asked.number, long.digits DESC",
            [sorted(set(filter(None, asked)))],
        )
    }

    def answer(wanted: str) -> Answer:
        if not wanted:
            return Answer(Cause.WRONG_PARAMETER)
        if wanted not in rows:
            return Answer(Cause.NOT_FOUND)
        region, zh, en, carrier = rows[wanted]
        return Answer(facts={"region": region, "region_zh": zh, "region_en": en, "carrier": carrier})

    return [answer(wanted) for wanted in asked]


def short_number(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    # Each asker's group, and who has the short number in that same group.
    rows = {
        index: (vnet, found)
        for index, vnet, found in run(
            "SELECT asked.index, own.vnet, other.msisdn"
            " FROM unnest(%s::int[], %s::text[], %s::text[]) AS asked (index, msisdn, short)"
            " LEFT JOIN sandbox_short_number own ON own.msisdn = asked.msisdn"
            " LEFT JOIN sandbox_short_number other ON other.vnet = own.vnet AND other.short = asked.short",
            [
                list(range(len(requests))),
                _numbers(requests),
                [_digits(request.values.get("short")) for request in requests],
            ],
        )
    }

    def answer(index: int) -> Answer:
        vnet, found = rows[index]
        if vnet is None:
            return Answer(Cause.NOT_ON)
        return Answer(facts={"number": Msisdn(found)}) if found else Answer(Cause.NOT_FOUND)

    return [answer(index) for index in range(len(requests))]


READINGS: Mapping[str, Callable[[Sequence[Request], Day, Rules], Answers]] = {
    "account": account,
    "bill": bill,
    "payments": payments,
    "usage": usage,
    "points": points,
    "holdings": holdings,
    "profile": profile,
    "number": number,
    "short_number": short_number,
}


def _numbers(requests: Sequence[Request]) -> list[str]:
    return [request.msisdn.digits for request in requests]


def _by_line(rows: Sequence[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows}


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


def _digits(written: object) -> str:
    """A short number as written, or nothing where it cannot be one."""
    text = str(written or "")
    return text if text.isascii() and text.isdigit() else ""


def _national(written: object) -> str:
    try:
        return Msisdn.parse(written.digits if isinstance(written, Msisdn) else str(written or "")).national()
    except NotANumber:
        return ""
