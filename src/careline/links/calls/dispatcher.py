"""One port for several workers: every message goes to the worker that its Call-ID names, or that stood in for it.

The dispatcher owns the sockets and reads; workers answer by UDP through the same sockets, which they are handed when
they come (SCM_RIGHTS), so the source port is right. TCP answers go back through the dispatcher. Between them run Unix
SOCK_SEQPACKET connections: whole messages, back pressure by octets (datagrams would stop after ten), and the end of a
worker is seen at once.
"""

import asyncio
import contextlib
import logging
import socket
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from careline.links.calls.absent import answer_for_absent, begins_anew
from careline.links.calls.admission import Neighbours
from careline.links.calls.config import Config, Listen
from careline.links.calls.frames import LOST, TCP, UDP, Frame, call_id, packed, unpacked, worker_of
from careline.links.calls.tcp import Streams, TcpLimits
from careline.links.calls.udp import UdpReader, send_datagram
from careline.links.calls.wires import bind, socket_for
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop

log = logging.getLogger(__name__)

HELD_MAX: Final = 4096  # messages for a worker that does not come to read them; the rest is refused
FRAME_MAX: Final = 70_000
GULP: Final = 32
BUFFER_BYTES: Final = 4 << 20
HELLO_SECONDS: Final = 5.0
STAND_INS_MAX: Final = 20_000  # calls remembered; with as many newer ones the oldest is over long since


