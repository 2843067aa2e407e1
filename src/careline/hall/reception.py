"""The reception: where every channel brings what customers say, in batches, and where it is dealt with once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from time import sleep
from typing import Any

from django.db import OperationalError, connection

from careline.dialogue.book import NOTHING, Book
from careline.dialogue.keypad.session import kept_cue
from careline.dialogue.rendering import render
from careline.dialogue.talk import Cue, Event, Reply, Telling
from careline.hall import errand, onward
from careline.hall.listening import Listener
from careline.hall.recording import Entry, Posting, post, record, settle
from careline.hall.serving import Errand, Result, Serving
from careline.hall.turn import Arrival, Served
from careline.hall.wave import waves
from careline.hall.wording import letter, word
from careline.ledger.attempt import Ended
from careline.outbox.posting import Letter, recorded_answers
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.05  # between two tries of a turn that came while the customer's last one is still going on

Clock = Callable[[], datetime]


def _nobody(_: Sequence[Served]) -> None:
    return None


@dataclass(slots=True)
class Reception:
    """Serves batches of arrivals: understanding, carrier, ledger, answer.

    `book` gives the catalogue in force, `clock` the time; both are asked once a batch. `shard` is this receiver's own
    part of the tally. `on_late` is told of those whose answer came after the patience of `serving` was over.
    """

    serving: Serving
    book: Callable[[], Book]
    clock: Clock
    posted: Posting = Posting()
    shard: int = 0
    on_late: Callable[[Sequence[Served]], None] = _nobody
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self.serving)

    def receive(
        self, arrivals: Sequence[Arrival], on_recorded: Callable[[Sequence[Served]], None] = _nobody
    ) -> list[Served]:
        """Deal with these arrivals, in waves of one per customer; one Served for each, in their order.

        `on_recorded` is told as soon as a wave is safe in the database (transaction 1), which is when a channel may
        acknowledge it. A fixed number of statements a wave, whatever its size. A wave that fails is halved until the
        one arrival that makes it fail stands alone; that one comes back unrecorded. Raises OperationalError when the
        database cannot be reached.
        """
        served: dict[int, Served] = {}
        for wave in waves(arrivals):
            for done in self._wave(wave, on_recorded):
                served[id(done.arrival)] = done
        return [served[id(arrival)] for arrival in arrivals]

    def pause(self) -> None:
        """Let a customer's turn that is still with the carrier come to its end; the one place where the hall waits."""
        sleep(PAUSE_SECONDS)

    @property
    def patience_tries(self) -> int:
        """How many pauses a turn may last at most: the carrier's time limit, twice where the service password comes first,
        and what it takes to write it down."""
        return ceil((2 * self.serving.time_limit_seconds + 2) / PAUSE_SECONDS)

    def _wave(self, wave: Sequence[Arrival], on_recorded: Callable[[Sequence[Served]], None]) -> list[Served]:
        try:
            return self._serve(wave, on_recorded)
        except OperationalError:
            connection.close()
            raise
        except Exception:
            if len(wave) == 1:
                log.exception("an arrival could not be dealt with and is left to its sender")
                return [Served(wave[0], recorded=False)]
        log.warning("a wave of %d failed as a whole; dealing with its halves", len(wave))
        half = len(wave) // 2
        return self._wave(wave[:half], on_recorded) + self._wave(wave[half:], on_recorded)

    def _serve(self, wave: Sequence[Arrival], on_recorded: Callable[[Sequence[Served]], None]) -> list[Served]:
        now = self.clock()
        book = self.book()
        entries, unserved = self.listener.listen(wave, book, now)
        if not entries:
            on_recorded(unserved)
            return unserved
        recorded = record(
            entries,
            version=book.version,
            shard=self.shard,
            now=now,
            busy_until=now + timedelta(seconds=self.serving.time_limit_seconds + 5),
            posted=self.posted,
        )
        repeats = self._repeats(recorded.repeats)
        overtaken = [Served(entry.arrival, recorded=False, retry_at=now) for entry in recorded.overtaken]
        done = [_served(entry) for entry in recorded.new if entry.turn.job is None]
        waiting = [entry for entry in recorded.new if entry.turn.job is not None]
        on_recorded(unserved + repeats + overtaken + done + [_served(entry) for entry in waiting])
        return unserved + repeats + overtaken + done + self._ask(waiting, book, now)

    def _ask(self, entries: Sequence[Entry], book: Book, begun_at: datetime) -> list[Served]:
        """Outside any transaction: ask the carrier; then settle what is known. The rest settles itself later."""
        if not entries:
            return []
        errands = [
            Errand(index, job, entry.subscriber, request)
            for index, entry in enumerate(entries)
            if (job := entry.turn.job) is not None and (request := entry.request) is not None
        ]

        def later(results: Sequence[Result]) -> None:
            try:
                concluded, going = self._conclude(entries, results, book)
                self.on_late(concluded)
                if going:  # those that are late again are told by their own `later`
                    self.on_late([one for one in self._ask(going, book, self.clock()) if not one.late])
            except Exception:
                log.exception("late answers could not be settled; the janitor will take them up")
                connection.close()  # whatever was wrong with it: the next has a new one

        results = self.serving.serve(errands, begun_at, later)
        concluded, going = self._conclude(entries, results, book)
        settled = {id(served.arrival): served for served in (*concluded, *self._ask(going, book, self.clock()))}
        # Without a letter, even if the late answer has come in this very moment: it is `later` that posts and tells it.
        return [
            settled.get(id(entry.arrival)) or replace(_served(entry), letter=None, late=True)
            for entry in (entries[errand_.index] for errand_ in errands)
        ]

    def _conclude(
        self, entries: Sequence[Entry], results: Sequence[Result], book: Book
    ) -> tuple[list[Served], list[Entry]]:
        """Transaction 2 for these results; and those of which more is asked, now that the service password was right."""
        if not results:
            return [], []
        now = self.clock()
        references = new_reference(len(results))
        concluded: list[tuple[Entry, Result, Reply | None]] = []
        doubtful: list[str] = []
        menus: dict[Msisdn, tuple[bool, tuple[str, ...]]] = {}
        waits: dict[str, datetime] = {}
        going: list[Entry] = []
        for result, reference in zip(results, references, strict=True):
            entry = entries[result.errand.index]
            telling = quieted(result)
            job = result.errand.job
            reply = word(entry, job, telling, book, now)
            entry.standing.state = reply.state
            entry.letter = (
                letter(entry, reference, reply.words.text, reply.words.key, job) if reply.job is None else None
            )
            waits |= onward.asked_again(job, reply)
            if telling.menu_on is not None:
                menus[entry.arrival.msisdn] = (telling.menu_on, entry.subscriber.menu)
            if reply.ending.outcome is Outcome.UNKNOWN:
                doubtful.append(job.reference)
            else:
                entry.ended = [
                    Ended(job.reference, reply.ending.outcome, reply.ending.cause, now, result.carrier_words)
                ]
            entry.ended += [Ended(also.reference, also.outcome, also.cause, now) for also in reply.also]
            if reply.job is not None:
                onward.take_up(entry, reply, book, now, self.listener.prepare, reference)
                if entry.turn.job is not None:
                    going.append(entry)
                    continue
                if entry.menu_on is not None:
                    menus[entry.arrival.msisdn] = (entry.menu_on, entry.subscriber.menu)
                concluded.append((entry, result, None))
                continue
            concluded.append((entry, result, reply))
        busy_until = now + timedelta(seconds=self.serving.time_limit_seconds + 5)
        moved = settle(
            [*(entry for entry, _, _ in concluded), *going],
            shard=self.shard,
            now=now,
            posted=self.posted,
            doubtful=doubtful,
            menus=menus,
            waits=waits,
            goes_on=onward.begun(going, book, now, busy_until),
            busy_until=busy_until,
        )
        served = [_served(entry, reply, result.facts) for entry, result, reply in concluded]
        if not going:
            return served, []
        lost = [entry for entry in going if entry.arrival.msisdn not in moved]
        onward.give_up(lost, book, now)
        post(lost, now, self.posted)
        served += [_served(entry) for entry in lost]
        return served, [entry for entry in going if entry.arrival.msisdn in moved]

    def _repeats(self, entries: Sequence[Entry]) -> list[Served]:
        """What was received before is answered from record: the same words again, and nothing done."""
        if not entries:
            return []
        answers = recorded_answers([entry.key for entry in entries])
        book = self.book()
        served = []
        for entry in entries:
            texts = answers.get(entry.key, [])
            again = letter(entry, entry.reference, texts[-1], "repeat") if texts else _unanswered(entry, book)
            state, person = entry.standing.state, entry.subscriber
            language = str(state.get("language") or person.language)
            served.append(Served(entry.arrival, repeat=True, letter=again, cue=_cue(entry), language=language))
        return served


