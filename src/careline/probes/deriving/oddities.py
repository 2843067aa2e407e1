"""Probes of what only time and chance bring: an answer too late, a catalogue that changed meanwhile, records that are spoilt."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from careline.catalogue.error_prompts import FAULTS
from careline.dialogue.book import Book
from careline.dialogue.rendering import render
from careline.probes.deriving.calls import Way
from careline.probes.deriving.mistakes import error_probe
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.deriving.wishes import customers
from careline.probes.meanwhile import DAMAGE, LAPSE, LOSE, WITHDRAW, changed
from careline.probes.probe import Probe, Step, Wanted

RECOVER_SECONDS = 30.0  # longer than a line waits for the hall before it gives up
_ANY_KEY = "1"


def by_call(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe by telephone."""
    main = next(way for name, way in ways.items() if name.startswith("node:") and not way.keys)
    greeting = Rehearsal(book, main.subscriber, now).hello().said
    dial = Step("dial", wanted=Wanted(text=greeting), whole=False)
    fault = render(book, "error.hall_fault", {}, main.subscriber.language, "voice")
    steps = [dial, Step("meanwhile", DAMAGE), Step("press", _ANY_KEY, Wanted(text=fault)), Step("hang_up")]
    found = {"hall_fault": error_probe(book, "voice", "hall_fault", main.subscriber, steps)}
    found |= _faults(book, main, dial)
    if probe := _withdrawn(book, ways, now):
        found["not_here"] = probe
    return found


def _faults(book: Book, main: Way, dial: Step) -> dict[str, Probe]:
    """What the line says by itself when the hall cannot take anything in, one after the other.

    The last but one puts the caller through: this line is screened, so nobody is called.
    """
    found: dict[str, Probe] = {}
    steps = [dial, Step("meanwhile", LOSE)]
    for kind in FAULTS:
        if f"voice.{kind}" not in book.words:
            break
        do = Step("wait" if found else "press", "" if found else _ANY_KEY)
        steps = [*steps, replace(do, wanted=Wanted(keys=(f"voice.{kind}",)), within_seconds=RECOVER_SECONDS)]
        probe = error_probe(book, "voice", kind, main.subscriber, [*steps, Step("hang_up")])
        found[kind] = replace(probe, status="screened")
    return found


def _withdrawn(book: Book, ways: Mapping[str, Way], now: datetime) -> Probe | None:
    """A list is read out, and what is chosen from it has left the catalogue meanwhile."""
    for name, way in ways.items():
        if not name.startswith("deed:") or way.subscriber.senior:
            continue
        rehearsal = Rehearsal(book, way.subscriber, now).hello()
        greeting = rehearsal.said
        rehearsal.press(way.keys)
        if rehearsal.job is not None and not rehearsal.checks_password:
            rehearsal.go_on()
        question = rehearsal.state.get("question") or {}
        if question.get("kind") != "choose" or question.get("intent") or not rehearsal.said:
            continue
        listed = rehearsal.said
        rehearsal.state = changed(rehearsal.state, WITHDRAW)
        if rehearsal.press(_ANY_KEY).key != "error.not_here":
            continue
        steps = [
            Step("dial", wanted=Wanted(text=greeting), whole=False),
            Step("press", way.keys, Wanted(after=listed.split("\n")[-1])),
            Step("meanwhile", WITHDRAW),
            Step("press", _ANY_KEY, Wanted(text=rehearsal.said.split("\n")[0])),
            Step("hang_up"),
        ]
        return error_probe(book, "voice", "not_here", way.subscriber, steps)
    return None


def by_text(book: Book, language: str, now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe by SMS: the yes that comes after its time, and an error of our own."""
    found: dict[str, Probe] = {}
    for name, somebody in customers(book, now):
        person = replace(somebody, language=language)
        rehearsal = Rehearsal(book, person, now, channel="sms")
        first = f"开通{book.services[name].name.zh}"
        asked = rehearsal.text(first).said
        if rehearsal.asks != "confirm" or rehearsal.key.startswith("error."):
            continue
        ask = Step("send", first, Wanted(text=asked))
        fault = render(book, "error.hall_fault", {}, person.language)
        broken = [ask, Step("meanwhile", DAMAGE), Step("send", "是", Wanted(text=fault))]
        found.setdefault("hall_fault", error_probe(book, "sms", "hall_fault", person, broken))
        rehearsal.state = changed(rehearsal.state, LAPSE)
        if rehearsal.text("是").key == "error.no_answer":
            late = [ask, Step("meanwhile", LAPSE), Step("send", "是", Wanted(text=rehearsal.said))]
            found["no_answer"] = error_probe(book, "sms", "no_answer", person, late)
            break
    return found
