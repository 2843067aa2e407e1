"""Ordering by the pages: from the shelf to the door and back, each step shown, each button pressed twice counts once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline import wiring
from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.cases.records.case import Case
from careline.orders import sending
from careline.orders.records.card import Card
from careline.orders.records.order import Order
from careline.outbox.models import Message
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.models import Payment
from careline.values.msisdn import Msisdn
from tests.web.conftest import PASSWORD, Enter, with_password
from tests.web.test_money import basic, fresh, hidden, till

ADDRESS = {"name": "陈桂兰", "phone": "13900000001", "address": "文三路 1 号", "region": "zhejiang"}


def chosen(client: Client, goods: str = "charger", how: str = "online", count: int = 1) -> str:
    """Chosen, filled in, and looked at: the page before the button."""
    client.post("/my/shop/basket", {"goods": goods, "count": str(count)})
    page = client.get("/my/orders/new").content.decode()
    slot = re.findall(r'name="slot" value="([^"]+)"', page)[0]
    answer = client.post("/my/orders/new", ADDRESS | {"slot": slot, "how": how, "look": "1"})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def ordered(client: Client, **more: object) -> Order:
    answer = client.post("/my/orders/new", hidden(chosen(client, **more)) | {"place": "1"})  # type: ignore[arg-type]
    assert answer.status_code == 302, answer.content.decode()
    return Order.objects.latest("placed_at")


def to_the_door(order: Order) -> None:
    """Staff and courier bring it; what is to be taken on the way is taken."""
    at = datetime.now(UTC)
    if Order.objects.get(pk=order.pk).state == "placed":
        sending.accept(order.number, by="liu", now=at)
    sending.pack(order.number, by="liu", now=at)
    if order.payment:
        wiring.till().go_on(order.payment, at)
    sending.hand_over(order.number, "sandbox", f"P{order.number}", by="liu", now=at)
    sending.mark(order.number, "arrived", by="liu", now=at)


def state(order: Order) -> tuple[str, str]:
    held = Order.objects.get(pk=order.pk)
    return held.state, held.money


@pytest.mark.requirement("ORD-01", "ORD-04")
def test_an_order_from_the_shelf_to_the_payment_with_both_standings_before_the_button(enter: Enter) -> None:
    client = enter(fresh())
    assert "双口充电器" in client.get("/my/shop?kind=accessory").content.decode()
    thing = client.get("/my/shop/charger").content.decode()
    assert "卖家信用" in thing or "卖家" in thing
    seen = chosen(client)
    assert "双方信用" in seen
    assert "您的购买信用" in seen
    assert seen.count('class="tag') >= 2
    assert "下单，共 77.00元" in seen, "69 and 8 for the delivery"
    answer = client.post("/my/orders/new", hidden(seen) | {"place": "1"})
    assert answer.headers["Location"].startswith("/till/")
    order = Order.objects.get()
    page = client.get(till(client, "pay")).content.decode()
    assert "已预留" in page
    assert state(order) == ("confirmed", "held")
    assert order.number in client.get("/my/orders").content.decode()


def test_ten_clicks_are_one_order_and_one_payment(enter: Enter) -> None:
    client = enter(fresh())
    sent = hidden(chosen(client)) | {"place": "1"}
    places = {client.post("/my/orders/new", sent).headers["Location"] for _ in range(10)}
    assert len(places) == 1
    assert (Order.objects.count(), Payment.objects.count(), SandboxBill.objects.count()) == (1, 1, 1)


@pytest.mark.requirement("ORD-05")
def test_on_arrival_nothing_is_taken_before_the_customer_says_so(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    payment = Payment.objects.get()
    to_the_door(order)
    assert Payment.objects.get(pk=payment.pk).captured == 0
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "确认后才收 77.00元" in page
    client.post(f"/my/orders/{order.number}/receive")
    assert Payment.objects.get(pk=payment.pk).captured == 7_700
    client.post(f"/my/orders/{order.number}/receive")
    assert Payment.objects.get(pk=payment.pk).captured == 7_700
    assert state(order) == ("received", "paid")


@pytest.mark.requirement("ORD-01")
def test_a_cancelled_order_gives_the_money_back_once(enter: Enter) -> None:
    number = fresh(basic=20_000)
    client = enter(number)
    order = ordered(client, how="balance")
    assert basic(number) == 12_300
    for _ in range(2):
        client.post(f"/my/orders/{order.number}/cancel", {"reason": "不想要了"})
    assert basic(number) == 20_000
    assert state(order) == ("cancelled", "back")


def test_an_account_that_cannot_pay_is_not_charged_and_another_way_is_open(enter: Enter) -> None:
    number = fresh(basic=500)
    client = enter(number)
    order = ordered(client, how="balance")
    assert basic(number) == 500
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "没有付成" in page
    answer = client.post(f"/my/orders/{order.number}/pay", {"how": "online"})
    assert answer.headers["Location"].startswith("/till/")
    till(client, "pay")
    assert state(order) == ("confirmed", "held")


@pytest.mark.requirement("ORD-03")
def test_address_and_time_can_be_changed_until_it_leaves(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    slot = re.findall(r'<option value="(\d{4}[^"]+)"', page)[-1]
    changed = ADDRESS | {"address": "学院路 2 号", "slot": slot}
    answer = client.post(f"/my/orders/{order.number}/change", changed)
    assert answer.status_code == 302, answer.content.decode()
    assert "学院路 2 号" in client.get(f"/my/orders/{order.number}").content.decode()
    to_the_door(order)
    late = client.post(f"/my/orders/{order.number}/change", ADDRESS | {"address": "第三条街 3 号"})
    assert late.status_code == 422
    assert "第三条街" not in str(Order.objects.get().address)


def test_a_tab_that_was_left_open_does_not_write_over_a_newer_address(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    path = f"/my/orders/{order.number}"
    shown = re.findall(r'name="version" value="(\d+)"', client.get(path).content.decode())[0]
    newer = ADDRESS | {"address": "学院路 2 号", "version": shown}
    assert client.post(f"{path}/change", newer).status_code == 302
    stale = client.post(f"{path}/change", ADDRESS | {"address": "旧街 9 号", "version": shown})
    assert stale.status_code == 422
    page = stale.content.decode()
    assert "订单刚刚有变化" in page
    assert "旧街 9 号" in page  # what was typed stays in the form
    assert Order.objects.get().address == "学院路 2 号"


def test_nobody_gives_stars_by_leaving_the_form_alone(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    to_the_door(order)
    client.post(f"/my/orders/{order.number}/receive")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert page.count('<option value="" selected>') >= 2
    answer = client.post(f"/my/orders/{order.number}/rate", {"goods": "", "service": "", "words": "还行"})
    assert answer.status_code == 422
    assert Order.objects.get().rated_at is None


@pytest.mark.requirement("ORD-02", "ORD-06")
def test_the_timeline_tells_each_step_and_it_is_rated_once(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    to_the_door(order)
    client.post(f"/my/orders/{order.number}/receive")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert page.count("<li class=") >= 5
    assert len(re.findall(r"<time datetime=", page)) >= 5
    client.post(f"/my/orders/{order.number}/rate", {"goods": "5", "service": "4", "words": "<b>好</b>"})
    again = client.post(f"/my/orders/{order.number}/rate", {"goods": "1", "service": "1"})
    assert again.status_code == 422
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "商品 5 分，服务 4 分" in page
    assert "<b>好</b>" not in page


@pytest.mark.requirement("ORD-07")
def test_a_complaint_from_an_order_is_a_case_that_names_it(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    sent = {"key": hidden(page)["key"], "words": "到现在还没送来"}
    for _ in range(2):
        assert client.post(f"/my/orders/{order.number}/complain", sent).status_code == 302
    [case] = Case.objects.all()
    assert case.matter == order.number
    assert case.docket in client.get(f"/my/orders/{order.number}").content.decode()


def test_what_does_not_suit_is_sent_back(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client, how="arrival")
    to_the_door(order)
    client.post(f"/my/orders/{order.number}/receive")
    silent = client.post(f"/my/orders/{order.number}/return", {"reason": " "})
    assert silent.status_code == 422
    client.post(f"/my/orders/{order.number}/return", {"reason": "颜色不喜欢"})
    assert state(order)[0] == "returning"


def test_a_strangers_order_is_not_there(enter: Enter) -> None:
    order = ordered(enter(fresh()), how="arrival")
    stranger = enter(fresh())
    assert stranger.get(f"/my/orders/{order.number}").status_code == 404
    for deed in ("cancel", "receive", "return", "rate", "change", "pay", "complain"):
        assert stranger.post(f"/my/orders/{order.number}/{deed}", {"reason": "x", "words": "x"}).status_code == 404
    assert order.number not in stranger.get("/my/orders").content.decode()
    assert state(order)[0] == "placed"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "请填收货人姓名"),
        ("phone", "12", "请填能打通的电话"),
        ("address", "", "请填详细地址"),
        ("slot", "2020-01-01/09:00-12:00", "请选送货时间"),
        ("how", "gold", "请选一种付款方式"),
        ("address", "长" * 210, "写得太长了"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(enter: Enter, field: str, value: str, says: str) -> None:
    client = enter(fresh())
    client.post("/my/shop/basket", {"goods": "charger", "count": "1"})
    slot = re.findall(r'name="slot" value="([^"]+)"', client.get("/my/orders/new").content.decode())[0]
    sent = ADDRESS | {"slot": slot, "how": "online", "look": "1", field: value}
    answer = client.post("/my/orders/new", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert field == "name" or "陈桂兰" in page


def test_another_total_than_the_one_shown_is_shown_again(enter: Enter) -> None:
    client = enter(fresh())
    answer = client.post("/my/orders/new", hidden(chosen(client)) | {"place": "1", "agreed": "1"})
    assert "价格刚刚变了" in answer.content.decode()
    assert not Order.objects.exists()


def test_what_is_written_into_an_order_is_never_markup(enter: Enter) -> None:
    client = enter(fresh())
    evil = '<script>alert(1)</script>"x'
    client.post("/my/shop/basket", {"goods": "charger", "count": "1"})
    slot = re.findall(r'name="slot" value="([^"]+)"', client.get("/my/orders/new").content.decode())[0]
    sent = ADDRESS | {"name": evil, "address": evil, "slot": slot, "how": "arrival", "look": "1"}
    page = client.post("/my/orders/new", sent).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/my/shop", "/my/shop/charger", "/my/orders", "/my/orders/new"])
def test_pages_are_complete_in_english_and_kept_from_strangers(enter: Enter, path: str) -> None:
    assert Client().get(path).status_code == 302
    client = enter(fresh(language="en"), language="en")
    client.post("/my/shop/basket", {"goods": "charger", "count": "1"})
    main = client.get(path).content.decode().split("<main")[1].split("</main>")[0]
    assert not re.search(r"[\u4e00-\u9fff]", main), re.findall(r"[\u4e00-\u9fff]+", main)


def delivered_sim(client: Client, goods: str) -> Order:
    """A SIM that was ordered on the pages, its card set apart, and brought to the door."""
    order = ordered(client, goods=goods)
    if order.payment:  # a replacement is free for some brands
        client.get(till(client, "pay"))
    wiring.card_desk().sweep(datetime.now(UTC))
    to_the_door(order)
    return order


def test_a_new_sim_is_activated_on_the_page_of_its_order_once(enter: Enter) -> None:
    client = enter(fresh())
    order = delivered_sim(client, "sim_new")
    card = Card.objects.get(line__order=order)
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert Msisdn(card.served).national() in page
    assert "卡在您手里了吗" in page
    for _ in range(2):
        assert client.post(f"/my/orders/{order.number}/activate").status_code == 302
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "插卡就能用" in page
    assert "/activate" not in page
    assert order.events.filter(did="card_active").count() == 1
    served = Msisdn(card.served)
    assert wiring.carrier().lines([served])[served].status == "active"


def test_a_page_says_that_the_carrier_has_not_answered(enter: Enter) -> None:
    client = enter(fresh())
    order = delivered_sim(client, "sim_new")
    stumble("down", kind="activate")
    client.post(f"/my/orders/{order.number}/activate")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "系统还没有答复，我们会一直办到成功" in page
    assert "插卡就能用" not in page
    recover()
    wiring.card_desk().sweep(datetime.now(UTC) + timedelta(minutes=2))
    assert "插卡就能用" in client.get(f"/my/orders/{order.number}").content.decode()


def test_a_replacement_asks_for_the_service_password_on_the_page(enter: Enter) -> None:
    number = with_password()
    client = enter(number)
    order = delivered_sim(client, "sim_spare")
    page = client.get(f"/my/orders/{order.number}").content.decode()
    assert "换卡要先输入服务密码" in page
    assert "/activate" not in page
    refused = client.post(f"/my/orders/{order.number}/activate")
    assert refused.status_code == 422
    assert "换卡要先输入服务密码" in refused.content.decode()
    assert Card.objects.get(line__order=order).state == "reserved"
    sure = enter(number, password=PASSWORD)
    assert sure.post(f"/my/orders/{order.number}/activate").status_code == 302
    assert "旧卡" in Message.objects.get(msisdn=number.digits, key="order.card_active_replacement").text


def test_nobody_activates_by_the_page_of_another(enter: Enter) -> None:
    order = delivered_sim(enter(fresh()), "sim_new")
    assert enter(fresh()).post(f"/my/orders/{order.number}/activate").status_code == 404
    assert Card.objects.get(line__order=order).state == "reserved"
