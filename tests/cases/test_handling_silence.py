"""Customers who do not say whether they are satisfied: reminded, then filed, never without a letter and never as satisfied."""

from datetime import timedelta

import pytest

from careline.cases import handling
from careline.cases.ending import CLOSED_AFTER, FILED_AFTER, REMINDED_AFTER, REMINDED_BEFORE
from careline.cases.states import NotAllowed, State
from tests.cases.desk import NOON, deeds_of, led, letters, promised, read

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def keys(docket: str) -> list[str]:
    return [key for key, _ in letters(docket)]


def test_who_does_not_answer_is_reminded_first_and_filed_later_each_with_a_letter() -> None:
    docket = led(State.CONFIRMING)
    assert handling.silence(NOON + REMINDED_AFTER - SECOND) == 0
    assert handling.silence(NOON + REMINDED_AFTER) == 1
    assert letters(docket)[-1][1].startswith(f"编号{docket}的结果您还没有答复。11月17日12:00前没有您的消息，我们先存档")
    assert handling.silence(NOON + FILED_AFTER - SECOND) == 0
    assert read(docket).state == State.CONFIRMING
    assert handling.silence(NOON + FILED_AFTER) == 1
    case = read(docket)
    assert (case.state, case.satisfied, case.summary) == (State.ARCHIVED, None, "已退还20元")
    assert keys(docket)[-2:] == ["case.silence", "case.filed"]
    assert set(promised(docket).values()) == {"kept"}
    assert handling.silence(NOON + FILED_AFTER + timedelta(days=9)) == 0


def test_a_sweep_that_was_down_for_weeks_still_reminds_first_and_leaves_time() -> None:
    docket = led(State.CONFIRMING)
    late = NOON + timedelta(days=30)
    assert handling.silence(late) == 1
    assert handling.silence(late + SECOND) == 0
    assert read(docket).state == State.CONFIRMING
    assert handling.silence(late + REMINDED_BEFORE) == 1
    assert read(docket).state == State.ARCHIVED


@pytest.mark.parametrize("satisfied", [True, False])
def test_who_answers_after_the_reminder_is_not_filed_by_the_clock(satisfied: bool) -> None:
    docket = led(State.CONFIRMING)
    handling.silence(NOON + REMINDED_AFTER)
    handling.customer_says(docket, satisfied, channel="sms", by="subscriber", now=NOON + REMINDED_AFTER)
    assert handling.silence(NOON + FILED_AFTER) == 0
    assert read(docket).state == (State.CONFIRMING if satisfied else State.ANALYSING)


def test_another_round_has_silence_of_its_own() -> None:
    docket = led(State.CONFIRMING)
    handling.silence(NOON + REMINDED_AFTER)
    again = NOON + timedelta(days=5)
    handling.customer_says(docket, False, channel="sms", by="subscriber", now=again)
    handling.solve_on_site(docket, "再退10元", by="wang", now=again)
    handling.reply(docket, "又退了10元", by="wang", now=again)
    assert handling.silence(NOON + FILED_AFTER) == 0
    assert handling.silence(again + REMINDED_AFTER) == 1
    assert deeds_of(docket).count("silence_told") == 2


def test_whoever_was_filed_unheard_can_come_back_and_is_not_asked_for_a_rating() -> None:
    docket = led(State.CONFIRMING)
    handling.silence(NOON + REMINDED_AFTER)
    handling.silence(NOON + FILED_AFTER)
    handling.close(docket, by="clock", now=NOON + FILED_AFTER)
    assert "case.rate" not in keys(docket)
    case = handling.reopen(docket, "没解决", channel="sms", by="subscriber", now=NOON + timedelta(days=20))
    assert (case.state, case.round) == (State.ANALYSING, 2)


def test_nobody_but_the_clock_files_without_an_answer() -> None:
    docket = led(State.CONFIRMING)
    handling.silence(NOON + REMINDED_AFTER)
    with pytest.raises(NotAllowed, match="unsatisfied"):
        handling.archive(docket, "客户没回", by="wang", now=NOON + FILED_AFTER)


def test_who_has_no_number_is_never_filed_unasked() -> None:
    docket = led(State.PLAN, msisdn=None)
    handling.reply(docket, "已退", by="wang", now=NOON)
    assert handling.silence(NOON + timedelta(days=60)) == 0
    assert read(docket).state == State.REPLIED


def test_what_nobody_closes_is_closed_by_the_clock_and_the_customer_asked_for_a_rating() -> None:
    docket = led(State.ARCHIVED)
    assert handling.finish(NOON + CLOSED_AFTER - SECOND) == 0
    assert handling.finish(NOON + CLOSED_AFTER) == 1
    assert (read(docket).state, keys(docket)[-1]) == (State.CLOSED, "case.rate")
    assert handling.finish(NOON + CLOSED_AFTER) == 0


def test_what_came_back_meanwhile_is_not_closed() -> None:
    docket = led(State.ARCHIVED)
    handling.reopen(docket, "又扣了", channel="sms", by="subscriber", now=NOON + SECOND)
    assert handling.finish(NOON + CLOSED_AFTER) == 0
    assert read(docket).state == State.ANALYSING


def test_a_full_hand_is_not_more_than_the_limit() -> None:
    for number in range(3):
        led(State.CONFIRMING, matter=f"item-{number}")
    assert handling.silence(NOON + REMINDED_AFTER, limit=2) == 2
    assert handling.silence(NOON + REMINDED_AFTER, limit=2) == 1
