"""One payment: where it stands, said as it is, also while nobody knows; and the receipt when it is done."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.channels.web import pages
from careline.channels.web.money.asking import ask
from careline.channels.web.visitor import Visitor, signed_in
from careline.payments import paying
from careline.payments.models import Payment
from careline.payments.states import OVER, WAITING, How, Purpose, Refusal, State, StepState, What
from careline.payments.wording import short
from careline.values.msisdn import Msisdn


@require_GET
@signed_in
def pay(request: HttpRequest, visitor: Visitor, payment: UUID) -> HttpResponse:
    """Where it stands now: the provider is asked again when it has not told yet."""
    found = _own(visitor, payment)
    row = wiring.till().poll(str(found.pk), visitor.now)
    stands = standing(row)
    credited = bool(row.credited) and row.payee == visitor.msisdn.digits
    return pages.show(
        request,
        "money",
        "pay.html",
        visitor,
        payment=row,
        stands=stands,
        tone={"done": "good", "bad": "bad", "back": "good"}.get(stands.partition("_")[0], "note"),
        number=short(row),
        to=visitor.msisdn.national() if row.payee == visitor.msisdn.digits else Msisdn(row.payee).masked(),
        off=row.fen - row.price,
        may_pay=stands == "wait_pay" and row.page,
        may_cancel=State(row.state) in WAITING and row.purpose != Purpose.ORDER.value,
        open=stands.startswith("wait"),
        account=ask(visitor, {"account": ("account", "", {})})["account"] if credited else None,
    )


@require_POST
@signed_in
def cancel(request: HttpRequest, visitor: Visitor, payment: UUID) -> HttpResponse:
    """The customer does not want to pay after all."""
    found = _own(visitor, payment)
    if found.purpose != Purpose.ORDER.value:
        try:
            paying.cancel(str(found.pk), by="subscriber", now=visitor.now, reason="by the customer")
            wiring.till().go_on(str(found.pk), visitor.now)
        except Refusal:
            pass  # the page says how it stands
    return redirect("web-pay", found.pk)


def standing(row: Payment) -> str:
    """The phrase that says how a payment stands: wait_…, done_…, back_…, bad_…."""
    state = State(row.state)
    if state in OVER:
        if row.captured > row.given_back:
            return "wait_back"
        return "back_late" if row.captured else f"bad_{_bad(row)}"
    if state is State.GIVEN_BACK:
        return "back_whole"
    if state is State.PARTLY_GIVEN_BACK:
        return "back_part"
    if state is State.CAPTURED:
        if row.purpose == Purpose.ORDER.value:
            return "done_credit" if How(row.how) is How.CREDIT else "done_paid"
        if row.credited:
            return "done_credited"
        refused = row.steps.filter(what=What.CREDIT.value, state=StepState.REFUSED.value).exists()
        return "wait_back" if refused else "wait_credit"
    if state is State.AUTHORISED:
        return f"done_agreed_{row.how}"
    return "wait_pay" if state is State.REDIRECTED else "wait_begun"


def _bad(row: Payment) -> str:
    known = ("not_enough_money", "credit_limit", "declined", "suspended")
    if row.state == State.FAILED.value:
        return row.cause if row.cause in known else "failed"
    return row.state


def _own(visitor: Visitor, payment: UUID) -> Payment:
    """This customer's payment; somebody else's is not found, like one that there is not."""
    row = Payment.objects.filter(pk=payment, msisdn=visitor.msisdn.digits).first()
    if row is None:
        raise Http404
    return row
