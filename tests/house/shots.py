"""`make shots`: a picture of every page in both languages, taken from a demo of its own, each page checked on the way.

Checked: it answers without an error, the browser has nothing to complain about (scripts, content security policy), and
axe finds no serious hindrance for people who cannot see or point. Pictures go to docs/pictures.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, FloatRect, Page, ViewportSize, sync_playwright

from careline.cli import prepare
from careline.demo.people import PEOPLE
from tests.house.shots_of_customers import web_hall

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-GB")}
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
HEIGHT_MAX = 1400
CALL_SECONDS = 90
STEP_SECONDS = 120  # for one step in the browser: the demo and Chromium share the machine with whatever else runs on it
# Who holds the handset, and what is said.
TALKS = {"zh": ("孙丽", ("CXYE", "开通彩铃", "是")), "en": ("Emma Clarke", ("CXYE", "open ringback", "yes"))}
# What is keyed on the call: the balance, from the main menu.
KEY = "1"
PAGES_MAX = 100
NO_PAGES = {
    "sign-in",
    "sign-out",
    "language",
    "refund-csv",
    "circle-file",
    "circle-any-file",
    "circle-proof",
    "probe-junit",
    "probe-sound",
} | {f"upkeep-{name}" for name in ("diary-csv", "machines-csv", "rounds-csv", "notices-csv", "sheet-pdf")}
# Who asks for the page of their case, one for each language as codes to one number are spaced; and the code of the text.
CUSTOMER = {"zh": "林小雨", "en": "Emma Clarke"}
CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


@dataclass
class Shots:
    """The demo's address, where pictures go, and what was found wrong."""

    origin: str
    pictures: Path
    taken: int = 0
    wrong: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, *, height_max: int = HEIGHT_MAX) -> None:
        """A picture of what the page shows now, and axe's opinion of it."""
        size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        clip: FloatRect = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], height_max)}
        page.evaluate("() => document.fonts.ready.then(() => true)")
        self.keep(page.screenshot(full_page=True, clip=clip), name)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                self.wrong.append(f"{name}: {violation['help']} ({len(violation['nodes'])} places)")

    def keep(self, picture: bytes, name: str) -> None:
        """Pages have few colours: with a palette a picture takes a third of the room."""
        with Image.open(BytesIO(picture)) as drawn:
            small = drawn.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(self.pictures / f"{name}.png", optimize=True)
        self.taken += 1

    def page(self, context: BrowserContext, name: str) -> Page:
        """A page of which everything that the browser complains about is noted."""
        return _page(self, context, name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    prepare(demo=True, database=False)
    with demo() as (origin, password), browser() as chromium:
        shots = Shots(origin, given.to)
        for language, (code, locale) in LANGUAGES.items():
            handset(shots, chromium, language, locale)
            telephone(shots, chromium, language, locale)
            staff(shots, chromium, language, code, password)
            customer(shots, chromium, language, code, locale)
            web_hall(shots, chromium, language, locale)
    print(f"{shots.taken} pictures in {given.to}")
    for wrong in shots.wrong:
        print(f"  wrong: {wrong}")
    sys.exit(1 if shots.wrong else 0)


def handset(shots: Shots, chromium: Browser, language: str, locale: str) -> None:
    """The handset with a short conversation and the story of its last text, wide and narrow."""
    context = chromium.new_context(viewport=WIDE, locale=locale)
    page = _page(shots, context, f"phone-{language}")
    page.goto(f"{shots.origin}/phone")
    if page.locator(f'button[name=language][value="{language}"]').count():
        page.locator(f'button[name=language][value="{language}"]').click()
    person, texts = TALKS[language]
    page.locator(".people button", has=page.locator("strong", has_text=person)).click()
    page.wait_for_load_state()
    for text in texts:
        page.fill("#text", text)
        page.locator("button.send").click()
        page.wait_for_load_state()
        # On a busy machine the answer comes after the page; the next text would be told to wait for it.
        page.wait_for_selector("#conversation:not([data-awaited])")
    page.locator("a[href*='turn=']").nth(-2).click()
    page.wait_for_load_state()
    shots.take(page, f"phone-{language}")
    page.set_viewport_size(NARROW)
    shots.take(page, f"phone-narrow-{language}")
    context.close()


def telephone(shots: Shots, chromium: Browser, language: str, locale: str) -> None:
    """The telephone in the middle of a call: the menu, one key, what it brought and how it was understood."""
    context = chromium.new_context(viewport=WIDE, locale=locale)
    page = _page(shots, context, f"call-{language}")
    page.goto(f"{shots.origin}/phone/dial")
    if page.locator(f'button[name=language][value="{language}"]').count():
        page.locator(f'button[name=language][value="{language}"]').click()
    page.locator(".people button", has=page.locator("strong", has_text=TALKS[language][0])).click()
    page.wait_for_load_state()
    page.locator("#patient").check()
    page.locator("#call").click()
    spoken = page.locator("#captions li.theirs")
    spoken.first.wait_for(timeout=CALL_SECONDS * 1000)
    page.locator(f'[data-key="{KEY}"]').click()
    spoken.nth(1).wait_for(timeout=CALL_SECONDS * 1000)
    page.locator("#key-story h3, #key-story h2").first.wait_for(timeout=CALL_SECONDS * 1000)
    page.locator("#hang-up:enabled").wait_for()  # it stays off for a moment, against double clicks
    shots.take(page, f"call-{language}")
    page.set_viewport_size(NARROW)
    shots.take(page, f"call-narrow-{language}")
    page.locator("#hang-up").click()
    context.close()


def staff(shots: Shots, chromium: Browser, language: str, code: str, password: str) -> None:
    """Sign in and follow every link of ours, one page for each kind of address."""
    context = chromium.new_context(viewport=WIDE)
    context.add_cookies([{"name": "django_language", "value": code, "url": shots.origin}])
    page = _page(shots, context, f"sign-in-{language}")
    page.goto(f"{shots.origin}/staff/sign-in")
    shots.take(page, f"sign-in-{language}")
    page.fill("#username", "admin")
    page.fill("#password", password)
    page.locator("form.card button").click()
    page.wait_for_load_state()
    page.close()
    # The sign-in may bring the person's own language back; the pictures' language decides.
    context.add_cookies([{"name": "django_language", "value": code, "url": shots.origin}])
    waiting, seen = ["/staff/"], set[str]()
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.pop(0)
        if (kind := _kind(address)) is None or kind in seen:
            continue
        seen.add(kind)
        name = f"{kind}-{language}"
        page = _page(shots, context, name)
        answer = page.goto(shots.origin + address)
        if answer is None or answer.status >= 400:
            shots.wrong.append(f"{name}: {address} answers {answer.status if answer else 'nothing'}")
        shots.take(page, name)
        waiting += [_address(link) for link in page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")]
        page.close()
    explained(shots, context, language)
    cases(shots, context, language)
    advised(shots, context, language)
    tested(shots, context, language)
    context.close()


def cases(shots: Shots, context: BrowserContext, language: str) -> None:
    """What people of the floor look at most: the list and the late case of the town, wide and on a phone, and its refund."""
    page = _page(shots, context, f"inbox-{language}")
    page.goto(f"{shots.origin}/staff/cases/?tab=all")
    late = page.locator("a[data-row]").first.get_attribute("href")
    page.set_viewport_size(NARROW)
    shots.take(page, f"inbox-narrow-{language}")
    page.goto(f"{shots.origin}{late}")
    shots.take(page, f"case-late-narrow-{language}")
    page.set_viewport_size(WIDE)
    shots.take(page, f"case-late-{language}")
    page.goto(f"{shots.origin}/staff/refunds/?all")
    page.locator("main table a").first.click()
    page.wait_for_load_state()
    shots.take(page, f"refund-paid-{language}")
    page.set_viewport_size(NARROW)
    shots.take(page, f"refund-paid-narrow-{language}")
    page.close()


def advised(shots: Shots, context: BrowserContext, language: str) -> None:
    """A node of the menu before and after the advice."""
    page = _page(shots, context, f"advice-change-{language}")
    page.goto(f"{shots.origin}/staff/insight/advice/menu")
    shots.keep(page.locator("section[aria-labelledby=side-1]").screenshot(), f"advice-change-{language}")
    page.close()


def tested(shots: Shots, context: BrowserContext, language: str) -> None:
    """Dial tests, down to what of the catalogue is covered."""
    page = _page(shots, context, f"probes-{language}")
    page.goto(f"{shots.origin}/staff/probes/")
    coverage = page.locator("section[aria-labelledby=cover-title]").bounding_box()
    assert coverage
    shots.take(page, f"probes-{language}", height_max=round(coverage["y"] + coverage["height"]) + 24)
    page.close()


def customer(shots: Shots, chromium: Browser, language: str, code: str, locale: str) -> None:
    """A customer's way to the page of a case: the number, the code that comes by text, what was told, how it stands."""
    phone = chromium.new_context(viewport=WIDE, locale=locale)
    handset = _page(shots, phone, f"code-{language}")
    handset.goto(f"{shots.origin}/phone")
    handset.locator(".people button", has=handset.locator("strong", has_text=CUSTOMER[language])).click()
    handset.wait_for_load_state()
    before = len(CODE.findall(handset.locator("#conversation").inner_text()))
    context = chromium.new_context(viewport=NARROW, locale=locale)
    context.add_cookies([{"name": "django_language", "value": code, "url": shots.origin}])
    page = _page(shots, context, f"complain-{language}")
    page.goto(f"{shots.origin}/complain")
    shots.take(page, f"complain-{language}")
    page.fill("[name=number]", next(one.number for one in PEOPLE if one.name == CUSTOMER[language]))
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    shots.take(page, f"complain-code-{language}")
    page.fill("[name=code]", _code(handset, before))
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    shots.take(page, f"complain-tell-{language}")
    page.locator("main a[href*='/c/']").first.click()
    page.wait_for_load_state()
    shots.take(page, f"timeline-narrow-{language}")
    page.set_viewport_size(WIDE)
    shots.take(page, f"timeline-{language}")
    context.close()
    phone.close()


def _code(handset: Page, before: int) -> str:
    """The newest code on the handset; it leaves with the sender's next round."""
    for _ in range(STEP_SECONDS):
        handset.reload()
        found: list[str] = CODE.findall(handset.locator("#conversation").inner_text())
        if len(found) > before:
            return found[-1]
        handset.wait_for_timeout(1000)
    raise SystemExit("The code did not arrive on the handset.")


def explained(shots: Shots, context: BrowserContext, language: str) -> None:
    """The staff's story of the text whose story the handset shows; it is found by a number, not by a link."""
    person = next(one for one in PEOPLE if one.name == TALKS[language][0])
    page = _page(shots, context, f"explain-{language}")
    page.goto(f"{shots.origin}/staff/explain/")
    page.fill("#number", person.number)
    page.locator("main form button").click()
    page.wait_for_load_state()
    page.locator("tbody th a").nth(1).click()
    page.wait_for_load_state()
    shots.take(page, f"explain-{language}")
    page.close()


def _page(shots: Shots, context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(STEP_SECONDS * 1000)
    page.on("pageerror", lambda error: shots.wrong.append(f"{name}: {error}"))
    page.on("console", lambda said: shots.wrong.append(f"{name}: {said.text}") if said.type == "error" else None)
    return page


def _address(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _kind(address: str) -> str | None:
    """A short name for the kind of page behind an address; None when it is no page of the staff's."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    if "staff" not in match.namespaces or match.url_name in NO_PAGES:
        return None
    kind = match.kwargs.get("kind")
    return f"{match.url_name}-{kind}" if kind else str(match.url_name)


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A demo of its own on free ports; yields its address and the administrator's password."""
    home = Path(tempfile.mkdtemp(prefix="careline-shots-"))
    home.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CARELINE_HOME"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "careline.cli", "demo"],
        env=environment | {"CARELINE_HOME": str(home), "CARELINE_LANG": "en", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        said = ""
        assert process.stdout
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        origin, password = re.search(r"(http://\S+)/phone", said), re.search(r"^ +admin +(\S+)", said, re.MULTILINE)
        if not origin or not password:
            sys.exit(f"The demo did not start:\n{said}")
        yield origin[1], password[1]
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def browser() -> Iterator[Browser]:
    """Playwright's own Chromium when it is installed, else the system's."""
    system = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    # Chromium's sandbox does not work for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(args=arguments, executable_path=system)
        except Error as error:
            sys.exit(f"No browser: install chromium, or run `uv run playwright install chromium`.\n{error}")
        yield started
        started.close()


if __name__ == "__main__":
    main()
