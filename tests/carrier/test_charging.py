"""Charging records: what the bill is made of, what was agreed on the day, and what many ask for at once."""

from datetime import timedelta

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.charging import Charged
from careline.carrier.adapters.sandbox.opening import Held
from careline.carrier.port import Answer, Request
from careline.postgres.sql import counting
from careline.values.language import Text
from tests.carrier.conftest import NOON, Counter, asked, line

TONE = Text("彩铃", "Ringback tone")
CALL = {"kind": "local", "seconds": 62, "cell": "LJ-1"}


def test_records_and_bill_of_a_past_month_are_the_same_items(counter: Counter) -> None:
    number = line(
        bills={1: [("plan", 1800)]},
        charged={1: [Charged("ringback", 800, TONE, agreed=500), Charged("calls", 24, cdr=CALL), Charged("calls", 30)]},
    )
    bill = counter.done(number, "bill", month="2026-10")
    entries = counter.done(number, "charges", month="2026-10")["entries"]
    assert bill["total"] == 2654 == sum(entry["fen"] for entry in entries)
    assert ("本地通话费", "Local calls", 54) in bill["items"]
    assert [entry["kind"] for entry in entries] == ["plan", "subscription", "call", "call"]
    assert entries[1]["agreed_fee"] == 500
    cdr = entries[2]["cdr"]
    assert (cdr["kind"], cdr["seconds"], cdr["cell"], cdr["border"], cdr["home_fee"]) == (
        "local",
        62,
        "LJ-1",
        False,
        None,
    )
    assert cdr["at"] == entries[2]["at"]
    assert entries[3]["cdr"] is None


def test_the_agreed_fee_is_that_of_the_subscription_of_that_day(counter: Counter) -> None:
    number = line(
        basic=9000,
        held=[Held("ringback", TONE, 500, days_ago=20)],
        charged={1: [Charged("ringback", 500, TONE, day=20)]},
    )
    [before] = counter.done(number, "charges", month="2026-10")["entries"]
    assert before["agreed_fee"] is None, "ordered on the 1st of November"
    counter.done(number, "switch_off", "ringback")
    counter.done(number, "charge", amount=500, product="ringback", at=NOON + timedelta(days=2))
    [after] = counter.done(number, "charges", at=NOON + timedelta(days=2))["entries"]
    assert after["agreed_fee"] is None, "ended two days before"


def test_many_ask_for_records_and_histories_in_one_statement_each(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stumbling, "KNOWN_FOR_SECONDS", 3600.0)  # however slow the machine
    numbers = [
        line(basic=1000, held=[Held("ringback", TONE, 500)], charged={1: [Charged("calls", 9)]}) for _ in range(20)
    ]
    requests = [Request("r", number, "charges", values={"month": "2026-10"}) for number in numbers]
    requests += [Request("r", number, "history") for number in numbers]
    asked(counter.carrier, requests[:1])  # the stumbles have been looked up
    with counting() as count:
        answers = asked(counter.carrier, requests)
    assert count.statements == 2
    assert all(isinstance(answer, Answer) and answer.refused is None for answer in answers.values())
    assert (
        len({answer.facts["entries"][0]["id"] for answer in list(answers.values())[:20] if isinstance(answer, Answer)})
        == 1
    )
