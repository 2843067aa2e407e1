"""A small client of the app interface: the standard library only, as a carrier's app would begin.

    python examples/app_client.py http://127.0.0.1:8000 APP_TOKEN 13900000001

signs a number in, shows how things stand, switches a service on once, however often it is tried, and off again.
"""

import json
import secrets
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TRIES = 3


class Problem(Exception):
    """RFC 9457: `code` says what it is, `status` is the answer's."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(f"{status} {told.get('code')}: {told.get('detail') or told.get('title')}")
        self.status = status
        self.code = str(told.get("code", ""))
        self.told = told


@dataclass
class Session:
    """One device, signed in once; tokens are changed when their time is over."""

    host: str
    app: str = field(repr=False)
    device: str = field(default_factory=lambda: secrets.token_hex(8))
    language: str = "en"
    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)

    def ask_for_code(self, number: str) -> str:
        """Have a code sent to the number; the ticket for it."""
        return str(self._send("POST", "/codes", {"number": number, "device": self.device})["ticket"])

    def sign_in(self, ticket: str, code: str, *scopes: str) -> None:
        body = {"ticket": ticket, "code": code, "device": self.device, "scopes": list(scopes), "name": "example"}
        self._keep(self._send("POST", "/tokens", body))

    def sign_in_by_password(self, number: str, password: str, *scopes: str) -> None:
        body = {"number": number, "password": password, "device": self.device, "scopes": list(scopes)}
        self._keep(self._send("POST", "/tokens", body))

    def get(self, path: str) -> dict[str, Any]:
        return self._fresh(lambda: self._send("GET", path))

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Done once, however often it has to be tried: all tries have the same key."""
        key = secrets.token_hex(16)
        return self._fresh(lambda: self._send("POST", path, body, key))

    def _fresh(self, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return send()
        except Problem as problem:
            if problem.code != "bad_token" or not self.refresh:
                raise
        self._keep(self._send("POST", "/tokens/refresh", {"refresh_token": self.refresh}))
        return send()

    def _keep(self, told: dict[str, Any]) -> None:
        self.access, self.refresh = told["access_token"], told["refresh_token"]

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> dict[str, Any]:
        headers = {"Accept": "application/json", "Accept-Language": self.language, "X-Careline-App": self.app}
        if self.access:
            headers["Authorization"] = f"Bearer {self.access}"
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(f"{self.host}/api/v1{path}", data, headers, method=method)  # noqa: S310 - the host is ours
        for left in reversed(range(TRIES if key or method == "GET" else 1)):
            try:
                with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310
                    raw = answer.read()
                    return json.loads(raw) if raw else {}
            except urllib.error.HTTPError as refused:
                told = json.loads(refused.read() or b"{}")
                if left and (refused.code >= 500 or told.get("code") == "key_in_flight"):
                    continue
                raise Problem(refused.code, told) from None
            except urllib.error.URLError:
                if not left:
                    raise
        raise AssertionError("unreachable")


def show(session: Session, say: Callable[[str], object] = print) -> None:
    """How things stand, and a service switched on and off again."""
    me = session.get("/me")
    say(f"{me['number']} {me['brand']}: {me['balance']['text'] if me['balance'] else '?'} CNY")
    for alert in me["alerts"]:
        say(f"  {alert['level']}: {alert['kind']}")
    service = session.get("/services/caller_id")
    way = service["ways"][0]
    say(f"{service['name']}: {way['price']['text']} CNY a {way['per']}, {'on' if way['on'] else 'off'}")
    if not way["can_order"]:
        say(f"  cannot be ordered now: {way['hurdle']['code'] if way['hurdle'] else 'it is on'}")
        return
    done = wish(session, {"service": "caller_id", "verb": "subscribe", "agreed": way["agreed"]})
    say(f"  {done['state']}: {done['words']}")
    say(f"  {wish(session, {'service': 'caller_id', 'verb': 'cancel', 'agreed': way['agreed']})['words']}")


def wish(session: Session, body: dict[str, Any]) -> dict[str, Any]:
    """One wish; what the hall asks back is answered with yes."""
    told = session.post("/wishes", body)
    if told["state"] == "asks" and told["question"]["kind"] == "confirm":
        told = session.post(f"/wishes/{told['reference']}/answer", {"yes": True})
    return told


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    host, app, number = arguments
    session = Session(host.rstrip("/"), app)
    try:
        ticket = session.ask_for_code(number)
        session.sign_in(ticket, input("code: ").strip(), "account:read", "services:write")
        show(session)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
