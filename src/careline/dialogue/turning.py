"""One turn in the making: what is known while it is worked out, and what will be said and recorded of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from careline.dialogue.book import NOTHING, Book, Verb
from careline.dialogue.intent import Intent
from careline.dialogue.lexicon import Chain, Lexicon
from careline.dialogue.pointing import resolve
from careline.dialogue.rendering import MEDIA, fill, name_of, render, text_of, verb_word
from careline.dialogue.saying import both, local, say_effect, say_fee, say_per
from careline.dialogue.talk import (
    Cue,
    Ending,
    Event,
    Heard,
    Job,
    Journey,
    State,
    Step,
    Subscriber,
    Turn,
    Understood,
    Words,
)
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome

QUESTION_MINUTES, CONFIRM_MINUTES = 30, 30
MISSES_BEFORE_PERSON = 2
_LAST_MAX = 1500
_LATE_REPLY_SECONDS = 24 * 3600

Values = Mapping[str, str | Text]


class Turning:
    """The turn that `heard` begins. The state given is not changed; parts of it are replaced, never altered."""

    def __init__(self, state: State, heard: Heard, book: Book, subscriber: Subscriber, now: datetime) -> None:
        self.state: State = dict(state)
        self.heard = heard
        self.book = book
        self.subscriber = subscriber
        self.now = now
        self.today = local(now).date()
        self.lexicon = Lexicon.of(book)
        self.chain: Chain = self.lexicon.chain(subscriber.region, subscriber.brand, self.today)
        self.begun: Job | None = None
        self.job: Job | None = None
        self.endings: list[Ending] = []
        self.said: list[str] = []
        self.key = ""
        self.asked = ""  # the words of the question alone, where more was said
        self.due_at: datetime | None = None
        self.steps: list[Step] = []
        self.understood: Understood | None = None
        self.exact = False  # the text was an exact spelling: nothing in it is a secret but its parameters
        self.secret_asked = False
        self.miss = False
        self.lapsed: Intent | None = None  # what was asked about until a moment ago: its time is over
        self.menu_change: tuple[str, ...] | None = None
        self.chosen_language: str | None = None
        # Of sessions alone: how their words are said, what their channel does next, and what is kept of them.
        self.medium = _medium(state, heard)
        self.senior: bool | None = None
        self.cue: Cue | None = None
        self.journey: Journey | None = None
        self.node = ""

    @property
    def manner(self) -> str:
        """How this conversation's words are worded: for a medium, for pages, or as an SMS is ("")."""
        return self.medium or ("page" if self.state.get("page") else "")

    @property
    def language(self) -> str:
        return str(self.state.get("language") or self.subscriber.language)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def until(self, limit: str, minutes: int) -> int:
        return self.seconds + 60 * self.book.limits.get(limit, minutes)

    def trace(self, rule: str, **detail: str) -> None:
        self.steps.append(Step(rule, detail or NOTHING))

    # What is said.

    def say(self, key: str, values: Values = NOTHING) -> None:
        """Add a sentence; the first key said names the answer."""
        if text_of(self.book.words, key, self.manner) is None:
            self.trace("missing_text", key=key)
        text = render(self.book, key, values, self.language, self.manner)
        if text:
            self.said.append(self.resolved(text))
        self.key = self.key or key

    def say_own(self, intent: Intent, tail: str, key: str, values: Values) -> None:
        """The same, in the service's own words for it (`<verb>.<tail>`) where it has some."""
        own = text_of(intent.service.words, f"{intent.verb.value}.{tail}", self.manner)
        if own is None:
            self.say(key, values)
            return
        self.said.append(self.resolved(fill(own, values, self.language)))
        self.key = self.key or key

    def resolved(self, text: str) -> str:
        """The text with what to send or say in order to do a thing, as this customer does it."""
        return resolve(text, self.book, self.subscriber, self.now, self.language, spoken=bool(self.medium))

    def about(self, intent: Intent) -> dict[str, str | Text]:
        """The values that every sentence about an intent may name."""
        service, price = intent.service, intent.price
        cancel = self.chain.local(service.id, Verb.CANCEL) if not self.medium else None
        return {
            "service": name_of(self.book, service.id, intent.tier),
            "label": verb_word(self.book, intent.verb, self.manner),
            "price": both(say_fee, price, service.per),
            "per": both(say_per, service.per) if price else "",
            "effect": both(say_effect, intent.effect, today=self.today),
            "code": intent.spelling if not self.medium else "",
            "cancel_code": cancel.code.spelling if cancel else "",
        }

    # What becomes of attempts.

    def begin(self, intent: Intent) -> None:
        if not intent.begun:
            intent.begun = True
            intent.reference = self.heard.reference
            self.begun = intent.job()

    def begin_again(self, intent: Intent) -> None:
        """Open the attempt, unless this turn has ended one of it just now: then the next answer opens another."""
        if not any(ending.reference == self.heard.reference for ending in self.endings):
            self.begin(intent)

    def end(self, reference: str, outcome: Outcome, cause: Cause) -> None:
        self.endings.append(Ending(reference, outcome, cause))
        self.trace("ending", attempt=reference, outcome=outcome.value, cause=cause.value)

    def refuse(self, intent: Intent, cause: Cause, key: str = "", **values: str | Text) -> None:
        """The attempt ends here: a rule says no, and which."""
        self.begin(intent)
        self.drop_waiting(intent.reference)
        self.end(intent.reference, Outcome.REFUSED, cause)
        self.say(key or f"error.{cause.value}", {**self.about(intent), **values})

    def recognise(self, intent: Intent, rule: str, verb: Verb | None = None) -> None:
        self.understood = Understood(
            intent.table,
            intent.service.id,
            (verb or intent.verb).value,
            {name: str(value) for name, value in self._shown(intent).items()},
            rule,
        )

    def _shown(self, intent: Intent) -> Mapping[str, str]:
        shown = dict(intent.parameters)
        if intent.tier:
            shown["tier"] = intent.tier
        return shown

    # What stays open: one question, and two-step orders that outlive it.

    @property
    def question(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.state.get("question")
        return found

    def ask(self, kind: str, intent: Intent | None = None, *, until: int = 0, **more: Any) -> None:
        """Leave a question open; the attempt of `intent`, when it is open, lapses with it."""
        until = until or self.until("question_minutes", QUESTION_MINUTES)
        question: dict[str, Any] = {"kind": kind, "until": until, **more}
        if intent is not None:
            question["intent"] = intent.note()
            if intent.begun:
                self.due_at = self.now + timedelta(seconds=until - self.seconds)
        self.state["question"] = question

    def close_question(self) -> None:
        if self.state.pop("question", None) is not None:
            self.state["closed"] = self.seconds

    @property
    def asked_lately(self) -> bool:
        """Whether a question was closed within the last day."""
        return self.seconds - int(self.state.get("closed") or 0) < _LATE_REPLY_SECONDS

    @property
    def waiting(self) -> list[Mapping[str, Any]]:
        return list(self.state.get("waiting") or ())

    def drop_waiting(self, reference: str) -> None:
        rest = [one for one in self.waiting if one["intent"]["reference"] != reference]
        if rest:
            self.state["waiting"] = rest
        else:
            self.state.pop("waiting", None)

    def count_miss(self) -> None:
        """Nothing came of what was said; after a few such turns a person is named."""
        self.miss = True
        misses = int(self.state.get("misses") or 0) + 1
        self.state["misses"] = misses
        if not self.medium and misses >= self.book.limits.get("misses_before_person", MISSES_BEFORE_PERSON):
            self.say("error.person")

    def remember(self, words: Words) -> None:
        """Keep the answer, to be repeated; and the question's own words, to be asked again."""
        if not self.medium:  # a session keeps what it says again by itself
            self.state["last"] = [words.key, words.text[:_LAST_MAX]]
        question = self.question
        if question is not None and "said" not in question:
            self.state["question"] = {**question, "said": self.asked or words.text[:_LAST_MAX]}

    def turn(self, masked: str) -> Turn:
        reply = None
        if self.job is None:
            reply = Words(self.key, "\n".join(self.said))
            self.remember(reply)
        if not self.miss:
            self.state.pop("misses", None)
        return Turn(
            state=self.state,
            masked=masked,
            begun=self.begun,
            job=self.job,
            endings=tuple(self.endings),
            reply=reply,
            due_at=self.due_at,
            steps=tuple(self.steps),
            understood=self.understood,
            miss=self.miss,
            menu_change=self.menu_change,
            language=self.chosen_language,
            senior=self.senior,
            cue=self.cue,
            journey=self.journey,
            node=self.node,
        )


def _medium(state: State, heard: Heard) -> str:
    """How this channel's words are said. What concludes a job has heard nothing: then the session in the state knows."""
    session = state.get("session") or {}
    if heard.event is Event.SAID and not session.get("id"):
        return ""
    channel = heard.channel if heard.event is not Event.SAID else str(session.get("channel") or "")
    return channel if channel in MEDIA else ""
