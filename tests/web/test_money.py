"""Paying online, by the pages: the total before the payment, the truth while nobody knows, the receipt afterwards."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Opening, open_lines
from careline.identity import recognising
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.models import Payment
from careline.postgres.sql import run
from careline.values.msisdn import Msisdn
from tests.web.conftest import Enter

_order = itertools.count(1)


def fresh(**given: Any) -> Msisdn:
    """A customer with an account of one's own choice."""
    number, now = Msisdn(f"86196{next(_order):08d}"), datetime.now(UTC)
    terms: dict[str, Any] = {"brand": "gotone", "region": "zhejiang", "basic": 1_000}
    open_lines([Opening(number, **(terms | given))], now)
    recognising.remember(Sandbox().lines([number]).values(), now)
    return number


def basic(number: Msisdn) -> int:
    [(fen,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [number.digits])
    return int(fen)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name not in ("csrfmiddlewaretoken", "next")}


def look(client: Client, fen: str = "10000", **more: str) -> str:
    answer = client.post("/my/top-up", {"fen": fen, "whose": "own", "look": "1"} | more)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def begun(client: Client, **more: str) -> Payment:
    """Chosen, looked at, and sent to the provider."""
    answer = client.post("/my/top-up", hidden(look(client, **more)) | {"pay": "1"})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"].startswith("/till/")
    return Payment.objects.latest("begun_at")


def till(client: Client, how: str) -> str:
    bill = SandboxBill.objects.latest("at")
    answer = client.post(f"/till/{bill.token}", {"how": how})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.requirement("ORD-08")
def test_a_top_up_with_its_discount_from_the_form_to_the_receipt(enter: Enter) -> None:
    number = fresh(brand="gotone", basic=1_000)
    client = enter(number)
    page = client.get("/my/top-up").content.decode()
    assert "实付 98.00元" in page
    seen = look(client)
    assert "网上充值满100元享98折" in seen
    assert "110.00元" in seen, "what the account holds afterwards"
    payment = begun(client)
    assert (payment.fen, payment.price, payment.discount) == (10_000, 9_800, "online_100")
    back = till(client, "twice")
    receipt = client.get(back).content.decode()
    assert "充值成功" in receipt
    assert "98.00元" in receipt
    assert basic(number) == 11_000
    assert "已付" in client.get("/my/payments").content.decode()


@pytest.mark.parametrize(
    ("how", "says"), [("late", "充值成功"), ("quiet", "充值成功"), ("decline", "没有通过"), ("walk", "等您付款")]
)
def test_however_the_provider_behaves_the_page_says_how_it_stands(enter: Enter, how: str, says: str) -> None:
    client = enter(fresh(basic=1_000))
    payment = begun(client)
    address = till(client, how)
    Payment.objects.filter(pk=payment.pk).update(look_at=payment.begun_at) if how in ("late", "quiet") else None
    assert says in client.get(address).content.decode()


@pytest.mark.requirement("RET-03")
def test_a_suspended_number_resumes_and_its_gift_balance_can_be_used_again(enter: Enter) -> None:
    number = fresh(basic=-2_000, gift=800, status="suspended", suspended_days_ago=3)
    client = enter(number)
    assert "已停机" in client.get("/my/top-up").content.decode()
    seen = look(client, "5000")
    assert "8.00元" in seen
    assert "立即恢复" in seen
    begun(client, fen="5000")
    receipt = client.get(till(client, "pay")).content.decode()
    assert "充值成功" in receipt
    assert "8.00元" in receipt
    [(status, held, gift)] = run("SELECT status, basic, gift FROM sandbox_account WHERE msisdn = %s", [number.digits])
    assert (status, held, gift) == ("active", 3_000, 800)


def test_somebody_elses_number_is_typed_twice_and_nothing_is_told_of_it(enter: Enter) -> None:
    number, other = fresh(), fresh(basic=0, owner_masked="张*")
    client = enter(number)
    wrong = client.post(
        "/my/top-up", {"fen": "5000", "whose": "other", "number": other.national(), "again": "13800000000"}
    )
    assert wrong.status_code == 422
    assert "两次输入的号码不一样" in wrong.content.decode()
    seen = look(client, "5000", whose="other", number=other.national(), again=other.national())
    assert other.national() in seen
    assert "张" not in seen.split("<main")[1]
    client.post("/my/top-up", hidden(seen) | {"pay": "1"})
    receipt = client.get(till(client, "pay")).content.decode()
    assert "充值成功" in receipt
    assert other.national() not in receipt
    assert basic(other) == 5_000


