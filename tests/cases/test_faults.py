"""A common fault: its cases are bound, told and answered together, and nobody twice."""

from datetime import timedelta

import pytest

from careline.cases import fault_telling, faults, handling, opening
from careline.cases.models import Case, Event, Fault, Promise
from careline.cases.states import NotAllowed, State
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.cases.desk import NOON, brought, hire, settled

pytestmark = pytest.mark.django_db
ANSWER = "西湖区基站已于今天11点修好，给您添麻烦了"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _people() -> None:
    settled()


def _complain(number: int, *, category: str = "network", region: str = "hangzhou", at: timedelta = -DAY / 24) -> Case:
    new = brought("没有信号", msisdn=Msisdn(f"86139000{number:05d}"), category=category, region=region)
    return opening.accept(new, by="subscriber", now=NOON + at).case


def _fault() -> Fault:
    return faults.open("西湖区基站断电", "network", "hangzhou", by="chen", now=NOON)


def _replies(case: Case) -> int:
    return Message.objects.filter(msisdn=case.msisdn, text__contains="11点修好").count()


def test_only_open_complaints_of_the_category_region_and_time_are_proposed() -> None:
    fits = [_complain(1), _complain(2)]
    _complain(3, category="billing")
    _complain(4, region="ningbo")
    _complain(5, at=-5 * DAY)
    ended = _complain(6)
    Case.objects.filter(pk=ended.pk).update(state=State.ARCHIVED.value, archived_at=NOON)
    fault = _fault()
    with sql.counting() as count:
        preview = faults.preview(fault.pk, NOON - DAY, NOON)
    assert count.statements == 1
    assert (preview.total, [row.docket for row in preview.rows]) == (2, [case.docket for case in fits])
    assert "8613900000001" not in f"{preview}"
    assert "13900000001" not in f"{preview}"
    assert faults.proposed(fits[0]) == [fault]


def test_binding_costs_the_same_for_few_and_many_and_is_written_into_each_history() -> None:
    fault = _fault()
    cases = [_complain(number) for number in range(1, 13)]
    with sql.counting() as few:
        assert faults.bind(fault.pk, by="chen", now=NOON, dockets=[cases[0].docket]) == 1
    with sql.counting() as many:
        assert faults.bind(fault.pk, by="chen", now=NOON) == 11
    assert few.statements == many.statements
    assert Case.objects.filter(fault=fault).count() == 12
    assert Event.objects.filter(did="bound", by="chen", detail__fault=fault.pk).count() == 12
    assert Entry.objects.filter(what="fault", did="bind_cases").count() == 2
    assert Case.objects.get(pk=cases[0].pk).version == cases[0].version + 1
    assert faults.bind(fault.pk, by="chen", now=NOON) == 0


def test_a_case_that_is_picked_but_does_not_fit_is_left_out() -> None:
    fault = _fault()
    foreign = _complain(1, category="billing")
    assert faults.bind(fault.pk, by="chen", now=NOON, dockets=[foreign.docket, "0000000000"]) == 0


def test_a_case_that_was_taken_out_is_not_proposed_again() -> None:
    fault, case = _fault(), _complain(1)
    faults.bind(fault.pk, by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="no_reason"):
        faults.unbind(case.docket, " ", by="chen", now=NOON)
    faults.unbind(case.docket, "客户在宁波漫游", by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="not_bound"):
        faults.unbind(case.docket, "再来一次", by="chen", now=NOON)
    assert faults.proposals(fault, NOON).total == 0
    assert faults.proposed(Case.objects.get(pk=case.pk)) == []


def test_a_new_complaint_of_the_fault_is_proposed_until_it_is_answered() -> None:
    fault = _fault()
    case = _complain(1, at=timedelta(minutes=-1))
    assert [row.docket for row in faults.proposals(fault, NOON).rows] == [case.docket]
    faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON)
    fault.refresh_from_db()
    assert faults.proposals(fault, NOON).total == 0
    assert faults.proposed(case) == []
    with pytest.raises(NotAllowed, match="answered"):
        faults.bind(fault.pk, by="chen", now=NOON)


def test_news_reach_every_bound_customer_once() -> None:
    fault = _fault()
    cases = [_complain(1), _complain(2)]
    faults.bind(fault.pk, by="chen", now=NOON)
    assert faults.news(fault.pk, "抢修人员已经到场", by="chen", now=NOON) == 2
    assert faults.news(fault.pk, "抢修人员已经到场", by="chen", now=NOON) == 0
    late = _complain(3, at=timedelta(minutes=-1))
    faults.bind(fault.pk, by="chen", now=NOON)
    assert faults.go_on(NOON) == 1  # the sweep tells whoever was bound since
    assert faults.go_on(NOON) == 0
    for case in [*cases, late]:
        assert Message.objects.filter(msisdn=case.msisdn, text__contains="已经到场").count() == 1


def test_more_than_one_call_can_tell_is_left_to_the_sweep() -> None:
    cases, fault = [_complain(number) for number in range(1, 6)], _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    assert fault_telling._tell_some(Fault(pk=fault.pk, news="在修"), "chen", NOON, limit=2) == (2, 2)
    fault.news = "在修"
    fault.save()
    assert faults.go_on(NOON, limit=2) == 2
    assert faults.go_on(NOON, limit=2) == 1
    for case in cases:
        assert Message.objects.filter(msisdn=case.msisdn, text__contains="在修").count() == 1


