"""Disputing a charge: one case of one charging record, the refund that is asked for in it, and how both stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.carrier.port import Carrier
from careline.cases import opening
from careline.cases.models import Case
from careline.cases.opening import NewCase
from careline.cases.states import OPEN, Kind
from careline.ledger import returning
from careline.refunds import deciding, verifying
from careline.refunds.models import Refund
from careline.refunds.policy import policy
from careline.refunds.states import DEAD, Refusal, State
from careline.refunds.verifying import Charge, Finding
from careline.values.money import yuan
from careline.values.msisdn import Msisdn

WORDS_MAX = 1000  # characters
# What each state of a refund is to its customer; pages have words for these five.
_STEP = {
    State.REQUESTED: "checking",
    State.DECIDED: "checking",
    State.APPROVED: "coming",
    State.CREDITING: "coming",
    State.UNKNOWN: "coming",
    State.CREDITED: "returned",
    State.KEPT: "returned",
    State.EXPLAINED: "explained",
    State.REFUSED: "explained",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about a charge before, and how it stands.

    `step`: open (a case without a refund), checking, coming, returned, explained. Amounts in fen.
    """

    step: str
    docket: str
    at: datetime | None
    due_at: datetime | None = None
    paid: int = 0

    @property
    def again(self) -> bool:
        """Whether the charge may be disputed: what was explained may be asked about once more."""
        return self.step == "explained"


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a dispute came to: its case, whether it joined one, and by when money returns if it is due."""

    case: Case
    joined: bool
    due_at: datetime | None  # none: there is no money to return, and the case answers


class Settled(Exception):
    """There is nothing to open: the charge was returned, or is looked into already; `asked` says which."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.step)
        self.asked = asked


def asked_for(msisdn: Msisdn, charges: Sequence[Charge]) -> Mapping[str, Asked]:
    """Charge -> what was asked about it before, for those of which anything was; two statements."""
    ids = [charge.id for charge in charges]
    found: dict[str, Asked] = {}
    open_ = Case.objects.filter(msisdn=msisdn.digits, matter__in=ids, state__in=[state.value for state in OPEN])
    for case in open_.order_by("opened_at"):
        found[case.matter] = Asked("open", case.docket, case.opened_at)
    # Of several only the last may be live: what was explained before it is over.
    for refund in Refund.objects.filter(msisdn=msisdn.digits, item__in=ids).order_by("requested_at", "pk"):
        state = State(refund.state)
        if state in DEAD and refund.item in found and found[refund.item].step == "open":
            continue  # it is being asked about again
        found[refund.item] = Asked(_STEP[state], refund.docket, refund.requested_at, refund.due_at, refund.paid)
    on_its_way = returning.given([charge.reference for charge in charges], "payments")
    for charge in charges:
        if charge.refunded and charge.id not in found:  # by somebody who did not tell us
            found[charge.id] = Asked("returned", "", None, paid=charge.refunded)
        given = max(charge.given_back, on_its_way.get(charge.reference, 0))
        known = found.get(charge.id)
        if given >= charge.fen > 0 and (known is None or known.again):  # with its order: nothing is left to dispute
            step = "returned" if charge.given_back >= charge.fen else "coming"
            found[charge.id] = Asked(step, known.docket if known else "", None, paid=given)
    return found


def category_of(finding: Finding) -> str:
    """What the dispute of this charge is about, as the complaints know it."""
    if finding.charge.provider:
        return "third_party"
    return "unknown_service" if finding.proposal.why == "never_ordered" else "billing"


def dispute(finding: Finding, words: str, *, key: str, now: datetime, channel: str = "web") -> Disputed:
    """Open the case of this charge, or join the one that is open, and ask for the money back in it; once by its key.

    Case and refund are two transactions, since a refund is always locked before its case; whoever dies between them
    leaves a case that names the charging record, and the same key goes on from there.
    Raises Settled, NotAllowed (opening.accept).
    """
    msisdn, charge = finding.msisdn, finding.charge
    known = Case.objects.filter(contacts__key=key).first()
    before = asked_for(msisdn, [charge]).get(charge.id)
    if known is None and before is not None and before.step in ("returned", "coming", "checking"):
        raise Settled(before)
    said = words.strip()[:WORDS_MAX]
    name = f"{charge.month} {charge.name.zh} {yuan(charge.fen)}元 ({charge.id})"
    new = NewCase(
        key=key,
        msisdn=msisdn,
        kind=Kind.COMPLAINT.value,
        category=category_of(finding),
        words=f"{name}\n{said}" if said else name,
        channel=channel,
        answers={"month": charge.month, "item": f"{charge.name.zh} {charge.id}", "amount": yuan(charge.fen)},
        matter=charge.id,
    )
    accepted = opening.accept(new, by="subscriber", now=now)
    due_at = None
    if charge.fen > 0:
        due_at = _ask_back(finding, accepted.case, channel, now)
    return Disputed(accepted.case, accepted.joined, due_at)


def due(now: datetime) -> datetime:
    """By when a refund that is asked for now is to be credited, if it is due."""
    return policy().due_at(now)


def look(carrier: Carrier, msisdn: Msisdn, item: str, now: datetime) -> Finding:
    """The charge with its evidence; raises NoSuchCharge and CarrierError. Another line's item is no such charge."""
    return verifying.look(carrier, msisdn, item, now=now)


def _ask_back(finding: Finding, case: Case, channel: str, now: datetime) -> datetime | None:
    key = f"{channel}:back:{case.docket}:{finding.charge.id}"[:96]
    try:
        refund = deciding.request(finding, channel=channel, by="subscriber", now=now, key=key, docket=case.docket)
    except Refusal:  # somebody else was quicker: the case stands beside what they began
        live = deciding.of_charge(finding.msisdn.digits, finding.charge.id)
        return live.due_at if live is not None else None
    return refund.due_at
