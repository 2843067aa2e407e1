"""The web hall for `make shots`: every page that a customer of the town sees, on a phone, at a desk and in the dark."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page

if TYPE_CHECKING:
    from tests.house.shots import Shots

GUESTS = {"zh": "孙丽", "en": "Emma Clarke"}
PAGES = {
    "home": "/my/", "usage": "/my/usage", "services": "/my/services", "service": "/my/services/caller_id",
    "running": "/my/running", "third": "/my/third-party", "menu": "/my/menu", "bills": "/my/bills", "shop": "/my/shop",
    "orders": "/my/orders", "me": "/my/me", "top-up": "/my/top-up", "payments": "/my/payments", "points": "/my/points",
    "credit": "/my/credit", "cases": "/my/cases", "tell": "/my/cases/new", "notices": "/my/notices",
    "wanted": "/my/notices/wanted", "privacy": "/my/privacy", "person": "/my/person", "leaving": "/my/leaving",
    "password": "/my/service-password",
}  # fmt: skip
# Pages that are found by following the first such link of another page.
FOLLOWED = {
    "order": ("/my/orders", "/my/orders/"),
    "bill": ("/my/bills", "/my/bills/"),
    "goods": ("/my/shop", "/my/shop/"),
}
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def web_hall(shots: "Shots", chromium: Browser, language: str, locale: str) -> None:
    """Sign in by the service password and look at every page: a phone and a desk in the light, a phone in the dark."""
    from careline.demo import town  # its tables want Django, which `make shots` starts only after this was read

    person = town.find(GUESTS[language])
    assert person is not None
    context = chromium.new_context(viewport=NARROW, locale=locale, reduced_motion="reduce")  # type: ignore[arg-type]
    page = shots.page(context, f"web-{language}")
    page.goto(f"{shots.origin}/my/sign-in")
    shots.take(page, f"web-sign-in-narrow-{language}")
    page.goto(f"{shots.origin}/my/password?next=/my/")
    page.fill("#number", person.number)
    page.fill("#password", town.password_of(person))
    page.locator("main button.first").click()
    page.wait_for_url(f"{shots.origin}/my/")
    for name, address in _addresses(shots, page):
        page.goto(f"{shots.origin}{address}")
        for way, size, colours in (("", WIDE, "light"), ("-narrow-dark", NARROW, "dark"), ("-narrow", NARROW, "light")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            # On phones the tabs lie at the lower edge of what is seen: no picture goes beyond it.
            shots.take(page, f"web-{name}{way}-{language}", height_max=size["height"] if size is NARROW else 1400)
    context.close()


def _addresses(shots: "Shots", page: Page) -> Iterator[tuple[str, str]]:
    yield from PAGES.items()
    for name, (start, prefix) in FOLLOWED.items():
        page.goto(f"{shots.origin}{start}")
        found = page.locator(f"main a[href^='{prefix}']")
        if address := found.first.get_attribute("href"):
            yield name, address
