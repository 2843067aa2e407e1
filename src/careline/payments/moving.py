"""How a payment goes from state to state, each with its steps, its journal and its listeners; the payment is locked by the caller."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from careline.journal import writing
from careline.ledger import returning
from careline.payments import hearing
from careline.payments.hearing import Happening
from careline.payments.models import Payment, Step
from careline.payments.states import OVER, WAITING, How, Purpose, State, StepState, What, allowed
from careline.values.reference import new_reference

ROOM = "payments"  # as `ledger.returning` knows us
POLL = timedelta(seconds=20)  # until the provider is asked what became of a payment


def move(row: Payment, state: State, *, by: str, now: datetime, cause: str = "", reason: str = "") -> None:
    """The payment is in this state from now on."""
    assert allowed(State(row.state), state), (row.state, state)
    row.state, row.cause = state.value, cause or row.cause
    if state in OVER:
        row.ended_at, row.look_at = now, None
        row.steps.filter(what__in=[What.OPEN.value, What.RATE.value], ended_at=None).update(
            state=StepState.REFUSED.value, cause="over", due_at=None, ended_at=now
        )
    if state is State.REDIRECTED:
        row.look_at = now + POLL
    row.save()
    note(row, state.value, by=by, now=now, fen=row.price, cause=cause, reason=reason)


def step(
    row: Payment, what: What, fen: int, *, by: str, now: datetime, key: str = "", due: datetime | None = None
) -> Step:
    """The step of this kind, begun now unless it is under way or done already."""
    steps = row.steps.filter(what=what.value)
    # What was let go may be held again by a customer who pays late: it is let go again.
    live = steps.filter(ended_at=None) if what is What.VOID else steps.exclude(state=StepState.REFUSED.value)
    if (known := live.first()) is not None:
        return known
    count = steps.count()
    return Step.objects.create(
        # The carrier credits a payment under the payment's own reference.
        id=row.pk if what is What.CREDIT and not count else new_reference()[0],
        payment=row,
        what=what.value,
        key=key or f"{what.value}:{count}",
        fen=fen,
        by=by,
        begun_at=now,
        due_at=due or now,
    )


def captured(row: Payment, fen: int, *, by: str, now: datetime) -> None:
    """The money is ours; what it was brought for begins."""
    row.captured, row.captured_at, row.ended_at, row.look_at = fen, now, now, None
    move(row, State.CAPTURED, by=by, now=now)
    if How(row.how) is How.CREDIT:
        step(row, What.COLLECT, row.price, by=by, now=now, due=next_bill(now))
    if Purpose(row.purpose) is not Purpose.ORDER:
        step(row, What.CREDIT, row.fen, by=by, now=now)


def stands(row: Payment, state: str, fen: int, *, by: str, now: datetime) -> str:
    """The provider says that it stands so; what we made of it: believed, nothing_new, wrong_amount or too_late."""
    current = State(row.state)
    if state == "paid":
        return _paid(row, current, fen, by, now)
    if state == "held":
        return _held(row, current, fen, by, now)
    voiding = row.steps.filter(what=What.VOID.value, ended_at=None).exists()
    if current in WAITING and state in ("declined", "void") and not voiding:
        move(row, State.FAILED, by=by, now=now, cause=state)
        return "believed"
    return "nothing_new"


def give_back(row: Payment, fen: int, *, key: str, reason: str, by: str, now: datetime, waits: bool = False) -> Step:
    """Write down that so much goes back; `waits` for a second person."""
    one = Step.objects.create(
        id=new_reference()[0],
        payment=row,
        what=What.GIVE_BACK.value,
        key=key[:96],
        fen=fen,
        reason=reason,
        by=by,
        begun_at=now,
        state=(StepState.WAITING if waits else StepState.ASKING).value,
        due_at=None if waits else now,
    )
    if charge := charge_of(row):
        returning.promise(charge, fen, room=ROOM, reference=str(one.pk), now=now)
    note(row, "giving_back", by=by, now=now, fen=fen, reason=reason, step=str(one.pk), waits=waits)
    if not waits:
        give_back_now(row, one, now)
    return one


def give_back_now(row: Payment, one: Step, now: datetime) -> None:
    """What was bought on credit and is not yet taken needs nobody outside: it is owed no more."""
    if How(row.how) is not How.CREDIT or row.charged:
        return
    owed = row.steps.select_for_update().filter(what=What.COLLECT.value, ended_at=None, tries=0).first()
    if owed is None or owed.fen < one.fen:
        return
    owed.fen -= one.fen
    if owed.fen == 0:
        owed.state, owed.cause, owed.due_at, owed.ended_at = StepState.REFUSED.value, "given_back", None, now
    owed.save()
    one.state, one.due_at, one.ended_at = StepState.DONE.value, None, now
    one.save()
    returning.let_go(str(one.pk))  # nothing was charged of which it could be given back
    given_back(row, one, now)


def charge_of(row: Payment) -> str:
    """The reference under which the carrier charged it, or is asked to; "" where no account is charged."""
    if How(row.how) not in (How.BALANCE, How.CREDIT):
        return ""
    charges = row.steps.filter(what__in=[What.CHARGE.value, What.COLLECT.value]).exclude(state=StepState.REFUSED.value)
    found = charges.values_list("pk", flat=True).first()
    return str(found) if found else ""


def given_back(row: Payment, one: Step, now: datetime) -> None:
    """So much is back with the customer."""
    row.given_back += one.fen
    if State(row.state) in OVER:
        row.save()
        note(row, "given_back", by=one.by, now=now, fen=one.fen, step=str(one.pk))
        return
    whole = row.given_back == row.captured
    row.state = (State.GIVEN_BACK if whole else State.PARTLY_GIVEN_BACK).value
    row.save()
    note(row, "given_back", by=one.by, now=now, fen=one.fen, step=str(one.pk), whole=whole)


def note(row: Payment, did: str, *, by: str, now: datetime, fen: int = 0, **detail: object) -> None:
    """Into the journal, and to whoever listens."""
    writing.write(
        who=by, did=f"payment_{did}", what="payment", record=str(row.pk), now=now, detail={"fen": fen} | detail
    )
    hearing.tell(Happening(row, did, by, now, fen))


def next_bill(now: datetime) -> datetime:
    """The first moment of the next month, at the carrier's."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return (local.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)


