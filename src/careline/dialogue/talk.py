"""What passes between a customer and the hall: what was heard, what it means, what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from careline.dialogue.book import Action, Service, Tier, Verb, nothing
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

State = dict[str, Any]  # JSON only: it is stored between turns


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What the dialogue may know of the customer."""

    msisdn: Msisdn
    brand: str
    region: str
    language: str = "zh"
    status: str = "active"  # inactive, active, suspended, released
    abroad: bool = False
    menu_on: bool = False
    menu: tuple[str, ...] = ()  # the personal menu: spellings, in the customer's order
    senior: bool = False  # chose the short, slow menu for calls


class Event(StrEnum):
    """What a channel may bring of a customer; all but SAID come from channels with sessions (calls, USSD)."""

    SAID = "said"  # a text
    HELLO = "hello"  # a session begins
    KEYS = "keys"  # digits, * and #, as pressed
    SILENCE = "silence"  # nothing was pressed in the time that the cue gave
    HUNG_UP = "hung_up"  # the customer ended it
    LOST = "lost"  # it ended by a fault of the network or of ours
    RETURNED = "returned"  # back from the queue: `text` says why (nobody, left_queue, callback)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was picked on a page or asked for by an app: an action with what is known of it, or the answer to a question."""

    service: str = ""
    verb: str = ""
    tier: str = ""
    effect: str = ""  # now, next_month; "" as the catalogue has it
    values: Mapping[str, str] = field(default_factory=nothing, repr=False)  # name of a parameter -> as it was typed
    agreed: str = ""  # what was shown beside the button, as `Intent.cost` (500/month): a yes to that price and no other
    assurance: int = 1  # values.assurance.Assurance of whoever picked it
    answers: str = ""  # the reference of the attempt whose open question this answers
    yes: bool | None = None  # the answer to a question of kind confirm, or to prove once it is proved
    numbers: tuple[int, ...] = ()  # the answer to choose (one) and pick (several): positions from 1


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing said. `reference` is a fresh id: it names the attempt if this begins one."""

    text: str = field(repr=False)  # may hold a password
    reference: str
    channel: str = "sms"
    address: str = "10086"  # the number that was written to
    event: Event = Event.SAID
    session: str = ""  # names the call or USSD session
    heard_percent: int = 100  # how much of the last prompt had been played when this came
    wish: Wish | None = None  # in place of a text: picked, not said


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one action, fully understood and allowed by the book."""

    reference: str
    table: str  # id of the code table, "" when understood by words alone
    service: Service
    action: Action
    verb: Verb
    parameters: Mapping[str, str] = field(
        default_factory=nothing
    )  # in the grammar's canonical form; secrets as values.secret.Secret
    tier: Tier | None = None
    effect: str = "now"
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood, as it is recorded and shown; secrets masked."""

    table: str
    service: str
    verb: str
    parameters: Mapping[str, str] = field(default_factory=nothing)
    rule: str = ""  # the rule that decided


@dataclass(frozen=True, slots=True)
class Step:
    """One step of understanding, for the explain view."""

    rule: str
    detail: Mapping[str, str] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Ending:
    """An open attempt that this turn ends."""

    reference: str
    outcome: Outcome
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer is told: the key of the words, and the text in the customer's language."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that an answer ends with; `options` are what a numbered reply chooses, each a JSON value."""

    kind: str  # confirm, choose, fill, pick (several numbers)
    options: tuple[Mapping[str, Any], ...] = ()
    service: str = ""
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a person who takes over gets to know: who, how verified, where in the menu, what was tried and failed."""

    reason: str  # asked, misses, fault, stranger, no_number
    path: tuple[str, ...] = ()  # titles of the menu nodes gone through, in the customer's language
    node: str = ""
    service: str = ""
    verb: str = ""
    reference: str = ""  # of the last attempt
    outcome: str = ""
    cause: str = ""
    misses: int = 0
    assurance: int = 1  # values.assurance.Assurance reached in this session


@dataclass(frozen=True, slots=True)
class Cue:
    """What a channel with sessions does after the words were said.

    `then` is keys (gather), person (hand over, see `handover`) or hang_up. The gathering ends with `keys_max` digits,
    with `ends_with`, or when nothing more comes for `between_seconds`; nothing at all for `silence_seconds` after the
    last word is Event.SILENCE.
    """

    then: str = "keys"
    keys_max: int = 1
    ends_with: str = ""
    silence_seconds: float = 6.0
    between_seconds: float = 3.0
    barge_in: bool = True
    secret: bool = False  # what is pressed must not be logged or shown
    slow: bool = False  # senior mode: slower words, longer pauses
    node: str = ""  # where in the menu we are
    handover: Handover | None = None
    binding: bool = False  # a key may buy: a channel that cannot tell how much was heard lets none cut the words short


@dataclass(frozen=True, slots=True)
class Journey:
    """A session that has ended, as it is kept: which nodes were visited in which order, and where it ended."""

    session: str
    menu: str
    visits: tuple[str, ...]  # node ids; a chosen action as service:verb
    node: str
    ended: str  # done, hung_up, lost, person, silence, misses
    misses: int = 0
    began: int = 0  # seconds


@dataclass(frozen=True, slots=True)
class Telling:
    """What a behaviour makes of the carrier's answer."""

    outcome: Outcome
    key: str  # tail of the words key: done, already_on, …
    cause: Cause | None = None
    values: Mapping[str, str | Text] = field(default_factory=lambda: MappingProxyType({}))
    question: Question | None = None
    menu_on: bool | None = None  # the personal menu was switched on or off


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from what was heard; the hall carries it out.

    Exactly one of `job` (the carrier must be asked, or the behaviour answers from the book) and `reply` is set,
    or neither when nothing is to be said. `begun` is the attempt that this turn opens: its row is written before
    anything else happens; it equals `job` when it goes ahead at once.
    """

    state: State
    masked: str  # what was said, secrets masked: the only form that is kept
    begun: Job | None = None
    job: Job | None = None
    endings: tuple[Ending, ...] = ()
    reply: Words | None = None
    due_at: datetime | None = None  # when the open question of an attempt lapses into Abandoned
    steps: tuple[Step, ...] = ()
    understood: Understood | None = None
    miss: bool = False  # nothing was understood
    menu_change: tuple[str, ...] | None = None  # the personal menu as it is to be kept
    language: str | None = None  # the language that the customer chose with these words
    senior: bool | None = None  # the customer chose the short, slow menu, or left it
    cue: Cue | None = None  # for channels with sessions
    journey: Journey | None = None  # the session ended with this turn
    node: str = ""  # where in the menu an attempt that begins with this turn was chosen


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished turn: the state after the carrier's answer, how the attempt ended, and what is said."""

    state: State
    ending: Ending
    words: Words
    due_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    cue: Cue | None = None  # for channels with sessions
    also: tuple[Ending, ...] = ()  # open attempts that end with this one
    job: Job | None = None  # what goes on at once, now that this one is done: then nothing is said yet
    concerns: str = ""  # the attempt that this turn is about, where it is another one than the job's
