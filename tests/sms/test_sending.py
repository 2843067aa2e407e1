"""Letters leave, are told apart from letters that did not, and what became of them is known."""

from datetime import timedelta

import pytest

from careline.journal.models import Entry
from careline.outbox import claiming, posting, resending
from careline.outbox.models import Message
from careline.outbox.posting import Letter
from careline.protocols.smpp import codes
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


def test_what_others_post_leaves_too(street: Street) -> None:
    street.open()
    one = letter("话费余额提醒")
    post(one)
    assert street.answer(CUSTOMER) == "话费余额提醒"
    eventually(lambda: state_of(one) == "sent")
    assert Message.objects.get(id=one.id).remote_ids


def test_letters_wait_for_a_bind_without_being_tried(street: Street) -> None:
    street.loop.run(street.smsc.close())
    service = street.service()
    street.loop.run(service.start())
    one = letter()
    post(one)
    eventually(lambda: service.bound[0].binds[0].last_failure)  # type: ignore[attr-defined]
    row = Message.objects.get(id=one.id)
    assert (row.state, row.tries, row.claimed_by) == ("queued", 0, "")
    assert one.id in {stuck.id for stuck in resending.stuck(clock())}
    street.loop.run(street.smsc.start())
    street.answer(CUSTOMER)
    assert Message.objects.get(id=one.id).tries == 1


def test_a_letter_of_a_dead_sender_is_sent_again_and_counted(street: Street) -> None:
    """It had handed it to the SMSC and died before it could write that down; nobody can know."""
    one = letter()
    post(one, claimed_by="dead-sender", due_in=0.3)
    service = street.open()
    street.answer(CUSTOMER)
    eventually(lambda: state_of(one) == "sent")
    row = Message.objects.get(id=one.id)
    assert (row.doubts, row.tries) == (1, 2)
    assert service.sender.figures.doubted == 1


def test_a_letter_that_is_with_a_link_stays_claimed(street: Street) -> None:
    street.smsc.withholding = True
    service = street.open(response_seconds=60)
    one = letter()
    post(one)
    street.answer(CUSTOMER)
    due = Message.objects.get(id=one.id).due_at
    assert due > clock() + timedelta(seconds=30)
    other = claiming.claim([], "another", clock(), clock() + timedelta(seconds=60))
    assert other == []
    street.loop.call(street.smsc.release)
    eventually(lambda: state_of(one) == "sent")
    eventually(lambda: service.sender.figures.sent == 1)  # counted once the row is written


def test_two_senders_never_send_one_letter(street: Street) -> None:
    one, two = street.open(), street.open()
    letters = [letter(f"第{index}条", msisdn=Msisdn(f"86139000{index:05}")) for index in range(200)]
    post(*letters)
    eventually(lambda: Message.objects.filter(state="sent").count() == 200)
    assert sorted(arrival.text for arrival in street.smsc.arrivals) == sorted(one_.text for one_ in letters)
    eventually(lambda: one.sender.figures.sent + two.sender.figures.sent >= 200)  # counted once the rows are written
    assert one.sender.figures.sent + two.sender.figures.sent == 200


def test_letters_to_one_customer_keep_their_order(street: Street) -> None:
    street.open(account={"binds": 3})
    letters = [letter(f"第{index}条") for index in range(50)]
    start = clock() - timedelta(seconds=1)
    for index, one in enumerate(letters):
        posting.post([one], now=start + timedelta(milliseconds=index), due_at=clock() + timedelta(seconds=0.3))
    street.answer(CUSTOMER, 50)
    assert street.answers(CUSTOMER) == [one.text for one in letters]


def test_a_refused_letter_is_tried_again_and_arrives(street: Street) -> None:
    refusals = [codes.SYSTEM_ERROR]
    street.smsc.answer_status = lambda message: refusals.pop() if refusals else codes.OK
    service = street.open()
    one = letter()
    post(one)
    street.answer(CUSTOMER)
    eventually(lambda: state_of(one) == "sent")
    assert Message.objects.get(id=one.id).tries == 2
    assert service.sender.figures.retried == 1
    assert Message.objects.get(id=one.id).doubts == 0


def test_only_the_missing_part_of_a_long_letter_is_sent_again(street: Street) -> None:
    refusals = [codes.SYSTEM_ERROR, codes.OK]
    street.smsc.answer_status = lambda message: refusals.pop() if refusals else codes.OK
    street.open()
    one = letter("长" * 150)
    post(one)
    assert street.answer(CUSTOMER) == "长" * 150
    eventually(lambda: state_of(one) == "sent")
    assert street.smsc.submissions == 4  # three parts, and the second once more
    assert len(Message.objects.get(id=one.id).remote_ids) == 3


def test_a_number_that_the_smsc_does_not_know_is_given_up_at_once(street: Street) -> None:
    street.smsc.answer_status = lambda message: 0x0B
    service = street.open()
    one = letter()
    post(one)
    eventually(lambda: state_of(one) == "failed")
    row = Message.objects.get(id=one.id)
    assert row.error == "status 0xb"
    assert [stuck.id for stuck in resending.stuck(clock())] == [one.id]
    eventually(lambda: service.sender.figures.given_up == 1)


def test_throttling_only_delays(street: Street) -> None:
    street.smsc.throttle = 5
    street.open()
    letters = [letter(f"第{index}条", msisdn=Msisdn(f"86139000{index:05}")) for index in range(20)]
    post(*letters)
    eventually(lambda: Message.objects.filter(state="sent", tries=1).count() == 20)


def test_resending_is_a_new_sending_of_the_same_letter_and_is_counted(street: Street) -> None:
    street.open()
    one = letter()
    post(one)
    street.answer(CUSTOMER)
    eventually(lambda: state_of(one) == "sent")
    resending.resend(one.id, by="lixia", now=clock())
    assert street.answer(CUSTOMER, 2) == one.text
    eventually(lambda: state_of(one) == "sent")
    assert Message.objects.get(id=one.id).resends == 1
    assert Entry.objects.get(did="resend").who == "lixia"


def test_what_is_still_on_its_way_cannot_be_resent(db: None) -> None:
    one = letter()
    post(one)
    with pytest.raises(resending.NotThere):
        resending.resend(one.id, by="lixia", now=clock())
    with pytest.raises(resending.NotThere):
        resending.resend(new_reference()[0], by="lixia", now=clock())
