"""Rehearsing: a conversation played against the dialogue alone, to know beforehand what must be said and what decides it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from careline.catalogue.samples import placeholders
from careline.dialogue import engine
from careline.dialogue.book import OPENS, Book, Verb
from careline.dialogue.keypad.wanting import CHECK
from careline.dialogue.rendering import MEDIA, text_of
from careline.dialogue.talk import Event, Heard, Job, State, Subscriber, Telling, Turn, Wish
from careline.values.cause import Cause, CauseClass
from careline.values.language import Text
from careline.values.outcome import Outcome

_GOOD = frozenset(
    {"done", "done_charged", "replaced", "replaced_charged", "on", "off", "off_closed", "pending", "ending"}
)
_MANNERS: Mapping[str, tuple[str, ...]] = {**MEDIA, "web": ("page.", ""), "app": ("page.", "")}
MANNERS: Mapping[str, str] = {"voice": "voice", "ussd": "ussd", "web": "page", "app": "page"}  # how channels word it
_NO_ENDS = frozenset(  # ends that are none of these, and what is asked on the way or answered to a no
    {"failed", "refused", "unknown", "abandoned", "label", "prove", "fill", "confirm", "declined"}
)
SERVICE = "service/"  # begins the key of a text that is a service's own: service/caller_id/subscribe.done


@dataclass(slots=True)
class Rehearsal:
    """One conversation of one customer. The carrier is played: what it is asked is noted in `job`, and `go_on` answers it."""

    book: Book
    subscriber: Subscriber
    now: datetime
    channel: str = "voice"
    state: State = field(default_factory=dict)
    said: str = ""
    key: str = ""
    job: Job | None = None
    understood: tuple[str, str] = ("", "")  # service and verb
    then: str = "keys"  # what the channel does next
    moments: int = 0

    def hello(self) -> "Rehearsal":
        return self._happen(Event.HELLO)

    def press(self, keys: str, heard_percent: int = 100) -> "Rehearsal":
        return self._happen(Event.KEYS, keys, heard_percent)

    def silence(self) -> "Rehearsal":
        return self._happen(Event.SILENCE)

    def text(self, text: str) -> "Rehearsal":
        return self._happen(Event.SAID, text)

    def wish(self, wish: Wish) -> "Rehearsal":
        return self._happen(Event.SAID, wish=wish)

    def go_on(self, telling: Telling | None = None) -> "Rehearsal":
        """The carrier has done it; what waited for the service password by text is its job then."""
        assert self.job is not None
        told = telling or Telling(Outcome.DONE, "done")
        reply = engine.conclude(self.state, self.job, told, self.book, self.subscriber, self.now)
        self.state, self.said, self.key, self.job = reply.state, reply.words.text, reply.words.key, reply.job
        self.then = reply.cue.then if reply.cue else "keys"
        return self

    @property
    def checks_password(self) -> bool:
        """Whether the carrier is asked for the service password that was keyed."""
        return self.job is not None and self.job.action is CHECK

    @property
    def asks_person(self) -> bool:
        """Whether a person is named because nothing came of what was said: behind what was wrong the last time."""
        text = text_of(self.book.words, "error.person", MANNERS.get(self.channel, ""))
        return text is not None and text.read(self.subscriber.language) in self.said

    @property
    def asks(self) -> str:
        """The kind of the open question: confirm, choose, fill, check, pick, or nothing."""
        question = self.state.get("question")
        return str(question["kind"]) if question else ""

    @property
    def kinds(self) -> list[str]:
        """Of the values that are asked for."""
        question = self.state.get("question") or {}
        return [str(kind) for kind in question.get("kinds") or ()]

    @property
    def names(self) -> list[str]:
        question = self.state.get("question") or {}
        return [str(name) for name in question.get("names") or ()]

    def _happen(self, event: Event, text: str = "", heard_percent: int = 100, wish: Wish | None = None) -> "Rehearsal":
        heard = Heard(
            text,
            f"00000000-0000-0000-0000-{self.moments:012d}",
            channel=self.channel,
            event=event,
            session="" if event is Event.SAID else "rehearsal",
            heard_percent=heard_percent,
            wish=wish,
        )
        turn = self._advance(heard)
        self.moments += 1
        self.state, self.job = turn.state, turn.job
        self.said, self.key = (turn.reply.text, turn.reply.key) if turn.reply else ("", "")
        self.understood = (turn.understood.service, turn.understood.verb) if turn.understood else ("", "")
        self.then = turn.cue.then if turn.cue else "keys"
        return self

    def _advance(self, heard: Heard) -> Turn:
        """What the dialogue makes of it. Turns are pure: one that was rehearsed before, while this is remembered, is the same."""
        turns = _turns.get()
        if turns is None:
            return engine.advance(self.state, heard, self.book, self.subscriber, self.now)
        said: object = heard
        if (wish := heard.wish) is not None:  # its values have no hash
            said = (repr(heard), heard.text, *sorted(wish.values.items()))
        key = (id(self.state) if self.state else 0, id(self.book), self.subscriber, self.now, said)
        if key not in turns:  # the state is held with it, so that no other one gets its id
            turns[key] = (self.state, engine.advance(self.state, heard, self.book, self.subscriber, self.now))
        return turns[key][1]


_turns: ContextVar[dict[object, tuple[State, Turn]] | None] = ContextVar("rehearsed_turns", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """While this lasts, no turn is worked out twice: half of those that a plan rehearses begin alike."""
    before = _turns.set({})
    try:
        yield
    finally:
        _turns.reset(before)


def template(book: Book, key: str) -> Text | None:
    """The text of a key as `Wanted` names it."""
    if key.startswith(SERVICE):
        _, service, own = key.split("/", 2)
        found = book.services.get(service)
        return found.words.get(own) if found else None
    return book.words.get(key)


def ends(book: Book, job: Job, medium: str, *, cause: Cause | None = None) -> tuple[str, ...]:
    """The keys of all texts with which this job may end well, or with this cause; the most special first.

    A query may also be answered by a rule (it is not on): that is self-service at work. Opening and closing may not.
    """
    verb, behaviour = job.verb.value, job.service.behaviour
    prefixes = _MANNERS.get(medium, ("",))
    found: dict[str, None] = {}
    own = [name for prefix in prefixes for name in job.service.words if name.startswith(f"{prefix}{verb}.")]
    for name in own:
        if _fits(name.rsplit(".", 1)[1], job.verb, cause):
            found[f"{SERVICE}{job.service.id}/{name}"] = None
    hidden, tails = set(), _known(book).tails
    for prefix in prefixes:
        for start in (f"{behaviour}.{verb}.", f"any.{verb}.", "any."):
            for tail in tails.get(f"{prefix}{start}", ()):
                fits = (start, tail) not in hidden and _fits(tail, job.verb, cause)
                if fits and (start != "any." or cause is not None or tail in _GOOD):
                    found[f"{prefix}{start}{tail}"] = None
                    hidden.add((start, tail))
    if cause is not None:
        for prefix in prefixes:
            if f"{prefix}error.{cause.value}" in book.words:
                found[f"{prefix}error.{cause.value}"] = None
                break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was worked out of a book: by what stands before them, the last parts of the keys of its words, in the book's order."""

    book: Book
    tails: Mapping[str, list[str]]
    fixed: dict[str, bool]


_last: _Known | None = None


def _known(book: Book) -> _Known:
    global _last
    held = _last
    if held is None or held.book is not book:
        tails: dict[str, list[str]] = {}
        for key in book.words:
            head, dot, tail = key.rpartition(".")
            tails.setdefault(head + dot, []).append(tail)
        _last = held = _Known(book, tails, {})
    return held


def _fits(tail: str, verb: Verb, cause: Cause | None) -> bool:
    known = Cause(tail) if tail in Cause.__members__.values() else None
    if cause is not None:
        return known is cause
    if known is None:
        return tail not in _NO_ENDS
    return known.kind is CauseClass.BUSINESS and verb not in OPENS and verb is not Verb.CANCEL


def fixed(book: Book, key: str) -> bool:
    """Whether a text has stretches that can be recognised at all."""
    known = _known(book).fixed
    if key not in known:
        known[key] = _fixed(book, key)
    return known[key]


def _fixed(book: Book, key: str) -> bool:
    text = template(book, key)
    if text is None:
        return False
    bare = text.zh
    for name in placeholders(bare):
        bare = bare.replace("{" + name + "}", "")
    return len(bare.strip(" ，。：；\n")) > 1
