"""The pages of cases in a browser: whole in both languages, by keyboard, without a script, and with two people at one case."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_every_page import wrong_on
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
NUMBERS = {"zh": ("13900000003", "13900000007"), "en": ("13900000004", "13900000008")}
PAGES = (
    "/staff/cases/",
    "/staff/cases/?tab=at_risk",
    "/staff/cases/?tab=archive",
    "/staff/cases/new",
    "/staff/cases/departments",
    "/staff/cases/departments/setup",
    "/staff/cases/faults",
    "/staff/cases/reports",
    "/staff/refunds/?all",
    "/staff/refunds/register",
)


def accepted(visitor: Visitor, number: str, words: str) -> str:
    """Accept a case at the counter, by keyboard; returns its address."""
    page = visitor.page
    visitor.go("/staff/cases/new")
    visitor.write(number, page.locator("#number"))
    visitor.follow(page.locator("button[name=step]").first)
    expect(page.locator("#words")).to_be_visible()
    visitor.in_order()
    visitor.write(words, page.locator("#words"))
    visitor.follow(page.locator("button[value=accept]"))
    expect(page.locator(".said.success")).to_be_visible()
    return visitor.path


@BOTH
def test_a_case_is_accepted_classified_and_parked_by_keyboard(enter: Enter, way: Way) -> None:
    wang = enter("wang", way)
    page = wang.page
    case = accepted(wang, NUMBERS[way.language][0], "这个月多收了十块钱")
    wang.in_order()
    wang.fits(320, 768)
    page.locator("h1").click()
    page.keyboard.press("r")  # the next step
    expect(page.locator("#analyse-category")).to_be_focused()
    page.locator("#analyse-category").select_option(index=1)
    page.locator("#analyse-severity").select_option("normal")
    wang.write("jkr ? x", page.locator("#analyse-cause"))  # letters that are keys elsewhere are letters here
    expect(page.locator("#shortcuts")).not_to_be_visible()
    expect(page.locator("#analyse-cause")).to_have_value("jkr ? x")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert wang.path == case
    expect(page.locator("#step-solve")).to_have_attribute("open", "")
    page.locator("#step-record summary").click()
    wang.press("Enter", page.locator("#step-record button[name=preview]"))
    expect(page.locator("#step-record .bubble")).to_be_visible()
    wang.in_order()
    wang.follow(page.locator("#step-record button:not([name])"))
    expect(page.locator("#step-ask")).to_be_visible()
    wang.in_order()


@pytest.mark.parametrize("way", [DESK["zh"]], ids=str)
def test_two_at_one_case_see_each_other_and_no_text_is_lost(enter: Enter, way: Way) -> None:
    wang, chen = enter("wang", way), enter("chen", way)
    chen.expected = {409}
    case = accepted(wang, NUMBERS[way.language][1], "一直没有信号")
    chen.go(case)
    expect(chen.page.locator("#presence")).to_contain_text("王芳")
    chen.page.locator("#step-note summary").click()
    chen.write("half a note", chen.page.locator("#note-words"))
    expect(chen.page.locator("#step-note .saved")).not_to_be_empty()  # the draft is kept
    wang.go(case)
    expect(wang.page.locator("#presence")).to_contain_text("陈志远")
    chen.go(case)
    chen.page.locator("#step-note summary").click()
    expect(chen.page.locator("#note-words")).to_have_value("half a note")
    # Wang goes on with the case; what Chen sends of the old page is refused, and stays written.
    wang.page.locator("#analyse-category").select_option(index=1)
    wang.page.locator("#analyse-severity").select_option("normal")
    wang.write("基站", wang.page.locator("#analyse-cause"))
    with wang.page.expect_navigation(wait_until="load"):
        wang.page.keyboard.press("Enter")
    chen.page.locator("#step-escalate summary").click()
    chen.write("my own words", chen.page.locator("#escalate-reason"))
    with chen.page.expect_navigation(wait_until="load"):
        chen.page.keyboard.press("Enter")
    expect(chen.page.locator("#wrong")).to_be_visible()
    expect(chen.page.locator("#escalate-reason")).to_have_value("my own words")
    chen.in_order()


@pytest.mark.parametrize("way", [DESK["en"]], ids=str)
def test_a_list_is_walked_by_j_and_k_and_its_keys_stand_on_the_sheet(enter: Enter, way: Way) -> None:
    wang = enter("wang", way)
    page = wang.page
    accepted(wang, "13900000010", "账单看不懂")
    wang.go("/staff/cases/?tab=all")
    rows = page.locator("a[data-row]")
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    assert wang.focus_is_seen()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts kbd", has_text=re.compile("^j$")).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.insert_text("j")
    expect(page.locator("#q")).to_have_value("j")
    page.locator("h1").click()
    page.keyboard.press("j")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert re.fullmatch(r"/staff/cases/\d{10}", wang.path)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("u")
    assert wang.path == "/staff/cases/"


@pytest.mark.parametrize("way", [PHONE["zh"]], ids=str)
def test_the_customer_opens_for_a_purpose_and_the_bill_with_it(enter: Enter, way: Way) -> None:
    wang = enter("wang", way)
    page = wang.page
    accepted(wang, "13900000001", "没订过也扣钱")
    case = wang.path
    if page.locator("#purpose").count():
        wang.write("看账单", page.locator("#purpose"))
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
    expect(page.locator(".number")).to_have_text("13900000001")
    wang.in_order()
    wang.go(f"{case}/bill")
    wang.in_order()
    wang.fits(320, 768)


@BOTH
def test_every_page_of_cases_is_in_order(enter: Enter, way: Way) -> None:
    admin = enter("admin", way)
    found = [wrong for page in PAGES for wrong in wrong_on(admin, page)]
    assert not found, "\n\n".join(found)
