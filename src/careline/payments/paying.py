"""What can be done with a payment, as rows: begun, taken, let go, given back. Nobody outside is asked here (`till` does that).

So a deed above us, such as cancelling an order, can write its part and ours in one transaction. Every verb locks the
payment; whoever locks more locks the payment first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum

from careline.ledger import returning
from careline.payments import limits, moving
from careline.payments.discounts import Discount
from careline.payments.models import Payment, Step
from careline.payments.states import OVER, TAKEN, WAITING, How, Purpose, Refusal, State, StepState, What
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from careline.values.secret import mask

EXPIRES = timedelta(minutes=30)  # the customer pays within, or nothing is taken
_HOWS = {
    Purpose.TOP_UP: frozenset({How.PROVIDER, How.CREDIT}),
    Purpose.BILL: frozenset({How.PROVIDER}),
    Purpose.ORDER: frozenset(How),
}


@dataclass(frozen=True, slots=True)
class NewPayment:
    """What somebody is about to pay; amounts in fen."""

    msisdn: Msisdn  # who pays
    purpose: str
    subject: str  # number of the order, month of the bill, or nothing
    fen: int  # what it is worth; the discount is taken off
    how: str
    key: str  # the same one is the same payment
    capture: str = "at_once"  # or later
    payee: Msisdn | None = None  # whose account is credited; nobody: who pays
    discount: Discount | None = None
    provider: str = "sandbox"
    device: str = ""  # a digest, for limits


def begin(new: NewPayment, *, by: str, channel: str, now: datetime) -> Payment:
    """Write a payment down; the one that has this key already, if there is one.

    Raises Refusal: bad_amount, key_used (for something else), too_many_today, too_much_today.
    """
    with transaction.atomic():
        limits.alone(new.msisdn.digits)
        known = Payment.objects.filter(key=new.key).first()
        if known is not None:
            return _same(known, new)
        purpose, how = Purpose(new.purpose), How(new.how)
        off = new.discount.fen if new.discount else 0
        if not 0 < new.fen <= limits.MOST_FEN or not 0 <= off < new.fen or how not in _HOWS[purpose]:
            raise Refusal("bad_amount")
        payee = new.payee or new.msisdn
        if purpose is not Purpose.ORDER:
            limits.check(new.msisdn.digits, payee.digits, new.device, new.fen, now)
        try:
            with transaction.atomic():
                row = Payment.objects.create(
                    id=new_reference()[0],
                    key=new.key,
                    msisdn=new.msisdn.digits,
                    payee=payee.digits,
                    purpose=purpose.value,
                    subject=new.subject,
                    fen=new.fen,
                    price=new.fen - off,
                    discount=new.discount.rule if new.discount else "",
                    how=how.value,
                    provider=new.provider if how is How.PROVIDER else "",
                    at_once=new.capture == "at_once",
                    channel=channel,
                    device=new.device,
                    by=by,
                    begun_at=now,
                    expires_at=now + EXPIRES,
                )
        except IntegrityError:  # the same key at the same moment, for another number
            return _same(Payment.objects.get(key=new.key), new)
        moving.note(row, "begun", by=by, now=now, fen=row.price, how=row.how, purpose=row.purpose)
        _first_step(row, by, now)
    return row


def capture(payment: str, *, by: str, now: datetime) -> Payment:
    """Take what was authorised; said again, nothing happens again. Raises Refusal: no_such_payment, not_authorised."""
    with transaction.atomic():
        row = locked(payment)
        if State(row.state) in TAKEN or row.state == State.GIVEN_BACK:
            return row
        if State(row.state) is not State.AUTHORISED:
            raise Refusal("not_authorised", row.state)
        match How(row.how):
            case How.PROVIDER:
                moving.step(row, What.CAPTURE, row.price, by=by, now=now)
            case How.BALANCE:
                moving.step(row, What.CHARGE, row.price, by=by, now=now)
            case _:
                moving.captured(row, row.price, by=by, now=now)
    return row


def cancel(payment: str, *, by: str, now: datetime, reason: str = "") -> Payment:
    """Nothing is to be taken any more. What comes in all the same is given back.

    Raises Refusal: no_such_payment, already_taken, under_way (it is being taken right now, and is known soon).
    """
    with transaction.atomic():
        row = locked(payment)
        state = State(row.state)
        if state in OVER:
            return row
        if state not in WAITING and state is not State.AUTHORISED:
            raise Refusal("already_taken")
        taking = row.steps.filter(what__in=[What.CAPTURE.value, What.CHARGE.value], ended_at=None)
        if taking.exists():
            raise Refusal("under_way")
        moving.move(row, State.CANCELLED, by=by, now=now, reason=mask(reason)[:200])
        if How(row.how) is How.PROVIDER:
            moving.step(row, What.VOID, 0, by=by, now=now)
    return row


def give_back(
    payment: str, fen: int, *, key: str, reason: str, by: str, now: datetime, above: int | None = None
) -> Step:
    """Give so much back of what was taken; by the same key once. Above `above` fen, with what was given back of it
    before, it waits for a second person: slices are not less than the whole.

    Raises Refusal: no_such_payment, no_reason, bad_amount, not_taken, too_much, credited (it is in the account: refunds),
    refunded (a case returned so much of the charge that this is not left).
    """
    reason = mask(reason.strip())[:200]
    if not reason:
        raise Refusal("no_reason")
    with transaction.atomic():
        row = locked(payment)
        known = row.steps.filter(key=key[:96]).first()
        if known is not None:
            return known
        if fen <= 0:
            raise Refusal("bad_amount")
        if not row.captured:
            raise Refusal("not_taken")
        if row.credited or row.steps.filter(what=What.CREDIT.value).exclude(state=StepState.REFUSED.value).exists():
            raise Refusal("credited")
        before = promised(row)
        if fen > row.captured - before:
            raise Refusal("too_much")
        if fen > left(row):
            raise Refusal("refunded")
        waits = above is not None and before + fen > above
        return moving.give_back(row, fen, key=key, reason=reason, by=by, now=now, waits=waits)


def approve(step: str, yes: bool, *, by: str, now: datetime) -> Step:
    """The second person says yes or no. Raises Refusal: not_waiting, same_person."""
    with transaction.atomic():
        found = Step.objects.filter(pk=step).values_list("payment_id", flat=True).first()
        if found is None:
            raise Refusal("not_waiting")
        row = locked(str(found))
        one = Step.objects.select_for_update().get(pk=step)
        if one.state != StepState.WAITING.value:
            raise Refusal("not_waiting")
        if one.by == by:
            raise Refusal("same_person")
        one.approved_by = by
        if yes:
            one.state, one.due_at = StepState.ASKING.value, now
        else:
            one.state, one.cause, one.ended_at = StepState.REFUSED.value, "turned_down", now
            returning.let_go(str(one.pk))
        one.save()
        moving.note(row, "approved" if yes else "turned_down", by=by, now=now, fen=one.fen, step=str(one.pk))
        if yes:
            moving.give_back_now(row, one, now)
    return one


def collect_now(payment: str, *, by: str, now: datetime) -> Payment:
    """What was bought on credit is paid from the account before it is due. Raises Refusal: no_such_payment, not_on_credit."""
    with transaction.atomic():
        row = locked(payment)
        changed = row.steps.filter(what=What.COLLECT.value, ended_at=None, due_at__gt=now).update(due_at=now)
        if not changed and not row.charged:
            raise Refusal("not_on_credit")
        if changed:
            moving.note(row, "paid_early", by=by, now=now, fen=row.price)
    return row


def locked(payment: str) -> Payment:
    """The payment, and nobody else changes it until this transaction ends. Raises Refusal("no_such_payment")."""
    row = Payment.objects.select_for_update().filter(pk=payment).first()
    if row is None:
        raise Refusal("no_such_payment")
    return row


def promised(row: Payment) -> int:
    """What was given back of it, is on its way, or waits for a second person; fen."""
    steps = row.steps.filter(what=What.GIVE_BACK.value).exclude(state=StepState.REFUSED.value)
    return int(steps.aggregate(fen=Sum("fen"))["fen"] or 0)


def left(row: Payment) -> int:
    """What may still be given back of it: taken, not promised here, and not refunded by a case; fen. The payment is locked."""
    charge = moving.charge_of(row)
    return max(0, row.captured - promised(row) - (returning.elsewhere(charge, moving.ROOM) if charge else 0))


def owed_on_credit(msisdn: Msisdn) -> int:
    """What this customer has bought on credit and not paid yet; fen."""
    rows = Payment.objects.filter(
        msisdn=msisdn.digits, how=How.CREDIT.value, charged=False, state__in=["authorised", "captured", "partly_given_back"]
    )  # fmt: skip
    sums = rows.aggregate(price=Sum("price"), back=Sum("given_back"))
    return int(sums["price"] or 0) - int(sums["back"] or 0)


def _same(known: Payment, new: NewPayment) -> Payment:
    alike = (known.msisdn, known.purpose, known.subject, known.fen, known.how) == (
        *(new.msisdn.digits, new.purpose, new.subject, new.fen, new.how),
    )
    if not alike or known.payee != (new.payee or new.msisdn).digits:
        raise Refusal("key_used")
    return known


def _first_step(row: Payment, by: str, now: datetime) -> None:
    match How(row.how):
        case How.PROVIDER:
            moving.step(row, What.OPEN, row.price, by=by, now=now)
        case How.CREDIT:
            moving.step(row, What.RATE, row.price, by=by, now=now)
        case How.BALANCE if row.at_once:
            moving.step(row, What.CHARGE, row.price, by=by, now=now)
        case _:
            moving.move(row, State.AUTHORISED, by=by, now=now)
