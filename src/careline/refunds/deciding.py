"""A refund up to its approval: asked for, verified, decided by the rule, approved by a second person where one is needed.

Each deed is one transaction with the row locked, and an entry of the journal. The carrier is only read, beforehand.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from careline.journal import writing
from careline.ledger import returning
from careline.postgres import sql
from careline.refunds import hearing
from careline.refunds.hearing import Happening
from careline.refunds.models import PartnerReport, Refund
from careline.refunds.policy import policy
from careline.refunds.rules import ErrorKind, Facts, Verdict, decide, owed_for
from careline.refunds.states import LIVE, Refusal, State
from careline.refunds.verifying import Finding
from careline.values.secret import mask

ROOM = "refunds"  # as `ledger.returning` knows us
REASON_MAX = 500  # characters


def request(
    finding: Finding,
    *,
    channel: str,
    by: str,
    now: datetime,
    key: str,
    docket: str = "",
    asked: int | None = None,
) -> Refund:
    """Ask for a refund of one charge; the same key gives the same refund again.

    Raises Refusal: already_refunded, under_way (there is a live one of this charge), key_used, bad_amount,
    given_back (all of it came back by another way).
    """
    if asked is not None and asked <= 0:
        raise Refusal("bad_amount")
    if not Refund.objects.filter(key=key).exists() and finding.charge.refunded > _paid(finding):
        # Somebody else returned it at the carrier: what is returned first, unverified, must not come on top.
        raise Refusal("already_refunded")
    if given_back(finding) >= finding.charge.fen > 0 and not Refund.objects.filter(key=key).exists():
        raise Refusal("given_back")
    row = Refund(
        **item_of(finding),
        key=key,
        docket=docket,
        channel=channel,
        requested_by=by,
        requested_at=now,
        due_at=policy().due_at(now),
        asked=asked,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            note(row, "asked", by=by, now=now, channel=channel)
        return row
    except IntegrityError:
        pass
    same = Refund.objects.filter(key=key).first()
    if same is not None:
        if (same.msisdn, same.item) != (row.msisdn, row.item):
            raise Refusal("key_used")
        return same
    live = of_charge(row.msisdn, row.item)
    # None: it was live a moment ago. Asked again, this request will find its way.
    code = "already_refunded" if live and State(live.state) in (State.CREDITED, State.KEPT) else "under_way"
    if live is not None:
        note(live, "asked_again", by=by, now=now, channel=channel, answer=code)
    raise Refusal(code)


def verify(
    refund: int,
    finding: Finding,
    *,
    kind: ErrorKind | None,
    due: int,
    by: str,
    now: datetime,
    reason: str = "",
) -> Refund:
    """Say what kind of error it was and what was due, by the records that were read; the rule decides at once.

    Other than what the records propose needs a reason. Whoever asked finds no money due by themselves, above what policy
    lets them; that nothing is due they may find. Raises Refusal: no_such_refund, not_requested, other_charge, no_reason,
    bad_amount, own_request.
    """
    proposal = finding.proposal
    if due < 0:
        raise Refusal("bad_amount")
    reason = mask(reason.strip())[:REASON_MAX]
    if not reason and (kind, due if kind else 0) != (proposal.kind, proposal.due if proposal.kind else 0):
        raise Refusal("no_reason")
    with transaction.atomic():
        row = locked(refund)
        if State(row.state) is not State.REQUESTED:
            raise Refusal("not_requested", row.state)
        if (row.msisdn, row.item) != (finding.msisdn.digits, finding.charge.id):
            raise Refusal("other_charge")
        row.charged = finding.charge.fen
        row.proposed_kind, row.proposed_due = proposal.kind or "", proposal.due
        row.kind, row.due, row.reason = kind or "", due, reason
        row.evidence = finding.evidence()
        row.verified_by, row.verified_at = by, now
        _decide(row, finding, kind, now)
        if by == row.requested_by and row.amount > policy().limits.asker_verifies_up_to_fen:
            raise Refusal("own_request")
        row.save()
        if row.provider and kind is not None and row.owed:
            _report(row, by, now)
        note(row, "verified", by=by, now=now, kind=row.kind, due=due, verdict=row.verdict, amount=row.amount)
    return row


def approve(refund: int, *, by: str, now: datetime) -> Refund:
    """The second person's yes. Raises Refusal: no_such_refund, not_decided, same_person."""
    with transaction.atomic():
        row = _to_be_approved(refund, by)
        row.state, row.approved_by, row.approved_at = State.APPROVED.value, by, now
        row.save()
        note(row, "approved", by=by, now=now, amount=row.amount)
    return row


def turn_down(refund: int, reason: str, *, by: str, now: datetime) -> Refund:
    """The second person's no, with a reason; the charge may be asked about again.

    Raises Refusal: no_such_refund, not_decided, same_person, no_reason.
    """
    if not reason.strip():
        raise Refusal("no_reason")
    with transaction.atomic():
        row = _to_be_approved(refund, by)
        row.refused_why = mask(reason.strip())[:REASON_MAX]
        row.approved_by, row.approved_at = by, now
        row.state, row.ended_at = (State.KEPT if row.paid else State.REFUSED).value, now
        row.save()
        note(row, "turned_down", by=by, now=now, reason=row.refused_why)
    return row


def denials(msisdn: str, item: str) -> list[Refund]:
    """What was answered about this charge before without paying, the latest first: every channel sees it (CMP-16)."""
    return list(Refund.objects.filter(msisdn=msisdn, item=item, state__in=_DENIED).order_by("-requested_at"))


