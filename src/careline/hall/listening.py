"""Listening: who is it, where do we stand, and what does it mean; nothing is written yet."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from careline.carrier.port import Answer, CarrierError
from careline.dialogue import engine
from careline.dialogue.book import Book
from careline.dialogue.talk import Event, Heard, Job, Subscriber, Telling, Turn
from careline.hall import conversation, excuses
from careline.hall.conversation import Standing
from careline.hall.recording import NODE_MAX, Entry
from careline.hall.serving import Serving
from careline.hall.turn import Arrival, Served
from careline.hall.wording import letter, word
from careline.identity import recognising
from careline.ledger.contact import Hello
from careline.ledger.journeys import Walked
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

BUSY_PAUSE = timedelta(milliseconds=20)  # before a turn that came while the carrier is asked is tried again


@dataclass(slots=True)
class Listener:
    """Hears waves for a reception."""

    serving: Serving
    contact_gap: timedelta = timedelta(minutes=30)  # silence that ends an SMS conversation

    def listen(self, wave: Sequence[Arrival], book: Book, now: datetime) -> tuple[list[Entry], list[Served]]:
        """Who is it, where do we stand, and what does it mean? Two statements, and the pure engine for each."""
        named = [arrival for arrival in wave if not arrival.nameless]
        subscribers = self._subscribers([arrival.msisdn for arrival in named], now)
        standings = conversation.stand([(arrival.msisdn, arrival.channel) for arrival in named])
        references = iter(new_reference(3 * len(wave)))
        entries: list[Entry] = []
        unserved: list[Served] = []
        for arrival in wave:
            standing = Standing(arrival.msisdn, arrival.channel)  # of those without a number nothing is kept
            if not arrival.nameless:
                standing = standings[arrival.msisdn, arrival.channel]
            if standing.busy_until is not None and standing.busy_until > now:
                unserved.append(Served(arrival, recorded=False, retry_at=now + BUSY_PAUSE))
                continue
            subscriber = subscribers.get(arrival.msisdn)
            reference = next(references)
            before = standing.contact
            hello = self._hello(standing, arrival, next(references), now)
            if subscriber is None and arrival.event is Event.SAID:
                entry = _stranger(arrival, reference, standing, book)
            else:
                known = subscriber or _nobody(arrival)
                turn = self._advance(standing, arrival, reference, book, known, now)
                entry = Entry(arrival, reference, known, standing, turn)
                if turn.job is not None:
                    self.prepare(entry, turn.job, book, now)
            entry.hello = hello
            if entry.turn.journey is not None:
                entry.walked = walked(entry, before or standing.contact, book, now)
            if entry.turn.reply is not None:
                entry.letter = letter(entry, next(references), entry.turn.reply.text, entry.turn.reply.key)
            entries.append(entry)
        return entries, unserved

    def _subscribers(self, msisdns: Sequence[Msisdn], now: datetime) -> Mapping[Msisdn, Subscriber]:
        """Our copy. Lines that we do not know yet are asked of the carrier, and so are those to whom we would say no for
        what our copy says: a card may have been activated, a debt paid, a traveller come home."""
        known = recognising.recognise(msisdns)
        unknown = [msisdn for msisdn in msisdns if msisdn not in known]
        doubtful = [one.msisdn for one in known.values() if one.status != "active" or one.abroad]
        if not unknown and not doubtful:
            return known
        try:
            recognising.remember(self.serving.carrier.lines([*unknown, *doubtful]).values(), now)
        except CarrierError:
            if unknown:
                raise
            return known  # what we last knew is better than nothing
        return {**known, **recognising.recognise([*unknown, *doubtful])}

    def _hello(self, standing: Standing, arrival: Arrival, reference: str, now: datetime) -> Hello | None:
        """A contact begins with every call, and with a text after a long silence."""
        begins = arrival.event is Event.HELLO
        lasts = arrival.event not in (Event.SAID, Event.HELLO) and bool(standing.contact)
        recent = standing.last_at is not None and now - standing.last_at < self.contact_gap
        if standing.contact and not begins and (recent or lasts):
            return None
        if arrival.nameless and not begins:
            return None  # greeted with the first moment of the call
        standing.contact = reference
        return Hello(reference, arrival.msisdn, arrival.channel, arrival.address, now)

    def _advance(
        self, standing: Standing, arrival: Arrival, reference: str, book: Book, subscriber: Subscriber, now: datetime
    ) -> Turn:
        heard = Heard(
            arrival.text,
            reference,
            arrival.channel,
            arrival.address,
            arrival.event,
            arrival.session,
            arrival.heard_percent,
            arrival.wish,
        )
        try:
            return engine.advance(standing.state, heard, book, subscriber, now)
        except Exception:  # a bug of ours costs one customer one answer, not the batch its life
            log.exception("the dialogue failed")
            return excuses.apologise(standing.state, arrival, book, subscriber)

    def prepare(self, entry: Entry, job: Job, book: Book, now: datetime) -> None:
        """Word the job's request to the carrier; a job that needs none is told from the book and ended at once."""
        try:
            request = self.serving.prepare(job, entry.subscriber, now)
            entry.request = replace(request, channel=entry.arrival.channel) if request is not None else None
        except Exception:
            log.exception("behaviour %s failed at asking", job.service.behaviour)
            telling = Telling(Outcome.FAILED, "hall_fault", Cause.HALL_FAULT)
        else:
            if entry.request is not None:
                return
            telling = self.serving.tell(job, entry.subscriber, Answer(), now)
        if telling.outcome is Outcome.UNKNOWN:  # nothing was asked, so nothing happened
            telling = replace(telling, outcome=Outcome.FAILED)
        reply = word(entry, job, telling, book, now)
        entry.menu_on = telling.menu_on
        entry.turn = replace(
            entry.turn,
            state=reply.state,
            job=None,
            endings=(*entry.turn.endings, reply.ending, *reply.also),
            reply=reply.words,
            due_at=reply.due_at,
            steps=(*entry.turn.steps, *reply.steps),
            cue=reply.cue,
        )


def _stranger(arrival: Arrival, reference: str, standing: Standing, book: Book) -> Entry:
    """A number that is no line of this carrier: told so, nothing is looked up or done."""
    subscriber = _nobody(arrival)
    turn = excuses.turn_away(standing.state, arrival.text, book, subscriber)
    return Entry(arrival, reference, subscriber, standing, turn)


def _nobody(arrival: Arrival) -> Subscriber:
    return Subscriber(arrival.msisdn, brand="", region="", status="stranger")


def walked(entry: Entry, contact: str, book: Book, now: datetime) -> Walked:
    """The journey that ended with this turn, as the ledger keeps it; `contact` is the one that it belongs to."""
    journey, subscriber = entry.turn.journey, entry.subscriber
    assert journey is not None
    return Walked(
        contact=contact,
        msisdn=entry.arrival.msisdn,
        channel=entry.arrival.channel,
        region=subscriber.region,
        brand=subscriber.brand,
        version=book.version,
        menu=journey.menu,
        began_at=datetime.fromtimestamp(journey.began, UTC),
        ended_at=now,
        visits=journey.visits,
        node=journey.node[:NODE_MAX],
        ended=journey.ended,
        misses=journey.misses,
    )
