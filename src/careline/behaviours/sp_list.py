"""Content providers' services: listed with numbers, and ended by replying with those numbers (0000 in some tables)."""

from datetime import datetime

from careline.behaviours._holdings import SHOWN_MAX, pickable
from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, named, same, say_list
from careline.dialogue.talk import Job, Question, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text


class SpList:
    """Parameter of cancel: `picked`, numbers of holdings by commas, as the options of the list carried them."""

    name = "sp_list"
    verbs = frozenset({Verb.OTHER, Verb.QUERY, Verb.CANCEL, Verb.DESCRIBE})
    words = (
        tails([Verb.OTHER, Verb.QUERY], "done", "none", ANY_REFUSAL)
        | tails([Verb.CANCEL], "done", "list_done", "list_none", Cause.NOT_ON.value, ANY_REFUSAL)
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL and job.parameters.get("picked"):
            numbers = [int(one) for one in job.parameters["picked"].split(",")]
            return Request(
                job.reference,
                subscriber.msisdn,
                "switch_off",
                "sp",
                {"numbers": numbers, "effect": job.effect},
            )
        # Who asks to cancel without saying what is shown the list first.
        return Request(job.reference, subscriber.msisdn, "holdings", "sp")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        if job.verb is Verb.CANCEL and job.parameters.get("picked"):
            return _ended(job, answer, now)
        return _list(job, answer, now)


def _list(job: Job, answer: Answer, now: datetime) -> Telling:
    held = [one for one in answer.facts.get("holdings") or () if one.get("provider")]
    key = "{}" if job.verb is not Verb.CANCEL else "list_{}"
    if not held:
        return done(job, now, key.format("none"))
    told = done(job, now, key.format("done"), {"options": pickable(held, now), "count": same(str(len(held)))})
    options = tuple(
        {"value": str(one["number"]), **dict(zip(("zh", "en"), named(one, str(one["product"])), strict=True))}
        for one in held[:SHOWN_MAX]
    )
    question = Question("pick", options, job.service.id, Verb.CANCEL.value)
    return Telling(told.outcome, told.key, values=told.values, question=question)


def _ended(job: Job, answer: Answer, now: datetime) -> Telling:
    facts = answer.facts
    names = [Text(*pair) for pair in facts.get("names") or ()] or [Text(one, one) for one in facts.get("ended") or ()]
    told = {
        "names": both(lambda language: say_list((one.read(language) for one in names), language)),
        "count": same(str(len(names))),
    }
    return done(job, now, told=told)


BEHAVIOUR = SpList()
