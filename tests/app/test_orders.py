"""Orders, payments, recommendations and leaving by an app: the same rooms as the pages, once under a key, only one's own."""

from typing import Any

import pytest

from careline.channels.app import pace
from careline.offers.models import Leaving
from careline.orders.records.order import Order
from careline.payments.models import Payment
from careline.values.reference import new_reference
from tests.app.conftest import PASSWORD, App, SignUp, fresh, refused, with_password

RECEIVER = {"name": "王芳", "phone": "13900000001", "address": "人民大街1号2单元301"}


def order_for(own: App, pay: str = "arrival") -> dict[str, Any]:
    """A body that can be ordered, from what the shop says."""
    shop = own.get("/shop/goods").json()
    thing = next(one for one in shop["items"] if one["fits"] and one["left"] and pay in one["pays"])
    region = shop["regions"][0]["id"]
    lines = [{"goods": thing["id"], "count": 1}]
    draft = own.post("/orders/draft", {"lines": lines, "region": region})
    assert draft.status_code == 200, draft.content
    told = draft.json()
    return {
        "lines": lines, "receiver": RECEIVER | {"region": region}, "slot": told["slots"][0]["id"], "pay": pay,
        "agreed_fen": told["total"]["fen"],
    }  # fmt: skip


def test_what_is_sold_has_this_lines_price_and_its_seller_a_standing(sign_up: SignUp) -> None:
    own = sign_up()
    things = own.get("/shop/goods").json()["items"]
    assert things
    told = own.get(f"/shop/goods/{things[0]['id']}").json()
    assert told["price"]["fen"] <= told["list_price"]["fen"]
    assert told["standing"]["level"] in ("good", "fair", "poor", "new")
    refused(own.get("/shop/goods/no_such_thing"), 404, "not_found")
    assert {one["kind"] for one in own.get("/shop/goods?kind=handset").json()["items"]} == {"handset"}


def test_an_order_is_placed_once_and_followed_until_it_is_cancelled(sign_up: SignUp) -> None:
    own = sign_up()
    body, key = order_for(own), new_reference()[0]
    placed = own.post("/orders", body, Idempotency_Key=key)
    assert placed.status_code == 201, placed.content
    number = placed.json()["number"]
    assert placed["Location"] == f"/api/v1/orders/{number}"
    assert own.post("/orders", body, Idempotency_Key=key).json() == placed.json()
    assert Order.objects.count() == 1
    assert [one["number"] for one in own.get("/orders").json()["items"]] == [number]
    told = own.get(f"/orders/{number}").json()
    assert told["timeline"][0]["who"] == "you"
    assert told["phone"] == "139****0001"
    ended = own.post(f"/orders/{number}/cancel", {"reason": "不想要了"})
    assert ended.json()["state"] == "cancelled"
    assert refused(own.post(f"/orders/{number}/cancel", {}), 409, "not_possible")["why"] == "way"


def test_another_total_than_was_shown_orders_nothing(sign_up: SignUp) -> None:
    own = sign_up()
    body = order_for(own)
    told = refused(own.post("/orders", body | {"agreed_fen": body["agreed_fen"] + 1}), 409, "not_possible")
    assert told["why"] == "price"
    assert not Order.objects.exists()


def test_a_delivery_is_changed_by_whoever_read_its_latest_version(sign_up: SignUp) -> None:
    own = sign_up()
    number = own.post("/orders", order_for(own)).json()["number"]
    version = own.get(f"/orders/{number}")["ETag"]
    region = own.get("/shop/goods").json()["regions"][0]["id"]
    body = {"receiver": RECEIVER | {"region": region, "address": "解放路8号"}}
    refused(own.put(f"/orders/{number}/delivery", body), 428, "version_needed")
    changed = own.put(f"/orders/{number}/delivery", body, If_Match=version)
    assert changed.json()["address"] == "解放路8号"
    refused(own.put(f"/orders/{number}/delivery", body, If_Match=version), 412, "version_moved")


def test_nobody_sees_or_touches_the_order_of_another(sign_up: SignUp) -> None:
    theirs, mine = sign_up(), sign_up()
    number = theirs.post("/orders", order_for(theirs)).json()["number"]
    refused(mine.get(f"/orders/{number}"), 404, "not_found")
    for deed, body in (
        ("cancel", {}), ("return", {"reason": "x"}), ("rating", {"goods": 1, "service": 1}), ("pay", {"pay": "online"}),
        ("complaint", {"words": "x"}), ("received", None),
    ):  # fmt: skip
        refused(mine.post(f"/orders/{number}/{deed}", body), 404, "not_found")
    assert theirs.get(f"/orders/{number}").json()["state"] != "cancelled"


