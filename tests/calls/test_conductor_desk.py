"""A caller wants a person: queue, music, seats that ring, talks, transfers, callbacks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from careline.desk import recordings
from tests.calls import scenes_at_the_desk, scenes_of_talks
from tests.calls.evening import Evening
from tests.calls.hotline import Hotline
from tests.calls.scenes_at_the_desk import (
    called_back,
    hall_away,
    nobody,
    one_seat,
    screened,
    seat_hangs_up,
    talk_scene,
    transfer,
)
from tests.calls.scenes_of_talks import (
    all_ring,
    closing,
    given_back,
    left_while_passed_on,
    not_taken,
    recorded,
    routed,
    sides,
    too_long,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    opened = Evening(hotline, scenes_at_the_desk.SCENES + scenes_of_talks.SCENES)
    yield opened
    opened.close()


def test_a_caller_is_put_through_and_both_hear_each_other(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["both"] == (True, True)
    contact = told["contact"]
    assert (contact.outcome, contact.ended_by, contact.seat) == ("talked", "customer", "talk-1")
    assert contact.rings == 1
    assert contact.waited_seconds is not None
    assert told["seat"] == "free"
    assert told["journeys"][0][0] == "person"


def test_while_the_seat_holds_the_caller_hears_music(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["music"]
    assert told["again"]
    assert told["contact"].held_seconds > 0


def test_the_seats_telephone_is_told_who_calls_and_why(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["caller"] == told["msisdn"]
    headers = told["headers"]
    assert headers["X-Careline-Language"] == "zh"
    assert headers["X-Careline-Verified"] == "1"
    assert headers["X-Careline-Contact"] == str(told["contact"].id)
    assert "主菜单" in headers["X-Careline-Path"]
    assert told["msisdn"].digits not in " ".join(headers.values())


def test_the_seat_hangs_up_first_and_the_caller_hears_a_goodbye(evening: Evening) -> None:
    contact, last = evening.of(seat_hangs_up)
    assert (contact.outcome, contact.ended_by) == ("talked", "seat")
    assert "再见" in last


def test_when_nobody_answers_the_caller_is_back_in_the_menu(evening: Evening) -> None:
    back, contact = evening.of(nobody)
    assert "请按1" in back
    assert (contact.outcome, contact.ended_by) == ("nobody", "us")
    assert contact.tried


def test_callers_wait_in_order_and_may_leave_and_one_seat_rings_for_one(evening: Evening) -> None:
    told = evening.of(one_seat)
    assert told["places"] == [0, 1]
    assert told["rung"] == 0
    assert told["second"].outcome == "left_queue"
    assert told["third"].outcome == "talked"


def test_a_transfer_by_the_seats_telephone_carries_the_matter(evening: Evening) -> None:
    told = evening.of(transfer)
    assert told["worked"]
    assert told["heard"]
    assert told["summary"] == "主菜单"
    contact = told["contact"]
    assert [(one["from"], one["to"], one["outcome"]) for one in contact.transfers] == [("first", "second", "answered")]
    assert (contact.seat, contact.outcome) == ("second", "talked")


def test_who_asks_for_a_callback_is_called_and_put_through(evening: Evening) -> None:
    told = evening.of(called_back)
    promised = told["promised"]
    assert promised.due_at - promised.promised_at == timedelta(minutes=60)
    assert told["heard"]
    assert told["done"].tries == 1
    assert told["msisdn"].digits in told["called"]


def test_a_screened_number_keeps_the_menu_and_is_told_how_to_write(evening: Evening) -> None:
    told, served, contacts = evening.of(screened)
    assert "书面答复" in told
    assert "120.00元" in served
    assert contacts == 0


def test_a_hall_process_that_goes_away_is_a_fault_that_is_said_and_the_call_goes_on(evening: Evening) -> None:
    menu, journeys, figures = evening.of(hall_away)
    assert menu
    assert len(journeys) == 1
    assert figures["faults"] >= 1
    assert figures["recovered"] >= 1


def test_of_a_group_that_rings_at_once_one_has_the_call_and_the_others_are_let_off(evening: Evening) -> None:
    told = evening.of(all_ring)
    assert told["contact"].seat == "group-2"
    assert told["contact"].ring_seconds >= 0
    assert told["other"] == ("free", 0)


def test_a_transfer_that_nobody_takes_gives_the_caller_back_to_who_passed_him_on(evening: Evening) -> None:
    told = evening.of(not_taken)
    assert not told["worked"]
    assert told["again"]
    contact = told["contact"]
    assert [(one["to"], one["outcome"]) for one in contact.transfers] == [("taker", "missed")]
    assert (contact.outcome, contact.ended_by, contact.seat) == ("talked", "customer", "giver")
    assert told["misses"] == 1


def test_who_hangs_up_while_being_passed_on_leaves_no_telephone_in_a_dead_talk(evening: Evening) -> None:
    told = evening.of(left_while_passed_on)
    assert not told["worked"]
    assert (told["contact"].outcome, told["contact"].ended_by) == ("talked", "customer")
    assert told["seat"] == ("free", 0)


def test_a_seat_gives_the_caller_back_to_the_menu(evening: Evening) -> None:
    contact, served = evening.of(given_back)
    assert (contact.outcome, contact.ended_by) == ("left_queue", "seat")
    assert "120.00元" in served


def test_closing_time_ends_no_talk_and_is_told_to_who_comes_then(evening: Evening) -> None:
    told = evening.of(closing)
    assert told["goes_on"]
    assert "人工" in told["told"]


def test_a_recorded_talk_is_announced_to_both_and_kept_whole_with_a_side_for_each(evening: Evening) -> None:
    told = evening.of(recorded)
    assert str(told["contact"].pk) in told["contact"].recording
    heard, said = sides(told["file"])
    for side, pitch in ((heard, 700), (said, 1300)):
        windows = [side[at : at + 1600].astype(float) for at in range(0, len(side) - 1600, 800)]
        loudest = [int(np.argmax(np.abs(np.fft.rfft(one)))) * 5 for one in windows if np.abs(one).max() > 5000]
        assert loudest.count(pitch) > 2, loudest  # whoever hangs up, a busy machine writes some silence after it
    day = told["contact"].ended_at
    assert evening.hotline.do(recordings.forget, day + timedelta(days=89)) == 0
    assert evening.hotline.do(recordings.forget, day + timedelta(days=91)) == 1
    assert not Path(told["contact"].recording).exists()


def test_self_service_has_a_limit_that_is_told(evening: Evening) -> None:
    assert evening.of(too_long) == "hung_up"


def test_a_matter_is_brought_to_the_queue_that_knows_it(evening: Evening) -> None:
    contact = evening.of(routed)
    assert (contact.queue, contact.seat) == ("functions", "expert")
