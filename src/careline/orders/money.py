"""The money of an order: begun with it, taken when it is packed or received, returned to where it came from.

Payments are rows here; whoever talks to providers does it after the deed (`payments.till`), and its sweep in any case.
"""

import logging
from datetime import datetime

from careline.dialogue.saying import both, say_money
from careline.orders import telling
from careline.orders.deeds import CUSTOMER, beside, note
from careline.orders.progress import confirm
from careline.orders.records.order import Order
from careline.orders.states import How, Money, NotAllowed, State
from careline.payments import paying
from careline.payments.hearing import Happening
from careline.payments.models import Payment
from careline.payments.paying import NewPayment
from careline.payments.states import OVER, Purpose, Refusal
from careline.payments.states import How as PaymentHow
from careline.payments.states import State as PaymentState
from careline.values.language import Text
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

_HOWS = {
    How.ONLINE: PaymentHow.PROVIDER,
    How.BALANCE: PaymentHow.BALANCE,
    How.CREDIT: PaymentHow.CREDIT,
    How.ARRIVAL: PaymentHow.ARRIVAL,
}


def begin(order: Order, *, by: str, channel: str, now: datetime) -> None:
    """Write down the payment of an order that costs something; a new one each time it is tried anew.

    From the account it is taken at once; what a provider holds and what is bought on credit is taken when it is packed,
    what is paid at the door when it was received. Raises payments' Refusal.
    """
    order.tries += 1
    order.payment = ""
    new = NewPayment(
        msisdn=Msisdn(order.msisdn),
        purpose=Purpose.ORDER.value,
        subject=order.number,
        fen=order.fen,
        how=_HOWS[How(order.pay)].value,
        key=f"order:{order.number}:{order.tries}",
        capture="at_once" if order.pay == How.BALANCE else "later",
    )
    payment = paying.begin(new, by=by, channel=channel, now=now)
    order.payment = str(payment.pk)


def capture(order: Order, *, by: str, now: datetime) -> None:
    """Ask for what was set aside; nothing where there is nothing to pay, or it was taken. Raises NotAllowed("unpaid")."""
    if not order.payment:
        if order.fen:
            raise NotAllowed("unpaid")
        return
    try:
        paying.capture(order.payment, by=by, now=now)
    except Refusal as refusal:
        raise NotAllowed("unpaid", refusal.code) from refusal


def back(order: Order, reason: str, *, by: str, now: datetime) -> Text:
    """Let go of what was not taken, return what was, once; what the customer is told of it."""
    if not order.payment:
        return telling.text_of("order.money.none")
    payment = paying.locked(order.payment)
    if payment.captured:
        rest, promised = paying.left(payment), paying.promised(payment)
        if rest > 0:
            paying.give_back(order.payment, rest, key=f"order:{order.number}", reason=reason or "order", by=by, now=now)
        if rest + promised == payment.captured:
            return telling.filled("order.money.back", order, now)
        # A case was quicker: what it returned of the same charge is not returned again.
        if not rest + promised:
            order.money = Money.BACK.value
            note(order, "money_back", by=by, now=now, detail={"fen": 0, "refunded": payment.captured})
            return telling.text_of("order.money.refunded")
        return telling.filled("order.money.rest", order, now, {"left": both(say_money, rest + promised)})
    try:
        paying.cancel(order.payment, by=by, now=now, reason=reason)
    except Refusal as refusal:
        if refusal.code != "under_way":
            raise
        # It is being taken this very moment: once that is known, the sweep gives it back.
        return telling.filled("order.money.back", order, now)
    return telling.text_of("order.money.none")


def hear(happening: Happening) -> None:
    """What happened to a payment of an order, in the transaction in which it happened."""
    payment = happening.payment
    if payment.purpose != Purpose.ORDER.value:
        return
    try:
        with beside(payment.subject) as order:
            if order.payment not in ("", str(payment.pk)):
                return  # an earlier try; what comes in for it all the same is returned by payments
            _heard(order, happening)
    except NotAllowed:
        log.error("payment %s is for an order that there is not", payment.pk)


def _heard(order: Order, happening: Happening) -> None:
    now, by, state = happening.now, happening.by, State(order.state)
    match happening.did:
        case "begun" | "redirected":
            order.money = Money.WAITING.value
        case "authorised":
            order.money = Money.HELD.value
            if state is State.WAITING:
                note(order, "authorised", by=by, now=now, detail={"fen": order.fen})
                confirm(order, by=by, now=now)
        case "captured":
            order.money = Money.PAID.value
            note(order, "paid", by=by, now=now, detail={"fen": order.fen})
            if state is State.WAITING:
                confirm(order, by=by, now=now)
            elif state in (State.CANCELLED, State.RETURNED, State.REFUSED):
                order.due_at = now  # the sweep gives it back
        case "failed" | "expired":
            order.money = Money.FAILED.value
            note(order, "payment_failed", by=by, now=now, detail={"cause": happening.payment.cause})
            if state is State.WAITING and happening.did == "failed":
                telling.say(order, "money_failed", now)
        case "cancelled":
            order.money = Money.NONE.value
        case "giving_back":
            order.money = Money.GOING_BACK.value
        case "given_back":
            order.money = (Money.BACK if _all_back(happening.payment) else Money.PAID).value
            note(order, "money_back", by=by, now=now, detail={"fen": happening.fen})
            telling.say(order, "money_back", now, {"amount": both(say_money, happening.fen)})
        case "not_given_back":
            note(order, "money_stuck", by=by, now=now, public=False, detail={"fen": happening.fen})


def _all_back(payment: Payment) -> bool:
    return payment.given_back >= payment.captured or (
        not paying.left(payment) and payment.given_back == paying.promised(payment)
    )


def again(order: Order, how: How, *, now: datetime) -> None:
    """Try to pay in this way instead; what the earlier try may still bring in goes back by itself."""
    if order.payment:
        payment = paying.locked(order.payment)
        if payment.captured or payment.state == PaymentState.AUTHORISED.value:
            raise NotAllowed("way")
        if PaymentState(payment.state) not in OVER:
            try:
                paying.cancel(order.payment, by=CUSTOMER, now=now, reason="paid in another way")
            except Refusal as refusal:
                raise NotAllowed("unpaid", refusal.code) from refusal
    order.pay = how.value
