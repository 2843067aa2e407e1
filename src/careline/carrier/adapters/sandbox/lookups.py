"""Reads about who is who: the line's profile, numbers and short numbers; one statement for each kind however many ask."""

from collections.abc import Sequence

from careline.carrier.adapters.sandbox import plans
from careline.carrier.adapters.sandbox.asking import NO_LINE, Answers, by_line, numbers
from careline.carrier.adapters.sandbox.rules import Day, Rules
from careline.carrier.port import Answer, Request
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn, NotANumber


def profile(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    # Who these lines are, the newest plan they ordered, and how they paid their last twelve bills.
    rows = by_line(
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
            [day.today, day.now, day.month - 100, day.month, numbers(requests)],
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
                numbers(requests),
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


def _digits(written: object) -> str:
    """A short number as written, or nothing where it cannot be one."""
    text = str(written or "")
    return text if text.isascii() and text.isdigit() else ""


def _national(written: object) -> str:
    try:
        return Msisdn.parse(written.digits if isinstance(written, Msisdn) else str(written or "")).national()
    except NotANumber:
        return ""
