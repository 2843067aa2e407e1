"""Leaving in a real browser: by keyboard, in both languages, at a desk and on a phone; and taking it back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Subscribe
from tests.browser.test_portal import WIDTHS, whole
from tests.browser.visitor import DESK, PHONE, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)


@BOTH
def test_a_customer_reads_what_leaving_means_says_why_leaves_and_takes_it_back(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way, onward="/my/leaving")
    page = customer.page
    expect(page.locator("h1")).to_have_text("Leaving" if way.language == "en" else "离网")
    expect(page.locator("dl.pairs time")).to_have_count(2)
    whole(customer)
    customer.follow(page.locator("main .bar-row a").first)
    assert customer.path == "/my/leaving/reason"
    customer.in_order()
    customer.fits(*WIDTHS)
    page.locator("input[name=reason]").first.focus()
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=other]")).to_be_checked()
    customer.follow(page.locator("main form button").first)
    assert customer.path == "/my/leaving/card"
    expect(page.locator("section.tip")).to_have_count(1)
    expect(page.locator(".ways a, .ways button")).to_have_count(3)
    whole(customer)
    customer.follow(page.locator("section.tip button[value=later]"))
    expect(page.locator("section.tip")).to_have_count(0)
    customer.follow(page.locator(".ways a"))
    assert customer.path == "/my/leaving/confirm"
    customer.in_order()
    customer.fits(*WIDTHS)
    customer.follow(page.locator("#leave button"))
    assert customer.path == "/my/leaving"
    expect(page.locator("h1")).to_have_text(re.compile("Leaving is agreed|已约定离网"))
    whole(customer)
    customer.follow(page.locator("main form button.first"))
    assert customer.path == "/my/"
    expect(page.locator(".said.good")).to_be_visible()
