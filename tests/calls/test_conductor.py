"""The hotline is called: what is heard, whole and in order, and what becomes of it. All scenes run at the same time."""

from collections.abc import Iterator

import pytest

from tests.calls import scenes_at_once, scenes_in_the_menu
from tests.calls.evening import Evening
from tests.calls.hotline import Hotline
from tests.calls.scenes_at_once import crowd, nameless, two_at_once
from tests.calls.scenes_in_the_menu import (
    SECRET,
    ahead,
    balance,
    barge_in,
    carrier_down,
    clumsy,
    holder,
    leaver,
    secretive,
    service,
    silent,
    slow_carrier,
    strangers,
    twice,
)
from tests.sms.street import rows

pytestmark = pytest.mark.django_db
QUIET_SECONDS = 0.06  # from a key to silence: three packets


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    opened = Evening(hotline, scenes_in_the_menu.SCENES + scenes_at_once.SCENES)
    yield opened
    opened.close()


def test_a_caller_hears_exactly_the_prompts_of_the_way_to_the_balance(evening: Evening) -> None:
    texts, left, attempts = evening.of(balance)
    assert "120.00元" in texts[2]
    assert not left, "these prompts, and not one packet of another"
    assert attempts == [("charges_and_balance", "query", "done", "")]


@pytest.mark.requirement("IVR-01")
def test_a_caller_queries_the_balance_and_opens_and_closes_a_service(evening: Evening) -> None:
    assert "120.00元" in evening.of(balance)[0][2]
    on, attempts = evening.of(service)
    assert on == [True, False]
    assert [one[:3] for one in attempts] == [("caller_id", "subscribe", "done"), ("caller_id", "cancel", "done")]


def test_a_key_stops_the_prompt_at_once(evening: Evening) -> None:
    assert evening.of(barge_in) < QUIET_SECONDS


def test_keys_ahead_are_walked_through_in_their_order(evening: Evening) -> None:
    assert evening.of(ahead)[:3] == ["main", "3", "301"]


def test_while_the_carrier_is_slow_nobody_hears_silence_and_no_key_is_lost(evening: Evening) -> None:
    assert "年份" in evening.of(slow_carrier)[1]


def test_silence_runs_from_the_end_of_the_prompt_and_the_goodbye_is_heard_whole(evening: Evening) -> None:
    patience, asked, last, ended = evening.of(silent)
    assert patience > 5.0
    assert asked != last
    assert ended == "hung_up"


@pytest.mark.requirement("IVR-20")
def test_after_three_wrong_keys_a_person_is_offered_and_the_misses_are_kept(evening: Evening) -> None:
    last, ((_, _, misses),) = evening.of(clumsy)
    assert "找人工客服，请按1" in last
    assert misses == 3


@pytest.mark.requirement("IVR-10")
def test_with_the_carrier_switched_off_the_fault_is_said_and_counted_as_the_systems(evening: Evening) -> None:
    said, attempts = evening.of(carrier_down)
    assert "没有收费" in said
    assert attempts == [("charges_and_balance", "query", "failed", "carrier_fault")]


def test_who_hangs_up_in_the_middle_of_an_order_has_abandoned_it(evening: Evening) -> None:
    journeys, attempts, on = evening.of(leaver)
    assert journeys == [("hung_up", "301", 0)]
    assert [one[:3] for one in attempts] == [("caller_id", "subscribe", "abandoned")]
    assert not on


def test_who_holds_us_hears_the_prompt_again_and_time_stands_still(evening: Evening) -> None:
    before, held, after = evening.of(holder)
    assert before == held == after


def test_passwords_and_numbers_are_in_no_log_and_no_table(evening: Evening) -> None:
    li = evening.of(secretive)
    log = evening.log.getvalue()
    for secret in (SECRET, SECRET[::-1], li.digits, li.national()):
        assert secret not in log
    for table in (
        "ledger_inbox",
        "outbox_message",
        "hall_conversation",
        "ledger_attempt",
        "ledger_open",
        "ledger_journey",
    ):
        kept = evening.hotline.do(rows, f"SELECT row_to_json(t)::text FROM {table} t")
        assert not [row for row in kept if SECRET in row[0] or SECRET[::-1] in row[0]], table


def test_a_second_call_of_a_number_does_not_end_the_first_unless_that_hangs_in_the_network(evening: Evening) -> None:
    (_, first, _), (_, second, _) = evening.of(two_at_once)
    assert (first, second) != ("", "")
    assert len(evening.of(two_at_once)) == 2, "the refused call was no session"


def test_strangers_and_those_who_withhold_their_number_are_told_why(evening: Evening) -> None:
    assert all(evening.of(strangers))


def test_a_moment_that_comes_twice_is_answered_again_and_counts_once(evening: Evening) -> None:
    one, two, attempts = evening.of(twice)
    assert two.clips == one.clips
    assert two.cue.then == "keys", "a usable cue, not a goodbye"
    assert len(attempts) == 1


def test_who_has_a_slow_answer_of_the_carrier_does_not_hold_up_the_others(evening: Evening) -> None:
    told = evening.of(crowd)
    assert told["figures"]["largest_batch"] == 20
    assert told["figures"]["late"] >= 2, "on a busy machine a quick one may be late, too"
    assert max(told["quick"], told["after_quick"]) < told["slow"]
    assert 3.0 <= told["slow"] < told["silent"]
    assert told["in_order"]
    texts = told["texts"]
    assert len(texts) == 22, "one act for each moment"
    assert all("120.00元" in text for text in [texts[0], *texts[2:20]])
    assert all("年份" in text for text in texts[20:])
    assert told["attempts"][1] == [("charges_and_balance", "query", "failed", "carrier_silent")]
    assert all(one == [("charges_and_balance", "query", "done", "")] for one in told["attempts"][2:])


def test_callers_without_a_number_do_not_disturb_each_other(evening: Evening) -> None:
    told = evening.of(nameless)
    assert told["cues"] == [["keys", "person", "True"], ["keys", "hang_up", "True"]] * 10
    assert told["again"] == 0, "nobody waited for another"
    assert told["contacts"] >= 20
    assert not told["rows"]
