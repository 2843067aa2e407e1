"""Going on in one turn: the service password was right, and what waited for it is asked of the carrier next.

The two are one after the other, each with transactions of its own: the check has ended in the ledger, and the order is
written as waiting for the carrier, before the carrier is asked for it. So a crash between them leaves what any crash does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from careline.dialogue.book import Book
from careline.dialogue.keypad.concluding import is_check
from careline.dialogue.proving import known
from careline.dialogue.rendering import render
from careline.dialogue.talk import Cue, Event, Job, Reply
from careline.hall.excuses import manner_of
from careline.hall.recording import Entry, begun_of
from careline.hall.wording import letter
from careline.ledger.attempt import Begun, Ended
from careline.values.reference import new_reference

Prepare = Callable[[Entry, Job, Book, datetime], None]


def asked_again(job: Job, reply: Reply) -> Mapping[str, datetime]:
    """The attempt that waits for the password or, after it, for an answer, with the time when it lapses now."""
    noted = (reply.state.get("question") or {}).get("intent")
    if reply.due_at is None or not noted or not noted["begun"] or not is_check(job):
        return {}
    return {noted["reference"]: reply.due_at}


def take_up(entry: Entry, reply: Reply, book: Book, now: datetime, prepare: Prepare, reference: str) -> None:
    """Prepare what goes on; what the book alone answers is done with that, and its letter named by `reference`."""
    assert reply.job is not None
    entry.turn = replace(entry.turn, state=reply.state, begun=None, job=reply.job, endings=(), reply=None)
    prepare(entry, reply.job, book, now)
    entry.standing.state = entry.turn.state
    if entry.turn.job is None and entry.turn.reply is not None:
        entry.letter = letter(entry, reference, entry.turn.reply.text, entry.turn.reply.key, reply.job)
        entry.turn = replace(entry.turn, begun=reply.job)  # what this turn was about, for whoever tells of it
        entry.ended += [Ended(one.reference, one.outcome, one.cause, now) for one in entry.turn.endings]


def begun(entries: Sequence[Entry], book: Book, now: datetime, busy_until: datetime) -> list[Begun]:
    """The attempts of these, as they wait for the carrier."""
    return [
        begun_of(entry, entry.turn.job, book.version, now, busy_until)
        for entry in entries
        if entry.turn.job is not None
    ]


def give_up(entries: Sequence[Entry], book: Book, now: datetime) -> None:
    """Their customers did something else while we were slow, which ended what waited: they are told that nothing was done."""
    for entry, reference in zip(entries, new_reference(len(entries)), strict=True):
        language = str(entry.turn.state.get("language") or entry.subscriber.language)
        said = entry.arrival.event is Event.SAID
        key = known(book, "late.password", "error.hall_fault") if said else "error.hall_fault"
        entry.letter = letter(entry, reference, render(book, key, {}, language, manner_of(entry.arrival)), key)
        entry.turn = replace(entry.turn, job=None, cue=None if said else Cue())
