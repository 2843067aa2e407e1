"""Refunds: the bill beside the case, one charge disputed, verified, decided by the rule, approved by another, paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import wiring
from careline.carrier.port import CarrierError
from careline.cases import refunding
from careline.cases.states import NotAllowed
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.refunds import deciding, verifying, wording
from careline.refunds.models import Refund, Waiver
from careline.refunds.policy import policy
from careline.refunds.rules import Decision, ErrorKind, Facts, decide
from careline.refunds.states import Refusal, State
from careline.refunds.verifying import Finding, NoSuchCharge
from careline.staff import case_refusals
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.reader import language
from careline.staff.refund_labels import KINDS, TONES, refusal
from careline.staff.views.cases import tabs
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_page import case_or_404
from careline.staff.views.cases_shown import masked, people
from careline.values.money import NotAnAmount, parse_amount
from careline.values.msisdn import Msisdn
from careline.values.period import Month, NotAMonth, parse_month
from careline.values.reference import new_reference

SHOWN = 100  # refunds on one page
_MONTHS = 6  # that a bill can be chosen of


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done with a refund: its gate, and the states in which it makes sense."""

    gate: Gate
    at: frozenset[State]


DEEDS = {
    "verify": Deed(Gate.VERIFY_REFUNDS, frozenset({State.REQUESTED})),
    "first": Deed(Gate.HANDLE_CASES, frozenset({State.REQUESTED})),
    "approve": Deed(Gate.APPROVE_REFUNDS, frozenset({State.DECIDED})),
    "turn_down": Deed(Gate.APPROVE_REFUNDS, frozenset({State.DECIDED})),
    "pay": Deed(Gate.HANDLE_CASES, frozenset({State.APPROVED})),
    "cash": Deed(Gate.HANDLE_CASES, frozenset({State.APPROVED})),
}


@through(Gate.SEE_SUBSCRIBER)
def bill(request: HttpRequest, docket: str) -> HttpResponse:
    """The charges of a month with what their records propose; only while the customer's record is open to this person."""
    case, at = case_or_404(docket), now()
    if opened(request, case.msisdn, at) is None:
        messages.error(request, _("First say what for, beside the case: then the bill opens."))
        return redirect("staff:case", docket)
    month, trace, wrong = request.GET.get("month", ""), None, ""
    try:
        if month:
            month = str(parse_month(month, timezone.localdate()))
        trace = verifying.trace(wiring.carrier(), Msisdn(case.msisdn), month, now=at)
    except NotAMonth:
        raise Http404 from None
    except NoSuchCharge:
        wrong = refusal("no_such_charge")
    except CarrierError:
        wrong = refusal("carrier")
    live = {one.item: one for one in Refund.objects.filter(msisdn=case.msisdn).order_by("requested_at")}
    findings = trace.findings if trace else ()
    records, only = verifying.records_to_check(findings), request.GET.get("records") == "on"
    return page(
        request,
        "staff/refund_bill.html",
        here="cases",
        case=case,
        number=masked(case.msisdn),
        month=trace.month if trace else month,
        months=_months(at),
        trace=trace,
        rows=[(one, live.get(one.charge.id)) for one in (records if only else findings)],
        records=records,
        only=only,
        bounds=policy().calls,
        may_waive=may(request, Gate.WAIVE_FEES),
        key=new_reference()[0],
        wrong=wrong,
    )


@require_POST
@through(Gate.HANDLE_CASES)
def dispute(request: HttpRequest, docket: str) -> HttpResponse:
    """Ask for the refund of one charge of the case's customer."""
    case, at = case_or_404(docket), now()
    if opened(request, case.msisdn, at) is None:
        return refuse(request, Gate.SEE_SUBSCRIBER)
    item = request.POST.get("item", "")
    try:
        made = refunding.ask(
            case.docket, item, carrier=wiring.carrier(), channel="staff", by=actor(request), now=at,
            key=f"staff:{new_reference()[0]}",
        )  # fmt: skip
    except NotAllowed as refused:
        messages.error(request, case_refusals.refusal(refused.code))
        return redirect("staff:case", docket)
    except (Refusal, NoSuchCharge, CarrierError) as no:
        messages.error(request, refusal(_code(no)))
        return redirect("staff:case-bill", docket)
    messages.success(request, _("Asked for. It waits for whoever verifies charges."))
    return redirect("staff:refund", made.pk)


@through(Gate.TAKE_CASES)
def refunds(request: HttpRequest) -> HttpResponse:
    """What waits for this person: to be verified, approved, paid; and what is unknown."""
    me = actor(request)
    waiting = Q(pk__in=[])
    for name, deed in DEEDS.items():
        if may(request, deed.gate) and name != "first":
            waiting |= Q(state__in=[state.value for state in deed.at])
    waiting |= Q(state__in=[State.UNKNOWN.value, State.CREDITING.value])
    shown = Refund.objects.filter(waiting) if "all" not in request.GET else Refund.objects.all()
    found = list(shown.order_by("due_at")[:SHOWN])
    names = people([one.requested_by for one in found])
    asked = Waiver.objects.filter(state="waiting").order_by("at") if may(request, Gate.WAIVE_FEES) else []
    return page(
        request,
        "staff/refunds.html",
        here="cases",
        tab="refunds",
        tabs=tabs(request),
        rows=[
            {
                "refund": one,
                "number": masked(one.msisdn),
                "name": _name(one),
                "by": names.get(one.requested_by, one.requested_by),
                "tone": TONES[one.state],
                "own": one.state == State.DECIDED and me in (one.requested_by, one.verified_by),
                "own_request": one.state == State.REQUESTED and me == one.requested_by,
                "late": one.ended_at is None and one.due_at < now(),
            }
            for one in found
        ],
        waivers=[(one, masked(one.msisdn), _name(one), one.by == me) for one in list(asked)[:SHOWN]],
        everything="all" in request.GET,
    )


