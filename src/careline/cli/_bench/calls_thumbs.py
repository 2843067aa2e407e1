"""Callers who press keys while others only listen: how soon does the next prompt begin?"""

import asyncio
import itertools
import random
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from careline.cli._bench.calls_switch import Refused, Switch
from careline.protocols.rtp import dtmf
from careline.protocols.rtp.packet import MARKER, TICK_SAMPLES, Packet, parse

KEYS: Final = "1*9*"  # an answer, back, and again: keys that mean the same in the menu of every brand
PAUSE_SECONDS: Final = (2.0, 4.0)
_EVENT_TYPE: Final = 101
_SO_TIMESTAMPNS: Final = 35
_TIME = struct.Struct("qq")


@dataclass(slots=True)
class Presser:
    """One caller with a thumb: presses a key now and then, and notes how long the next prompt took to begin.

    The time runs from the moment the press's first packet has left to the arrival of the first packet with a marker,
    with which every new prompt begins (RFC 3551 section 4.1), both by the clock of this machine's kernel.
    """

    switch: Switch
    target: str  # the host that is called
    number: str
    keys: Sequence[str]
    milliseconds: list[float] = field(default_factory=list)
    unheard: int = 0  # presses that no prompt followed within the patience
    calls: int = 0
    _socket: socket.socket = field(init=False)
    _far: tuple[str, int] | None = None
    _asked_at: float = 0.0  # Unix time; 0: nothing was asked
    _began: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = 0
    _ended: bool = True

    async def press_until(
        self, over: threading.Event, pause: tuple[float, float], patience_seconds: float = 8.0
    ) -> None:
        """Press until it is over, with so many seconds of listening between; calls again when cut off."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.target, 0))
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket.fileno(), self._read)
        call = ""
        try:
            for key in itertools.cycle(self.keys):
                await asyncio.sleep(random.uniform(*pause))
                if over.is_set():
                    return
                if self._ended:
                    self._ended = False
                    self.calls += 1
                    call = await self.switch.invite(self.number, self._socket.getsockname()[1], on_end=self._end)
                    await asyncio.sleep(pause[1])
                await self._press(key)
                try:
                    async with asyncio.timeout(patience_seconds):
                        await self._began.wait()
                except TimeoutError:
                    self.unheard += not self._ended
        finally:
            loop.remove_reader(self._socket.fileno())
            self._socket.close()
            if call and not self._ended:
                self.switch.hang_up(call)

    async def _press(self, key: str) -> None:
        self._began.clear()
        timestamp = int(time.time() * 8000) & 0xFFFFFFFF
        for event in dtmf.press(key):
            if self._far is None:
                return
            self._sequence = (self._sequence + 1) & 0xFFFF
            packet = Packet(_EVENT_TYPE, self._sequence, timestamp, id(self) & 0xFFFFFFFF, event.payload, event.marker)
            self._socket.sendto(packet.encode(), self._far)
            if event.marker:
                self._asked_at = time.time()
            await asyncio.sleep(TICK_SAMPLES / 8000)

    def _read(self) -> None:
        try:
            data, extra, _, self._far = self._socket.recvmsg(256, 64)
        except OSError:
            return
        if self._asked_at and data[1] & MARKER and (packet := parse(data)) is not None and packet.payload_type == 8:
            seconds, nanoseconds = _TIME.unpack(extra[0][2])
            took = seconds + nanoseconds / 1e9 - self._asked_at
            if took > 0:
                self.milliseconds.append(took * 1000)
                self._asked_at = 0.0
                self._began.set()

    def _end(self) -> None:
        self._ended, self._far, self._asked_at = True, None, 0.0
        self._began.set()


class Thumbs:
    """Callers who press keys, in a thread, while the block runs."""

    def __init__(self, target: str, numbers: Sequence[str]) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._numbers = numbers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._press()), name="thumbs")
        self._pressers: list[Presser] = []

    def __enter__(self) -> "Thumbs":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.join()

    def stop(self) -> None:
        self._stop.set()

    def figures(self) -> dict[str, Any]:
        times = sorted(one for presser in self._pressers for one in presser.milliseconds)
        if not times:
            return {"key_presses": 0}
        return {
            "key_presses": len(times),
            "keys_unanswered": sum(one.unheard for one in self._pressers),
            "key_to_prompt_p50_ms": round(median(times), 1),
            "key_to_prompt_p99_ms": round(times[min(len(times) - 1, int(0.99 * len(times)))], 1),
            "key_to_prompt_max_ms": round(times[-1], 1),
        }

    async def _press(self) -> None:
        switch = Switch(self._target)
        switch.start()
        self._pressers = [Presser(switch, self._target[0], number, KEYS) for number in self._numbers]
        tasks = [asyncio.create_task(one.press_until(self._stop, PAUSE_SECONDS)) for one in self._pressers]
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(done, BaseException) and not isinstance(done, Refused):
                raise done
        await asyncio.sleep(0.2)
        switch.stop()
