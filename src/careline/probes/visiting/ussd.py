"""Probes by dial menu: one session at the hall's door for USSD gateways, as a gateway of ours with a signed account."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from careline.dialogue.book import Book
from careline.links.signing import SIGNATURE, TIMESTAMP, signature
from careline.probes.probe import Step
from careline.probes.result import Failed
from careline.probes.visiting.asking import Server
from careline.probes.visiting.conversing import Enough
from careline.probes.visiting.ladder import Rung
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn

SERVICE = "*10086#"
SCREENS_MAX = 20  # that one answer may have
_MORE = Text("更多", "More")


@dataclass(slots=True)
class Dialling:
    """One pretend customer with a handset; the dialect is plain-json."""

    number: Msisdn
    server: Server
    address: str
    secret: str = field(repr=False)
    book: Book
    language: str = "zh"
    _session: str = ""
    _count: int = 0
    _open: bool = False

    @property
    def ladder(self) -> list[Rung]:
        return self.server.notes.rungs

    async def do(self, step: Step, enough: Enough) -> str:
        del enough  # an answer of a gateway is whole
        seconds = step.within_seconds
        if step.do == "dial":
            await self.close()
            self._session, self._count = uuid.uuid4().hex, 0
            return await self._whole(await self._tell({"type": "begin", "service": SERVICE}, seconds), seconds)
        if step.do == "hang_up":
            await self.close()
            return ""
        if step.do not in ("press", "wait"):
            raise Failed(Cause.CHANNEL_FAULT, f"nobody can {step.do} in a dial menu")
        if not self._open:
            raise Failed(Cause.CHANNEL_FAULT, "the session has ended")
        told = await self._press(step.what if step.do == "press" else "", seconds)
        return await self._whole(told, seconds)

    async def close(self) -> None:
        """The customer ends the session."""
        if self._open:
            self._open = False
            try:
                await self._ask({"type": "end", "reason": "user"}, 5.0)
            except (OSError, Failed):
                return  # the hall's sweep ends it

    async def _whole(self, told: dict[str, Any], seconds: float) -> str:
        """All screens of an answer in one text, turned as a customer turns them."""
        read = ""
        for _ in range(SCREENS_MAX):
            page = str(told.get("text", ""))
            key = self._turns(page)
            if not key:
                return f"{read}\n{page}".strip()
            read = f"{read}\n{page.rsplit(chr(10), 1)[0]}".strip()
            told = await self._press(key, seconds)
        return read

    def _turns(self, page: str) -> str:
        """The key that turns this screen, named on its last line."""
        last = page.rsplit("\n", 1)[-1].strip()
        more = self.book.words.get("ussd.screen.more", _MORE)
        return next((key for key in ("9", "#") for word in more if last == f"{key}.{word}"), "")

    async def _press(self, text: str, seconds: float) -> dict[str, Any]:
        self._count += 1
        return await self._tell({"type": "continue", "number": self._count, "text": text}, seconds)

    async def _tell(self, told: dict[str, Any], seconds: float) -> dict[str, Any]:
        answer = await self._ask({"msisdn": self.number.digits, "number": self._count, **told}, seconds)
        self._open = not answer.get("end")
        return answer

    async def _ask(self, told: dict[str, Any], seconds: float) -> dict[str, Any]:
        body = json.dumps({"session": self._session, **told}).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json", TIMESTAMP: stamp, SIGNATURE: signature(stamp, body, self.secret),
        }  # fmt: skip
        answer = await self.server.ask("POST", self.address, body, seconds=seconds, **headers)
        if answer.status != 200:
            raise Failed(Cause.CHANNEL_FAULT, f"the door for gateways answered {answer.status}")
        return answer.json()
