"""A telephone to press keys on: sessions with the pure dialogue, the carrier doing what it is asked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from careline.dialogue import engine
from careline.dialogue.book import READS, Action, Book, Choice, Menu, MenuNode, Verb
from careline.dialogue.keypad.words import CALL_WORDS
from careline.dialogue.talk import (
    Cue,
    Ending,
    Event,
    Heard,
    Job,
    Journey,
    Question,
    Reply,
    State,
    Subscriber,
    Telling,
    Turn,
)
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome
from tests.dialogue.building import BOOK, NOON, WANG


@dataclass
class Phone:
    """One subscriber's calls. Answers of the carrier are given in advance with `carrier`, else everything is done."""

    subscriber: Subscriber = WANG
    book: Book = field(default_factory=lambda: keyed_book())
    channel: str = "voice"
    now: datetime = NOON
    state: State = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    ended: dict[str, Ending] = field(default_factory=dict)
    journeys: list[Journey] = field(default_factory=list)
    answers: list[Telling] = field(default_factory=list)
    reply: Reply | None = None
    said: str = ""
    key: str = ""
    cue: Cue = field(default_factory=Cue)
    calls: int = 0

    def carrier(
        self, outcome: Outcome, key: str = "", cause: Cause | None = None, question: Question | None = None
    ) -> "Phone":
        """What the carrier will answer next."""
        self.answers.append(Telling(outcome, key or (cause.value if cause else "done"), cause, question=question))
        return self

    def dial(self) -> str:
        self.calls += 1
        return self.happen(Event.HELLO)

    def press(self, *moments: str, heard: int = 100) -> str:
        """Press these keys, each text in a moment of its own."""
        for keys in moments:
            self.happen(Event.KEYS, keys, heard)
        return self.said

    def silence(self, times: int = 1) -> str:
        for _ in range(times):
            self.happen(Event.SILENCE)
        return self.said

    def hang_up(self, heard: int = 50) -> None:
        self.happen(Event.HUNG_UP, heard=heard)

    def happen(self, event: Event, keys: str = "", heard: int = 100) -> str:
        reference = f"a{len(self.turns) + 1}"
        session = f"call-{self.calls}"
        what = Heard(keys, reference, self.channel, event=event, session=session, heard_percent=heard)
        before = json.dumps(self.state)
        turn = engine.advance(self.state, what, self.book, self.subscriber, self.now)
        assert json.dumps(self.state) == before, "the state that is given is not changed"
        self.turns.append(turn)
        self.state = json.loads(json.dumps(turn.state))
        self.reply = None
        if turn.begun is not None:
            assert turn.begun.reference not in self.open | self.ended.keys(), "an attempt begins once"
            self.open.add(turn.begun.reference)
        for ending in turn.endings:
            self._end(ending)
        if turn.journey is not None:
            self.journeys.append(turn.journey)
        if turn.language is not None:
            self.subscriber = replace(self.subscriber, language=turn.language)
        if turn.senior is not None:
            self.subscriber = replace(self.subscriber, senior=turn.senior)
        if turn.job is not None:
            self._conclude(turn.job)
        elif event in (Event.HUNG_UP, Event.LOST):
            assert turn.reply is None
            self.said = self.key = ""
        else:
            assert turn.reply is not None and turn.cue is not None
            self.said, self.key, self.cue = turn.reply.text, turn.reply.key, turn.cue
        return self.said

    def _conclude(self, job: Job) -> None:
        assert job.reference in self.open, "an attempt begins before the carrier is asked"
        self.jobs.append(job)
        telling = self.answers.pop(0) if self.answers else Telling(Outcome.DONE, "done")
        telling = replace(telling, values={"service": job.service.name})
        self.reply = engine.conclude(self.state, job, telling, self.book, self.subscriber, self.now)
        self.state = json.loads(json.dumps(self.reply.state))
        for ending in (self.reply.ending, *self.reply.also):
            self._end(ending)
        assert self.reply.cue is not None
        self.said, self.key, self.cue = self.reply.words.text, self.reply.words.key, self.reply.cue

    def _end(self, ending: Ending) -> None:
        assert ending.reference in self.open, "only what has begun ends, and once"
        self.open.remove(ending.reference)
        self.ended[ending.reference] = ending

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)

    @property
    def turn(self) -> Turn:
        return self.turns[-1]

    @property
    def done(self) -> list[tuple[str, str]]:
        return [(job.service.id, job.verb.value) for job in self.jobs]

    @property
    def bought(self) -> list[Job]:
        return [job for job in self.jobs if job.verb not in READS]

    @property
    def asks(self) -> str:
        return str((self.state.get("question") or {}).get("kind", ""))

    @property
    def mode(self) -> str:
        return str((self.state.get("session") or {}).get("mode", "menu"))

    @property
    def last_end(self) -> tuple[str, str]:
        ending = list(self.ended.values())[-1]
        return ending.outcome.value, ending.cause.value if ending.cause else ""


