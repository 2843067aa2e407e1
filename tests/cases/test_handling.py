"""The life of a case: only by the ways that are listed, with what each needs, to the customer's yes, and read-only after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from careline.cases import custody, deeds, escalating, handling, supporting, telling, urging
from careline.cases.records.case import Case
from careline.cases.records.help import Task
from careline.cases.states import WAYS, NotAllowed, State
from careline.outbox.models import Message
from tests.cases.desk import (
    NOON,
    analysed,
    deeds_of,
    led,
    letters,
    opened,
    read,
    settled,
    task_of,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
DO: dict[str, Any] = {"by": "wang", "now": LATER}
CUSTOMER_SAYS: dict[str, Any] = {"channel": "sms", "by": "subscriber", "now": LATER}

# Every verb that moves a case, and the state that it moves it to.
MOVES: dict[str, tuple[Callable[[str], object], State]] = {
    "analyse": (lambda d: handling.analyse(d, "billing", "计费规则配错", "normal", **DO), State.ANALYSING),
    "solve_on_site": (lambda d: handling.solve_on_site(d, **DO), State.ON_SITE),
    "record": (lambda d: handling.record(d, LATER + timedelta(hours=2), **DO), State.RECORDED),
    "ask": (lambda d: handling.ask(d, "network", "请测一下", **DO), State.SUPPORT),
    "decide": (lambda d: handling.decide(d, "退还多收的话费", **DO), State.PLAN),
    "reconsider": (lambda d: handling.reconsider(d, "客户的情况不一样", **DO), State.ANALYSING),
    "reply": (lambda d: handling.reply(d, "已退还20元", **DO), State.CONFIRMING),
    "ask_satisfied": (lambda d: handling.ask_satisfied(d, channel="voice", **DO), State.CONFIRMING),
    "not satisfied": (lambda d: handling.customer_says(d, False, **CUSTOMER_SAYS), State.ANALYSING),
    "archive": (lambda d: handling.archive(d, "计费规则配错", **DO), State.ARCHIVED),
    "close": (lambda d: handling.close(d, **DO), State.CLOSED),
    "reopen": (lambda d: handling.reopen(d, "又扣了", **CUSTOMER_SAYS), State.ANALYSING),
}
# Verbs that do two listed steps at once, or change something in a state without leaving it.
MORE = {
    (State.PLAN, "reply"): State.CONFIRMING,  # told, and asked in the same letter
    (State.ARCHIVED, "reopen"): State.ANALYSING,  # closed on the way
    (State.ANALYSING, "analyse"): State.ANALYSING,  # said anew
    (State.SUPPORT, "ask"): State.SUPPORT,  # another department
    (State.PLAN, "decide"): State.PLAN,  # decided anew
}
# Which ways each verb may use: reopening is for the end, another round for the reply.
ONLY_FROM: dict[str, set[State]] = {
    "analyse": {State.ACCEPTED},
    "reconsider": {State.PLAN},
    "not satisfied": {State.CONFIRMING},
    "reopen": {State.CLOSED},
    "reply": set(),  # its two steps stand above
}


@pytest.mark.parametrize("target", list(State))
@pytest.mark.parametrize("origin", list(State))
def test_a_case_moves_only_by_the_ways_that_are_listed(origin: State, target: State) -> None:
    case = Case(state=origin.value)
    if target in WAYS[origin]:
        deeds.move(case, target)
        assert case.state == target
    else:
        with pytest.raises(NotAllowed) as refused:
            deeds.move(case, target)
        assert refused.value.code == "way"
        assert case.state == origin


@pytest.mark.parametrize("origin", list(State))
def test_each_verb_goes_its_listed_way_or_is_refused_and_changes_nothing(origin: State) -> None:
    settled()
    docket = _in_replied() if origin is State.REPLIED else led(origin)
    if origin is State.CONFIRMING:
        handling.customer_says(docket, True, **CUSTOMER_SAYS)
    before = read(docket)
    events = deeds_of(docket)
    for name, (verb, target) in MOVES.items():
        expected = MORE.get((origin, name))
        if expected is None and target in WAYS[origin] and origin in ONLY_FROM.get(name, {origin}):
            expected = target
        assert _tried(docket, verb) == expected, f"{origin} {name}"
    after = read(docket)
    assert (after.version, after.state, deeds_of(docket)) == (before.version, before.state, events)


def _tried(docket: str, verb: Callable[[str], object]) -> str | None:
    """The state that the verb would lead to; None where there is no such way."""
    try:
        with transaction.atomic():
            verb(docket)
            arrived = read(docket).state
            transaction.set_rollback(True)
    except NotAllowed as refused:
        if refused.code not in ("way", "closed"):
            raise
        return None
    return arrived


def _in_replied() -> str:
    """A customer without a number: the reply was told, nobody has asked yet."""
    docket = led(State.PLAN, msisdn=None)
    handling.reply(docket, "已退还20元", by="wang", now=NOON)
    assert read(docket).state == State.REPLIED
    return docket


@pytest.mark.requirement("CMP-06")
@pytest.mark.parametrize("end", [State.ARCHIVED, State.CLOSED])
def test_what_is_archived_is_read_only_whatever_the_verb(end: State) -> None:
    settled()
    docket = led(State.SUPPORT)
    offered = handling.offer(docket, "送100M流量", **DO)
    reported, asked = escalating.report(read(docket), by="wang", now=NOON)[0], task_of(docket)
    supporting.answer_task(asked.pk, "退20元", by="sun", now=NOON)
    handling.decide(docket, "退20元", **DO)
    handling.reply(docket, "已退还20元", **DO)
    handling.customer_says(docket, True, **CUSTOMER_SAYS)
    handling.archive(docket, "计费规则配错", **DO)
    if end is State.CLOSED:
        handling.close(docket, **DO)
    before = read(docket)
    events, posted = deeds_of(docket), Message.objects.count()
    verbs: dict[str, Callable[[], object]] = {
        "analyse": lambda: handling.analyse(docket, "network", "别的原因", "normal", **DO),
        "solve_on_site": lambda: handling.solve_on_site(docket, "x", **DO),
        "record": lambda: handling.record(docket, LATER + timedelta(hours=2), **DO),
        "ask": lambda: handling.ask(docket, "network", "x", **DO),
        "answer_task": lambda: handling.answer_task(reported.pk, "x", by="sun", now=LATER),
        "decide": lambda: handling.decide(docket, "x", **DO),
        "reconsider": lambda: handling.reconsider(docket, "x", **DO),
        "remark": lambda: handling.remark(docket, "x", **DO),
        "offer": lambda: handling.offer(docket, "x", **DO),
        "offer_answered": lambda: handling.offer_answered(offered.pk, True, **DO),
        "reply": lambda: handling.reply(docket, "x", **DO),
        "ask_satisfied": lambda: handling.ask_satisfied(docket, channel="voice", **DO),
        "customer_says": lambda: handling.customer_says(docket, False, **CUSTOMER_SAYS),
        "archive": lambda: handling.archive(docket, "x", **DO),
        "take": lambda: custody.take(docket, **DO),
        "hand_over": lambda: custody.hand_over(docket, "liu", "x", by="chen", now=LATER),
        "escalate": lambda: escalating.escalate(docket, "x", **DO),
        "urge": lambda: urging.urge(docket, **CUSTOMER_SAYS),
        "urge_task": lambda: urging.urge_task(reported.pk, **DO),
        "tell_progress": lambda: telling.tell_progress(docket, "x", **DO),
    }
    for name, verb in verbs.items():
        with pytest.raises(NotAllowed) as refused:
            verb()
        assert refused.value.code == "closed", name
    assert read(docket).version == before.version
    assert (deeds_of(docket), Message.objects.count()) == (events, posted)
    with pytest.raises(NotAllowed, match="no_such_case"):
        handling.decide("2505000014", "x", **DO)


@pytest.mark.requirement("CMP-03")
@pytest.mark.parametrize("left_out", ["category", "cause", "severity"])
def test_nothing_is_analysed_without_category_cause_and_severity(left_out: str) -> None:
    docket = opened().docket
    said = {"category": "billing", "cause": "计费规则配错", "severity": "normal"} | {left_out: ""}
    with pytest.raises(NotAllowed, match="unanalysed"):
        handling.analyse(docket, said["category"], said["cause"], said["severity"], **DO)
    assert read(docket).state == State.ACCEPTED


def test_a_case_taken_in_with_its_category_still_needs_a_cause_before_it_is_solved() -> None:
    docket = opened(category="billing").docket
    with deeds.deed(docket) as case:
        deeds.move(case, State.ANALYSING)
    with pytest.raises(NotAllowed, match="unanalysed"):
        handling.solve_on_site(docket, "x", **DO)
    with pytest.raises(NotAllowed, match="unanalysed"):
        handling.record(docket, LATER + timedelta(hours=1), **DO)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("weather", "x", "normal", ""), "no_such_category"),
        (("billing", "x", "awful", ""), "no_such_severity"),
        (("billing", "x", "normal", "nobody"), "no_such_blame"),
        (("billing", "x" * 201, "normal", ""), "too_long"),
    ],
)
def test_what_analysing_does_not_know_is_refused(said: tuple[str, str, str, str], code: str) -> None:
    docket = opened().docket
    with pytest.raises(NotAllowed, match=code):
        handling.analyse(docket, *said, **DO)


def test_the_category_s_own_time_counts_from_when_the_complaint_came() -> None:
    docket = opened().docket
    handling.analyse(docket, "unwanted_messages", "群发", "minor", by="wang", now=NOON + timedelta(hours=2))
    solution = read(docket).promises.get(what="solution", cancelled_at=None)
    assert (solution.minutes, solution.started_at) == (2250, NOON)


def test_a_second_open_case_of_the_category_keeps_apart_by_its_docket() -> None:
    analysed()
    other = opened(words="彩铃没订过", now=NOON + timedelta(days=2)).docket
    handling.analyse(other, "billing", "另一件事", "normal", by="wang", now=NOON + timedelta(days=2))
    assert read(other).matter == other


@pytest.mark.requirement("CMP-20")
def test_parking_needs_a_time_to_come_and_promises_it() -> None:
    docket = analysed()
    for at, code in ((None, "no_time"), (LATER, "past_time"), (LATER - timedelta(minutes=1), "past_time")):
        with pytest.raises(NotAllowed, match=code):
            handling.record(docket, at, **DO)
    handling.record(docket, LATER + timedelta(hours=3), "等财务对账", **DO)
    contact = read(docket).promises.get(what="contact")
    assert (contact.due_at, contact.promiser) == (LATER + timedelta(hours=3), "wang")
    assert contact.warn_at is not None  # somebody is reminded before
    assert letters(docket)[-1][1] == f"编号{docket}一时办不好，请您谅解。我们16:00前联系您，告诉您办到哪一步。"
    assert "等财务对账" not in "".join(text for _, text in letters(docket))


def test_asking_a_department_starts_its_clock_and_its_answer_gives_a_plan() -> None:
    settled()
    docket = led(State.SUPPORT)
    handling.ask(docket, "network", "是不是基站的问题", **DO)
    assert read(docket).promises.filter(what="department", kept_at=None, cancelled_at=None).count() == 2
    billing, network = Task.objects.filter(case__docket=docket).order_by("id")
    supporting.answer_task(billing.pk, "退20元", by="sun", now=LATER)
    assert read(docket).state == State.SUPPORT  # another one is waited for
    supporting.answer_task(network.pk, "与基站无关", by="sun", now=LATER)
    assert read(docket).state == State.PLAN
    assert not read(docket).promises.filter(what="department", kept_at=None).exists()
    with pytest.raises(NotAllowed, match="answered"):
        supporting.answer_task(billing.pk, "又一个", by="sun", now=LATER)


@pytest.mark.parametrize(
    ("department", "question", "code"),
    [("moon", "x", "no_department"), ("billing", " ", "no_words"), ("billing", "x", "asked")],
)
def test_what_cannot_be_asked_is_refused(department: str, question: str, code: str) -> None:
    settled()
    docket = led(State.SUPPORT)
    with pytest.raises(NotAllowed, match=code):
        handling.ask(docket, department, question, **DO)
    assert Task.objects.count() == 1