def test_what_is_paid_online_says_where_to_pay(sign_up: SignUp) -> None:
    own = sign_up()
    placed = own.post("/orders", order_for(own, "online"))
    assert placed.status_code == 201, placed.content
    assert placed.json()["pay_page"]
    paid = own.get("/payments").json()["items"][0]
    assert (paid["purpose"], paid["subject"], paid["can_cancel"]) == ("order", placed.json()["number"], False)
    assert refused(own.post(f"/payments/{paid['id']}/cancel"), 409, "not_possible")["why"] == "of_an_order"


def test_a_complaint_about_an_order_is_a_case(sign_up: SignUp) -> None:
    own = sign_up()
    number = own.post("/orders", order_for(own)).json()["number"]
    answer = own.post(f"/orders/{number}/complaint", {"words": "外包装破了"})
    assert answer.status_code == 201, answer.content
    assert own.get(f"/cases/{answer.json()['docket']}").json()["category"] == "order"


def test_a_top_up_begins_once_at_the_price_that_was_agreed_to(sign_up: SignUp) -> None:
    own = sign_up()
    told = refused(own.post("/top-ups", {"fen": 5000, "agreed_fen": 1}), 409, "not_possible")
    assert told["why"] == "price"
    body, key = {"fen": 5000, "agreed_fen": told["price_fen"]}, new_reference()[0]
    begun = own.post("/top-ups", body, Idempotency_Key=key)
    assert begun.status_code == 201, begun.content
    shown = begun.json()
    assert shown["page"]
    assert shown["value"]["fen"] == 5000
    assert own.post("/top-ups", body, Idempotency_Key=key).json()["id"] == shown["id"]
    assert Payment.objects.count() == 1
    assert own.get(f"/payments/{shown['id']}").json()["state"] == "redirected"
    assert own.post(f"/payments/{shown['id']}/cancel").json()["state"] == "cancelled"
    refused(sign_up().get(f"/payments/{shown['id']}"), 404, "not_found")


def test_numbers_of_others_are_not_tried_out_by_topping_them_up(sign_up: SignUp) -> None:
    own = sign_up()
    for turn in range(30):
        pace._buckets.clear()
        body = {"fen": 5000, "agreed_fen": 5000, "number": f"+86139123{turn:05}"}
        answer = own.post("/top-ups", body)
        assert refused(answer, 409, "not_possible")["why"] in ("no_top_up", "price")
    refused(own.post("/top-ups", {"fen": 5000, "agreed_fen": 5000, "number": "+8613912399999"}), 429, "too_many")


def test_points_and_credit_are_the_carriers(sign_up: SignUp) -> None:
    own = sign_up()
    assert own.get("/points").json()["points"] >= 0
    assert own.get("/credit").json()["room"]["fen"] >= 0


def test_a_recommendation_is_answered_with_never_for_good(sign_up: SignUp) -> None:
    own, other = sign_up(), sign_up()
    told = own.get("/offers").json()["items"]
    assert len(told) <= 1
    for one in told:
        refused(other.post(f"/offers/{one['showing']}/answer", {"answer": "yes"}), 404, "not_found")
        assert own.post(f"/offers/{one['showing']}/answer", {"answer": "never"}).status_code == 204
        assert own.get("/preferences").json()["wanted"]["offers"] is False
    refused(own.post(f"/offers/{new_reference()[0]}/answer", {"answer": "never"}), 404, "not_found")


def test_leaving_says_what_it_means_and_needs_the_password_at_the_end(sign_up: SignUp) -> None:
    number = with_password()
    own = sign_up(number)
    told = own.get("/leaving").json()
    assert told["state"] is None
    assert told["means"]["basic"]["fen"] > 0
    assert not Leaving.objects.exists()
    assert own.post("/leaving", {"reason": told["reasons"][0]}).json()["state"] == "asked"
    day = {"answer": "leave", "day": told["days"][1]}
    refused(own.post("/leaving/answer", day), 403, "prove_first")
    assert own.post("/leaving/answer", {"answer": "think"}).json()["state"] == "undecided"
    refused(own.post("/leaving", {"reason": "nonsense"}), 422, "invalid")


@pytest.mark.django_db(transaction=True)
def test_who_leaves_can_take_it_back(sign_up: SignUp) -> None:
    own = sign_up(with_password(), password=PASSWORD)
    told = own.post("/leaving", {"reason": own.get("/leaving").json()["reasons"][0]}).json()
    left = own.post("/leaving/answer", {"answer": "leave", "day": told["days"][1]})
    assert left.status_code == 200, left.content
    assert left.json()["state"] == "agreed"
    assert left.json()["effective_on"] == told["days"][1]
    assert own.post("/leaving/answer", {"answer": "take_back"}).json()["state"] == "withdrawn"


def test_a_person_calls_back_where_that_is_set_up(sign_up: SignUp) -> None:
    own = sign_up(fresh())
    assert refused(own.post("/person", {"words": "账单看不懂"}), 409, "not_possible")["why"] == "off"
