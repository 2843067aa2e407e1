"""The inbox shows what is at risk first, in a fixed number of statements."""

from datetime import timedelta

import pytest

from careline.cases.looking import presence
from careline.cases.looking.searching import Filter, counts, inbox
from careline.cases.models import Case, Department, Task
from careline.cases.states import NotAllowed, State
from careline.postgres import sql
from tests.cases.shelved import NOW, a_case, a_promise

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def _dockets(filter: Filter, who: str = "", **more: object) -> list[int]:
    return [int(row.docket) for row in inbox(filter, who=who, now=NOW, **more).rows]  # type: ignore[arg-type]


def test_broken_promises_come_first_then_the_earliest_due_then_priority() -> None:
    a_case(1)  # nothing is promised
    a_promise(a_case(2), "first_reply", NOW + 5 * HOUR)
    a_promise(a_case(3), "first_reply", NOW + HOUR)
    a_promise(a_case(4, priority=9), "first_reply", NOW + 5 * HOUR)
    broken = a_case(5)
    a_promise(broken, "solution", NOW - HOUR, broken_at=NOW - HOUR)
    a_promise(broken, "regulator", NOW + 300 * HOUR)
    a_promise(a_case(6), "progress", NOW - 2 * HOUR)  # late, though no sweep has seen it
    assert _dockets(Filter.ALL) == [6, 5, 3, 4, 2, 1]


def test_a_row_says_whats_due_how_much_is_left_and_who_is_looking() -> None:
    case = a_case(1, urged=2, repeats=3, severity="major")
    a_promise(case, "regulator", NOW + 300 * HOUR)
    a_promise(case, "first_reply", NOW + 3 * HOUR)
    presence.look(case.docket, by="liu", now=NOW, writing=True)
    (row,) = inbox(Filter.ALL, now=NOW).rows
    assert row.next is not None
    assert (row.next.what, row.next.left, row.next.late) == ("first_reply", 3 * HOUR, False)
    assert (row.number, row.urged, row.repeats, row.severity) == ("139****0001", 2, 3, "major")
    assert [(one.who, one.writing) for one in row.looking] == [("liu", True)]


def test_time_left_is_working_time_of_the_promise() -> None:
    case = a_case(1)
    a_promise(case, "department", NOW + 24 * HOUR, calendar="office")
    (row,) = inbox(Filter.ALL, now=NOW).rows
    assert row.next is not None
    assert row.next.left == timedelta(hours=7, minutes=30)  # 10 to 12 and 13:30 to 18, next day 9 to 10


def test_a_paused_promise_is_not_what_is_next_while_another_runs() -> None:
    case = a_case(1)
    a_promise(case, "first_reply", NOW + HOUR, paused_at=NOW - HOUR)
    a_promise(case, "solution", NOW + 9 * HOUR)
    (row,) = inbox(Filter.ALL, now=NOW).rows
    assert row.next is not None
    assert row.next.what == "solution"


def test_each_filter_shows_its_own_and_the_counts_agree() -> None:
    a_case(1, owner="wang")
    a_case(2, owner="")
    a_promise(a_case(3, owner="liu"), "first_reply", NOW + HOUR)
    a_case(4, owner="liu", level=2)
    a_case(5, owner="liu", severity="major")
    asked = a_case(6, owner="liu")
    net = Department.objects.create(name="net", name_zh="网络部", name_en="Network")
    other = Department.objects.create(name="other", name_zh="其他", name_en="Other")
    Task.objects.create(case=asked, department=net, question="为何", asked_by="liu", asked_at=NOW)
    told = a_case(7, owner="liu")
    Task.objects.create(case=told, department=other, question="重大", asked_by="liu", asked_at=NOW, report=True)
    a_case(8, owner="wang", state=State.ARCHIVED.value, archived_at=NOW)
    found = {
        Filter.MINE: [1], Filter.UNOWNED: [2], Filter.AT_RISK: [3], Filter.ESCALATED: [4, 5], Filter.DEPARTMENT: [6],
        Filter.ALL: [3, 1, 2, 4, 5, 6, 7],
    }  # fmt: skip
    assert {one: _dockets(one, "" if one is Filter.DEPARTMENT else "wang") for one in Filter} == found
    assert counts("wang", NOW) == {one: len(rows) for one, rows in found.items()}
    assert _dockets(Filter.DEPARTMENT, "other") == []


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    for number in range(1, 24):
        case = a_case(number, priority=number % 3)
        if number % 4:
            a_promise(case, "first_reply", NOW + (number % 5 - 1) * HOUR)
    whole = _dockets(Filter.ALL, size=100)
    seen, after = [], ""
    while True:
        page = inbox(Filter.ALL, now=NOW, after=after, size=5)
        seen += [int(row.docket) for row in page.rows]
        if not (after := page.after):
            break
    assert seen == whole
    assert len(seen) == 23


@pytest.mark.parametrize("after", ["x", "W10=", "WzEsMiwzLDRd", "é"])
def test_a_made_up_place_is_refused(after: str) -> None:
    with pytest.raises(NotAllowed, match="page"):
        inbox(Filter.ALL, now=NOW, after=after)


def test_a_page_costs_three_statements_whatever_its_length() -> None:
    for number in range(1, 40):
        a_promise(a_case(number), "first_reply", NOW + HOUR)
    with sql.counting() as count:
        assert len(inbox(Filter.ALL, now=NOW).rows) == 39
    assert count.statements == 3


def test_looking_and_writing_do_not_touch_the_case() -> None:
    case = a_case(1)
    presence.look(case.docket, by="liu", now=NOW, writing=True)
    presence.look(case.docket, by="liu", now=NOW + timedelta(seconds=20))
    assert Case.objects.get().version == case.version
    (seen,) = presence.others(case.docket, than="wang", now=NOW + timedelta(seconds=20))
    assert (seen.who, seen.writing, seen.idle) == ("liu", True, False)
    assert presence.others(case.docket, than="liu", now=NOW) == []


def test_who_is_not_heard_of_is_idle_and_then_gone() -> None:
    case = a_case(1)
    presence.look(case.docket, by="liu", now=NOW, writing=True)
    (later,) = presence.others(case.docket, than="wang", now=NOW + timedelta(seconds=30))
    assert (later.writing, later.idle) == (False, True)
    assert presence.others(case.docket, than="wang", now=NOW + timedelta(minutes=2)) == []
    presence.look(case.docket, by="sun", now=NOW)
    presence.leave(case.docket, by="sun")
    assert [one.who for one in presence.others(case.docket, than="", now=NOW)] == ["liu"]
    assert presence.forget(NOW + timedelta(days=2)) == 1


def test_nobody_looks_at_a_case_that_is_not_there() -> None:
    with pytest.raises(NotAllowed, match="no_such_case"):
        presence.look("9999999999", by="liu", now=NOW)
