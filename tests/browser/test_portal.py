"""Customers complain and follow their case; staff set up a second factor: by keyboard, in both languages, at a desk and on a phone."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from careline.identity.staff import demo_password
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
WIDTHS = (320, 768)
# Each way has a customer and a member of staff of its own, whom no other test changes.
CUSTOMERS = {DESK["zh"]: "13900050003", PHONE["en"]: "13900010011"}
STAFF = {DESK["zh"]: "gao", PHONE["en"]: "ma"}


def whole(visitor: Visitor) -> None:
    """In order, at every width, with large enough targets (WCAG 2.2, 2.5.8 asks 24; a thumb wants 44)."""
    visitor.in_order()
    visitor.fits(*WIDTHS)
    small = visitor.page.evaluate(
        """() => [...document.querySelectorAll("main button, main .button, main input:not([type=hidden]), main select")]
          .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 100))"""
    )
    assert not small, small


def code_on_the_handset(visit: Visit, way: Way, number: str) -> str:
    """What the customer reads on the telephone."""
    handset = visit(way)
    handset.go("/phone")
    button = handset.page.locator(f'.people form:has(input[value="86{number}"]) button')
    handset.follow(button, back=True)
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", handset.page.locator("#conversation").inner_text())
    assert found, "the code came to the handset"
    return str(found[-1])


@BOTH
def test_a_customer_complains_follows_it_adds_to_it_and_urges(visit: Visit, way: Way) -> None:
    customer = visit(way)
    customer.expected = {400}
    page, number = customer.page, CUSTOMERS[way]
    customer.go("/complain")
    whole(customer)
    customer.write("abc", page.locator("#number"))
    customer.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    customer.write(number, page.locator("#number"))
    customer.follow(page.locator("main button.first"))
    assert customer.path == "/complain/code"
    customer.write("000", page.locator("#code"))
    customer.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    whole(customer)
    customer.write(code_on_the_handset(visit, way, number), page.locator("#code"))
    customer.follow(page.locator("main button.first"))

    assert customer.path == "/complain/tell"
    whole(customer)
    customer.follow(page.locator('.choices a[href="?about=billing"]'))
    whole(customer)
    said = "彩铃扣了我 20 元" if way.language == "zh" else "I was charged 20 yuan for a ring tone"
    customer.write(said, page.locator("#words"))
    page.locator("#q-month").fill("2026-10")
    customer.write("彩铃", page.locator("#q-item"))
    customer.follow(page.locator("main button.first"))

    assert customer.path.startswith("/c/")
    expect(page.locator(".said.good")).to_contain_text(re.compile(r"\d{10}"))
    expect(page.locator(".promise")).to_contain_text("1 天" if way.language == "zh" else "day")
    expect(page.locator(".story")).to_contain_text(said)
    whole(customer)
    customer.write("昨天又扣了一次", page.locator("#add-words"))
    customer.follow(page.locator("form[action$=add] button"))
    expect(page.locator(".story li").first).to_contain_text("昨天又扣了一次")
    customer.follow(page.locator("form[action$=urge] button"))
    expect(page.locator(".said")).to_be_visible()
    whole(customer)

    # The link alone is enough on another device; the list needs the number.
    other = visit(way)
    other.expected = {404}
    other.go(customer.path)
    expect(other.page.locator("h1")).to_have_count(1)
    other.go("/complain/tell")
    assert other.path == "/complain"
    other.go("/c/AAAAAAAAAAAAAAAAAAAAAAAAAA")
    whole(other)
    customer.go("/complain/tell")
    expect(page.locator(".rows li")).to_have_count(1)
    whole(customer)


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_it_works_without_a_script(visit: Visit, way: Way) -> None:
    customer = visit(way)
    customer.page.route("**/*.js", lambda route: route.abort())
    customer.go("/complain")
    assert customer.page.locator("script").count() == 0
    customer.follow(customer.page.locator("header button"))
    expect(customer.page.locator("html")).to_have_attribute("lang", "zh-Hans" if way.language == "en" else "en")


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@BOTH
def test_somebody_of_the_staff_sets_up_an_app_and_signs_in_with_it(visit: Visit, way: Way) -> None:
    person, name = visit(way), STAFF[way]
    person.expected = {400}
    page = person.page
    person.go("/staff/me/")
    person.sign_in(name, demo_password(name))
    if way.language == "en":  # signing in brings the person's own language
        person.follow(page.locator("button[name=language]"))
    person.in_order()
    person.follow(page.locator("a[href$='/me/app']"))
    person.in_order()
    person.fits(*WIDTHS)
    secret = page.locator(".key").inner_text().replace(" ", "")
    person.write(code_of(secret), page.locator("#code"))
    person.follow(page.locator("main button.first"))
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    person.in_order()
    person.follow(page.locator("a.first"))
    expect(page.locator(".pill.good")).to_be_visible()
    person.in_order()
    person.follow(page.locator("form[action$=sign-out] button"), back=True)

    person.sign_in(name, demo_password(name))
    assert person.path == "/staff/sign-in/code"
    person.write("000000", page.locator("#code"))
    person.follow(page.locator("main button.first"))
    expect(page.locator("[role=alert]")).to_be_visible()
    person.in_order()
    person.write(codes[0], page.locator("#code"))
    person.follow(page.locator("main button.first"))
    person.go("/staff/me/")
    expect(page.locator("form[action$=codes]")).to_be_visible()


@BOTH
def test_an_administrator_takes_somebody_on_who_chooses_a_password(enter: Enter, visit: Visit, way: Way) -> None:
    admin = enter("admin", way)
    page, name = admin.page, f"new{way.width}"
    admin.go("/staff/people/")
    admin.in_order()
    admin.fits(*WIDTHS)
    admin.write(name, page.locator("#username"))
    admin.write("许丽", page.locator("#name"))
    admin.press("Space", page.locator('input[value="maintainer"]'))
    admin.follow(page.locator("main form button.first"))
    first = page.locator(".key").inner_text()
    admin.in_order()
    admin.go(f"/staff/people/{name}")
    admin.in_order()
    admin.fits(*WIDTHS)

    new = visit(way)
    new.expected = {400}
    new.go("/staff/sign-in")
    new.sign_in(name, first)
    assert new.path == "/staff/sign-in/password"
    new.in_order()
    for words in ("short", "seven lakes of copper"):
        new.page.locator("#password").evaluate("field => field.removeAttribute('minlength')")
        new.write(words, new.page.locator("#password"))
        new.write(words, new.page.locator("#again"))
        new.follow(new.page.locator("main button.first"))
    new.go("/staff/me/")
    expect(new.page.locator("h1")).to_be_visible()
    admin.follow(page.locator("form[action$=dismiss] button"))
    new.go("/staff/me/")
    assert new.path == "/staff/sign-in", "the session ended"
