"""The janitor: attempts that were begun and never settled are asked about at the carrier, never guessed.

It takes up what a crash left between the two transactions, and what the carrier was silent about. A query is simply
asked again, and so is what gets the answer of the first time when it is asked twice (`port.REPEATABLE`): it is neither
lost nor done twice. For everything else the carrier is asked what became of the reference: `done` and `refused` are
believed at once; `absent` only when it was said ABSENT_TIMES in a row, because a request may still be on its way.
With a `retake`, an order that is absent is asked for again under its reference, which a carrier does once, as long as it
is no older than that, unless its customer has asked for something else since; it is then told like any late answer.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from careline.carrier.port import REPEATABLE, Answer, CarrierError, CarrierSilent, Request
from careline.dialogue import engine
from careline.dialogue.book import Book, Verb
from careline.dialogue.proving import known
from careline.dialogue.rendering import MEDIA
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.hall import errand
from careline.hall.reminding import last_links
from careline.hall.serving import Errand, Serving, may_wait
from careline.identity import recognising
from careline.ledger import attempt, due, tally
from careline.ledger.attempt import Ended
from careline.ledger.due import Open
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

ABSENT_TIMES = 3
TRIES_MAX = 40  # with the spacing below, about a day
# Channels that cannot be written to: sessions that have ended, and pages that nobody looks at for hours.
_OVER = frozenset({*MEDIA, "web", "app"})


@dataclass(slots=True)
class Janitor:
    """Reconciles; `sweep` is called every few seconds by the clock, by as many processes as there are."""

    serving: Serving
    book: Callable[[], Book]
    spacing: timedelta = timedelta(seconds=15)  # between two questions about the same attempt, growing with tries
    shard: int = 0
    notice_link: str = "demo"  # by which callers who never wrote are told what became of their order
    retake: timedelta = timedelta()  # orders that the carrier never got are asked for again for so long; none: never
    _absent: dict[str, int] = field(default_factory=dict)

    def sweep(self, now: datetime) -> int:
        """Take up what is due; returns how many attempts were settled."""
        taken = due.take(now, now + self.spacing)
        if not taken:
            return 0
        book = self.book()
        subscribers = recognising.recognise([one.msisdn for one in taken])
        settled: list[tuple[Open, Telling, str, Job | None]] = []
        again: list[Open] = []
        for one, telling, words, job in self._ask(taken, subscribers, book, now):
            if telling is None:
                again.append(one)
            else:
                settled.append((one, telling, words, job))
        self._settle(settled, subscribers, book, now)
        for one in again:
            due.put_off([one.reference], now + self.spacing * min(one.tries, 60), unknown=True)
        return len(settled)

    def _ask(
        self, taken: Sequence[Open], subscribers: Mapping[Msisdn, Subscriber], book: Book, now: datetime
    ) -> list[tuple[Open, Telling | None, str, Job | None]]:
        results: list[tuple[Open, Telling | None, str, Job | None]] = []
        inquiries: list[tuple[Open, Job | None]] = []
        reads: list[tuple[Open, Job]] = []
        for one in taken:
            job = errand.take_up(one.reference, one.job, book)
            if job is not None and one.msisdn in subscribers and self._again(job, subscribers[one.msisdn], now):
                reads.append((one, job))
            else:
                inquiries.append((one, job))
        results += self._read_again(reads, subscribers, now)
        requests = [
            Request(one.reference, one.msisdn, "inquire", values={"reference": one.reference}, by="system")
            for one, _ in inquiries
        ]
        heard: dict[int, Answer | CarrierError] = {}
        if requests:
            try:
                heard = dict(
                    self.serving.carrier.ask(requests, now=now, time_limit_seconds=self.serving.time_limit_seconds)
                )
            except CarrierError as error:
                heard = dict.fromkeys(range(len(requests)), error)
        absent: list[tuple[Open, Job]] = []
        for index, (one, job) in enumerate(inquiries):
            answer = heard.get(index, CarrierSilent("no answer"))
            if job is not None and one.msisdn in subscribers and self._may_retake(one, job, answer, now):
                absent.append((one, job))
                continue
            words = str(answer) if isinstance(answer, CarrierError) else answer.words
            results.append((one, self._judge(one, answer), words, job))
        late = due.overtaken([one.reference for one, _ in absent])
        results += [
            (one, self._judge(one, Answer(facts={"state": "absent"})), "", job)
            for one, job in absent
            if one.reference in late
        ]
        absent = [row for row in absent if row[0].reference not in late]
        return results + self._read_again(absent, subscribers, now)

    def _may_retake(self, one: Open, job: Job, answer: Answer | CarrierError, now: datetime) -> bool:
        """Whether the carrier knows nothing of an order that is young enough to be asked for again."""
        known = isinstance(answer, CarrierError) or answer.facts.get("state") != "absent"
        return not known and may_wait(job) and now - one.begun_at <= self.retake

    def _again(self, job: Job, subscriber: Subscriber, now: datetime) -> bool:
        """Whether it may simply be asked again."""
        if errand.only_reads(job):
            return True
        try:
            request = self.serving.prepare(job, subscriber, now)
        except Exception:  # it is inquired about instead
            return False
        return request is not None and request.kind in REPEATABLE

    def _read_again(
        self, reads: Sequence[tuple[Open, Job]], subscribers: Mapping[Msisdn, Subscriber], now: datetime
    ) -> list[tuple[Open, Telling | None, str, Job | None]]:
        """What may be asked again is, and is told as it is now; what is not answered then waits for the next time."""
        errands: list[Errand] = []
        results: list[tuple[Open, Telling | None, str, Job | None]] = []
        for index, (one, job) in enumerate(reads):
            request = None
            try:
                request = self.serving.prepare(job, subscribers[one.msisdn], now)
            except Exception:  # one attempt that cannot be asked again must not hold up all others
                log.exception("attempt %s cannot be asked again", one.reference)
            if request is not None:
                errands.append(Errand(index, job, subscribers[one.msisdn], request))
            else:
                results.append((one, Telling(Outcome.FAILED, "hall_fault", Cause.HALL_FAULT), "", job))
        inline = Serving(
            self.serving.carrier, self.serving.behaviours, time_limit_seconds=self.serving.time_limit_seconds
        )
        for result in inline.serve(errands, now, lambda _: None) if errands else []:
            one, job = reads[result.errand.index]
            telling: Telling | None = result.telling
            if result.telling.outcome in (Outcome.UNKNOWN, Outcome.FAILED) and not errand.only_reads(job):
                telling = self._never(one) if one.tries >= TRIES_MAX else None
            elif result.telling.outcome in (Outcome.UNKNOWN, Outcome.FAILED):
                late = one.tries >= ABSENT_TIMES
                telling = Telling(Outcome.FAILED, "carrier_silent_read", Cause.CARRIER_SILENT) if late else None
            results.append((one, telling, result.carrier_words, job))
        return results

    def _judge(self, one: Open, answer: Answer | CarrierError) -> Telling | None:
        """What the carrier's word about a reference means; None: ask again later."""
        if not isinstance(answer, CarrierError):
            state = answer.facts.get("state")
            if state == "done":
                return Telling(Outcome.DONE, "late.done")
            if state == "refused":
                return Telling(Outcome.REFUSED, "late.refused", answer.facts.get("cause") or Cause.NOT_ELIGIBLE)
            if state == "absent":
                self._absent[one.reference] = self._absent.get(one.reference, 0) + 1
                if self._absent[one.reference] >= ABSENT_TIMES:
                    return Telling(Outcome.FAILED, "late.absent", Cause.CARRIER_SILENT)
                return None
        self._absent.pop(one.reference, None)
        return self._never(one) if one.tries >= TRIES_MAX else None

    def _never(self, one: Open) -> Telling:
        log.error("attempt %s stays unknown after %d questions; a person must look", one.reference, one.tries)
        return Telling(Outcome.UNKNOWN, "late.unknown", Cause.CARRIER_SILENT)

    def _settle(
        self,
        settled: Sequence[tuple[Open, Telling, str, Job | None]],
        subscribers: Mapping[Msisdn, Subscriber],
        book: Book,
        now: datetime,
    ) -> None:
        if not settled:
            return
        ends: list[Ended] = []
        letters: list[Letter] = []
        callers = [one.msisdn.digits for one, *_ in settled if one.channel in _OVER]
        links = last_links(callers) if callers else {}
        for (one, telling, words, job), reference in zip(settled, new_reference(len(settled)), strict=True):
            self._absent.pop(one.reference, None)
            ends.append(Ended(one.reference, telling.outcome, telling.cause, now, words))
            subscriber = subscribers.get(one.msisdn)
            language = subscriber.language if subscriber else "zh"
            if job is not None and subscriber is not None and not telling.key.startswith("late."):
                text = engine.conclude({}, job, telling, book, subscriber, now).words.text
            else:
                name = job.service.name if job else ""
                text = engine.render(book, telling.key, {"service": name}, language)
            called = one.channel in _OVER  # the session is over, the page left: what became of it is told by SMS
            if called and job is None:
                continue  # a service password that was checked: nothing to tell
            if _was_check(one):  # its order went no further, for what waited for it was told of no answer
                text = engine.render(book, known(book, "late.password", "error.hall_fault"), {}, language)
            letters.append(
                Letter(
                    id=reference,
                    msisdn=one.msisdn,
                    channel="sms" if called else one.channel,
                    link=links.get(one.msisdn.digits, self.notice_link) if called else one.link,
                    address=one.address,
                    text=text,
                    key=telling.key,
                    in_reply_to="" if called else one.in_reply_to,
                    attempt=one.reference,
                )
            )
        with transaction.atomic():
            # A carrier that is slower than our claim lets another sweep take the same up: it is told once.
            ours = due.still_open([one.reference for one in ends])
            tally.count(attempt.end(ends), self.shard)
            posting.post([one for one in letters if one.attempt in ours], now=now, due_at=now)


def _was_check(one: Open) -> bool:
    """Whether only a service password was checked: what is kept of that is no job, for a password is kept nowhere."""
    return (one.job.get("service"), one.job.get("verb")) == ("password", Verb.STATUS.value)
