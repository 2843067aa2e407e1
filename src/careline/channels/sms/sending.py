"""Sending: which bind a letter leaves by, what goes on the wire, and what the end of a submission means for it."""

import uuid
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from careline.links.link import Link, LinkState, Outbound, Result, Sent
from careline.outbox.posting import Letter
from careline.protocols.smstext import Alphabet, Part, TextTooLong, count_parts

RETRY_AFTER = tuple(timedelta(seconds=one) for one in (1, 10, 60, 300, 600))
"""How long a letter waits after its first, second, ... failure; the last one holds for all that follow."""
TRIES_MAX = 7
VALID = timedelta(hours=24)  # an answer later than a day helps nobody
WAITS = frozenset(
    {"link down", "link closed", "queue full"}
)  # reasons of links.sending that say nothing about the letter
ELLIPSIS = "…"


@dataclass(slots=True)
class Route:
    """An account as the sender sees it: its binds, and how its gateway wants numbers and texts."""

    name: str
    binds: Sequence[Link]
    number: str = "10086"  # where a letter names none
    alphabet: Alphabet = "ucs2"
    registered: bool = False  # ask for receipts
    country: str | None = None  # given: subscribers' numbers are written without it
    hopeless: frozenset[int] = frozenset()  # statuses after which trying again is useless
    extra_of: Callable[[str], str] = field(default=lambda _: "")

    @property
    def up(self) -> list[Link]:
        """The binds that can send now."""
        return [bind for bind in self.binds if bind.state is LinkState.UP]

    @property
    def room(self) -> int:
        """Parts that can still be queued at binds that are up."""
        return sum(bind.room for bind in self.up)

    def bind_for(self, letter: Letter, not_by: str = "") -> Link | None:
        """The bind for this letter: one customer's letters go by one bind, so that they keep their order.

        Another than `not_by`, which has failed, where there is another.
        """
        up = self.up
        if len(up) > 1:
            up = [bind for bind in up if bind.name != not_by]
        return up[zlib.crc32(letter.msisdn.digits.encode()) % len(up)] if up else None

    def outbound(self, letter: Letter, parts_max: int) -> Outbound:
        """What goes to the link; the same letter always has the same reference, so that a handset joins a part sent
        before with parts sent later, and shows a message that was sent twice by mistake once where it can."""
        digits = letter.msisdn.digits
        return Outbound(
            letter.id,
            letter.address or self.number,
            digits.removeprefix(self.country) if self.country else digits,
            fit(letter.text, parts_max, self.alphabet),
            registered=self.registered,
            reference=uuid.UUID(letter.id).int & 0xFFFF or 1,
            extra=self.extra_of(letter.in_reply_to),
        )


class End(Enum):
    """What a submission's end means for the letter."""

    SENT = "sent"
    AGAIN = "again"  # the whole letter, later, by whoever takes it
    REST = "rest"  # only the parts that are missing
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Verdict:
    end: End
    wait: timedelta = timedelta(0)
    reason: str = ""
    tried: bool = True  # False: nothing was tried, which is none of its tries
    doubtful: bool = False  # it may have arrived all the same


@dataclass(slots=True)
class Underway:
    """A letter that is with a link."""

    letter: Letter
    route: Route
    bind: str
    parts: Sequence[Part] = ()
    accepted: dict[int, str] = field(default_factory=dict)  # number of the part -> the gateway's id
    tries: int = 0  # of this process alone, for letters that are partly sent
    extended_at: float = 0.0  # monotonic seconds

    def missing(self) -> list[Part]:
        """The parts that the gateway has not taken."""
        return [part for part in self.parts if (part.place.number if part.place else 1) not in self.accepted]


def judge(underway: Underway, result: Result, now: datetime) -> Verdict:
    """What is to be done after this result; `underway` remembers the parts that were accepted."""
    if not underway.parts:
        underway.parts = result.outbound.parts
    for part in result.parts:
        if part.sent is Sent.ACCEPTED:
            underway.accepted[part.number] = part.message_id
    bad = [part for part in result.parts if part.sent is not Sent.ACCEPTED]
    if not bad:
        return Verdict(End.SENT)
    reason = next((part.error for part in bad if part.error), "no reason given")
    letter = underway.letter
    tries = max(letter.tries, 1) + underway.tries
    if any(part.sent is Sent.NOT_SENT and part.error not in WAITS for part in bad):
        return Verdict(End.GIVEN_UP, reason=reason)
    if any(part.status in underway.route.hopeless for part in bad if part.sent is Sent.REFUSED):
        return Verdict(End.GIVEN_UP, reason=reason)
    if tries >= TRIES_MAX or (letter.created_at is not None and now - letter.created_at > VALID):
        return Verdict(End.GIVEN_UP, reason=f"{reason} (given up after {tries} tries)")
    waits = all(part.sent is Sent.NOT_SENT for part in bad)
    wait = timedelta(seconds=1) if waits else RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]
    doubtful = any(part.sent is Sent.UNANSWERED for part in bad)
    if underway.accepted:
        return Verdict(End.REST, wait, reason, tried=not waits, doubtful=doubtful)
    if waits and reason != "queue full":
        wait = timedelta(0)  # it is not taken up before a bind is up
    return Verdict(End.AGAIN, wait, reason, tried=not waits, doubtful=doubtful)


def fit(text: str, parts_max: int, alphabet: Alphabet) -> str:
    """The text, cut with an ellipsis where it needs more parts than this."""
    if len(text) <= 60 or _parts(text, alphabet) <= parts_max:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _parts(text[:middle] + ELLIPSIS, alphabet) <= parts_max:
            low = middle
        else:
            high = middle - 1
    return text[:low] + ELLIPSIS


def _parts(text: str, alphabet: Alphabet) -> int:
    try:
        return count_parts(text, alphabet=alphabet)
    except TextTooLong:
        return 256
    except UnicodeEncodeError:
        return 1  # the link will say so
