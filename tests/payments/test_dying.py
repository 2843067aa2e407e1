"""Whoever dies before or after somebody outside was asked: the sweep finds it, and the money moves once."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox as Carrier
from careline.carrier.port import Answer, CarrierError, Request
from careline.payments import paying
from careline.payments.adapters._sandbox_tables import SandboxBill, SandboxDeed
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Payment
from careline.payments.port import Answer as Provided
from careline.payments.port import Opened, Order, ProviderDown, ProviderSilent, Standing
from careline.payments.till import Till
from tests.payments.conftest import NOON, Counter, basic, later, line, now_of


class Died(BaseException):
    """The process is gone: nothing that comes after it runs."""


class Dying(Sandbox):
    """A provider at whose door we die, or who is silent, at one of its verbs."""

    def __new__(cls, *_: object, **__: object) -> "Dying":
        return object.__new__(cls)

    def __init__(self, verb: str, when: str, how: type[BaseException]) -> None:
        super().__init__(b"secret")
        object.__setattr__(self, "_fate", [verb, when, how])

    def _meet(self, verb: str, when: str) -> None:
        fate = self._fate  # type: ignore[attr-defined]
        if fate and fate[:2] == [verb, when]:
            how = fate[2]
            fate.clear()
            raise how("away")

    def open(self, order: Order, *, now: datetime) -> Opened | Provided:
        self._meet("open", "before")
        answer = super().open(order, now=now)
        self._meet("open", "after")
        return answer

    def inquire(self, reference: str, *, now: datetime) -> Standing:
        self._meet("inquire", "before")
        return super().inquire(reference, now=now)

    def capture(self, reference: str, step: str, fen: int, *, now: datetime) -> Provided:
        self._meet("capture", "before")
        answer = super().capture(reference, step, fen, now=now)
        self._meet("capture", "after")
        return answer

    def give_back(self, reference: str, step: str, fen: int, *, now: datetime) -> Provided:
        self._meet("give_back", "before")
        answer = super().give_back(reference, step, fen, now=now)
        self._meet("give_back", "after")
        return answer


class DyingCarrier(Carrier):
    """A carrier at whose door we die once at one kind of request."""

    def __init__(self, kind: str, when: str) -> None:
        super().__init__()
        self.fate = [kind, when]

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        fate, mine = self.fate, any(request.kind == self.fate[0] for request in requests) if self.fate else False
        if mine and fate[1] == "before":
            self.fate = []
            raise Died
        answers = list(super().ask(requests, now=now, time_limit_seconds=time_limit_seconds))
        if mine:
            self.fate = []
            raise Died
        yield from answers


HOW = pytest.mark.parametrize("how", [Died, ProviderSilent, ProviderDown])
WHEN = pytest.mark.parametrize("when", ["before", "after"])


def tried(work: object) -> None:
    with contextlib.suppress(Died):
        work()  # type: ignore[operator]


@HOW
@WHEN
def test_the_page_is_opened_once(db: None, when: str, how: type[BaseException]) -> None:
    counter = Counter(provider=Dying("open", when, how))
    payment = counter.written(line())
    tried(lambda: counter.till.go_on(str(payment.pk), NOON))
    assert now_of(payment).state == "begun"
    counter.till.sweep(later(seconds=20))
    assert (now_of(payment).state, SandboxBill.objects.count()) == ("redirected", 1)


@HOW
@WHEN
def test_what_is_held_is_taken_once(db: None, when: str, how: type[BaseException]) -> None:
    counter = Counter(provider=Dying("capture", when, how))
    payment = counter.begin(line(), purpose="order", subject="A-1", capture="later")
    counter.pay(payment)
    counter.deliver()
    paying.capture(str(payment.pk), by="liu", now=NOON)
    tried(lambda: counter.till.go_on(str(payment.pk), NOON))
    assert now_of(payment).state == "authorised"
    counter.till.sweep(later(seconds=20))
    assert (now_of(payment).state, now_of(payment).captured) == ("captured", 10_000)
    assert SandboxDeed.objects.filter(what="capture").count() == 1


@HOW
@WHEN
def test_money_is_given_back_once(db: None, when: str, how: type[BaseException]) -> None:
    counter = Counter(provider=Dying("give_back", when, how))
    payment = counter.begin(line(), purpose="order", subject="A-2")
    counter.pay(payment)
    counter.deliver()
    paying.give_back(str(payment.pk), 4_000, key="a", reason="one of two", by="liu", now=NOON)
    tried(lambda: counter.till.go_on(str(payment.pk), NOON))
    assert now_of(payment).given_back == 0
    counter.till.sweep(later(seconds=20))
    assert (now_of(payment).given_back, SandboxBill.objects.get().given_back) == (4_000, 4_000)


@HOW
def test_a_provider_that_does_not_answer_is_asked_again_later(db: None, how: type[BaseException]) -> None:
    counter = Counter(provider=Dying("inquire", "before", how))
    payment = counter.begin(number := line())
    counter.pay(payment, "quiet")
    tried(lambda: counter.till.sweep(later(seconds=30)))
    counter.till.sweep(later(minutes=10))
    assert (now_of(payment).state, basic(number)) == ("captured", 15_000)


@pytest.mark.parametrize("kind", ["top_up", "charge"])
@WHEN
def test_the_carrier_is_asked_for_it_once(db: None, kind: str, when: str) -> None:
    counter, number = Counter(), line()
    counter.till = Till(DyingCarrier(kind, when), {"sandbox": counter.provider})
    if kind == "top_up":
        payment: Payment = counter.begin(number, 2_000)
        counter.pay(payment, "quiet")
        tried(lambda: counter.till.poll(str(payment.pk), later(seconds=30)))
    else:
        payment = counter.written(number, 2_000, purpose="order", subject="B-1", how="balance")
        tried(lambda: counter.till.go_on(str(payment.pk), NOON))
    for minutes in (1, 5, 30, 90):
        counter.till.sweep(later(minutes=minutes))
    assert now_of(payment).state == "captured"
    assert basic(number) == (7_000 if kind == "top_up" else 3_000)
