"""RTCP (RFC 3550 section 6): who sends how much, how it arrives, and goodbye; compound packets built and read."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from careline.protocols.rtp.packet import FIRST_OCTET

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
SOURCE_DESCRIPTION: Final = 202
GOODBYE: Final = 203
_CNAME: Final = 1
_NTP_EPOCH: Final = 2_208_988_800  # seconds from 1900 to 1970
BLOCKS_MAX: Final = 31
INTERVAL_SECONDS: Final = 5.0  # RFC 3550 6.2: the shortest fixed interval

_HEAD = struct.Struct("!BBH")
_SENDER = struct.Struct("!IIIII")
_BLOCK = struct.Struct("!IIIIII")


def ntp(unix_seconds: float) -> int:
    """A wall-clock time as 64-bit NTP: seconds since 1900 in the upper half, fractions in the lower."""
    whole = int(unix_seconds)
    return ((whole + _NTP_EPOCH) & 0xFFFFFFFF) << 32 | int((unix_seconds - whole) * 2**32)


def middle(ntp_time: int) -> int:
    """The middle 32 bits, in 65536ths of a second: what LSR carries."""
    return ntp_time >> 16 & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Block:
    """What the reporter heard of one source."""

    ssrc: int
    fraction_lost: int  # in 256ths, since the last report
    lost: int  # packets altogether; negative: duplicates
    highest: int  # extended sequence number
    jitter: int  # samples
    last_report: int = 0  # `middle` of the source's last sender report; 0: none was heard
    delay: int = 0  # 65536ths of a second since that report came

    def encode(self) -> bytes:
        lost = max(-(1 << 23), min((1 << 23) - 1, self.lost)) & 0xFFFFFF
        return _BLOCK.pack(
            self.ssrc,
            self.fraction_lost << 24 | lost,
            self.highest & 0xFFFFFFFF,
            min(self.jitter, 0xFFFFFFFF),
            self.last_report,
            self.delay & 0xFFFFFFFF,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A sender report, or a receiver report where `ntp_time` is None."""

    ssrc: int
    blocks: Sequence[Block] = ()
    ntp_time: int | None = None
    timestamp: int = 0  # RTP time of that moment
    packets: int = 0
    octets: int = 0

    def encode(self) -> bytes:
        body = struct.pack("!I", self.ssrc)
        if self.ntp_time is not None:
            body += _SENDER.pack(
                self.ntp_time >> 32,
                self.ntp_time & 0xFFFFFFFF,
                self.timestamp,
                self.packets & 0xFFFFFFFF,
                self.octets & 0xFFFFFFFF,
            )
        body += b"".join(block.encode() for block in self.blocks)
        return _part(RECEIVER_REPORT if self.ntp_time is None else SENDER_REPORT, len(self.blocks), body)


@dataclass(frozen=True, slots=True)
class Description:
    """The source's lasting name. RFC 3550 6.5.1 wants every compound packet to carry it."""

    ssrc: int
    cname: str

    def encode(self) -> bytes:
        name = self.cname.encode()[:255]
        item = struct.pack("!IBB", self.ssrc, _CNAME, len(name)) + name
        return _part(SOURCE_DESCRIPTION, 1, item + bytes(4 - len(item) % 4))  # at least one null ends the list


@dataclass(frozen=True, slots=True)
class Bye:
    """These sources send no more."""

    sources: Sequence[int]
    reason: str = ""

    def encode(self) -> bytes:
        body = struct.pack(f"!{len(self.sources)}I", *self.sources)
        if self.reason:
            text = self.reason.encode()[:255]
            body += bytes((len(text),)) + text
            body += bytes(-len(body) % 4)
        return _part(GOODBYE, len(self.sources), body)


Part = Report | Description | Bye


def encode(parts: Sequence[Part]) -> bytes:
    """A compound packet; RFC 3550 6.1 wants a report first and a description with it."""
    return b"".join(part.encode() for part in parts)


def looks_like(datagram: bytes) -> bool:
    """Whether this is RTCP rather than RTP, by its first packet type (RFC 5761 section 4)."""
    return len(datagram) >= _HEAD.size and datagram[0] >> 6 == FIRST_OCTET >> 6 and 192 <= datagram[1] < 224


def parse(datagram: bytes) -> list[Part] | None:
    """The reports, descriptions and goodbyes of a compound packet; other kinds are passed over.

    None: no RTCP, or lengths that do not add up (RFC 3550 A.2); nothing of such a packet is believed.
    """
    parts: list[Part] = []
    position = 0
    while position < len(datagram):
        if len(datagram) - position < _HEAD.size:
            return None
        first, kind, words = _HEAD.unpack_from(datagram, position)
        end = position + 4 * (words + 1)
        if first >> 6 != FIRST_OCTET >> 6 or end > len(datagram):
            return None
        body = datagram[position + _HEAD.size : end]
        if first & 0x20:
            padding = body[-1] if body else 0
            if end != len(datagram) or not 0 < padding <= len(body):
                return None
            body = body[:-padding]
        try:
            parts.extend(_read(kind, first & 0x1F, body))
        except (struct.error, IndexError):
            return None
        position = end
    return parts if position else None


def _read(kind: int, count: int, body: bytes) -> Iterator[Part]:
    if kind == SENDER_REPORT:
        (ssrc,) = struct.unpack_from("!I", body)
        high, low, timestamp, packets, octets = _SENDER.unpack_from(body, 4)
        yield Report(ssrc, _blocks(body, 24, count), high << 32 | low, timestamp, packets, octets)
    elif kind == RECEIVER_REPORT:
        (ssrc,) = struct.unpack_from("!I", body)
        yield Report(ssrc, _blocks(body, 4, count))
    elif kind == SOURCE_DESCRIPTION:
        yield from _descriptions(body, count)
    elif kind == GOODBYE:
        sources = struct.unpack_from(f"!{count}I", body)
        rest = body[4 * count :]
        yield Bye(sources, rest[1 : 1 + rest[0]].decode("utf-8", "replace") if rest else "")


def _blocks(body: bytes, start: int, count: int) -> tuple[Block, ...]:
    blocks = []
    for number in range(count):
        ssrc, loss, highest, jitter, last, delay = _BLOCK.unpack_from(body, start + number * _BLOCK.size)
        lost = loss & 0xFFFFFF
        lost -= (lost & 0x800000) << 1
        blocks.append(Block(ssrc, loss >> 24, lost, highest, jitter, last, delay))
    return tuple(blocks)


def _descriptions(body: bytes, count: int) -> Iterator[Description]:
    position = 0
    for _ in range(count):
        (ssrc,) = struct.unpack_from("!I", body, position)
        position += 4
        while body[position]:
            kind, length = body[position], body[position + 1]
            text = body[position + 2 : position + 2 + length]
            if len(text) < length:
                raise IndexError
            if kind == _CNAME:
                yield Description(ssrc, text.decode("utf-8", "replace"))
            position += 2 + length
        position += 4 - position % 4


def _part(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(FIRST_OCTET | count, kind, len(body) // 4) + body