def _paid(row: Payment, current: State, fen: int, by: str, now: datetime) -> str:
    if current in OVER:
        if row.captured or fen <= 0:
            return "nothing_new"
        _not_ours(row, fen, "too_late", by, now)
        return "too_late"
    if current not in WAITING and current is not State.AUTHORISED:
        return "nothing_new"
    if fen != row.price:
        move(row, State.FAILED, by=by, now=now, cause="wrong_amount")
        if fen > 0:
            _not_ours(row, fen, "wrong_amount", by, now)
        return "wrong_amount"
    captured(row, fen, by=by, now=now)
    return "believed"


def _held(row: Payment, current: State, fen: int, by: str, now: datetime) -> str:
    if current in OVER:
        step(row, What.VOID, 0, by=by, now=now)
        return "too_late"
    if current not in WAITING:
        return "nothing_new"
    if fen != row.price:
        move(row, State.FAILED, by=by, now=now, cause="wrong_amount")
        step(row, What.VOID, 0, by=by, now=now)
        return "wrong_amount"
    row.look_at = None
    move(row, State.AUTHORISED, by=by, now=now)
    if row.at_once:  # asked to take it, it only holds it
        step(row, What.CAPTURE, row.price, by=by, now=now)
    return "believed"


def _not_ours(row: Payment, fen: int, why: str, by: str, now: datetime) -> None:
    """Money that came in and is not to be kept goes back whole."""
    row.captured, row.captured_at = fen, now
    row.save()
    give_back(row, fen, key=why, reason=why, by=by, now=now)
