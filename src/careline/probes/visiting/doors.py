"""The doors of channels without sound, as one vantage point reaches them: each is opened with the first probe that needs it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from careline.dialogue.book import Book
from careline.dialogue.keypad.wanting import PASSWORD
from careline.identity import tokens
from careline.outbox.models import Message
from careline.probes.guarding import on_sandbox
from careline.probes.listening.judging import Judge
from careline.probes.probe import Probe
from careline.probes.result import Failed, Result
from careline.probes.vantage import Vantage
from careline.probes.visiting.app import Tapping
from careline.probes.visiting.asking import Server
from careline.probes.visiting.conversing import Conversing, Door
from careline.probes.visiting.sms import Post, Texting, post_of
from careline.probes.visiting.ussd import Dialling
from careline.probes.visiting.web import Forms, Reads, Visiting
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

Look = Callable[..., Awaitable[Any]]
CODE_KEY = "portal.code"  # of the letters that carry one-time codes
CODE_LOOK_SECONDS = 0.1
CLIENT = "probes"  # who we are as an app
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(slots=True)
class Doors:
    """One vantage point's post, gateway, pages and app."""

    book: Book
    vantage: Vantage
    clock: Callable[[], datetime]
    judge: Judge = field(init=False)
    _post: Post | None = None
    _token: str = field(default="", repr=False)
    _issued: str = ""
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.judge = Judge(self.book)

    async def converse(
        self, probe: Probe, number: Msisdn, look: Look, happen: Callable[[str], Awaitable[None]]
    ) -> Result:
        """Carry out one probe of sms, ussd, web or app. Raises Failed where there is no way from here."""
        return await Conversing(probe, await self._door(probe, number, look), self.judge, happen).run()

    async def close(self, look: Look) -> None:
        if self._post is not None:
            await self._post.close()
        if self._issued:
            await look(_end_token, self._issued, self.clock())

    async def _door(self, probe: Probe, number: Msisdn, look: Look) -> Door:
        place = self.vantage

        async def code(seconds: float) -> str:
            return await self._code(number, seconds, look)

        match probe.channel:
            case "sms":
                address = self.book.addresses.get("hall", "10086")
                return Texting(number, await self._opened(), address)
            case "ussd" if place.ussd:
                parts = urlsplit(place.ussd)
                server = Server(f"{parts.scheme}://{parts.netloc}")
                return Dialling(number, server, parts.path, place.ussd_secret, self.book, probe.language)
            case "web" if place.web:
                pages = self._pages()
                await pages.begin()
                return Visiting(number, pages, self._password(), code)
            case "app" if place.web:
                token = await self._app_token(look)
                return Tapping(number, Server(place.web), token, self._password(), code, probe.language)
        raise Failed(Cause.CHANNEL_FAULT, f"the vantage point {place.name} has no way to probe {probe.channel}")

    def _pages(self) -> Reads:
        if self.vantage.browser:
            from careline.probes.visiting.browser import Browser

            return Browser(self.vantage.web)
        return Forms(Server(self.vantage.web))

    def _password(self) -> str:
        return PASSWORD.example if on_sandbox(self.vantage) else self.vantage.password

    async def _opened(self) -> Post:
        async with self._opening:
            if self._post is None:
                post = post_of(self.vantage)
                if post is None:
                    raise Failed(Cause.CHANNEL_FAULT, f"the vantage point {self.vantage.name} has no way to send texts")
                await post.open()
                self._post = post
            return self._post

    async def _app_token(self, look: Look) -> str:
        """The vantage point's; on the sandbox one of our own, which ends with us."""
        async with self._opening:
            if not self._token and not self.vantage.app_token and on_sandbox(self.vantage):
                self._token = await look(tokens.issue, CLIENT, ["app"], by=CLIENT, now=self.clock(), days=1)
                self._issued = self._token
            return self._token or self.vantage.app_token

    async def _code(self, number: Msisdn, seconds: float, look: Look) -> str:
        """The code that was sent to a marked line, from our own outbox: the letter itself goes to nobody's telephone."""
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            if code := await look(_code_of, number):
                return str(code)
            await asyncio.sleep(CODE_LOOK_SECONDS)
        return ""


def _code_of(number: Msisdn) -> str:
    letter = Message.objects.filter(msisdn=number.digits, key=CODE_KEY).order_by("-created_at").first()
    found = _CODE.search(letter.text) if letter is not None else None
    return found.group() if found else ""


def _end_token(token: str, now: datetime) -> None:
    client = tokens.check(token, now)
    if client is not None:
        tokens.revoke(client.prefix, by=CLIENT, now=now)
