"""A telephone to press keys on: sessions with the pure dialogue, the carrier doing what it is asked."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from careline.dialogue import engine
from careline.dialogue.book import READS, Book
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
from careline.values.outcome import Outcome
from tests.dialogue.building import NOON, WANG
from tests.dialogue.keyed import keyed_book


@dataclass
class Phone:
    """One subscriber's calls. Answers of the carrier are given in advance with `carrier`, else everything is done."""

    subscriber: Subscriber = WANG
    book: Book = field(default_factory=keyed_book)
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
            assert turn.reply is not None
            assert turn.cue is not None
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
        if self.reply.job is not None:  # what waited for this goes on at once
            self._conclude(self.reply.job)
            return
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
