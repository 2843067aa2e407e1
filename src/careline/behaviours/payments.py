"""What was paid, topped up or given back: the latest entries, or those of a month."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, local, rows, same, say_date, say_money, say_month
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.language import Text

SHOWN_MAX = 6  # entries in one answer, the newest first


class Payments:
    """Settings: `list`, one of payments, topups, returned. Parameter: `month`, else the latest are told."""

    name = "payments"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", "none", "done_month", "none_month", ANY_REFUSAL) | tails(
        [Verb.DESCRIBE], "done"
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        month = job.parameters.get("month")
        values = {"month": month} if month else {}
        subject = job.service.settings.get("list", "payments")
        return Request(job.reference, subscriber.msisdn, "payments", subject, values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        entries = sorted(answer.facts.get("entries") or (), key=lambda entry: str(entry[0]), reverse=True)
        today = local(now).date()

        def said(language: str) -> list[str]:
            return [
                f"{say_date(day, language, near=today)} {say_money(fen, language)} {Text(zh, en).read(language)}"
                for day, fen, zh, en in entries[:SHOWN_MAX]
            ]

        told = {"entries": rows(said), "count": same(str(len(entries)))}
        month = job.parameters.get("month")
        if month:
            told["month"] = both(say_month, month)
        key = "done" if entries else "none"
        return done(job, now, f"{key}_month" if month else key, told)


BEHAVIOUR = Payments()
