"""The sandbox misbehaves when it is told to, and only then; what is believed afterwards is still true."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.models import Stumble
from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.carrier.port import Answer, CarrierBusy, CarrierDown, Request
from careline.postgres.sql import counting
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.carrier.conftest import NOON, Counter, asked, line

TERMS = {"fee": 500}
AT_ONCE = Sandbox(waits=False)


def order(number: Msisdn, reference: str = "order") -> Request:
    return Request(reference, number, "switch_on", "caller_id", TERMS)


def state(counter: Counter, number: Msisdn, reference: str = "order") -> str:
    return str(counter.done(number, "inquire", reference=reference)["state"])


@pytest.mark.parametrize(("mode", "error"), [("down", CarrierDown), ("busy", CarrierBusy)])
def test_down_and_busy_say_so_and_do_nothing(counter: Counter, mode: stumbling.Mode, error: type[Exception]) -> None:
    number = line(basic=1000)
    stumble(mode)
    assert isinstance(asked(counter.carrier, [order(number)])[0], error)
    assert state(counter, number) == "absent"
    recover()
    assert counter.money(number)[0] == 1000


def test_a_refusal_on_request_does_nothing(counter: Counter) -> None:
    number = line(basic=1000)
    stumble("refusing", cause=Cause.CLOSED)
    answer = asked(counter.carrier, [order(number)])[0]
    assert isinstance(answer, Answer)
    assert answer.refused is Cause.CLOSED
    assert state(counter, number) == "absent"


def test_silence_answers_nothing_within_the_limit_though_it_was_done(counter: Counter) -> None:
    number = line(basic=1000)
    stumble("silent", kind="switch_on")
    began = time.monotonic()
    assert asked(counter.carrier, [order(number)], limit=1.0) == {}
    assert time.monotonic() - began >= 1.0
    assert state(counter, number) == "done"
    assert counter.money(number)[0] == 500


def test_silence_without_the_deed_is_found_absent(counter: Counter) -> None:
    number = line(basic=1000)
    stumble("silent_undone", kind="switch_on")
    assert asked(counter.carrier, [order(number)], limit=0.05) == {}
    assert state(counter, number) == "absent"
    assert counter.money(number)[0] == 1000


def test_lying_denies_a_deed_twice_and_then_tells_the_truth(counter: Counter) -> None:
    number = line(basic=1000)
    stumble("lying", kind="switch_on")
    assert asked(AT_ONCE, [order(number)]) == {}
    assert [state(counter, number) for _ in range(4)] == ["absent", "absent", "done", "done"]
    recover()
    # Who believes the lie and asks again under the same reference does no harm.
    assert isinstance(asked(counter.carrier, [order(number)])[0], Answer)
    assert counter.money(number)[0] == 500


def test_slow_answers_come_late_and_do_not_hold_the_others(counter: Counter) -> None:
    slow, swift = line(basic=1000), line(basic=1000)
    stumble("slow", seconds=1.0, msisdns=[slow])
    began, said_after = time.monotonic(), {}
    for index, _ in counter.carrier.ask([order(slow), order(swift)], now=NOON, time_limit_seconds=60):
        said_after[index] = time.monotonic() - began
    assert list(said_after) == [1, 0], "the swift one is not held up"
    assert said_after[0] >= 1.0
    assert asked(AT_ONCE, [order(line(basic=1000)), order(slow, "too-slow")], limit=0.9).keys() == {0}


def test_a_sandbox_that_does_not_wait_is_late_and_silent_at_once(counter: Counter) -> None:
    slow, silent = line(basic=1000), line(basic=1000)
    stumble("slow", seconds=500.0, msisdns=[slow])
    stumble("silent", msisdns=[silent])
    began = time.monotonic()
    assert asked(AT_ONCE, [order(slow), order(silent)], limit=1_000).keys() == {0}
    assert time.monotonic() - began < 400
    recover()
    assert [state(counter, number) for number in (slow, silent)] == ["done", "done"]


def test_duplicate_answers_come_twice_and_are_one_deed(counter: Counter) -> None:
    number = line(basic=1000)
    stumble("duplicate", kind="switch_on")
    answers = list(counter.carrier.ask([order(number)], now=NOON, time_limit_seconds=5))
    assert len(answers) == 2
    assert answers[0] == answers[1]
    recover()
    assert counter.money(number)[0] == 500


def test_a_stumble_can_be_meant_for_some_lines_and_some_times_only(counter: Counter) -> None:
    meant, other = line(basic=5000), line(basic=5000)
    stumble("down", msisdns=[meant], times=2)
    down = [isinstance(asked(counter.carrier, [order(meant, f"r{n}")])[0], CarrierDown) for n in range(4)]
    assert down == [True, True, False, False]
    assert isinstance(asked(counter.carrier, [order(other)])[0], Answer)


def test_times_are_not_overdrawn_by_a_batch(counter: Counter) -> None:
    numbers = [line(basic=1000) for _ in range(5)]
    stumble("busy", times=3)
    answers = asked(counter.carrier, [order(number) for number in numbers])
    assert sum(isinstance(answer, CarrierBusy) for answer in answers.values()) == 3
    assert Stumble.objects.get().times == 0


def test_a_share_of_references_stumbles_and_always_the_same_ones(counter: Counter) -> None:
    number = line(basic=1_000_00)
    requests = [Request(f"share-{n}", number, "points") for n in range(400)]
    stumble("down", share=0.25)
    first, second = (
        {n for n, answer in asked(counter.carrier, requests).items() if isinstance(answer, CarrierDown)}
        for _ in range(2)
    )
    assert first == second
    assert 60 <= len(first) <= 140


def test_what_is_no_way_to_stumble_is_refused(counter: Counter) -> None:
    with pytest.raises(ValueError, match="no way to stumble"):
        stumble("dancing")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a cause"):
        stumble("refusing")


def test_an_upright_carrier_looks_for_stumbles_once_in_a_while_at_most(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stumbling, "KNOWN_FOR_SECONDS", 3600.0)  # in earnest one second
    number = line()
    counter.ask(number, "points")
    with counting() as count:
        for _ in range(5):
            counter.ask(number, "points")
    assert count.statements == 5


def test_another_process_stumbles_within_a_second(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    number = line()
    counter.ask(number, "points")
    Stumble.objects.create(mode="down")  # as another process would
    counter.done(number, "points")
    monkeypatch.setattr(stumbling, "KNOWN_FOR_SECONDS", 0.0)
    assert isinstance(asked(counter.carrier, [Request("r", number, "points")])[0], CarrierDown)
    monkeypatch.undo()
    Stumble.objects.all().delete()
    counter.done(number, "points")


@pytest.fixture(autouse=True)
def behave(db: None) -> Iterator[None]:
    yield
    recover()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_a_carrier_that_is_down(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    number = line(basic=1000)
    counter.ask(number, "points")
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nowhere")
        requests = [order(number), Request("r", number, "points"), Request("i", number, "inquire")]
        assert all(isinstance(answer, CarrierDown) for answer in asked(counter.carrier, requests).values())
        with pytest.raises(CarrierDown):
            counter.carrier.lines([number])
    connection.close()
    assert counter.money(number)[0] == 1000
    forget_lines([number])
