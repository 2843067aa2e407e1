"""What probes may not do: change what real customers have, spend anybody's money, or make a person pick up the telephone.

Derived probes say what they cover. Those written by hand are rehearsed first, against the dialogue alone: what they would
ask the carrier for, and whether they would be put through to a person, is known before anything is dialled.
"""

import os
from datetime import datetime

from careline.dialogue.book import READS, Book, Verb
from careline.dialogue.talk import Subscriber
from careline.probes.deriving.calls import SOMEBODY
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.probe import Probe
from careline.probes.vantage import Vantage

_READS = frozenset(verb.value for verb in READS | {Verb.DESCRIBE, Verb.STATUS, Verb.HELP})


class Forbidden(PermissionError):
    """The probe may not run from this vantage point; the text says why."""


def on_sandbox(vantage: Vantage) -> bool:
    """Whether lines are the sandbox's own, so that they can be opened, spoilt and put back: never with a carrier's adapter."""
    return vantage.sandbox and os.environ.get("CARELINE_CARRIER", "sandbox") == "sandbox"


def check(probe: Probe, vantage: Vantage, book: Book, now: datetime) -> None:
    """Raise Forbidden where this probe would do from here what it may not."""
    if on_sandbox(vantage):
        if not probe.person and reaches_person(probe, book, now):
            raise Forbidden("it would reach a person; whoever means that writes person = true")
        return
    if probe.stumbles or probe.status != "active" or any(step.do == "meanwhile" for step in probe.steps):
        raise Forbidden("it needs a line of the sandbox, which can be spoilt and put back")
    if vantage.test_lines:
        if not probe.person and reaches_person(probe, book, now):
            raise Forbidden("it would reach a person; whoever means that writes person = true")
        return
    changed = changes(probe, book, now) if vantage.ours else declared(probe)
    if changed:
        raise Forbidden(
            f"it changes something ({changed}), and the vantage point does not say that its marked lines are the carrier's"
            " test lines (test_lines = true)"
        )
    if vantage.ours and not probe.person and reaches_person(probe, book, now):
        raise Forbidden("it would reach a person; whoever means that writes person = true")


def declared(probe: Probe) -> str:
    """What a probe says that it changes: SERVICE:VERB, or ""."""
    tokens = [token.split(":", 1)[1] for token in probe.covers if token.startswith("deed:")]
    if probe.verb:
        tokens.append(f"{probe.service}:{probe.verb}")
    return next((token for token in tokens if token.rsplit(":", 1)[-1] not in _READS), "")


def changes(probe: Probe, book: Book, now: datetime) -> str:
    """What a probe would change, by what it says and by its rehearsal; "" for nothing."""
    if found := declared(probe):
        return found
    for step in probe.steps:
        if (
            step.do == "pick"
            and step.what.partition("?")[0].split(":")[1:2] != []
            and (step.what.partition("?")[0].split(":")[1] not in _READS)
        ):
            return step.what.partition("?")[0]
    return next((deed for deed in _rehearsed(probe, book, now)[0] if deed.rsplit(":", 1)[-1] not in _READS), "")


def reaches_person(probe: Probe, book: Book, now: datetime) -> bool:
    """Whether a probe would be put through; only those that somebody wrote can."""
    return probe.source != "book" and _rehearsed(probe, book, now)[1]


def _rehearsed(probe: Probe, book: Book, now: datetime) -> tuple[list[str], bool]:
    """What the carrier would be asked for (SERVICE:VERB), and whether a person would be called."""
    if probe.source == "book" or probe.channel not in ("voice", "ussd", "sms"):
        return [], False
    region = probe.region or next(iter(sorted(book.regions)), "")
    brand = probe.brand or next(iter(sorted(book.brands)), "")
    subscriber = Subscriber(SOMEBODY, brand, region, probe.language, senior=probe.senior)
    rehearsal = Rehearsal(book, subscriber, now, channel=probe.channel)
    deeds: list[str] = []
    for step in probe.steps:
        if step.do == "dial":
            rehearsal = Rehearsal(book, subscriber, now, channel=probe.channel).hello()
        elif step.do == "press":
            rehearsal.press(step.what)
        elif step.do == "send":
            rehearsal.text(step.what)
        else:
            continue
        if rehearsal.then == "person":
            return deeds, True
        while rehearsal.job is not None:  # once the service password was right, what waited for it as well
            deeds.append(f"{rehearsal.job.service.id}:{rehearsal.job.verb.value}")
            rehearsal.go_on()
    return deeds, rehearsal.then == "person"
