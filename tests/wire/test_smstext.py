"""Texts are read and cut as the handsets expect, judged by two independent libraries."""

import codecs
import warnings

import gsm0338  # noqa: F401  registers the codec that judges ours
import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from careline.protocols import gsm7
from careline.protocols.concatenation import Concatenation, read_header, split_header, write_header
from careline.protocols.smstext import (
    GSM7,
    UCS2,
    Alphabet,
    DefaultAlphabet,
    Part,
    TextTooLong,
    count_parts,
    decode_text,
    encode_parts,
)

GSM_LETTERS = (gsm7.BASIC + "".join(gsm7.EXTENSION.values())).replace("\x1b", "")
gsm_texts = st.text(st.sampled_from(GSM_LETTERS), max_size=500)
chinese = st.text(st.sampled_from("您的话费余额为元,，。查询10086AZ 😀👨‍👩‍👧𠮷"), max_size=400)
any_texts = st.one_of(gsm_texts, chinese, st.text(st.characters(exclude_categories=["Cs"]), max_size=400))


def whole(parts: list[Part]) -> str:
    return decode_text(b"".join(part.body for part in parts), parts[0].data_coding)


@given(any_texts)
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    parts = encode_parts(text)
    expected = text.replace("\0", "�") if parts[0].data_coding == UCS2 else text
    if expected[:1] not in ("\ufeff", "\ufffe"):  # a byte order mark is not text
        assert whole(parts) == expected


@given(any_texts)
def test_every_part_fits_and_can_be_read_alone(text: str) -> None:
    parts = encode_parts(text, reference=7)
    for part in parts:
        octets = len(part.payload)
        assert octets <= (140 if part.data_coding == UCS2 else 160)
        if part.data_coding == UCS2:
            part.body.decode("utf-16-be")  # raises where a surrogate pair was cut
        else:
            assert not part.body.endswith(b"\x1b")
    if len(parts) > 1:
        assert [part.place for part in parts] == [(7, len(parts), n) for n in range(1, len(parts) + 1)]


@given(any_texts, st.booleans(), st.sampled_from(["auto", "ucs2"]))
def test_counting_agrees_with_cutting(text: str, wide: bool, alphabet: Alphabet) -> None:
    parts = encode_parts(text, alphabet=alphabet, wide_reference=wide)
    assert count_parts(text, alphabet=alphabet, wide_reference=wide) == len(parts)


@given(st.one_of(gsm_texts, chinese))
def test_the_number_of_parts_agrees_with_smsutil(text: str) -> None:
    text = text.replace("\f", "")  # smsutil's table lacks the form feed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = smsutil.split(text)
    assert count_parts(text) == max(1, len(expected.parts))


@given(gsm_texts)
def test_gsm_septets_agree_with_gsm0338(text: str) -> None:
    assert gsm7.encode(text) == text.encode("gsm03.38")
    assert gsm7.decode(text.encode("gsm03.38")) == text


def test_all_gsm_letters_are_those_of_gsm0338() -> None:
    for letter in GSM_LETTERS:
        assert gsm7.encode(letter) == codecs.encode(letter, "gsm03.38")


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [
        ("", 1, GSM7),
        ("a" * 160, 1, GSM7),
        ("a" * 161, 2, GSM7),
        ("a" * 306, 2, GSM7),
        ("a" * 307, 3, GSM7),
        ("€" * 80, 1, GSM7),
        ("€" * 81, 2, GSM7),
        ("a" * 152 + "€" + "b" * 20, 2, GSM7),
        ("a" * 159 + "ç", 3, UCS2),
        ("¥" * 160, 1, GSM7),
        ("中" * 70, 1, UCS2),
        ("中" * 71, 2, UCS2),
        ("中" * 134, 2, UCS2),
        ("中" * 135, 3, UCS2),
        ("中" * 69 + "😀", 2, UCS2),
        ("中" * 66 + "😀" + "中" * 66, 3, UCS2),
        ("a" * 71 + "…", 2, UCS2),
    ],
)
def test_the_known_borders(text: str, parts: int, coding: int) -> None:
    cut = encode_parts(text)
    assert (len(cut), cut[0].data_coding) == (parts, coding)
    assert whole(cut) == text


@pytest.mark.parametrize(("text", "parts"), [("中" * 132, 2), ("中" * 133, 3), ("a" * 304, 2), ("a" * 305, 3)])
def test_a_wide_reference_costs_a_character_in_each_part(text: str, parts: int) -> None:
    cut = encode_parts(text, wide_reference=True, reference=0x1234)
    assert len(cut) == parts
    assert all(len(part.header) == 7 for part in cut)
    assert {place.reference for part in cut if (place := read_header(part.header))} == {0x1234}


def test_what_no_reference_can_number_is_refused() -> None:
    assert len(encode_parts("中" * 67 * 255)) == 255
    with pytest.raises(TextTooLong):
        encode_parts("中" * (67 * 255 + 1))


def test_a_text_outside_the_alphabet_is_refused_when_gsm_is_demanded() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_parts("查", alphabet="gsm7")


@given(st.binary(max_size=300), st.integers(0, 255), st.sampled_from(["gsm7", "ascii", "latin1"]))
def test_no_bytes_are_too_hostile_to_read(data: bytes, coding: int, default: DefaultAlphabet) -> None:
    text = decode_text(data, coding, default=default)
    text.encode("utf-8")
    assert "\0" not in text


@pytest.mark.parametrize(
    ("data", "coding", "text"),
    [
        ("查余额".encode("utf-16-be"), 8, "查余额"),
        (b"\xff\xfe" + "查".encode("utf-16-le"), 8, "查"),
        (b"\xfe\xff" + "查".encode("utf-16-be"), 8, "查"),
        ("查".encode("utf-16-be"), 0x18, "查"),
        ("查余额".encode("gb18030"), 15, "查余额"),
        (b"CXYE", 0, "CXYE"),
        (b"CXYE", 1, "CXYE"),
        (b"\x00", 0, "@"),
        (b"\x1b\x65", 0, "€"),
        (b"\x1b", 0, " "),
        (b"caf\xe9", 3, "café"),
        (b"CXYE", 0xF1, "CXYE"),
        (b"CX\xe9", 0xF5, "CXé"),
        (b"\x67", 8, "�"),
    ],
)
def test_each_coding_is_read_by_its_own_table(data: bytes, coding: int, text: str) -> None:
    assert decode_text(data, coding) == text


def test_an_smsc_whose_default_is_not_gsm_is_believed() -> None:
    assert decode_text(b"a@b", 0, default="latin1") == "a@b"
    assert decode_text(b"a\x00b", 0, default="ascii") == "a�b"


@given(st.integers(0, 0xFFFF), st.integers(1, 255), st.integers(1, 255), st.booleans())
def test_headers_come_back(reference: int, total: int, number: int, wide: bool) -> None:
    place = Concatenation(reference if wide else reference & 0xFF, total, number)
    header, body = split_header(write_header(place, wide=wide) + b"text")
    assert body == b"text"
    assert read_header(header) == (place if number <= total else None)


@given(st.binary(max_size=200))
def test_no_header_is_too_hostile_to_read(data: bytes) -> None:
    header, body = split_header(data)
    assert header + body == data
    place = read_header(header)
    assert place is None or 1 <= place.number <= place.total


def test_unknown_header_elements_are_passed_over() -> None:
    assert read_header(bytes((10, 0x05, 4, 0, 1, 0, 2, 0x00, 3, 9, 2, 1))) == (9, 2, 1)
