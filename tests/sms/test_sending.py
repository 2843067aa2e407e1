"""Letters leave, are told apart from letters that did not, and what became of them is known."""

from datetime import timedelta

import pytest

from careline.channels.sms.sending import End, Route, Underway, fit, judge
from careline.journal.models import Entry
from careline.links.link import Outbound, PartResult, Result, Sent
from careline.outbox import claiming, posting, receipts, resending
from careline.outbox.models import Message
from careline.outbox.models import Part as OutboxPart
from careline.outbox.posting import Letter
from careline.outbox.receipts import SentPart, Told
from careline.protocols.smpp import codes
from careline.protocols.smstext import count_parts, encode_parts
from careline.simulators.deliveries import ReceiptTime
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

from .conftest import NOON, Street, clock, eventually

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
    assert service.sender.figures.sent == 1


def test_two_senders_never_send_one_letter(street: Street) -> None:
    one, two = street.open(), street.open()
    letters = [letter(f"第{index}条", msisdn=Msisdn(f"86139000{index:05}")) for index in range(200)]
    post(*letters)
    eventually(lambda: Message.objects.filter(state="sent").count() == 200)
    assert sorted(arrival.text for arrival in street.smsc.arrivals) == sorted(one_.text for one_ in letters)
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
    assert service.sender.figures.given_up == 1


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


# Receipts


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
    assert service.sender.receipts.figures.receipts == 2


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


# What a submission's end means


def underway(text: str = "您好", tries: int = 1) -> Underway:
    one = letter(text)
    return Underway(
        Letter(one.id, one.msisdn, "sms", "smsc", "10086", text, tries=tries, created_at=NOON),
        Route("smsc", (), hopeless=frozenset({0x0B})),
        "smsc.1",
    )


def ended(one: Underway, *ends: tuple[Sent, int, str]) -> Result:
    outbound = Outbound(one.letter.id, "10086", CUSTOMER.digits, one.letter.text)
    outbound.parts = encode_parts(one.letter.text, alphabet="ucs2")
    results = [
        PartResult(n, sent, f"id{n}" if sent is Sent.ACCEPTED else "", status, error)
        for n, (sent, status, error) in enumerate(ends, 1)
    ]
    return Result(outbound, "smsc.1", results)


def test_the_ends_of_a_submission() -> None:
    def verdict(sent: Sent, status: int = 0, error: str = "", tries: int = 1, hours: float = 0):  # type: ignore[no-untyped-def]
        one = underway(tries=tries)
        return judge(one, ended(one, (sent, status, error)), NOON + timedelta(hours=hours))

    assert verdict(Sent.ACCEPTED).end is End.SENT
    refused = verdict(Sent.REFUSED, 8, "status 0x8")
    assert (refused.end, refused.tried, refused.doubtful) == (End.AGAIN, True, False)
    silent = verdict(Sent.UNANSWERED, 0, "no answer")
    assert (silent.end, silent.tried, silent.doubtful) == (End.AGAIN, True, True)
    down = verdict(Sent.NOT_SENT, 0, "link down")
    assert (down.end, down.tried, down.wait) == (End.AGAIN, False, timedelta(0))
    assert verdict(Sent.NOT_SENT, 0, "text cannot be encoded").end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 0x0B, "status 0xb").end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 8, "status 0x8", tries=7).end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 8, "status 0x8", hours=25).end is End.GIVEN_UP


def test_each_failure_waits_longer_than_the_one_before() -> None:
    waits = []
    for tries in range(1, 7):
        one = underway(tries=tries)
        waits.append(judge(one, ended(one, (Sent.REFUSED, 8, "status 0x8")), NOON).wait)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_letter_that_is_partly_accepted_wants_its_rest() -> None:
    one = underway("长" * 100)
    verdict = judge(one, ended(one, (Sent.ACCEPTED, 0, ""), (Sent.UNANSWERED, 0, "no answer")), NOON)
    assert verdict.end is End.REST
    assert [part.place.number for part in one.missing() if part.place] == [2]


def test_an_answer_longer_than_the_book_allows_is_cut_with_an_ellipsis() -> None:
    text = "长" * 500
    cut = fit(text, 5, "ucs2")
    assert count_parts(cut, alphabet="ucs2") == 5
    assert cut.endswith("…")
    assert cut[:-1] == text[: len(cut) - 1]
    assert len(cut) == 5 * 67
    assert fit("短", 5, "ucs2") == "短"
