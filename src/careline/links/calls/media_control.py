"""The RTCP of one call: what we tell about sound every five seconds or so, and what is told to us."""

import random
import socket
from contextlib import suppress
from typing import Final

from careline.links.calls.media_hearing import Hearing
from careline.links.calls.media_latch import Address
from careline.links.calls.media_sending import Sending
from careline.protocols.rtp import rtcp
from careline.protocols.rtp.packet import TICK_SAMPLES

_SPREAD: Final = (0.5, 1.5)  # RFC 3550 6.2: at random times, so that reports do not come in step


class Control:
    """Sends reports and reads those of the far side."""

    def __init__(self, sock: socket.socket, sending: Sending, hearing: Hearing, cname: str, now: float) -> None:
        self._sock = sock
        self._sending = sending
        self._hearing = hearing
        self._cname = cname
        self._due = now + rtcp.INTERVAL_SECONDS * random.uniform(*_SPREAD) / 2  # 6.2: half an interval at first
        self._their_report: tuple[int, float] | None = None  # its middle NTP time, and when it came
        self._sent_at_last = 0
        self.target: Address | None = None
        self.round_trip_seconds: float | None = None
        self.far_lost_percent: float | None = None  # of what we sent, in the far side's last interval
        self.far_jitter_ms: float | None = None
        self.goodbye = False

    def read(self, now: float, wall: float) -> int:
        """Take what has come; how many packets came from elsewhere or were no RTCP."""
        strange = 0
        for _ in range(8):
            try:
                data, source = self._sock.recvfrom(2048)
            except OSError:
                break
            strange += not self.hear(data, (source[0], source[1]), now, wall)
        return strange

    def hear(self, data: bytes, source: Address, now: float, wall: float) -> bool:
        """A packet of the far side's host; False: it is not, or cannot be read. It tells, and changes nothing."""
        latch = self._hearing.latch
        if latch is None or source[0] not in {latch.target[0], latch.named[0]}:
            return False
        parts = rtcp.parse(data)
        if parts is None:
            return False
        self._hearing.heard_at = now
        if latch.target != latch.named:
            self.target = source  # behind address translation its RTCP port too is another than it thinks
        for part in parts:
            if isinstance(part, rtcp.Report):
                if part.ntp_time is not None:
                    self._their_report = (rtcp.middle(part.ntp_time), now)
                for block in part.blocks:
                    if block.ssrc == self._sending.ssrc:
                        self._learn(block, wall)
            elif isinstance(part, rtcp.Bye):
                self.goodbye = True  # signalling ends calls; a stray BYE must not
        return True

    def tick(self, now: float, wall: float) -> None:
        """Report when it is time."""
        if now >= self._due:
            self._due = now + rtcp.INTERVAL_SECONDS * random.uniform(*_SPREAD)
            self._send([self._report(now, wall), rtcp.Description(self._sending.ssrc, self._cname)])

    def bye(self, now: float, wall: float) -> None:
        """Say that we send no more; unless nothing was ever sent (RFC 3550 6.3.7)."""
        ssrc = self._sending.ssrc
        if self._sending.sent:
            self._send([self._report(now, wall), rtcp.Description(ssrc, self._cname), rtcp.Bye([ssrc])])

    def _send(self, parts: list[rtcp.Part]) -> None:
        if self.target is not None:
            with suppress(OSError):
                self._sock.sendto(rtcp.encode(parts), self.target)

    def _report(self, now: float, wall: float) -> rtcp.Report:
        sending = self._sending
        blocks = self._blocks(now)
        if sending.sent == self._sent_at_last:
            return rtcp.Report(sending.ssrc, blocks)
        self._sent_at_last = sending.sent
        # The tick's timestamp is that of the packet sent less than 20 ms ago: near enough to tie the clocks.
        return rtcp.Report(sending.ssrc, blocks, rtcp.ntp(wall), sending.timestamp, sending.sent, sending.octets)

    def _blocks(self, now: float) -> tuple[rtcp.Block, ...]:
        hearing = self._hearing
        if hearing.ssrc is None:
            return ()
        heard = hearing.reception
        last, delay = 0, 0
        if self._their_report is not None:
            last, came = self._their_report
            delay = int((now - came) * 65536)
        return (
            rtcp.Block(
                hearing.ssrc, heard.fraction_lost(), heard.lost, heard.highest, int(heard.jitter_samples), last, delay
            ),
        )

    def _learn(self, block: rtcp.Block, wall: float) -> None:
        self.far_lost_percent = block.fraction_lost / 2.56
        self.far_jitter_ms = block.jitter * 20 / TICK_SAMPLES
        if block.last_report:
            trip = (rtcp.middle(rtcp.ntp(wall)) - block.last_report - block.delay) & 0xFFFFFFFF
            if trip < 1 << 31:  # clocks that step backwards are no news
                self.round_trip_seconds = trip / 65536
