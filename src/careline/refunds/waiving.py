"""Waivers “from a service point of view”: one policy for every channel, a limit for each role, each one logged (REF-09).

Whoever was told no in the hall gets the same no on the hotline: a waiver against an earlier denial needs somebody whose
limit is higher than that of everyone who had a part in it, and is reported (CMP-16).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Sum

from careline.identity.models import Staff
from careline.journal import writing
from careline.refunds.deciding import REASON_MAX, alone, denials, given_back, item_of, note, of_charge
from careline.refunds.models import Refund, Waiver
from careline.refunds.policy import policy
from careline.refunds.rules import Verdict
from careline.refunds.states import Refusal, State
from careline.refunds.verifying import Finding
from careline.values.secret import mask


class Answer(StrEnum):
    GRANTED = "granted"
    NEEDS_APPROVAL = "needs_approval"
    ABOVE_CHARGE = "above_charge"
    WINDOW_FULL = "window_full"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer depends on; fen. Neither the channel nor the person is among it, only the role's limit."""

    fen: int
    charged: int
    limit: int
    waived_before: int = 0  # for this customer within the window
    denied: bool = False  # this charge had its refund or waiver denied


def decide(facts: Facts, window_fen: int) -> Answer:
    """The one policy (pure)."""
    if facts.fen > facts.charged:
        return Answer.ABOVE_CHARGE
    if facts.waived_before + facts.fen > window_fen:
        return Answer.WINDOW_FULL
    if facts.denied or facts.fen > facts.limit:
        return Answer.NEEDS_APPROVAL
    return Answer.GRANTED


def limit_of(username: str) -> int:
    """The most that this person may waive at a time: the highest of their roles; fen, 0 for who is no staff."""
    limits = policy().waiving.limits_fen
    roles = Staff.objects.filter(username=username, is_active=True).values_list("groups__name", flat=True)
    return max((limits.get(role or "", 0) for role in roles), default=0)


def waive(
    finding: Finding,
    fen: int,
    *,
    reason: str,
    channel: str,
    by: str,
    now: datetime,
    key: str,
    docket: str = "",
) -> Waiver:
    """Ask to waive so much of a charge. Granted: its `refund` is approved and can be paid; waiting: a second person decides.

    Raises Refusal: no_reason, bad_amount, no_limit (this person waives nothing), already_refunded, under_way, key_used.
    """
    reason = mask(reason.strip())[:REASON_MAX]
    if not reason:
        raise Refusal("no_reason")
    if fen <= 0:
        raise Refusal("bad_amount")
    limit = limit_of(by)
    if not limit:
        raise Refusal("no_limit")
    item = item_of(finding)
    with transaction.atomic():
        alone(finding.msisdn.digits)
        same = Waiver.objects.filter(key=key).first()
        if same is not None:
            if (same.msisdn, same.item, same.fen) != (item["msisdn"], item["item"], fen):
                raise Refusal("key_used")
            return same
        _not_paid(finding, fen)
        earlier = _denied_by(finding)
        answer = decide(
            Facts(fen, finding.charge.fen, limit, _waived(finding, now), bool(earlier)), policy().waiving.window_fen
        )
        row = Waiver(
            **item,
            key=key,
            docket=docket,
            channel=channel,
            fen=fen,
            reason=reason,
            by=by,
            limit_fen=limit,
            at=now,
            verdict=answer.value,
            override=bool(earlier),
            needed_fen=max([limit, *(limit_of(who) for who in earlier)]) if earlier else fen - 1,
            state="waiting" if answer is Answer.NEEDS_APPROVAL else "denied",
        )
        if answer is Answer.GRANTED:
            row.state, row.refund = "granted", _granted(row, finding, by, now)
        elif answer is not Answer.NEEDS_APPROVAL:
            row.answered_at = now
        row.save(force_insert=True)
        _log(row, "asked", by, now, channel=channel, verdict=row.verdict, override=row.override)
    return row


