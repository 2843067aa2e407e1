"""Bills: months, one month that adds up, and why each item was charged."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.hall.window import pick
from careline.ledger.models import Attempt
from careline.postgres.sql import execute
from careline.selfcare import bills
from careline.values.reference import new_reference
from tests.web.billed import (
    CALL,
    DISCOUNT,
    FORMULA,
    FREE,
    JOKE,
    PLAN,
    SECRETARY,
    STRANGER,
    TOTAL,
    XSS,
    billed,
    item,
    last_month,
    plain,
    read,
)
from tests.web.conftest import Enter, fresh


@pytest.mark.requirement("ACC-04")
def test_the_items_of_a_bill_add_up_to_its_total_and_each_leads_to_its_record_and_order(enter: Enter) -> None:
    number = billed()
    client = enter(number, language="en")
    page = read(client, f"/my/bills/{last_month()}")
    said = plain(page)
    for group in ("Plan", "Calls", "Data and messages", "Subscriptions", "Fees of third parties", "Discounts"):
        assert f"{group} CNY" in said, group
    assert f"Sum of the items CNY {TOTAL / 100:.2f} The items add up to exactly the total" in said
    for place in range(1, 10):
        address = f"/my/bills/{last_month()}/{item(place)}"
        assert address in page
        assert item(place) in read(client, address), "the charging record is named"
    assert "Ordered by you (SMS)" in plain(read(client, f"/my/bills/{last_month()}/{item(SECRETARY)}"))


def test_a_difference_between_items_and_total_is_shown_and_not_hidden(enter: Enter) -> None:
    number = billed()
    execute("UPDATE sandbox_bill SET total = total + 123 WHERE msisdn = %s", [number.digits])
    said = plain(read(enter(number, language="en"), f"/my/bills/{last_month()}"))
    assert "a difference of CNY 1.23" in said
    assert "add up to exactly" not in said


def test_months_are_drawn_by_kind_with_the_table_behind_and_the_running_one_first(enter: Enter) -> None:
    page = read(enter(billed(), language="en"), "/my/bills")
    assert "<svg" in page
    assert "This month so far" in page
    said = plain(page)
    assert "Fees of third parties" in said
    assert f"CNY {TOTAL / 100:.2f}" in said
    assert page.count('scope="row"') == bills.MONTHS
    assert read(enter(billed()), "/my/bills?months=12").count('scope="row"') == 12


def test_looking_at_a_bill_is_one_attempt_in_a_visit(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    for _ in range(2):
        read(client, f"/my/bills/{last_month()}")
    tried = Attempt.objects.get(msisdn=number.digits, service="bill_by_month")
    assert (tried.channel, tried.outcome) == ("web", "done")


def test_a_call_shows_its_beginning_length_place_and_rate_and_what_is_odd_about_it(enter: Enter) -> None:
    client = enter(billed(), language="en")
    said = plain(read(client, f"/my/bills/{last_month()}/{item(CALL)}"))
    assert f"Began {last_month()}-21 18:00" in said
    assert "Lasted 3 min 52 s" in said
    assert "HT-1102" in said
    assert "CNY 0.15 for each minute begun" in said
    assert "shorter than 3 s or longer than 6 h" in said, "the bounds are the policy's"
    assert "nothing looks wrong" in said
    assert "an announcement, which should be free" in plain(read(client, f"/my/bills/{last_month()}/{item(FREE)}"))


def test_it_says_who_ordered_what_for_whom_and_what_was_never_ordered(enter: Enter) -> None:
    client = enter(billed(), language="en")
    joke = plain(read(client, f"/my/bills/{last_month()}/{item(JOKE)}"))
    assert "another line 139****0006 (shop)" in joke
    assert "more than the price it was ordered at" in joke
    assert "13900050006" not in joke
    assert "There is no order for it" in plain(read(client, f"/my/bills/{last_month()}/{item(STRANGER)}"))
    assert "comes with your plan" in plain(read(client, f"/my/bills/{last_month()}/{item(PLAN)}"))
    assert "Dispute" in plain(read(client, f"/my/bills/{last_month()}/{item(DISCOUNT)}"))


def test_what_was_ordered_with_us_shows_the_very_words_in_which_it_was_confirmed(enter: Enter) -> None:
    number = fresh()
    now = datetime.now(UTC)
    reception = wiring.reception()
    served = pick(reception, number, new_reference()[0], now, service="caller_id", verb="subscribe", agreed="")
    if served.asks:
        served = pick(reception, number, new_reference()[0], now, answers=served.reference, yes=True)
    assert served.outcome == "done", served
    month = f"{timezone.localtime(now):%Y-%m}"
    found = bills.read(wiring.office(), number, month, now + timedelta(seconds=1))
    charged = [one for one in found.items if one.charge.product == "caller_id"]
    assert charged, "the fee of the month is on the running bill"
    said = plain(read(enter(number, language="en"), f"/my/bills/{month}/{charged[0].charge.id}"))
    assert "Our record: done by you (web)" in said
    assert "Caller ID" in said


def test_the_table_is_for_spreadsheets_and_holds_no_formula(enter: Enter) -> None:
    answer = enter(billed()).get(f"/my/bills/{last_month()}/table.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bill-{last_month()}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[-1][0] == "合计"
    assert rows[-1][4] == rows[-2][4] == f"{TOTAL / 100:.2f}"
    cells = [cell for row in rows for cell in row]
    assert "'=1+1" in cells
    assert not any(cell[:1] in "=+@" for cell in cells if cell)
    assert item(FORMULA) in cells


def test_names_from_third_parties_are_words_and_never_markup(enter: Enter) -> None:
    client = enter(billed())
    for address in (f"/my/bills/{last_month()}", f"/my/bills/{last_month()}/{item(STRANGER)}"):
        page = read(client, address)
        assert XSS not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("month", ["2999-01", "1991-13", "2026-1", "202610", "..", "２０２６-10", "1990-01"])
def test_a_month_that_is_none_or_lies_ahead_has_no_bill(enter: Enter, month: str) -> None:
    client = enter(billed())
    for address in (f"/my/bills/{month}", f"/my/bills/{month}/table.csv", f"/my/bills/{month}/202610-1"):
        assert client.get(address).status_code == 404


def test_an_item_of_somebody_else_or_of_another_month_is_not_there(enter: Enter) -> None:
    other, client = billed(), enter(fresh())
    assert other
    for place in (1, 9, 99):
        assert client.get(f"/my/bills/{last_month()}/{item(place)}x").status_code == 404
    mine = enter(other)
    this = f"{timezone.localtime(datetime.now(UTC)):%Y-%m}"
    assert mine.get(f"/my/bills/{this}/{item(PLAN)}").status_code == 404
    assert mine.get(f"/my/bills/{last_month()}/{item(PLAN)}").status_code == 200


def test_a_carrier_that_is_down_is_said_to_be_down_and_nothing_is_made_up(enter: Enter) -> None:
    number = billed()
    client = enter(number, language="en")
    stumbling.stumble("down", msisdns=[number])
    for address in ("/my/bills", f"/my/bills/{last_month()}", f"/my/bills/{last_month()}/{item(PLAN)}"):
        page = read(client, address, 503)
        assert "does not answer right now" in page
        assert "CNY" not in page
    assert Attempt.objects.get(msisdn=number.digits, service="bill_by_month").outcome == "failed"


def test_whoever_has_not_signed_in_sees_nothing() -> None:
    answer = Client().get(f"/my/bills/{last_month()}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/my/sign-in?next=")
