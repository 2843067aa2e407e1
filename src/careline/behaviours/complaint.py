"""Complaints, enquiries and what becomes of them: opened, sorted, asked about, urged, answered and rated by the customer.

A service says in its settings which `deed` it does: open (and of which `kind`), status, urge, answer. A case is opened
before anything more is asked, so that nobody's words are lost who does not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, same
from careline.dialogue.talk import Job, Question, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

REPLY_MAX = 70  # characters of our reply that an answer repeats
RATINGS = range(1, 6)

_KINDS: Mapping[str, str] = {"status": "case_status", "urge": "case_urge", "answer": "case_answer"}
_STANDING = ("docket", "label", "matter", "step", "told", "date", "who", "until")


class Complaint:
    name = "complaint"
    verbs = frozenset({Verb.OTHER, Verb.REGISTER, Verb.CONFIGURE, Verb.QUERY, Verb.DESCRIBE})
    words = (
        tails([Verb.OTHER, Verb.REGISTER], "opened", "joined")
        | tails([Verb.OTHER], "opened_sort", "joined_sort", "urged", "nothing_open", "case_closed")
        | tails([Verb.OTHER], "satisfied", "thanks", "again", "not_asked", "none", "carrier_silent")
        | tails([Verb.REGISTER], "carrier_silent")
        | tails([Verb.CONFIGURE], "opened", "joined", "sorted", "rated", "rated_before", "not_ended", "bad_rating")
        | tails([Verb.CONFIGURE], "carrier_silent", "none")
        | tails([Verb.QUERY], "none", "running", "many", "confirming", "ended")
        | tails([Verb.OTHER, Verb.CONFIGURE, Verb.QUERY], ANY_REFUSAL)
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        deed, given = job.service.settings.get("deed", ""), job.parameters
        if deed == "open":
            return _opening(job, subscriber)
        if deed == "answer" and job.verb is Verb.CONFIGURE:
            values: dict[str, Any] = {"docket": given.get("docket", ""), "rating": int(given.get("rating") or 0)}
            return Request(job.reference, subscriber.msisdn, "case_rate", values=values)
        values = {"docket": given.get("docket", "")}
        if deed == "answer":
            values |= {"satisfied": given.get("what") == "satisfied", "words": given.get("words", "")}
        return Request(job.reference, subscriber.msisdn, _KINDS[deed], values=values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        deed = job.service.settings.get("deed", "")
        if answer.refused is not None:
            return _refused(job, answer, now)
        if deed == "open":
            return _opened(job, answer.facts, now)
        if deed == "status":
            return _standing(job, answer.facts, now)
        if deed == "urge":
            return done(job, now, "urged", _values(answer.facts))
        if job.verb is Verb.CONFIGURE:
            return done(job, now, "rated", _values(answer.facts))
        return _answered(job, answer.facts, now)


def _opening(job: Job, subscriber: Subscriber) -> Request:
    line = {"language": subscriber.language, "brand": subscriber.brand, "region": subscriber.region}
    given, kind = job.parameters, job.service.settings.get("kind", "complaint")
    if job.verb is Verb.CONFIGURE:
        values = {"came": given.get("came", ""), "category": given.get("category", ""), **line}
        return Request(job.reference, subscriber.msisdn, "case_sort", kind, values)
    # Keys say which matter it is and no more: staff read that they were pressed.
    words = given.get("words") or Text("（按键登记，没有文字）", "(by keys, without words)").read(subscriber.language)
    values = {"words": words, "category": given.get("category", ""), **line}
    return Request(job.reference, subscriber.msisdn, "case_open", kind, values)


def _opened(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    matters = list(facts.get("matters") or ())
    joined = bool(facts.get("joined"))
    if job.verb is Verb.CONFIGURE and not joined and facts.get("came") is None:
        return done(job, now, "sorted", _values(facts))
    telling = done(job, now, "joined" if joined else "opened", _values(facts))
    if not matters or job.verb is not Verb.OTHER:
        return telling
    options = tuple(
        {
            "value": category,
            "zh": chinese,
            "en": english,
            "parameters": {"came": str(facts["came"]), "category": category},
        }
        for category, chinese, english in matters
    )
    return replace(
        telling,
        key=f"{telling.key}_sort",
        values={**telling.values, "options": _named(options)},
        question=Question("choose", options, verb=Verb.CONFIGURE.value),
    )


def _named(options: Sequence[Mapping[str, Any]]) -> Text:
    """The options as numbered lines; calls and screens say them in their own way."""
    return rows(lambda language: [str(one["en" if language == "en" else "zh"]) for one in options], numbered=True)


def _standing(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    cases = list(facts.get("cases") or ())
    if not cases:
        return done(job, now, "none")
    first = next((case for case in cases if case["state"] == "confirming" and case["satisfied"] is None), cases[0])
    values = _values(first) | {"count": same(str(facts.get("count", len(cases))))}
    if first["state"] == "confirming" and first["satisfied"] is None:
        question = _satisfied(str(first["docket"]))
        values["options"] = _named(question.options)
        return replace(done(job, now, "confirming", values), question=question)
    if not first["open"]:
        return done(job, now, "ended", values)
    if len(cases) == 1:
        return done(job, now, "running", values)
    return done(job, now, "many", values | {"rows": rows(lambda language: [_row(case, language) for case in cases])})


def _row(case: Mapping[str, Any], language: str) -> str:
    step, until = case["step"].read(language), case["until"].read(language)
    return f"{case['docket']}: {step}, {until}" if language == "en" else f"{case['docket']}{step}，{until}"


def _satisfied(docket: str) -> Question:
    """Which of two: the same words that can be sent at any time."""
    options = (
        {"value": "satisfied", "zh": "满意", "en": "Satisfied"},
        {"value": "unsatisfied", "zh": "不满意", "en": "Not satisfied"},
    )
    given = tuple({**one, "parameters": {"what": one["value"], "docket": docket}} for one in options)
    return Question("choose", given, service="complaint_answer", verb=Verb.OTHER.value)


def _answered(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    values = _values(facts)
    if job.parameters.get("what") == "satisfied":
        if facts.get("rating") is not None:
            return done(job, now, "thanks", values)
        options = tuple(
            {
                "value": str(rating),
                "zh": f"{rating}分",
                "en": f"{rating} out of 5",
                "parameters": {"rating": str(rating), "docket": str(facts["docket"])},
            }
            for rating in RATINGS
        )
        values["options"] = _named(options)
        question = Question("choose", options, verb=Verb.CONFIGURE.value)
        return replace(done(job, now, "satisfied", values), question=question)
    return done(job, now, "again", values)


def _refused(job: Job, answer: Answer, now: datetime) -> Telling:
    cause = answer.refused
    assert cause is not None
    values = _values(answer.facts)
    key = ""
    if cause is Cause.NOT_FOUND and answer.facts.get("none"):
        key = "nothing_open" if job.service.settings.get("deed") == "urge" else "none"
    elif cause is Cause.CLOSED:
        key = "case_closed" if job.verb is Verb.OTHER and "docket" in values else ""
    elif cause is Cause.ALREADY_ON and job.verb is Verb.CONFIGURE:
        key = "rated_before"
    elif cause is Cause.WRONG_PARAMETER and job.verb is Verb.CONFIGURE:
        key = "bad_rating"
    elif cause is Cause.NOTHING_TO_CONFIRM:
        key = "not_ended" if job.verb is Verb.CONFIGURE else "not_asked" if "docket" in values else "none"
    return refused(job, cause, answer.facts, now, key, values)


def _values(facts: Mapping[str, Any]) -> dict[str, Text]:
    """What the texts may name of a case."""
    values = {
        name: facts[name] if isinstance(facts[name], Text) else same(str(facts[name]))
        for name in _STANDING
        if name in facts
    }
    if facts.get("reply"):
        reply = str(facts["reply"])
        values["about"] = same(reply if len(reply) <= REPLY_MAX else f"{reply[: REPLY_MAX - 1]}…")
    return values


BEHAVIOUR = Complaint()
