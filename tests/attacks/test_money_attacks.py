"""Money before fraudsters: keys that are shared, give-backs in slices, top-ups that shut others out, forged and foreign notices."""

import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.cases.models import Case
from careline.cases.opening import NewCase, accept
from careline.cases.states import NotAllowed
from careline.channels.signing import signature
from careline.orders.records.order import Order
from careline.orders.records.parcel import Report
from careline.payments.models import Notice, Payment, Step
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn
from tests.staff.conftest import person as person
from tests.staff.conftest import sign_in as sign_in
from tests.web.conftest import PASSWORD, Enter, with_password
from tests.web.conftest import enter as enter
from tests.web.conftest import hall_is_open as hall_is_open
from tests.web.test_money import basic, begun, fresh, hidden, look, till
from tests.web.test_shop import chosen, ordered, state, to_the_door

NOW = datetime.now(UTC)


def complain(client: Client, order: Order, words: str, key: str = "") -> str:
    client.post(f"/my/orders/{order.number}/complain", {"words": words, "key": key})
    return Case.objects.latest("pk").docket


def test_two_customers_without_a_key_have_two_cases_and_see_none_of_each_other(enter: Enter) -> None:
    hers, his = enter(fresh()), enter(fresh())
    first, second = ordered(hers), ordered(his)
    docket = complain(hers, first, "包装破了")
    other = complain(his, second, "少了一件")
    assert docket != other, "his complaint is his own"
    assert docket not in his.get(f"/my/orders/{second.number}").content.decode()
    assert {Case.objects.get(docket=docket).matter, Case.objects.get(docket=other).matter} == {
        first.number,
        second.number,
    }


@pytest.mark.django_db
def test_the_key_of_one_customer_opens_no_case_to_another() -> None:
    mine, stranger = fresh(), fresh()
    new = NewCase("web:same", mine, "enquiry", "", "我的账单", "web")
    docket = accept(new, by="subscriber", now=NOW).case.docket
    with pytest.raises(NotAllowed, match="no_key"):
        accept(NewCase("web:same", stranger, "enquiry", "", "别人的", "web"), by="subscriber", now=NOW)
    assert accept(new, by="subscriber", now=NOW).case.docket == docket


def test_who_begins_top_ups_for_somebody_does_not_shut_them_out(enter: Enter) -> None:
    victim = fresh()
    for _ in range(2):
        stalker = enter(fresh())
        for _ in range(11):
            other = {"whose": "other", "number": victim.national(), "again": victim.national()}
            stalker.post("/my/top-up", hidden(look(stalker, **other)) | {"pay": "1"})
    assert Payment.objects.filter(payee=victim.digits).count() == 20, "so many may be begun for one number by others"
    assert begun(enter(victim)).payee == victim.digits


def test_a_clerk_gives_nothing_back_in_slices_past_the_second_person(enter: Enter, sign_in: SignIn) -> None:
    client = enter(fresh(basic=30_000))
    order = ordered(client, how="balance")
    to_the_door(order)
    payment = Payment.objects.get(pk=Order.objects.get(pk=order.pk).payment)
    clerk = sign_in("lao-qian", "handler")
    for turn in range(3):
        sent = {"fen": "25", "reason": "好意", "key": f"slice-{turn}"}
        clerk.post(f"/staff/payments/{payment.pk}/back", sent)
    steps = Step.objects.filter(payment=payment, what="give_back").order_by("begun_at")
    assert [one.state for one in steps] == ["done", "done", "waiting"], "75 yuan are more than one person may give"
    clerk.post(f"/staff/payments/{payment.pk}/steps/{steps[2].pk}", {"answer": "yes"})
    assert Step.objects.get(pk=steps[2].pk).state == "waiting"


def test_prices_counts_and_ways_to_pay_are_the_shops_whatever_the_form_says(enter: Enter) -> None:
    client = enter(fresh())
    for count in ("0", "-1", "1e3", "99999999999", "٣", ""):
        client.post("/my/shop/basket", {"goods": "charger", "count": count})
    client.post("/my/shop/basket", {"goods": "charger", "count": "1"})
    sent = hidden(chosen(client)) | {"place": "1"}
    for bent in (
        {"agreed": "1"}, {"agreed": "-7700"}, {"agreed": "0"}, {"agreed": ""}, {"how": "gift"}, {"how": "arrival"},
        {"slot": "2020-01-01/09:00-12:00"}, {"region": "moon"}, {"key": ""},
    ):  # fmt: skip
        answer = client.post("/my/orders/new", sent | bent | {"fen": "1", "goods_fen": "1", "delivery_fen": "0"})
        assert answer.status_code in {200, 302, 409, 422}, bent
    assert not Order.objects.exclude(fen=7_700).exists()
    assert not Payment.objects.exclude(price=7_700).exists()
    assert Order.objects.count() <= 1


