"""What the answer to a step means for its payment; both are locked by the caller, and the step had not ended."""

from datetime import datetime, timedelta

from careline.ledger import returning
from careline.payments import booking, limits, moving, wording
from careline.payments.asking import Heard
from careline.payments.models import REASON_MAX, Payment, Step
from careline.payments.paying import owed_on_credit
from careline.payments.states import OVER, TAKEN, WAITING, How, Purpose, State, StepState, What
from careline.values.msisdn import Msisdn

COLLECT_AGAIN = timedelta(days=1)  # a line that cannot pay today is asked tomorrow


def settle(row: Payment, step: Step, heard: Heard, *, now: datetime, link: str, shard: int) -> bool:
    """Whether the step has ended by this."""
    step.words = heard.words[:REASON_MAX]
    what, done = What(step.what), heard.state is StepState.DONE
    if heard.state is StepState.UNKNOWN:
        step.state = StepState.UNKNOWN.value
        step.save()
        return False
    if what is What.COLLECT and not done:
        step.cause, step.due_at = heard.cause, now + COLLECT_AGAIN  # it is owed all the same
        step.save()
        return False
    step.state, step.cause, step.due_at, step.ended_at = heard.state.value, heard.cause, None, now
    step.save()
    match what:
        case What.OPEN:
            _opened(row, heard, done, now)
        case What.RATE:
            _rated(row, heard, done, now)
        case What.CHARGE | What.CAPTURE:
            _taken(row, step, heard, done, now)
        case What.VOID:
            _let_go(row, heard, done, now)
        case What.CREDIT:
            _credited(row, step, heard, done, now)
            booking.write(row, step, now=now, shard=shard)
            wording.post(row, "credited" if done else "not_credited", link=link, now=now)
        case What.COLLECT:
            row.charged = True
            row.save()
            moving.note(row, "collected", by="clock", now=now, fen=step.fen)
        case What.GIVE_BACK:
            if done:
                moving.given_back(row, step, now)
                if row.purpose != Purpose.ORDER.value:  # orders tell it in their own words
                    wording.post(row, "given_back", link=link, now=now, fen=step.fen)
            else:
                returning.let_go(str(step.pk))
                moving.note(row, "not_given_back", by=step.by, now=now, fen=step.fen, cause=step.cause)
    return True


def _opened(row: Payment, heard: Heard, done: bool, now: datetime) -> None:
    if State(row.state) is not State.BEGUN:
        if State(row.state) in OVER and done:  # it was cancelled while the page was made
            moving.step(row, What.VOID, 0, by="till", now=now)
        return
    if not done:
        moving.move(row, State.FAILED, by=row.provider, now=now, cause=heard.cause)
        return
    row.page, row.provider_reference = heard.facts["page"][:500], heard.facts["reference"][:100]
    moving.move(row, State.REDIRECTED, by=row.provider, now=now)


def _rated(row: Payment, heard: Heard, done: bool, now: datetime) -> None:
    if State(row.state) is not State.BEGUN:
        return
    limits.alone(row.msisdn)  # two purchases at once share one limit
    if done and row.price > may_still(row, heard):
        done, heard = False, Heard(StepState.REFUSED, "credit_limit")
    if not done:
        moving.move(row, State.FAILED, by="carrier", now=now, cause=heard.cause)
        return
    moving.move(row, State.AUTHORISED, by="carrier", now=now)
    if row.at_once:
        moving.captured(row, row.price, by="till", now=now)


def may_still(row: Payment, heard: Heard) -> int:
    """What may be owed now: what there was when the carrier was asked, less what others took since. Fen."""
    return int(heard.facts["limit"]) - owed_on_credit(Msisdn(row.msisdn))


def _taken(row: Payment, step: Step, heard: Heard, done: bool, now: datetime) -> None:
    state = State(row.state)
    if state in TAKEN or state is State.GIVEN_BACK:
        return  # a notice was quicker
    if done:
        moving.stands(row, "paid", step.fen, by="carrier" if How(row.how) is How.BALANCE else row.provider, now=now)
    elif state not in OVER:
        moving.move(row, State.FAILED, by=row.provider or "carrier", now=now, cause=heard.cause)


def _let_go(row: Payment, heard: Heard, done: bool, now: datetime) -> None:
    if not done:  # it was paid meanwhile: the provider is asked how it stands
        row.look_at = now
        row.save()
    elif State(row.state) in WAITING:
        moving.move(row, State.EXPIRED, by="clock", now=now)


def _credited(row: Payment, step: Step, heard: Heard, done: bool, now: datetime) -> None:
    if done:
        row.credited = row.fen
        row.save()
        moving.note(row, "credited", by="carrier", now=now, fen=row.fen)
        return
    moving.note(row, "not_credited", by="carrier", now=now, fen=row.fen, cause=heard.cause)
    moving.give_back(row, row.captured, key="not_credited", reason="not_credited", by="till", now=now)
