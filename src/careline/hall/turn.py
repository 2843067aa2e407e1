"""What goes in and out of the hall: an arrival from a channel, and how it was served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from careline.dialogue.book import nothing
from careline.dialogue.talk import Cue, Event, Understood, Wish
from careline.dialogue.utterance import legible
from careline.outbox.posting import Letter
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

NO_NUMBER = "0"  # in place of a number that is withheld


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing said by one customer, as a channel received it. (msisdn, link, message_id) counts once."""

    msisdn: Msisdn
    text: str = field(repr=False)  # may hold a password
    link: str
    message_id: str
    received_at: datetime
    channel: str = "sms"
    address: str = "10086"  # the number that was written to
    at_once: bool = False  # the channel takes the answer in its own response, not from the outbox
    event: Event = Event.SAID
    session: str = ""  # names the call or USSD session
    heard_percent: int = 100  # how much of the last prompt had been played when this came
    wish: Wish | None = None  # of channels with pages: what was picked, in place of a text

    @property
    def who(self) -> str:
        """Whose turn it is: one number's turns follow each other, and so do those of one session without a number."""
        return self.session if self.nameless else self.msisdn.digits

    @property
    def nameless(self) -> bool:
        """A caller whose number is withheld: all such callers share one number, and nothing is kept of them."""
        return self.event is not Event.SAID and self.msisdn.digits == NO_NUMBER

    def __post_init__(self) -> None:
        # One message that the database refuses would hold up its batch-mates, and its sender would send it for ever.
        object.__setattr__(self, "text", legible(self.text))


@dataclass(frozen=True, slots=True)
class Served:
    """How an arrival was served. `letter` is the answer, None while the carrier is still being asked."""

    arrival: Arrival
    recorded: bool = True  # False: not taken in; the channel lets the sender try again
    retry_at: datetime | None = None  # not taken in because the customer's last turn is still going on: try again then
    late: bool = False  # the carrier is still being asked: the answer comes by `Reception.on_late`
    repeat: bool = False  # received before: answered from record, nothing done
    letter: Letter | None = None
    outcome: Outcome | None = None  # None: no attempt, or one that waits for the customer
    cause: Cause | None = None
    understood: Understood | None = None
    reference: str | None = None  # of the attempt
    turn: str = ""  # names this turn for explaining
    asks: str = ""  # the kind of question that is open now
    cue: Cue | None = None  # what a channel with sessions does next
    language: str = ""  # of the answer
    facts: Mapping[str, Any] = field(default_factory=nothing, repr=False)  # what the carrier answered, for pages
    question: Mapping[str, Any] | None = None  # the one that is open now: kind, options, names, intent
