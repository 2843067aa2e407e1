"""Pages by a real browser: Chromium without a window, driven by playwright, where somebody has installed both.

Nothing of careline needs it. CARELINE_CHROMIUM names the program; else /usr/bin/chromium is taken if it is there, else the
one that playwright brought along. What the browser shows is read by the same eyes as without one (`Page`).
"""

import os
from typing import Any
from urllib.parse import urljoin, urlsplit

from careline.probes.result import Failed
from careline.probes.visiting.conversing import Ladder
from careline.probes.visiting.ladder import Rung
from careline.probes.visiting.pages import Form, Page
from careline.values.cause import Cause

CHROMIUM = "/usr/bin/chromium"
START_SECONDS = 90.0  # 18 were seen on a machine with nine times as much to do as it can


class Browser:
    """A window of its own for one pretend customer."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.notes = Ladder()
        self._playwright: Any = None
        self._chromium: Any = None
        self._page: Any = None

    @property
    def ladder(self) -> list[Rung]:
        return self.notes.rungs

    @property
    def place(self) -> str:
        return str(urlsplit(self._page.url).path)

    async def begin(self) -> None:
        """Start Chromium: its own start is no answer's time."""
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise

    async def open(self, path: str, seconds: float) -> Page:
        page = self._page
        self.notes.note("→", f"GET {urlsplit(path).path}")
        answer = await self._try(page.goto(urljoin(self.base, path), timeout=seconds * 1000))
        return await self._read(answer.status if answer else 0)

    async def submit(self, form: Form, values: dict[str, str], seconds: float) -> Page:
        """The same form in the window: fields are typed in, buttons are pressed, as a customer would."""
        page = self._page
        shown = page.locator("form").filter(has=page.locator("button")).and_(page.locator(_selector(form)))
        wanted = shown.first
        pressed = None
        for name, value in values.items():
            if (name, value) in form.buttons:
                pressed = wanted.locator(f'[name="{name}"][value="{value}"]').first
                continue
            target = wanted.locator(f'[name="{name}"]').first
            if await target.evaluate("node => node.tagName") == "SELECT":
                await target.select_option(value)
            elif await target.get_attribute("type") != "hidden":
                await target.fill(value)
        self.notes.note("→", f"{form.method.upper()} {urlsplit(form.action).path}")
        if pressed is not None and await pressed.get_attribute("type") in ("checkbox", "radio"):
            await pressed.check()
            pressed = None
        button = pressed or wanted.locator("button").first

        async def press() -> Any:
            async with page.expect_navigation(timeout=seconds * 1000) as moved:
                await button.click()
            return await moved.value

        answer = await self._try(press())
        return await self._read(answer.status if answer else 200)

    async def close(self) -> None:
        if self._chromium is not None:
            await self._chromium.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._chromium = self._playwright = self._page = None

    async def _start(self) -> None:
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise Failed(Cause.CHANNEL_FAULT, "playwright is not installed (uv sync --extra browser)") from error
        self._playwright = await async_playwright().start()
        named = os.environ.get("CARELINE_CHROMIUM") or (CHROMIUM if os.access(CHROMIUM, os.X_OK) else None)
        # Chromium refuses to have a sandbox of its own as root.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._chromium = await self._try(
            self._playwright.chromium.launch(
                headless=True, executable_path=named, args=arguments, timeout=START_SECONDS * 1000
            )
        )
        self._page = await self._try(self._chromium.new_page(locale="zh-CN"))

    async def _read(self, status: int) -> Page:
        place = urlsplit(self._page.url).path
        self.notes.note("←", f"{status} {place if len(place) < 24 else place[:24]}")
        if status >= 500:
            raise Failed(Cause.HALL_FAULT, f"the page answered {status}")
        if status in (403, 404, 405):
            raise Failed(Cause.CHANNEL_FAULT, f"the page answered {status}")
        return Page(await self._try(self._page.content()))

    async def _try(self, deed: Any) -> Any:
        from playwright.async_api import Error

        try:
            return await deed
        except Error as error:
            raise Failed(Cause.CHANNEL_FAULT, f"the browser: {str(error).splitlines()[0][:120]}") from error


def _selector(form: Form) -> str:
    """The form with this address and these hidden words; the key that is drawn for each form tells it from all others."""
    if key := form.fields.get("key"):
        return f'form:has([name="key"][value="{key}"])'
    return f'form[action="{form.action}"]' if form.action else "form:not([action])"
