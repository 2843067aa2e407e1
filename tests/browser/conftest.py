"""A real web process on a database of its own, and a real Chromium to visit it with.

Nothing of the pages runs in the process of the tests: what a test knows, it has read on a page. Playwright's loop lives
in this thread while it runs, so browser and server belong to this folder and end with it.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg import conninfo, sql

from careline.identity.staff import demo_password
from tests.browser import chromium
from tests.browser.stage import PASSWORD, SLOW_SECONDS, SUBSCRIBERS
from tests.browser.visitor import DESK, Visitor, Way

START_SECONDS = 180
STOP_SECONDS = 30
STEP_MS_MAX = 30_000  # how long a state of a page is waited for; a machine under load is slow, not broken

Visit = Callable[[Way], Visitor]
Enter = Callable[..., Visitor]
Subscribe = Callable[..., Visitor]
Cookies = list[SetCookieParam]


@pytest.fixture(scope="package")
def _path() -> str:
    return chromium.chromium()


@pytest.fixture(scope="package")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="package")
def site(_path: str, server_url: str, _home: Path) -> Iterator[str]:
    """The address of the pages: `careline serve web` on a database of its own, with packs, town and demo staff."""
    name, home = f"careline_browser_{secrets.token_hex(4)}", _home
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with _serving(conninfo.make_conninfo(server_url, dbname=name), home) as address:
                yield address
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _serving(database: str, home: Path) -> Iterator[str]:
    """The web process on this database, from its first answer to its end."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "CARELINE_HOME": str(home),
        "CARELINE_DEMO": "1",
        "CARELINE_LANG": "en",
        "CARELINE_HTTPS": "0",
        "CARELINE_CARRIER_TIME_LIMIT_SECONDS": str(4 * SLOW_SECONDS),
        "CARELINE_CALLBACK_URI": "sip:{number}@127.0.0.1",  # promised on pages; nobody is dialled here
        "DJANGO_SETTINGS_MODULE": "careline.settings",
    }
    subprocess.run([sys.executable, "-m", "tests.browser.stage"], env=environment, check=True)
    with socket.socket() as free:  # only now: the stage takes its time, and a neighbour might take the port
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "careline.cli", "serve", "web", "--port", str(port)]
    said = home / "web.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        if not _answers(address, process):
            pytest.fail(f"The pages are not served:\n{said.read_text()}")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(address: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the process answers before it ends, or before nobody wants to wait any more."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with suppress(urllib.error.URLError):
            urllib.request.urlopen(f"{address}/staff/sign-in", timeout=START_SECONDS)
            return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            return False
    return False


@pytest.fixture(scope="package")
def browser(_path: str, site: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=STEP_MS_MAX)
        started = playwright.chromium.launch(
            executable_path=_path, args=chromium.arguments(), timeout=START_SECONDS * 1000
        )
        yield started
        started.close()


@pytest.fixture(scope="package")
def sessions() -> dict[str, Cookies]:
    """Who has signed in once already, by name: their cookies, for visits that are not about signing in."""
    return {}


@pytest.fixture(scope="package")
def rooms(browser: Browser) -> dict[Way, list[Page]]:
    """Windows that nobody visits with at the moment: a new one costs a process, half a second of a small machine."""
    return defaultdict(list)


@pytest.fixture
def visit(browser: Browser, rooms: dict[Way, list[Page]], site: str) -> Iterator[Visit]:
    """A new visitor, who comes without cookies; what went wrong in the browser is found at the end of the test."""
    visitors: list[Visitor] = []

    def come(way: Way = DESK["zh"]) -> Visitor:
        page = rooms[way].pop() if rooms[way] else _window(browser, way)
        visitors.append(Visitor(page, site, way))
        return visitors[-1]

    yield come
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.leave()
        rooms[visitor.way].append(visitor.page)
    assert not complaints


def _window(browser: Browser, way: Way) -> Page:
    context = browser.new_context(
        viewport={"width": way.width, "height": way.height},
        locale="en-GB" if way.language == "en" else "zh-CN",
        color_scheme="dark" if way.dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(STEP_MS_MAX)
    return context.new_page()


@pytest.fixture
def enter(visit: Visit, sessions: dict[str, Cookies]) -> Enter:
    """A visitor who is signed in as one of the demo's staff, on the pages in the language of the way."""

    def go_in(name: str, way: Way = DESK["zh"]) -> Visitor:
        visitor = visit(way)
        if name in sessions:
            visitor.page.context.add_cookies(sessions[name])
        else:
            visitor.go("/staff/sign-in")
            visitor.sign_in(name, demo_password(name))
            sessions[name] = [
                {"name": cookie["name"], "value": cookie["value"], "url": visitor.site}
                for cookie in visitor.page.context.cookies()
                if cookie["name"] != "django_language"
            ]
        code = "en" if way.language == "en" else "zh-hans"
        visitor.page.context.add_cookies([{"name": "django_language", "value": code, "url": visitor.site}])
        return visitor

    return go_in


@pytest.fixture(scope="package")
def newcomers(site: str, _home: Path) -> dict[str, list[str]]:
    """Numbers that no test has used yet, by language."""
    numbers: dict[str, list[str]] = json.loads((_home / SUBSCRIBERS).read_text())
    return numbers


@pytest.fixture
def subscriber(visit: Visit, newcomers: dict[str, list[str]]) -> Subscribe:
    """A customer whom nobody met before, signed in to the web hall by the service password; `number` for somebody known."""

    def go_in(way: Way = DESK["zh"], number: str = "", password: str = PASSWORD, onward: str = "/my/") -> Visitor:
        visitor = visit(way)
        visitor.go(f"/my/password?next={onward}")
        visitor.write((number or newcomers[way.language].pop()).removeprefix("86"), visitor.page.locator("#number"))
        visitor.write(password, visitor.page.locator("#password"))
        visitor.follow(visitor.page.locator("main button.first"))
        assert visitor.path == onward.partition("?")[0]
        return visitor

    return go_in
