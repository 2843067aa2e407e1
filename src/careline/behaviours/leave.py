"""Giving up the number: what it means, why, the one offer, a day, a yes and the service password; and taking it back.

A talk in steps, each an attempt: OTHER asks why, notes the reason, and tells for the day that was chosen what is lost and
kept; its question, answered with a yes, is the only way to CONFIGURE, which leaves. Nothing else can name the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, rows, same, say_date, say_money
from careline.dialogue.talk import Job, Question, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

DAYS = ("month_end", "soonest")
# What may be said to the card with the offer, beside its days; `gift` only where one was offered.
THINK, STAY, GIFT = "think", "stay", "gift"
_STANDS = {
    "asked": "asked",
    "closing": "under_way",
    "reopening": "under_way",
    "agreed": "agreed",
    "left": "stopped",
    "kept": "kept",
}
_STOPPED = ("agreed", "stopped", "under_way")  # why leaving cannot be begun: how it stands already
_ENDED = {"stayed": "stayed", "undecided": "thinking", "withdrawn": "withdrawn", "returned": "returned"}
_REASONS = {  # of a refusal, where the office gives a code for it
    "lapsed": "lapsed",
    "bad_day": "bad_day",
    "too_late": "too_late",
    "gift": "no_gift",
}
_PASSWORD = {
    Cause.WRONG_PASSWORD: "wrong_password",
    Cause.TOO_MANY_TRIES: "too_many_tries",
    Cause.NOT_ON: "no_password",
}
_DAYS_NAMED = ("effective_on", "kept_until", "last_day", "payout_until")
_SUMS_NAMED = ("basic", "gift", "worth", "debt")


class Leave:
    """Parameters of OTHER: `reason`, then `what` (month_end, soonest, think, stay, gift); of CONFIGURE: `day` and `password`."""

    name = "leave"
    verbs = frozenset({Verb.QUERY, Verb.OTHER, Verb.CONFIGURE, Verb.CANCEL, Verb.DESCRIBE})
    words = (
        tails([Verb.QUERY], "meaning", _STANDS.values())
        | tails([Verb.OTHER], "why", "offer", "ways", "sure", "stayed", "thinking", "gift", "gift_spent", "no_gift")
        | tails([Verb.OTHER, Verb.CONFIGURE], *_STOPPED, "debt", "nothing_asked")
        | tails([Verb.CONFIGURE], "agreed_now", "begun", "lapsed", "bad_day", "not_yours", "refused_there")
        | tails([Verb.CONFIGURE], _PASSWORD.values())
        | tails([Verb.CANCEL], "stayed", "withdrawn", "returned", "begun", "under_way", "too_late", "refused_there")
        | tails([Verb.CANCEL], Cause.NOT_ON.value)
        | tails([Verb.QUERY, Verb.OTHER, Verb.CONFIGURE, Verb.CANCEL], ANY_REFUSAL)
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        given, number = job.parameters, subscriber.msisdn
        what = given.get("what", "")
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL:
            return Request(job.reference, number, "leaving_back")
        if job.verb is Verb.CONFIGURE:
            values = {name: given[name] for name in ("day", "password") if name in given}
            return Request(job.reference, number, "leaving_agree", values=values)
        if job.verb is Verb.QUERY:
            return Request(job.reference, number, "leaving_show")
        if given.get("reason"):
            return Request(job.reference, number, "leaving_ask", values={"reason": given["reason"]})
        if what in (THINK, STAY, GIFT):
            return Request(job.reference, number, "leaving_answer", values={"what": what})
        values = {"what": what} if what in DAYS else {"begin": "yes"}
        return Request(job.reference, number, "leaving_show", values=values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        facts = answer.facts
        if answer.refused is not None:
            return _refused(job, answer.refused, facts, now)
        if job.verb is Verb.QUERY:
            return done(job, now, _STANDS.get(str(facts.get("state")), "meaning"), _values(facts))
        if job.verb is Verb.CONFIGURE:
            return done(job, now, "agreed_now" if facts.get("ended") == "agreed" else "begun", _values(facts))
        if job.verb is Verb.CANCEL or facts.get("ended"):
            return done(job, now, _ended(facts), _values(facts))
        if job.parameters.get("what") in DAYS:
            return _sure(job, facts, now)
        if job.parameters.get("reason"):
            return _card(job, facts, now)
        return _why(job, facts, now)


def _why(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    options = [
        {"value": reason, "zh": chinese, "en": english, "parameters": {"reason": reason}}
        for reason, chinese, english in facts.get("reasons") or ()
    ]
    return _asking(done(job, now, "why", _values(facts)), options)


def _card(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    """The ways side by side. The days come last but the offer: a reason's number that comes twice chooses none of them."""
    offer, near = facts.get("offer"), facts.get("near")
    options: list[dict[str, Any]] = [
        _way(THINK, Text("再想想", "Think it over")),
        _way(STAY, Text("不走了，照旧", "Stay as it is")),
    ]
    for name, day in facts.get("days") or ():
        said = both(say_date, day, near=near)
        options.append(_way(name, Text(f"{said.zh}起停机", f"Stop on {said.en}")))
    values = _values(facts)
    if not offer:
        return _asking(done(job, now, "ways", values), options)
    name = offer["name"]
    taken = _way(GIFT, Text(f"留下，要{name.zh}", f"Stay, with {name.en}"))
    if offer["takes"]:
        taken = {**taken, **offer["takes"], "parameters": {}}
    return _asking(done(job, now, "offer", values | {"offer": name, "reason": offer["reason"]}), [*options, taken])


