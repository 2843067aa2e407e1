"""Asking a web server for probes: one request after the other on one customer's cookies, off the event loop."""

import asyncio
import http.cookiejar
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from careline.probes.result import Failed
from careline.probes.visiting.conversing import Ladder
from careline.values.cause import Cause

BODY_OCTETS_MAX: Final = 2_000_000
WAIT_SECONDS_MAX: Final = 60.0  # for a server that was asked too often (many probes come from one address)
_OFTEN: Final = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `address` is where it came from after redirections."""

    status: int
    address: str
    body: bytes
    headers: Mapping[str, str]  # by names in small letters: servers write them as they like (RFC 9110, 5.1)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, Any]:
        """Raises Failed where it is no JSON object."""
        try:
            told = json.loads(self.body)
        except ValueError as error:
            raise Failed(Cause.CHANNEL_FAULT, f"status {self.status}, and no JSON") from error
        if not isinstance(told, dict):
            raise Failed(Cause.CHANNEL_FAULT, f"status {self.status}, and no JSON object")
        return told


@dataclass(slots=True)
class Server:
    """A web server as one pretend customer meets it."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)
    notes: Ladder = field(default_factory=Ladder)
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    often: Callable[[float], None] | None = None  # is told for how many seconds nobody should ask
    waited_seconds: float = 0.0  # because it was asked too often: no time that an answer took
    _opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        # No proxy of the environment: a vantage point is where it is.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    async def ask(
        self, method: str, address: str, body: bytes | None = None, *, seconds: float, **headers: str
    ) -> Answer:
        """One request; asked again for a while where the server says that it was too often. Raises OSError, Failed."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        clock = asyncio.get_running_loop().time
        until = clock() + WAIT_SECONDS_MAX
        while True:
            began = clock()
            answer = await asyncio.to_thread(self._ask, method, address, body, seconds, given)
            wait = answer.headers.get("retry-after", "")
            over = clock() + float(wait) > until if wait.isdecimal() else True
            if answer.status != _OFTEN or over:
                return answer
            if self.often is not None:
                self.often(float(wait))
            await asyncio.sleep(max(0.2, float(wait)))
            self.waited_seconds += clock() - began

    def _ask(self, method: str, address: str, body: bytes | None, seconds: float, headers: Mapping[str, str]) -> Answer:
        target = urljoin(self.base, address)
        if urlsplit(target).scheme not in ("http", "https"):
            raise Failed(Cause.CHANNEL_FAULT, "the address is none of the web")
        request = urllib.request.Request(target, body, {**self.headers, **headers}, method=method)  # noqa: S310 (checked above)
        self.notes.note("→", f"{method} {_place(target)}")
        try:
            with self._opener.open(request, timeout=seconds) as opened:
                answer = Answer(opened.status, opened.geturl(), opened.read(BODY_OCTETS_MAX), _small(opened.headers))
        except urllib.error.HTTPError as refused:
            with refused:
                answer = Answer(refused.code, refused.geturl(), refused.read(BODY_OCTETS_MAX), _small(refused.headers))
        except urllib.error.URLError as error:
            reason = error.reason if isinstance(error.reason, OSError) else None
            raise Failed(Cause.CHANNEL_FAULT, f"not reached: {_reason(reason)}") from error
        except TimeoutError as error:
            raise Failed(Cause.CHANNEL_FAULT, f"no answer within {seconds:g} s") from error
        self.notes.note("←", f"{answer.status} {_place(answer.address)}")
        return answer


def _small(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _place(address: str) -> str:
    """The path without what may name a customer or a wish."""
    parts = [
        "…" if any(sign.isdigit() for sign in part) and len(part) > 8 else part
        for part in urlsplit(address).path.split("/")
    ]
    return "/".join(parts)


def _reason(error: OSError | None) -> str:
    return (error.strerror or type(error).__name__) if error is not None else "the address cannot be opened"
