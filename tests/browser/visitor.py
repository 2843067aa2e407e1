"""Somebody who visits a page with a keyboard, and looks whether it is in order."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, Response, expect

# WCAG 2.2 at level AA, as axe names its parts.
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
STOPS_MAX = 400  # tab stops of one page

OUTLINED = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
STOP = f"""() => {{
  const at = document.activeElement;
  if (at === document.body || window.seen.has(at)) return {{end: true}};
  window.seen.add(at);
  const box = at.getBoundingClientRect();
  return {{
    end: false,
    name: at.tagName + " " + (at.textContent || at.name || at.id).trim().slice(0, 40),
    seen: ({OUTLINED})(at),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }};
}}"""


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is looked at: in which language, how wide (CSS pixels), and in which colours."""

    language: str
    width: int
    height: int
    dark: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{self.width}{'-dark' if self.dark else ''}"


DESK = {language: Way(language, 1280, 800) for language in ("zh", "en")}
PHONE = {language: Way(language, 390, 844, dark=True) for language in ("zh", "en")}
WAYS = (*DESK.values(), *PHONE.values())


@dataclass
class Visitor:
    page: Page
    site: str
    way: Way
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)  # statuses that this visit is about: 403 for who has no right

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def leave(self) -> None:
        """Leave the window as it was found: empty, of its first size, without cookies."""
        self.page.goto("about:blank")
        for event, heard in (
            ("console", self._console),
            ("pageerror", self._error),
            ("request", self._request),
            ("response", self._response),
        ):
            self.page.remove_listener(event, heard)
        self.page.unroute_all()
        self.page.context.clear_cookies()
        self.page.set_viewport_size({"width": self.way.width, "height": self.way.height})

    # What the browser has to say.

    def _console(self, said: ConsoleMessage) -> None:
        # Violations of the content security policy are said here as errors, too.
        about_status = any(f"status of {status}" in said.text for status in self.expected)
        if said.type in {"error", "warning"} and not about_status:
            self.complaints.append(f"console at {self.page.url}: {said.text}")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"script: {error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:")):
            self.complaints.append(f"a request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} at {response.url}")
        policy = response.headers.get("content-security-policy", "")
        if response.request.is_navigation_request() and response.status == 200 and "default-src 'self'" not in policy:
            self.complaints.append(f"no content security policy at {response.url}")

    # Going about.

    def go(self, path: str) -> None:
        self.page.goto(self.site + path, wait_until="load")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def tab_to(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab until this has the focus, which must be seen."""
        expect(target.first).to_be_visible()
        wanted = target.first.element_handle()
        for _ in range(STOPS_MAX):
            if self.page.evaluate("element => element === document.activeElement", wanted):
                assert self.focus_is_seen(), f"the focus is not seen on {target}"
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def press(self, key: str, target: Locator, *, back: bool = False) -> None:
        """Reach this by Tab and press a key on it."""
        self.tab_to(target, back=back)
        self.page.keyboard.press(key)

    def follow(self, target: Locator, *, back: bool = False) -> None:
        """Reach a link or button by Tab and press Enter; returns on the page that it leads to."""
        self.tab_to(target, back=back)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def write(self, text: str, target: Locator) -> None:
        """Reach a field by Tab and write this in place of what it holds."""
        self.tab_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def sign_in(self, name: str, password: str) -> None:
        self.write(name, self.page.locator("#username"))
        self.write(password, self.page.locator("#password"))
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    # What is asked of every page.

    def focus_is_seen(self) -> bool:
        seen: bool = self.page.evaluate(f"() => ({OUTLINED})(document.activeElement)")
        return seen

    def stops(self) -> list[str]:
        """Every tab stop of the page from its top, as said in it; asserts that the focus is seen on each."""
        self.page.evaluate(
            "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');"
            " window.seen = new Set(); }"
        )
        stops: list[str] = []
        for _ in range(STOPS_MAX):
            self.page.keyboard.press("Tab")
            here: dict[str, Any] = self.page.evaluate(STOP)
            if here["end"]:
                break
            assert here["seen"], f"the focus is not seen on {here['name']} of {self.path}"
            assert here["inside"], f"the focus is out of sight on {here['name']} of {self.path}"
            stops.append(here["name"])
        return stops

    def in_order(self) -> None:
        """The page is whole: language, title, one heading of the first order, no sideways scrolling, nothing for axe."""
        page = self.page
        lang = page.locator("html").get_attribute("lang") or ""
        assert lang.lower() in ({"en"} if self.way.language == "en" else {"zh-hans", "zh-cn"}), lang
        title = page.title()
        assert title.endswith("careline"), title
        assert len(title) > len(" · careline"), title
        assert page.locator("h1").count() == 1, f"{page.locator('h1').count()} h1 at {self.path}"
        self.fits()
        violations = Axe().run(page, options=AXE).response["violations"]
        found = [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]}"
            for one in violations
            for node in one["nodes"][:3]
        ]
        assert not found, f"{self.path}, {self.way}:\n" + "\n".join(found)

    def fits(self, *widths: int) -> None:
        """Nobody has to scroll sideways (WCAG 2.2, 1.4.10): at the width of the way, or at these."""
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": self.way.height})
            self.fits()
        if widths:
            self.page.set_viewport_size({"width": self.way.width, "height": self.way.height})
            return
        wide = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? "" :
              [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map(one => one.outerHTML.slice(0, 120)).join("\\n") || "something"
            """
        )
        assert not wide, f"too wide at {self.page.viewport_size} on {self.path}:\n{wide}"
