"""A refund within a case: its steps in the case's history, the promise of money, and what the customer is told.

Refunds tell what happens to them (`refunds.hearing`), so every door and sweep leaves the same history. Rows are always
locked in one order, the refund before its case.
"""

from datetime import datetime

from careline.carrier.port import Carrier
from careline.cases import deeds, telling
from careline.cases.deeds import note
from careline.cases.free_text import kept
from careline.cases.promised import promising
from careline.cases.records.case import Case
from careline.cases.records.work import Improvement
from careline.cases.states import NotAllowed
from careline.catalogue import shipped
from careline.refunds import deciding, verifying, wording
from careline.refunds.hearing import Happening
from careline.refunds.models import Refund
from careline.refunds.states import State
from careline.values.money import yuan
from careline.values.msisdn import Msisdn

PROMISE = "refund"
_ENDED_WITHOUT_MONEY = frozenset({State.EXPLAINED.value, State.REFUSED.value, State.KEPT.value})


def ask(
    docket: str,
    item: str,
    *,
    carrier: Carrier,
    channel: str,
    by: str,
    now: datetime,
    key: str,
    asked: int | None = None,
) -> Refund:
    """Ask for the refund of one charge of the case's customer.

    Raises NotAllowed: no_such_case, closed; NoSuchCharge, CarrierError (`verifying.look`); Refusal (`deciding.request`).
    """
    case = Case.objects.filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    if not case.is_open:
        raise NotAllowed("closed")
    finding = verifying.look(carrier, Msisdn(case.msisdn), item, now=now)
    return deciding.request(finding, channel=channel, by=by, now=now, key=key, docket=docket, asked=asked)


def of_case(docket: str) -> list[Refund]:
    """The refunds that were asked for in this case, in their order."""
    return list(Refund.objects.filter(docket=docket).order_by("requested_at", "pk")) if docket else []


def reply_text(docket: str, language: str) -> str:
    """What to reply about the money of a case: each charge with its decision; "" where none was disputed."""
    decided = [refund for refund in of_case(docket) if refund.rule]
    return "\n".join(wording.explained(refund, language) for refund in decided)


def explain_bill(
    docket: str, month: str = "", *, carrier: Carrier, by: str, now: datetime, channel: str = "shop"
) -> tuple[str, str]:
    """The two papers of a bill that is explained: the bill with who ordered what, and the leaflet of the twofold return.

    That both were handed over, so that the customer can tell others, stands in the case's history (CTR-12).
    Raises NotAllowed: no_such_case, closed; NoSuchCharge, CarrierError.
    """
    month, *papers = bill_papers(docket, month, carrier=carrier, now=now)
    with deeds.deed(docket) as case:
        _explained(case, month, by=by, now=now, channel=channel)
    return papers[0], papers[1]


def bill_papers(docket: str, month: str = "", *, carrier: Carrier, now: datetime) -> tuple[str, str, str]:
    """The month of the bill and the two papers, to be read before anything is done; raises as `explain_bill`, but not closed."""
    case = Case.objects.filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    trace = verifying.trace(carrier, Msisdn(case.msisdn), month, now=now)
    return trace.month, wording.bill(trace, case.language), shipped.text("refund.leaflet").read(case.language)


def bill_letter(docket: str, papers: tuple[str, str]) -> str:
    """Both papers as one message; it names the case, so that it stands in the evidence."""
    return "\n".join((docket, *papers))


def send_bill(docket: str, month: str = "", *, carrier: Carrier, by: str, now: datetime) -> str:
    """Explain the bill by SMS: both papers leave with the note in the history, or neither; the text. Raises as `explain_bill`."""
    month, bill, leaflet = bill_papers(docket, month, carrier=carrier, now=now)
    with deeds.deed(docket) as case:
        _explained(case, month, by=by, now=now, channel="sms")
        return telling.send(case, "refund.leaflet", bill_letter(docket, (bill, leaflet)), now)


def _explained(case: Case, month: str, *, by: str, now: datetime, channel: str) -> None:
    detail = {"documents": ["bill", "double_return"], "month": month, "goal": "teach_others"}
    note(case, "bill_explained", by=by, now=now, detail=detail, public=True, channel=channel)


