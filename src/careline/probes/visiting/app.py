"""Probes by the app interface: a device of a pretend customer signs in, asks for something and reads what came of it."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from careline.probes.probe import Step
from careline.probes.result import Failed
from careline.probes.visiting.asking import Answer, Server
from careline.probes.visiting.conversing import Enough
from careline.probes.visiting.entering import Entered, Pace
from careline.probes.visiting.ladder import Rung
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

BASE = "/api/v1"
SCOPES = ("account:read", "services:write")
_WAY_IN = ("/codes", "/tokens")  # what an address may ask only so often
_NOBODY = 401


@dataclass(slots=True)
class Tapping:
    """One pretend customer with the carrier's app. Steps: sign_in [code|password], pick SERVICE:VERB[:TIER][?name=value],
    answer, open PATH.

    Who `stays` is signed in already (`within`), or will be from now on; the others sign in for themselves, and out at the end.
    """

    number: Msisdn
    server: Server
    app_token: str = field(repr=False)
    password: str = field(repr=False)
    code: Callable[[float], Awaitable[str]] = field(repr=False)  # the code that was sent to the line, within so long
    language: str = "zh"
    pace: Pace = field(default_factory=Pace)
    within: Entered | None = None
    stays: Callable[[Entered], None] | None = None
    _access: str = field(default="", repr=False)
    _reference: str = ""
    _trouble: Cause | None = None  # why the door let nobody in, in the taxonomy

    @property
    def ladder(self) -> list[Rung]:
        return self.server.notes.rungs

    async def do(self, step: Step, enough: Enough) -> str:
        del enough  # an answer to a request is whole
        seconds = step.within_seconds
        if step.do == "sign_in":
            if self.within is not None:
                self._access = self.within.access
                return ""
            said = await self._sign_in(step.what, seconds)
            if not self._access and not step.wanted:
                raise Failed(self._trouble or Cause.CHANNEL_FAULT, f"not signed in: {said}")
            return said
        if step.do == "pick":
            return self._told(await self._ask("POST", "/wishes", picked(step.what), seconds))
        if step.do == "answer":
            if not self._reference:
                raise Failed(Cause.WRONG_PROMPT, "no question is open")
            given = answered(step.what)
            return self._told(await self._ask("POST", f"/wishes/{self._reference}/answer", given, seconds))
        if step.do == "open":
            answer = await self._ask("GET", step.what, None, seconds)
            return answer.text if answer.status == 200 else f"status {answer.status}"
        if step.do in ("hang_up", "wait"):
            return ""
        raise Failed(Cause.CHANNEL_FAULT, f"nobody can {step.do} in an app")

    async def close(self) -> None:
        """The device signs out, unless it stays: its tokens end."""
        if self._access and self.stays is None:
            await self.leave(self._access)
        self._access = ""

    async def leave(self, access: str) -> None:
        """Sign the device out that has this token. Never raises."""
        self._access = access
        try:
            devices = (await self._ask("GET", "/devices", None, 5.0)).json().get("items", [])
            own = next((str(one["id"]) for one in devices if one.get("current")), "")
            if own:
                await self._ask("DELETE", f"/devices/{own}", None, 5.0)
        except (OSError, Failed):
            return  # they end by themselves

    async def _sign_in(self, how: str, seconds: float) -> str:
        """By a code that is sent to the line, or by its service password, or another one."""
        device = uuid.uuid4().hex
        password = self.password if how in ("", "password") else how
        proof = {"number": f"+{self.number.digits}", "password": password}
        if how == "code":
            sent = await self._ask("POST", "/codes", {"number": proof["number"], "device": device}, seconds)
            if sent.status != 202:
                return str(sent.json().get("title", "")) or f"status {sent.status}"
            proof = {"ticket": str(sent.json()["ticket"]), "code": await self.code(seconds)}
        asked: dict[str, Any] = {**proof, "device": device, "scopes": list(SCOPES), "name": "careline probe"}
        answer = await self._ask("POST", "/tokens", asked, seconds)
        if answer.status != 201:
            code = str(answer.json().get("code", ""))
            self._trouble = Cause(code) if code in Cause.__members__.values() else None
            return str(answer.json().get("title", "")) or f"status {answer.status}"
        told = answer.json()
        self._access = str(told["access_token"])
        if self.stays is not None:
            until = asyncio.get_running_loop().time() + float(told["expires_in"])
            self.stays(Entered(self._access, until))
        return "signed in"

    def _told(self, answer: Answer) -> str:
        """The hall's words; a refusal is a problem that carries them."""
        told = answer.json()
        self._reference = str(told.get("reference") or "") if told.get("state") == "asks" else ""
        words = str(told.get("words") or told.get("detail") or "")
        if answer.status >= 500 and not words:
            raise Failed(Cause.HALL_FAULT, f"status {answer.status}: {told.get('code', '')}")
        return words or f"status {answer.status}: {told.get('code', told.get('state', ''))}"

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> Answer:
        """One request; where the line was signed in before and is no more, it signs in again first."""
        answer = await self._asked(method, path, body, seconds)
        if answer.status != _NOBODY or self.within is None:
            return answer
        self.within, self._access = None, ""
        began = asyncio.get_running_loop().time()
        await self.pace.turn()
        self.server.waited_seconds += asyncio.get_running_loop().time() - began
        said = await self._sign_in("", seconds)
        if not self._access:
            raise Failed(self._trouble or Cause.CHANNEL_FAULT, f"not signed in: {said}")
        return await self._asked(method, path, body, seconds)

    async def _asked(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> Answer:
        headers = {"X-Careline-App": self.app_token, "Accept-Language": self.language}
        if self._access:
            headers["Authorization"] = f"Bearer {self._access}"
        if method == "POST":
            headers |= {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        entering = path in _WAY_IN
        self.server.often = self.pace.hold if entering else None
        answer = await self.server.ask(method, f"{BASE}{path}", data, seconds=seconds, **headers)
        if entering:
            self.pace.heard(answer.headers)
        return answer


def picked(what: str) -> dict[str, Any]:
    """SERVICE:VERB[:TIER][?agreed=500/month&name=value] as the interface wants it."""
    place, _, query = what.partition("?")
    service, _, rest = place.partition(":")
    verb, _, tier = rest.partition(":")
    values = dict(parse_qsl(query))
    wish: dict[str, Any] = {"service": service, "verb": verb, "tier": tier, "agreed": values.pop("agreed", "")}
    return wish | ({"values": values} if values else {})


def answered(what: str) -> dict[str, Any]:
    """yes, no, the number of an option, or name=value."""
    if what in ("yes", "no"):
        return {"yes": what == "yes"}
    if what.isdecimal():
        return {"numbers": [int(what)]}
    return {"values": dict(parse_qsl(what))}