@through(Gate.TAKE_CASES)
def refund(request: HttpRequest, refund: int) -> HttpResponse:
    return show(request, get_object_or_404(Refund, pk=refund))


@require_POST
@through(Gate.TAKE_CASES)
def do(request: HttpRequest, refund: int, deed: str) -> HttpResponse:
    """Verify, approve, turn down, pay; what is computed is shown before anything is done."""
    row, known = get_object_or_404(Refund, pk=refund), DEEDS.get(deed)
    if known is None:
        raise Http404
    if not may(request, known.gate):
        return refuse(request, known.gate)
    sent = {key: str(value).strip() for key, value in request.POST.items()}
    try:
        if deed == "verify" and "preview" in sent:
            _fen(sent)  # what is no amount is said beside the form
            return show(request, row, sent=sent)
        _done(row, deed, sent, actor(request), now())
    except (Refusal, NoSuchCharge, CarrierError) as no:
        return show(request, get_object_or_404(Refund, pk=refund), sent=sent, wrong=refusal(_code(no)), status=409)
    messages.success(request, _("Done."))
    return redirect("staff:refund", refund)


def _done(row: Refund, deed: str, sent: dict[str, str], by: str, at: datetime) -> None:
    match deed:
        case "verify":
            deciding.verify(
                row.pk, _look(row, at), kind=_kind(sent), due=_fen(sent), reason=sent.get("reason", ""), by=by, now=at
            )
        case "first":
            wiring.cashier().pay_first(row.pk, by=by, now=at)
        case "approve":
            deciding.approve(row.pk, by=by, now=at)
        case "turn_down":
            deciding.turn_down(row.pk, sent.get("reason", ""), by=by, now=at)
        case "pay":
            wiring.cashier().pay(row.pk, by=by, now=at)
        case "cash":
            wiring.cashier().pay_cash(
                row.pk, reason=sent.get("reason", ""), handed_by=sent.get("handed_by", ""), by=by, now=at
            )


def show(
    request: HttpRequest, row: Refund, *, sent: dict[str, str] | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The page of one refund: the evidence, what the rule gives, and what may be done by whom."""
    me, at = actor(request), now()
    finding, decision, seen = None, None, looked(request, row, at)
    if seen and row.state == State.REQUESTED and may(request, Gate.VERIFY_REFUNDS):
        try:
            finding = _look(row, at)
        except (NoSuchCharge, CarrierError) as no:
            wrong = wrong or refusal(_code(no))
    if finding and sent is None:
        proposal = finding.proposal
        sent = {"kind": proposal.kind or "", "due": f"{proposal.due / 100:.2f}"}
    if finding and sent and not wrong:
        decision = _computed(row, finding, _kind(sent), _fen(sent))
    small = policy().limits.asker_verifies_up_to_fen
    own = me in (row.requested_by, row.verified_by)
    names = people([row.requested_by, row.verified_by, row.approved_by])
    return page(
        request,
        "staff/refund.html",
        status=status,
        here="cases",
        refund=row,
        number=masked(row.msisdn),
        name=_name(row),
        names=names,
        tone=TONES[row.state],
        evidence=finding.evidence() if finding else row.evidence if seen else {},
        explained=wording.explained(row, language()) if row.rule else "",
        kinds=[(key, name) for key, name in KINDS.items() if key not in ("waiver", "unverified")],
        sent=sent or {},
        decision=decision,
        finding=finding,
        own=own,
        own_request=decision is not None and me == row.requested_by and decision.amount > small,
        steps={name for name, deed in DEEDS.items() if row.state in deed.at and may(request, deed.gate)},
        third_party=bool(row.provider) and policy().first and not row.first,
        credits=list(row.credits.order_by("begun_at")),
        wrong=wrong,
    )


def looked(request: HttpRequest, row: Refund, at: datetime) -> bool:
    """Whether this person may see the customer's records beside the money; if so, the look is in the journal."""
    if not may(request, Gate.SEE_SUBSCRIBER):
        return False
    assert isinstance(request.user, Staff)
    looking.look(request.user, Msisdn(row.msisdn), f"{row.docket} refund {row.pk}".strip(), at)
    return True


def _computed(row: Refund, finding: Finding, kind: ErrorKind | None, due: int) -> Decision:
    """What the rule gives for these facts, before anything is done."""
    facts = Facts(row.charged, due, kind, True, False, row.paid, row.asked, deciding.given_back(finding))
    return decide(facts, policy().limits)


def _look(row: Refund, at: datetime) -> Finding:
    return verifying.look(wiring.carrier(), Msisdn(row.msisdn), row.item, now=at)


def _kind(sent: dict[str, str]) -> ErrorKind | None:
    kind = sent.get("kind", "")
    return ErrorKind(kind) if kind in set(ErrorKind) else None


def _fen(sent: dict[str, str]) -> int:
    try:
        return int(parse_amount(sent.get("due") or "0"))
    except NotAnAmount:
        raise Refusal("bad_amount") from None


def _code(no: Exception) -> str:
    if isinstance(no, Refusal):
        return no.code
    return "no_such_charge" if isinstance(no, NoSuchCharge) else "carrier"


def _name(row: Any) -> str:
    return str(row.name_zh if language() == "zh" else row.name_en)


def _months(at: datetime) -> list[str]:
    this = Month.of(timezone.localtime(at).date())
    return [str(this.plus(-back)) for back in range(_MONTHS)]
