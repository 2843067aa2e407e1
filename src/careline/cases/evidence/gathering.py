"""Gathering a pack: every record that a case has left anywhere, in its order.

Schema `careline.evidence/1`; fields are only ever added to it. Times are ISO 8601 in UTC, money is whole fen.

    schema, digest       see `canon`
    made                 at, by, numbers ("masked" or "whole"), reason, exported (how often before)
    case                 docket, kind, category, severity, cause, blame, state, round, level, urged, repeats, …, fault
    customer             number, words (as said first), channel, answers (to the category's questions), questions (as they are asked)
    contacts             each contact about it: at, channel, by, words, attempts (what was done in it)
    events               everything that was done: at, by, did, public, channel, words, detail
    custody              who had it: holder, since, until, reason, by
    departments          what departments were asked: question, asked, plan, answered, urged, late, rating
    promises             each due time: due_at, kept_at, broken_at, state, pauses with reasons
    offers, letters      what was offered; every SMS about it with its delivery
    refunds              decisions about money, with the facts they rest on
    satisfaction         what the customer said of the result: satisfied, rating, rounds
    regulator            the 48 hours (the carrier's promise) and the 15 days (the MIIT's rule): due, done, kept
    journal              who looked and who did, as the journal has it
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from careline.cases.evidence import money, sources
from careline.cases.evidence.canon import digest
from careline.cases.models import Case, Event, Offer, Promise, Task
from careline.cases.states import NotAllowed
from careline.cases.subjects.categories import CategoryError, categories
from careline.cases.subjects.questions import asked_of
from careline.journal import writing
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn

SCHEMA = "careline.evidence/1"
EXPORT = "export_evidence"


def pack(docket: str, *, by: str, now: datetime, whole_numbers: bool = False, reason: str = "") -> dict[str, Any]:
    """Everything said and done about this case; making it is written to the journal. A fixed number of statements.

    The customer's number is masked unless `whole_numbers` with a reason; texts were masked when they were kept. The
    caller has checked the gate EXPORT_EVIDENCE. Raises NotAllowed: no_such_case, no_reason.
    """
    reason = reason.strip()[:200]
    if whole_numbers and not reason:
        raise NotAllowed("no_reason")
    with transaction.atomic():
        case = Case.objects.select_related("fault").filter(docket=docket).first()
        if case is None:
            raise NotAllowed("no_such_case")
        exported = Entry.objects.filter(what="case", record=docket, did=EXPORT).count()
        numbers = "whole" if whole_numbers else "masked"
        made = {"at": _time(now), "by": by, "numbers": numbers, "reason": reason, "exported": exported}
        found = _content(case, whole_numbers)
        sign = digest(found)
        # In groups: the journal would take a run of its digits for somebody's number.
        groups = ":".join(sign[place : place + 8] for place in range(0, len(sign), 8))
        detail = {"numbers": numbers, "reason": reason, "digest": groups}
        writing.write(who=by, did=EXPORT, what="case", record=docket, now=now, detail=detail)
    return {"schema": found.pop("schema"), "digest": sign, "made": made, **found}


def content(docket: str) -> dict[str, Any]:
    """The same without a digest and an entry in the journal, masked: to be looked at. Raises NotAllowed("no_such_case")."""
    case = Case.objects.select_related("fault").filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    return _content(case, whole=False)


def _content(case: Case, whole: bool) -> dict[str, Any]:
    promises = [_promise(one) for one in case.promises.order_by("started_at", "id").prefetch_related("pauses")]
    return {
        "schema": SCHEMA,
        "case": _case(case),
        "customer": {
            "number": _number(case.msisdn, whole), "channel": case.channel, "language": case.language,
            "brand": case.brand, "region": case.region, "words": case.words, "answers": case.answers,
            "questions": _questions(case),
        },
        "contacts": sources.contacts(case),
        "events": [_event(one) for one in case.events.order_by("at", "id")],
        "custody": [
            {"holder": one.holder, "since": _time(one.since), "until": _time(one.until), "reason": one.reason, "by": one.by}
            for one in case.custodies.order_by("since", "id")
        ],
        "departments": [_task(one) for one in case.tasks.select_related("department").order_by("asked_at", "id")],
        "promises": promises,
        "offers": [_offer(one) for one in case.offers.order_by("at", "id")],
        "letters": sources.letters(case),
        "refunds": money.of_case(case.docket),
        "satisfaction": {"satisfied": case.satisfied, "rating": case.rating, "rounds": case.round},
        "regulator": _regulator(case, promises),
        "journal": sources.journal(case, without=EXPORT),
    }  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    fault = case.fault
    return {
        "docket": case.docket, "kind": case.kind, "category": case.category, "category_name": _named(case.category),
        "matter": case.matter, "severity": case.severity, "cause": case.cause, "blame": case.blame,
        "state": case.state, "round": case.round, "level": case.level, "priority": case.priority, "urged": case.urged,
        "repeats": case.repeats, "owner": case.owner, "opened_at": _time(case.opened_at),
        "replied_at": _time(case.replied_at), "apologised_at": _time(case.apologised_at),
        "archived_at": _time(case.archived_at), "closed_at": _time(case.closed_at),
        "plan": case.plan, "reply": case.reply, "alternative": case.alternative, "summary": case.summary,
        "fault": None if fault is None else {
            "title": fault.title, "opened_by": fault.opened_by, "opened_at": _time(fault.opened_at),
            "answer": fault.answer, "answered_at": _time(fault.answered_at),
        },
    }  # fmt: skip


def _named(category: str) -> dict[str, str]:
    try:
        known = categories().get(category)
    except CategoryError:
        known = None  # what cannot be named today must not keep the evidence back
    return {"zh": known.name.zh, "en": known.name.en} if known else {"zh": category, "en": category}


def _questions(case: Case) -> dict[str, dict[str, str]]:
    try:
        return {one.id: {"zh": one.label.zh, "en": one.label.en} for one, _ in asked_of(case)}
    except CategoryError:
        return {}


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": _time(event.at), "by": event.by, "did": event.did, "public": event.public, "channel": event.channel,
        "words": event.words, "detail": event.detail,
    }  # fmt: skip


def _task(task: Task) -> dict[str, Any]:
    return {
        "department": task.department_id,
        "department_name": {"zh": task.department.name_zh, "en": task.department.name_en},
        "report": task.report, "question": task.question, "asked_by": task.asked_by, "asked_at": _time(task.asked_at),
        "plan": task.plan, "answered_by": task.answered_by, "answered_at": _time(task.answered_at),
        "urged": task.urged, "late": task.late, "rating": task.rating,
    }  # fmt: skip


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "what": promise.what, "promiser": promise.promiser, "calendar": promise.calendar, "minutes": promise.minutes,
        "started_at": _time(promise.started_at), "due_at": _time(promise.due_at), "state": _state(promise),
        "warned_at": _time(promise.warned_at), "broken_at": _time(promise.broken_at),
        "kept_at": _time(promise.kept_at), "cancelled_at": _time(promise.cancelled_at),
        "pauses": [
            {"since": _time(one.since), "until": _time(one.until), "reason": one.reason, "by": one.by}
            for one in sorted(promise.pauses.all(), key=lambda one: one.since)
        ],
    }  # fmt: skip


def _state(promise: Promise) -> str:
    """kept, late (done, but after its time), broken (late and still not done, or called off when late), cancelled, paused, open."""
    late = promise.broken_at is not None
    if promise.kept_at is not None:
        return "late" if late or promise.kept_at > promise.due_at else "kept"
    if late:
        return "broken"
    if promise.cancelled_at is not None:
        return "cancelled"
    return "paused" if promise.paused_at is not None else "open"


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "at": _time(offer.at), "by": offer.by, "words": offer.words, "amount": offer.amount,
        "accepted": offer.accepted, "limits_told": offer.limits_told, "decided_at": _time(offer.decided_at),
    }  # fmt: skip


def _regulator(case: Case, promises: list[dict[str, Any]]) -> dict[str, Any]:
    """The first promise of each kind: a case that was reopened is judged by its first answer, too."""
    found: dict[str, Any] = {}
    for what, name in (("first_reply", "reply_in_48_hours"), ("regulator", "answer_in_15_days")):
        one: Mapping[str, Any] = next((each for each in promises if each["what"] == what), {})
        found[name] = {
            "from": _time(case.opened_at), "due_at": one.get("due_at"), "done_at": one.get("kept_at"),
            "state": one.get("state", "not_promised"),
        }  # fmt: skip
    found["first_result_at"] = _time(case.replied_at)
    return found


def _number(msisdn: str, whole: bool) -> str:
    return (msisdn if whole else Msisdn(msisdn).masked()) if msisdn else ""


def _time(at: datetime | None) -> str | None:
    return sources.time(at)
