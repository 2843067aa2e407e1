"""Several at the same moment: ten clicks, two captures, a notice beside a poll, the sweep beside the page."""

import json
from collections.abc import Iterator

import pytest

from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.payments import paying
from careline.payments.adapters._sandbox_tables import SandboxBill, SandboxDeed
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Payment
from careline.payments.states import Refusal
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.payments.conftest import NOON, Counter, basic, later, letters, line, now_of


@pytest.fixture
def number(transactional_db: None) -> Iterator[Msisdn]:
    made = line()
    yield made
    forget_lines([made])


@pytest.fixture
def counter(number: Msisdn) -> Counter:
    return Counter()


def test_ten_clicks_begin_one_payment(counter: Counter, number: Msisdn) -> None:
    made = at_once([lambda: counter.begin(number, key="one-form").pk] * 10)
    assert len(set(map(str, made))) == 1, made
    assert (Payment.objects.count(), SandboxBill.objects.count()) == (1, 1)


def test_notice_poll_and_sweep_at_once_credit_it_once(counter: Counter, number: Msisdn) -> None:
    payment = counter.begin(number)
    counter.pay(payment, "quiet")
    body = json.dumps(
        {"number": "n-1", "reference": str(payment.pk), "state": "paid", "fen": 10_000, "currency": "CNY", "at": NOON.isoformat()}
    ).encode()  # fmt: skip
    at = later(seconds=25)
    signed = Sandbox(b"secret").signed(body, at)
    did = at_once(
        [
            *[lambda: counter.till.heard("sandbox", signed, body, at)] * 3,
            *[lambda: counter.till.poll(str(payment.pk), at)] * 3,
            *[lambda: counter.till.sweep(at)] * 2,
        ]
    )
    assert not [one for one in did if isinstance(one, BaseException)], did
    counter.till.sweep(later(minutes=5))
    assert (basic(number), now_of(payment).credited, len(letters(number))) == (15_000, 10_000, 1)


def test_two_captures_take_it_once(counter: Counter, number: Msisdn) -> None:
    payment = counter.begin(number, purpose="order", subject="A-1", capture="later")
    counter.pay(payment)
    counter.deliver()

    def take() -> str:
        paying.capture(str(payment.pk), by="liu", now=NOON)
        return counter.till.go_on(str(payment.pk), NOON).state

    did = at_once([take] * 4)
    assert not [one for one in did if isinstance(one, BaseException)], did
    assert (now_of(payment).state, SandboxDeed.objects.filter(what="capture").count()) == ("captured", 1)


def test_cancelling_beside_a_payment_loses_no_money(counter: Counter, number: Msisdn) -> None:
    payment = counter.begin(number)

    def cancel() -> None:
        paying.cancel(str(payment.pk), by="subscriber", now=NOON)
        counter.till.go_on(str(payment.pk), NOON)

    def pay() -> None:
        counter.pay(payment)
        counter.deliver()

    at_once([cancel, pay])
    for minutes in (1, 10, 60, 300):
        counter.till.sweep(later(minutes=minutes))
    after, bill = now_of(payment), SandboxBill.objects.get()
    taken = bill.fen - bill.given_back if bill.state == "paid" else 0
    assert taken == after.credited == basic(number) - 5_000
    assert after.captured == after.credited + after.given_back


def test_two_who_give_back_do_not_give_more_than_was_taken(counter: Counter, number: Msisdn) -> None:
    payment = counter.begin(number, purpose="order", subject="A-2")
    counter.pay(payment)
    counter.deliver()

    def back(key: str) -> None:
        paying.give_back(str(payment.pk), 6_000, key=key, reason="returned", by="liu", now=NOON)
        counter.till.go_on(str(payment.pk), NOON)

    did = at_once([lambda: back("a"), lambda: back("b"), lambda: back("a")])
    assert sum(isinstance(one, Refusal) for one in did) >= 1, did
    counter.till.sweep(later(minutes=1))
    assert (now_of(payment).given_back, SandboxBill.objects.get().given_back) == (6_000, 6_000)


def test_two_purchases_on_credit_share_one_limit(counter: Counter, number: Msisdn) -> None:
    keys = ["D-1", "D-2", "D-3"]
    did = at_once(
        [
            lambda key=key: counter.begin(number, 7_000, purpose="order", subject=key, how="credit", key=key).state
            for key in keys
        ]
    )
    assert sorted(map(str, did)) == ["captured", "failed", "failed"], did
    assert paying.owed_on_credit(number) == 7_000
