"""The simulator's desk: whoever sits at it (a terminal, `careline sms send`) texts as any subscriber and sees answers.

Over the control port it speaks lines of JSON: {"from": "139...", "to": "10086", "text": "CXYE", "wait_seconds": 10}
is answered with {"answer": "...", "source": "10086", "parts": 2} as soon as an answer to that number comes, or {"answer": null}.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from careline.simulators.deliveries import Arrival, ReceiptTime
from careline.simulators.smsc import Smsc
from careline.values.msisdn import Msisdn, NotANumber

LINE_OCTETS_MAX = 100_000
WAIT_SECONDS_MAX = 120.0


class Desk:
    """An SMSC with a control port and, where there is a terminal, a chat."""

    def __init__(
        self, *, host: str, port: int, control_port: int, accounts: dict[str, str], country: str = "86"
    ) -> None:
        self.smsc = Smsc(accounts=accounts, host=host, port=port, receipts=ReceiptTime.AFTER, on_arrivals=self._arrived)
        self.control_port = control_port
        self._host = host
        self._country = country
        self._waiting: dict[str, list[asyncio.Future[Arrival]]] = {}
        self._show: Callable[[Arrival], None] | None = None
        self._control: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on both ports. Raises OSError where one is taken."""
        await self.smsc.start()
        self._control = await asyncio.start_server(self._serve, "127.0.0.1", self.control_port, limit=LINE_OCTETS_MAX)
        self.control_port = self._control.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._control:
            self._control.close()
        await self.smsc.close()

    async def chat(self, first: str, echo: Callable[[str], None]) -> None:
        """Texts typed at the terminal: `13900000001: CXYE`, and from then on by that number without naming it."""
        speaker = first
        self._show = lambda arrival: echo(f"{arrival.source} → {Msisdn(arrival.destination)}: {arrival.text}")
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            named, colon, rest = line.strip().partition(":")
            if colon and named.strip().lstrip("+").isdigit():
                speaker, line = named.strip(), rest
            if text := line.strip():
                try:
                    self.smsc.text(Msisdn.parse(speaker, self._country).digits, "10086", text)
                except NotANumber as error:
                    echo(str(error))

    def _arrived(self, arrivals: list[Arrival]) -> None:
        for arrival in arrivals:
            waiting = self._waiting.get(arrival.destination)
            while waiting:
                if not (future := waiting.pop(0)).done():
                    future.set_result(arrival)
                    break
            if self._show:
                self._show(arrival)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._obey(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _obey(self, line: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(line)
            msisdn = Msisdn.parse(str(asked["from"]), self._country)
            text, to = str(asked["text"]), str(asked.get("to", "10086"))
            wait_seconds = min(float(asked.get("wait_seconds", 10)), WAIT_SECONDS_MAX)
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"not understood: {error}"}
        answer: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(msisdn.digits, []).append(answer)
        self.smsc.text(msisdn.digits, to, text)
        try:
            arrival = await asyncio.wait_for(answer, wait_seconds)
        except TimeoutError:
            return {"answer": None, "bound": len(self.smsc.connections)}
        return {"answer": arrival.text, "source": arrival.source, "parts": len(arrival.message_ids)}


def leave_word(home: Path, desk: Desk) -> Path:
    """Tell other commands of this installation where the desk is."""
    home.mkdir(parents=True, exist_ok=True)
    word = home / "smsc.json"
    word.write_text(json.dumps({"port": desk.smsc.port, "control_port": desk.control_port}))
    return word


def ask(home: Path, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Have the running simulator deliver a text; None when no simulator runs."""
    import socket

    try:
        port = json.loads((home / "smsc.json").read_text())["control_port"]
        with socket.create_connection(("127.0.0.1", port), 1) as connected:
            connected.settimeout(asked.get("wait_seconds", 10) + 5)
            connected.sendall(json.dumps(asked).encode() + b"\n")
            with connected.makefile("rb") as lines:
                line = lines.readline()
        answer: dict[str, Any] = json.loads(line)
    except (OSError, ValueError, KeyError):
        return None
    return answer
