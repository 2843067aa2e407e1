"""Charging records: every item of a bill is one, with an id, and with what was agreed or recorded about it.

The bill is made of these records, so it cannot disagree with them. An id is the month and the item's place in it
(`202611-3`): items are only ever added.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from careline.carrier.adapters.sandbox import plans
from careline.carrier.adapters.sandbox.asking import NO_LINE, Answers, numbers
from careline.carrier.adapters.sandbox.belongings import shown
from careline.carrier.adapters.sandbox.rules import Day, Rules, local_date, midnight
from careline.carrier.port import Answer, Request
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.language import Text

ID_LENGTH = 64
_CALLS = frozenset({"calls", "long", "roaming", "announcement"})
_COUNTED = frozenset({"sms", "data"})
_OWN = frozenset({"plan", "discount"})


class Charged(NamedTuple):
    """A record of a past month as an opening has it; the hour is the carrier's own."""

    product: str
    fen: int
    name: Text = Text("", "")
    paid_to: str = ""
    day: int = 15
    hour: int = 10
    agreed: int | None = None  # fen by the customer's business form
    cdr: Mapping[str, Any] = {}


def written(record: Charged, first: date) -> dict[str, Any]:
    """The record as an item of that month's bill."""
    at = midnight(first.replace(day=record.day)) + timedelta(hours=record.hour)
    item: dict[str, Any] = {"product": record.product, "fen": record.fen, "on": str(at.date()), "at": at.isoformat()}
    item |= {"zh": record.name.zh, "en": record.name.en} if record.name.zh else {}
    item |= {"paid_to": record.paid_to} if record.paid_to else {}
    item |= {"agreed": record.agreed} if record.agreed is not None else {}
    return item | ({"cdr": dict(record.cdr)} if record.cdr else {})