def _unanswered(entry: Entry, book: Book) -> Letter | None:
    """A moment that comes again and whose answer never came, because who asked the carrier died: nobody knows (yet)."""
    if entry.arrival.event in (Event.SAID, Event.HUNG_UP, Event.LOST):
        return None
    key = Cause.CARRIER_SILENT.value
    text = render(book, f"error.{key}", {}, entry.subscriber.language, entry.arrival.channel)
    return letter(entry, entry.reference, text, f"error.{key}")


def quieted(result: Result) -> Telling:
    """The telling as it counts: a question that only reads has nothing to be reconciled, so silence is a failure."""
    telling = result.telling
    if telling.outcome is Outcome.UNKNOWN and errand.only_reads(result.errand.job):
        key = "carrier_silent_read" if telling.cause is Cause.CARRIER_SILENT else telling.key
        return Telling(Outcome.FAILED, key, telling.cause)
    return telling


def _served(entry: Entry, reply: Reply | None = None, facts: Mapping[str, Any] = NOTHING) -> Served:
    """What the channel, a test or `careline talk` gets to know of a turn."""
    turn = entry.turn
    concerned = turn.job or turn.begun
    reference = concerned.reference if concerned else None
    ending = reply.ending if reply else next((e for e in turn.endings if e.reference == reference), None)
    if reply is not None and reply.concerns:
        reference = reply.concerns
        ending = next((also for also in reply.also if also.reference == reference), None)
    question = (entry.standing.state or {}).get("question") or {}
    if reference is None and turn.endings and not question:  # a no, or a goodbye, to what was asked before
        ending = turn.endings[-1]
        reference = ending.reference
    return Served(
        arrival=entry.arrival,
        letter=entry.letter,
        outcome=ending.outcome if ending else None,
        cause=ending.cause if ending else None,
        understood=turn.understood,
        reference=reference,
        turn=entry.reference,
        asks=question.get("kind", ""),
        cue=(reply.cue if reply else turn.cue) or _cue(entry),
        language=str(entry.standing.state.get("language") or entry.subscriber.language),
        facts=facts,
        question=(entry.standing.state or {}).get("question"),
    )


def _cue(entry: Entry) -> Cue | None:
    """What a channel with sessions was told last; nothing else is known where our own code failed."""
    if entry.arrival.event is Event.SAID:
        return None
    if entry.arrival.event in (Event.HUNG_UP, Event.LOST):
        return Cue(then="hang_up")
    return kept_cue(entry.standing.state) or Cue()
