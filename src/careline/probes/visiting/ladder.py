"""The ladder: which SIP messages a probe sent and received, when; without what is in them."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from careline.links.calls.config import Config
from careline.links.calls.wires import Lost, OwnWires, Received
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop

CALLS_KEPT: Final = 2_000
RUNGS_MAX: Final = 100
NAME: Final = "X-Probe"  # header of our INVITEs: tells their ladder, and whoever looks at a trace what they are
Rung = tuple[float, str, str]  # seconds since the first, "→" or "←", the first line without addresses


class LadderWires(OwnWires):
    """Sockets that write down which messages went over them, by Call-ID."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._ladders: OrderedDict[str, list[Rung]] = OrderedDict()
        self._began: dict[str, float] = {}
        self._named: dict[str, str] = {}

    async def start(self, received: Received, lost: Lost) -> None:
        def heard(data: bytes | Request | Response, hop: Hop) -> None:
            if isinstance(data, bytes):
                self._note("←", data)
            received(data, hop)

        await super().start(heard, lost)

    def send(self, data: bytes, hop: Hop) -> None:
        self._note("→", data)
        super().send(data, hop)

    def ladder(self, names: Sequence[str]) -> list[Rung]:
        """What was noted of the calls that were dialled under these names, in order; asked for once."""
        return [rung for name in names for rung in self._ladders.get(self._named.pop(name, ""), ())]

    def _note(self, way: str, data: bytes) -> None:
        call = call_id(data)
        if not call:
            return
        rungs = self._ladders.setdefault(call, [])
        if data.startswith(b"INVITE") and way == "→" and (name := header(data, NAME.encode().lower())):
            self._named[name] = call
        now = time.monotonic()
        began = self._began.setdefault(call, now)
        if len(rungs) < RUNGS_MAX:
            rungs.append((round(now - began, 3), way, first_line(data)))
        while len(self._ladders) > CALLS_KEPT:
            old, _ = self._ladders.popitem(last=False)
            self._began.pop(old, None)


def call_id(data: bytes) -> str:
    return header(data, b"call-id", b"i")


def header(data: bytes, *names: bytes) -> str:
    """The value of the first header of one of these names, in small letters."""
    for line in data.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() in names:
            return value.strip().decode("utf-8", "replace")
    return ""


def first_line(data: bytes) -> str:
    """INVITE, BYE, 200 OK: a request's address would tell numbers."""
    line = data.split(b"\r\n", 1)[0].decode("utf-8", "replace")
    return line.removeprefix("SIP/2.0 ")[:60] if line.startswith("SIP/2.0") else line.split(" ", 1)[0]
