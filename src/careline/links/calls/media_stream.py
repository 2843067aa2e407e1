"""One call's sound: where it goes, what plays, which keys come, who hears whom."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from careline.links.calls.media_control import Control
from careline.links.calls.media_hearing import Counts, Hearing
from careline.links.calls.media_latch import Address
from careline.links.calls.media_ports import Pair
from careline.links.calls.media_prompt import Codec, Playing, Prompt
from careline.links.calls.media_recording import Recorder
from careline.links.calls.media_sending import Sending
from careline.protocols.rtp.packet import Packet
from careline.protocols.rtp.quality import mos

_PACKET_AND_BUFFER_MS = 60.0  # 20 ms in the packet, 40 ms in the usual buffer: part of the delay that ears feel


@dataclass(slots=True)
class Surroundings:
    """What streams share with their engine."""

    counts: Counts
    clock: Callable[[], float]  # monotonic seconds, those of the ticks
    wall: Callable[[float], float]  # a monotonic moment as Unix time
    writer: Callable[[], Executor]  # one thread for all recordings, made when first asked for
    forget: Callable[["Stream"], None]
    cname: str
    lost_seconds: float


class Stream:
    """Opened by `Engine.open`; nothing is sent before `direct`. Every method may be called at any time, from the loop."""

    def __init__(self, pair: Pair, around: Surroundings) -> None:
        now = around.clock()
        self.port = pair.port
        self.on_digit: Callable[[str, str], None] | None = None  # the key and its way: rfc4733, inband, or as told
        self.on_lost: Callable[[], None] | None = None  # once; again after it was heard again
        self.closed = False
        self.sending = Sending(pair.rtp)
        self._hearing = Hearing(pair.rtp, around.counts, around.clock)
        self._control = Control(pair.rtcp, self.sending, self._hearing, around.cname, now)
        self._pair = pair
        self._around = around
        self._relayed_to: Stream | None = None
        self._recorder: Recorder | None = None
        self._tap: Callable[[Packet, Codec], None] | None = None
        self._expecting = True
        self._lost = False
        self._hearing.on_key = self._key
        self._hearing.on_control = self._controlled
        self._hearing.on_moved = self._moved
        loop = asyncio.get_running_loop()
        loop.add_reader(pair.rtp.fileno(), self._hearing.read)
        loop.add_reader(pair.rtcp.fileno(), self._read_control)

    def direct(
        self,
        remote: Address | None,
        codec: Codec = "PCMA",
        event_type: int | None = 101,
        *,
        near: Collection[str] = (),
        control: Address | None = None,
    ) -> None:
        """Send to this address from the next tick on, as signalling agreed; as often as it agrees anew.

        remote: an IP address and a port; None: hold, nothing is sent, what plays waits, and silence of the far side is
        no loss. event_type: the payload type of telephone events, in both directions; None: none were agreed on.
        near: other hosts from which the far side's sound may come, such as where its signalling came from; empty: any
        (see `media_latch`). control: where RTCP goes; None: the port after. Raises ValueError when remote or control is
        no IP address with a port: a name would be looked up in the middle of everybody's tick.
        """
        if self.closed:
            return
        now = self._around.clock()
        if remote is None:
            self.sending.target = None
            self._hearing.heard_at = now
            return
        control = control or (remote[0], min(remote[1] + 1, 65535))
        for host, port in (remote, control):
            ip_address(host)
            if not 0 < port < 65536:
                raise ValueError(f"no port: {port}")
        self._control.target = control
        if self.sending.codec != codec:
            self.sending.speak(codec)
        self.sending.event_type = event_type
        self.sending.target = self._hearing.expect(remote, near, event_type, now)
        self._lost = False

    def expect(self, sound: bool) -> None:
        """Whether the far side is to be heard at all. Off: it was told only to listen, and `on_lost` stays silent."""
        self._expecting = sound
        self._hearing.heard_at = self._around.clock()

    def play(self, prompts: Sequence[Prompt], *, loop: bool = False) -> Playing:
        """Play these, in place of what plays now. On a closed stream the playing is over at once, and not whole."""
        playing = self.sending.play(prompts, loop=loop)
        if self.closed:
            self.sending.stop()
        return playing

    def stop(self) -> None:
        """Be silent, or relay again."""
        self.sending.stop()

    def mute(self) -> None:
        """Send silence in place of what plays or is relayed; it goes on unheard."""
        self.sending.muted = True

    def unmute(self) -> None:
        self.sending.muted = False

    def press(self, keys: str) -> None:
        """Send keys as telephone events, 100 ms each; nothing where none were agreed on."""
        self.sending.press(keys)

    def told_digit(self, key: str, how: str) -> None:
        """A key that came outside the sound, by SIP INFO; told to `on_digit` unless the same press came by another way."""
        if not self.closed:
            self._hearing.press(key, how)

    def listen_inband(self, on: bool) -> None:
        """Look for keys in the sound too (about 0.1 ms of processor time for each 20 ms of sound)."""
        self._hearing.listen_inband(on)
        self._resift()

    def tap(self, listener: Callable[[Packet, Codec], None] | None) -> None:
        """Hand every packet of sound over as it comes, in any order; None: no longer."""
        self._tap = listener
        self._resift()

    def relay(self, other: "Stream") -> None:
        """The two far sides hear each other from now on; what plays on a stream comes before what is relayed to it."""
        for one, another in ((self, other), (other, self)):
            one.unrelay()
            one._relayed_to = another
            one.sending.relaying = True
            one._resift()

    def unrelay(self) -> None:
        """Part them again, both."""
        other, self._relayed_to = self._relayed_to, None
        self.sending.relaying = False
        self._resift()
        if other is not None and other._relayed_to is self:
            other.unrelay()

    def record(self, path: Path) -> None:
        """Record both directions to a WAV file that does not exist yet; an earlier recording is ended."""
        if self.closed:
            return
        self.stop_recording()
        self._recorder = self.sending.recorder = Recorder(path, self._around.writer())
        self._resift()

    def stop_recording(self) -> "asyncio.Future[None]":
        """Done when the file is whole; raises OSError when the disk refused it."""
        recorder, self._recorder, self.sending.recorder = self._recorder, None, None
        self._resift()
        if recorder is not None:
            return _quietly(recorder.close())
        nothing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    def close(self) -> None:
        """Say goodbye and give the ports back; a second time does nothing."""
        if self.closed:
            return
        self.closed = True
        now = self._around.clock()
        self._control.bye(now, self._around.wall(now))
        self.sending.stop()
        self.sending.target = None
        self.unrelay()
        self.stop_recording()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._pair.rtp.fileno())
        loop.remove_reader(self._pair.rtcp.fileno())
        self._pair.close()
        self.on_digit = self.on_lost = None
        # No circle is left: what nobody holds goes at once, and not with the next whole round of the collector.
        self._hearing.on_key = self._hearing.on_sound = self._hearing.on_control = self._hearing.on_moved = None
        self._around.forget(self)

    def quality(self) -> dict[str, Any]:
        """How it sounds here, and there as far as the far side tells; numbers, None where nothing is known."""
        heard, control = self._hearing.reception, self._control
        lost_percent = 100 * max(heard.lost, 0) / heard.expected if heard.expected else 0.0
        trip_ms = 1000 * control.round_trip_seconds if control.round_trip_seconds is not None else None
        delay_ms = (trip_ms or 0.0) / 2 + _PACKET_AND_BUFFER_MS + 2 * heard.jitter_ms
        return {
            "sent": self.sending.sent,
            "received": heard.received,
            "lost": max(heard.lost, 0),
            "lost_percent": round(lost_percent, 2),
            "jitter_ms": round(heard.jitter_ms, 2),
            "mos": mos(lost_percent, delay_ms) if heard.expected else None,
            "round_trip_ms": None if trip_ms is None else round(trip_ms, 1),
            "far_lost_percent": control.far_lost_percent,
            "far_jitter_ms": control.far_jitter_ms,
            "strangers": self._hearing.strangers,
        }

    def silent_seconds(self) -> float:
        """For how long nothing at all has come from a far side that is expected to send; 0 while it is not."""
        if not self._expecting or self.sending.target is None:
            return 0.0
        return max(0.0, self._around.clock() - self._hearing.heard_at)

    def look_after(self, now: float) -> None:
        """What is due now and then: reports, the filter, and whether the far side is still there. The engine calls it."""
        if self.closed:
            return
        self._control.tick(now, self._around.wall(now))
        self._hearing.sift(now)
        silent = now - self._hearing.heard_at > self._around.lost_seconds
        if not silent:
            self._lost = False
        elif self._expecting and not self._lost and self.sending.target is not None:
            self._lost = True
            if self.on_lost is not None:
                self.on_lost()

    def _key(self, key: str, how: str) -> None:
        if self.on_digit is not None:
            self.on_digit(key, how)

    def _moved(self, target: Address) -> None:
        if self.sending.target is not None:
            self.sending.target = target

    def _read_control(self) -> None:
        now = self._around.clock()
        self._around.counts.strangers += self._control.read(now, self._around.wall(now))

    def _controlled(self, data: bytes, source: Address) -> None:
        now = self._around.clock()
        self._control.hear(data, source, now, self._around.wall(now))

    def _sound(self, packet: Packet, codec: Codec | None) -> None:
        if self._recorder is not None and codec is not None:
            self._recorder.heard(packet, codec)
        if self._tap is not None and codec is not None:
            self._tap(packet, codec)
        if self._relayed_to is not None:
            self._relayed_to.sending.carry(packet, codec)

    def _resift(self) -> None:
        """The sound is wanted, or no longer."""
        wanted = self._recorder is not None or self._relayed_to is not None or self._tap is not None
        self._hearing.on_sound = self._sound if wanted else None
        if not self.closed:
            self._hearing.sift(self._around.clock())


def _quietly(written: "Future[None]") -> "asyncio.Future[None]":
    """As a future of the loop; a refusal that nobody waits for is no news to the loop."""
    wrapped = asyncio.wrap_future(written)
    wrapped.add_done_callback(lambda done: done.cancelled() or done.exception())
    return wrapped
