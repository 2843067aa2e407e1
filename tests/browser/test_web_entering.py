"""Customers come into the web hall and go out again: by keyboard, in both languages, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Subscribe, Visit
from tests.browser.stage import PASSWORD
from tests.browser.test_portal import WIDTHS, code_on_the_handset, whole
from tests.browser.visitor import DESK, PHONE, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
CUSTOMERS = {DESK["zh"]: "13900000014", PHONE["en"]: "13900040009"}


@BOTH
def test_a_customer_signs_in_by_code_changes_the_look_and_signs_out(visit: Visit, way: Way) -> None:
    customer = visit(way)
    customer.expected = {400}
    page = customer.page
    customer.go("/")
    assert customer.path == "/my/sign-in"
    whole(customer)
    customer.follow(page.locator(".top button[name=language]"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if way.language == "en" else "en")
    customer.follow(page.locator(".top button[name=language]"))
    customer.write("abc", page.locator("#number"))
    customer.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    customer.write(CUSTOMERS[way], page.locator("#number"))
    customer.follow(page.locator("main button.first"))
    assert customer.path == "/my/code"
    customer.write("000", page.locator("#code"))
    customer.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    whole(customer)
    customer.write(code_on_the_handset(visit, way, CUSTOMERS[way]), page.locator("#code"))
    customer.follow(page.locator("main button.first"))

    assert customer.path == "/my/"
    whole(customer)
    expect(page.locator(".main-nav a[aria-current]")).to_have_count(1)
    dark = "light" if way.dark else "dark"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    customer.follow(page.locator(f"button[name=look][value={dark}]"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    whole(customer)
    customer.follow(page.locator("button[name=senior]"))
    expect(page.locator("html.senior")).to_have_count(1)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    small = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(one => one.innerText && !one.closest(".unseen, svg")
          && parseFloat(getComputedStyle(one).fontSize) < 20).map(one => one.outerHTML.slice(0, 100))"""
    )
    assert not small, small
    expect(page.locator(".person-bar a[href^='tel:']")).to_be_visible()
    customer.in_order()
    customer.fits(*WIDTHS)
    customer.follow(page.locator("button[name=senior]"))
    customer.follow(page.locator("form[action$=out] button"))
    assert customer.path == "/my/sign-in"
    customer.go("/my/")
    assert customer.path == "/my/sign-in"


@BOTH
def test_a_customer_signs_in_by_password_without_a_script(visit: Visit, subscriber: Subscribe, way: Way) -> None:
    customer = visit(way)
    customer.expected = {400}
    page = customer.page
    page.route("**/*.js", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
    customer.go("/my/sign-in?next=/my/person")
    customer.follow(page.locator("a[href^='/my/password']"))
    customer.write("13999999999", page.locator("#number"))
    customer.write("000000", page.locator("#password"))
    customer.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    whole(customer)
    other = subscriber(way, onward="/my/person")
    whole(other)
    assert PASSWORD not in other.page.content()


@BOTH
def test_every_stop_of_the_keyboard_is_seen_and_in_sight(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way)
    stops = customer.stops()
    assert len(stops) > 8
    assert re.match("A ", stops[0]), "the way past the frame comes first"
