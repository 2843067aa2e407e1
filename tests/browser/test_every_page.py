"""Every page of the staff is whole: in both languages, at every width, in light and in dark."""

import pytest

from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import DESK, PHONE, Visitor, Way

# Beside the widths of the two ways of looking: what is left when text is enlarged to 400 %, and a tablet.
WIDTHS = (320, 768)
# One address for each kind of page; version 1 is the catalogue that the packs were published as.
PAGES = (
    "/staff/",
    "/staff/catalogue/1/services?q=彩铃",
    "/staff/catalogue/1/services/ringback/preview",
    "/staff/catalogue/1/tables",
    "/staff/catalogue/1/tables/T2?certainty=doubtful",
    "/staff/catalogue/1/words?file=package",
    "/staff/catalogue/1/menus",
    "/staff/catalogue/1/menus/gotone",
    "/staff/catalogue/1/menus/standard/bills",
    "/staff/catalogue/1/channels?only=no",
    "/staff/catalogue/1/settings",
    "/staff/catalogue/1/item/service/ringback",
    "/staff/catalogue/1/item/code/T5/101",
    "/staff/catalogue/1/item/table/T2",
    "/staff/catalogue/1/item/words/talk.confirm",
    "/staff/catalogue/1/item/menu/standard",
    "/staff/catalogue/1/item/words/voice.talk.confirm",
    "/staff/catalogue/1/item/settings/limits",
    "/staff/catalogue/1/lint?severity=warning",
    "/staff/catalogue/1/diff?against=1",
    "/staff/versions/",
    "/staff/versions/1",
    "/staff/prompts/?q=余额",
    "/staff/prompts/text/account.query.balance",
    "/staff/prompts/notices",
    "/staff/prompts/work",
    "/staff/journal",
    "/staff/people/",
    "/staff/people/lin",
    "/staff/me/",
    "/staff/explain/",
    "/staff/calls",
    "/staff/desk/",
    "/staff/desk/contacts",
    "/staff/desk/screened",
    "/staff/orders/?tab=all",
    "/staff/orders/packing",
    "/staff/orders/stock",
    "/staff/orders/sellers",
    "/staff/orders/figures",
    "/staff/upkeep/",
    "/staff/upkeep/process",
    "/staff/upkeep/diary",
    "/staff/upkeep/machines",
    "/staff/upkeep/health",
    "/staff/upkeep/rounds/new",
    "/staff/upkeep/policy",
    "/staff/upkeep/sheet",
)
# The long lists of the catalogue: their width is measured, their kind of row was seen above.
LISTS = (
    "/staff/catalogue/1/services",
    "/staff/catalogue/1/tables/T2",
    "/staff/catalogue/1/words",
    "/staff/catalogue/1/errors",
    "/staff/catalogue/1/channels",
    "/staff/catalogue/1/lint",
)


def wrong_on(visitor: Visitor, page: str, *, axe: bool = True) -> list[str]:
    """What is out of order on this page, so that one run tells of all pages."""
    visitor.go(page)
    found = []
    try:
        visitor.fits(*(WIDTHS if axe else (320, visitor.way.width)))
    except AssertionError as error:
        found.append(str(error))
    try:
        if axe:
            visitor.in_order()
    except AssertionError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("way", [DESK["zh"], PHONE["en"]], ids=str)
def test_every_page_is_in_order(enter: Enter, way: Way) -> None:
    visitor = enter("admin", way)
    found = [wrong for page in PAGES for wrong in wrong_on(visitor, page)]
    found += [wrong for page in LISTS for wrong in wrong_on(visitor, page, axe=False)]
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_the_sign_in_page_and_the_pages_of_errors_are_in_order(visit: Visit, enter: Enter, way: Way) -> None:
    visitor = visit(way)
    visitor.go("/staff/sign-in")
    visitor.in_order()
    inside = enter("lin", way)
    inside.expected = {403, 404}
    inside.go("/staff/versions/99999")
    assert inside.page.locator("h1").count() == 1
    inside.go("/staff/journal")
    inside.in_order()
