"""What is picked on a page is the same attempt as what is sent: the same rules, prices, questions and records."""

from typing import Any

import pytest

from careline.hall import window
from careline.hall.turn import Served
from careline.ledger.models import Attempt
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.halls import Hall, answer_of, reference_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return Hall()


def pick(hall: Hall, number: Msisdn, service: str = "", verb: str = "", key: str = "", **more: Any) -> Served:
    return window.pick(
        hall.reception, number, key or new_reference()[0], hall.clock(), service=service, verb=verb, **more
    )


def cost(service: str, tier: str = "") -> str:
    from tests.halls import the_book

    known = the_book().services[service]
    return f"{int(known.tiers[tier].price if tier else known.price)}/{known.per}"


def test_a_click_beside_its_price_does_what_the_exact_code_does(hall: Hall) -> None:
    served = pick(hall, hall.fresh(), "caller_id", "subscribe", agreed=cost("caller_id"))
    assert served.outcome is Outcome.DONE
    ended = Attempt.objects.get(id=reference_of(served))
    assert (ended.channel, ended.service, ended.verb) == ("web", "caller_id", "subscribe")
    assert served.facts["effective_on"]


def test_a_click_beside_another_price_is_asked_back_and_done_after_the_yes(hall: Hall) -> None:
    number = hall.fresh()
    asked = pick(hall, number, "caller_id", "subscribe", agreed="1/month")
    assert asked.outcome is None
    assert asked.asks == "confirm"
    assert asked.question is not None
    assert "回复" not in answer_of(asked)
    done = pick(hall, number, answers=reference_of(asked), yes=True)
    assert done.outcome is Outcome.DONE
    assert done.reference == asked.reference


def test_a_no_ends_the_attempt_and_charges_nothing(hall: Hall) -> None:
    number = hall.fresh()
    asked = pick(hall, number, "caller_id", "subscribe")
    declined = pick(hall, number, answers=reference_of(asked), yes=False)
    assert (declined.outcome, declined.cause) == (Outcome.ABANDONED, Cause.DECLINED)


def test_a_yes_on_a_page_left_open_confirms_nothing_else(hall: Hall) -> None:
    number = hall.fresh()
    old = pick(hall, number, "caller_id", "subscribe")
    pick(hall, number, "call_waiting", "subscribe")
    late = pick(hall, number, answers=reference_of(old), yes=True)
    assert late.outcome is None
    assert late.letter is not None
    assert late.letter.key == "talk.nothing_open"


def test_the_same_form_sent_twice_is_done_once(hall: Hall) -> None:
    number = hall.fresh()
    first = pick(hall, number, "caller_id", "subscribe", key="form-1", agreed=cost("caller_id"))
    again = pick(hall, number, "caller_id", "subscribe", key="form-1", agreed=cost("caller_id"))
    assert again.repeat
    assert answer_of(again) == answer_of(first)
    assert Attempt.objects.filter(msisdn=number.digits).count() == 1


def test_a_service_that_does_not_exist_here_is_refused_and_recorded(hall: Hall) -> None:
    served = pick(hall, hall.fresh(), "no_such_service", "subscribe")
    assert served.outcome is None
    assert served.letter is not None
    assert served.letter.key == "error.not_here"


def test_a_query_gives_the_facts_beside_the_words(hall: Hall) -> None:
    served = pick(hall, hall.fresh(), "balance", "query")
    assert served.outcome is Outcome.DONE
    assert served.facts["basic"] >= 0


def test_a_wrong_value_is_named_and_what_was_typed_is_not_kept(hall: Hall) -> None:
    served = pick(hall, hall.fresh(), "bill_by_month", "query", values={"month": "2099-13"})
    assert (served.outcome, served.cause) == (Outcome.FAILED, Cause.WRONG_PARAMETER)
    assert served.asks == "fill"
