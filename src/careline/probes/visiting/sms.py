"""Probes by SMS: pretend customers text the hall over a real link, and read what comes back.

Three ways, as the vantage point says (`sms`): "listen", an SMSC of ours to which a link of the hall binds; "bind", an
account of ours at somebody else's SMSC; "control", the control port of a simulator that runs.
"""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Final, Protocol

from careline.probes.probe import Step
from careline.probes.result import Failed
from careline.probes.vantage import Vantage
from careline.probes.visiting.conversing import Enough, Ladder
from careline.probes.visiting.ladder import Rung
from careline.simulators.deliveries import Arrival
from careline.simulators.smsc import Smsc
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

BOUND_SECONDS: Final = 20.0  # within which a link of the hall must have bound to our SMSC
CONTROL_SECONDS_MAX: Final = 120.0


class Post(Protocol):
    """Carries texts of pretend customers to the hall, and its answers back."""

    async def open(self) -> None:
        """Raises OSError, Failed."""

    async def send(self, number: str, address: str, text: str) -> None:
        """Hand one text over. Raises OSError, Failed."""

    async def answer(self, number: str, seconds: float) -> str:
        """The next text that came for this number; "" when none came in time."""

    async def close(self) -> None: ...


@dataclass(slots=True)
class Mailboxes:
    """What has come, by number."""

    boxes: dict[str, asyncio.Queue[str]] = field(default_factory=dict)

    def of(self, number: str) -> asyncio.Queue[str]:
        return self.boxes.setdefault(number, asyncio.Queue())

    async def take(self, number: str, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds):
                return await self.of(number).get()
        except TimeoutError:
            return ""

    def forget(self, number: str) -> None:
        self.boxes.pop(number, None)


class OwnSmsc:
    """An SMSC that listens; the hall has an account there, and binds to it as to any other."""

    def __init__(self, vantage: Vantage) -> None:
        accounts = {vantage.smsc_account: vantage.smsc_secret}
        self.smsc = Smsc(
            accounts=accounts, host=vantage.smsc_host, port=vantage.smsc_port, on_arrivals=self._arrived, remember=False
        )
        self.boxes = Mailboxes()

    async def open(self) -> None:
        await self.smsc.start()

    async def send(self, number: str, address: str, text: str) -> None:
        until = time.monotonic() + BOUND_SECONDS
        while not self.smsc.binds or not self.smsc.connections:
            if time.monotonic() > until:
                raise Failed(Cause.CHANNEL_FAULT, "no link of the hall has bound to our SMSC")
            await asyncio.sleep(0.05)
        self.smsc.text(number, address, text)

    async def answer(self, number: str, seconds: float) -> str:
        return await self.boxes.take(number, seconds)

    async def close(self) -> None:
        await self.smsc.close()

    def _arrived(self, arrivals: list[Arrival]) -> None:
        for one in arrivals:
            self.boxes.of(one.destination).put_nowait(one.text)


class Control:
    """A simulator that runs already (`careline smsc`, the demo): it is asked to deliver, by lines of JSON."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self.host, self.port = host or "127.0.0.1", int(port)
        self.boxes = Mailboxes()
        self._asking: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        _reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.close()

    async def send(self, number: str, address: str, text: str) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        asked = {"from": f"+{number}", "to": address, "text": text, "wait_seconds": CONTROL_SECONDS_MAX}
        writer.write(json.dumps(asked).encode() + b"\n")
        await writer.drain()
        task = asyncio.create_task(self._wait(number, reader, writer))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def answer(self, number: str, seconds: float) -> str:
        return await self.boxes.take(number, seconds)

    async def close(self) -> None:
        for task in list(self._asking):
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _wait(self, number: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError):
            told = json.loads(await reader.readline())
            if told.get("answer"):
                self.boxes.of(number).put_nowait(str(told["answer"]))
        writer.close()


def post_of(vantage: Vantage) -> Post | None:
    """How texts leave from this vantage point; None when there is no way."""
    if vantage.sms == "listen":
        return OwnSmsc(vantage)
    if vantage.sms == "control":
        return Control(f"{vantage.smsc_host}:{vantage.smsc_port}")
    if vantage.sms == "bind":
        from careline.probes.visiting.esme import Esme

        return Esme(vantage)
    return None


@dataclass(slots=True)
class Texting:
    """One pretend customer who texts."""

    number: Msisdn
    post: Post
    address: str = "10086"
    notes: Ladder = field(default_factory=Ladder)

    @property
    def ladder(self) -> list[Rung]:
        return self.notes.rungs

    async def do(self, step: Step, enough: Enough) -> str:
        if step.do == "hang_up":
            return ""
        if step.do == "wait":
            return await self._read(step.within_seconds, enough)
        if step.do != "send":
            raise Failed(Cause.CHANNEL_FAULT, f"nobody can {step.do} by SMS")
        while await self.post.answer(self.number.digits, 0.0):
            pass  # what came late belongs to an earlier step
        self.notes.note("→", "text")
        await self.post.send(self.number.digits, self.address, step.what)
        return await self._read(step.within_seconds, enough)

    async def _read(self, seconds: float, enough: Enough) -> str:
        """All texts until they are enough; letters about something else may come between."""
        until, read = time.monotonic() + seconds, ""
        while (left := until - time.monotonic()) > 0:
            came = await self.post.answer(self.number.digits, left)
            if not came:
                break
            self.notes.note("←", "text")
            if enough(came):
                return came
            read = f"{read}\n{came}".strip()
            until = min(until, time.monotonic() + 2.0)
        return read

    async def close(self) -> None:
        """Texts need no goodbye."""
