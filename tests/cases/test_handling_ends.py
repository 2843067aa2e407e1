"""The end of a case: the reply, the customer's yes or no, the archive, the rating, and coming back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from careline.cases import handling, supporting, telling
from careline.cases.records.help import Task
from careline.cases.states import OPEN, WAYS, NotAllowed, State
from careline.identity.models import Staff
from careline.postgres import sql
from tests.cases.desk import NOON, analysed, deeds_of, hire, led, letters, promised, read, settled, task_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
DO: dict[str, Any] = {"by": "wang", "now": LATER}
CUSTOMER_SAYS: dict[str, Any] = {"channel": "sms", "by": "subscriber", "now": LATER}


def test_a_reply_needs_a_plan_and_words_that_fit_into_a_letter() -> None:
    settled()
    docket = led(State.SUPPORT)
    supporting.answer_task(task_of(docket).pk, "退20元", by="sun", now=LATER)
    for words, code in (("已退", "no_plan"), (" ", "no_words"), ("退" * 301, "too_long")):
        with pytest.raises(NotAllowed, match=code):
            handling.reply(docket, words, **DO)
    handling.decide(docket, "退20元", **DO)
    handling.reply(docket, "已退", **DO)
    assert read(docket).state == State.CONFIRMING


def test_the_reply_keeps_what_was_promised_and_asks_for_satisfaction_in_the_same_letter() -> None:
    docket = led(State.CONFIRMING)
    assert promised(docket) | {"regulator": "open"} == {
        "first_reply": "kept",
        "progress": "kept",
        "solution": "kept",
        "regulator": "open",
    }
    assert letters(docket)[-1] == (
        "case.reply",
        f"编号{docket}的结果：已退还20元。满意请回“满意”，不满意请回“不满意”。",
    )


@pytest.mark.requirement("CMP-12")
def test_an_apology_is_kept_apart_from_blame_and_is_never_left_out_when_it_was_our_fault() -> None:
    theirs = led(State.PLAN, words="彩铃没订过", matter="ring")
    ours = led(State.PLAN)
    handling.decide(ours, "退20元", "company", **DO)
    handling.reply(ours, "已退", **DO)
    assert letters(ours)[-1] == (
        "case.reply",
        f"让您添了麻烦，很抱歉。编号{ours}的结果：已退。满意请回“满意”，不满意请回“不满意”。",
    )
    assert read(ours).apologised_at == LATER
    handling.reply(theirs, "是家人开通的", True, "可以给号码加锁", **DO)
    case = read(theirs)
    assert (case.blame, case.apologised_at, case.alternative) == ("", LATER, "可以给号码加锁")


def test_an_alternative_is_offered_in_the_reply() -> None:
    docket = led(State.PLAN)
    handling.reply(docket, "这笔不能退", alternative="下月起换成便宜的套餐", **DO)
    assert letters(docket)[-1][1] == (
        f"编号{docket}的结果：这笔不能退。也可以：下月起换成便宜的套餐。满意请回“满意”，不满意请回“不满意”。"
    )


@pytest.mark.requirement("CMP-06")
def test_not_satisfied_is_another_round_more_urgent_with_promises_of_its_own() -> None:
    docket = led(State.CONFIRMING)
    before = read(docket)
    case = handling.customer_says(docket, False, words="没退够", rating=2, **CUSTOMER_SAYS)
    assert (case.state, case.round, case.satisfied, case.rating) == (State.ANALYSING, 2, False, 2)
    assert case.priority > before.priority
    assert promised(docket)["solution"] == promised(docket)["progress"] == "open"
    assert promised(docket)["first_reply"] == "kept"
    assert letters(docket)[-1][0] == "case.again"
    handling.solve_on_site(docket, "再退10元", **DO)
    handling.reply(docket, "又退了10元", **DO)
    assert read(docket).state == State.CONFIRMING
    assert read(docket).satisfied is None


def test_what_the_customer_says_counts_once_for_each_contact() -> None:
    docket = led(State.CONFIRMING)
    for _ in range(3):
        handling.customer_says(docket, False, key="sms:test:no", **CUSTOMER_SAYS)
    assert read(docket).round == 2
    assert deeds_of(docket).count("unsatisfied") == 1


@pytest.mark.requirement("CMP-14")
def test_archiving_needs_the_customer_s_yes_and_a_summary() -> None:
    docket = led(State.CONFIRMING)
    with pytest.raises(NotAllowed, match="unsatisfied"):
        handling.archive(docket, "计费规则配错", **DO)
    handling.customer_says(docket, True, **CUSTOMER_SAYS)
    with pytest.raises(NotAllowed, match="no_summary"):
        handling.archive(docket, "  ", **DO)
    case = handling.archive(docket, "计费规则配错", **DO)
    assert (case.state, case.summary, case.archived_at) == (State.ARCHIVED, "计费规则配错", LATER)
    assert set(promised(docket).values()) == {"kept"}


def test_what_departments_still_owe_at_the_end_is_not_owed_any_more() -> None:
    settled()
    docket = led(State.SUPPORT)
    handling.decide(docket, "退20元", **DO)
    handling.reply(docket, "已退", **DO)
    handling.customer_says(docket, True, **CUSTOMER_SAYS)
    handling.archive(docket, "自己查明", **DO)
    assert not Task.objects.filter(case__docket=docket, answered_at=None).exists()
    assert promised(docket)["department"] == "cancelled"
    assert read(docket).next_at is None


def test_closing_invites_a_rating_once_and_only_the_customer_gives_it() -> None:
    docket = led(State.CLOSED)
    assert letters(docket)[-1][0] == "case.rate"
    for rating, by, code in (
        (0, "subscriber", "bad_rating"),
        (6, "subscriber", "bad_rating"),
        (5, "wang", "not_customer"),
    ):
        with pytest.raises(NotAllowed, match=code):
            handling.rate(docket, rating, by=by, now=LATER)
    handling.rate(docket, 4, channel="sms", by="subscriber", now=LATER)
    with pytest.raises(NotAllowed, match="rated"):
        handling.rate(docket, 5, by="subscriber", now=LATER)
    assert read(docket).rating == 4


def test_staff_can_write_down_a_yes_from_the_phone_but_no_rating() -> None:
    docket = led(State.CONFIRMING)
    with pytest.raises(NotAllowed, match="not_customer"):
        handling.customer_says(docket, True, rating=5, channel="voice", **DO)
    assert handling.customer_says(docket, True, channel="voice", **DO).satisfied
    assert read(docket).rating is None


def test_who_rated_with_the_answer_is_not_asked_for_a_rating() -> None:
    docket = led(State.CONFIRMING)
    handling.customer_says(docket, True, rating=5, **CUSTOMER_SAYS)
    handling.archive(docket, "计费规则配错", **DO)
    handling.close(docket, **DO)
    assert letters(docket)[-1][0] == "case.archived"


def test_a_case_is_rated_only_when_it_is_over() -> None:
    docket = led(State.RECORDED)
    with pytest.raises(NotAllowed, match="way"):
        handling.rate(docket, 5, by="subscriber", now=LATER)


@pytest.mark.parametrize("end", [State.ARCHIVED, State.CLOSED])
def test_a_new_contact_reopens_the_same_case_with_the_same_owner(end: State) -> None:
    settled()
    docket = led(end)
    case = handling.reopen(docket, "又扣了一次", key="sms:test:again", **CUSTOMER_SAYS)
    assert (case.state, case.round, case.owner, case.repeats) == (State.ANALYSING, 2, "wang", 1)
    assert (case.archived_at, case.satisfied) == (None, None)
    assert letters(docket)[-1][0] == "case.reopened"
    assert promised(docket)["regulator"] == promised(docket)["solution"] == "open"
    assert handling.reopen(docket, "又扣了一次", key="sms:test:again", **CUSTOMER_SAYS).round == 2
    handling.solve_on_site(docket, "再退", **DO)


def test_what_comes_back_after_its_owner_left_goes_to_the_next_handler() -> None:
    settled()
    docket = led(State.CLOSED)
    Staff.objects.filter(username="wang").update(is_active=False)
    hire("qian", "handler")
    handling.reopen(docket, "又扣了一次", **CUSTOMER_SAYS)
    assert read(docket).owner == "qian"


def test_what_has_a_newer_open_case_is_not_opened_beside_it() -> None:
    old = led(State.CLOSED)
    new = analysed(now=NOON + timedelta(days=2))
    with pytest.raises(NotAllowed) as refused:
        handling.reopen(old, "又扣了", **CUSTOMER_SAYS)
    assert refused.value.args == ("open_elsewhere", new)


def test_an_open_case_cannot_be_opened_again() -> None:
    with pytest.raises(NotAllowed, match="way"):
        handling.reopen(analysed(), "又扣了", **CUSTOMER_SAYS)


@pytest.mark.requirement("CMP-11")
def test_offers_are_kept_with_their_answers_and_a_no_needs_the_limits_told() -> None:
    settled()
    docket = analysed()
    first = handling.offer(docket, "送100M流量", **DO)
    with pytest.raises(NotAllowed, match="limits_untold"):
        handling.offer_answered(first.pk, False, **DO)
    handling.offer_answered(first.pk, False, True, **DO)
    second = handling.offer(docket, "减免一个月月租", 20_00, **DO)
    handling.offer_answered(second.pk, True, **DO)
    with pytest.raises(NotAllowed, match="answered"):
        handling.offer_answered(second.pk, False, True, **DO)
    told = [(one.accepted, one.limits_told) for one in read(docket).offers.order_by("id")]
    assert told == [(False, True), (True, False)]
    assert deeds_of(docket)[-4:] == ["offered", "offer_declined", "offered", "offer_accepted"]


@pytest.mark.requirement("CMP-11")
def test_nobody_offers_more_than_may_be_offered() -> None:
    settled()
    docket = analysed()
    for by, amount in (("wang", 50_01), ("chen", 500_01), ("wang", -1)):
        with pytest.raises(NotAllowed, match="above_limit"):
            handling.offer(docket, "赔钱", amount, by=by, now=LATER)
    assert handling.offer(docket, "减免", 500_00, by="chen", now=LATER).amount == 500_00


def test_who_saw_an_older_version_is_refused() -> None:
    docket = analysed()
    seen = read(docket).version
    handling.remark(docket, "打过电话", by="liu", now=LATER, expected=seen)
    with pytest.raises(NotAllowed, match="moved"):
        handling.solve_on_site(docket, "退", expected=seen, **DO)
    assert read(docket).state == State.ANALYSING


def test_a_plan_that_does_not_meet_the_need_goes_back_with_a_reason() -> None:
    docket = led(State.PLAN)
    with pytest.raises(NotAllowed, match="no_reason"):
        handling.reconsider(docket, " ", **DO)
    assert handling.reconsider(docket, "客户要的是停掉业务", **DO).state == State.ANALYSING


def test_the_database_itself_keeps_the_history() -> None:
    docket = analysed()
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        read(docket).events.update(words="ganz anders")


def test_no_verb_takes_more_statements_for_a_longer_history() -> None:
    settled()
    docket = analysed()

    def statements() -> int:
        with sql.counting() as count:
            telling.tell_progress(docket, "正在对账", **DO)
        return count.statements

    first = statements()
    for number in range(20):
        handling.remark(docket, f"备注{number}", **DO)
    assert statements() == first


def test_every_open_state_can_reach_the_end() -> None:
    for state in OPEN:
        reached: set[State] = {state}
        seen: set[State] = set()
        while reached - seen:
            one = (reached - seen).pop()
            seen.add(one)
            reached |= WAYS[one]
        assert State.CLOSED in reached
