"""What is left of an allowance: the allowance less what was used."""

from collections.abc import Callable, Sequence
from datetime import datetime

from careline.behaviours._quotas import asked, quotas_of
from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import how_to, name_of, rows, same, say_quantity
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

Held = tuple[str, str, str, str, int, int]  # id, name zh, name en, unit, used, total


class Quota:
    """Settings: `quota`, the id; `gets`, the service that gives it, for those who do not have it."""

    name = "quota"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", "used_up", Cause.NOT_ON.value, "not_on_get", ANY_REFUSAL) | tails(
        [Verb.DESCRIBE], "done"
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return asked(job, subscriber, quotas_of(job))

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None and answer.refused is not Cause.NOT_ON:
            return refused_by(job, answer, now)
        ids = quotas_of(job)
        held: list[Held] = [one for one in answer.facts.get("quotas") or () if one[5] is not None]
        if len(ids) > 1:
            held = [one for one in held if one[0] in ids]
        if not held:
            return _not_held(job, now)

        told = {
            "left": _said(held, _left),
            "used": _said(held, lambda one: int(one[4])),
            "total": _said(held, lambda one: int(one[5])),
        }
        return done(job, now, "done" if any(map(_left, held)) else "used_up", told)


def _said(held: Sequence[Held], amount: Callable[[Held], int]) -> Text:
    return rows(lambda language: [say_quantity(amount(one), one[3], language) for one in held])


def _left(one: Held) -> int:
    return max(0, one[5] - one[4])


def _not_held(job: Job, now: datetime) -> Telling:
    """The customer has no such allowance; how to get it is said where a service gives it."""
    gets = job.service.settings.get("gets", "")
    if not gets:
        return refused(job, Cause.NOT_ON, {}, now)
    told = {"gets": same(name_of(gets)), "gets_code": same(how_to(Verb.SUBSCRIBE, gets))}
    return refused(job, Cause.NOT_ON, {}, now, "not_on_get", told)


BEHAVIOUR = Quota()
