"""The wires of a worker: what the dispatcher reads comes to it, and it answers through the dispatcher's sockets."""

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from careline.links.calls.config import Listen
from careline.links.calls.dispatcher import BUFFER_BYTES, FRAME_MAX, GULP, HELLO_SECONDS
from careline.links.calls.frames import LOST, TCP, UDP, Frame, packed, unpacked
from careline.links.calls.udp import send_datagram
from careline.links.calls.wires import Lost, Received
from careline.protocols.sip.steps import Hop

log = logging.getLogger(__name__)

SOCKETS_MAX: Final = 32
ANEW_SECONDS: Final = 0.05


class Inherited:
    """Wires for `Endpoint(..., wires=Inherited(path, number, workers))`."""

    def __init__(self, path: Path, number: int, workers: int, on_gone: Callable[[], None] = lambda: None) -> None:
        """`number` counts from 0; `on_gone` hears that the dispatcher ended: the worker can only end as well."""
        self.addresses: Sequence[Listen] = ()
        self.counters: Counter[str] = Counter()
        self.number = number
        self.workers = workers
        self._path = path
        self._on_gone = on_gone
        self._sockets: list[socket.socket] = []
        self._sock: socket.socket | None = None

    async def start(self, received: Received, lost: Lost) -> None:
        """Go to the dispatcher, which may be about to start. Raises OSError."""
        self._received, self._lost = received, lost
        self._loop = asyncio.get_running_loop()
        sock, greeting, descriptors = await asyncio.to_thread(self._greet)
        listen = msgspec.json.decode(greeting, type=list[tuple[str, str, int]])
        self.addresses = tuple(
            Listen(transport="udp" if transport == "udp" else "tcp", host=host, port=port)
            for transport, host, port in listen
        )
        self._sockets = [socket.socket(fileno=one) for one in descriptors]
        self._sock = sock
        sock.setblocking(False)
        self._loop.add_reader(sock.fileno(), self._read)

    def send(self, data: bytes, hop: Hop) -> None:
        if hop.transport == "udp":
            family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
            sock = next((one for one in self._sockets if one.family == family), self._sockets[0])
            if not send_datagram(sock, data, hop.host, hop.port):
                self.counters["unsent"] += 1
            return
        try:
            if hop.transport != "tcp":  # nothing that asks for TLS is sent in the clear
                raise ConnectionError("no TLS")
            assert self._sock is not None
            self._sock.send(packed(Frame(TCP, 0, hop.host, hop.port, hop.connection, data)))
        except OSError:
            self.counters["unsent"] += 1
            self._loop.call_soon(self._lost, hop)

    async def stop(self) -> None:
        if self._sock and self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._sock.close()
        for one in self._sockets:
            one.close()

    def _greet(self) -> tuple[socket.socket, bytes, list[int]]:
        until = time.monotonic() + HELLO_SECONDS
        while True:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                sock.settimeout(HELLO_SECONDS)
                for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                    sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
                sock.connect(str(self._path))
                sock.send(b"%d" % self.number)
                greeting, descriptors, _flags, _address = socket.recv_fds(sock, FRAME_MAX, SOCKETS_MAX)
                if not greeting:
                    raise ConnectionError("the dispatcher does not want this worker")
            except OSError:
                sock.close()
                if time.monotonic() > until:
                    raise
                time.sleep(ANEW_SECONDS)
            else:
                return sock, greeting, descriptors

    def _read(self) -> None:
        sock = self._sock
        assert sock is not None
        for _ in range(GULP):
            try:
                data = sock.recv(FRAME_MAX)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._loop.remove_reader(sock.fileno())
                sock.close()
                self._on_gone()
                return
            frame = unpacked(data)
            hop = Hop("udp" if frame.kind == UDP else "tcp", frame.host, frame.port, frame.connection)
            if frame.kind == LOST:
                self._lost(hop)
            else:
                self._received(frame.data, hop)
            if sock.fileno() < 0:
                return
