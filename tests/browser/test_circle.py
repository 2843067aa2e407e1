"""The golden story end to end: the example of 2008 is opened, walked step by step in both languages, and taken as a PDF."""

import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.visitor import DESK, PHONE, Visitor, Way

STEPS = ("team", "topic", "survey", "target", "analysis", "confirmation", "measures", "effect", "consolidation")
# What must be read on a step, whatever the language: the published figures.
READ = {"survey": ("2.56 %", "84.16 %", "88.00 %", "86.67 %"), "target": ("0.8536 %", "0.86 %", "89.66 %", "82.28 %")}


@pytest.mark.requirement("QC-03", "QC-07")
@pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
def test_the_golden_story_is_walked_from_its_team_to_its_paper(enter: Enter, way: Way) -> None:
    he = enter("he", way)
    page = he.page
    he.go("/staff/insight/circle")
    he.in_order()
    _open_the_example(he)
    seen: list[str] = []
    for step in STEPS:
        expect(page.locator(".stepper [aria-current=step]")).to_have_count(1)
        assert f"step={step}" in page.url or step == STEPS[0]
        he.in_order()
        words = page.locator("main").inner_text()
        assert all(figure in words for figure in READ.get(step, ()))
        seen += page.locator("figure[id]").evaluate_all("found => found.map(one => one.id)")
        if step != STEPS[-1]:
            he.follow(page.locator("a[rel=next]"))
    assert len(seen) == len(set(seen)) == 26
    assert page.locator("form.deed-form").count() == 0  # read only
    with page.expect_download() as taken:
        page.locator(".head a", has_text=re.compile("^PDF$")).click()
    path = taken.value.path()
    paper = pypdfium2.PdfDocument(path)
    words = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert all(figure in words for figure in ("2.56 %", "84.16 %", "88.00 %", "86.67 %", "0.8536 %"))
    assert ("表6-1" if way.language == "zh" else "Table 6-1") in words


def _open_the_example(visitor: Visitor) -> None:
    """Whoever asks first has it made."""
    page = visitor.page
    button = page.locator("form[action$='/circle/example'] button")
    if button.count():
        visitor.follow(button)
    else:
        visitor.follow(page.locator(".listed a").first)
    expect(page.locator(".said.warning")).to_be_visible()


def test_a_circle_is_founded_and_its_first_steps_are_typed(enter: Enter) -> None:
    lin = enter("lin", DESK["en"])
    page = lin.page
    lin.go("/staff/insight/circle")
    lin.follow(page.locator("form[action$='/found'] button"))
    expect(page.locator(".next-deed")).to_contain_text("Name at least two members.")
    lin.write("Li", page.locator("#join-name"))
    lin.follow(page.locator("#members form.deed-form button"))
    expect(page.locator("#members")).to_contain_text("Li")
    lin.in_order()
    for step in STEPS[1:]:
        lin.go(f"{lin.path}?step={step}")
        lin.in_order()
        lin.fits(320, 390)
