"""The far side of a stream, for tests that keep time themselves: a telephone of two sockets, and a clock moved by hand."""

import asyncio
import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from careline.links.calls.media import Engine, Prompt, Stream
from careline.protocols.rtp.dtmf import press
from careline.protocols.rtp.packet import Packet, parse


class Far:
    """A telephone: an RTP socket and the RTCP socket after it."""

    def __init__(self, host: str = "127.0.0.1", ssrc: int = 77) -> None:
        self.rtp, self.rtcp = _pair(host)
        self.address: tuple[str, int] = self.rtp.getsockname()
        self.ssrc = ssrc
        self.sequence = itertools.count(65_500)
        self.timestamp = 2**32 - 1600

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def heard(self) -> list[Packet]:
        """What came since the last question."""
        return [packet for data in _all(self.rtp) if (packet := parse(data))]

    def control(self) -> list[bytes]:
        return _all(self.rtcp)

    def send(self, stream: Stream, payload: bytes, payload_type: int = 8, *, marker: bool = False) -> None:
        """One packet, 20 ms after the one before."""
        self.timestamp = (self.timestamp + 160) % 2**32
        self.put(stream, Packet(payload_type, next(self.sequence) % 65536, self.timestamp, self.ssrc, payload, marker))

    def put(self, stream: Stream, packet: Packet) -> None:
        self.rtp.sendto(packet.encode(), ("127.0.0.1", stream.port))

    def press(self, stream: Stream, key: str, *, event_type: int = 101, keep: slice = slice(None)) -> None:
        """The packets of a press, or those of them that are not lost."""
        self.timestamp = (self.timestamp + 1600) % 2**32
        for event in list(press(key))[keep]:
            at = (self.timestamp + event.offset) % 2**32
            self.put(
                stream, Packet(event_type, next(self.sequence) % 65536, at, self.ssrc, event.payload, event.marker)
            )


class Hand:
    """An engine whose time we move."""

    def __init__(self, **ways: Any) -> None:
        self.now = 1000.0
        ports = ways.pop("ports", range(24000, 28000, 2))
        self.engine = Engine("127.0.0.1", ports, clock=lambda: self.now, **ways)

    async def run(self, seconds: float) -> None:
        """Tick as the clock would."""
        for _ in range(round(seconds / 0.005)):
            self.now += 0.005
            self.engine.tick(self.now)
        await settled()

    async def pair(self) -> tuple[Stream, Far]:
        """A stream and the telephone that it is directed to, which has spoken."""
        stream, far = self.engine.open(), Far()
        stream.direct(far.address)
        far.send(stream, b"\xd5" * 160)
        await settled()
        return stream, far


async def settled() -> None:
    """Let the loop read what is on its sockets: on loopback it is there as soon as it was sent."""
    for _ in range(4):
        await asyncio.sleep(0)


def sound(seconds: float, seed: int = 1) -> bytes:
    """Sound that differs everywhere, so that anything lost, doubled or out of order shows."""
    step = 7 + 2 * seed
    return bytes((place * step + place // 251) % 256 for place in range(int(seconds * 8000)))


def prompt(seconds: float, seed: int = 1) -> Prompt:
    return Prompt.of_alaw(sound(seconds, seed))


@contextmanager
def closing(*fars: Far) -> Iterator[None]:
    try:
        yield
    finally:
        for far in fars:
            far.close()


def _pair(host: str) -> tuple[socket.socket, socket.socket]:
    while True:
        rtp, rtcp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        rtp.bind((host, 0))
        try:
            rtcp.bind((host, rtp.getsockname()[1] + 1))
        except (OSError, OverflowError):
            rtp.close()
            rtcp.close()
            continue
        rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        rtp.setblocking(False)
        rtcp.setblocking(False)
        return rtp, rtcp


def _all(sock: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(sock.recv(2048))
        except BlockingIOError:
            return found
