"""What one call hears: keys first of all, sound when somebody wants it, and how well it arrives."""

import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from careline.links.calls import media_filter
from careline.links.calls.media_keys import OncePerPress
from careline.links.calls.media_latch import Address, Latch
from careline.links.calls.media_prompt import Codec
from careline.links.calls.media_sending import codec_of
from careline.protocols.rtp import rtcp
from careline.protocols.rtp.dtmf import KeyListener
from careline.protocols.rtp.g711 import decode_alaw, decode_ulaw
from careline.protocols.rtp.packet import Packet, parse
from careline.protocols.rtp.quality import Reception
from careline.protocols.rtp.tones import ToneListener

READS_MAX: Final = 32  # packets of one call at a time, so that a flood on one port does not stop the others
_DATAGRAM_MAX: Final = 2048
_TIME = 64  # octets of ancillary data; the timestamp needs 32


@dataclass(slots=True)
class Counts:
    """What came to all calls and was not for them."""

    strangers: int = 0  # packets from elsewhere than the far side, as far as the filter let us see them
    garbage: int = 0  # no RTP, or an unagreed payload type


class Hearing:
    """The receiving end of one stream."""

    def __init__(self, sock: socket.socket, counts: Counts, clock: Callable[[], float]) -> None:
        self._sock = sock
        self._counts = counts
        self._clock = clock
        self.latch: Latch | None = None
        self.event_type: int | None = None
        self.on_key: Callable[[str, str], None] | None = None
        self.on_sound: Callable[[Packet, Codec | None], None] | None = None  # recording and relaying; None: an event
        self.on_control: Callable[[bytes, Address], None] | None = None  # RTCP that came to this port
        self.on_moved: Callable[[Address], None] | None = None  # the far side proved to be elsewhere than named
        self.heard_at = clock()
        self.reception = Reception()
        self.ssrc: int | None = None
        self.strangers = 0
        self._keys = KeyListener()
        self._presses = OncePerPress()
        self._tones: ToneListener | None = None
        self._seen = 0  # packets of this source that we looked at
        self._dropped = 0  # packets that the filter counted
        self._counted_from = 0  # both, before this source began
        self._filtered: tuple[Address, int | None] | None = None

    def expect(self, named: Address, near: Collection[str], event_type: int | None, now: float) -> Address:
        """Hear who signalling named; where to send to. An agreement repeated changes nothing."""
        self.heard_at = now
        self.event_type = event_type
        if self.latch is None or self.latch.named != named:
            self.latch = Latch(named, now, near)
            self.reception.pause()
        self.sift(now)
        return self.latch.target

    def listen_inband(self, on: bool) -> None:
        """Whether keys are also looked for in the sound."""
        self._tones = ToneListener() if on else None

    def sift(self, now: float) -> None:
        """Put the filter where it belongs: on when the far side's place is certain and nobody wants its sound."""
        latch = self.latch
        wanted: tuple[Address, int | None] | None = None
        if latch is not None and (latch.settled or latch.lapsed(now)) and not self._tones and not self.on_sound:
            wanted = (latch.target, self.event_type)
        if wanted == self._filtered:
            return
        if wanted is None:
            self._dropped = media_filter.drops(self._sock)
            media_filter.detach(self._sock)
            self._filtered = None
        elif media_filter.attach(self._sock, *wanted):
            self._filtered = wanted

    def read(self) -> None:
        """Take what has come; called when the socket has something."""
        for _ in range(READS_MAX):
            try:
                data, ancillary, _, source = self._sock.recvmsg(_DATAGRAM_MAX, _TIME)
            except OSError:  # nothing more
                return
            self._take(data, (source[0], source[1]), ancillary)

    def press(self, key: str, how: str) -> None:
        """A key, told once however many ways it comes."""
        if self._presses.new(key, how, self._clock()) and self.on_key is not None:
            self.on_key(key, how)

    def _take(self, data: bytes, source: Address, ancillary: list[tuple[int, int, bytes]]) -> None:
        packet = parse(data)
        if packet is None:
            if rtcp.looks_like(data) and self.on_control is not None:
                self.on_control(data, source)
            else:
                self._counts.garbage += 1
            return
        codec = codec_of(packet.payload_type)
        event = packet.payload_type == self.event_type
        if codec is None and not event:
            self._counts.garbage += 1
            return
        now = self._clock()
        if not self._is_ours(source, packet, now):
            self.strangers += 1
            self._counts.strangers += 1
            return
        self.heard_at = now
        self._measure(packet, _kernel_time(ancillary) or now)
        if event and (key := self._keys.hear(packet)):
            self.press(key, "rfc4733")
        if self._tones is not None and codec is not None:
            samples = decode_alaw(packet.payload) if codec == "PCMA" else decode_ulaw(packet.payload)
            for key in self._tones.hear(samples):
                self.press(key, "inband")
        if self.on_sound is not None:
            self.on_sound(packet, codec)

    def _is_ours(self, source: Address, packet: Packet, now: float) -> bool:
        latch = self.latch
        if latch is None:
            return False
        before = latch.settled, latch.target
        ours = latch.ours(source, packet, now)
        if (latch.settled, latch.target) != before:
            self.sift(now)
            if latch.target != before[1] and self.on_moved is not None:
                self.on_moved(latch.target)
        return ours

    def _measure(self, packet: Packet, at: float) -> None:
        if self._filtered is not None:
            self._dropped = media_filter.drops(self._sock)
        if packet.ssrc != self.ssrc:
            self.ssrc = packet.ssrc
            self.reception = Reception()
            self._keys = KeyListener()
            self._counted_from = self._seen + self._dropped
        self._seen += 1
        if packet.payload_type == self.event_type:
            self.reception.pause()  # its timestamp is the press's, not the packet's
        received = self._seen + self._dropped - self._counted_from
        self.reception.heard(packet.sequence, packet.timestamp, at, received)
        if packet.payload_type == self.event_type:
            self.reception.pause()


def _kernel_time(ancillary: list[tuple[int, int, bytes]]) -> float | None:
    """When the packet came: the timespec of SO_TIMESTAMPNS."""
    for level, _, value in ancillary:
        if level == socket.SOL_SOCKET and len(value) >= 16:
            return int.from_bytes(value[:8], "little") + int.from_bytes(value[8:16], "little") / 1e9
    return None
