"""Services in a real browser: found, switched on and off, asked about, arranged; by keyboard, in both languages, desk and phone."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Subscribe
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
WIDTHS = (320, 768)


def whole(visitor: Visitor) -> None:
    """In order, at every width, and every button large enough for a thumb."""
    visitor.in_order()
    visitor.fits(*WIDTHS)
    small = visitor.page.evaluate(
        """() => [...document.querySelectorAll("main button, main .button, main summary, main input:not([type=hidden], [type=checkbox])")]
          .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 100))"""
    )
    assert not small, small


def wish(visitor: Visitor, **fields: str) -> Locator:
    """The button of the form of this wish."""
    wanted = "".join(f':has(input[name="{name}"][value="{value}"])' for name, value in fields.items())
    return visitor.page.locator(f"main form[action='/my/pick']{wanted} button").first


@BOTH
def test_a_service_is_found_switched_on_seen_and_switched_off(subscriber: Subscribe, way: Way) -> None:
    visitor = subscriber(way, onward="/my/services")
    page = visitor.page
    whole(visitor)
    visitor.write("来显" if way.language == "zh" else "caller", page.locator("#q"))
    visitor.follow(page.locator("form[role=search] button"))
    whole(visitor)
    visitor.follow(page.locator("a[href='/my/services/caller_id']"))
    whole(visitor)
    visitor.follow(wish(visitor, verb="subscribe"))
    assert visitor.path.startswith("/my/result/")
    expect(page.locator(".result.state-done")).to_be_visible()
    whole(visitor)
    page.reload()
    expect(page.locator(".result.state-done")).to_be_visible()
    visitor.go("/my/running")
    whole(visitor)
    visitor.follow(wish(visitor, service="caller_id", verb="cancel"))
    expect(page.locator(".result.state-done")).to_be_visible()
    visitor.go("/my/running")
    expect(page.locator("main form[action='/my/pick']")).to_have_count(0)
    whole(visitor)


@BOTH
def test_a_value_that_does_not_fit_is_asked_again_and_a_question_is_answered(subscriber: Subscribe, way: Way) -> None:
    visitor = subscriber(way, onward="/my/services/call_forward")
    page = visitor.page
    whole(visitor)
    visitor.write("12ab", page.locator("main input[name='v.number']"))
    visitor.follow(page.locator("main form[action='/my/pick'] button").first)
    field = page.locator("main input[name='v.number']")
    expect(field).to_have_value("12ab")
    whole(visitor)
    visitor.write("13900000002", field)
    visitor.follow(page.locator("main form[action='/my/answer'] button.first"))
    expect(page.locator(".result.state-done")).to_be_visible()
    visitor.go("/my/services/pkg_data")
    whole(visitor)
    expect(page.locator("main .said.warn")).to_be_visible()  # the dearest is more than there is
    visitor.follow(wish(visitor, tier="20"))
    expect(page.locator(".result.state-done")).to_be_visible()


@BOTH
def test_other_parties_the_menu_and_the_password_have_pages_in_order(subscriber: Subscribe, way: Way) -> None:
    visitor = subscriber(way, onward="/my/third-party")
    page = visitor.page
    whole(visitor)
    visitor.go("/my/menu")
    whole(visitor)
    visitor.follow(wish(visitor, service="my10086", verb="subscribe"))
    visitor.go("/my/menu")
    for _ in range(2):
        visitor.press("Enter", page.locator("main details:not([open]) summary").first)
        visitor.follow(page.locator("main details[open] button[value=add]").first)
    expect(page.locator(".mine > li")).to_have_count(2)
    first = page.locator(".mine > li").first.inner_text()
    visitor.follow(page.locator(".mine button[value=down]:not([disabled])").first)
    expect(page.locator(".mine > li").nth(1)).to_contain_text(first.splitlines()[0])
    whole(visitor)
    visitor.go("/my/service-password")
    whole(visitor)


@BOTH
def test_what_each_channel_can_do_is_read_on_a_phone_and_on_a_desk(subscriber: Subscribe, way: Way) -> None:
    visitor = subscriber(way, onward="/my/channels")
    expect(visitor.page.locator("details[open] table")).to_be_visible()
    whole(visitor)
