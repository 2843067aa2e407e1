"""The register of refunds and its sums; everything counts what was paid, by the day of the payment at the carrier's home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import LiteralString

from django.utils import timezone

from careline.postgres import sql
from careline.refunds.models import PartnerReport, Refund, Waiver
from careline.refunds.states import State

# What sums can be made by -> its expression.
BY: Mapping[str, LiteralString] = {
    "kind": "CASE WHEN r.goodwill THEN 'waiver' WHEN r.kind = '' THEN 'unverified' ELSE r.kind END",
    "rule": "r.rule",
    "channel": "r.channel",
    "partner": "r.provider",
    "part": "c.part",
    "month": "to_char(c.ended_at AT TIME ZONE %(zone)s, 'YYYY-MM')",
    "how": "c.how",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """So many payments, of so much together; fen."""

    what: str
    payments: int
    fen: int


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as it stands in the register; the number is masked by whoever shows it."""

    at: datetime
    msisdn: str
    refund: int
    docket: str
    item: str
    month: str
    product: str
    charged: int
    due: int | None
    kind: str
    rule: str
    part: str
    fen: int
    how: str
    reason: str
    handed_by: str
    channel: str
    requested_by: str
    verified_by: str
    approved_by: str
    reference: str


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Of the refunds that were asked for in a time: how many were due and paid by then, late, and still open."""

    asked: int
    in_time: int
    late: int
    open: int


def lines(first: date, last: date, limit: int = 1_000) -> list[Line]:
    """Payments of these days, the latest first."""
    # What was paid, for what, by whose word?
    rows = sql.run(
        "SELECT c.ended_at, r.msisdn, r.id, r.docket, r.item, r.month, r.product, r.charged, r.due, r.kind, r.rule, c.part,"
        " c.fen, c.how, c.reason, c.handed_by, r.channel, r.requested_by, r.verified_by, r.approved_by, c.id::text"
        " FROM refund_credit c JOIN refund_refund r ON r.id = c.refund_id"
        " WHERE c.state = 'done' AND c.ended_at >= %s AND c.ended_at < %s ORDER BY c.ended_at DESC, c.id DESC LIMIT %s",
        [*_span(first, last), limit],
    )
    return [Line(*row) for row in rows]


def sums(by: str, first: date, last: date) -> list[Sum]:
    """Payments of these days by one of BY, the largest sum first. Raises KeyError."""
    since, until = _span(first, last)
    expression = BY[by]
    # How much was paid, by what?
    rows = sql.run(
        "SELECT " + expression + " AS what, count(*), sum(c.fen)::bigint"  # noqa: S608 (expressions of ours)
        " FROM refund_credit c JOIN refund_refund r ON r.id = c.refund_id"
        " WHERE c.state = 'done' AND c.ended_at >= %(since)s AND c.ended_at < %(until)s AND %(zone)s::text IS NOT NULL"
        " GROUP BY 1 ORDER BY 3 DESC, 1",
        {"since": since, "until": until, "zone": timezone.get_default_timezone_name()},
    )
    return [Sum(*row) for row in rows]


def total(first: date, last: date) -> Sum:
    """All payments of these days."""
    found = sums("how", first, last)
    return Sum("all", sum(one.payments for one in found), sum(one.fen for one in found))


def of_ledger(first: date, last: date) -> Sum:
    """The same by the ledger alone: the attempts of refunds that were done. It must agree with `total`."""
    # What did the ledger's refunds add up to? Those of earlier versions stand as orders.
    rows = sql.run(
        "SELECT count(*), coalesce(sum((parameters->>'fen')::bigint), 0)::bigint FROM ledger_attempt"
        " WHERE service = 'refund' AND verb = ANY('{other,order}') AND outcome = 'done' AND ended_at >= %s AND ended_at < %s",
        [*_span(first, last)],
    )
    return Sum("ledger", *rows[0])


def cash_share(first: date, last: date) -> float:
    """The share of cash among the payments of these days, 0 to 1, by number (REF-02)."""
    found = {one.what: one.payments for one in sums("how", first, last)}
    everything = sum(found.values())
    return found.get("cash", 0) / everything if everything else 0.0


def kept(first: date, last: date) -> Sum:
    """Refunded first without an error in the end: nothing was taken back, and here it stands."""
    rows = Refund.objects.filter(state=State.KEPT.value, ended_at__range=_span(first, last))
    fen = list(rows.values_list("paid", flat=True))
    return Sum("kept", len(fen), sum(fen))


def partners(first: date, last: date) -> Sequence[PartnerReport]:
    """What third parties collected wrongly, for whoever looks after partners (REF-08)."""
    return list(
        PartnerReport.objects.filter(at__range=_span(first, last)).select_related("refund").order_by("provider", "at")
    )


def overrides(first: date, last: date) -> Sequence[Waiver]:
    """Waivers against an earlier denial, granted or not (CMP-16)."""
    return list(Waiver.objects.filter(override=True, at__range=_span(first, last)).order_by("-at"))


def timeliness(first: date, last: date, now: datetime) -> Timeliness:
    """Whether refunds keep their time limit (REF-01)."""
    rows = Refund.objects.filter(requested_at__range=_span(first, last)).values_list("due_at", "ended_at")
    in_time = sum(1 for due, ended in rows if ended is not None and ended <= due)
    late = sum(1 for due, ended in rows if (ended or now) > due)
    return Timeliness(len(rows), in_time, late, len(rows) - in_time - late)


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    begins = datetime.combine(first, datetime.min.time(), zone)
    return begins, datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