def test_a_top_up_costs_what_was_worked_out_here(enter: Enter) -> None:
    client = enter(fresh())
    sent = hidden(look(client)) | {"pay": "1"}
    for bent in ({"agreed": "1"}, {"fen": "-10000"}, {"fen": "0"}, {"fen": "300001"}, {"fen": "other", "other": "-3"},
                 {"fen": "1e9"}, {"price": "1", "discount": "9999", "agreed": "9801"}):  # fmt: skip
        assert client.post("/my/top-up", sent | bent).status_code in {200, 422}, bent
    assert not Payment.objects.exists()


def test_a_key_of_another_customer_begins_and_shows_nothing(enter: Enter) -> None:
    hers, his = enter(fresh()), enter(fresh())
    sent = hidden(look(hers)) | {"pay": "1"}
    assert hers.post("/my/top-up", sent).status_code == 302
    answer = his.post("/my/top-up", sent)
    assert answer.status_code == 409
    assert str(Payment.objects.get().pk) not in answer.content.decode()
    ordering = hidden(chosen(hers)) | {"place": "1"}
    assert hers.post("/my/orders/new", ordering).status_code == 302
    mine = hidden(chosen(his)) | {"place": "1", "key": ordering["key"]}
    answer = his.post("/my/orders/new", mine)
    assert answer.status_code == 422
    assert Order.objects.get().number not in answer.content.decode()


def test_money_of_others_is_not_there(enter: Enter) -> None:
    hers, his = enter(fresh(basic=30_000)), enter(fresh())
    payment, order = begun(hers), ordered(hers, how="balance")
    paid = Order.objects.get(pk=order.pk).payment
    for address in (f"/my/pay/{payment.pk}", f"/my/pay/{paid}", f"/my/orders/{order.number}"):
        assert his.get(address).status_code == 404, address
    for deed in ("cancel", "change", "pay", "receive", "return", "rate", "complain"):
        sent = {"reason": "x", "words": "x", "goods": "1", "service": "1", "how": "balance", "key": "k" * 20}
        assert his.post(f"/my/orders/{order.number}/{deed}", sent).status_code == 404, deed
    assert his.post(f"/my/pay/{payment.pk}/cancel").status_code == 404
    his.post(f"/my/credit/{paid}")
    assert his.get(f"/my/orders?after={order.number}").status_code == 404
    assert f"/my/pay/{payment.pk}" not in his.get(f"/my/payments?before={payment.pk}").content.decode()
    payment.refresh_from_db()
    assert payment.state == "redirected"
    assert state(order) == ("confirmed", "paid")


def test_cancelled_once_is_given_back_once_by_whichever_way(enter: Enter) -> None:
    number = fresh(basic=30_000)
    client = enter(number)
    before = basic(number)
    order = ordered(client, how="balance")
    assert basic(number) == before - 7_700
    for _ in range(3):
        client.post(f"/my/orders/{order.number}/cancel", {"reason": "不要了"})
        client.post(f"/my/orders/{order.number}/return", {"reason": "不要了"})
        client.post(f"/my/orders/{order.number}/pay", {"how": "balance"})
    assert basic(number) == before
    assert state(order) == ("cancelled", "back")


def test_what_is_called_off_while_it_is_paid_goes_back_and_is_neither_kept_nor_sent(enter: Enter) -> None:
    client = enter(fresh())
    order = ordered(client)
    client.post(f"/my/orders/{order.number}/cancel", {})
    till(client, "pay")
    payment = Payment.objects.get(subject=order.number)
    assert payment.captured == payment.given_back
    assert state(order)[0] == "cancelled"


def notice(**told: Any) -> tuple[bytes, dict[str, str]]:
    from careline import wiring

    body = json.dumps(told).encode()
    return body, wiring.providers()["sandbox"].signed(body, datetime.now(UTC))  # type: ignore[attr-defined]


def tell(body: bytes, headers: dict[str, str], provider: str = "sandbox") -> Any:
    return Client().post(f"/pay/notice/{provider}", body, content_type="application/json", headers=headers)


