"""The handset page, as somebody uses it who has a keyboard only: in both languages, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.stage import SLOW
from tests.browser.visitor import DESK, PHONE, WAYS, Visitor, Way

# Each way of looking has a person of its own, whose line nobody else changes.
PEOPLE = dict(zip(WAYS, ("徐文博", "Emma Clarke", "高敏", "韩磊"), strict=True))
SAYS = {
    "en": {
        "title": "Demo handset",
        "why": "How was this understood?",
        "blank": "Write something first.",
        "long": "That is too long",
        "busy": "still being dealt with",
        "to": "suggestions",
    },
    "zh": {
        "title": "演示手机",
        "why": "怎么理解的",
        "blank": "请先写点内容",
        "long": "太长了",
        "busy": "上一条还在办理",
        "to": "意见建议",
    },
}


def come(visit: Visit, way: Way, name: str) -> Visitor:
    """Open the page and take this person's phone."""
    visitor = visit(way)
    visitor.go("/phone")
    expect(visitor.page.locator("h1")).to_have_text(SAYS[way.language]["title"])
    visitor.follow(visitor.page.locator(".people button", has_text=name), back=True)
    expect(visitor.page.locator("#phone-title")).to_contain_text(name)
    return visitor


def bubbles(visitor: Visitor) -> Locator:
    return visitor.page.locator("#conversation > li:not(.nothing):not(.awaited)")


def say(visitor: Visitor, text: str, *heard: str) -> str:
    """Write this, press Enter, and read the answer, in which all this must occur."""
    before = bubbles(visitor).count()
    visitor.write(text, visitor.page.locator("#text"))
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.keyboard.press("Enter")
    expect(bubbles(visitor)).to_have_count(before + 2)
    answer = bubbles(visitor).last.locator(".text").inner_text()
    for pattern in heard:
        assert re.search(pattern, answer), f"{text} was answered: {answer}"
    return answer


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_stranger_is_served_as_someone_of_the_town(visit: Visit, way: Way) -> None:
    visitor = come(visit, way, PEOPLE[way])
    page = visitor.page
    say(visitor, "CXYE", "72[.]30")
    say(visitor, "0000", "没有订收费信息|not ordered any paid content")
    say(visitor, "开通来电显示", "来电显示|Caller ID", r"5[.]00", "“是”|Reply Y")
    say(visitor, "是", "已办好来电显示|already have Caller ID")
    say(visitor, "BLHJZY", "转接到的号码|number to forward to")
    say(visitor, "13900000001", "13900000001", "QXHJZY")
    visitor.follow(page.locator("#conversation .mine a").nth(-2))
    story = page.locator("#story")
    expect(story).to_be_in_viewport()
    shown = story.inner_text()
    wanted = (
        ("BLHJZY", "waits|done", "Call forwarding", "code", "table")
        if way.language == "en"
        else ("BLHJZY", "等用户答复|办成了", "呼叫转移", "正好是一个代码", "代码表")
    )
    for piece in wanted:
        assert re.search(piece, shown), (piece, shown)
    assert not re.search(r"[a-z]+_[a-z]+", shown), f"an id is shown: {shown}"
    visitor.in_order()
    visitor.follow(page.locator("button[name=language]"), back=True)
    expect(story).to_contain_text("BLHJZY")
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if way.language == "en" else "en")
    visitor.follow(page.locator("button[name=language]"))


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_a_typo_is_mended_a_question_answered_and_a_suggestion_kept(visit: Visit, way: Way) -> None:
    visitor = come(visit, way, PEOPLE[way])
    page = visitor.page
    say(visitor, "QXHJZ", "QXHJZY", r"1[.]")
    say(visitor, "1", "呼叫转移|Call forwarding")
    say(visitor, "否", ".")
    say(visitor, "流量还剩多少", "流量|[Dd]ata")
    address = page.locator("#address")
    visitor.tab_to(address, back=True)
    page.keyboard.press("ArrowDown")
    expect(address).to_have_value("10086900")
    assert SAYS[way.language]["to"] in address.locator("option:checked").inner_text()
    say(visitor, "希望营业厅早点开门", "谢|[Tt]hank")
    expect(bubbles(visitor).last.locator(".who")).to_contain_text("10086900")
    visitor.follow(page.locator("#conversation .mine a").last)
    expect(page.locator("#story")).to_contain_text("意见" if way.language == "zh" else "suggestions")


@pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
def test_the_parts_of_a_long_answer_can_be_looked_at(visit: Visit, way: Way) -> None:
    visitor = come(visit, way, "刘建国")
    say(visitor, "帮助", ".")
    last = bubbles(visitor).last
    visitor.press("Enter", last.locator("summary"), back=True)
    parts = last.locator(".parts li")
    expect(parts.first).to_be_visible()
    number = int(re.findall(r"\d+", last.locator("summary").inner_text())[0])
    assert parts.count() == number >= 2
    assert "".join(parts.all_inner_texts()).replace("\n", "") == last.locator(".text").inner_text().replace("\n", "")


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_what_was_not_sent_is_said_and_kept(visit: Visit, way: Way) -> None:
    visitor = come(visit, way, "罗莎")
    page, says = visitor.page, SAYS[way.language]
    before = bubbles(visitor).count()
    visitor.write("  ", page.locator("#text"))
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text(says["blank"])
    visitor.write("好" * 1001, page.locator("#text"))
    visitor.follow(page.locator("button.send"))
    expect(page.locator("[role=alert]")).to_contain_text(says["long"])
    expect(page.locator("#text")).to_have_value("好" * 1001)
    assert bubbles(visitor).count() == before
    visitor.in_order()
    page.reload()
    expect(page.locator("[role=alert]")).to_have_count(0)


def test_a_late_answer_comes_by_itself_and_meanwhile_the_line_is_busy(visit: Visit) -> None:
    visitor = come(visit, DESK["en"], SLOW)
    page = visitor.page
    visitor.write("查余额", page.locator("#text"))
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    awaited = page.locator("#conversation .awaited")
    expect(awaited).to_be_visible()
    visitor.write("CXYE", page.locator("#text"))
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text(SAYS["en"]["busy"])
    expect(page.locator("#text")).to_have_value("CXYE")
    # From here on nothing is pressed: the page itself looks.
    expect(bubbles(visitor)).to_have_count(2)
    expect(awaited).to_have_count(0)
    expect(bubbles(visitor).last).to_contain_text("余额")
    visitor.in_order()


def test_the_page_works_without_its_script(visit: Visit) -> None:
    visitor = visit(DESK["zh"])
    visitor.page.route("**/phone.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    visitor.go("/phone")
    page = visitor.page
    visitor.follow(page.locator(".people button", has_text="宋雅"), back=True)
    before = bubbles(visitor).count()
    visitor.write("CXYE", page.locator("#text"))
    visitor.follow(page.locator("button.send"))
    expect(bubbles(visitor)).to_have_count(before + 2)


@pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
def test_the_focus_goes_everywhere_and_is_always_seen(visit: Visit, way: Way) -> None:
    visitor = come(visit, way, "马阳")
    stops = visitor.stops()
    assert stops[0].startswith("A "), "the first stop skips to the messages"
    assert {"TEXTAREA", "SELECT", "BUTTON", "A"} <= {stop.partition(" ")[0] for stop in stops}
    visitor.in_order()


def test_nobody_scrolls_sideways(visit: Visit) -> None:
    visitor = visit(DESK["en"])
    visitor.go("/phone")
    visitor.fits(320, 360, 390, 640, 768, 1024)
