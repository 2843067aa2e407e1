"""The staff's pages of orders: gates, looks, steps, what customers wrote, the stock, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from careline.identity.looking import VALID
from careline.identity.models import Staff
from careline.journal.models import Entry
from careline.orders.records.order import Order
from careline.orders.records.stock import Stock
from careline.orders.states import State
from tests.orders.shop import HOME, customer, led, placed, read

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
PAGES = ("", "?tab=way", "?tab=returns", "?tab=all", "?tab=unknown", "packing", "stock", "sellers", "figures")


@pytest.fixture
def tang(sign_in: SignIn) -> Client:
    return sign_in("tang", "shipper")


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def post(client: Client, order: Order, deed: str, **fields: str) -> str:
    """The step as the page of the order sends it; the page afterwards."""
    found = read(order)
    fields.setdefault("version", str(found.version))
    answer = client.post(f"/staff/orders/{order.number}/{deed}", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_shows_itself_in_both_languages(sign_in: SignIn, language: str) -> None:
    led(customer(), State.CONFIRMED, how="arrival")
    client = sign_in("tang", "shipper", language=language)
    for one in PAGES:
        said = text(client, f"/staff/orders/{one}")
        assert ("包裹" in said or "订单" in said) == (language == "zh-hans"), one


def test_who_may_not_send_sees_nothing(sign_in: SignIn) -> None:
    order = led(customer(), State.CONFIRMED, how="arrival")
    client = sign_in("sun", "support")
    for one in (*PAGES, order.number):
        assert client.get(f"/staff/orders/{one}").status_code == 403
    assert client.post(f"/staff/orders/{order.number}/pack", {"version": order.version}).status_code == 403
    assert client.post("/staff/orders/stock/charger", {"on_hand": "1", "reason": "x"}).status_code == 403
    manager = sign_in("chen", "duty_manager")
    assert manager.get(f"/staff/orders/{order.number}").status_code == 200
    assert manager.get("/staff/orders/stock").status_code == 403
    assert Client().get("/staff/orders/").status_code == 302


def test_receivers_are_hidden_until_somebody_says_what_for(tang: Client, person: Callable[..., Staff]) -> None:
    order = led(customer(), State.CONFIRMED, how="arrival")
    for address in ("/staff/orders/", "/staff/orders/packing", f"/staff/orders/{order.number}"):
        said = text(tang, address)
        assert HOME.name not in said
        assert HOME.address not in said
        assert HOME.phone not in said
        assert order.msisdn not in said
    tang.post(f"/staff/orders/{order.number}/look", {"purpose": " "})
    assert HOME.address not in text(tang, f"/staff/orders/{order.number}")
    tang.post(f"/staff/orders/{order.number}/look", {"purpose": "问路"})
    said = text(tang, f"/staff/orders/{order.number}")
    assert HOME.address in said
    assert HOME.name in said
    looked = Entry.objects.get(did="look")
    assert order.number in looked.detail["purpose"]
    assert order.msisdn not in looked.record
    assert VALID.total_seconds() > 0


def test_an_order_is_led_from_page_to_page(tang: Client) -> None:
    order = placed(customer(), "charger", how="arrival")
    assert "Accept the order" in text(tang, f"/staff/orders/{order.number}")
    post(tang, order, "accept")
    post(tang, order, "pack")
    post(tang, order, "hand_over", courier="sandbox")
    assert read(order).state == State.DISPATCHED
    assert read(order).parcels.get().number.startswith("FY")
    post(tang, order, "mark", did="out_for_delivery", place="临江")
    said = post(tang, order, "mark", did="refused", reason="不要了")
    assert "临江" in said
    post(tang, order, "note", reason="客户电话里说改天再买")
    assert "改天再买" in post(tang, order, "take_back")
    assert read(order).state == State.RETURNED
    assert read(order).events.filter(by="tang").count() >= 6


def test_a_refused_step_says_why_and_changes_nothing(tang: Client) -> None:
    order = led(customer(), State.CONFIRMED, how="arrival")
    assert "not possible in the present state" in post(tang, order, "take_back")
    assert "Somebody else changed" in post(tang, order, "pack", version="1")
    assert "Somebody else changed" in post(tang, order, "pack", version="²")
    assert "Say why" in post(tang, order, "turn_down", reason=" ")
    assert read(order).state == State.CONFIRMED
    assert tang.post(f"/staff/orders/{order.number}/explode", {"version": "1"}).status_code == 404
    assert tang.get("/staff/orders/NOSUCH").status_code == 404
    assert tang.get(f"/staff/orders/{order.number}/pack").status_code == 405


def test_what_anybody_wrote_stays_text(tang: Client) -> None:
    from careline.orders import changing
    from careline.orders.placing import Receiver
    from careline.values.msisdn import Msisdn

    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    order = placed(customer(), "charger", how="arrival", receiver=Receiver(bad[:40], "13900050009", bad, "linjiang"))
    tang.post(f"/staff/orders/{order.number}/look", {"purpose": bad})
    for deed, fields in (
        ("note", {"reason": bad}),
        ("accept", {}),
        ("pack", {}),
        ("hand_over", {"courier": "sandbox"}),
    ):
        post(tang, order, deed, **fields)
    post(tang, order, "mark", did="arrived", place=bad, reason=bad)
    mine: dict[str, Any] = {"msisdn": Msisdn(order.msisdn), "channel": "web", "now": read(order).arrived_at}
    changing.receive(order.number, **mine)
    changing.rate(order.number, 1, 1, bad, **mine)
    for address in (
        f"/staff/orders/{order.number}",
        "/staff/orders/sellers",
        "/staff/orders/?q=" + bad,
        "/staff/journal",
    ):
        answer = tang.get(address)
        assert "<script>alert" not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()


def test_the_stock_is_counted_with_a_reason_and_never_below_what_is_promised(tang: Client) -> None:
    led(customer(), State.CONFIRMED, how="arrival")
    where = "/staff/orders/stock/charger"
    for fields in (
        {"on_hand": "0", "reason": "盘点"},
        {"on_hand": "-1", "reason": "盘点"},
        {"on_hand": "7", "reason": ""},
    ):
        tang.post(where, fields)
        assert Stock.objects.get(goods="charger").on_hand == 200
    tang.post(where, {"on_hand": "7", "reason": "盘点少了"})
    assert Stock.objects.get(goods="charger").on_hand == 7
    assert "盘点少了" in text(tang, "/staff/orders/stock?of=charger")
    assert Entry.objects.filter(did="stock_counted").count() == 1


def test_an_order_is_found_by_its_number_as_people_write_it(tang: Client) -> None:
    order = led(customer(), State.CONFIRMED, how="arrival")
    written = f"{order.number[:3].lower()} {order.number[3:6]}-{order.number[6:]}"
    answer = tang.get("/staff/orders/", {"q": written})
    assert answer.headers["Location"] == f"/staff/orders/{order.number}"
    assert "There is no such order" in text(tang, "/staff/orders/?q=K12")
    assert not re.findall(r"[0-9]{11}", text(tang, "/staff/orders/"))


def test_the_case_of_a_complaint_names_its_order_and_the_order_its_case(sign_in: SignIn) -> None:
    from careline.orders import complaining
    from tests.orders.shop import NOON

    who = customer()
    order = led(who, State.ARRIVED, how="arrival")
    docket = complaining.complain(
        order.number, "盒子是空的", msisdn=who, key="web:1", channel="web", by="subscriber", now=NOON
    ).case.docket
    chen = sign_in("chen", "duty_manager")
    assert f"/staff/orders/{order.number}" in text(chen, f"/staff/cases/{docket}")
    assert docket in text(chen, f"/staff/orders/{order.number}")
    wang = sign_in("wang", "handler")
    assert order.number in text(wang, f"/staff/cases/{docket}")