def test_numbers_cannot_be_tried_one_after_the_other(enter: Enter) -> None:
    client = enter(fresh())
    for last in range(30):
        tried = f"1990000{last:04d}"
        client.post("/my/top-up", {"fen": "5000", "whose": "other", "number": tried, "again": tried})
    answer = client.post(
        "/my/top-up", {"fen": "5000", "whose": "other", "number": "19900009999", "again": "19900009999"}
    )
    assert "试过的号码太多了" in answer.content.decode()


def test_ten_clicks_on_pay_are_one_payment(enter: Enter) -> None:
    client = enter(fresh())
    sent = hidden(look(client)) | {"pay": "1"}
    for _ in range(10):
        assert client.post("/my/top-up", sent).status_code == 302
    assert Payment.objects.count() == 1
    assert SandboxBill.objects.count() == 1


def test_another_total_than_the_one_shown_is_asked_again(enter: Enter) -> None:
    client = enter(fresh())
    answer = client.post("/my/top-up", hidden(look(client)) | {"pay": "1", "agreed": "100"})
    assert "优惠有变化" in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("other", ["0", "0.99", "3000.01", "-5", "1e3", "abc", "", "１０", "99999999999"])
def test_amounts_that_are_none_are_named_and_nothing_begins(enter: Enter, other: str) -> None:
    client = enter(fresh())
    answer = client.post("/my/top-up", {"fen": "other", "other": other, "whose": "own", "look": "1"})
    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_a_strangers_payment_is_not_there(enter: Enter) -> None:
    payment = begun(enter(fresh()))
    stranger = enter(fresh())
    assert stranger.get(f"/my/pay/{payment.pk}").status_code == 404
    assert stranger.post(f"/my/pay/{payment.pk}/cancel").status_code == 404
    assert stranger.post(f"/my/credit/{payment.pk}").status_code == 302
    assert str(payment.pk) not in stranger.get("/my/payments").content.decode()


def test_who_does_not_want_to_pay_is_charged_nothing_even_when_paying_late(enter: Enter) -> None:
    number = fresh(basic=1_000)
    client = enter(number)
    payment = begun(client)
    client.post(f"/my/pay/{payment.pk}/cancel")
    assert "已取消" in client.get(f"/my/pay/{payment.pk}").content.decode()
    assert "已经结束" in client.get(f"/till/{SandboxBill.objects.get().token}").content.decode()
    assert basic(number) == 1_000


@pytest.mark.requirement("CRP-02")
def test_points_go_down_and_the_account_goes_up_and_both_are_shown(enter: Enter) -> None:
    number = fresh(points=2_000, basic=1_000)
    client = enter(number)
    page = client.get("/my/points").content.decode()
    assert "2000" in page
    answer = client.post("/my/points", hidden(page) | {"amount": "10"}).content.decode()
    if 'name="answers"' in answer:
        answer = client.post("/my/points", hidden(answer) | {"yes": "1"}).content.decode()
    [(points, held)] = run("SELECT points, basic FROM sandbox_account WHERE msisdn = %s", [number.digits])
    assert held == 2_000
    assert points < 2_000
    assert f"−{2_000 - points}" in answer
    assert "20.00元" in answer


def test_the_same_redemption_sent_twice_is_done_once(enter: Enter) -> None:
    number = fresh(points=5_000, basic=0)
    client = enter(number)
    page = client.get("/my/points").content.decode()
    sent = hidden(page) | {"amount": "10"}
    answer = client.post("/my/points", sent).content.decode()
    client.post("/my/points", sent)
    if 'name="answers"' in answer:
        yes = hidden(answer) | {"yes": "1"}
        client.post("/my/points", yes)
        client.post("/my/points", yes)
    assert basic(number) == 1_000


@pytest.mark.requirement("CRP-01")
def test_the_credit_standing_says_what_it_is_computed_from(enter: Enter) -> None:
    number = fresh(bills={1: [("month", 5_000)], 2: [("month", 5_000)]})
    page = enter(number).get("/my/credit").content.decode()
    assert "信誉度" in page
    assert page.count('class="tag good"') + page.count('class="tag bad"') == 2


@pytest.mark.parametrize("path", ["/my/top-up", "/my/payments", "/my/points", "/my/credit"])
def test_pages_are_complete_in_english_and_kept_from_strangers(enter: Enter, path: str) -> None:
    assert Client().get(path).status_code == 302
    page = enter(fresh(language="en"), language="en").get(path).content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert not re.search(r"[\u4e00-\u9fff]", main), re.findall(r"[\u4e00-\u9fff]+", main)
