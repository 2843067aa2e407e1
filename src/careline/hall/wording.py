"""Wording: the carrier's answer, as a behaviour understood it, becomes words and a letter."""

import logging
from datetime import datetime

from careline.dialogue import engine
from careline.dialogue.book import Book
from careline.dialogue.talk import Cue, Ending, Event, Job, Reply, Telling, Words
from careline.hall import excuses
from careline.hall.recording import Entry
from careline.outbox.posting import Letter
from careline.values.cause import Cause
from careline.values.outcome import Outcome

log = logging.getLogger(__name__)


def word(entry: Entry, job: Job, telling: Telling, book: Book, now: datetime) -> Reply:
    """What is said, and the state after it; a failure of our own costs one customer one answer, not the batch its life."""
    try:
        return engine.conclude(entry.turn.state, job, telling, book, entry.subscriber, now)
    except Exception:  # as in _advance; what the carrier did is asked again by the janitor
        log.exception("the dialogue failed at concluding")
        text = engine.render(book, "error.hall_fault", {}, entry.subscriber.language, excuses.manner_of(entry.arrival))
        ending = Ending(job.reference, Outcome.UNKNOWN, Cause.HALL_FAULT)
        cue = Cue() if entry.arrival.event is not Event.SAID else None
        return Reply(entry.turn.state, ending, Words("error.hall_fault", text), cue=cue)


def letter(entry: Entry, reference: str, text: str, key: str, job: Job | None = None) -> Letter:
    """The letter that answers this entry."""
    arrival = entry.arrival
    concerned = job or entry.turn.begun
    return Letter(
        id=reference,
        msisdn=arrival.msisdn,
        channel=arrival.channel,
        link=arrival.link,
        address=arrival.address,
        text=text,
        key=key,
        in_reply_to=arrival.message_id,
        attempt=concerned.reference if concerned else None,
    )