def charges(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    months = [_month(request, day) for request in requests]
    rows: dict[int, tuple[Any, ...]] = {}
    # The items of these bills, what the line ever held, what of each item was returned, and whether the line exists.
    for index, *found in run(
        "SELECT asked.index, a.msisdn IS NOT NULL, b.items, h.held, r.returned"
        " FROM unnest(%s::int[], %s::text[], %s::int[]) AS asked (index, msisdn, month)"
        " LEFT JOIN sandbox_account a ON a.msisdn = asked.msisdn"
        " LEFT JOIN sandbox_bill b ON b.msisdn = asked.msisdn AND b.month = asked.month"
        " LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(product, fee, since, ends_at) ORDER BY number) AS held"
        "  FROM sandbox_holding WHERE msisdn = asked.msisdn) h ON true"
        " LEFT JOIN LATERAL (SELECT jsonb_object_agg(how || ':' || product, fen) AS returned FROM"
        "  (SELECT how, product, sum(basic + gift) AS fen FROM sandbox_entry WHERE msisdn = asked.msisdn"
        "  AND how IN ('refund', 'returned') AND product <> '' GROUP BY how, product) e) r ON true",
        [list(range(len(requests))), numbers(requests), months],
    ):
        rows[index] = tuple(found)

    def answer(index: int, request: Request, month: int) -> Answer:
        exists, items, held, returned = rows[index]
        name = f"{month // 100:04d}-{month % 100:02d}"
        if not exists or (items is None and month != day.month):
            return Answer(Cause.NOT_FOUND, {"month": name})
        entries = [_entry(item, order, month, held or [], returned or {}) for order, item in enumerate(items or [])]
        if wanted := str(request.values.get("item") or ""):
            entries = [entry for entry in entries if entry["id"] == wanted]
            if not entries:
                return Answer(Cause.NOT_FOUND, {"month": name})
        return Answer(facts={"month": name, "entries": entries})

    return [answer(index, request, month) for index, (request, month) in enumerate(zip(requests, months, strict=True))]


def history(requests: Sequence[Request], day: Day, rules: Rules) -> Answers:
    lines: dict[str, list[tuple[Any, ...]]] = {}
    # All that these lines ever held.
    for msisdn, *held in run(
        "SELECT a.msisdn, h.product, h.name_zh, h.name_en, h.fee, h.per, h.paid_to, h.since, h.by, h.channel, h.ends_at,"
        " h.ended_by, h.ended_channel FROM sandbox_account a LEFT JOIN sandbox_holding h ON h.msisdn = a.msisdn"
        " WHERE a.msisdn = ANY(%s::text[]) ORDER BY a.msisdn, h.number",
        [numbers(requests)],
    ):
        lines.setdefault(msisdn, [])
        if held[0] is not None:
            lines[msisdn].append(tuple(held))

    def answer(request: Request) -> Answer:
        held = lines.get(request.msisdn.digits)
        if held is None:
            return NO_LINE
        orders = [order for row in held if request.subject in ("", row[0]) for order in _orders(row)]
        return Answer(facts={"orders": sorted(orders, key=lambda order: order["at"])})

    return [answer(request) for request in requests]


def _orders(row: Sequence[Any]) -> list[dict[str, Any]]:
    product, zh, en, fee, per, paid_to, since, by, channel, ends_at, ended_by, ended_channel = row
    what = {"product": product, "name_zh": zh, "name_en": en, "fee": fee, "per": per, "provider": paid_to or None}
    orders = [what | {"action": "on", "at": since, "by": shown(by), "channel": channel}]
    if ends_at is not None:
        orders.append(what | {"action": "off", "at": ends_at, "by": shown(ended_by), "channel": ended_channel})
    return orders


def _entry(
    item: Mapping[str, Any], order: int, month: int, held: Sequence[Sequence[Any]], returned: Mapping[str, Any]
) -> dict[str, Any]:
    zh, en = plans.charge_name(item)
    # Old items have no time of their own, and some not even a day: then the month's first.
    on = date.fromisoformat(item["on"]) if item.get("on") else date(month // 100, month % 100, 1)
    at = datetime.fromisoformat(item["at"]) if item.get("at") else midnight(on)
    id = f"{month}-{order + 1}"
    product, cdr, reference = str(item["product"]), item.get("cdr"), str(item.get("reference") or "")
    return {
        "id": id,
        "at": at,
        "month": f"{month // 100:04d}-{month % 100:02d}",
        "kind": _kind(product, str(item.get("paid_to") or ""), bool(cdr)),
        "product": product,
        "name_zh": zh,
        "name_en": en,
        "fen": item["fen"],
        "provider": item.get("paid_to") or None,
        "agreed_fee": item["agreed"] if "agreed" in item else _agreed(product, on, held),
        "cdr": {"cell": "", "border": False, "home_fee": None, **cdr, "at": at} if cdr else None,
        "refunded": int(returned.get(f"refund:{id}", 0)),
        "reference": reference,
        "given_back": int(returned.get(f"returned:{reference}", 0)) if reference else 0,
    }


def _kind(product: str, provider: str, recorded: bool) -> str:
    if recorded or product in _CALLS:
        return "call"
    if provider:
        return "information"
    return "usage" if product in _COUNTED else "plan" if product in _OWN else "subscription"


def _agreed(product: str, on: date, held: Sequence[Sequence[Any]]) -> int | None:
    """The fee of the subscription that ran on that day; none where none did."""
    fee = None
    for name, agreed, since, ends_at in held:
        began = local_date(datetime.fromisoformat(since))
        ended = local_date(datetime.fromisoformat(ends_at)) if ends_at else None
        if name == product and began is not None and began <= on and (ended is None or on <= ended):
            fee = agreed
    return fee


def _month(request: Request, day: Day) -> int:
    """The month asked for, or that of the item, as yyyymm; this one when neither is named, 0 for what is no month."""
    item = str(request.values.get("item") or "")
    written = item.partition("-")[0] if item else str(request.values.get("month") or "").replace("-", "")
    if not written:
        return day.month
    return int(written) if len(written) == 6 and written.isascii() and written.isdigit() else 0