def of_charge(msisdn: str, item: str) -> Refund | None:
    """The live refund of a charge."""
    return Refund.objects.filter(msisdn=msisdn, item=item, state__in=[state.value for state in LIVE]).first()


def alone(msisdn: str) -> None:
    """Until this transaction ends nobody else counts this customer's money: what has a limit together is counted by one."""
    sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7421)) IS NULL", [msisdn])


def locked(refund: int) -> Refund:
    """The refund, and nobody else changes it until this transaction ends. Raises Refusal("no_such_refund")."""
    row = Refund.objects.select_for_update().filter(pk=refund).first()
    if row is None:
        raise Refusal("no_such_refund")
    return row


def note(row: Refund, did: str, *, by: str, now: datetime, words: str = "", **detail: object) -> None:
    """Write into the journal that this was done, and let the case hear of it; `words` were told to the customer."""
    about = {"item": row.item, "month": row.month, "docket": row.docket}
    writing.write(who=by, did=f"refund_{did}", what="refund", record=str(row.pk), now=now, detail=about | detail)
    part, fen = detail.get("part", ""), detail.get("fen", 0)
    hearing.tell(Happening(row, did, by, now, words, str(part), fen if isinstance(fen, int) else 0))


def given_back(finding: Finding) -> int:
    """What came back of this charge by another way: as the carrier has it, or as it is promised here already; fen."""
    charge = finding.charge
    promised = returning.elsewhere(charge.reference, ROOM) if charge.reference else 0
    return max(charge.given_back, promised)


def reconsider(row: Refund, *, by: str, now: datetime) -> None:
    """What came back by another way since it was decided is taken off, right before it is paid; the row is locked.

    Nobody else promises anything of the charge until this transaction ends. Nothing left: the refund ends here.
    """
    if not row.reference:
        return
    given = returning.elsewhere(row.reference, ROOM)
    if given <= row.given_back:
        return
    row.given_back = given
    rest = max(0, row.charged - given)
    owed = (
        min(row.owed, rest) if row.goodwill else owed_for(rest, row.due or 0, ErrorKind(row.kind) if row.kind else None)
    )
    amount = min(row.amount, max(0, owed - row.paid))
    if amount == row.amount:
        return
    row.owed, row.amount = max(owed, row.paid), amount
    if not amount:
        row.verdict, row.rule = Verdict.ALREADY_REFUNDED.value, "given_back"
        row.state, row.ended_at = (State.KEPT if row.paid else State.REFUSED).value, now
    row.save()
    note(row, "reconsidered", by=by, now=now, given_back=given, amount=amount)


def item_of(finding: Finding) -> dict[str, object]:
    """What a row keeps of the charge."""
    charge = finding.charge
    return {
        "msisdn": finding.msisdn.digits,
        "item": charge.id,
        "month": charge.month,
        "product": charge.product,
        "name_zh": charge.name.zh,
        "name_en": charge.name.en,
        "provider": charge.provider,
        "charged": charge.fen,
        "reference": charge.reference,
    }


_DENIED = [State.EXPLAINED.value, State.REFUSED.value]
_STATES = {
    Verdict.EXPLAINED: State.EXPLAINED,
    Verdict.KEPT: State.KEPT,
}


def _decide(row: Refund, finding: Finding, kind: ErrorKind | None, now: datetime) -> None:
    assert row.due is not None
    facts = Facts(
        charged=row.charged,
        due=row.due,
        kind=kind,
        verified=True,
        # The carrier returned something that is not ours: somebody else's refund.
        refunded=finding.charge.refunded > row.paid,
        paid_first=row.paid,
        asked=row.asked,
        given_back=given_back(finding),
    )
    row.given_back = facts.given_back
    decision = decide(facts, policy().limits)
    row.verdict, row.rule, row.owed = decision.verdict.value, decision.rule, decision.owed
    row.amount, row.second_person, row.decided_at = decision.amount, decision.needs_second_person, now
    if decision.verdict is Verdict.REFUND and decision.amount:
        row.state = (State.DECIDED if decision.needs_second_person else State.APPROVED).value
        return
    if decision.verdict is Verdict.REFUND:  # what was returned first was all of it
        row.state = State.CREDITED.value
    else:
        row.state = _STATES.get(decision.verdict, State.KEPT if row.paid else State.REFUSED).value
    row.ended_at = now


def _paid(finding: Finding) -> int:
    """What we returned of this charge so far; fen."""
    ours = Refund.objects.filter(msisdn=finding.msisdn.digits, item=finding.charge.id)
    return int(ours.aggregate(fen=Sum("paid"))["fen"] or 0)


def _report(row: Refund, by: str, now: datetime) -> None:
    """REF-08: what a third party collected without right is told to whoever looks after partners, once a charge."""
    PartnerReport.objects.create(
        refund=row,
        provider=row.provider,
        month=row.month,
        product=row.product,
        wrongly=row.charged - (row.due or 0),
        owed=row.owed,
        first=row.first,
        why=str(row.evidence["proposal"]["why"])[:32],
        at=now,
        by=by,
    )


def _to_be_approved(refund: int, by: str) -> Refund:
    row = locked(refund)
    if State(row.state) is not State.DECIDED:
        raise Refusal("not_decided", row.state)
    if by in (row.requested_by, row.verified_by):
        raise Refusal("same_person")
    return row
