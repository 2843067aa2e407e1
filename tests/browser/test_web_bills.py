"""Bills, disputes, cases, messages and privacy in a real browser: by keyboard, in both languages, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_portal import WIDTHS, code_on_the_handset, whole
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
BILLED = {DESK["zh"]: "13900030020", PHONE["en"]: "13900040005"}


def signed_in(visit: Visit, way: Way, number: str) -> Visitor:
    customer = visit(way)
    page = customer.page
    customer.go("/my/sign-in?next=/my/bills")
    if page.get_attribute("html", "lang") != ("en" if way.language == "en" else "zh-Hans"):
        customer.follow(page.locator(".top button[name=language]"))
    customer.write(number, page.locator("#number"))
    customer.follow(page.locator("main button.first"))
    customer.write(code_on_the_handset(visit, way, number), page.locator("#code"))
    customer.follow(page.locator("main button.first"))
    assert customer.path.startswith("/my/bills")
    if page.get_attribute("html", "lang") != ("en" if way.language == "en" else "zh-Hans"):
        customer.follow(page.locator(".top button[name=language]"))
    return customer


@BOTH
def test_a_customer_follows_a_charge_to_its_record_disputes_it_and_sees_the_case_and_its_letter(
    visit: Visit, way: Way
) -> None:
    customer = signed_in(visit, way, BILLED[way])
    page = customer.page
    customer.go("/my/bills")
    expect(page.locator("svg.chart")).to_be_visible()
    whole(customer)
    customer.follow(page.locator("ul.list a.row").nth(1))
    whole(customer)
    item = page.locator("ul.items a.row", has=page.locator(".why")).first
    customer.follow(item)
    whole(customer)
    expect(page.locator("#record")).to_be_visible()
    customer.follow(page.locator("a[href$='/dispute']"))
    whole(customer)
    customer.write("<b>为什么</b>", page.locator("textarea"))
    customer.follow(page.locator("main button.first"))
    assert re.fullmatch(r"/my/cases/\d{10}", customer.path)
    docket = customer.path[-10:]
    expect(page.locator(".said.good")).to_contain_text(docket)
    expect(page.locator("ol.way li[aria-current=step]")).to_have_count(1)
    expect(page.locator("main b", has_text="为什么")).to_have_count(0)
    whole(customer)
    customer.write("还有一句", page.locator("#add-words"))
    customer.follow(page.locator("form[action$='/add'] button"))
    expect(page.locator("ol.timeline")).to_contain_text("还有一句")
    customer.go("/my/cases")
    whole(customer)
    expect(page.locator(f"a[href$='{docket}']")).to_be_visible()
    customer.go(f"/my/notices?q={docket}")
    expect(page.locator("article.letter")).not_to_have_count(0)
    whole(customer)
    for path in ("/my/me", "/my/cases/new", "/my/cases/new?about=billing", "/my/privacy"):
        customer.go(path)
        whole(customer)
    customer.go("/my/notices/wanted")
    customer.in_order()
    customer.fits(*WIDTHS)
    small = [box for box in page.locator(".checks label").all() if (box.bounding_box() or {"height": 0})["height"] < 44]
    assert not small, "what is ticked is ticked anywhere on its row"
    customer.go("/my/privacy/confirm")
    whole(customer)
