"""Figures of cases: each is counted by hand here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from careline.cases.looking import profile
from careline.cases.models import Case, Department, Event, Task
from careline.cases.models import Contact as CaseContact
from careline.cases.reporting import improving, reports
from careline.cases.states import NotAllowed, State
from careline.desk import screening
from careline.ledger.models import Contact
from careline.probes.models import Line
from careline.values.msisdn import Msisdn
from tests.cases.desk import settled
from tests.cases.shelved import NOW, NUMBER, a_case, a_promise

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE, UNTIL = NOW - 7 * DAY, NOW


def _by(rows: list[dict[str, Any]], name: str) -> dict[Any, dict[str, Any]]:
    return {row[name]: row for row in rows}


def _contact(channel: str, at: datetime) -> None:
    Contact.objects.create(id=uuid4(), msisdn=NUMBER, channel=channel, address="10086", began_at=at)


@pytest.mark.requirement("CMP-25")
def test_complaints_are_set_against_the_contacts_of_their_channel() -> None:
    for number in range(3):
        a_case(number + 1, opened_at=SINCE + HOUR * number)
    a_case(4, opened_at=SINCE, kind="enquiry")  # no complaint
    a_case(5, opened_at=UNTIL)  # of the next week
    a_case(6, opened_at=SINCE, channel="web")
    for number in range(40):
        _contact("sms", SINCE + HOUR * number)
    _contact("sms", SINCE - HOUR)
    _contact("call", SINCE)
    rows = _by(reports.channels(SINCE, UNTIL, NOW), "channel")
    assert (rows["sms"]["complaints"], rows["sms"]["contacts"], rows["sms"]["per_thousand"]) == (3, 40, 75.0)
    assert (rows["call"]["complaints"], rows["call"]["per_thousand"]) == (0, 0.0)
    assert (rows["web"]["complaints"], rows["web"]["per_thousand"]) == (1, None)


def test_what_a_pretend_customer_complained_of_is_no_complaint() -> None:
    a_case(1, opened_at=SINCE)
    real = Msisdn(Case.objects.get().msisdn)
    pretend = a_case(2, opened_at=SINCE + HOUR)
    Case.objects.filter(pk=pretend.pk).update(msisdn="8617099000001")
    Line.objects.create(msisdn="8617099000001", region="T1", brand="gotone", ours=True, marked_at=SINCE)
    assert real.digits != "8617099000001"
    assert reports.channels(SINCE, UNTIL, NOW)[0]["complaints"] == 1
    assert reports.first_replies(SINCE, UNTIL, NOW)[0]["accepted"] == 1
    Line.objects.update(marked_at=UNTIL)  # what the line did before it was marked was a customer's
    assert reports.channels(SINCE, UNTIL, NOW)[0]["complaints"] == 2


@pytest.mark.requirement("CMP-21")
def test_departments_show_what_is_open_overdue_and_urged() -> None:
    net = Department.objects.create(name="net", name_zh="网络部", name_en="Network")
    Department.objects.create(name="idle", name_zh="闲", name_en="Idle")

    def ask(number: int, at: datetime, due: datetime, **more: Any) -> Task:
        case = a_case(number)
        task = Task.objects.create(case=case, department=net, question="?", asked_by="wang", asked_at=at, **more)
        kept = {"kept_at": more["answered_at"]} if "answered_at" in more else {}
        a_promise(case, "department", due, task=task, **kept)
        return task

    ask(1, SINCE - DAY, SINCE + DAY, urged=2)  # asked before the week, overdue now
    ask(2, SINCE + DAY, NOW + DAY)  # open, in time
    ask(3, SINCE + DAY, SINCE + 4 * DAY, answered_at=SINCE + 2 * DAY, rating=5)
    ask(4, SINCE + DAY, SINCE + 2 * DAY, answered_at=SINCE + 3 * DAY, rating=2, late=True)
    ask(5, SINCE + DAY, SINCE + 2 * DAY, report=True)  # nobody waits for it
    rows = _by(reports.departments(SINCE, UNTIL, NOW), "department")
    assert rows["net"] == {
        "department": "net", "asked": 3, "answered": 2, "late": 1, "open": 2, "overdue": 1, "urged": 2, "rating": 3.5,
    }  # fmt: skip
    assert (rows["idle"]["asked"], rows["idle"]["open"], rows["idle"]["rating"]) == (0, 0, None)


@pytest.mark.requirement("CMP-22")
def test_work_orders_issued_are_those_closed_and_those_open_at_every_moment() -> None:
    net = Department.objects.create(name="net", name_zh="网络部", name_en="Network")
    for number in range(6):
        at = SINCE + number * DAY
        done = {"answered_at": at + 2 * DAY, "rating": 4} if number % 2 else {}
        Task.objects.create(
            case=a_case(number + 1),
            department=net,
            question="?",
            asked_by="wang",
            asked_at=at,
            report=number == 0,
            **done,
        )
    for hours in range(0, 24 * 8, 7):
        for row in reports.work_orders(SINCE, SINCE + hours * HOUR, NOW):
            assert row["issued"] == row["closed"] + row["open"]
    (report, support) = reports.work_orders(SINCE, SINCE + 4 * DAY, NOW)
    assert (report["type"], report["issued"], report["open"]) == ("report", 1, 1)
    assert (support["issued"], support["closed"], support["open"], support["rating"]) == (4, 1, 3, 4.0)


@pytest.mark.requirement("CMP-23")
def test_promises_are_counted_for_who_made_them_and_by_how_they_went() -> None:
    case = a_case(1)
    due = SINCE + 2 * DAY
    a_promise(case, "contact", due, kept_at=due - HOUR)
    a_promise(case, "contact", due, kept_at=due)
    a_promise(case, "progress", due, kept_at=due + HOUR, broken_at=due)
    a_promise(case, "solution", due, broken_at=due)
    a_promise(case, "solution", due)  # over, though no sweep has said so
    a_promise(case, "contact", due, cancelled_at=due - HOUR)  # called off in time
    a_promise(case, "contact", due, paused_at=due - HOUR)
    a_promise(case, "contact", NOW + DAY)
    a_promise(case, "contact", due, kept_at=due - HOUR, promiser="liu")
    rows = _by(reports.promises(SINCE, NOW + 3 * DAY, NOW), "promiser")
    assert rows["wang"] == {"promiser": "wang", "due": 5, "kept": 2, "late": 1, "broken": 2, "kept_share": 40.0}
    assert rows["liu"]["kept_share"] == 100.0


def test_first_replies_count_a_result_within_48_hours_and_not_a_second_later() -> None:
    for number, told in enumerate((47 * HOUR, 48 * HOUR, 48 * HOUR + timedelta(seconds=1), None)):
        a_case(number + 1, opened_at=SINCE, replied_at=told and SINCE + told)
    a_case(5, opened_at=NOW - 47 * HOUR)  # not to be judged yet
    a_case(6, opened_at=NOW - 3 * HOUR, replied_at=NOW - HOUR)
    (row,) = reports.first_replies(SINCE, UNTIL, NOW)
    assert row == {"accepted": 6, "judged": 5, "in_time": 3, "share": 60.0}


def test_endings_rounds_and_the_age_of_the_backlog() -> None:
    ended = [a_case(one, state=State.ARCHIVED.value, archived_at=SINCE + DAY, round=one) for one in (1, 2)]
    third = a_case(3, state=State.CLOSED.value, archived_at=SINCE + DAY, closed_at=SINCE + DAY, round=1)
    for case, did, detail in (
        (ended[0], "archived", {}), (ended[1], "archived", {}), (third, "filed", {}), (third, "reopened", {"rating": 3}),
        (ended[0], "satisfied", {"rating": 5}), (ended[1], "unsatisfied", {}), (ended[1], "satisfied", {}),
        (ended[1], "rated", {"rating": 2}),
    ):  # fmt: skip
        Event.objects.create(case=case, at=SINCE + DAY, by="wang", did=did, detail=detail)
    (row,) = reports.endings(SINCE, UNTIL, NOW)
    assert row == {
        "archived": 3, "filed_unanswered": 1, "reopened": 1, "satisfied": 2, "unsatisfied": 1, "ratings": 2, "rating": 3.5,
        "reopened_share": 33.3, "satisfied_share": 66.7, "first_round_share": 66.7,
    }  # fmt: skip
    assert reports.rounds(SINCE, UNTIL, NOW) == [{"rounds": 1, "cases": 2}, {"rounds": 2, "cases": 1}]
    for number, age in enumerate((HOUR, 30 * HOUR, 3 * DAY, 10 * DAY, 20 * DAY, 40 * DAY)):
        case = a_case(10 + number, opened_at=NOW - age)
        if age > 15 * DAY:
            a_promise(case, "regulator", NOW - age + 15 * DAY, broken_at=NOW - age + 15 * DAY)
    assert reports.backlog(SINCE, UNTIL, NOW) == [
        {"days": "under 1", "cases": 1, "late": 0}, {"days": "1 to 2", "cases": 1, "late": 0},
        {"days": "2 to 7", "cases": 1, "late": 0}, {"days": "7 to 15", "cases": 1, "late": 0},
        {"days": "over 15", "cases": 2, "late": 2},
    ]  # fmt: skip


def test_a_report_of_nothing_is_empty_and_one_that_ends_before_it_begins_is_refused() -> None:
    empty = reports.report(SINCE, UNTIL, NOW)
    assert set(empty["tables"]) == set(reports.TABLES)
    assert empty["tables"]["first_replies"] == [{"accepted": 0, "judged": 0, "in_time": 0, "share": None}]
    with pytest.raises(NotAllowed, match="times"):
        reports.report(UNTIL, SINCE, NOW)


@pytest.mark.requirement("CMP-19")
def test_suggestions_of_customers_and_staff_stand_in_one_register_with_submitter_and_reply() -> None:
    settled()
    case = a_case(1, kind="suggestion", words="请把13911112222的月结单改成电子版", reply="已转产品部", opened_at=SINCE)
    Event.objects.create(case=case, at=SINCE, by="subscriber", did="accepted")
    item = improving.submit("结账单太难懂", by="liu", now=SINCE + DAY, category="billing")
    improving.assign(item.pk, "wang", by="chen", now=SINCE + DAY)
    improving.end(item.pk, "done", "新版账单下月上线", by="wang", now=SINCE + 2 * DAY)
    staff, customer = improving.register(SINCE, UNTIL)
    assert (staff.submitter, staff.reply, staff.status, staff.owner) == ("liu", "新版账单下月上线", "done", "wang")
    assert (customer.submitter, customer.reply, customer.docket) == ("subscriber", "已转产品部", case.docket)
    assert "13911112222" not in customer.words


def test_an_item_is_not_ended_without_an_owner_a_reply_or_twice() -> None:
    settled()
    with pytest.raises(NotAllowed, match="no_such_case"):
        improving.submit("改", by="liu", now=NOW, docket="0000000000")
    item = improving.submit("改", by="liu", now=NOW).pk
    for status, reply, code in (
        ("done", "好", "no_owner"),
        ("done", " ", "no_words"),
        ("open", "好", "no_such_status"),
    ):
        with pytest.raises(NotAllowed, match=code):
            improving.end(item, status, reply, by="wang", now=NOW)
    with pytest.raises(NotAllowed, match="no_such_person"):
        improving.assign(item, "nobody", by="chen", now=NOW)
    improving.assign(item, "wang", by="chen", now=NOW)
    assert [one.pk for one in improving.overdue(NOW + 31 * DAY)] == [item]
    improving.end(item, "declined", "成本太高", by="wang", now=NOW)
    with pytest.raises(NotAllowed, match="ended"):
        improving.assign(item, "wang", by="chen", now=NOW)
    assert improving.overdue(NOW + 31 * DAY) == []


@pytest.mark.requirement("CMP-18")
def test_the_monthly_report_says_causes_and_what_is_done_about_them() -> None:
    for number, cause in enumerate(("边界漫游", "边界漫游", "话单重复")):
        a_case(number + 1, category="billing", blame="company", cause=cause, round=number + 1)
    a_case(4, category="network", severity="major")
    a_case(5, category="billing", opened_at=NOW - 60 * DAY)  # of another month
    improving.submit("核对边界基站", by="liu", now=NOW, category="billing")
    billing, network = improving.causes(2026, 3)
    assert billing == {
        "category": "billing", "blame": "company", "complaints": 3, "major": 0, "unsatisfied": 2,
        "causes": ["边界漫游", "话单重复"], "items": 1, "items_open": 1, "share": 75.0,
    }  # fmt: skip
    assert (network["major"], network["items"], network["share"]) == (1, 0, 25.0)
    with pytest.raises(NotAllowed, match="times"):
        improving.causes(2026, 13)


def test_a_month_is_that_of_the_carriers_own_days() -> None:
    a_case(
        1, opened_at=datetime.fromisoformat("2026-02-28T16:30:00+00:00")
    )  # half past midnight of 1 March in Shanghai
    assert improving.causes(2026, 2) == []
    assert improving.causes(2026, 3)[0]["complaints"] == 1


@pytest.mark.requirement("CMP-15")
def test_a_profile_counts_complaints_channels_money_and_screening() -> None:
    first = a_case(
        1, opened_at=NOW - 200 * DAY, state=State.CLOSED.value, archived_at=NOW - 190 * DAY, blame="company", round=2
    )
    second = a_case(2, opened_at=NOW - DAY, urged=3, repeats=1)
    a_case(3, kind="enquiry")
    a_case(4, msisdn="8613900000002")
    Event.objects.create(case=first, at=NOW, by="subscriber", did="reopened")
    for key, case, channel in (("a", first, "call"), ("b", second, "sms"), ("c", second, "call")):
        CaseContact.objects.create(case=case, key=key, at=NOW, channel=channel, by="subscriber")
    asked = screening.ask(Msisdn(NUMBER), NOW - HOUR, NOW + DAY, "每天拨打上百次", by="he", now=NOW - HOUR)
    screening.approve(asked.pk, by="chen", now=NOW - HOUR)
    seen = profile.of(Msisdn(NUMBER), NOW)
    assert (seen.number, seen.complaints, seen.lately, seen.open) == ("139****0001", 2, 1, 1)
    assert (seen.urged, seen.again, seen.reopened, seen.unsatisfied, seen.company_fault) == (3, 1, 1, 1, 1)
    assert seen.channels == {"call": 2, "sms": 1}
    assert (seen.refunds, seen.refunded, seen.waived) == (0, 0, 0)
    assert seen.screened is not None
    assert (seen.screened.asked_by, seen.screened.approver, seen.screenings) == ("he", "chen", 1)
    assert profile.of(Msisdn("8613900000099"), NOW).complaints == 0


def test_numbers_that_complained_repeatedly_are_listed_masked() -> None:
    for number in range(4):
        a_case(number + 1, repeats=number, opened_at=SINCE + number * DAY, blame="company" if number else "")
    a_case(9, msisdn="8613900000002", opened_at=SINCE)
    a_case(10, msisdn="", opened_at=SINCE)
    (one,) = profile.repeated(SINCE, UNTIL)
    assert (one.number, one.complaints, one.contacts, one.company_fault) == ("139****0001", 4, 10, 3)
    assert Case.objects.count() == 6
