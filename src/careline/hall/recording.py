"""Recording: the two transactions of a turn, each a fixed number of statements whatever the size of the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction

from careline.carrier.port import Request
from careline.dialogue.talk import Event, Job, Subscriber, Turn
from careline.hall import conversation, errand
from careline.hall.conversation import Standing
from careline.hall.turn import Arrival
from careline.identity import recognising
from careline.ledger import attempt, contact, inbox, journeys, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.ledger.journeys import Walked
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.msisdn import Msisdn

Key = tuple[str, str, str]
NODE_MAX = 64  # characters of a node's id that are kept; those of derived menus hold a service's


@dataclass(slots=True)
class Entry:
    """One arrival on its way through the hall."""

    arrival: Arrival
    reference: str  # names the attempt if this turn begins one
    subscriber: Subscriber
    standing: Standing
    turn: Turn
    request: Request | None = None  # what the turn's job asks of the carrier
    hello: Hello | None = None
    letter: Letter | None = None
    menu_on: bool | None = None  # the personal menu was switched by this turn
    ended: list[Ended] = field(default_factory=list)
    walked: Walked | None = None  # the session that ended with this turn

    @property
    def key(self) -> Key:
        return (self.arrival.msisdn.digits, self.arrival.link, self.arrival.message_id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which entries are now written down, which were known before, and which must be read again."""

    new: list[Entry]
    repeats: list[Entry]
    overtaken: list[Entry]


@dataclass(frozen=True, slots=True)
class Posting:
    """How answers leave: whose they are at once, and when another sender may take them."""

    claimed_by: str = ""
    claim: timedelta = timedelta(seconds=60)


def record(
    entries: Sequence[Entry], *, version: int, shard: int, now: datetime, busy_until: datetime, posted: Posting
) -> Recorded:
    """Transaction 1: the message is in the inbox, the state moved, the attempt begun or ended, the answer posted.

    Only after it commits may a message be acknowledged. Entries that somebody else overtook are not written at all.
    """
    with transaction.atomic():
        new_keys = inbox.receive([_receipt(entry) for entry in entries])
        new = [entry for entry in entries if entry.key in new_keys]
        repeats = [entry for entry in entries if entry.key not in new_keys]
        for entry in new:
            entry.standing.state = entry.turn.state
        busy = [busy_until if entry.turn.job is not None else None for entry in new]
        kept = [index for index, entry in enumerate(new) if not entry.arrival.nameless]
        moved = conversation.move([new[index].standing for index in kept], [busy[index] for index in kept], now)
        overtaken = [new[index] for index in kept if new[index].arrival.msisdn not in moved]
        if overtaken:
            inbox.give_back([entry.key for entry in overtaken])
            new = [entry for entry in new if entry.arrival.nameless or entry.arrival.msisdn in moved]
        contact.greet([entry.hello for entry in new if entry.hello])
        _attempts(new, version, shard, now, busy_until)
        _choices(new)
        journeys.keep([entry.walked for entry in new if entry.walked is not None])
        post([entry for entry in new if entry.letter], now, posted)
    for entry in new:
        entry.standing.version += 1
    return Recorded(new, repeats, overtaken)


def settle(
    entries: Sequence[Entry],
    *,
    shard: int,
    now: datetime,
    posted: Posting,
    doubtful: Sequence[str] = (),
    menus: Mapping[Msisdn, tuple[bool, tuple[str, ...]]] = MappingProxyType({}),
    waits: Mapping[str, datetime] = MappingProxyType({}),
    goes_on: Sequence[Begun] = (),
    busy_until: datetime | None = None,
) -> set[Msisdn]:
    """Transaction 2: the attempts end (or are in doubt), the state moves on, the answers are posted.

    `waits`: attempts of which something was asked, with the times when they lapse. `goes_on`: those for which the carrier
    is asked next; until `busy_until` their customers' conversations are busy. Returns whose conversation was moved; where
    somebody else has moved it since, the answer is posted all the same.
    """
    onward = {begun.msisdn for begun in goes_on}
    busy = [busy_until if entry.arrival.msisdn in onward else None for entry in entries]
    with transaction.atomic():
        moved = conversation.move([entry.standing for entry in entries], busy, now)
        tally.count(attempt.end([ended for entry in entries for ended in entry.ended]), shard)
        attempt.wait_on(waits)
        if goes_on and busy_until is not None:
            attempt.go_on([begun for begun in goes_on if begun.msisdn in moved], busy_until)
        recognising.keep_menus(menus)
        attempt.doubt(doubtful, now + timedelta(seconds=15))
        post([entry for entry in entries if entry.letter], now, posted)
    for entry in entries:
        entry.standing.version += 1
    return moved