def test_a_notice_is_believed_only_whole_signed_fresh_and_once(enter: Enter) -> None:
    number = fresh()
    payment = begun(enter(number))
    good: dict[str, Any] = {"number": "n-1", "reference": str(payment.pk), "state": "paid", "fen": payment.price,
                            "currency": "CNY", "at": datetime.now(UTC).isoformat()}  # fmt: skip
    body, headers = notice(**good)
    stamp = headers["Till-Signature"].split(",", maxsplit=1)[0]
    forged = hashlib.sha256(stamp.encode() + body).hexdigest()
    for wrong in (
        {},
        {"Till-Signature": f"{stamp},v1={forged}"},
        {"Till-Signature": "t=1,v1="},
        {"Till-Signature": "v1=ü"},
    ):
        assert tell(body, wrong).status_code == 400, wrong
    assert tell(body.replace(b"CNY", b"USD"), headers).status_code == 400
    assert tell(*notice(**good | {"currency": "USD"})).status_code == 400
    assert tell(*notice(**good | {"fen": True})).status_code == 400
    assert tell(*notice(**good | {"fen": 10**40})).status_code == 400
    assert tell(*notice(**good | {"number": "a\0b"})).status_code == 400
    assert tell(b"[" * 4_000, headers).status_code == 400
    assert tell(body, headers, "nobody").status_code == 404
    payment.refresh_from_db()
    assert payment.state == "redirected"
    before = basic(number)
    assert tell(body, headers).json() == {"verdict": "believed"}
    assert tell(body, headers).json() == {"verdict": "again"}
    assert tell(*notice(**good | {"number": "n-2"})).json() == {"verdict": "nothing_new"}
    assert basic(number) == before + payment.fen
    assert Notice.objects.count() == 2


def test_a_notice_of_another_amount_gives_back_and_credits_nothing(enter: Enter) -> None:
    number = fresh()
    payment, before = begun(enter(number)), basic(number)
    told = {"number": "n-9", "reference": str(payment.pk), "state": "paid", "fen": 1, "currency": "CNY",
            "at": datetime.now(UTC).isoformat()}  # fmt: skip
    assert tell(*notice(**told)).json() == {"verdict": "wrong_amount"}
    assert basic(number) == before
    payment.refresh_from_db()
    assert (payment.state, payment.credited) == ("failed", 0)


def test_the_doors_of_providers_and_couriers_survive_odd_lengths() -> None:
    for length in ("x", "-1", "9" * 30, ""):
        answer = Client(raise_request_exception=False).generic(
            "POST", "/pay/notice/sandbox", b"{}", content_type="application/json", headers={"Content-Length": length}
        )
        assert answer.status_code in {400, 413}, length


@pytest.mark.django_db
def test_a_forged_or_foreign_report_moves_no_parcel(enter: Enter) -> None:
    client = enter(fresh(basic=30_000))
    order = ordered(client, how="balance")
    told = {"key": "k1", "number": f"P{order.number}", "did": "arrived", "at": datetime.now(UTC).isoformat()}
    body, stamp = json.dumps({"events": [told]}).encode(), str(int(time.time()))

    def push(secret: str, at: str = stamp, octets: bytes = body, name: str = "sandbox") -> int:
        signed = {"Careline-Timestamp": at, "Careline-Signature": signature(at, body, secret)}
        address = f"/courier/{name}/events"
        return int(Client().post(address, octets, content_type="application/json", headers=signed).status_code)

    assert push("guess") in {401, 403}
    assert push("") in {401, 403}
    assert push("demo-courier", str(int(time.time()) - 4_000)) in {401, 403}
    assert push("demo-courier", octets=body.replace(b"arrived", b"refused")) in {401, 403}
    assert push("demo-courier", name="nobody") == 404
    assert not Report.objects.exists()
    assert push("demo-courier") == 200, "signed, but of a parcel that nobody has handed over"
    assert state(order)[0] == "confirmed"


def test_number_of_order_is_not_found_by_counting(enter: Enter) -> None:
    client = enter(fresh(basic=90_000))
    numbers = [ordered(client, how="balance").number for _ in range(3)]
    assert len({one[:3] for one in numbers}) > 1
    assert all(len(one) >= 10 for one in numbers)


def test_a_line_that_was_closed_is_not_topped_up(enter: Enter) -> None:
    closed = Msisdn("8619999999999")
    client = enter(fresh())
    sent = {"whose": "other", "number": closed.national(), "again": closed.national(), "fen": "10000"}
    assert client.post("/my/top-up", sent).status_code == 422
    assert not Payment.objects.exists()


def test_numbers_are_not_found_out_by_top_ups_whatever_session_asks(enter: Enter) -> None:
    number = with_password()
    for visit in range(4):
        client = enter(number, password=PASSWORD)  # a new session each time
        for guess in range(9):
            made_up = f"1999{visit:03d}{guess:04d}"
            page = client.post("/my/top-up", {"whose": "other", "number": made_up, "again": made_up, "fen": "10000"})
    assert page.status_code == 422
    assert "试过的号码太多了" in page.content.decode()
