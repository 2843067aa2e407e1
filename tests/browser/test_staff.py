"""The staff's pages, as they are worked with by keyboard only: in both languages, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from careline.identity.staff import demo_password
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import DESK, PHONE, Visitor, Way

BOTH = pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)


def button(visitor: Visitor, zh: str, en: str) -> str:
    return f'button:text-is("{en if visitor.way.language == "en" else zh}")'


@BOTH
def test_a_wrong_password_is_refused_and_the_right_one_opens(visit: Visit, way: Way) -> None:
    visitor = visit(way)
    visitor.expected = {400}
    visitor.go("/staff/journal")
    assert visitor.path == "/staff/sign-in", "who is not signed in is asked to"
    visitor.sign_in("he", "wrong")
    expect(visitor.page.locator("[role=alert]")).to_be_visible()
    visitor.in_order()
    visitor.sign_in("he", demo_password("he"))
    assert visitor.path == "/staff/journal", "one gets where one wanted to go"
    visitor.follow(visitor.page.locator("form[action$=sign-out] button"), back=True)
    visitor.go("/staff/")
    assert visitor.path == "/staff/sign-in"


@BOTH
def test_the_catalogue_is_searched_and_read(enter: Enter, way: Way) -> None:
    visitor = enter("lin", way)
    page = visitor.page
    visitor.go("/staff/")
    page.keyboard.press("g")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("c")
    assert visitor.path == "/staff/catalogue/1/services" or re.search(r"catalogue/\d+/services", visitor.path)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.insert_text("BLHJZY")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    visitor.follow(row.locator("th a"))
    expect(page.locator("h1")).to_have_text("Call forwarding" if way.language == "en" else "呼叫转移")
    assert page.locator("input[readonly]").count(), "what is published cannot be edited"
    visitor.follow(page.locator("a.button", has_text=re.compile("Preview|预览")), back=True)
    assert page.locator(".bubble").count() > 10
    expect(page.locator(".bubble").first).to_be_visible()


@BOTH
def test_a_text_is_drafted_reviewed_by_another_published_heard_and_rolled_back(enter: Enter, way: Way) -> None:
    lin, zhou = enter("lin", way), enter("zhou", way)
    word = f"您好（{way.width}）。"
    page = lin.page
    lin.go("/staff/versions/")
    served = int(re.findall(r"\d+", page.locator("tr:has(.published) th").first.inner_text())[0])
    lin.follow(page.locator(button(lin, "新建草稿", "Begin a draft")))
    number = int(lin.path.rpartition("/")[2])
    expect(page.locator(".said.success")).to_be_visible()
    lin.in_order()

    # Edited, with the parts counted while it is written; then previewed and linted.
    lin.go(f"/staff/catalogue/{number}/words")
    lin.write("talk.thanks", page.locator("#q"))
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    lin.follow(page.locator("tbody th a"))
    area, count = page.locator('textarea[name="zh"]'), page.locator("#c-zh")
    lin.write("好" * 70, area)
    expect(count).to_contain_text("1")
    expect(count).to_contain_text("70")
    page.keyboard.insert_text("好")
    expect(count).to_contain_text(re.compile(r"\b2\b"))
    expect(count).to_contain_text("71")
    lin.write(word, area)
    lin.follow(page.locator(button(lin, "保存", "Save")))
    expect(page.locator(".bubble", has_text=word)).to_be_visible()
    lin.in_order()
    lin.follow(page.locator(".tabs a[href$='/lint']"), back=True)
    expect(page.locator(".pill.good")).to_contain_text("0")
    lin.follow(page.locator(".tabs a[href$='/diff']"), back=True)
    expect(page.locator("ins").first).to_contain_text(word)
    lin.follow(page.locator(f".tabs a[href$='/versions/{number}']"), back=True)
    lin.follow(page.locator(button(lin, "提交审核", "Submit for review")))
    assert not page.locator("form[action$=approve]").count(), "nobody reviews what they wrote"

    # A second person reviews and publishes.
    page = zhou.page
    zhou.go(f"/staff/versions/{number}")
    zhou.follow(page.locator(button(zhou, "通过", "Approve")))
    zhou.follow(page.locator("form[action$=publish] button"))
    expect(page.locator(".pill.published").first).to_be_visible()
    zhou.in_order()
    zhou.go(f"/staff/versions/{served}")
    zhou.write("test", page.locator("#note"))
    zhou.follow(page.locator("form[action$=roll_back] button"))
    assert zhou.path == f"/staff/versions/{number + 1}"
    expect(page.locator(".pill.published").first).to_be_visible()

    # And all of it is in the journal.
    he = enter("he", way)
    he.go("/staff/journal?who=zhou")
    expect(he.page.locator("tbody")).to_contain_text(f"{number + 1}")


@BOTH
def test_a_supervisor_sees_how_a_message_was_understood(enter: Enter, visit: Visit, way: Way) -> None:
    customer = visit(DESK["zh"])
    customer.go("/phone")
    customer.follow(customer.page.locator(".people button", has_text="唐一鸣"), back=True)
    customer.write("CXYE", customer.page.locator("#text"))
    customer.follow(customer.page.locator("button.send"))
    visitor = enter("he", way)
    page = visitor.page
    visitor.go("/staff/explain/")
    visitor.write("nonsense", page.locator("#number"))
    visitor.follow(page.locator("main form button"))
    expect(page.locator("[role=alert]")).to_be_visible()
    visitor.write("13900050017", page.locator("#number"))
    visitor.follow(page.locator("main form button"))
    visitor.follow(page.locator("tbody th a").first)
    expect(page.locator(".walk")).to_contain_text("CXYE")
    assert "13900050017" not in page.content(), "numbers are masked"
    visitor.in_order()


@BOTH
def test_the_sheet_of_shortcuts_opens_and_closes(enter: Enter, way: Way) -> None:
    visitor = enter("admin", way)
    page = visitor.page
    visitor.go("/staff/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    visitor.in_order()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    visitor.press("Enter", page.locator("#open-shortcuts"), back=True)
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#shortcuts")).to_be_hidden()


@BOTH
def test_who_has_no_right_is_refused_and_not_even_tempted(enter: Enter, way: Way) -> None:
    visitor = enter("zhou", way)
    visitor.expected = {403}
    visitor.go("/staff/")
    assert not visitor.page.locator('[data-key="m"], [data-key="j"]').count()
    for address in ("/staff/journal", "/staff/explain/", "/staff/catalogue/1/add/words"):
        visitor.go(address)
        expect(visitor.page.locator("h1")).to_have_text("Not allowed" if way.language == "en" else "没有权限")


@BOTH
def test_the_language_is_changed_on_the_page_and_kept(enter: Enter, way: Way) -> None:
    visitor = enter("admin", way)
    visitor.go("/staff/versions/")
    switch = visitor.page.locator("button[name=language]")
    visitor.follow(switch)
    assert visitor.path == "/staff/versions/"
    other = "zh-hans" if way.language == "en" else "en"
    expect(visitor.page.locator("html")).to_have_attribute("lang", other)
    visitor.go("/staff/")
    expect(visitor.page.locator("html")).to_have_attribute("lang", other)


@BOTH
def test_the_focus_goes_everywhere_and_is_always_seen(enter: Enter, way: Way) -> None:
    visitor = enter("admin", way)
    for page in ("/staff/", "/staff/catalogue/1/item/service/ringback"):
        visitor.go(page)
        assert len(visitor.stops()) > 8
