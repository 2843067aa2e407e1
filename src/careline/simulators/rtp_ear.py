"""An ear for many calls at once: receives their RTP on one port and says what arrived, when the kernel saw it.

What a benchmark must not do is to measure itself: packets carry the kernel's time of arrival (SO_TIMESTAMPNS), are
taken by the hundred (recvmmsg through ctypes) and only counted when all is over. `Ear` works where it is called; an
`EarProcess` works in a process and, if wanted, on a processor of its own:

    with EarProcess(cpu=1) as ear:
        ...  # send the sound of all calls to ("127.0.0.1", ear.port)
        ear.begin()
        heard = ear.take()  # as often as wanted

Linux on 64 bits only: the structures of the C library are laid out here as arrays.
"""

import ctypes
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from careline.links.calls.media_filter import drops

BATCH: Final = 1024
GATHER_SECONDS: Final = 0.003  # between two batches: fewer, fuller ones; the kernel has kept the times
BUFFER_OCTETS: Final = 64 << 20
CLEAN_GAP_MS: Final = 40.0  # what the usual receiver's buffer conceals

_OCTETS = 256  # of a packet; G.711 has 172
_CONTROL = 64
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_RECORD = np.dtype([("ssrc", "=u4"), ("sequence", "=u2"), ("at", "=f8")])


@dataclass(frozen=True, slots=True)
class Heard:
    """What arrived, of calls with more than ten packets."""

    calls: int
    clean_calls: int  # nothing lost, no gap over 40 ms
    packets: int
    lost: int
    disordered: int
    gaps_over_40_ms: int
    max_gap_ms: float
    p99_gap_ms: float  # of all gaps
    p50_gap_ms: float
    packets_per_second: float  # of a call, the mean
    missed: int = 0  # packets that came and for which the ear was too slow; they are among the lost

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Ear:
    """One UDP port that takes the sound of any number of calls, told apart by SSRC.

    packets_max: how many are remembered (14 octets each); later ones are passed over. echo: send each packet back to
    where it came from, with another SSRC, as a caller who makes noise all the time.
    """

    def __init__(self, host: str = "127.0.0.1", *, packets_max: int = 8_000_000, echo: bool = False) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        with suppress(OSError):  # root may have more than the system's limit
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_OCTETS)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_OCTETS)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.setblocking(False)
        self._records = np.zeros(packets_max, _RECORD)
        self._count = 0
        self._begin, self._end = 0.0, float("inf")
        self._dropped = 0  # by the kernel before the window
        self._echo = echo
        self._batch = _Batch()

    def listen(self, until: Callable[[], bool]) -> None:
        """Take what comes until told otherwise, and then what had come by then."""
        while not until():
            if not self._take():
                time.sleep(GATHER_SECONDS)
        self._end = time.time()
        while self._take() and self._records["at"][self._count - 1] < self._end:
            pass

    def begin(self, at: float) -> None:
        """Leave out what came before this Unix time."""
        self._begin, self._end = at, float("inf")
        self._count = 0  # what was there is forgotten, so that the next window has room
        self._dropped = drops(self._socket)

    def heard(self) -> Heard:
        records = self._records[: self._count]
        missed = drops(self._socket) - self._dropped
        return replace(judge(records[(records["at"] >= self._begin) & (records["at"] <= self._end)]), missed=missed)

    def close(self) -> None:
        self._socket.close()

    def _take(self) -> bool:
        """One batch; whether there may be more."""
        count = self._batch.receive(self._socket.fileno())
        room = min(count, len(self._records) - self._count)
        self._batch.note(self._records[self._count : self._count + room])
        self._count += room
        if self._echo:
            self._batch.send_back(self._socket.fileno(), count)
        return count == BATCH


