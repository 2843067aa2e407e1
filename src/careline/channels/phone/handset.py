"""A handset in the browser: what its owner sees of a conversation by SMS, and saying something with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from careline import wiring
from careline.catalogue import library
from careline.hall import explaining, retelling
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.ledger.models import Arrived, OpenAttempt
from careline.outbox import claiming
from careline.outbox.models import Message
from careline.protocols.smstext import decode_text, encode_parts
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

LINK = "handset"  # the name that the handset goes by in inbox and outbox
SHOWN = 60  # messages of a conversation that are shown
SAID_MAX = 1000  # characters; a handset does not send more than a long SMS holds
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the handset shows it; `parts` are the texts of the single SMS that carry it."""

    mine: bool
    text: str
    at: datetime
    turn: str = ""
    parts: Sequence[str] = ()
    address: str = ""

    @property
    def lang(self) -> str:
        """For those who hear the page read out: a text with a Chinese character is Chinese."""
        return "zh-Hans" if _HAN.search(self.text) else "en"


@dataclass(frozen=True, slots=True)
class Story:
    """How a message was understood and what became of it, in words of one language."""

    said: str
    steps: Sequence[str]
    answers: Sequence[tuple[str, datetime]]  # what became of each answer, and when
    meant: str = ""
    table: str = ""
    values: Sequence[tuple[str, str]] = ()
    end: str = ""  # an outcome, for the eye
    outcome: str = ""
    cause: str = ""
    carrier_words: str = ""


@cache
def reception() -> Reception:
    """This process's reception for all its handsets: a slow carrier's answers come in late and are fetched."""
    return wiring.reception(patience_seconds=wiring.CARRIER_PATIENCE_SECONDS)


def say(msisdn: Msisdn, text: str, address: str) -> Served:
    """Say this to the hall, through the same reception as any message; the answer comes at once or is fetched later."""
    arrival = Arrival(
        msisdn=msisdn,
        text=text,
        link=LINK,
        message_id=new_reference()[0],
        received_at=wiring.clock(),
        address=address,
        at_once=True,
    )
    served = reception().receive([arrival])[0]
    if served.retry_at is not None:  # somebody else's turn came between; or the last one is still with the carrier
        served = reception().receive([arrival])[0]
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


def awaits(msisdn: Msisdn) -> bool:
    """Whether the carrier still owes this handset something that will be told by SMS; callers wait on the line."""
    return OpenAttempt.objects.filter(msisdn=msisdn.digits, link=LINK, channel="sms", asking=False).exists()


def story(msisdn: Msisdn, turn: str, language: str) -> Story | None:
    """How one of this handset's own messages was understood; nobody else's."""
    told = explaining.explain(turn)
    if told is None or told.msisdn != msisdn:
        return None
    book, attempt = library.current(), told.attempt
    said = retelling.said(told.said, language)
    steps = [retelling.sentence(step, book, language) for step in told.steps]
    answers = [(retelling.delivery(one.state, language), one.sent_at or one.created_at) for one in told.answers]
    if attempt is None:
        return Story(said, steps, answers)
    table = book.tables.get(attempt.table)
    return Story(
        said,
        steps,
        answers,
        meant=retelling.meant(book, attempt.service, attempt.verb, language),
        table=f"{attempt.table} {table.name.read(language)}" if table else attempt.table,
        values=retelling.values_of(book, attempt, language),
        end=attempt.outcome or "asking",
        outcome=retelling.outcome(attempt.outcome, language),
        cause=retelling.cause_of(attempt.cause, language) if attempt.cause else "",
        carrier_words=attempt.carrier_words,
    )
