"""Text as short messages carry it: decoding what came, cutting what goes out into parts.

Sizes are of 3GPP 23.040: a message holds 140 octets. In UCS-2 that is 70 code units, 67 in a part (66 with a 16-bit
reference); in GSM 7-bit 160 septets, 153 in a part (152).
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from careline.protocols import gsm7
from careline.protocols.concatenation import PARTS_MAX, Concatenation, write_header

Alphabet = Literal["auto", "gsm7", "ucs2"]
DefaultAlphabet = Literal["gsm7", "ascii", "latin1"]

GSM7, ASCII, LATIN1, BINARY, UCS2, GB18030 = 0, 1, 3, 4, 8, 15
"""The data codings we meet most (SMPP 3.4, 5.2.19; CMPP Msg_Fmt has 15 for Chinese GB)."""

SINGLE_OCTETS = {GSM7: 160, UCS2: 140}
PART_OCTETS = {GSM7: 153, UCS2: 134}
PART_OCTETS_WIDE = {GSM7: 152, UCS2: 132}

_CODECS = {
    1: "ascii",
    2: "latin-1",
    3: "latin-1",
    4: "latin-1",
    5: "shift_jis",
    6: "iso8859_5",
    7: "iso8859_8",
    13: "euc_jp",
    14: "euc_kr",
    15: "gb18030",
}


class TextTooLong(ValueError):
    """The text needs more than 255 parts, which no reference can number."""


@dataclass(frozen=True, slots=True)
class Part:
    """One short message of a text: a header (empty when the text fits in one) and its share of the coded text."""

    data_coding: int
    body: bytes = field(repr=False)
    header: bytes = b""
    place: Concatenation | None = None

    @property
    def payload(self) -> bytes:
        """What goes into the message field: header and body."""
        return self.header + self.body


def decode_text(data: bytes, coding: int, *, default: DefaultAlphabet = "gsm7") -> str:
    """The text of a message body without its header; never raises, what cannot be read becomes U+FFFD.

    coding is SMPP's data_coding or CMPP's Msg_Fmt. default says what the SMSC means by 0. The result holds no NUL and
    no lone surrogate, so that every store takes it.
    """
    if coding == UCS2 or (coding & 0x0C == 8 and coding < 0x40 and coding not in _CODECS):
        text = _decode_ucs2(data)
    elif codec := _CODECS.get(coding):
        text = data.decode(codec, "replace")
    elif coding >= 0xF0 and coding & 0x04:
        text = data.decode("latin-1")
    elif default == "gsm7" or coding:
        text = gsm7.decode(data)
    else:
        text = data.decode("ascii" if default == "ascii" else "latin-1", "replace")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def _decode_ucs2(data: bytes) -> str:
    # Some handsets send a byte order mark; U+FFFE is no character, so a little-endian one cannot be mistaken.
    if data[:2] == b"\xff\xfe":
        return data[2:].decode("utf-16-le", "replace")
    if data[:2] == b"\xfe\xff":
        data = data[2:]
    return data.decode("utf-16-be", "replace")


def encode_parts(
    text: str,
    *,
    alphabet: Alphabet = "auto",
    reference: int = 0,
    wide_reference: bool = False,
) -> list[Part]:
    """Cut a text into the parts that carry it, with a header when there is more than one.

    "auto" takes GSM 7-bit where it holds every character and UCS-2 otherwise; "gsm7" raises UnicodeEncodeError
    where it does not. Neither a surrogate pair nor an escaped GSM character is ever split. reference is taken modulo
    256, or 65,536 when wide. Raises TextTooLong.
    """
    coding, coded = _encode(text, alphabet)
    if len(coded) <= SINGLE_OCTETS[coding]:
        return [Part(coding, coded)]
    cuts = _cuts(coded, coding, wide_reference)
    total = len(cuts) - 1
    if total > PARTS_MAX:
        raise TextTooLong(f"the text needs {total} parts, {PARTS_MAX} is the most")
    parts = []
    for number, (start, end) in enumerate(pairwise(cuts), 1):
        place = Concatenation(reference & (0xFFFF if wide_reference else 0xFF), total, number)
        parts.append(
            Part(
                coding,
                coded[start:end],
                write_header(place, wide=wide_reference),
                place,
            )
        )
    return parts


def count_parts(text: str, *, alphabet: Alphabet = "auto", wide_reference: bool = False) -> int:
    """How many short messages encode_parts would make of a text, without making them."""
    coding, coded = _encode(text, alphabet)
    if len(coded) <= SINGLE_OCTETS[coding]:
        return 1
    return len(_cuts(coded, coding, wide_reference)) - 1


def _encode(text: str, alphabet: Alphabet) -> tuple[int, bytes]:
    if alphabet != "ucs2":
        try:
            return GSM7, gsm7.encode(text)
        except UnicodeEncodeError:
            if alphabet == "gsm7":
                raise
    return UCS2, text.encode("utf-16-be", "replace")


def _cuts(coded: bytes, coding: int, wide: bool) -> list[int]:
    """Where parts begin, and the end."""
    size = (PART_OCTETS_WIDE if wide else PART_OCTETS)[coding]
    cuts, end, length = [0], size, len(coded)
    while end < length:
        if coding == UCS2:
            if 0xD8 <= coded[end - 2] <= 0xDB:  # a high surrogate stays with its low one
                end -= 2
        elif coded[end - 1] == gsm7.ESCAPE:
            end -= 1
        cuts.append(end)
        end += size
    cuts.append(length)
    return cuts
