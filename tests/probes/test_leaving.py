"""Dial tests of leaving: every action is tried on every channel, and none of them ever gives a marked line up."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Answer, Request
from careline.demo.calling import Caller
from careline.offers.models import Leaving
from careline.outbox.models import Message
from careline.probes import lines
from careline.probes.deriving import calls, texts
from careline.probes.probe import Probe, Step
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.halls import Hall, the_book

DEEDS = ("query", "other", "cancel")  # what the menu leads to


def untouched(number: Msisdn, now: datetime) -> bool:
    """Nothing was asked for or agreed, no letter of leaving went out, and the carrier serves the line as before."""
    [(_, told)] = Sandbox().ask([Request(new_reference()[0], number, "account")], now=now, time_limit_seconds=10)
    assert isinstance(told, Answer)
    letters = Message.objects.filter(msisdn=number.digits, key__startswith="leaving.")
    left = told.facts["closing_on"] or told.facts["left_on"]
    return left is None and not letters.exists() and not Leaving.objects.filter(msisdn=number.digits).exists()


def marked(hall: Hall, probe: Probe) -> Msisdn:
    return lines.take(probe, hall.clock(), sandbox=True)


def test_every_text_about_leaving_that_is_derived_leaves_the_marked_line_as_it_was(hall: Hall) -> None:
    derived = [one for one in texts.derive(the_book(), hall.clock()) if one.service == "leaving"]
    assert {one.verb for one in derived} == {"query", "other", "configure", "cancel", "describe"}
    for probe in derived:
        number = marked(hall, probe)
        ends = [hall.say(number, step.what).outcome for step in probe.steps if step.do == "send"]
        assert ends[-1] in (Outcome.DONE, Outcome.REFUSED), probe.id
        assert untouched(number, hall.clock()), probe.id


@pytest.mark.parametrize("channel", ["voice", "ussd"])
def test_every_key_that_is_derived_leaves_it_so_too(hall: Hall, channel: str) -> None:
    book, now = the_book(), hall.clock()
    ways = {name: way for name, way in calls.all_ways(book, now).items() if name.startswith("deed:leaving:")}
    assert {name.rsplit(":", 1)[-1] for name in ways} == set(DEEDS)
    for name, way in ways.items():
        script = calls.deed_script(book, way, now, channel)
        assert script is not None, name
        person = way.subscriber
        probe = Probe(
            name, way.name, channel, tuple(script[0]), region=person.region, brand=person.brand, language=person.language,
            senior=person.senior, basic_fen=5_000,
        )  # fmt: skip
        number = marked(hall, probe)
        walk(Caller(hall.reception, number, hall.clock, channel), script[0])
        assert untouched(number, now), name


def walk(caller: Caller, steps: Sequence[Step]) -> None:
    caller.dial()
    for step in steps:
        if step.do == "press":
            caller.press(step.what)
    caller.hang_up()