def _receipt(entry: Entry) -> inbox.Receipt:
    arrival, turn = entry.arrival, entry.turn
    concerned = turn.begun or turn.job
    return inbox.Receipt(
        msisdn=arrival.msisdn,
        link=arrival.link,
        message_id=arrival.message_id,
        received_at=arrival.received_at,
        address=arrival.address,
        channel=arrival.channel,
        # Keys may be a password of six digits, which could be guessed from a fingerprint; nobody compares those of calls.
        fingerprint=inbox.fingerprint(
            arrival.msisdn, arrival.address, arrival.text if arrival.event is Event.SAID else turn.masked
        ),
        said=turn.masked,
        turn=entry.reference,
        attempt=concerned.reference if concerned else _asked_about(entry),
        steps=[{"rule": step.rule, **step.detail} for step in turn.steps],
    )


def _asked_about(entry: Entry) -> str | None:
    """The open attempt that a picked answer led to another question of: the page of the answer shows that question."""
    if entry.arrival.wish is None or entry.turn.due_at is None or "question" not in entry.turn.state:
        return None
    return str(entry.turn.state["question"]["intent"]["reference"])


def _attempts(entries: Sequence[Entry], version: int, shard: int, now: datetime, busy_until: datetime) -> None:
    """Open what begins, end what ends, and let the carrier's clock run for what was answered with a yes."""
    begins: list[Begun] = []
    ends: list[Ended] = []
    goes_on: list[Begun] = []
    waits: dict[str, datetime] = {}
    for entry in entries:
        turn = entry.turn
        begun = begun_of(entry, turn.begun, version, now, busy_until) if turn.begun else None
        own = None
        for ending in turn.endings:
            ended = Ended(ending.reference, ending.outcome, ending.cause, now)
            if begun is not None and ending.reference == begun.reference:
                own = ended = Ended(ending.reference, ending.outcome, ending.cause, now, begun=begun)
            ends.append(ended)
            entry.ended.append(ended)
        if begun is not None and own is None:
            begins.append(begun)
        elif turn.job is not None and begun is None:
            goes_on.append(begun_of(entry, turn.job, version, now, busy_until))
        elif turn.due_at is not None and begun is None and "question" in turn.state:
            # Asked again about what is open already: the ledger must not end it before the customer can answer.
            waits[turn.state["question"]["intent"]["reference"]] = turn.due_at
    attempt.begin(begins)
    attempt.go_on(goes_on, busy_until)
    attempt.wait_on(waits)
    tally.count(attempt.end(ends), shard)


def begun_of(entry: Entry, job: Job, version: int, now: datetime, busy_until: datetime) -> Begun:
    """The attempt at this job, as the ledger opens it."""
    arrival, subscriber = entry.arrival, entry.subscriber
    return Begun(
        reference=job.reference,
        msisdn=arrival.msisdn,
        contact=entry.standing.contact,
        channel=arrival.channel,
        region=subscriber.region,
        brand=subscriber.brand,
        table=job.table,
        service=job.service.id,
        verb=job.verb.value,
        parameters=errand.masked(job),
        version=version,
        begun_at=now,
        job=errand.note(job),
        asking=entry.turn.job is None,
        due_at=busy_until if entry.turn.job is not None else entry.turn.due_at or busy_until,
        in_reply_to=arrival.message_id,
        link=arrival.link,
        address=arrival.address,
        node=entry.turn.node[:NODE_MAX],
    )


def _choices(entries: Sequence[Entry]) -> None:
    """Keep what customers chose for themselves; nothing is run where nobody chose anything."""
    recognising.keep_menus(
        {
            entry.arrival.msisdn: (
                entry.subscriber.menu_on if entry.menu_on is None else entry.menu_on,
                entry.subscriber.menu if entry.turn.menu_change is None else entry.turn.menu_change,
            )
            for entry in entries
            if entry.turn.menu_change is not None or entry.menu_on is not None
        }
    )
    recognising.keep_languages(
        {entry.arrival.msisdn: entry.turn.language for entry in entries if entry.turn.language is not None}
    )
    recognising.keep_seniors(
        {entry.arrival.msisdn: entry.turn.senior for entry in entries if entry.turn.senior is not None}
    )


def post(entries: Sequence[Entry], now: datetime, posted: Posting) -> None:
    """Post the answers: those for the outbox in one statement, those given at once in another."""
    waiting = [entry.letter for entry in entries if entry.letter and not entry.arrival.at_once]
    given = [entry.letter for entry in entries if entry.letter and entry.arrival.at_once]
    due_at = now + posted.claim if posted.claimed_by else now
    posting.post(waiting, now=now, due_at=due_at, claimed_by=posted.claimed_by)
    posting.post(given, now=now, due_at=now, state="answered")
