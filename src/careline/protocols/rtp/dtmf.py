"""Keys as telephone events (RFC 4733): what a press looks like on the wire, and each press read once."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from careline.protocols.rtp.packet import TICK_SAMPLES, TIMESTAMPS, Packet, later

KEYS: Final = "0123456789*#ABCD"  # event codes 0 to 15: RFC 4733 table 3
_END = 0x80
_VOLUME = 0x3F
_EVENT = struct.Struct("!BBH")
DURATION_MAX: Final = 0xFFFF  # samples, 8.19 s; longer presses go on in segments (RFC 4733 2.5.1.3)
END_PACKETS: Final = 3  # RFC 4733 2.5.1.4: the last packet travels three times
SAME_PRESS_SAMPLES: Final = 640  # 80 ms: no finger releases and presses the same key again in less
NEW_CLOCK_SAMPLES: Final = 80_000  # 10 s back in time is no late packet but another clock


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """The four octets of one packet."""

    code: int
    end: bool
    volume: int  # dBm0 without its minus sign, 0 (loud) to 63
    duration: int  # samples since the segment's timestamp

    @property
    def key(self) -> str | None:
        """None: an event that is no key (flash, fax tones, ...)."""
        return KEYS[self.code] if self.code < len(KEYS) else None

    def encode(self) -> bytes:
        return _EVENT.pack(self.code, (_END if self.end else 0) | self.volume, self.duration)


def parse_event(payload: bytes) -> KeyEvent | None:
    """The first event of a payload; None: too short. More than one in a packet is for redundancy we need not read."""
    if len(payload) < _EVENT.size:
        return None
    code, flags, duration = _EVENT.unpack_from(payload)
    return KeyEvent(code, bool(flags & _END), flags & _VOLUME, duration)


@dataclass(frozen=True, slots=True)
class EventPacket:
    """One packet of a press: send it 20 ms after the one before, with `offset` added to the press's first timestamp."""

    payload: bytes
    marker: bool
    offset: int  # samples; not 0 only in the later segments of a long press


def press(key: str, milliseconds: int = 100, *, volume: int = 10) -> Iterator[EventPacket]:
    """The packets of one press, every 20 ms: the marker on the first, the end said three times.

    key: one of `KEYS`; milliseconds: at least 40 (Q.24's shortest); volume: 10 is -10 dBm0, a usual telephone.
    """
    code = KEYS.index(key.upper())
    total = max(milliseconds, 40) * 8
    offset, done = 0, 0
    while done + TICK_SAMPLES < total:
        done += TICK_SAMPLES
        if done - offset > DURATION_MAX:
            yield EventPacket(KeyEvent(code, False, volume, DURATION_MAX).encode(), False, offset)
            offset += DURATION_MAX
        yield EventPacket(KeyEvent(code, False, volume, done - offset).encode(), done == TICK_SAMPLES, offset)
    for _ in range(END_PACKETS):
        yield EventPacket(KeyEvent(code, True, volume, min(total - offset, DURATION_MAX)).encode(), False, offset)


@dataclass(slots=True)
class KeyListener:
    """Reads presses of one source: each once, at its first packet that arrives, whichever packets are lost or doubled."""

    _code: int = -1
    _timestamp: int = 0  # of the press, or of its newest segment
    _ended: bool = True

    def hear(self, packet: Packet) -> str | None:
        """The key that this telephone-event packet is the first to tell of; None: nothing new."""
        event = parse_event(packet.payload)
        if event is None:
            return None
        new = self._is_new(packet, event)
        if new is None:
            return None
        self._code, self._timestamp = event.code, packet.timestamp
        self._ended = event.end
        return event.key if new else None

    def _is_new(self, packet: Packet, event: KeyEvent) -> bool | None:
        """Whether a press begins here; None: this packet is to be passed over."""
        if self._code < 0:
            return True
        forward = later(self._timestamp, packet.timestamp, TIMESTAMPS)
        if forward == 0 and event.code == self._code:
            self._ended = self._ended or event.end
            return None if self._ended else False
        if -NEW_CLOCK_SAMPLES < forward <= 0:
            return None  # late, from a press already told of
        if event.code != self._code or packet.marker or self._ended:
            return True
        # The same key, not seen released, no marker: the next segment of a long press, or a sender that wrongly moves
        # the timestamp on during a press. Else its end and the marker were lost, and it is pressed again.
        follows = abs(forward - DURATION_MAX) <= TICK_SAMPLES or forward < SAME_PRESS_SAMPLES
        return not follows
