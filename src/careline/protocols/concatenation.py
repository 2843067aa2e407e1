"""Where a part stands in a long message: the user data header (3GPP 23.040, 9.2.3.24) and its SMPP sar_* cousin."""

from typing import NamedTuple

CONCATENATED_8_BIT = 0x00
CONCATENATED_16_BIT = 0x08

PARTS_MAX = 255
"""The total is one octet in every form of concatenation."""


class Concatenation(NamedTuple):
    """A part's place in a long message: number 1..total, under a reference the sender chose."""

    reference: int
    total: int
    number: int


def split_header(payload: bytes) -> tuple[bytes, bytes]:
    """Split a payload sent with the header indicator into (header with its length octet, body).

    A header longer than the payload is no header: everything is given back as body.
    """
    if not payload or payload[0] >= len(payload):
        return b"", payload
    end = payload[0] + 1
    return payload[:end], payload[end:]


def read_header(header: bytes) -> Concatenation | None:
    """Find the concatenation element of a user data header; None when it has none that makes sense.

    header begins with its length octet. Unknown elements are passed over.
    """
    position, end = 1, len(header)
    while position + 2 <= end:
        kind, length = header[position], header[position + 1]
        value = header[position + 2 : position + 2 + length]
        if kind == CONCATENATED_8_BIT and length == 3 and len(value) == 3:
            return placed(value[0], value[1], value[2])
        if kind == CONCATENATED_16_BIT and length == 4 and len(value) == 4:
            return placed(value[0] << 8 | value[1], value[2], value[3])
        position += 2 + length
    return None


def placed(reference: int, total: int, number: int) -> Concatenation | None:
    """A place in a long message, or None for one that cannot be (23.040: ignore the element)."""
    return Concatenation(reference, total, number) if 1 <= number <= total else None


def write_header(place: Concatenation, *, wide: bool = False) -> bytes:
    """The user data header of one part: six octets, or seven with a 16-bit (wide) reference."""
    reference, total, number = place
    if wide:
        return bytes(
            (
                6,
                CONCATENATED_16_BIT,
                4,
                reference >> 8 & 0xFF,
                reference & 0xFF,
                total,
                number,
            )
        )
    return bytes((5, CONCATENATED_8_BIT, 3, reference & 0xFF, total, number))