def approve(waiver: int, finding: Finding, *, by: str, now: datetime) -> Waiver:
    """The yes of somebody with a higher limit. Raises Refusal: not_waiting, other_charge, same_person, no_limit (not enough),
    window_full (others were granted meanwhile)."""
    with transaction.atomic():
        row = _waiting(waiver, by)
        if (row.msisdn, row.item) != (finding.msisdn.digits, finding.charge.id):
            raise Refusal("other_charge")
        if (limit := limit_of(by)) <= row.needed_fen or limit < row.fen:
            raise Refusal("no_limit", row.needed_fen)
        alone(row.msisdn)
        if _waived(finding, now) + row.fen > policy().waiving.window_fen:
            raise Refusal("window_full")
        _not_paid(finding, row.fen)
        row.state, row.approved_by, row.answered_at = "granted", by, now
        row.refund = _granted(row, finding, by, now)
        row.save()
        _log(row, "approved", by, now, override=row.override)
    return row


def turn_down(waiver: int, reason: str, *, by: str, now: datetime) -> Waiver:
    """The no of somebody else, with a reason. Raises Refusal: not_waiting, same_person, no_reason."""
    if not reason.strip():
        raise Refusal("no_reason")
    with transaction.atomic():
        row = _waiting(waiver, by)
        row.state, row.approved_by, row.answered_at = "denied", by, now
        row.answer = mask(reason.strip())[:REASON_MAX]
        row.save()
        _log(row, "turned_down", by, now, reason=row.answer)
    return row


def _granted(row: Waiver, finding: Finding, by: str, now: datetime) -> Refund:
    """The payment of a waiver: under the same key of the charge as refunds, so no charge comes back by both ways."""
    refund = Refund(
        **item_of(finding),
        key=f"waiver:{row.key}"[:96],
        docket=row.docket,
        channel=row.channel,
        requested_by=row.by,
        requested_at=row.at,
        due_at=policy().due_at(now),
        goodwill=True,
        evidence=finding.evidence(),
        reason=row.reason,
        verdict=Verdict.REFUND.value,
        rule="waiver",
        owed=row.fen,
        amount=row.fen,
        decided_at=now,
        approved_by=by,
        approved_at=now,
        state=State.APPROVED.value,
    )
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError:
        raise Refusal("under_way") from None
    note(refund, "waived", by=by, now=now, fen=row.fen)
    return refund


def _not_paid(finding: Finding, fen: int) -> None:
    live = of_charge(finding.msisdn.digits, finding.charge.id)
    if live is not None:
        raise Refusal("already_refunded" if State(live.state) in (State.CREDITED, State.KEPT) else "under_way")
    if finding.charge.refunded:
        raise Refusal("already_refunded")
    if (back := given_back(finding)) and finding.charge.fen - back < fen:
        raise Refusal("given_back")


def _denied_by(finding: Finding) -> list[str]:
    """Who said no about this charge before: verifiers, second persons, and who turned a waiver down."""
    number, item = finding.msisdn.digits, finding.charge.id
    people = [refund.approved_by or refund.verified_by or refund.requested_by for refund in denials(number, item)]
    # What the policy itself refused (too much at once) is nobody's no: it answers the same next time.
    waivers = Waiver.objects.filter(msisdn=number, item=item, state="denied").exclude(approved_by="")
    return people + [waiver.approved_by for waiver in waivers]


def _waived(finding: Finding, now: datetime) -> int:
    since = now - timedelta(days=policy().waiving.window_days)
    granted = Waiver.objects.filter(msisdn=finding.msisdn.digits, state="granted", at__gt=since)
    return int(granted.aggregate(fen=Sum("fen"))["fen"] or 0)


def _waiting(waiver: int, by: str) -> Waiver:
    row = Waiver.objects.select_for_update().filter(pk=waiver).first()
    if row is None or row.state != "waiting":
        raise Refusal("not_waiting")
    if by == row.by:
        raise Refusal("same_person")
    return row


def _log(row: Waiver, did: str, by: str, now: datetime, **detail: object) -> None:
    about = {"item": row.item, "month": row.month, "docket": row.docket, "fen": row.fen, "limit": row.limit_fen}
    writing.write(who=by, did=f"waiver_{did}", what="waiver", record=str(row.pk), now=now, detail=about | dict(detail))
