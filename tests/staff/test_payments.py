"""The register of payments: what is stuck is seen, money goes back with a reason, above the limit by two, statements are compared."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from careline import wiring
from careline.journal.models import Entry
from careline.payments import paying, reconciling
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Payment, Step
from careline.payments.paying import NewPayment
from tests.payments.conftest import line
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


def provider() -> Sandbox:
    found = wiring.providers()["sandbox"]
    assert isinstance(found, Sandbox)
    return found


def paid(fen: int = 10_000, purpose: str = "order") -> Payment:
    """Somebody has paid so much online, just now."""
    now, till = datetime.now(UTC), wiring.till()
    new = NewPayment(line(), purpose, "A-1" if purpose == "order" else "", fen, "provider", f"{purpose}-{fen}")
    begun = till.go_on(str(paying.begin(new, by="subscriber", channel="web", now=now).pk), now)
    provider().pay(SandboxBill.objects.get(reference=begun.pk).token, "pay", now)
    provider().deliver(now, lambda headers, body: till.heard("sandbox", headers, body, now))
    return Payment.objects.get(pk=begun.pk)


def back(client: Client, payment: Payment, yuan: str, key: str = "k", reason: str = "退货") -> int:
    sent = {"fen": yuan, "reason": reason, "key": key}
    return client.post(f"/staff/payments/{payment.pk}/back", sent).status_code


def test_a_payment_is_shown_with_its_steps_and_a_masked_number(sign_in: SignIn) -> None:
    payment = paid()
    wang = sign_in("wang", "handler")
    page = wang.get(f"/staff/payments/{payment.pk}").content.decode()
    assert "page at the provider" in page
    assert payment.msisdn[-8:] not in page
    assert str(payment.pk) in wang.get("/staff/payments/?all").content.decode()
    assert "Nothing is stuck." in wang.get("/staff/payments/").content.decode()
    assert str(payment.pk) in wang.get("/staff/payments/?q=a-1").content.decode()


def test_money_goes_back_once_with_a_reason(sign_in: SignIn) -> None:
    payment, wang = paid(), sign_in("wang", "handler")
    assert back(wang, payment, "20.00", reason=" ") == 409
    assert back(wang, payment, "x") == 409
    assert [back(wang, payment, "20.00") for _ in range(3)] == [302] * 3
    assert Payment.objects.get().given_back == 2_000
    assert SandboxBill.objects.get().given_back == 2_000
    assert Entry.objects.filter(did="payment_given_back", who="wang").count() == 1


def test_above_the_limit_somebody_else_approves(sign_in: SignIn) -> None:
    payment, wang = paid(), sign_in("wang", "handler", "duty_manager")
    assert back(wang, payment, "90.00") == 302
    step = Step.objects.get(what="give_back")
    assert (step.state, Payment.objects.get().given_back) == ("waiting", 0)
    address = f"/staff/payments/{payment.pk}/steps/{step.pk}"
    assert wang.post(address, {"answer": "yes"}).status_code in (403, 409)
    assert Payment.objects.get().given_back == 0
    chen = sign_in("chen", "duty_manager", "hall_manager", "handler")
    assert str(payment.pk) in chen.get("/staff/payments/").content.decode()
    assert chen.post(address, {"answer": "yes"}).status_code == 302
    assert Payment.objects.get().given_back == 9_000


def test_what_was_credited_is_a_matter_of_refunds(sign_in: SignIn) -> None:
    payment, wang = paid(purpose="top_up"), sign_in("wang", "handler")
    assert back(wang, payment, "1.00") == 409
    assert Payment.objects.get().given_back == 0


def test_a_statement_is_compared_row_by_row(sign_in: SignIn) -> None:
    payment = paid()
    gao = sign_in("gao", "hall_manager", "duty_manager", language="zh")
    today = str(timezone.localdate())
    whole = reconciling.written([(str(payment.pk), "payment", 10_000, payment.begun_at)])

    def compared(text: str) -> str:
        file = SimpleUploadedFile("day.csv", text.encode(), "text/csv")
        sent = {"provider": "sandbox", "day": today, "statement": file}
        return gao.post("/staff/payments/reconcile", sent).content.decode()

    assert "不少不多" in compared(whole)
    assert "对方缺少的" in compared("reference,kind,amount\n")
    assert "对方多出的" in compared(whole + "stranger,payment,1.00,x\n")
    assert "金额不同的" in compared(whole.replace("100.00", "99.00"))
    assert 'role="alert"' in compared("nonsense")
    assert Entry.objects.filter(did="payments_reconciled").count() == 4


def test_who_has_no_right_sees_nothing(sign_in: SignIn) -> None:
    payment, editor = paid(), sign_in("bo", "reviewer")
    for path in ("", "reconcile", str(payment.pk)):
        assert editor.get(f"/staff/payments/{path}").status_code == 403
    assert back(editor, payment, "1.00") == 403
    assert Client().get("/staff/payments/").status_code == 302