def hear(happening: Happening) -> None:
    """Write what happened to a refund into the history of its case, and keep the promise of money true."""
    refund = happening.refund
    if not refund.docket or happening.did not in _TOLD:
        return
    try:
        case = deeds.locked(refund.docket)
    except NotAllowed:
        return  # asked for under a number that is no case of ours: the money does not depend on it
    _TOLD[happening.did](case, happening)
    deeds.save(case)


def _asked(case: Case, happening: Happening) -> None:
    refund = happening.refund
    _note(case, happening, "refund_asked", words=_about(refund, case.language), public=True)
    promising.start(case, PROMISE, due_at=refund.due_at, calendar="always", by=happening.by, now=happening.now)


def _verified(case: Case, happening: Happening) -> None:
    refund = happening.refund
    _note(case, happening, "refund_verified", words=wording.explained(refund, case.language), public=True)
    if refund.state == State.CREDITED.value:  # what was returned first was all of it
        _settled(case, happening)
    elif refund.state in _ENDED_WITHOUT_MONEY:
        _called_off(case, happening)
    if refund.provider and refund.owed:
        # REF-08: told upward, to whoever looks after partners.
        Improvement.objects.create(
            case=case,
            category=case.category,
            # The month and the sum are our own: six digits of them are no password of the customer's.
            words=kept(f"{refund.provider}: {refund.name_zh}")
            + f" {refund.month}, {yuan(refund.charged - (refund.due or 0))}",
            submitted_by=happening.by,
            submitted_at=happening.now,
        )


def _approved(case: Case, happening: Happening) -> None:
    _note(case, happening, "refund_approved")


def _reconsidered(case: Case, happening: Happening) -> None:
    """It came back by another way before it was paid: said in the case, and the promise ends with nothing owed."""
    refund = happening.refund
    _note(case, happening, "refund_verified", words=wording.explained(refund, case.language), public=True)
    if refund.ended_at is not None:
        _called_off(case, happening)


def _turned_down(case: Case, happening: Happening) -> None:
    _note(case, happening, "refund_turned_down", words=happening.refund.refused_why)
    _called_off(case, happening)


def _credited(case: Case, happening: Happening) -> None:
    first = happening.part == "first"
    _note(case, happening, "refunded_first" if first else "refunded", words=happening.words, public=True)
    if not first:
        _settled(case, happening)


def _not_credited(case: Case, happening: Happening) -> None:
    _note(case, happening, "refund_stuck")


def _waived(case: Case, happening: Happening) -> None:
    _note(case, happening, "waived")
    promising.start(
        case, PROMISE, due_at=happening.refund.due_at, calendar="always", by=happening.by, now=happening.now
    )


_TOLD = {
    "asked": _asked,
    "verified": _verified,
    "reconsidered": _reconsidered,
    "approved": _approved,
    "turned_down": _turned_down,
    "credited": _credited,
    "not_credited": _not_credited,
    "waived": _waived,
}


def _settled(case: Case, happening: Happening) -> None:
    """The promise is kept with the last refund of the case."""
    if not _others_open(happening.refund):
        promising.keep(case, PROMISE, happening.now)


def _called_off(case: Case, happening: Happening) -> None:
    """Nothing is owed: the decision was told in time or late, and the promise ends."""
    if not _others_open(happening.refund):
        promising.cancel(case, PROMISE, happening.by, happening.now)


def _others_open(refund: Refund) -> bool:
    return Refund.objects.filter(docket=refund.docket, ended_at=None).exclude(pk=refund.pk).exists()


def _note(case: Case, happening: Happening, did: str, *, words: str = "", public: bool = False) -> None:
    refund = happening.refund
    detail = {
        "refund": refund.pk,
        "item": refund.item,
        "month": refund.month,
        "verdict": refund.verdict,
        "rule": refund.rule,
        "amount": happening.fen or refund.amount,
        "state": refund.state,
    }
    channel = refund.channel if did == "refund_asked" else ""
    note(case, did, by=happening.by, now=happening.now, words=words, detail=detail, public=public, channel=channel)


def _about(refund: Refund, language: str) -> str:
    name = refund.name_en if language == "en" else refund.name_zh
    return f"{refund.month} {name} {yuan(refund.charged)}"
