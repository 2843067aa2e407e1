"""Home, usage and a person: whole at every width, by keyboard, in both languages, with and without large type."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Subscribe
from tests.browser.test_portal import WIDTHS, whole
from tests.browser.visitor import DESK, PHONE, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)


@BOTH
def test_a_customer_sees_how_things_stand_and_arranges_a_call(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way)
    page = customer.page
    whole(customer)
    customer.fits(360, 1400)
    expect(page.locator(".amount.large")).to_contain_text("120.00")
    expect(page.locator(".rings li")).to_have_count(3)
    customer.follow(page.locator("main a[href='/my/usage']").first)
    whole(customer)
    expect(page.locator("h1")).to_be_visible()
    customer.follow(page.locator(".tools a[href='/my/person']"), back=True)
    whole(customer)
    expect(page.locator("a.call")).to_have_attribute("href", "tel:10086")
    customer.write(
        "账单上有一项看不懂" if way.language == "zh" else "An item that I do not understand", page.locator("#words")
    )
    customer.follow(page.locator("main form button"))
    expect(page.locator(".said.good")).to_be_visible()
    whole(customer)


@pytest.mark.parametrize("way", [PHONE["zh"], DESK["en"]], ids=str)
def test_senior_mode_has_large_type_fewer_things_and_a_person_in_reach(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way)
    page = customer.page
    customer.follow(page.locator("button[name=senior]"))
    for address in ("/my/", "/my/usage", "/my/person"):
        customer.go(address)
        customer.in_order()
        customer.fits(*WIDTHS)
        bar = page.locator(".person-bar a[href='tel:10086']")
        expect(bar).to_be_in_viewport()
        small = page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter(one => one.innerText && !one.closest("svg, .unseen")
              && parseFloat(getComputedStyle(one).fontSize) < 20).map(one => one.outerHTML.slice(0, 100))"""
        )
        assert not small, small
    expect(page.locator(".main-nav li")).to_have_count(4)
