"""Long messages: parts in any order, kept before they are acknowledged, never mixed between customers."""

from datetime import UTC, datetime, timedelta

from careline.channels.sms import parts
from careline.channels.sms.models import Part
from careline.ledger.models import Arrived, Attempt
from careline.protocols.concatenation import Concatenation
from careline.protocols.joining import Piece
from careline.simulators.deliveries import texts

from .street import Street, eventually

LONG = (
    "各位你们好我想说的是这个短信营业厅很好用但是有的时候代码太多了我记不住希望能够多一些中文的说明谢谢你们的服务祝工作顺利再见"
    * 2
)
NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


def said(street: Street) -> list[str]:
    return sorted(one.said for one in Arrived.objects.all())


def test_a_long_message_is_one_message_whatever_the_order_of_its_parts(street: Street) -> None:
    street.open()
    customer = street.fresh()
    parts_ = texts(customer.digits, "10086", LONG, reference=7)
    assert len(parts_) == 2
    street.send([parts_[1]])
    street.settled()
    assert Arrived.objects.count() == 0
    street.send([parts_[0]])
    street.settled()
    street.answer(customer)
    assert said(street) == [LONG]


def test_two_customers_with_the_same_reference_are_never_mixed(street: Street) -> None:
    street.open()
    one, two = street.fresh(), street.fresh()
    ours = texts(one.digits, "10086", "甲" * 100, reference=9)
    theirs = texts(two.digits, "10086", "乙" * 100, reference=9)
    street.send([ours[0], theirs[1], theirs[0], ours[1]])
    street.settled()
    eventually(lambda: Arrived.objects.count() == 2)
    assert {row.msisdn: row.said for row in Arrived.objects.all()} == {one.digits: "甲" * 100, two.digits: "乙" * 100}


def test_the_last_part_is_acknowledged_only_when_the_hall_has_the_message(street: Street) -> None:
    from .test_once_only import Gate, waiting_for_a_lock

    street.open()
    customer = street.fresh()
    with Gate():
        street.send(texts(customer.digits, "10086", LONG, reference=7))
        eventually(waiting_for_a_lock)
        assert street.smsc.acknowledged <= 1
    street.settled()
    street.answer(customer)


def test_parts_survive_a_restart(street: Street) -> None:
    first = street.open()
    customer = street.fresh()
    parts_ = texts(customer.digits, "10086", LONG, reference=7)
    street.send([parts_[0]])
    street.settled()
    street.close(first)
    street.open()
    street.send([parts_[1]])
    street.settled()
    eventually(lambda: said(street) == [LONG])


def test_a_part_that_comes_twice_changes_nothing(street: Street) -> None:
    street.open()
    customer = street.fresh()
    street.send(texts(customer.digits, "10086", LONG, reference=7))
    street.settled()
    street.answer(customer)
    # The same part once more, as after a lost acknowledgement.
    street.send([texts(customer.digits, "10086", LONG, reference=7)[1]])
    street.settled()
    assert Arrived.objects.count() == 1
    assert Part.objects.count() == 2


def test_a_reference_that_comes_again_names_another_message(street: Street) -> None:
    street.open()
    customer = street.fresh()
    street.send(texts(customer.digits, "10086", "甲" * 100, reference=7))
    street.settled()
    street.send(texts(customer.digits, "10086", "乙" * 100, reference=7))
    street.settled()
    eventually(lambda: said(street) == ["乙" * 100, "甲" * 100])


def test_an_answer_longer_than_one_message_arrives_whole(street: Street) -> None:
    street.open()
    customer = street.fresh()
    answer = street.ask(customer, "10086")
    assert len(answer) > 70
    assert len(street.smsc.arrivals[-1].message_ids) >= 2
    assert "�" not in answer


# The rows alone


def piece(number: int, body: bytes = b"", *, at: float = 0, reference: int = 5, total: int = 3) -> Piece:
    place = Concatenation(reference, total, number)
    body = body or f"part {number} ".encode("utf-16-be")
    return Piece("8613900000001", "10086", place, 8, body, NOW + timedelta(seconds=at), tag=(number, at))


def test_each_part_is_safe_once_kept_and_the_last_waits_for_the_hall(db: None) -> None:
    assert parts.take("smsc", [piece(1), piece(3)]) == ([], [(1, 0), (3, 0)])
    [complete], safe = parts.take("smsc", [piece(2, at=1)])
    assert complete.joined.text == "part 1 part 2 part 3 "
    assert complete.tags == [(2, 1)]
    assert safe == []


def test_a_repetition_of_a_complete_message_gives_the_same_series(db: None) -> None:
    [complete], _ = parts.take("smsc", [piece(1), piece(2), piece(3)])
    [again], safe = parts.take("smsc", [piece(2, at=30)])
    assert again.series == complete.series
    assert again.tags == [(2, 30)]
    assert safe == []


def test_what_came_is_dealt_with_when_its_time_is_over(db: None) -> None:
    parts.take("smsc", [piece(1), piece(3)])
    assert parts.late("smsc", NOW + timedelta(minutes=9)) == []
    [late] = parts.late("smsc", NOW + timedelta(minutes=11))
    assert late.joined.text == "part 1 …part 3 "
    assert late.joined.missing == (2,)
    parts.done([late.series], NOW + timedelta(minutes=11))
    assert parts.late("smsc", NOW + timedelta(minutes=12)) == []
    # The missing part comes after all: it belongs to nothing any more.
    complete, safe = parts.take("smsc", [piece(2, at=700)])
    assert (complete, safe) == ([], [(2, 700)])


def test_links_do_not_share_references(db: None) -> None:
    parts.take("one", [piece(1), piece(2)])
    complete, _ = parts.take("two", [piece(3)])
    assert complete == []


def test_parts_are_forgotten_an_hour_after_the_message_was_done(db: None) -> None:
    [complete], _ = parts.take("smsc", [piece(1), piece(2), piece(3)])
    parts.done([complete.series], NOW)
    assert parts.forget(NOW + timedelta(minutes=59)) == 0
    assert parts.forget(NOW + timedelta(minutes=61)) == 3


def test_a_part_of_a_long_gone_message_begins_another(db: None) -> None:
    parts.take("smsc", [piece(1), piece(2)])
    complete, _ = parts.take("smsc", [piece(3, at=3600)])
    assert complete == []


def test_attempts_are_made_of_whole_messages_only(street: Street) -> None:
    street.open()
    customer = street.fresh()
    street.send([texts(customer.digits, "10086", LONG, reference=7)[0]])
    street.settled()
    assert not Attempt.objects.exists()
