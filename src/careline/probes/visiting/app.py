"""Probes by the app interface: a device of a pretend customer signs in, asks for something and reads what came of it."""

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
from careline.probes.visiting.ladder import Rung
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

BASE = "/api/v1"
SCOPES = ("account:read", "services:write")


@dataclass(slots=True)
class Tapping:
    """One pretend customer with the carrier's app. Steps: sign_in, pick SERVICE:VERB[:TIER][?name=value], answer, open PATH."""

    number: Msisdn
    server: Server
    app_token: str = field(repr=False)
    password: str = field(repr=False)
    code: Callable[[float], Awaitable[str]] = field(repr=False)  # the code that was sent to the line, within so long
    language: str = "zh"
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
            said = await self._sign_in(step.what or self.password, seconds)
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
        """The device signs out: its tokens end."""
        if not self._access:
            return
        try:
            devices = (await self._ask("GET", "/devices", None, 5.0)).json().get("items", [])
            own = next((str(one["id"]) for one in devices if one.get("current")), "")
            if own:
                await self._ask("DELETE", f"/devices/{own}", None, 5.0)
        except (OSError, Failed):
            return  # they end by themselves
        finally:
            self._access = ""

    async def _sign_in(self, how: str, seconds: float) -> str:
        """By a code that is sent to the line, or by this service password."""
        device = uuid.uuid4().hex
        proof = {"number": f"+{self.number.digits}", "password": how}
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
        self._access = str(answer.json()["access_token"])
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
        headers = {"X-Careline-App": self.app_token, "Accept-Language": self.language}
        if self._access:
            headers["Authorization"] = f"Bearer {self._access}"
        if method == "POST":
            headers |= {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return await self.server.ask(method, f"{BASE}{path}", data, seconds=seconds, **headers)


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
