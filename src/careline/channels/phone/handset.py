"""A handset in the browser: what its owner sees of a conversation by SMS, and saying something with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline import wiring
from careline.hall import explaining
from careline.hall.explaining import Explained
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.ledger.models import Arrived
from careline.outbox import claiming
from careline.outbox.models import Message
from careline.protocols.smstext import decode_text, encode_parts
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

LINK = "handset"  # the name that the handset goes by in inbox and outbox
SHOWN = 60  # messages of a conversation that are shown
SAID_MAX = 1000  # characters; a handset does not send more than a long SMS holds


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the handset shows it; `parts` are the texts of the single SMS that carry it."""

    mine: bool
    text: str
    at: datetime
    turn: str = ""
    parts: Sequence[str] = ()
    address: str = ""


def say(reception: Reception, msisdn: Msisdn, text: str, address: str) -> Served:
    """Say this to the hall, through the same reception as any message; the answer comes at once or is fetched later."""
    arrival = Arrival(
        msisdn=msisdn,
        text=text[:SAID_MAX],
        link=LINK,
        message_id=new_reference()[0],
        received_at=wiring.clock(),
        address=address,
        at_once=True,
    )
    served = reception.receive([arrival])[0]
    if served.retry_at is not None:  # the last turn is still with the carrier
        served = reception.receive([arrival])[0]
    return served


def conversation(msisdn: Msisdn) -> list[Bubble]:
    """What was said and answered, oldest first; letters that waited for this handset count as delivered now."""
    said = Arrived.objects.filter(msisdn=msisdn.digits, channel="sms").order_by("-received_at")[:SHOWN]
    answered = Message.objects.filter(msisdn=msisdn.digits, channel="sms").order_by("-created_at")[:SHOWN]
    bubbles = [
        Bubble(True, arrived.said, arrived.received_at, turn=str(arrived.turn), address=arrived.address)
        for arrived in said
    ]
    waiting = [letter for letter in answered if letter.link == LINK and letter.state == "queued"]
    if waiting:
        claiming.sent([str(letter.id) for letter in waiting], [""] * len(waiting), wiring.clock())
    bubbles += [
        Bubble(
            False,
            letter.text,
            letter.created_at,
            parts=tuple(decode_text(part.body, part.data_coding) for part in encode_parts(letter.text)),
            address=letter.address,
        )
        for letter in answered
    ]
    return sorted(bubbles, key=lambda bubble: (bubble.at, not bubble.mine))


def story(msisdn: Msisdn, turn: str) -> Explained | None:
    """How one of this handset's own messages was understood; nobody else's."""
    explained = explaining.explain(turn)
    return explained if explained is not None and explained.msisdn == msisdn else None
