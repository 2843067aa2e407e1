"""The page of what came of a wish: read from the record, so it may be looked at again, left open, or opened elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.leaving import card
from careline.channels.web.services.links import link, onward
from careline.channels.web.services.picking import TYPED
from careline.channels.web.services.questions import Asked, asked
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.book import OPENS, READS, Service, Verb
from careline.offers.recommending import Suggestion
from careline.selfcare import results
from careline.selfcare.assortment import agreed, opening_of
from careline.selfcare.results import Result
from careline.values.cause import Cause

_TONES = {"done": "good", "refused": "warn", "failed": "bad", "unknown": "warn", "waiting": "note", "asking": "note"}
_READS = frozenset(verb.value for verb in READS)
_MONEY = frozenset({Cause.NOT_ENOUGH_MONEY, Cause.SUSPENDED})
_OURS = frozenset({Cause.CARRIER_FAULT, Cause.CARRIER_BUSY, Cause.HALL_FAULT, Cause.CARRIER_SILENT})
_LATE = {"late.done": "settled_done", "late.refused": "settled_refused", "late.absent": "settled_absent"}


@dataclass(frozen=True, slots=True)
class Step:
    """Where to go next."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A wish that may be made by one more button."""

    label: str
    service: str
    verb: str
    tier: str
    agreed: str


@require_GET
@signed_in
def result(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    found = results.read(visitor.msisdn, key[:64], visitor.now)
    if found is None:
        return pages.show(request, "services", "no_result.html", visitor, 404)
    book, words = pages.reception().book(), pages.phrases("services", page_language())
    service = book.services.get(found.service)
    typed = request.session.get(TYPED) or ["", {}]
    question = asked(found.question, book, visitor, typed[1] if typed[0] == key else {}) if found.question else None
    context: dict[str, Any] = {
        "found": found,
        "service": service,
        "title": _title(found, words, question),
        "tone": _TONES.get(found.state, "note"),
        "told": words["proved_about"] if _proved(question) else _told(found, words),
        "question": question,
        "steps": list(_steps(found, service, question, words, onward(request))),
        "again": _again(found, service, words),
        "undo": _undo(found, service, words),
        "next": onward(request),
        "prove": link("web-password", next=request.get_full_path()),
        "person": link("web-person"),
        "tip": _tip(found, visitor),
        "here": link("web-services"),
    }
    return pages.show(request, "services", "result.html", visitor, **context)


def _tip(found: Result, visitor: Visitor) -> Suggestion | None:
    """Something to recommend, once all has gone well and nothing is open."""
    if found.state != "done" or found.question is not None:
        return None
    return card.tip(visitor, "after_query" if found.verb in _READS else "good_end")


def _proved(question: Asked | None) -> bool:
    """Whether it was only asked who it is, and that has been shown since."""
    return question is not None and question.kind == "prove" and question.proved


def _title(found: Result, words: Mapping[str, str], question: Asked | None) -> str:
    state, more = found.state, found.cause.value if found.cause else ""
    if state == "asking" and found.question is not None:
        more = "proved" if _proved(question) else str(found.question["kind"])
    elif state == "done" and found.verb in _READS:
        more = "read"
    elif found.key == "error.prove_first":
        more = "prove"
    elif state == "said":
        more = {"talk.declined": "declined", "talk.nothing_open": "open"}.get(
            found.key, "error" if found.key.startswith("error.") else ""
        )
    return words.get(f"came_{state}_{more}") or words[f"came_{state}"]


def _told(found: Result, words: Mapping[str, str]) -> str:
    """The book's own words, unless they speak of a text or of a question that is no longer there."""
    if found.state == "waiting":
        return words["waiting_about"]
    if found.state == "unknown":
        return words["unknown_about"]
    if found.state == "left" or (found.state == "abandoned" and found.cause in (Cause.LEFT, Cause.NO_ANSWER)):
        return words["left_about"]
    if found.key == "error.hall_fault":
        return words["hall_fault_about"]
    if found.key in _LATE:
        return words[_LATE[found.key]]
    return found.words


def _steps(
    found: Result, service: Service | None, question: Asked | None, words: Mapping[str, str], onward_: str
) -> Iterable[Step]:
    if question is not None:
        return
    wanted: list[tuple[str, str]] = []
    if found.state == "waiting":
        wanted.append(("step_refresh", ""))
    if found.cause in _MONEY:
        wanted.append(("step_top_up", link("web-top-up")))
    if found.key == "error.prove_first":
        wanted.append(("step_prove", link("web-password", next=link("web-service", found.service))))
    if service is not None and service.behaviour == "password":
        wanted.append(("step_password", link("web-service-password")))
    elif service is not None and found.state in ("failed", "refused", "abandoned", "left"):
        wanted.append(("step_service", link("web-service", service.id)))
    if found.state in ("unknown", "failed") or found.cause in (Cause.TOO_MANY_TRIES, Cause.NOT_ELIGIBLE):
        wanted.append(("step_person", link("web-person")))
    if onward_:
        wanted.append(("step_next", onward_))
    elif (found.state == "done" and found.verb not in _READS) or found.cause in (Cause.ALREADY_ON, Cause.NOT_ON):
        wanted.append(("step_running", link("web-running")))
    if not onward_:
        wanted.append(("step_services", link("web-services")))
    for label, address in wanted:
        if address or label == "step_refresh":
            yield Step(words[label], address)


def _again(found: Result, service: Service | None, words: Mapping[str, str]) -> Repeat | None:
    """The same wish once more, where our side failed and nothing had been typed."""
    if found.state != "failed" or found.cause not in _OURS or service is None or not found.plain:
        return None
    verb = next((verb for verb in service.actions if verb == found.verb), None)
    if verb is None:
        return None
    return Repeat(words["step_again"], service.id, verb.value, found.tier, agreed(service, found.tier))


def _undo(found: Result, service: Service | None, words: Mapping[str, str]) -> Repeat | None:
    """The way back from what was just done, where it is one button as well."""
    if found.state != "done" or service is None:
        return None
    opening = opening_of(service)
    if found.verb in {verb.value for verb in OPENS} and Verb.CANCEL in service.actions:
        return Repeat(words["step_undo_off"], service.id, Verb.CANCEL.value, found.tier, agreed(service, found.tier))
    plain = opening is not None and not any(one.required for one in opening.parameters if one.kind != "tier")
    if found.verb == Verb.CANCEL.value and opening is not None and plain and (found.tier or not service.tiers):
        return Repeat(words["step_undo_on"], service.id, opening.verb.value, found.tier, agreed(service, found.tier))
    return None