class _Batch:
    """The arrays that recvmmsg fills: struct mmsghdr is eight words of eight octets on 64-bit Linux."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self._recvmmsg, self._sendmmsg = library.recvmmsg, library.sendmmsg
        self._recvmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p]
        self._sendmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
        self._data = np.zeros((BATCH, _OCTETS), np.uint8)
        self._control = np.zeros((BATCH, _CONTROL // 8), np.int64)
        self._names = np.zeros((BATCH, 16), np.uint8)
        self._vectors = np.zeros((BATCH, 2), np.uint64)
        self._headers = np.zeros((BATCH, 8), np.uint64)
        each = np.arange(BATCH, dtype=np.uint64)
        self._vectors[:, 0] = self._data.ctypes.data + each * np.uint64(_OCTETS)
        self._headers[:, 0] = self._names.ctypes.data + each * np.uint64(16)
        self._headers[:, 2] = self._vectors.ctypes.data + each * np.uint64(16)
        self._headers[:, 3] = 1
        self._controls = self._control.ctypes.data + each * np.uint64(_CONTROL)
        self._count = 0

    def receive(self, descriptor: int) -> int:
        """How many packets were there."""
        self._vectors[:, 1] = _OCTETS
        self._headers[:, 1] = 16
        self._headers[:, 4] = self._controls
        self._headers[:, 5] = _CONTROL
        count = self._recvmmsg(descriptor, self._headers.ctypes.data, BATCH, socket.MSG_DONTWAIT, None)
        self._count = max(0, count)
        return self._count

    def note(self, records: NDArray[Any]) -> None:
        """Write down whose packets they are, which, and when they came."""
        count = len(records)
        data = self._data[:count]
        records["ssrc"] = data[:, 8:12].copy().view(">u4").ravel()
        records["sequence"] = data[:, 2:4].copy().view(">u2").ravel()
        control = self._control[:count]  # length, level and type, seconds, nanoseconds
        records["at"] = control[:, 2] + control[:, 3] / 1e9

    def send_back(self, descriptor: int, count: int) -> None:
        self._data[:count, 8] ^= 0x80
        self._vectors[:count, 1] = self._headers[:count, 7] & np.uint64(0xFFFFFFFF)
        self._headers[:count, 4:6] = 0
        done = 0
        while done < count:
            sent = self._sendmmsg(descriptor, self._headers[done:].ctypes.data, count - done, socket.MSG_DONTWAIT)
            if sent <= 0:
                return  # a full buffer loses packets, as networks do
            done += sent


def judge(records: NDArray[Any]) -> Heard:
    """What these packets say about the calls they are of."""
    order = np.lexsort((records["at"], records["ssrc"]))
    records = records[order]
    same = records["ssrc"][1:] == records["ssrc"][:-1]
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1, [len(records)]]).astype(np.int64)
    sizes = np.diff(starts)
    starts = starts[:-1][sizes > 10]
    sizes = sizes[sizes > 10]
    gaps, lost, disordered, clean, rates = [np.zeros(0)], 0, 0, 0, []
    for start, size in zip(starts, sizes, strict=True):
        mine = records[start : start + size]
        gap = np.diff(mine["at"]) * 1000
        steps = np.diff(mine["sequence"]).astype(np.int16)  # round the circle
        lost_here = max(0, int(steps.sum()) + 1 - int(size))
        lost += lost_here
        disordered += int((steps <= 0).sum())
        clean += int(lost_here == 0 and gap.max() <= CLEAN_GAP_MS)
        rates.append((size - 1) / (mine["at"][-1] - mine["at"][0]))
        gaps.append(gap)
    every = np.concatenate(gaps)
    if not len(every):
        return Heard(0, 0, len(records), 0, 0, 0, 0.0, 0.0, 0.0, 0.0)
    return Heard(
        calls=len(sizes),
        clean_calls=clean,
        packets=int(sizes.sum()),
        lost=lost,
        disordered=disordered,
        gaps_over_40_ms=int((every > CLEAN_GAP_MS).sum()),
        max_gap_ms=round(float(every.max()), 2),
        p99_gap_ms=round(float(np.percentile(every, 99)), 2),
        p50_gap_ms=round(float(np.percentile(every, 50)), 2),
        packets_per_second=round(float(np.mean(rates)), 2),
    )


class EarProcess:
    """An ear in a process of its own; first: before all ordinary programs of its core (SCHED_RR; needs the right to it)."""

    def __init__(
        self, *, cpu: int | None = None, packets_max: int = 8_000_000, echo: bool = False, first: bool = False
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, cpu, packets_max, echo, first), daemon=True)
        self._process.start()
        theirs.close()
        self.port: int = self._pipe.recv()

    def begin(self) -> None:
        """Leave out what came until now: calls are being set up."""
        self._pipe.send(time.time())

    def take(self) -> Heard:
        """What was heard since `begin`; it listens on, and the next window wants another `begin`."""
        self._pipe.send(False)
        heard: Heard = self._pipe.recv()
        return heard

    def stop(self) -> Heard:
        """Listen no longer; what was heard."""
        self._pipe.send(None)
        heard: Heard = self._pipe.recv()
        self.close()
        return heard

    def close(self) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _serve(pipe: "Connection[Any, Any]", cpu: int | None, packets_max: int, echo: bool, first: bool) -> None:
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    if first:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    ear = Ear(packets_max=packets_max, echo=echo)
    pipe.send(ear.port)

    told: float | bool | None = False

    def interrupted() -> bool:
        """A moment: a window begins. False: what was heard? None: that was all."""
        nonlocal told
        if not pipe.poll():
            return False
        told = pipe.recv()
        if told is None or told is False:
            return True
        ear.begin(told)
        return False

    try:
        ear.listen(interrupted)
        while told is not None:
            pipe.send(ear.heard())
            ear.listen(interrupted)
    except (EOFError, OSError):  # the parent is gone
        return
    heard = ear.heard()
    ear.close()
    with suppress(OSError):
        pipe.send(heard)