def _way(what: str, label: Text) -> dict[str, Any]:
    return {"value": what, "zh": label.zh, "en": label.en, "parameters": {"what": what}}


def _asking(telling: Telling, options: Sequence[Mapping[str, Any]]) -> Telling:
    named = rows(lambda language: [str(one["en" if language == "en" else "zh"]) for one in options], numbered=True)
    question = Question("choose", tuple(options), verb=Verb.OTHER.value)
    return replace(telling, values={**telling.values, "options": named}, question=question)


def _sure(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    """What leaving on that day means, in full; a yes to it is the only way on."""
    day = facts.get("means_effective_on")
    return replace(done(job, now, "sure", _values(facts)), question=_confirming(str(day)))


def _confirming(day: str) -> Question:
    return Question("confirm", ({"day": day},), verb=Verb.CONFIGURE.value)


def _ended(facts: Mapping[str, Any]) -> str:
    if "gift" in facts:
        return "gift" if facts["gift"] else "gift_spent"
    return _ENDED.get(str(facts.get("ended")), "begun")


def _refused(job: Job, cause: Cause, facts: Mapping[str, Any], now: datetime) -> Telling:
    values, code = _values(facts), str(facts.get("code", ""))
    key = _REASONS.get(code, "")
    if code == "password" and cause in _PASSWORD:
        telling = refused(job, cause, facts, now, _PASSWORD[cause], values)
        day = job.parameters.get("day", "")
        return replace(telling, question=_confirming(day)) if cause is Cause.WRONG_PASSWORD and day else telling
    if not key and job.verb in (Verb.OTHER, Verb.CONFIGURE):
        key = _kept_back(job, cause, facts)
    elif not key and job.verb is Verb.CANCEL:
        key = "refused_there" if code == "carrier" else "under_way" if cause is Cause.ALREADY_ON else ""
    return refused(job, cause, facts, now, key, values)


def _kept_back(job: Job, cause: Cause, facts: Mapping[str, Any]) -> str:
    """The words' tail for why somebody cannot leave, where the cause alone would say too little."""
    stands = _STANDS.get(str(facts.get("state")), "")
    if cause is Cause.ALREADY_ON and stands in _STOPPED:
        return stands
    if cause is Cause.NOT_ENOUGH_MONEY and "debt" in facts:
        return "debt"
    if cause is Cause.NOTHING_TO_CONFIRM:
        return "nothing_asked"
    if facts.get("code") == "carrier":
        return "not_yours" if cause is Cause.NOT_ELIGIBLE else "refused_there"
    return ""


def _values(facts: Mapping[str, Any]) -> dict[str, Text]:
    """What the texts may name: how it stands, and besides that what it would mean."""
    near = facts.get("near")
    values: dict[str, Text] = {}
    for name in _DAYS_NAMED:
        day = facts.get(name) or facts.get(f"means_{name}")
        if day is not None:
            values[name] = both(say_date, day, near=near)
    for name in _SUMS_NAMED:
        fen = facts.get(name, facts.get(f"means_{name}"))
        if isinstance(fen, int) and not isinstance(fen, bool):
            values[name] = both(say_money, fen)
    if "means_points" in facts:
        values["points"] = same(str(facts["means_points"]))
    if "also" in facts:
        values["also"] = facts["also"]
    return values


BEHAVIOUR = Leave()
