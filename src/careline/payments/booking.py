"""The ended top-up in the ledger: an attempt of the service `top_up` by the channel it came from, counted in the tally."""

from datetime import datetime

from careline.identity import recognising
from careline.ledger import attempt, contact, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.payments.models import Payment, Step
from careline.payments.states import StepState
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

SERVICE, VERB = "top_up", "order"


def write(row: Payment, step: Step, *, now: datetime, shard: int) -> None:
    """Append the attempt, in the transaction in which the carrier's answer is settled."""
    number = Msisdn(row.msisdn)
    subscriber = recognising.recognise([number]).get(number)
    done = step.state == StepState.DONE.value
    hello = new_reference()[0]
    contact.greet([Hello(hello, number, row.channel, "", row.begun_at)])
    begun = Begun(
        reference=str(step.pk),
        msisdn=number,
        contact=hello,
        channel=row.channel,
        region=subscriber.region if subscriber else "",
        brand=subscriber.brand if subscriber else "",
        table="",
        service=SERVICE,
        verb=VERB,
        parameters={"fen": str(row.fen), "price": str(row.price), "how": row.how, "purpose": row.purpose},
        version=0,
        begun_at=row.begun_at,
    )
    cause = None if done else Cause(step.cause or Cause.NOT_ELIGIBLE)
    end = Ended(str(step.pk), Outcome.DONE if done else Outcome.REFUSED, cause, now, step.words, begun)
    tally.count(attempt.end([end]), shard)