class Dispatcher:
    """Hands the messages of all sockets to the workers. `path` is where workers come."""

    def __init__(self, config: Config, folder: Path) -> None:
        """`folder`: of ours alone; the socket for the workers is put there."""
        self.path = folder / "calls-dispatcher.sock"
        self.addresses: Sequence[Listen] = ()
        self.counters: Counter[str] = Counter()
        self._config = config
        self._workers: dict[int, _Worker] = {}
        self._stand_ins: dict[bytes, int] = {}  # calls that came while their worker was away
        self._readers: list[UdpReader] = []
        neighbours = Neighbours(config.trunks)
        self._streams = Streams(
            self._from_stream,
            self._lost,
            TcpLimits(connections=config.tcp_connections_max, idle_seconds=config.tcp_idle_seconds),
            lambda host: bool(neighbours.of(host)),
        )
        self._streams.counters = self.counters
        self._door: socket.socket | None = None

    async def start(self) -> None:
        """Open the sockets. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        self.path.unlink(missing_ok=True)
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.setblocking(False)
        self._door.bind(str(self.path))
        self.path.chmod(0o600)
        self._door.listen(64)
        self.addresses = await bind(self._config.listen, self._streams, self._readers, self._from_socket)
        self._streams.start()
        self._loop.add_reader(self._door.fileno(), self._comes)

    async def stop(self) -> None:
        """Close everything; workers see it and end."""
        if self._door and self._door.fileno() >= 0:
            self._loop.remove_reader(self._door.fileno())
            self._door.close()
        for worker in list(self._workers.values()):
            worker.close()
        for reader in self._readers:
            reader.close()
        await self._streams.stop()
        self.path.unlink(missing_ok=True)

    @property
    def workers(self) -> Sequence[int]:
        """The numbers of the workers that are here."""
        return sorted(self._workers)

    def stats(self) -> dict[str, int]:
        """What was dispatched, held back and refused."""
        return {**self.counters, "workers": len(self._workers), "tcp_open": self._streams.connections}

    def _comes(self) -> None:
        assert self._door is not None
        with contextlib.suppress(BlockingIOError):
            sock, _ = self._door.accept()
            _Worker(self, sock)

    def welcome(self, worker: "_Worker", number: int) -> None:
        """A worker said which one it is: it gets the sockets, and from now on its calls."""
        addresses = [(one.transport, one.host, one.port) for one in self.addresses]
        descriptors = [reader.sock.fileno() for reader in self._readers]
        socket.send_fds(worker.sock, [msgspec.json.encode(addresses)], descriptors)
        if (before := self._workers.get(number)) is not None:
            before.close()
        self._workers[number] = worker

    def left(self, worker: "_Worker") -> None:
        """A worker ended."""
        if self._workers.get(worker.number) is worker:
            del self._workers[worker.number]
            self.counters["workers_lost"] += 1

    def answer(self, frame: Frame) -> None:
        """A worker sends by TCP."""
        self._streams.send(frame.data, Hop("tcp", frame.host, frame.port, frame.connection))

    def _from_socket(self, data: bytes | Request | Response, hop: Hop) -> None:
        assert isinstance(data, bytes)
        self._dispatch(data, Frame(UDP, 0, hop.host, hop.port, 0, data))

    def _from_stream(self, message: Request | Response, hop: Hop) -> None:
        data = message.encode()
        self._dispatch(data, Frame(TCP, 0, hop.host, hop.port, hop.connection, data))

    def _dispatch(self, data: bytes, frame: Frame) -> None:
        identity = call_id(data)
        if identity is None:
            self.counters["without_call_id"] += 1
            return
        worker = self._worker_for(identity, data)
        if worker is not None and worker.give(packed(frame)):
            self.counters["dispatched"] += 1
            return
        self.counters["refused"] += 1
        if answer := answer_for_absent(data):
            if frame.kind == TCP:
                self._streams.send(answer, Hop("tcp", frame.host, frame.port, frame.connection))
            else:
                send_datagram(socket_for(frame.host, self._readers), answer, frame.host, frame.port)

    def _worker_for(self, identity: bytes, data: bytes) -> "_Worker | None":
        """The worker that the Call-ID names; while that is away another takes what begins anew, and keeps it."""
        number = worker_of(identity, self._config.workers)
        worker = self._workers.get(self._stand_ins.get(identity, number))
        if worker is not None or not self._workers or not begins_anew(data):
            return worker
        here = self.workers
        self._stand_ins.pop(identity, None)
        if len(self._stand_ins) >= STAND_INS_MAX:
            del self._stand_ins[next(iter(self._stand_ins))]
        self._stand_ins[identity] = here[worker_of(identity, len(here))]
        self.counters["stood_in"] += 1
        return self._workers[self._stand_ins[identity]]

    def _lost(self, hop: Hop) -> None:
        frame = packed(Frame(LOST, 0, hop.host, hop.port, hop.connection, b""))
        for worker in list(self._workers.values()):
            worker.give(frame)


class _Worker:
    """The dispatcher's end of the connection to one worker."""

    def __init__(self, dispatcher: Dispatcher, sock: socket.socket) -> None:
        self.sock = sock
        self.number = -1
        self._dispatcher = dispatcher
        self._held: deque[bytes] = deque()
        self._loop = asyncio.get_running_loop()
        sock.setblocking(False)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        self._patience = self._loop.call_later(HELLO_SECONDS, self.close)
        self._loop.add_reader(sock.fileno(), self._read)

    def give(self, frame: bytes) -> bool:
        """Hand over a frame, now or when the worker reads; False: it is not here, or too far behind."""
        if self.sock.fileno() < 0 or len(self._held) >= HELD_MAX:
            return False
        if not self._held:
            try:
                self.sock.send(frame)
            except BlockingIOError:
                self._loop.add_writer(self.sock.fileno(), self._write)
            except OSError:
                self.close()
                return False
            else:
                return True
        self._held.append(frame)
        return True

    def close(self) -> None:
        """It is gone."""
        self._patience.cancel()
        if self.sock.fileno() < 0:
            return
        self._loop.remove_reader(self.sock.fileno())
        self._loop.remove_writer(self.sock.fileno())
        self.sock.close()
        self._held.clear()
        self._dispatcher.left(self)

    def _write(self) -> None:
        try:
            while self._held:
                self.sock.send(self._held[0])
                self._held.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._loop.remove_writer(self.sock.fileno())

    def _read(self) -> None:
        for _ in range(GULP):
            try:
                data = self.sock.recv(FRAME_MAX)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.close()
                return
            if self.number < 0:
                self._patience.cancel()
                self.number = int(data)
                self._dispatcher.welcome(self, self.number)
            else:
                self._dispatcher.answer(unpacked(data))
