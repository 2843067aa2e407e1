"""Accepting: what customers bring becomes a case once, or joins the case that is already open about the same matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from careline.cases import custody, docket, escalating, rounds, standing, telling
from careline.cases.deeds import count, hold, note, raise_priority, save
from careline.cases.free_text import from_customer
from careline.cases.promised import pledging
from careline.cases.records.case import Case, Contact
from careline.cases.states import OPEN, Kind, NotAllowed, Severity, State
from careline.cases.subjects.categories import categories
from careline.cases.subjects.matching import agree
from careline.identity import recognising
from careline.values.msisdn import Msisdn

SAME_WORDS_WITHIN = timedelta(hours=24)  # in which like words without a category are the same matter
HISTORY_MAX = 20
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody brings. `key` makes it happen once: the door's name and its own id, `sms:<link>:<message id>`."""

    key: str
    msisdn: Msisdn | None
    kind: str
    category: str  # "" where nobody knows yet
    words: str
    channel: str
    language: str = ""  # "", brand and region too: as we know the subscriber
    brand: str = ""
    region: str = ""
    contact: UUID | str | None = None
    link: str = ""  # by which the customer wrote, when it was an SMS
    severity: str = ""  # "" as the category says
    answers: Mapping[str, str] = field(default_factory=dict)  # question -> answer
    matter: str = ""  # what tells two matters of one category apart: the id of a bill item


class Accepted(NamedTuple):
    case: Case
    joined: bool  # it is with a case that was there before


def accept(new: NewCase, *, by: str, now: datetime, tell: bool = True) -> Accepted:
    """Accept it once: a repeated key gets the same answer, the same matter joins its open case.

    The customer is told the docket and the time by SMS, unless the door says it itself (`tell=False`).
    Raises NotAllowed: no_such_kind, no_such_category, no_words, no_key.
    """
    _check(new)
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return _accept(new, by, now, tell)
        except (IntegrityError, OperationalError) as trouble:
            # Somebody else was first with this key or matter, or held the case and waited for the number, and is done
            # by now: the next look finds the case.
            again = isinstance(trouble, IntegrityError) or isinstance(trouble.__cause__, DeadlockDetected)
            if not again or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def history(msisdn: Msisdn) -> list[Case]:
    """The latest cases of this number, the newest first: shown before anything new is written down."""
    return list(Case.objects.filter(msisdn=msisdn.digits).order_by("-opened_at")[:HISTORY_MAX])


def _check(new: NewCase) -> None:
    if not 0 < len(new.key) <= 96:
        raise NotAllowed("no_key")
    if new.kind not in set(Kind):
        raise NotAllowed("no_such_kind")
    if new.category and new.category not in categories():
        raise NotAllowed("no_such_category")
    if new.severity and new.severity not in set(Severity):
        raise NotAllowed("no_such_severity")
    if not new.words.strip():
        raise NotAllowed("no_words")


def _accept(new: NewCase, by: str, now: datetime, tell: bool) -> Accepted:
    if new.msisdn is not None:
        hold(new.msisdn.digits)
    known = Contact.objects.select_related("case").filter(key=new.key).first()
    if known is not None:
        if new.msisdn is not None and known.case.msisdn not in ("", new.msisdn.digits):
            raise NotAllowed("no_key")  # another customer's: nothing is told of it
        return Accepted(known.case, joined=known.case.key != new.key)
    same = _same_matter(new, now) if new.msisdn is not None else None
    if same is not None:
        return Accepted(_join(same, new, by, now, tell), joined=True)
    return Accepted(_open(new, by, now, tell), joined=False)


def _same_matter(new: NewCase, now: datetime) -> Case | None:
    """The open case of this number about the same matter, locked; one statement."""
    assert new.msisdn is not None
    opened = list(
        Case.objects.select_for_update()
        .filter(msisdn=new.msisdn.digits, kind=new.kind, state__in=[state.value for state in OPEN])
        .order_by("-opened_at", "-id")
    )
    if new.category:
        for case in opened:
            if case.category == new.category and new.matter in ("", case.matter):
                return case
    for case in opened:
        if new.matter and case.matter and new.matter != case.matter:
            continue
        unsorted = not new.category or not case.category
        if unsorted and now - case.opened_at <= SAME_WORDS_WITHIN and agree(case.words, from_customer(new.words)):
            return case
    return None


def _join(case: Case, new: NewCase, by: str, now: datetime, tell: bool) -> Case:
    words = from_customer(new.words)
    Contact.objects.create(case=case, key=new.key, at=now, channel=new.channel, contact=new.contact, by=by, words=words)
    case.repeats = count(case.repeats)
    case.answers = {**case.answers, **_answers(new.answers)}
    raise_priority(case, 1)
    custody.asked(case, by, now)
    note(
        case, "joined", by=by, now=now, words=words, public=True, channel=new.channel, detail={"repeats": case.repeats}
    )
    if case.state in (State.REPLIED, State.CONFIRMING):
        # Who comes back with the matter after the reply is not satisfied with it.
        rounds.again(case, by=by, now=now, channel=new.channel)
    save(case)
    if tell:
        telling.say(case, "case.joined", standing.standing_of(case, now).values(now), now)
    return case


def _open(new: NewCase, by: str, now: datetime, tell: bool) -> Case:
    category = categories().get(new.category)
    severity = new.severity or (category.severity if category else Severity.NORMAL.value)
    language, brand, region = _line(new)
    case = Case.objects.create(
        docket=docket.next(now),
        key=new.key,
        msisdn=new.msisdn.digits if new.msisdn is not None else "",
        language=language,
        brand=brand,
        region=region,
        kind=new.kind,
        category=new.category,
        matter=new.matter,
        severity=severity,
        words=from_customer(new.words),
        answers=_answers(new.answers),
        channel=new.channel,
        contact=new.contact,
        link=new.link,
        opened_at=now,
    )
    Contact.objects.create(
        case=case, key=new.key, at=now, channel=new.channel, contact=new.contact, by=by, words=case.words
    )
    holder = by if custody.is_person(by) else custody.choose()
    if holder:
        custody.first(case, holder, by=by, now=now)
    detail = {"kind": case.kind, "category": case.category, "owner": case.owner}
    note(case, "accepted", by=by, now=now, words=case.words, public=True, channel=new.channel, detail=detail)
    pledging.accepted(case, by=case.owner or by, now=now)
    if severity == Severity.MAJOR:
        escalating.report(case, by=by, now=now)
    save(case)
    if tell:
        values = standing.standing_of(case, now).values(now) | {"link": telling.page_of(case, now)}
        telling.say(case, "case.suggestion" if case.kind == Kind.SUGGESTION else "case.accepted", values, now)
    return case


def _line(new: NewCase) -> tuple[str, str, str]:
    """Language, brand and region: as the door says, else as we know the subscriber."""
    if new.msisdn is None or (new.language and new.brand and new.region):
        return new.language or "zh", new.brand, new.region
    known = recognising.recognise([new.msisdn]).get(new.msisdn)
    if known is None:
        return new.language or "zh", new.brand, new.region
    return new.language or known.language, new.brand or known.brand, new.region or known.region


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    return {str(question)[:40]: from_customer(str(answer))[:500] for question, answer in given.items() if answer}
