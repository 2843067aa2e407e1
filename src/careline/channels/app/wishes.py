"""Wishes: whatever is asked for goes through the one reception, and is the same attempt as a text or a call."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from ninja import Path, Router, Status

from careline import wiring
from careline.catalogue import library
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.shapes import Uuid, money, plain
from careline.channels.app.visit import CHANNEL, Visit, visit_of
from careline.channels.app.wishes_shapes import (
    AnswerGiven,
    AttemptShown,
    OptionShown,
    QuestionShown,
    ValueAsked,
    WishGiven,
    WishShown,
)
from careline.dialogue.book import Service, Verb
from careline.dialogue.rendering import label_of
from careline.dialogue.talk import Wish
from careline.hall import window
from careline.hall.reception import Reception
from careline.hall.turn import Served
from careline.ledger.models import Attempt, OpenAttempt
from careline.selfcare import results
from careline.values.cause import Cause, CauseClass
from careline.values.language import Text
from careline.values.outcome import Outcome

router = Router(tags=["wishes"])

ENDS = ("busy", "not_found", "nothing_open", "prove_first", "not_ready", *(cause.value for cause in Cause))


@operation(
    router, "POST", "/wishes", scope="services:write", body=True, answers={200: WishShown, 202: WishShown},
    summary="Ask for something", problems=ENDS,
)  # fmt: skip
@sensitive_variables()
def make_wish(request: HttpRequest, body: WishGiven) -> Status[WishShown]:
    """One wish of the subscriber. 200: it is done. 202: a question is open (`state` asks), or the carrier is still being
    asked (late). A refusal is a problem whose code is the cause."""
    wish = Wish(
        service=body.service, verb=body.verb, tier=body.tier, effect=body.effect, values=body.values, agreed=body.agreed,
        assurance=int(visit_of(request).assurance),
    )  # fmt: skip
    return grant(visit_of(request), wish)


@operation(
    router, "POST", "/wishes/{reference}/answer", scope="services:write", body=True,
    answers={200: WishShown, 202: WishShown}, summary="Answer a question", problems=ENDS,
)  # fmt: skip
@sensitive_variables()
def answer_wish(request: HttpRequest, reference: Path[Uuid], body: AnswerGiven) -> Status[WishShown]:
    """The answer to the question that this attempt has open. An answer to any other question is refused (nothing_open)."""
    wish = Wish(
        answers=reference, yes=body.yes, values=body.values, numbers=tuple(body.numbers),
        assurance=int(visit_of(request).assurance),
    )  # fmt: skip
    return grant(visit_of(request), wish)


@operation(
    router, "GET", "/wishes/{reference}", scope="account:read", answers={200: AttemptShown}, summary="How a wish stands",
    problems=("not_found", "not_ready"),
)  # fmt: skip
def read_wish(request: HttpRequest, reference: Path[Uuid]) -> AttemptShown:
    """One attempt of this subscriber, by whatever channel it was made."""
    number, language = visit_of(request).msisdn.digits, visit_of(request).language
    ended = Attempt.objects.filter(pk=reference, msisdn=number).first()
    if ended is not None:
        return shown(ended, language)
    begun = OpenAttempt.objects.filter(pk=reference, msisdn=number).first()
    if begun is None:
        raise Problem("not_found")
    return AttemptShown(
        reference=str(begun.pk), state="asks" if begun.asking else "late", outcome=None, cause=None,
        service=begun.service, name=name_of(begun.service, language), verb=begun.verb, channel=begun.channel,
        begun_at=begun.begun_at, ended_at=None,
    )  # fmt: skip


def shown(ended: Attempt, language: str) -> AttemptShown:
    return AttemptShown.model_validate(
        {
            "reference": str(ended.pk), "state": "done" if ended.outcome == Outcome.DONE else "ended",
            "outcome": ended.outcome, "cause": ended.cause or None, "service": ended.service,
            "name": name_of(ended.service, language), "verb": ended.verb, "channel": ended.channel,
            "begun_at": ended.begun_at, "ended_at": ended.ended_at,
        }
    )  # fmt: skip


@cache
def reception() -> Reception:
    """The hall as this door reaches it: every answer is waited for within the request."""
    return wiring.reception()


@sensitive_variables()
def grant(visit: Visit, wish: Wish) -> Status[WishShown]:
    """Serve it at the window, once under the key of the request; raises Problem for an end that is not done."""
    picked = window.Picked(visit.once, visit.msisdn, wish, visit.now, channel=CHANNEL, link=visit.link)
    return answer_of(visit, window.serve(reception(), [picked])[0], visit.once, answers=bool(wish.answers))


def answer_of(visit: Visit, served: Served, key: str, *, answers: bool = False) -> Status[WishShown]:
    """How the hall served a wish of that key, as an answer of this door; raises Problem for an end that is not done."""
    if not served.recorded:
        raise Problem("busy", headers={"Retry-After": "2"})
    if served.repeat and (known := results.read(visit.msisdn, key, visit.now, link=visit.link, channel=CHANNEL)):
        return _again(visit, known)
    words = served.letter.text if served.letter is not None else ""
    code = served.letter.key if served.letter is not None else ""
    told = _told(served, words)
    if served.asks or told.state == "late":
        return Status(202, told)
    if served.outcome in (Outcome.DONE, Outcome.ABANDONED):
        return Status(200, told)
    if code == "talk.nothing_open" or (answers and served.outcome is None):
        raise Problem("nothing_open", words)
    if code == "error.prove_first":
        raise Problem("prove_first", words, wish=served.reference)
    if served.cause is not None:
        raise of_cause(served.cause, words, wish=served.reference)
    if code == "error.not_here":
        raise of_cause(Cause.NOT_FOUND, words)
    return Status(200, told)


def _told(served: Served, words: str) -> WishShown:
    unknown = served.outcome is Outcome.UNKNOWN and served.cause is not None and served.cause.kind is CauseClass.SYSTEM
    late = served.late or unknown
    state = "late" if late else "asks" if served.asks else "told"
    if state == "told" and served.outcome is not None:
        state = "done" if served.outcome is Outcome.DONE else "ended"
    question = question_of(served.question, served.language) if served.asks and served.question else None
    noted = (served.question or {}).get("intent") or {}
    return WishShown.model_validate(
        {
            "reference": noted.get("reference") if question and noted else served.reference,
            "state": state,
            "outcome": served.outcome.value if served.outcome is not None else None,
            "cause": served.cause.value if served.cause is not None else None,
            "words": words,
            "question": question,
            "facts": plain(dict(served.facts)),
        }
    )


def _again(visit: Visit, known: results.Result) -> Status[WishShown]:
    """The answer of a wish that was taken in before, though nobody heard how it ended."""
    if known.cause is not None and known.state in (Outcome.REFUSED, Outcome.FAILED):
        raise of_cause(known.cause, known.words, wish=known.reference)
    states = {"done": "done", "asking": "asks", "waiting": "late", "unknown": "late", "said": "told"}
    told = WishShown.model_validate(
        {
            "reference": known.reference or None,
            "state": states.get(known.state, "ended"),
            "outcome": known.state if known.state in set(Outcome) else None,
            "cause": known.cause.value if known.cause is not None else None,
            "words": known.words,
            "question": question_of(known.question, visit.language) if known.question else None,
            "facts": {},
        }
    )
    return Status(202 if told.state in ("asks", "late") else 200, told)


def question_of(question: Mapping[str, Any], language: str) -> QuestionShown:
    """The open question as an app can ask it."""
    book = library.current()
    noted = question.get("intent") or {}
    service = book.services.get(noted.get("service", ""))
    tier = service.tiers.get(noted.get("tier", "")) if service is not None else None
    options = [
        OptionShown(number=number, label=str(option.get(language) or label_of(book, option).read(language)))
        for number, option in enumerate(question.get("options") or (), 1)
    ]
    return QuestionShown(
        kind=question["kind"],
        service=noted.get("service", ""),
        verb=noted.get("verb", ""),
        tier=noted.get("tier", ""),
        price=money(int(tier.price if tier else service.price)) if service is not None else None,
        per=service.per if service is not None else "",
        options=options,
        values=_wanted(service, noted.get("verb", ""), question.get("names") or (), language),
    )


def _wanted(service: Service | None, verb: str, names: Any, language: str) -> list[ValueAsked]:
    action = service.actions.get(Verb(verb)) if service is not None and verb in set(Verb) else None
    return [
        ValueAsked(name=one.name, label=one.label.read(language), kind=one.kind, example=one.example, secret=one.secret)
        for one in (action.parameters if action is not None else ())
        if one.name in names
    ]


def name_of(service: str, language: str) -> str:
    known = library.current().services.get(service)
    return (known.name if known is not None else Text(service, service)).read(language)
