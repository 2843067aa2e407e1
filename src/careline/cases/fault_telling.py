"""What all customers of a common fault are told: each by a letter of its own, in batches that may be cut off anywhere.

That a case was told stands in its history, written in the transaction that told it; so whoever goes on after a crash,
or beside another process, tells nobody twice and forgets nobody.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from careline.cases import handling, telling
from careline.cases.deeds import locked, note
from careline.cases.free_text import LETTER_MAX, from_staff
from careline.cases.models import Case, Event, Fault
from careline.cases.states import OPEN, NotAllowed, State
from careline.journal import writing
from careline.journal.models import Entry
from careline.postgres import sql

BATCH = 100  # cases that one call deals with: a few seconds; what is more is left to the sweep
FOLLOWED = timedelta(days=30)  # so long after its beginning or answer a fault is looked after
_TOLD = frozenset({State.REPLIED.value, State.CONFIRMING.value})  # these customers have a result of their own
_OPEN = sorted(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the answer of a fault has come: `answered` by it, `apart` answered on their own before, `left` to do.

    `refused` has the dockets that a person must look at, each with the code of the refusal.
    """

    bound: int
    answered: int
    apart: int
    left: int
    refused: Mapping[str, str] = field(default_factory=dict)


def news(fault: int, words: str, *, by: str, now: datetime) -> int:
    """Tell every bound customer how it stands; the same news reaches nobody twice. Returns how many were told by now.

    The first BATCH are told at once, the others by the sweep, and so are cases that are bound later.
    Raises NotAllowed: no_words, too_long, no_such_fault, answered.
    """
    words = _letter(words)
    with transaction.atomic():
        found = _locked(fault)
        if found.answered_at is not None:
            raise NotAllowed("answered")
        found.news = words
        found.save(update_fields=["news"])
        _journal(fault, "tell_news", by, now, {"news": words})
    return _tell_some(found, by, now)[0]


def begin_answer(fault: int, words: str, *, by: str, now: datetime) -> None:
    """Decide the answer; the sweep gives it to every bound case (`go_on`). For pages, which cannot wait for thousands.

    `by` must be somebody who may act on all of them (a manager). Raises NotAllowed: no_words, too_long, no_such_fault,
    answered (with other words: the first answer stands).
    """
    words = _letter(words)
    with transaction.atomic():
        found = _locked(fault)
        if found.answered_at is None:
            found.answer, found.answered_by, found.answered_at = words, by, now
            found.save(update_fields=["answer", "answered_by", "answered_at"])
            _journal(fault, "answer_fault", by, now, {"answer": words})
        elif found.answer != words:
            raise NotAllowed("answered")


def answer_all(fault: int, words: str, *, by: str, now: datetime) -> Progress:
    """Reply to every bound case with the result, each in its own transaction; nobody is answered twice.

    The first BATCH are answered at once, the others by the sweep (`go_on`); called again it goes on as well. Raises as
    `begin_answer`.
    """
    begin_answer(fault, words, by=by, now=now)
    _answer_some(Fault.objects.get(pk=fault), now)
    return progress(fault)


def go_on(now: datetime, limit: int = BATCH) -> int:
    """Go on with answers and news where they stopped; a sweep. Returns how many cases were dealt with."""
    answered = Fault.objects.filter(answered_at__gt=now - FOLLOWED)
    done = sum(_answer_some(fault, now, limit) for fault in answered.order_by("answered_at"))
    for fault in Fault.objects.filter(answered_at=None, opened_at__gt=now - FOLLOWED).exclude(news=""):
        teller = Entry.objects.filter(what="fault", record=str(fault.pk), did="tell_news").order_by("-id").first()
        done += _tell_some(fault, teller.who if teller else fault.opened_by, now, limit)[1]
    return done


def progress(fault: int) -> Progress:
    """How far the answer has come; one statement."""
    # Of each bound case: what became of the answer?
    rows = sql.run(
        "SELECT coalesce(e.detail ->> 'end', CASE WHEN c.state = ANY(%s::text[]) THEN 'left' ELSE 'apart' END) AS ended,"
        " count(*), array_agg(c.docket) FILTER (WHERE e.detail ->> 'end' = 'refused'),"
        " array_agg(e.detail ->> 'code') FILTER (WHERE e.detail ->> 'end' = 'refused')"
        " FROM case_case c LEFT JOIN case_event e ON e.case_id = c.id AND e.did = 'fault_answered'"
        " AND e.detail ->> 'fault' = c.fault_id::text WHERE c.fault_id = %s::bigint GROUP BY ended",
        [_OPEN, fault],
    )
    counts = {row[0]: row[1] for row in rows}
    refused = {docket: code for row in rows if row[2] for docket, code in zip(row[2], row[3], strict=True)}
    return Progress(
        sum(counts.values()), counts.get("answered", 0), counts.get("apart", 0), counts.get("left", 0), refused
    )


