"""The doors of channels without sound, as one vantage point reaches them: each is opened with the first probe that needs it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.cookiejar import CookieJar
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
from careline.probes.visiting.entering import Entered, Entrance, shares
from careline.probes.visiting.sms import Post, Texting, post_of
from careline.probes.visiting.ussd import Dialling
from careline.probes.visiting.web import Forms, Reads, Visiting
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

Look = Callable[..., Awaitable[Any]]
CODE_KEY = "portal.code"  # of the letters that carry one-time codes
CODE_LOOK_SECONDS = 0.1
CLIENT = "probes"  # who we are as an app
LEAVE_SECONDS = 5.0  # for all devices to sign out
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(slots=True)
class Doors:
    """One vantage point's post, gateway, pages and app."""

    book: Book
    vantage: Vantage
    clock: Callable[[], datetime]
    judge: Judge = field(init=False)
    entrance: Entrance = field(default_factory=Entrance)
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
        anew = not shares(probe) or (probe.channel == "web" and self.vantage.browser)
        before = None if anew else self.entrance.of(probe.channel, number)
        server = Server(self.vantage.web, cookies=before.cookies if before is not None else CookieJar())
        door = await self._door(probe, number, look, server, before)
        return await Conversing(probe, door, self.judge, happen, lambda: server.waited_seconds).run()

    async def close(self, look: Look) -> None:
        if self._post is not None:
            await self._post.close()
        await self._leave()
        if self._issued:
            await look(_end_token, self._issued, self.clock())

    async def _leave(self) -> None:
        """Every device of ours signs out; what does not in time ends by itself."""
        token = self._token or self.vantage.app_token
        nobody = Msisdn("0")
        devices = [
            (Tapping(nobody, Server(self.vantage.web), token, "", _no_code), one.access)
            for one in self.entrance.leave()
        ]
        if devices:
            tasks = [asyncio.create_task(device.leave(access)) for device, access in devices]
            _done, late = await asyncio.wait(tasks, timeout=LEAVE_SECONDS)
            for task in late:
                task.cancel()

    async def _door(self, probe: Probe, number: Msisdn, look: Look, server: Server, before: Entered | None) -> Door:
        place = self.vantage

        async def code(seconds: float) -> str:
            return await self._code(number, seconds, look)

        match probe.channel:
            case "sms":
                address = self.book.addresses.get("hall", "10086")
                return Texting(number, await self._opened(), address)
            case "ussd" if place.ussd:
                parts = urlsplit(place.ussd)
                server.base = f"{parts.scheme}://{parts.netloc}"
                return Dialling(number, server, parts.path, place.ussd_secret, self.book, probe.language)
            case "web" if place.web:
                return await self._visiting(probe, number, server, before, code)
            case "app" if place.web:
                token = await self._app_token(look)
                tapping = Tapping(
                    number, server, token, self._password(), code, probe.language, self.entrance.paces["app"]
                )
                if shares(probe):
                    tapping.within = before
                    tapping.stays = partial(self.entrance.keep, "app", number)
                return tapping
        raise Failed(Cause.CHANNEL_FAULT, f"the vantage point {place.name} has no way to probe {probe.channel}")

    async def _visiting(
        self, probe: Probe, number: Msisdn, server: Server, before: Entered | None,
        code: Callable[[float], Awaitable[str]],
    ) -> Visiting:  # fmt: skip
        """At the pages; a line that was there before has its cookies still, unless a browser begins anew each time."""
        pages: Reads = Forms(server)
        if self.vantage.browser:
            from careline.probes.visiting.browser import Browser

            pages = Browser(self.vantage.web)
        await pages.begin()
        visiting = Visiting(number, pages, self._password(), code)
        if shares(probe) and not self.vantage.browser:
            visiting.within = before is not None
            visiting.stays = partial(self.entrance.keep, "web", number, Entered(cookies=server.cookies))
        return visiting

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


async def _no_code(_seconds: float) -> str:
    return ""


def _code_of(number: Msisdn) -> str:
    letter = Message.objects.filter(msisdn=number.digits, key=CODE_KEY).order_by("-created_at").first()
    found = _CODE.search(letter.text) if letter is not None else None
    return found.group() if found else ""


def _end_token(token: str, now: datetime) -> None:
    client = tokens.check(token, now)
    if client is not None:
        tokens.revoke(client.prefix, by=CLIENT, now=now)
