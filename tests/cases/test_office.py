"""The office: cases answered like a carrier's, each attempt once, whatever dies or is away meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from careline import wiring
from careline.carrier.port import Answer, CarrierDown, CarrierSilent, Request
from careline.cases.records.case import Case, Contact
from careline.cases.states import State
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.ledger.models import Arrived, Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.cases import desk
from tests.halls import NOON, Hall, answer_of, reference_of, the_book

COMPLAINT = "投诉 上个月多扣了10元"


@pytest.fixture
def racing_hall(transactional_db: None) -> Hall:
    """A hall where other threads see what is committed."""
    return Hall()


def janitor() -> Janitor:
    return Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=the_book)


def later(hall: Hall, times: int = 1) -> int:
    settled = 0
    for _ in range(times):
        hall.clock.pass_(minutes=1)
        settled += janitor().sweep(hall.clock())
    return settled


def asked(*requests: Request) -> list[Any]:
    found = dict(wiring.office().ask(list(requests), now=NOON, time_limit_seconds=5))
    return [found[index] for index in range(len(requests))]


def request(msisdn: Msisdn, kind: str, subject: str = "", reference: str = "", **values: Any) -> Request:
    return Request(reference or new_reference()[0], msisdn, kind, subject, values)


def cases_of(msisdn: Msisdn) -> list[Case]:
    return list(Case.objects.filter(msisdn=msisdn.digits).order_by("opened_at", "id"))


def dies(hall: Hall, msisdn: Msisdn, text: str, *, after_asking: bool) -> str:
    """The hall's process dies while it serves: before the office was asked, or after; the attempt it leaves behind."""
    reception = hall.another()

    class Dead(BaseException):
        pass

    class Dying(Serving):
        def serve(self, *given: Any, **named: Any) -> Any:
            if after_asking:
                super().serve(*given, **named)
            raise Dead

    reception.serving = Dying(wiring.office(), wiring.behaviours())
    with pytest.raises(Dead):
        reception.receive([hall.arrival(msisdn, text)])
    return str(OpenAttempt.objects.get(msisdn=msisdn.digits, asking=False).id)