def text_of(key: str, names: Iterable[str]) -> Text:
    """A text that says which one it is, and what it was given."""
    return Text(*(f"<{key}>" + "".join(f" {name}={{{name}}}" for name in sorted(names)) for _ in range(2)))


def small_menu(**more: Any) -> Menu:
    """Balance, data, orders, and the rest on a node of its own."""
    main = MenuNode(
        "main",
        Text("主菜单", "Main menu"),
        (
            Choice(service="balance", verb=Verb.QUERY),
            Choice(node="orders"),
            Choice(service="data", verb=Verb.SUBSCRIBE),
            Choice(node="values"),
            Choice(word="english"),
            Choice(word="senior"),
            Choice(word="mine"),
            Choice(word="person"),
        ),
    )
    orders = MenuNode(
        "orders",
        Text("办业务", "Orders"),
        (
            Choice(service="caller_id", verb=Verb.SUBSCRIBE),
            Choice(service="caller_id", verb=Verb.CANCEL),
            Choice(service="movies", verb=Verb.SUBSCRIBE),
            Choice(service="gotone_only", verb=Verb.SUBSCRIBE),
            Choice(service="nowhere", verb=Verb.QUERY),
        ),
    )
    values = MenuNode(
        "values",
        Text("要填的", "Values"),
        (
            Choice(service="forward", verb=Verb.SUBSCRIBE),
            Choice(service="bill", verb=Verb.QUERY, parameters={"month": "?"}),
            Choice(service="password", verb=Verb.REGISTER),
            Choice(service="password", verb=Verb.CONFIGURE, parameters={"what": "change"}),
            Choice(service="suggestion", verb=Verb.OTHER),
            Choice(service="secret_bill", verb=Verb.QUERY),
            Choice(service="secret_plan", verb=Verb.SUBSCRIBE),
        ),
    )
    nodes = {node.id: node for node in (main, orders, values)}
    return Menu("small", Text("小菜单", "Small menu"), nodes, "main", **more)


def senior_menu() -> Menu:
    node = MenuNode(
        "first", Text("长者", "Senior"), (Choice(service="balance", verb=Verb.QUERY), Choice(word="senior"))
    )
    return Menu("senior", Text("长者菜单", "Senior menu"), {"first": node}, "first", senior=True)


def keyed_book(**changes: Any) -> Book:
    """The small town's book with a menu, and texts by which each key is known."""
    guarded = {"assurance": 2}
    services = {
        **BOOK.services,
        "secret_bill": replace(
            BOOK.services["balance"], id="secret_bill", actions={Verb.QUERY: Action(Verb.QUERY, **guarded)}
        ),
        "secret_plan": replace(
            BOOK.services["caller_id"], id="secret_plan", actions={Verb.SUBSCRIBE: Action(Verb.SUBSCRIBE, **guarded)}
        ),
    }
    words = {**BOOK.words, **{key: text_of(key, names) for key, names in CALL_WORDS.items()}}
    words["voice.talk.option"] = Text("{label}，请按{key}。", "{label}, press {key}.")
    limits = {**BOOK.limits, "misses_before_person": 3, "misses_handover": 6}
    menus = {"small": small_menu(), "senior": senior_menu()}
    return replace(BOOK, services=services, words=words, limits=limits, menus=menus, **changes)
