"""What became of letters is known by their receipts, however and whenever these come."""

from datetime import timedelta

import pytest

from careline.outbox import claiming, posting, receipts
from careline.outbox.models import Message
from careline.outbox.models import Part as OutboxPart
from careline.outbox.posting import Letter
from careline.outbox.receipts import SentPart, Told
from careline.simulators.deliveries import ReceiptTime
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

from .street import Street, clock, eventually

CUSTOMER = Msisdn("8613900000001")


def letter(text: str = "您好", link: str = "smsc", msisdn: Msisdn = CUSTOMER) -> Letter:
    return Letter(new_reference()[0], msisdn, "sms", link, "10086", text)


def post(*letters: Letter, claimed_by: str = "", due_in: float = 0) -> None:
    now = clock()
    posting.post(letters, now=now, due_at=now + timedelta(seconds=due_in), claimed_by=claimed_by)


def state_of(one: Letter) -> str:
    return Message.objects.get(id=one.id).state


@pytest.mark.parametrize("when", [ReceiptTime.AFTER, ReceiptTime.BEFORE])
@pytest.mark.parametrize("form", ["text", "tlv", "both"])
def test_a_receipt_finds_its_letter(street: Street, when: ReceiptTime, form: str) -> None:
    street.smsc.receipts = when
    street.smsc.receipt_form = form  # type: ignore[assignment]
    service = street.open(account={"receipts": True})
    one = letter("长" * 100)
    post(one)
    eventually(lambda: state_of(one) == "delivered")
    street.settled()
    eventually(lambda: service.sender.receipts.figures.receipts == 2)


@pytest.mark.parametrize(
    "written",
    [lambda id_: str(int(id_, 16)), lambda id_: id_.lstrip("0"), lambda id_: id_.upper(), lambda id_: f"{int(id_, 16):020d}"],
    ids=["decimal", "zeros lost", "upper case", "decimal with zeros"],
)  # fmt: skip
def test_receipts_are_matched_however_the_id_is_written(street: Street, written) -> None:  # type: ignore[no-untyped-def]
    street.smsc.receipts = ReceiptTime.AFTER
    street.smsc.receipt_id = written
    street.smsc._counter = 0xABCDE
    street.open(account={"receipts": True})
    one = letter()
    post(one)
    eventually(lambda: state_of(one) == "delivered")


def test_a_receipt_that_says_no_fails_the_letter(street: Street) -> None:
    from careline.protocols.receipts import DeliveryState

    street.smsc.receipts = ReceiptTime.AFTER
    street.smsc.receipt_state = DeliveryState.UNDELIVERABLE
    street.open(account={"receipts": True})
    one = letter()
    post(one)
    eventually(lambda: state_of(one) == "failed")
    assert Message.objects.get(id=one.id).error.startswith("undeliverable")


def test_without_receipts_asked_for_no_part_is_remembered(street: Street) -> None:
    street.open()
    one = letter()
    post(one)
    eventually(lambda: state_of(one) == "sent")
    assert not OutboxPart.objects.exists()


def told(*keys: str, state: str = "delivered", destination: str = CUSTOMER.digits) -> Told:
    return Told("smsc", keys, destination, state, True)


def test_a_letter_is_delivered_when_every_part_is(db: None) -> None:
    one = letter()
    post(one)
    claiming.sent([one.id], ["a1 a2"], clock())
    receipts.expect([SentPart("smsc", f"a{n}", CUSTOMER.digits, one.id, n, 2) for n in (1, 2)], clock())
    assert receipts.settle([told("a1"), told("ff")], clock()) == {0}
    assert state_of(one) == "sent"
    assert receipts.settle([told("a2")], clock()) == {0}
    assert state_of(one) == "delivered"


def test_a_converted_id_that_fits_another_customer_by_chance_settles_nothing(db: None) -> None:
    one = letter()
    post(one)
    claiming.sent([one.id], ["a1"], clock())
    receipts.expect([SentPart("smsc", "a1", CUSTOMER.digits, one.id, 1, 1)], clock())
    assert receipts.settle([told("a1", destination="8613911111111")], clock()) == set()
    assert receipts.settle([told("a1", destination="13900000001")], clock()) == {0}
    assert state_of(one) == "delivered"


def test_of_two_forms_of_an_id_the_likelier_wins(db: None) -> None:
    likely, converted = letter(), letter()
    post(likely, converted)
    claiming.sent([likely.id, converted.id], ["16", "10"], clock())
    receipts.expect(
        [
            SentPart("smsc", "10", CUSTOMER.digits, converted.id, 1, 1),
            SentPart("smsc", "16", CUSTOMER.digits, likely.id, 1, 1),
        ],
        clock(),
    )
    receipts.settle([told("16", "10")], clock())
    assert (state_of(likely), state_of(converted)) == ("delivered", "sent")
