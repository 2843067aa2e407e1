"""What was used this month, of one quota, several or all that have an allowance."""

from datetime import datetime

from careline.behaviours._quotas import asked, quotas_of
from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, say_quantity
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

Quota = tuple[str, str, str, str, int, int | None]  # id, name zh, name en, unit, used, total
SHOWN_MAX = 8  # quotas in one answer


class Usage:
    """Settings: `quota`, a quota's id, or several by commas; empty: all that have an allowance."""

    name = "usage"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", "of_allowance", "several", "none", ANY_REFUSAL) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return asked(job, subscriber, quotas_of(job))

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is Cause.NOT_ON:
            return done(job, now, "none")
        if answer.refused is not None:
            return refused_by(job, answer, now)
        found: list[Quota] = list(answer.facts.get("quotas") or ())
        ids = quotas_of(job)
        if len(ids) > 1:
            found = [quota for quota in found if quota[0] in ids]
        elif not ids:
            found = [quota for quota in found if quota[5] is not None]
        if not found:
            return done(job, now, "none")
        if len(found) > 1 or not ids:
            return done(job, now, "several", {"quotas": rows(lambda language: _several(found, language))})
        _, _, _, unit, used, total = found[0]
        said = {"used": rows(lambda language: [say_quantity(used, unit, language)])}
        if total is None:
            return done(job, now, told=said)
        said["total"] = rows(lambda language: [say_quantity(total, unit, language)])
        return done(job, now, "of_allowance", said)


def _several(found: list[Quota], language: str) -> list[str]:
    said = [_named(quota, language) for quota in found[:SHOWN_MAX]]
    more = len(found) - SHOWN_MAX
    if more > 0:
        said.append(f"and {more} more" if language == "en" else f"另有{more}项")
    return said


def _named(quota: Quota, language: str) -> str:
    _, zh, en, unit, used, total = quota
    said = f"{Text(zh, en).read(language)} {say_quantity(used, unit, language)}"
    return said if total is None else f"{said}/{say_quantity(total, unit, language)}"


BEHAVIOUR = Usage()
