"""The ended payment in the ledger: an attempt of the service `refund`, with a contact of its own, counted in the tally."""

from datetime import datetime

from careline.identity import recognising
from careline.ledger import attempt, contact, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.refunds.models import Credit, Refund
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

# Paying back opens no service: as an order it would be an application, and make the failure rate look better.
SERVICE, VERB, CHANNEL = "refund", "other", "care"


def write(
    refund: Refund, credit: Credit, outcome: Outcome, cause: Cause | None, words: str, now: datetime, shard: int
) -> None:
    """Append the attempt; in the transaction that ends the payment, so the ledger's sum is the register's."""
    number = Msisdn(refund.msisdn)
    subscriber = recognising.recognise([number]).get(number)
    hello = new_reference()[0]
    contact.greet([Hello(hello, number, CHANNEL, "", credit.begun_at)])
    begun = Begun(
        reference=str(credit.pk),
        msisdn=number,
        contact=hello,
        channel=CHANNEL,
        region=subscriber.region if subscriber else "",
        brand=subscriber.brand if subscriber else "",
        table="",
        service=SERVICE,
        verb=VERB,
        parameters={
            "refund": str(refund.pk),
            "item": refund.item,
            "fen": str(credit.fen),
            "how": credit.how,
            "part": credit.part,
        },
        version=0,
        begun_at=credit.begun_at,
    )
    tally.count(attempt.end([Ended(str(credit.pk), outcome, cause, now, words, begun)]), shard)
