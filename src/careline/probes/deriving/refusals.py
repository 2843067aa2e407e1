"""Probes of what the carrier says no to or fails at: the sandbox is made to do so for one marked line.

An error counts as met only where its own prompt tells it: a kind of service that has words of its own for a refusal tells
another text, so the first one is taken that has none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from careline.catalogue.samples import placeholders
from careline.dialogue.book import OPENS, READS, Book, Service, Verb
from careline.dialogue.rendering import key_of
from careline.dialogue.saying import UNTOLD, both, say_fee, say_per
from careline.dialogue.talk import Job, Telling
from careline.probes.deriving.calls import ANSWERS_MAX, Way, answer
from careline.probes.deriving.mistakes import error_probe
from careline.probes.deriving.rehearsal import MANNERS, Rehearsal, template
from careline.probes.deriving.wishes import customers
from careline.probes.probe import Probe, Step, Wanted
from careline.values.cause import Cause, CauseClass
from careline.values.language import Text
from careline.values.outcome import Outcome

WITHIN_SECONDS = 25.0  # longer than the carrier's time limit
STUMBLES: Mapping[Cause, str] = MappingProxyType(
    {Cause.CARRIER_FAULT: "down", Cause.CARRIER_BUSY: "busy", Cause.CARRIER_SILENT: "silent_undone"}
)
# Causes that a carrier's system refuses with, and those of its passwords.
REFUSED = tuple(
    cause
    for cause in Cause
    if cause.kind is CauseClass.BUSINESS or cause in (Cause.WRONG_PASSWORD, Cause.TOO_MANY_TRIES)
)
ASKED = frozenset({"toggle", "package", "account", "bill", "usage", "points"})  # kinds of service that the carrier does
_TRIED_MAX = 80  # actions that are tried for a refusal which is told in its own words


@dataclass(frozen=True, slots=True)
class Asked:
    """The carrier is asked for this with the last of these steps."""

    rehearsal: Rehearsal
    steps: tuple[Step, ...]

    def meets(self, cause: Cause) -> Probe | None:
        """The probe for which the carrier refuses or fails so; None where another text would tell it."""
        job, book, manner = self.rehearsal.job, self.rehearsal.book, MANNERS.get(self.rehearsal.channel, "")
        assert job is not None
        if cause is Cause.CARRIER_SILENT and job.verb in READS:
            return None  # a question is only asked again
        outcome = Outcome.UNKNOWN if cause is Cause.CARRIER_SILENT else Outcome.FAILED
        outcome = Outcome.REFUSED if cause.kind is CauseClass.BUSINESS else outcome
        telling = Telling(outcome, cause.value, cause, {**UNTOLD.get(cause, {}), **_price(job)})
        key, text = key_of(book, job, telling, manner)
        own = f"{job.service.behaviour}.{job.verb.value}.{cause.value}"
        if key != f"error.{cause.value}" or text is None or key == own:
            return None
        prefixed = f"{manner}.{key}" if f"{manner}.{key}" in book.words else key
        words = template(book, prefixed)
        assert words is not None
        wanted = Wanted(keys=(prefixed,))
        if set(placeholders(words.zh)) <= {"service", *telling.values}:
            said = replace(self.rehearsal).go_on(telling).said
            wanted = Wanted(text=said.split("\n")[0])
        steps = [*self.steps[:-1], replace(self.steps[-1], wanted=wanted, within_seconds=WITHIN_SECONDS)]
        probe = error_probe(book, self.rehearsal.channel, cause.value, self.rehearsal.subscriber, steps)
        return replace(probe, stumbles=STUMBLES.get(cause) or f"refusing:{cause.value}")


def _price(job: Job) -> Mapping[str, str | Text]:
    """What it costs, as behaviours say it, where no tier is left open."""
    if job.service.tiers and job.tier is None:
        return {}
    cost, per = (job.tier or job.service).price, job.service.per
    return {"price": both(say_fee, cost, per), "per": both(say_per, per) if cost else ""}


def refused(book: Book, asked: Iterator[Asked]) -> dict[str, Probe]:
    """Kind of error -> a probe for which the sandbox is made to refuse or to fail with it."""
    found: dict[str, Probe] = {}
    open_ = [*STUMBLES, *REFUSED]
    open_ = [cause for cause in open_ if f"error.{cause.value}" in book.words]
    for tried, one in enumerate(asked):
        for cause in list(open_):
            if probe := one.meets(cause):
                found[cause.value] = probe
                open_.remove(cause)
        if not open_ or tried >= _TRIED_MAX:
            break
    return found


def by_call(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    return refused(book, _by_keys(book, ways, now))


def by_text(book: Book, language: str, now: datetime) -> dict[str, Probe]:
    return refused(book, _by_name(book, language, now))


def _by_keys(book: Book, ways: Mapping[str, Way], now: datetime) -> Iterator[Asked]:
    """What callers can have the carrier do, each with the keys that lead there."""
    for way in ways.values():
        service = book.services.get(way.choice.service) if way.choice is not None else None
        if service is None or service.behaviour not in ASKED or way.subscriber.senior:
            continue
        rehearsal = Rehearsal(book, way.subscriber, now).hello()
        steps, pressed = [Step("dial", wanted=Wanted(text=rehearsal.said), whole=False)], way.keys
        for _ in range(ANSWERS_MAX):
            rehearsal.press(pressed)
            if rehearsal.then == "person" or rehearsal.checks_password:
                break
            if rehearsal.job is not None:
                yield Asked(rehearsal, (*steps, Step("press", pressed)))
                break
            steps.append(Step("press", pressed, Wanted(text=rehearsal.said)))
            pressed = answer(book, rehearsal)
            if not pressed:
                break


def _by_name(book: Book, language: str, now: datetime) -> Iterator[Asked]:
    """What customers can have the carrier do by naming it: questions, then orders and their yes."""
    people = {name: replace(person, language=language) for name, person in customers(book, now)}
    known = [book.services[name] for name in people]
    for verbs, sentence in (
        (frozenset({Verb.QUERY}), "查询{name}"),
        (OPENS, "开通{name}"),
        ({Verb.CANCEL}, "取消{name}"),
    ):
        for service in known:
            if service.behaviour in ASKED and _has(service, verbs):
                rehearsal = Rehearsal(book, people[service.id], now, channel="sms")
                first = sentence.format(name=service.name.zh)
                rehearsal.text(first)
                steps = [Step("send", first)]
                if rehearsal.asks == "confirm":
                    steps = [Step("send", first, Wanted(text=rehearsal.said)), Step("send", "是")]
                    rehearsal.text("是")
                if rehearsal.job is not None and rehearsal.job.service is service:
                    yield Asked(rehearsal, tuple(steps))


def _has(service: Service, verbs: frozenset[Verb] | set[Verb]) -> bool:
    return any(verb in verbs and not action.closed for verb, action in service.actions.items())
