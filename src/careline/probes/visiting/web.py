"""Probes by the web hall: a pretend customer signs in, opens a page, presses a button that stands there, and reads the result.

The forms are filled in as the page holds them, hidden fields and all, so a button that is missing or leads nowhere fails the
probe. The web hall works without scripts, so no browser is needed; where one is wanted as well, `browser.py` drives it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from careline.probes.probe import Step
from careline.probes.result import Failed
from careline.probes.visiting.app import answered, picked
from careline.probes.visiting.asking import Answer, Server
from careline.probes.visiting.conversing import Enough
from careline.probes.visiting.ladder import Rung
from careline.probes.visiting.pages import Form, Page
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

FORM = "application/x-www-form-urlencoded"
SIGN_IN, CODE, PASSWORD, PICK, ANSWER = "/my/sign-in", "/my/code", "/my/password", "/my/pick", "/my/answer"


class Reads(Protocol):
    """Whoever shows pages: our own forms reader, or a browser."""

    @property
    def ladder(self) -> list[Rung]: ...

    @property
    def place(self) -> str:
        """The path of the page that shows now."""

    async def begin(self) -> None:
        """Be ready to show pages, before anybody's time is taken. Raises Failed."""

    async def open(self, path: str, seconds: float) -> Page:
        """The page at this path. Raises Failed, OSError."""

    async def submit(self, form: Form, values: dict[str, str], seconds: float) -> Page:
        """Fill these in, press the form's button, and see what comes. Raises Failed, OSError."""

    async def close(self) -> None: ...


@dataclass(slots=True)
class Forms:
    """Pages by HTTP, their forms filled in without a browser."""

    server: Server
    _at: str = ""

    @property
    def ladder(self) -> list[Rung]:
        return self.server.notes.rungs

    @property
    def place(self) -> str:
        return urlsplit(self._at).path

    async def begin(self) -> None:
        """Nothing is needed."""

    async def open(self, path: str, seconds: float) -> Page:
        return self._page(await self.server.ask("GET", path, seconds=seconds))

    async def submit(self, form: Form, values: dict[str, str], seconds: float) -> Page:
        body = urlencode({**form.fields, **values}).encode()
        headers = {"Content-Type": FORM, "Referer": self._at}
        return self._page(await self.server.ask("POST", form.action or self._at, body, seconds=seconds, **headers))

    async def close(self) -> None:
        """A session on the server ends by itself."""

    def _page(self, answer: Answer) -> Page:
        self._at = answer.address
        if answer.status >= 500:
            raise Failed(Cause.HALL_FAULT, f"the page answered {answer.status}")
        if answer.status in (403, 404, 405):
            raise Failed(Cause.CHANNEL_FAULT, f"the page answered {answer.status}")
        return Page(answer.text)


@dataclass(slots=True)
class Visiting:
    """One pretend customer at the pages. Steps: sign_in [code|password], open PATH, pick SERVICE:VERB[:TIER][?v=…], answer.

    Who is `within` has signed in before, and does so again only where the pages ask for it; `stays` is told of a sign-in.
    """

    number: Msisdn
    pages: Reads
    password: str = field(repr=False)
    code: Callable[[float], Awaitable[str]] = field(repr=False)  # the code that was sent to the line, within so long
    within: bool = False
    stays: Callable[[], None] | None = None
    _page: Page | None = None

    @property
    def ladder(self) -> list[Rung]:
        return self.pages.ladder

    async def do(self, step: Step, enough: Enough) -> str:
        del enough  # a page is whole
        seconds = step.within_seconds
        match step.do:
            case "sign_in" if self.within:
                return ""
            case "sign_in":
                await self._sign_in(step, seconds)
            case "open":
                self._page = await self._opened(step.what, seconds)
            case "pick":
                await self._pick(step.what, seconds)
            case "answer":
                await self._answer(step.what, seconds)
            case "hang_up" | "wait":
                return ""
            case _:
                raise Failed(Cause.CHANNEL_FAULT, f"nobody can {step.do} on a page")
        return self._page.said if self._page is not None else ""

    async def close(self) -> None:
        await self.pages.close()

    async def _sign_in(self, step: Step, seconds: float) -> None:
        await (self._by_code(seconds) if step.what == "code" else self._by_password(step.what, seconds))
        if self._page is not None and _asks_who(self._page):
            if not step.wanted:
                raise Failed(Cause.CHANNEL_FAULT, "not signed in: the page asks again")
        elif self.stays is not None:
            self.stays()

    async def _opened(self, path: str, seconds: float) -> Page:
        """The page; where a line that was signed in is asked who it is, it signs in again first."""
        page = await self.pages.open(path, seconds)
        if self.within and self.pages.place == SIGN_IN != path:
            self.within = False
            await self._sign_in(Step("sign_in"), seconds)
            page = await self.pages.open(path, seconds)
        return page

    async def _by_password(self, written: str, seconds: float) -> None:
        page = await self.pages.open(PASSWORD, seconds)
        secret = written if written.isdecimal() else self.password
        await self._send(page, PASSWORD, {"number": f"+{self.number.digits}", "password": secret}, seconds)

    async def _by_code(self, seconds: float) -> None:
        page = await self.pages.open(SIGN_IN, seconds)
        await self._send(page, SIGN_IN, {"number": f"+{self.number.digits}"}, seconds)
        code = await self.code(seconds)
        if not code:
            raise Failed(Cause.CHANNEL_FAULT, f"no code came within {seconds:g} s")
        assert self._page is not None
        await self._send(self._page, CODE, {"code": code}, seconds)

    async def _send(self, page: Page, action: str, values: dict[str, str], seconds: float) -> None:
        last = "".join(values)
        form = page.form_to(action) or next((one for one in page.forms if one.fields.keys() >= values.keys()), None)
        if form is None:
            raise Failed(Cause.WRONG_PROMPT, f"the page has no form for {last}")
        self._page = await self.pages.submit(form, values, seconds)

    async def _pick(self, what: str, seconds: float) -> None:
        wish = picked(what)
        wanted = {"service": wish["service"], "verb": wish["verb"]} | ({"tier": wish["tier"]} if wish["tier"] else {})
        form = self._page.form_to(PICK, **wanted) if self._page is not None else None
        if form is None:
            raise Failed(Cause.WRONG_PROMPT, f"the page has no button for {wish['verb']} {wish['service']}")
        await self._fill(form, {f"v.{name}": value for name, value in wish.get("values", {}).items()}, seconds)

    async def _answer(self, what: str, seconds: float) -> None:
        form = self._page.form_to(ANSWER) if self._page is not None else None
        if form is None:
            raise Failed(Cause.WRONG_PROMPT, "no question is open")
        given = answered(what)
        values = {f"v.{name}": value for name, value in given.get("values", {}).items()}
        if "yes" in given:
            values["yes"] = "yes" if given["yes"] else "no"
        if "numbers" in given:
            values["n"] = str(given["numbers"][0])
        await self._fill(form, values, seconds)

    async def _fill(self, form: Form, values: dict[str, str], seconds: float) -> None:
        """Only what the form has can be filled in or pressed."""
        known = form.fields.keys() | {name for name, _ in form.buttons}
        if missing := values.keys() - known:
            raise Failed(Cause.WRONG_PROMPT, f"the form has no {', '.join(sorted(missing))}")
        self._page = await self.pages.submit(form, values, seconds)


def _asks_who(page: Page) -> bool:
    return any({"password", "code"} & form.fields.keys() for form in page.forms)
