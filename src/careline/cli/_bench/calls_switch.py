"""Callers of a benchmark: one SIP address, any number of calls, their sound sent wherever the benchmark listens.

Run as a program it is what is used where SIPp is missing:

    python -m careline.cli._bench.calls_switch --target 127.0.0.1:5060 --calls 500 --rate 100 --sound-port 4000
"""

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from careline.links.calls.timer import OneTimer
from careline.links.calls.udp import UdpReader, send_datagram, udp_socket
from careline.protocols.sip import Answered, Config, Ended, Happened, Hop, Negotiation, Send, Step, UserAgent

ANSWER_SECONDS: Final = 1.0  # a set-up that takes longer counts as failed


class Refused(Exception):
    """The call was not answered."""


@dataclass(slots=True)
class Figures:
    """What became of the calls of a switch."""

    tried: int = 0
    answered: int = 0
    failed: int = 0
    slow: int = 0  # answered, but later than a second
    ended: int = 0  # by the other side
    longest_ms: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__slots__}


class Switch:
    """All calls of one address; start() and stop() on one event loop."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.figures = Figures()
        self._target = Hop("udp", *target)
        self._socket = udp_socket(target[0], 0)
        port: int = self._socket.getsockname()[1]
        self._host = target[0]
        self._agent = UserAgent(Config(host=self._host, ports={"udp": port}), now=time.monotonic())
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._gone: dict[str, Callable[[], None]] = {}

    def start(self) -> None:
        self._timer = OneTimer(lambda: self._run(self._agent.tick(time.monotonic())))
        self._reader = UdpReader(self._socket, self._received)

    def stop(self) -> None:
        """Close the socket; calls that stand are left to the other side's limits."""
        self._timer.cancel()
        self._reader.close()

    async def invite(self, number: str, sound_port: int, *, on_end: Callable[[], None] = lambda: None) -> str:
        """Call as this number, with sound to this port of ours; the call when it was answered. Raises Refused."""
        figures, began = self.figures, time.monotonic()
        figures.tried += 1
        uri = f"sip:10086@{self._target.host}:{self._target.port}"
        call, steps = self._agent.invite(
            uri, self._target, began, sdp=Negotiation(self._host, sound_port).offer(), caller=number
        )
        self._waiting[call] = answered = asyncio.get_running_loop().create_future()
        self._gone[call] = on_end
        self._run(steps)
        try:
            await answered
        except Refused:
            figures.failed += 1
            raise
        took = time.monotonic() - began
        figures.answered += 1
        figures.slow += took > ANSWER_SECONDS
        figures.longest_ms = max(figures.longest_ms, round(took * 1000, 1))
        return call

    def hang_up(self, call: str) -> None:
        self._gone.pop(call, None)
        self._run(self._agent.hang_up(call, time.monotonic()))

    def info(self, call: str, key: str) -> None:
        """A key by SIP INFO."""
        body = f"Signal={key}\r\nDuration=100\r\n".encode()
        self._run(self._agent.info(call, "application/dtmf-relay", body, time.monotonic()))

    @property
    def live(self) -> int:
        return self._agent.live

    def _received(self, data: bytes, host: str, port: int) -> None:
        self._run(self._agent.receive(data, Hop("udp", host, port), time.monotonic()))

    def _run(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Send):
                send_datagram(self._socket, step.data, step.hop.host, step.hop.port)
            elif isinstance(step, Happened):
                self._happened(step)
        self._timer.set(self._agent.next_at())

    def _happened(self, step: Happened) -> None:
        waiting = self._waiting.get(step.call)
        if isinstance(step.event, Answered) and waiting is not None:
            del self._waiting[step.call]
            waiting.set_result(None)
        elif isinstance(step.event, Ended):
            if waiting is not None:
                del self._waiting[step.call]
                waiting.set_exception(Refused(f"{step.event.reason} {step.event.status}"))
            if (on_end := self._gone.pop(step.call, None)) is not None and waiting is None:
                self.figures.ended += 1
                on_end()


async def crowd(
    switch: Switch, numbers: Sequence[str], rate: float, do: Callable[[str], Coroutine[Any, Any, None]]
) -> None:
    """Let `do` call once for each number, so many a second, whatever comes of it."""
    loop, began = asyncio.get_running_loop(), time.monotonic()
    tasks: list[asyncio.Task[None]] = []
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, began + place / rate - time.monotonic()))
        tasks.append(loop.create_task(do(number)))
    await asyncio.gather(*tasks, return_exceptions=True)


async def _main(given: argparse.Namespace) -> None:
    host, _, port = given.target.rpartition(":")
    switch = Switch((host, int(port)))
    switch.start()
    numbers = [line.strip() for line in open(given.numbers)] if given.numbers else ["13900000001"]  # noqa: SIM115, ASYNC230

    async def call(number: str) -> None:
        identity = await switch.invite(number, given.sound_port)
        until = time.monotonic() + given.hold
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, random.uniform(*given.every)) if given.key else left)
            if given.key:
                switch.info(identity, given.key)
        switch.hang_up(identity)

    await crowd(switch, list(itertools.islice(itertools.cycle(numbers), given.calls)), given.rate, call)
    await asyncio.sleep(0.5)
    sys.stdout.write(json.dumps(switch.figures.as_dict()) + "\n")
    switch.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--sound-port", type=int, required=True)
    parser.add_argument("--hold", type=float, default=0.0, help="seconds before each call is hung up")
    parser.add_argument("--key", default="", help="pressed now and then while a call is held")
    parser.add_argument("--every", type=float, nargs=2, default=(10.0, 20.0), metavar="SECONDS")
    parser.add_argument("--numbers", default="", help="a file with the callers' numbers, one a line")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
