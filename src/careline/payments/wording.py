"""What customers are told of their money by SMS: posted in the transaction of what happened, so once and never too early."""

from datetime import datetime

from careline.catalogue import shipped
from careline.dialogue.rendering import fill
from careline.dialogue.saying import both, say_money
from careline.hall.reminding import last_links
from careline.identity import recognising
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.payments.models import Payment
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

_SHOWN = 8  # characters of a payment's id that people read to each other


def short(row: Payment) -> str:
    """The payment's reference as people read it: its last characters, which are random."""
    return str(row.pk).replace("-", "")[-_SHOWN:].upper()


def post(row: Payment, key: str, *, link: str, now: datetime, fen: int = 0) -> None:
    """One letter to whoever paid."""
    number = Msisdn(row.msisdn)
    subscriber = recognising.recognise([number]).get(number)
    text = shipped.text(f"payment.{key}")
    masked = Msisdn(row.payee).masked()
    values: dict[str, str | Text] = {
        "number": Text("您的号码", "your number") if row.payee == row.msisdn else Text(masked, masked),
        "amount": both(say_money, fen or row.fen),
        "price": both(say_money, row.price),
        "code": short(row),
    }
    letter = Letter(
        id=new_reference()[0],
        msisdn=number,
        channel="sms",
        link=last_links([row.msisdn]).get(row.msisdn, link),
        address=shipped.hall_address(),
        text=fill(text, values, subscriber.language if subscriber else "zh"),
        key=f"payment.{key}",
        attempt=str(row.pk),
    )
    posting.post([letter], now=now, due_at=now)
