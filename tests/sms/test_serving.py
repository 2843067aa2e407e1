"""A text comes in at the SMSC, is done, and its answer goes out there."""

import pytest

from careline.outbox.models import Message

from .conftest import Street, eventually


def test_a_text_is_answered(street: Street) -> None:
    service = street.open()
    customer = street.fresh()
    answer = street.ask(customer, "CXYE")
    assert "余额" in answer
    street.settled()
    eventually(lambda: Message.objects.get().state == "sent")
    assert service.sender.figures.handed_over == 1


def test_the_answer_comes_from_the_number_that_was_written_to(street: Street) -> None:
    street.open()
    customer = street.fresh()
    street.ask(customer, "CXYE", to="1008611")
    assert street.smsc.arrivals[-1].source == "1008611"


@pytest.mark.requirement("CH-17")
def test_what_is_sent_to_the_second_number_is_kept_as_a_suggestion(street: Street) -> None:
    street.open()
    customer = street.fresh()
    assert "CXYE" not in street.ask(customer, "CXYE 这个短信代码不好记", to="10086900")
