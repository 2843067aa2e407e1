"""What one call is sent: a packet every 20 ms, prompts, keys, silence between them, or another call's sound."""

import random
import socket
from collections import deque
from collections.abc import Sequence
from typing import Final

from careline.links.calls.media_prompt import PAYLOAD_TYPES, SILENCE, Codec, Playing, Prompt
from careline.links.calls.media_recording import Recorder
from careline.protocols.rtp.dtmf import EventPacket, press
from careline.protocols.rtp.g711 import alaw_to_ulaw, ulaw_to_alaw
from careline.protocols.rtp.packet import (
    FIRST_OCTET,
    MARKER,
    PCMA,
    PCMU,
    SEQUENCES,
    TICK_SAMPLES,
    TIMESTAMPS,
    Packet,
    later,
    pack_header,
)

PAUSE_TICKS: Final = 4  # 80 ms between two keys; Q.24 asks for 40
QUIET_TICKS: Final = 3  # after so long without a packet of the other call, silence is sent in its place
_STEP_MAX: Final = 100  # packets; a greater leap of a relayed source is a new beginning


class Sending:
    """One RTP stream of ours: one SSRC and one clock from the first packet to the last, whatever it carries.

    The timestamp goes on with the clock when nothing is sent, and the marker tells where sound begins after a pause
    (RFC 3551 section 4.1). While nothing plays, silence is sent: no comfort noise was negotiated, and firewalls, border
    controllers and recorders between us take a stream that stops for a call that died.
    """

    __slots__ = (
        "_carried_ssrc",
        "_codec",
        "_keys",
        "_marker",
        "_odd_octets",
        "_press_timestamp",
        "_quiet",
        "_second",
        "_sendto",
        "_sequence",
        "_sequence_offset",
        "_silence",
        "_timestamp_offset",
        "event_type",
        "muted",
        "playing",
        "recorder",
        "relaying",
        "sent",
        "ssrc",
        "target",
        "timestamp",
        "unsent",
    )

    def __init__(self, sock: socket.socket) -> None:
        self._sendto = sock.sendto
        self.target: tuple[str, int] | None = None
        self.ssrc = random.getrandbits(32)
        self.timestamp = random.getrandbits(32)
        self._sequence = random.getrandbits(16)
        self._marker = MARKER
        self.sent = 0
        self._odd_octets = 0  # more than 160 a packet, or less
        self.unsent = 0
        self.playing: Playing | None = None
        self.muted = False
        self.relaying = False
        self.recorder: Recorder | None = None
        self.event_type: int | None = None
        self._keys: deque[EventPacket | None] = deque()
        self._press_timestamp = 0
        self._quiet = 0
        self._carried_ssrc: int | None = None
        self._sequence_offset = self._timestamp_offset = 0
        self.speak("PCMA")

    @property
    def codec(self) -> Codec:
        return self._codec

    @property
    def octets(self) -> int:
        """Of payload, altogether."""
        return self.sent * TICK_SAMPLES + self._odd_octets

    def speak(self, codec: Codec) -> None:
        """Go on in this codec, in the middle of a prompt too."""
        self._codec: Codec = codec
        self._second = PAYLOAD_TYPES[codec]
        self._silence = SILENCE[codec]
        if self.playing is not None:
            self.playing.cut(codec)

    def play(self, prompts: Sequence[Prompt], *, loop: bool) -> Playing:
        self.stop()
        self.playing = Playing(prompts, self._codec, loop=loop)
        self._marker = MARKER
        return self.playing

    def stop(self) -> None:
        if self.playing is not None:
            self.playing.end(False)
            self.playing = None

    def press(self, keys: str) -> None:
        """Keys for the far side, 100 ms each; behind those still waiting."""
        for key in keys:
            self._keys.extend(press(key))
            self._keys.extend([None] * PAUSE_TICKS)

    def tick(self) -> None:
        """Send what is due in these 20 ms. While there is nowhere to send to, a prompt waits."""
        self.timestamp = timestamp = (self.timestamp + TICK_SAMPLES) & 0xFFFFFFFF
        if self.recorder is not None:
            self.recorder.advance()
        target = self.target
        if target is None:
            self._marker = MARKER
            return
        playing = self.playing
        payload: bytes | None = None
        if playing is not None:
            payload = playing.step()
            if payload is None:
                self.playing = None
                playing.end(True)
        if payload is None:
            if self.relaying and not self.muted:
                self._quiet += 1
                if self._quiet <= QUIET_TICKS:
                    return  # the other call's packets are sent when they come
                self._carried_ssrc = None
            payload = self._silence
        elif self.muted:
            payload = self._silence
        if self.recorder is not None:
            self.recorder.said(self.ssrc, timestamp, payload, self._codec)
        if self._keys and self._press():
            return
        # As `_send`, written out: fifty times a second for every call there is.
        sequence = self._sequence
        head = pack_header(FIRST_OCTET, self._second | self._marker, sequence, timestamp, self.ssrc)
        try:
            self._sendto(head + payload, target)
        except OSError:
            self.unsent += 1
        self._marker = 0
        self._sequence = (sequence + 1) & 0xFFFF
        self.sent += 1

    def skip(self, ticks: int) -> None:
        """So many ticks are lost: the clock goes on, what plays waits."""
        self.timestamp = (self.timestamp + ticks * TICK_SAMPLES) % TIMESTAMPS
        self._marker = MARKER
        if self.recorder is not None:
            self.recorder.advance(ticks)

    def carry(self, packet: Packet, codec: Codec | None) -> None:
        """Send on what another call's far side said: sound of a codec, or a telephone event (None).

        Numbers and times keep their distances, so that losses and unevenness reach the ear that can conceal them.
        What plays here comes first.
        """
        if self.target is None or self.playing is not None or self.muted or self._keys:
            self._carried_ssrc = None
            return
        second = self._second if codec else self.event_type
        if second is None:
            return
        sequence = (packet.sequence + self._sequence_offset) % SEQUENCES
        step = later(self._sequence, sequence, SEQUENCES)
        if packet.ssrc != self._carried_ssrc or abs(step) > _STEP_MAX:
            self._carried_ssrc = packet.ssrc
            self._sequence_offset = self._sequence - packet.sequence
            self._timestamp_offset = self.timestamp + TICK_SAMPLES - packet.timestamp  # this tick's may be used
            sequence = self._sequence
            self._marker = MARKER
        timestamp = (packet.timestamp + self._timestamp_offset) % TIMESTAMPS
        if later(self.timestamp, timestamp, TIMESTAMPS) > 0:
            self.timestamp = timestamp
        payload = packet.payload
        if codec and codec != self._codec:
            payload = ulaw_to_alaw(payload) if codec == "PCMU" else alaw_to_ulaw(payload)
        if codec is None or packet.marker:
            self._marker = MARKER if packet.marker else 0
        self._quiet = 0
        if self.recorder is not None and codec:
            self.recorder.said(self.ssrc, timestamp, payload, self._codec)
        self._send(second, payload, sequence, timestamp)

    def _press(self) -> bool:
        """Send the next packet of a key in place of sound; False: it is a pause, or keys were not agreed on."""
        event = self._keys.popleft()
        if event is None or self.event_type is None:
            return False
        if event.marker:
            self._press_timestamp = self.timestamp
            self._marker = MARKER
        self._send(self.event_type, event.payload, self._sequence, (self._press_timestamp + event.offset) % TIMESTAMPS)
        return True

    def _send(self, second: int, payload: bytes, sequence: int, timestamp: int) -> None:
        assert self.target is not None
        head = pack_header(FIRST_OCTET, second | self._marker, sequence, timestamp, self.ssrc)
        try:
            self._sendto(head + payload, self.target)
        except OSError:  # a full buffer, no route: as if lost on the way
            self.unsent += 1
        self._marker = 0
        if later(self._sequence, sequence, SEQUENCES) >= 0:
            self._sequence = (sequence + 1) % SEQUENCES
        self.sent += 1
        self._odd_octets += len(payload) - TICK_SAMPLES


def codec_of(payload_type: int) -> Codec | None:
    """The codec of a payload type, where it is G.711."""
    return "PCMA" if payload_type == PCMA else "PCMU" if payload_type == PCMU else None