def _answer_some(fault: Fault, now: datetime, limit: int = BATCH) -> int:
    """One batch of cases without their answer; returns how many were dealt with, in whatever way."""
    # Which bound cases have not had the answer yet?
    rows = sql.run(
        "SELECT c.docket FROM case_case c WHERE c.fault_id = %s::bigint AND c.state = ANY(%s::text[]) AND NOT EXISTS"
        " (SELECT 1 FROM case_event e WHERE e.case_id = c.id AND e.did = 'fault_answered'"
        " AND e.detail ->> 'fault' = %s) ORDER BY c.id LIMIT %s",
        [fault.pk, _OPEN, str(fault.pk), limit],
    )
    for (docket,) in rows:
        _answer_one(docket, fault, now)
    return len(rows)


def _answer_one(docket: str, fault: Fault, now: datetime) -> None:
    """The reply and the note that it was given, or neither."""
    with transaction.atomic():
        case = locked(docket)
        if case.fault_id != fault.pk or not case.is_open or _noted(case, "fault_answered", "fault", str(fault.pk)):
            return
        detail: dict[str, object] = {"fault": fault.pk, "end": "answered"}
        if case.state in _TOLD:
            detail["end"] = "apart"
        else:
            try:
                with transaction.atomic():
                    _reply(case, fault, now)
            except NotAllowed as refusal:
                detail |= {"end": "refused", "code": refusal.code}
        note(case, "fault_answered", by=fault.answered_by, now=now, detail=detail)


def _reply(case: Case, fault: Fault, now: datetime) -> None:
    """The steps that are still missing between where this case stands and its reply, each as a person would take it."""
    docket, by = case.docket, fault.answered_by
    if case.state == State.ACCEPTED or not case.cause:
        case = handling.analyse(docket, fault.category, fault.title, case.severity, by=by, now=now)
    if case.state == State.ANALYSING:
        handling.solve_on_site(docket, fault.answer, by=by, now=now)
    else:
        handling.decide(docket, fault.answer, by=by, now=now)
    # An apology for the trouble is due to everyone who had it, whoever was to blame.
    handling.reply(docket, fault.answer, True, by=by, now=now)


def _tell_some(fault: Fault, by: str, now: datetime, limit: int = BATCH) -> tuple[int, int]:
    """One batch of customers who have not had the news; how many were told, and how many dealt with in whatever way."""
    sign = hashlib.sha256(fault.news.encode()).hexdigest()[:16]
    # Which bound cases without a result of their own have not had this news?
    rows = sql.run(
        "SELECT c.docket FROM case_case c WHERE c.fault_id = %s::bigint AND c.state = ANY(%s::text[]) AND NOT EXISTS"
        " (SELECT 1 FROM case_event e WHERE e.case_id = c.id AND e.did = 'fault_news' AND e.detail ->> 'news' = %s)"
        " ORDER BY c.id LIMIT %s",
        [fault.pk, sorted(set(_OPEN) - _TOLD), sign, limit],
    )
    return sum(_tell_one(docket, fault, sign, by, now) for (docket,) in rows), len(rows)


def _tell_one(docket: str, fault: Fault, sign: str, by: str, now: datetime) -> int:
    detail: dict[str, object] = {"fault": fault.pk, "news": sign}
    with transaction.atomic():
        case = locked(docket)
        if case.fault_id != fault.pk or not case.is_open or _noted(case, "fault_news", "news", sign):
            return 0
        try:
            with transaction.atomic():
                telling.tell_progress(docket, fault.news, by=by, now=now)
        except NotAllowed as refusal:
            detail["code"] = refusal.code
        note(case, "fault_news", by=by, now=now, detail=detail)
    return int("code" not in detail)


def _noted(case: Case, did: str, name: str, value: str) -> bool:
    return any(str(detail.get(name)) == value for detail in _details(case, did))


def _details(case: Case, did: str) -> list[dict[str, object]]:
    return list(Event.objects.filter(case=case, did=did).values_list("detail", flat=True))


def _letter(words: str) -> str:
    words = from_staff(words, LETTER_MAX)
    if not words:
        raise NotAllowed("no_words")
    return words


def _locked(fault: int) -> Fault:
    found = Fault.objects.select_for_update().filter(pk=fault).first()
    if found is None:
        raise NotAllowed("no_such_fault")
    return found


def _journal(fault: int, did: str, by: str, now: datetime, detail: Mapping[str, object]) -> None:
    writing.write(who=by, did=did, what="fault", record=str(fault), now=now, detail=detail)
