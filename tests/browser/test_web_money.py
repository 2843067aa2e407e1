"""Customers pay and order in a real browser: by keyboard, at a desk and on a phone, in both languages, each page in order."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Subscribe
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
WIDTHS = (320, 768, 1400)


def looked_at(customer: Visitor, name: str) -> None:
    """The page is in order at every width; where CARELINE_PICTURES names a folder its picture lies there afterwards."""
    customer.in_order()
    customer.fits(*WIDTHS)
    if folder := os.environ.get("CARELINE_PICTURES"):
        customer.page.screenshot(path=Path(folder) / f"{name}-{customer.way}.png", full_page=True)


@BOTH
def test_a_customer_tops_up_pays_and_keeps_the_receipt(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way, onward="/my/top-up")
    page = customer.page
    looked_at(customer, "top-up")
    customer.follow(page.locator("button[name=look]"))
    looked_at(customer, "top-up-look")
    customer.follow(page.locator("button[name=pay]"))
    assert customer.path.startswith("/till/")
    looked_at(customer, "till")
    customer.follow(page.locator("button[value=quiet]"))
    assert customer.path.startswith("/my/pay/")
    looked_at(customer, "pay-waiting")
    customer.go("/my/payments")
    looked_at(customer, "payments")
    customer.go("/my/credit")
    looked_at(customer, "credit")
    customer.go("/my/points")
    looked_at(customer, "points")


@BOTH
def test_a_wrong_amount_is_named_beside_its_field(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way, onward="/my/top-up")
    customer.expected = {422}
    page = customer.page
    customer.press("Space", page.locator("input[name=fen]:checked"))
    page.locator("#fen-other").check()
    customer.write("0.5", page.locator("#other"))
    customer.follow(page.locator("button[name=look]"))
    expect(page.locator("#other-wrong")).to_be_visible()
    looked_at(customer, "top-up-wrong")


@BOTH
def test_a_customer_orders_follows_and_cancels(subscriber: Subscribe, way: Way) -> None:
    customer = subscriber(way, onward="/my/shop")
    page = customer.page
    looked_at(customer, "shop")
    customer.follow(page.locator(".goods a[href$='/charger']"))
    looked_at(customer, "goods")
    customer.follow(page.locator("main form button.first"))
    looked_at(customer, "order-new")
    customer.write("Chen Guilan", page.locator("#name"))
    customer.write("文三路 1 号", page.locator("#address"))
    customer.press("Space", page.locator("input[name=slot]").first)
    customer.tab_to(page.locator("input[name=how]").first)
    page.locator("#how-arrival").check()
    customer.follow(page.locator("button[name=look]"))
    looked_at(customer, "order-look")
    customer.follow(page.locator("button[name=place]"))
    assert customer.path.startswith("/my/orders/")
    looked_at(customer, "order")
    customer.press("Enter", page.locator("summary").nth(1))
    customer.follow(page.locator("button.danger"))
    expect(page.locator(".timeline li")).not_to_have_count(1)
    looked_at(customer, "order-cancelled")
    customer.go("/my/orders")
    looked_at(customer, "orders")
