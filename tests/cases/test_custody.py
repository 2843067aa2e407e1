"""First-asked responsibility: whoever was asked first keeps the case, and the chain of holders has no gap."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.cases import custody, escalating, handling, opening, supporting, urging
from careline.cases.records.case import Case, Custody
from careline.cases.states import NotAllowed, State
from careline.identity.models import Staff
from careline.values.msisdn import Msisdn
from tests.cases.desk import NOON, analysed, brought, hire, led, opened, read, settled, task_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.mark.requirement("CMP-02")
def test_the_first_of_staff_who_was_asked_owns_the_case_to_the_end() -> None:
    settled()
    docket = opened(by="wang", category="billing").docket
    handling.analyse(docket, "billing", "计费规则配错", "normal", by="wang", now=NOON)
    handling.record(docket, LATER, by="wang", now=NOON)
    handling.ask(docket, "billing", "请核对", by="wang", now=NOON)
    assert read(docket).owner == "wang"  # who helps does not own
    supporting.answer_task(task_of(docket).pk, "退20元", by="sun", now=NOON)
    opening.accept(brought(category="billing"), by="liu", now=NOON)  # asked second
    urging.urge(docket, channel="voice", by="liu", now=NOON)
    escalating.escalate(docket, "要找上一级", by="liu", now=NOON)
    handling.decide(docket, "退20元", by="chen", now=NOON)  # a manager helps, too
    assert read(docket).owner == "wang"
    with pytest.raises(NotAllowed, match="no_reason"):
        custody.hand_over(docket, "chen", " ", by="chen", now=LATER)
    custody.hand_over(docket, "chen", "王芳今天起休假", by="chen", now=LATER)
    assert read(docket).owner == "chen"
    assert [(one.holder, one.reason, one.by) for one in custody.chain(docket)] == [
        ("wang", "", "wang"),
        ("chen", "王芳今天起休假", "chen"),
    ]


def test_only_the_owner_and_managers_handle_a_case() -> None:
    settled()
    docket = analysed()
    for by in ("liu", "nobody", "subscriber", "clock", "tmf:partner"):
        with pytest.raises(NotAllowed, match="not_owner"):
            handling.solve_on_site(docket, "退", by=by, now=LATER)
    assert handling.solve_on_site(docket, "退", by="chen", now=LATER).state == State.PLAN


def test_a_manager_who_left_has_no_say() -> None:
    settled()
    docket = analysed()
    Staff.objects.filter(username="chen").update(is_active=False)
    with pytest.raises(NotAllowed, match="not_owner"):
        handling.solve_on_site(docket, "退", by="chen", now=LATER)


@pytest.mark.parametrize(
    ("to", "by", "code"),
    [
        ("liu", "wang", "not_manager"),  # the holder herself
        ("liu", "liu", "not_manager"),  # no right to
        ("liu", "nobody", "not_manager"),
        ("wang", "chen", "same_person"),
        ("nobody", "chen", "no_such_person"),
        ("sun", "chen", "no_such_person"),  # answers for a department, takes no cases
    ],
)
@pytest.mark.requirement("CMP-02")
def test_a_case_changes_hands_only_by_a_manager_to_somebody_who_takes_cases(to: str, by: str, code: str) -> None:
    settled()
    docket = analysed()
    with pytest.raises(NotAllowed, match=code):
        custody.hand_over(docket, to, "换人", by=by, now=LATER)
    assert read(docket).owner == "wang"
    assert len(custody.chain(docket)) == 1


def test_a_manager_cannot_pass_on_by_herself_what_she_holds_herself() -> None:
    settled()
    docket = analysed()
    custody.hand_over(docket, "chen", "难处理", by="chen", now=LATER)
    with pytest.raises(NotAllowed, match="not_manager"):
        custody.hand_over(docket, "wang", "还回去", by="chen", now=LATER)


@pytest.mark.requirement("CTR-18")
def test_a_difficult_case_goes_to_duty_managers_and_above_only() -> None:
    settled()
    hire("hall", "hall_manager")
    docket = analysed()
    escalating.escalate(docket, "要找上一级", by="subscriber", now=LATER)
    with pytest.raises(NotAllowed, match="below_level"):
        custody.hand_over(docket, "liu", "换人", by="chen", now=LATER)
    assert custody.hand_over(docket, "hall", "疑难投诉", by="chen", now=LATER).owner == "hall"


def test_what_comes_by_a_door_without_staff_goes_to_the_handler_with_the_fewest_open_cases() -> None:
    settled()
    for username in ("qian", "zheng"):
        hire(username, "handler")
    owners = []
    for number in range(6):
        new = brought(msisdn=Msisdn(f"861390000010{number}"))
        now = NOON + timedelta(minutes=number)
        owners.append(opening.accept(new, by="subscriber", now=now).case.owner)
    assert owners == ["qian", "wang", "zheng"] * 2  # nobody had any: by name; then whoever waited longest
    for case in Case.objects.filter(owner="zheng"):
        Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    assert opening.accept(brought(msisdn=Msisdn("8613900000200")), by="subscriber", now=LATER).case.owner == "zheng"


def test_whoever_left_or_handles_nothing_gets_nothing() -> None:
    settled()
    Staff.objects.filter(username="wang").update(is_active=False)
    assert opening.accept(brought(), by="subscriber", now=NOON).case.owner == ""


def test_a_case_without_an_owner_belongs_to_whoever_is_asked_first() -> None:
    waiting = opening.accept(brought(), by="subscriber", now=NOON).case
    assert (waiting.owner, custody.chain(waiting.docket)) == ("", [])
    case = custody.take(waiting.docket, by="wang", now=LATER)
    assert case.owner == "wang"
    assert [(one.holder, one.since) for one in custody.chain(case.docket)] == [("wang", LATER)]
    for by in ("liu", "wang", "subscriber"):
        with pytest.raises(NotAllowed, match="not_owner"):
            custody.take(case.docket, by=by, now=LATER)


@pytest.mark.parametrize("how", ["handles", "joins", "urges", "escalates"])
def test_being_asked_about_an_ownerless_case_is_to_own_it(how: str) -> None:
    docket = opening.accept(brought(category="billing"), by="subscriber", now=NOON).case.docket
    if how == "handles":
        handling.analyse(docket, "billing", "计费规则配错", "normal", by="liu", now=LATER)
    elif how == "joins":
        opening.accept(brought(category="billing"), by="liu", now=LATER)
    elif how == "urges":
        urging.urge(docket, channel="counter", by="liu", now=LATER)
    else:
        escalating.escalate(docket, "要找上一级", by="liu", now=LATER)
    assert read(docket).owner == "liu"


@pytest.mark.parametrize("by", ["subscriber", "clock", "tmf:partner", ""])
def test_customers_and_processes_never_own(by: str) -> None:
    assert opening.accept(brought(), by=by, now=NOON).case.owner == ""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["wang", "chen", "hall", "nobody"]),
            st.sampled_from(["chen", "hall", "liu"]),
            st.integers(0, 90),
        ),
        max_size=6,
    )
)
def test_the_chain_has_no_gap_and_no_overlap_whatever_is_tried(tries: list[tuple[str, str, int]]) -> None:
    settled()
    hire("hall", "hall_manager")
    opening_of = brought(matter=f"m{Case.objects.count()}", category="billing")
    case = opening.accept(opening_of, by="wang", now=NOON).case
    now = NOON
    for to, by, minutes in tries:
        now += timedelta(minutes=minutes)
        before = read(case.docket).owner
        try:
            custody.hand_over(case.docket, to, "换人", by=by, now=now)
            assert read(case.docket).owner == to != before
        except NotAllowed:
            assert read(case.docket).owner == before
    links = custody.chain(case.docket)
    assert links[0].since == case.opened_at
    assert links[-1].until is None
    assert links[-1].holder == read(case.docket).owner
    for earlier, later in pairwise(links):
        assert earlier.until == later.since
        assert earlier.holder != later.holder
        assert later.reason
        assert later.by != earlier.holder


def test_the_database_holds_one_holder_at_a_time() -> None:
    from django.db import IntegrityError, transaction

    case = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.create(case=case, holder="liu", since=LATER, by="chen", reason="x")


def test_the_owner_stays_responsible_until_the_customer_is_satisfied() -> None:
    docket = led(State.CONFIRMING)
    with pytest.raises(NotAllowed, match="unsatisfied"):
        handling.archive(docket, "好了", by="wang", now=LATER)
    handling.customer_says(docket, False, channel="sms", by="subscriber", now=LATER)
    assert read(docket).owner == "wang"
    assert custody.chain(docket)[-1].until is None
