"""Decisions about money that belong to a case, with the facts they rest on."""

from typing import Any

from careline.cases.evidence.sources import time
from careline.refunds.models import Credit, Refund, Waiver
from careline.values.secret import mask


def of_case(docket: str) -> dict[str, Any]:
    """Refunds with their facts, decision and payments, and waivers, in the order of asking; three statements. Whole fen."""
    refunds = Refund.objects.filter(docket=docket).order_by("requested_at", "id").prefetch_related("credits")
    waivers = Waiver.objects.filter(docket=docket).order_by("at", "id")
    return {"refunds": [_refund(one) for one in refunds], "waivers": [_waiver(one) for one in waivers]}


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "item": refund.item, "month": refund.month, "name": {"zh": refund.name_zh, "en": refund.name_en},
        "provider": refund.provider, "charged": refund.charged, "due": refund.due, "asked": refund.asked,
        "requested_by": refund.requested_by, "requested_at": time(refund.requested_at), "channel": refund.channel,
        "verified_by": refund.verified_by, "verified_at": time(refund.verified_at), "kind": refund.kind,
        "reason": refund.reason, "facts": _masked(refund.evidence),
        "verdict": refund.verdict, "rule": refund.rule, "owed": refund.owed, "amount": refund.amount,
        "decided_at": time(refund.decided_at), "second_person": refund.second_person,
        "approved_by": refund.approved_by, "approved_at": time(refund.approved_at), "refused_why": refund.refused_why,
        "state": refund.state, "paid": refund.paid, "due_at": time(refund.due_at), "ended_at": time(refund.ended_at),
        "payments": [_payment(one) for one in sorted(refund.credits.all(), key=lambda one: (one.begun_at, str(one.id)))],
    }  # fmt: skip


def _payment(credit: Credit) -> dict[str, Any]:
    return {
        "reference": str(credit.id), "part": credit.part, "fen": credit.fen, "how": credit.how, "by": credit.by,
        "reason": credit.reason, "begun_at": time(credit.begun_at), "state": credit.state,
        "ended_at": time(credit.ended_at), "carrier_words": mask(credit.carrier_words),
    }  # fmt: skip


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "item": waiver.item, "name": {"zh": waiver.name_zh, "en": waiver.name_en}, "fen": waiver.fen,
        "reason": waiver.reason, "by": waiver.by, "at": time(waiver.at), "channel": waiver.channel,
        "verdict": waiver.verdict, "override": waiver.override, "state": waiver.state,
        "approved_by": waiver.approved_by, "answered_at": time(waiver.answered_at), "answer": waiver.answer,
    }  # fmt: skip


def _masked(value: Any) -> Any:
    """The records as they were read, with numbers of others hidden; floats and dates of JSON stay as they are."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {str(name): _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value
