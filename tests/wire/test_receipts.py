"""A receipt finds its message, in whatever form the SMSC writes the id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.protocols.receipts import DeliveryState, receipt_key, receipt_keys
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import Message
from careline.protocols.smpp.receipt import read_receipt, receipt_tlvs, write_receipt


def receipt(text: bytes, tlvs: dict[int, bytes] | None = None, coding: int = 0) -> Message:
    return Message("13900000001", "10086", text, coding, codes.ESM_RECEIPT, tlvs=tlvs or {})


@pytest.mark.parametrize(
    ("answered", "in_receipt"),
    [
        ("1a2b3c", "1715004"),  # hexadecimal answer, decimal receipt
        ("1715004", "1a2b3c"),
        ("001A2B3C", "1a2b3c"),
        ("0012345", "12345"),  # the leading zeros lost
        ("12345", "0000012345"),
        ("ABC-77/x", "abc-77/x"),
        (" 42", "42"),
        ("0", "0"),
    ],
)
def test_a_receipt_finds_its_message(answered: str, in_receipt: str) -> None:
    assert receipt_key(answered) in receipt_keys(in_receipt)


@given(st.integers(0, 2**64 - 1))
def test_hexadecimal_and_decimal_always_meet(number: int) -> None:
    assert receipt_key(f"{number:X}") in receipt_keys(f"{number:020d}")
    assert receipt_key(str(number)) in receipt_keys(f"{number:016x}")


@given(st.text(max_size=70))
def test_no_id_is_too_odd(message_id: str) -> None:
    assert receipt_keys(message_id)[0] == receipt_key(message_id)


def test_the_likeliest_form_stands_first() -> None:
    assert receipt_keys("0010") == ("10", "a", "16")


@given(st.sampled_from(list(DeliveryState)), st.from_regex(r"[0-9A-Za-z\-]{1,40}", fullmatch=True))
def test_text_and_tlvs_say_the_same(state: DeliveryState, message_id: str) -> None:
    text = write_receipt(message_id, state, submitted="2611210101", done="2611210102", text="您好 id:9")
    by_text, by_tlv = read_receipt(receipt(text)), read_receipt(receipt(b"", receipt_tlvs(message_id, state)))
    assert by_text is not None
    assert by_tlv is not None
    assert by_text.message_id == by_tlv.message_id == message_id
    assert by_text.state is by_tlv.state is state


def test_both_forms_of_the_id_count_when_they_differ() -> None:
    text = write_receipt("1715004", DeliveryState.DELIVERED, submitted="2611210101", done="2611210102")
    read = read_receipt(receipt(text, {codes.TAG_RECEIPTED_MESSAGE_ID: b"zz9\0"}))
    assert read is not None
    assert {"zz9", "1715004", "1a2b3c"} <= set(read.keys)


def test_the_words_of_many_smscs_are_read() -> None:
    read = read_receipt(receipt(b"id:77 sub:001 dlvrd:000 submit date:1 done date:2 stat:UNDELIV err:027 Text:hi"))
    assert read is not None
    assert (read.message_id, read.state, read.error) == ("77", DeliveryState.UNDELIVERABLE, "027")
    read = read_receipt(receipt(b"ID:77 Stat:delivrd"))
    assert read is not None
    assert read.state is DeliveryState.DELIVERED


def test_an_unheard_of_state_is_unknown_not_delivered() -> None:
    read = read_receipt(receipt(b"id:77 stat:SHIPPED"))
    assert read is not None
    assert read.state is DeliveryState.UNKNOWN


@given(st.binary(max_size=255), st.integers(0, 255), st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=20)))
def test_no_receipt_is_too_hostile(text: bytes, coding: int, tlvs: dict[int, bytes]) -> None:
    read_receipt(receipt(text, tlvs, coding))
