"""The RTP packet (RFC 3550 section 5): twelve bytes of header before the sound, and what others may put between them."""

import struct
from dataclasses import dataclass
from typing import Final

VERSION: Final = 2
HEADER_OCTETS: Final = 12
PCMU: Final = 0  # payload types that need no signalling: RFC 3551 table 4
PCMA: Final = 8
CLOCK_HZ: Final = 8000
TICK_SECONDS: Final = 0.02  # RFC 3551: the default packet of G.711
TICK_SAMPLES: Final = 160
SEQUENCES: Final = 1 << 16
TIMESTAMPS: Final = 1 << 32

_FIXED = struct.Struct("!BBHII")
pack_header = _FIXED.pack  # first octet, marker and type, sequence, timestamp, SSRC: for senders in a hurry
FIRST_OCTET: Final = VERSION << 6  # no padding, no extension, no contributors
MARKER: Final = 0x80

# With RTCP on the same port, the second octet tells them apart: RFC 5761 section 4.
_RTCP_TYPES = range(192, 224)


@dataclass(slots=True)
class Packet:
    """One packet: the sound of `len(payload)` samples from `timestamp` on, when it is G.711."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    contributors: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The packet as it travels; contributors (at most 15) are kept, an extension never is."""
        first = FIRST_OCTET | len(self.contributors)
        second = self.payload_type | (MARKER if self.marker else 0)
        head = pack_header(first, second, self.sequence, self.timestamp, self.ssrc)
        if self.contributors:
            head += struct.pack(f"!{len(self.contributors)}I", *self.contributors)
        return head + self.payload


def parse(datagram: bytes) -> Packet | None:
    """The packet, without contributors' list, extension and padding in its payload; None: this is no RTP.

    Whatever can arrive on an open port is answered with a value: too short, another version, RTCP, an extension or a
    padding longer than the datagram.
    """
    if len(datagram) < HEADER_OCTETS:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(datagram)
    if first >> 6 != VERSION or second in _RTCP_TYPES:
        return None
    start, end = HEADER_OCTETS, len(datagram)
    contributors: tuple[int, ...] = ()
    if first & 0x3F:  # padding, extension or contributors: rare
        count = first & 0x0F
        start += 4 * count
        if start > end:
            return None
        contributors = struct.unpack_from(f"!{count}I", datagram, HEADER_OCTETS)
        if first & 0x10:
            if start + 4 > end:
                return None
            start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
        if first & 0x20:
            end -= datagram[-1]
            if not datagram[-1]:
                return None
        if start > end:
            return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, datagram[start:end], second >= MARKER, contributors)


def later(one: int, other: int, modulus: int) -> int:
    """How far `one` is behind `other` on a circle of numbers, signed: RFC 3550 counters go round."""
    return (other - one + modulus // 2) % modulus - modulus // 2
