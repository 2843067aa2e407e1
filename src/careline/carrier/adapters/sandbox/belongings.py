"""Reads about what a line has and used: quotas and holdings; one statement for each kind however many ask."""

from collections.abc import Sequence
from typing import Any

from careline.carrier.adapters.sandbox import quotas
from careline.carrier.adapters.sandbox.asking import NO_LINE, Answers, numbers
from careline.carrier.adapters.sandbox.rules import Day, Rules, zone
from careline.carrier.port import Answer, Request
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn


def usage(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    lines: dict[str, dict[str, tuple[int, int | None]]] = {}
    wanted = [quotas.asked_for(request.subject) for request in requests]
    # What is counted of these lines this month: the quotas that someone asks about, or all.
    for msisdn, quota, used, total in run(
        "SELECT a.msisdn, u.quota, u.used, u.total"
        " FROM sandbox_account a LEFT JOIN sandbox_usage u ON u.msisdn = a.msisdn AND u.month = %s::int"
        " AND (%s::bool OR u.quota = ANY(%s::text[])) WHERE a.msisdn = ANY(%s::text[])",
        [day.month, not all(wanted), sorted({id for ids in wanted for id in ids}), numbers(requests)],
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
        [zone().key, zone().key, day.now, numbers(requests)],
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
        "by": shown(by),
        "channel": channel,
        "provider": paid_to or None,
        "values": settings or {},
        "allowances": allowances or {},
    }


def shown(by: str) -> str:
    """Another line that ordered it is named, but masked; the table keeps the whole number for complaints."""
    return f"line:{Msisdn(by[5:]).masked()}" if by.startswith("line:") else by
