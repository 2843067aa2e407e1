"""A text comes in at the SMSC, is done, and its answer goes out there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from careline.channels.sms.suggestions import suggestions
from careline.hall.reception import Reception
from careline.ledger.models import Attempt
from careline.outbox.models import Message

from .street import Street, clock, eventually, receptions


def test_a_text_is_answered(street: Street) -> None:
    service = street.open()
    customer = street.fresh()
    answer = street.ask(customer, "CXYE")
    assert "余额" in answer
    street.settled()
    eventually(lambda: Message.objects.get().state == "sent")
    eventually(lambda: service.sender.figures.handed_over == 1)


def test_the_answer_comes_from_the_number_that_was_written_to(street: Street) -> None:
    street.open()
    customer = street.fresh()
    street.ask(customer, "CXYE", to="1008611")
    assert street.smsc.arrivals[-1].source == "1008611"


@pytest.mark.requirement("CH-17")
def test_what_is_sent_to_the_second_number_is_kept_as_a_suggestion_thanked_and_costs_nothing(street: Street) -> None:
    street.open()
    customer = street.fresh()
    before = street.ask(customer, "CXYE")
    answer = street.ask(customer, "CXYE 这个代码不好记，请打13912345678给我", to="10086900")
    assert "谢谢" in answer
    assert street.smsc.arrivals[-1].source == "10086900"
    [kept] = suggestions(clock() - timedelta(hours=1), clock() + timedelta(hours=1))
    assert kept.msisdn == customer
    assert kept.words.startswith("CXYE 这个代码不好记")
    assert kept.words.endswith("请打139****5678给我")
    assert street.ask(customer, "CXYE") == before


@pytest.mark.requirement("CH-17")
def test_before_its_first_day_the_second_number_takes_nothing(street: Street) -> None:
    early = datetime(2009, 3, 17, 4, 0, tzinfo=UTC)

    def reception_of(name: str) -> Callable[[int], Reception]:
        def reception_for(shard: int) -> Reception:
            reception = receptions()(name)(shard)
            reception.clock = lambda: early
            return reception

        return reception_for

    street.open(reception_of=reception_of)
    answer = street.ask(street.fresh(), "希望晚上也有人接电话", to="10086900")
    assert "3月18日" in answer
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.cause) == ("refused", "not_started")
    assert suggestions(early - timedelta(days=1), clock()) == []