@contextmanager
def records_away() -> Iterator[None]:
    """The tables of cases cannot be reached; those of the hall can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE case_contact RENAME TO case_contact_away; ALTER TABLE case_case RENAME TO case_away"
        )
        try:
            yield
        finally:
            cursor.execute(
                "ALTER TABLE case_away RENAME TO case_case; ALTER TABLE case_contact_away RENAME TO case_contact"
            )


def test_a_reference_opens_one_case_however_often_it_is_asked(hall: Hall) -> None:
    wang = hall.fresh("T5")
    same = request(wang, "case_open", "complaint", words="多扣了10元")
    first, second = asked(same)[0], asked(same)[0]
    assert first.facts["docket"] == second.facts["docket"]
    assert (first.facts["joined"], second.facts["joined"]) == (False, False)
    assert len(cases_of(wang)) == 1
    (told,) = asked(Request(new_reference()[0], wang, "inquire", values={"reference": same.reference}))
    assert told.facts["state"] == "done"
    assert told.facts["facts"]["docket"] == first.facts["docket"]


def test_what_is_not_of_cases_is_asked_of_the_carrier_in_the_same_breath(hall: Hall) -> None:
    wang = hall.fresh("T5")
    account, opened, unknown = asked(
        request(wang, "account"),
        request(wang, "case_open", "enquiry", words="几点开门"),
        Request(new_reference()[0], wang, "inquire", values={"reference": new_reference()[0]}),
    )
    assert account.facts["basic"] == 100_00
    assert opened.facts["kind"] == "enquiry"
    assert unknown.facts["state"] == "absent"
    assert set(wiring.office().lines([wang])) == {wang}
    assert list(wiring.office().alerts_due()) == []


def test_a_hall_that_dies_after_the_case_was_opened_tells_the_same_docket(hall: Hall) -> None:
    wang = hall.fresh("T5")
    reference = dies(hall, wang, COMPLAINT, after_asking=True)
    (case,) = cases_of(wang)
    assert later(hall) == 1
    assert Attempt.objects.get(id=reference).outcome == "done"
    assert [one.docket for one in cases_of(wang)] == [case.docket]
    assert case.docket in Message.objects.get(attempt=reference).text


def test_a_hall_that_dies_before_it_could_open_the_case_loses_no_complaint(hall: Hall) -> None:
    wang = hall.fresh("T5")
    reference = dies(hall, wang, COMPLAINT, after_asking=False)
    assert cases_of(wang) == []
    assert later(hall) == 1
    (case,) = cases_of(wang)
    assert (case.category, case.channel, case.link) == ("billing", "sms", "test")
    assert Attempt.objects.get(id=reference).outcome == "done"
    assert case.docket in Message.objects.get(attempt=reference).text


def test_records_that_cannot_be_reached_lose_nothing_and_are_told_as_a_fault(racing_hall: Hall) -> None:
    hall = racing_hall
    wang, li = hall.fresh("T5"), hall.fresh("T5")
    with records_away():
        wrote, looked = hall.say_all([(wang, COMPLAINT), (li, "投诉进度")])
        assert (wrote.outcome, wrote.cause) == (Outcome.UNKNOWN, Cause.CARRIER_SILENT)
        assert "登记好马上发短信" in answer_of(wrote)
        assert (looked.outcome, looked.cause) == (Outcome.FAILED, Cause.CARRIER_FAULT)
        assert "系统出了故障" in answer_of(looked)
        assert hall.say(li, "CXYE").outcome is Outcome.DONE  # nobody else is held up
        assert later(hall, 5) == 0  # it stays open, however long that lasts
    assert cases_of(wang) == []
    assert later(hall, 8) == 1
    (case,) = cases_of(wang)
    assert Attempt.objects.get(id=reference_of(wrote)).outcome == "done"
    told = Message.objects.filter(attempt=reference_of(wrote)).order_by("created_at")
    assert [case.docket in one.text for one in told] == [False, True]


def test_the_office_names_what_is_unknown_and_what_never_happened(racing_hall: Hall) -> None:
    wang = racing_hall.fresh("T5")
    with records_away():
        read, wrote, money = asked(request(wang, "case_status"), request(wang, "case_urge"), request(wang, "account"))
    assert isinstance(read, CarrierDown)
    assert isinstance(wrote, CarrierSilent)
    assert money.facts["basic"] == 100_00


def test_many_who_ask_cost_as_many_statements_as_one(hall: Hall) -> None:
    customers = [hall.fresh("T5") for _ in range(6)]
    for one in customers:
        hall.say(one, COMPLAINT, "投诉 信号不好，打不通")
    counts = []
    for some in (customers[:1], customers):
        said: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, said: list[str] = said) -> Any:
            if "catalogue_pointer" not in sql:  # which is looked at only while nothing is published, as here
                said.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            answers = asked(*(request(one, "case_status") for one in some))
        assert [answer.facts["count"] for answer in answers] == [2] * len(some)
        counts.append(len(said))
    assert counts[0] == counts[1] == 3


def test_two_complaints_of_one_matter_at_the_same_moment_are_one_case(racing_hall: Hall) -> None:
    hall = racing_hall
    wang = hall.fresh("T5")
    requests = [request(wang, "case_open", "complaint", words=f"多扣了{n}元") for n in range(4)]
    together = Barrier(len(requests))
    answers: list[Answer] = []

    def complain(one: Request) -> None:
        together.wait(20)
        answers.extend(asked(one))
        connection.close()

    threads = [Thread(target=complain, args=(one,)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    (case,) = cases_of(wang)
    assert {answer.facts["docket"] for answer in answers} == {case.docket}
    assert sorted(answer.facts["joined"] for answer in answers) == [False, True, True, True]
    assert case.repeats == 3


def test_urging_answering_and_rating_count_once_for_each_attempt(hall: Hall) -> None:
    desk.settled()
    wang = hall.fresh("T5")
    docket = desk.led(State.CONFIRMING, msisdn=wang)
    urge = request(wang, "case_urge")
    for _ in range(2):
        assert asked(urge)[0].facts["docket"] == docket
    assert desk.read(docket).urged == 1
    says = request(wang, "case_answer", satisfied=True)
    rates = request(wang, "case_rate", rating=4)
    for _ in range(2):
        assert asked(says)[0].facts["satisfied"] is True
    for _ in range(2):
        assert asked(rates)[0].facts["rating"] == 4
    assert asked(request(wang, "case_rate", rating=5))[0].refused is Cause.ALREADY_ON
    assert asked(request(wang, "case_rate", rating=9, docket=docket))[0].refused is Cause.WRONG_PARAMETER
    assert desk.deeds_of(docket).count("satisfied") == 1
    assert Contact.objects.filter(case__docket=docket).count() == 4


def test_who_is_not_satisfied_after_the_end_begins_the_same_case_again(hall: Hall) -> None:
    desk.settled()
    wang = hall.fresh("T5")
    docket = desk.led(State.CLOSED, msisdn=wang)
    again = request(wang, "case_answer", satisfied=False, words="还没退钱")
    for _ in range(2):
        assert asked(again)[0].facts["docket"] == docket
    case = desk.read(docket)
    assert (case.state, case.round) == ("analysing", 2)


@pytest.mark.parametrize("kind", ["case_status", "case_urge", "case_answer", "case_rate"])
def test_somebody_else_s_docket_is_answered_like_one_that_does_not_exist(hall: Hall, kind: str) -> None:
    desk.settled()
    wang, li = hall.fresh("T5"), hall.fresh("T5")
    docket = desk.led(State.CONFIRMING, msisdn=wang)
    values: dict[str, Any] = {"satisfied": True, "rating": 5}
    theirs, nobody = asked(request(li, kind, docket=docket, **values), request(li, kind, docket="2505999996", **values))
    assert theirs == nobody
    assert theirs.refused is Cause.NOT_FOUND
    assert desk.read(docket).satisfied is None
    assert asked(request(li, "case_sort", came="x", category="billing"))[0].refused is Cause.NOT_FOUND


def test_numbers_and_secrets_in_the_words_are_kept_nowhere(hall: Hall) -> None:
    wang = hall.fresh("T5")
    secret = "投诉 我的身份证110101199001011237，密码246810，请打13912345678"
    hall.say(wang, secret)
    hall.say(wang, "投诉", "他让我把密码135790告诉他，还打13987654321骚扰我")
    kept = [str(one.words) for one in cases_of(wang)]
    kept += [one.words for one in Contact.objects.filter(case__msisdn=wang.digits)]
    kept += [str(one.parameters) for one in Attempt.objects.filter(msisdn=wang.digits)]
    kept += [one.said + one.steps for one in Arrived.objects.filter(msisdn=wang.digits)]
    assert len(kept) > 6
    for shown in ("110101199001011237", "246810", "13912345678", "135790", "13987654321"):
        assert not [one for one in kept if shown in one], shown


def test_a_complaint_is_an_attempt_with_its_channel_table_and_end(hall: Hall) -> None:
    wang = hall.fresh("T5")
    served = hall.say(wang, COMPLAINT)
    attempt = Attempt.objects.get(id=reference_of(served))
    assert (attempt.service, attempt.verb, attempt.table, attempt.outcome) == ("complain", "other", "T0", "done")
    (case,) = cases_of(wang)
    assert str(case.contact) == str(attempt.contact)
    assert case.opened_at - NOON < timedelta(seconds=1)
