"""Services in use: each with its fee, since when, by whom it was ordered and the code that ends it. Changes nothing."""

from datetime import datetime

from careline.behaviours._holdings import SHOWN_MAX, Holding, listed, told
from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same
from careline.dialogue.talk import Job, Subscriber, Telling

LISTS = ("all", "sp", "product")


class Holdings:
    """Settings: `list`, all, sp (content providers' only) or product (plans and packages only)."""

    name = "holdings"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails(
        [Verb.QUERY], [f"{end}_{which}" for which in LISTS for end in ("done", "many", "none")], ANY_REFUSAL
    ) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        subject = "sp" if _which(job) == "sp" else ""
        return Request(job.reference, subscriber.msisdn, "holdings", subject)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        which = _which(job)
        held = [one for one in answer.facts.get("holdings") or () if _belongs(one, which)]
        if not held:
            return done(job, now, f"none_{which}")
        said = {
            "rows": listed(held, now),
            "told": told(held, now),
            "count": same(str(len(held))),
            "shown": same(str(SHOWN_MAX)),
        }
        return done(job, now, f"many_{which}" if len(held) > SHOWN_MAX else f"done_{which}", said)


def _which(job: Job) -> str:
    return job.service.settings.get("list") or "all"


def _belongs(one: Holding, which: str) -> bool:
    if which == "sp":
        return bool(one.get("provider"))
    # Plans and packages are the carrier's products that hold something, by the names that the catalogue gives them.
    return which == "all" or str(one["product"]).startswith(("tariff_", "pkg_"))


BEHAVIOUR = Holdings()