def test_each_bound_case_gets_its_own_reply_from_wherever_it_stands() -> None:
    accepted, analysing, parked, asked, planned = (_complain(number) for number in range(1, 6))
    for case in (analysing, parked, asked, planned):
        handling.analyse(case.docket, "network", "没有信号", "normal", by="chen", now=NOON)
    for case in (parked, asked):
        handling.record(case.docket, NOON + DAY, by="chen", now=NOON)
    handling.ask(asked.docket, "quality", "哪个基站", by="chen", now=NOON)
    handling.solve_on_site(planned.docket, "重启手机", by="chen", now=NOON)
    fault = _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    done = faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON)
    assert (done.bound, done.answered, done.left, done.refused) == (5, 5, 0, {})
    for case in (accepted, analysing, parked, asked, planned):
        case.refresh_from_db()
        assert (case.state, case.reply) == (State.CONFIRMING.value, ANSWER)
        assert _replies(case) == 1
        first = Promise.objects.get(case=case, what="first_reply")
        assert first.kept_at is not None


def test_the_answer_is_never_given_twice_not_even_after_another_round() -> None:
    case, fault = _complain(1), _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON)
    handling.customer_says(case.docket, False, channel="sms", by="subscriber", now=NOON + DAY)
    faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON + DAY)
    assert faults.go_on(NOON + DAY) == 0
    assert _replies(case) == 1
    assert Case.objects.get(pk=case.pk).state == State.ANALYSING.value


def test_whoever_has_a_result_already_is_left_alone() -> None:
    case, fault = _complain(1), _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    handling.analyse(case.docket, "network", "没有信号", "normal", by="chen", now=NOON)
    handling.solve_on_site(case.docket, "换卡", by="chen", now=NOON)
    handling.reply(case.docket, "换了卡就好", by="chen", now=NOON)
    done = faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON)
    assert (done.answered, done.apart, done.left) == (0, 1, 0)
    assert _replies(case) == 0


def test_what_was_cut_off_in_the_middle_goes_on_where_it_stopped() -> None:
    cases = [_complain(number) for number in range(1, 8)]
    fault = _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    fault.answer, fault.answered_by, fault.answered_at = ANSWER, "chen", NOON
    fault.save()
    assert fault_telling._answer_some(fault, NOON, limit=3) == 3  # and here the process died
    part = faults.progress(fault.pk)
    assert (part.answered, part.left) == (3, 4)
    assert faults.go_on(NOON + DAY / 24) == 4
    assert [_replies(case) for case in cases] == [1] * 7
    assert faults.progress(fault.pk).left == 0
    assert faults.go_on(NOON + DAY / 24) == 0


def test_a_case_that_refuses_is_shown_to_a_person_and_stops_nobody() -> None:
    hire("liu", "clerk")
    mine = _complain(1)
    Case.objects.filter(pk=mine.pk).update(owner="liu")
    other = _complain(2)
    fault = _fault()
    faults.bind(fault.pk, by="chen", now=NOON)
    done = faults.answer_all(fault.pk, ANSWER, by="liu", now=NOON)  # liu may only act on her own
    assert done.refused == {other.docket: "not_owner"}
    assert done.answered == 1
    assert _replies(mine) == 1


def test_a_batch_reads_what_is_left_in_one_statement_however_many_are_bound() -> None:
    fault = _fault()
    for number in range(1, 10):
        _complain(number)
    faults.bind(fault.pk, by="chen", now=NOON)
    fault.answer, fault.answered_by, fault.answered_at = ANSWER, "chen", NOON
    fault.save()
    fault_telling._answer_some(fault, NOON, limit=1)  # whatever is read once is read now
    with sql.counting() as one:
        fault_telling._answer_some(fault, NOON, limit=1)
    with sql.counting() as three:
        fault_telling._answer_some(fault, NOON, limit=3)
    assert three.statements - 1 <= 3 * (one.statements - 1)
    with sql.counting() as count:
        faults.progress(fault.pk)
    assert count.statements == 1


@pytest.mark.parametrize(
    ("title", "category", "code"),
    [("", "network", "no_title"), ("断", "nonsense", "no_such_category"), ("断" * 121, "network", "too_long")],
)
def test_a_fault_needs_a_title_and_a_category(title: str, category: str, code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        faults.open(title, category, by="chen", now=NOON)


def test_refusals_of_faults_that_are_not_there_empty_words_and_second_answers() -> None:
    fault = _fault()
    with pytest.raises(NotAllowed, match="no_such_fault"):
        faults.bind(999_999, by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="no_words"):
        faults.answer_all(fault.pk, " ", by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="too_long"):
        faults.news(fault.pk, "长" * 301, by="chen", now=NOON)
    faults.answer_all(fault.pk, ANSWER, by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="answered"):
        faults.answer_all(fault.pk, "别的说法", by="chen", now=NOON)
    with pytest.raises(NotAllowed, match="answered"):
        faults.news(fault.pk, "还有消息", by="chen", now=NOON)
