"""Numbers, months and days that no page was made for: they are refused in words, never by a broken page."""

import pytest
from django.test import Client

from careline.catalogue.version import Version
from careline.circle.changing import NotDone, whole
from tests.staff.conftest import SignIn


@pytest.mark.parametrize("onward", ["home", "staff:home", "9999-12-31", "٣", "x" * 3_000])
def test_what_is_no_address_is_never_gone_on_to(client: Client, sign_in: SignIn, onward: str) -> None:
    assert client.get("/staff/sign-in", {"next": onward}).status_code == 200
    inside = sign_in("lin", "maintainer")
    for address in ("/staff/sign-in", "/staff/language"):
        sent = {"next": onward, "language": "en", "username": "lin", "password": "lin-password"}
        assert inside.post(address, sent).headers["Location"] == "/staff/"


MONTHS = [
    "prompts/notices", "refunds/register", "refunds/register.csv", "upkeep/diary", "upkeep/diary.csv", "upkeep/notices",
    "upkeep/notices.csv", "upkeep/rounds", "upkeep/sheet", "upkeep/sheet.pdf", "insight/callers",
]  # fmt: skip


def test_months_and_days_beyond_all_calendars_break_no_page(sign_in: SignIn, published: Version) -> None:
    client = sign_in("admin", "admin")
    for address in MONTHS:
        for written in ("9999-12", "0001-01", "1900-01"):
            assert client.get(f"/staff/{address}", {"month": written}).status_code in {200, 404}, (address, written)
    for day in ("9999-12-31", "0001-01-01"):
        assert client.get("/staff/desk/contacts", {"day": day}).status_code == 200
        assert client.get(f"/staff/upkeep/diary/{day}").status_code in {200, 404}
    for place in ("9" * 5_000, "0" * 5_000, "99999999999"):
        assert client.get("/staff/orders/", {"page": place}).status_code == 200


@pytest.mark.parametrize("written", ["9" * 5_000, "0" * 20 + "9" * 60, "1" * 20, "٣", "-1", "1e3", "0x1"])
def test_a_number_of_a_circle_is_as_short_as_the_database_keeps_it(written: str) -> None:
    with pytest.raises(NotDone):
        whole(written, 2**62)
