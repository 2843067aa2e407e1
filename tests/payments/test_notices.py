"""What providers tell by themselves is believed when it is theirs, once, in any order; everything else changes nothing."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from careline import wiring
from careline.payments import paying
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Notice, Payment
from careline.payments.port import BadNotice
from careline.payments.states import Refusal
from tests.payments.conftest import NOON, Counter, basic, later, line, now_of

OURS, FOREIGN = Sandbox(b"secret"), Sandbox(b"somebody else's")


def told(payment: Payment | str, state: str = "paid", fen: int = 10_000, number: str = "n-1", **more: Any) -> bytes:
    reference = str(payment.pk) if isinstance(payment, Payment) else payment
    body = {
        "number": number,
        "reference": reference,
        "state": state,
        "fen": fen,
        "currency": "CNY",
        "at": NOON.isoformat(),
    }
    return json.dumps(body | more).encode()


def say(counter: Counter, body: bytes, signer: Sandbox = OURS, at: datetime = NOON, heard_at: datetime = NOON) -> str:
    return counter.till.heard("sandbox", signer.signed(body, at), body, heard_at)


@pytest.mark.parametrize(
    ("why", "signer", "at"),
    [("signature", FOREIGN, NOON), ("too_old", OURS, NOON - timedelta(minutes=11)), ("too_old", OURS, later(hours=1))],
)
def test_what_is_not_signed_by_the_provider_or_too_old_changes_nothing(
    counter: Counter, why: str, signer: Sandbox, at: datetime
) -> None:
    payment = counter.begin(number := line())
    with pytest.raises(BadNotice, match=why):
        say(counter, told(payment), signer, at)
    assert (now_of(payment).state, basic(number), Notice.objects.count()) == ("redirected", 5_000, 0)


@pytest.mark.parametrize(
    "headers", [{}, {"Till-Signature": ""}, {"Till-Signature": "t=1,v1="}, {"Till-Signature": "t=１,v1=é"}]
)
def test_a_notice_without_a_signature_is_none(counter: Counter, headers: dict[str, str]) -> None:
    payment = counter.begin(line())
    with pytest.raises(BadNotice, match="signature"):
        counter.till.heard("sandbox", headers, told(payment), NOON)


def test_a_changed_byte_breaks_the_signature(counter: Counter) -> None:
    payment = counter.begin(line())
    body = told(payment)
    with pytest.raises(BadNotice, match="signature"):
        counter.till.heard("sandbox", OURS.signed(body, NOON), body.replace(b"10000", b"10001"), NOON)


@pytest.mark.parametrize(
    "change",
    [{"fen": -1}, {"fen": True}, {"fen": "10000"}, {"fen": 2**70}, {"currency": "USD"}, {"state": "odd"}, {"reference": "x"},
     {"reference": 7}, {"at": "soon"}, {"at": None}],
)  # fmt: skip
def test_a_signed_notice_that_says_nothing_usable_is_none(counter: Counter, change: dict[str, Any]) -> None:
    payment = counter.begin(line())
    with pytest.raises(BadNotice, match="unreadable"):
        say(counter, told(payment, **change))
    assert now_of(payment).state == "redirected"


def test_the_same_notice_again_is_kept_once(counter: Counter) -> None:
    payment = counter.begin(number := line())
    counter.pay(payment, "quiet")
    assert [say(counter, told(payment)) for _ in range(3)] == ["believed", "again", "again"]
    assert (basic(number), Notice.objects.count()) == (15_000, 1)


def test_another_notice_of_what_is_known_is_nothing_new(counter: Counter) -> None:
    payment = counter.begin(number := line())
    counter.pay(payment, "quiet")
    assert say(counter, told(payment)) == "believed"
    assert say(counter, told(payment, number="n-2")) == "nothing_new"
    assert say(counter, told(payment, "declined", number="n-3")) == "nothing_new"
    assert (basic(number), now_of(payment).state) == (15_000, "captured")


def test_another_amount_is_never_credited_and_goes_back(counter: Counter) -> None:
    payment = counter.begin(number := line())
    counter.pay(payment, "quiet")
    assert say(counter, told(payment, fen=9_000)) == "wrong_amount"
    after = now_of(payment)
    assert (after.state, after.cause, after.credited, after.given_back) == ("failed", "wrong_amount", 0, 9_000)
    assert (basic(number), SandboxBill.objects.get().given_back) == (5_000, 9_000)


def test_a_payment_that_is_not_ours_is_kept_for_people_and_changes_nothing(counter: Counter) -> None:
    assert say(counter, told(str(uuid.uuid4()))) == "unknown_payment"
    assert Notice.objects.get().payment is None


def test_a_payment_that_no_provider_takes_cannot_be_paid_by_a_notice(counter: Counter) -> None:
    payment = counter.begin(line(), purpose="order", subject="A-1", how="arrival", capture="later")
    assert say(counter, told(payment)) == "unknown_payment"
    assert now_of(payment).captured == 0


def test_a_notice_for_a_cancelled_payment_gives_the_money_back(counter: Counter) -> None:
    payment = counter.begin(number := line())
    counter.pay(payment, "quiet")
    paying.cancel(str(payment.pk), by="subscriber", now=NOON)
    assert say(counter, told(payment)) == "too_late"
    assert (now_of(payment).state, now_of(payment).given_back, basic(number)) == ("cancelled", 10_000, 5_000)
    counter.till.sweep(later(hours=1))
    assert SandboxBill.objects.get().given_back == 10_000


def test_a_notice_that_overtakes_the_page_is_believed(counter: Counter) -> None:
    payment = counter.written(number := line())
    OURS.open(_order(payment), now=NOON)
    counter.pay(payment, "quiet")
    assert say(counter, told(payment)) == "believed"
    counter.till.go_on(str(payment.pk), NOON)
    assert (now_of(payment).state, basic(number)) == ("captured", 15_000)


def test_a_provider_that_nobody_knows_is_not_heard(counter: Counter) -> None:
    with pytest.raises(Refusal, match="no_provider"):
        counter.till.heard("nobody", {}, b"", NOON)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"[" * 3_000, b"x" * 5_000, b"x" * 70_000])
def test_the_door_for_notices_answers_whatever_comes(db: None, body: bytes) -> None:
    answer = Client().post("/pay/notice/sandbox", body, content_type="application/json")
    assert answer.status_code in (400, 413)
    assert Client().get("/pay/notice/sandbox").status_code == 405
    assert Client().post("/pay/notice/nobody", body, content_type="application/json").status_code in (404, 413)
    signer = wiring.providers()["sandbox"]
    assert isinstance(signer, Sandbox)
    now = datetime.now(NOON.tzinfo)
    signed = Client().post(
        "/pay/notice/sandbox", body, content_type="application/json", headers=signer.signed(body, now)
    )
    assert signed.status_code in (400, 413)


def _order(payment: Payment) -> Any:
    from careline.payments.port import Order

    return Order(str(payment.pk), payment.price, False, "充值", "/my/")
