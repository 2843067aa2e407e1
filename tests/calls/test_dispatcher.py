"""One port for several workers: who gets which message, by which socket it is answered, and what a dead worker means."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from careline.links.calls.config import Config, Listen
from careline.links.calls.dispatcher import Dispatcher
from careline.links.calls.frames import Frame, call_id, packed, unpacked, worker_of
from careline.links.calls.inherited import Inherited
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop

LOOPBACK = (Listen(transport="udp", host="127.0.0.1", port=0), Listen(transport="tcp", host="127.0.0.1", port=0))
WORKERS = 2


def _message(identity: str, method: str = "INVITE", to: str = "<sip:10086@127.0.0.1>") -> bytes:
    return (
        f"{method} sip:10086@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK{identity}\r\n"
        f"From: <sip:1@127.0.0.1>;tag=a\r\nTo: {to}\r\nCall-ID: {identity}\r\nCSeq: 1 {method}\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def _call_of(worker: int, first: int = 0) -> str:
    return next(
        name for name in (f"call{at}" for at in range(first, 100)) if worker_of(name.encode(), WORKERS) == worker
    )


class Worker:
    """A worker that answers every message with its own number, by the way it came."""

    def __init__(self, path: Path, number: int) -> None:
        self.wires = Inherited(path, number, WORKERS, self._on_gone)
        self.heard: asyncio.Queue[tuple[bytes, Hop]] = asyncio.Queue()
        self.lost: asyncio.Queue[Hop] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.answers = True

    async def start(self) -> "Worker":
        await self.wires.start(self._received, self.lost.put_nowait)
        return self

    def _received(self, data: bytes | Request | Response, hop: Hop) -> None:
        assert isinstance(data, bytes)
        self.heard.put_nowait((data, hop))
        if self.answers:
            self.wires.send(b"SIP/2.0 200 from %d\r\n\r\n" % self.wires.number, hop)

    def _on_gone(self) -> None:
        self.gone.set()


@pytest.fixture
async def dispatcher() -> AsyncIterator[Dispatcher]:
    with tempfile.TemporaryDirectory() as folder:
        one = Dispatcher(Config(listen=LOOPBACK, workers=WORKERS), Path(folder))
        await one.start()
        yield one
        await one.stop()


@pytest.fixture
async def workers(dispatcher: Dispatcher) -> AsyncIterator[list[Worker]]:
    two = [await Worker(dispatcher.path, number).start() for number in range(WORKERS)]
    await here(dispatcher, *range(WORKERS))
    yield two
    for one in two:
        await one.wires.stop()


async def here(dispatcher: Dispatcher, *numbers: int, timeout_seconds: float = 20.0) -> None:
    """Wait until the dispatcher knows that these workers are here, and no others."""
    until = time.monotonic() + timeout_seconds
    while list(dispatcher.workers) != list(numbers):
        assert time.monotonic() < until, f"{dispatcher.workers} are here, not {numbers}"
        await asyncio.sleep(0.01)


class Phone:
    """A UDP socket of a caller."""

    def __init__(self, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.to = ("127.0.0.1", port)

    async def asks(self, data: bytes) -> tuple[bytes, tuple[str, int]]:
        loop = asyncio.get_running_loop()
        self.sock.sendto(data, self.to)
        async with asyncio.timeout(20):
            answer: tuple[bytes, tuple[str, int]] = await loop.sock_recvfrom(self.sock, 65535)
        return answer


@pytest.fixture
async def phone(dispatcher: Dispatcher) -> AsyncIterator[Phone]:
    one = Phone(dispatcher.addresses[0].port)
    yield one
    one.sock.close()


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"INVITE sip:1@h SIP/2.0\r\nCall-ID: abc@h\r\n\r\n", b"abc@h"),
        (b"INVITE sip:1@h SIP/2.0\r\ni:abc\r\n\r\n", b"abc"),
        (b"INVITE sip:1@h SIP/2.0\r\nI \t:  abc \r\n\r\n", b"abc"),
        (b"INVITE sip:1@h SIP/2.0\r\ncALL-iD: abc\r\n\r\n", b"abc"),
        (b"INVITE sip:1@h SIP/2.0\r\nCall-ID:\r\n abc\r\n\r\n", b"abc"),
        (b"INVITE sip:1@h SIP/2.0\r\nX-Call-ID: no\r\nCall-ID: abc\r\n\r\n", b"abc"),
        (b"INVITE sip:1@h SIP/2.0\r\nVia: x\r\n\r\nCall-ID: in the body\r\n", None),
        (b"\r\n\r\n", None),
        (b"", None),
        (bytes(range(256)), None),
    ],
)
def test_a_call_id_is_found_without_reading_the_message(head: bytes, found: bytes | None) -> None:
    assert call_id(head) == found


def test_a_frame_comes_out_as_it_went_in() -> None:
    frame = Frame(1, 3, "2001:db8::1", 65535, 2**32 - 1, b"\0data")
    assert unpacked(packed(frame)) == frame


async def test_each_call_has_its_worker_and_is_answered_from_the_one_port(
    dispatcher: Dispatcher, workers: list[Worker], phone: Phone
) -> None:
    for number in range(WORKERS):
        for _ in range(3):
            answer, source = await phone.asks(_message(_call_of(number)))
            assert answer == b"SIP/2.0 200 from %d\r\n\r\n" % number
            assert source == phone.to
        assert workers[number].heard.qsize() == 3
        data, hop = workers[number].heard.get_nowait()
        assert data == _message(_call_of(number))
        assert hop == Hop("udp", *phone.sock.getsockname())


async def test_tcp_comes_and_goes_by_the_same_connection(dispatcher: Dispatcher, workers: list[Worker]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", dispatcher.addresses[1].port)
    for number in (0, 1, 0):
        whole = _message(_call_of(number))
        for piece in (whole[:50], whole[50:]):
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(20):
            assert await reader.readuntil(b"\r\n\r\n") == b"SIP/2.0 200 from %d\r\n\r\n" % number
    writer.close()
    async with asyncio.timeout(20):
        lost = [await one.lost.get() for one in workers]
    assert lost[0] == lost[1]
    assert lost[0].port == writer.get_extra_info("sockname")[1]


async def test_a_worker_calls_out_by_tcp_through_the_dispatcher(dispatcher: Dispatcher, workers: list[Worker]) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def neighbour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.readuntil(b"\r\n\r\n"))
        writer.write(_message(_call_of(1), "BYE"))
        await reader.read()
        writer.close()

    server = await asyncio.start_server(neighbour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    workers[1].answers = False
    workers[1].wires.send(_message(_call_of(1)), Hop("tcp", "127.0.0.1", port))
    async with asyncio.timeout(20):
        assert await heard.get() == _message(_call_of(1))
        data, hop = await workers[1].heard.get()
    assert data.startswith(b"BYE")
    assert (hop.port, hop.connection > 0) == (port, True)
    server.close()
    nobody = Hop("tcp", "127.0.0.1", 1)
    workers[0].wires.send(_message(_call_of(0)), nobody)
    async with asyncio.timeout(20):
        assert await workers[0].lost.get() == nobody


async def test_while_a_worker_is_dead_its_calls_are_over_and_another_takes_the_new_ones(
    dispatcher: Dispatcher, workers: list[Worker], phone: Phone
) -> None:
    await workers[0].wires.stop()
    await here(dispatcher, 1)
    bye = _message(_call_of(0), "BYE", to="<sip:10086@127.0.0.1>;tag=b")
    old, _ = await phone.asks(bye)
    assert old.startswith(b"SIP/2.0 481")
    new, _ = await phone.asks(_message(_call_of(0)))
    assert new == b"SIP/2.0 200 from 1\r\n\r\n"
    kept, _ = await phone.asks(bye)
    assert kept == new, "what follows goes where the call was taken"
    living, _ = await phone.asks(_message(_call_of(1)))
    assert living == b"SIP/2.0 200 from 1\r\n\r\n"
    back = await Worker(dispatcher.path, 0).start()
    await here(dispatcher, 0, 1)
    answer, _ = await phone.asks(_message(_call_of(0, 50)))
    assert answer == b"SIP/2.0 200 from 0\r\n\r\n"
    assert dispatcher.stats()["refused"] == 1
    await back.wires.stop()


async def test_workers_see_the_end_of_the_dispatcher() -> None:
    with tempfile.TemporaryDirectory() as folder:
        dispatcher = Dispatcher(Config(listen=LOOPBACK, workers=WORKERS), Path(folder))
        await dispatcher.start()
        worker = await Worker(dispatcher.path, 0).start()
        await dispatcher.stop()
        async with asyncio.timeout(20):
            await worker.gone.wait()
        await worker.wires.stop()


async def test_a_worker_that_does_not_read_holds_up_nobody_else(
    dispatcher: Dispatcher, workers: list[Worker], phone: Phone
) -> None:
    loop = asyncio.get_running_loop()
    stuck = workers[0].wires
    assert stuck._sock is not None
    loop.remove_reader(stuck._sock.fileno())
    big = _message(_call_of(0)).replace(b"Content-Length: 0\r\n\r\n", b"Content-Length: 8000\r\n\r\n" + b"x" * 8000)
    for _ in range(3000):
        await loop.sock_sendto(phone.sock, big, phone.to)
        await asyncio.sleep(0)
    answer, _ = await phone.asks(_message(_call_of(1)))
    assert answer == b"SIP/2.0 200 from 1\r\n\r\n"
    handed = dispatcher.stats()["dispatched"]
    loop.add_reader(stuck._sock.fileno(), stuck._read)
    workers[0].answers = False
    async with asyncio.timeout(20):
        while workers[0].heard.qsize() < handed - 1:
            await workers[0].heard.get()
            handed -= 1


PROCESS = """
    import asyncio, os, sys
    from pathlib import Path
    from careline.links.calls.inherited import Inherited

    async def serve():
        gone = asyncio.Event()
        wires = Inherited(Path(sys.argv[1]), int(sys.argv[2]), 2, gone.set)
        said = b"SIP/2.0 200 pid %d\\r\\n\\r\\n" % os.getpid()
        await wires.start(lambda data, hop: wires.send(said, hop), lambda hop: None)
        await gone.wait()

    asyncio.run(serve())
"""


async def test_workers_are_processes_and_one_that_is_killed_is_replaced(dispatcher: Dispatcher, phone: Phone) -> None:
    def started(number: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PROCESS), str(dispatcher.path), str(number)], env=dict(os.environ)
        )

    async def come(*numbers: int) -> None:
        await here(dispatcher, *numbers, timeout_seconds=60.0)  # processes have much to read at their start

    processes = [started(0), started(1)]
    await come(0, 1)
    for number, process in enumerate(processes):
        answer, source = await phone.asks(_message(_call_of(number)))
        assert (answer, source) == (b"SIP/2.0 200 pid %d\r\n\r\n" % process.pid, phone.to)
    processes[0].kill()
    await come(1)
    taken, _ = await phone.asks(_message(_call_of(0)))
    assert taken == b"SIP/2.0 200 pid %d\r\n\r\n" % processes[1].pid
    processes.append(started(0))
    await come(0, 1)
    answer, _ = await phone.asks(_message(_call_of(0, 50)))
    assert answer == b"SIP/2.0 200 pid %d\r\n\r\n" % processes[2].pid
    await dispatcher.stop()
    for process in processes:
        process.wait(30)
