"""Money is taken once, credited once, given back once; whatever is not known is found out, never guessed."""

import pytest

from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.carrier.adapters.sandbox.stumbling import Mode, recover, stumble
from careline.ledger.models import Attempt
from careline.payments import moving, paying
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.models import Payment, Step
from careline.payments.states import Refusal
from careline.values.cause import Cause
from tests.payments.conftest import NOON, Counter, basic, later, letters, line, now_of


@pytest.mark.requirement("ORD-08")
def test_a_top_up_is_paid_online_and_credited_once(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    assert (payment.state, payment.page[:6]) == ("redirected", "/till/")
    counter.pay(payment, "twice")
    assert basic(number) == 5_000, "nobody was told yet"
    assert counter.deliver() == ["believed", "again"]
    paid = now_of(payment)
    assert (paid.state, paid.captured, paid.credited, paid.given_back) == ("captured", 10_000, 10_000, 0)
    assert basic(number) == 15_000
    [(key, text)] = letters(number)
    assert key == "payment.credited"
    assert "100.00元" in text
    [attempt] = Attempt.objects.filter(service="top_up")
    assert (str(attempt.pk), attempt.outcome, attempt.channel) == (str(payment.pk), "done", "web")
    counter.till.sweep(later(hours=3))
    assert (basic(number), len(letters(number))) == (15_000, 1)


def test_the_same_form_sent_ten_times_is_one_payment(counter: Counter) -> None:
    number = line()
    made = {counter.begin(number, key="form-1").pk for _ in range(10)}
    assert len(made) == 1
    assert SandboxBill.objects.count() == 1
    with pytest.raises(Refusal, match="key_used"):
        counter.begin(number, 20_000, key="form-1")
    with pytest.raises(Refusal, match="key_used"):
        counter.begin(line(), key="form-1")


def test_a_provider_that_never_tells_is_asked(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.pay(payment, "quiet")
    assert counter.deliver(later(minutes=1)) == []
    counter.till.poll(str(payment.pk), later(seconds=30))
    assert (now_of(payment).state, basic(number)) == ("captured", 15_000)


def test_the_sweep_finds_what_no_page_asks_for(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.pay(payment, "quiet")
    counter.till.sweep(later(seconds=30))
    assert (now_of(payment).state, basic(number)) == ("captured", 15_000)


def test_who_declines_is_charged_nothing(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.pay(payment, "decline")
    assert counter.deliver() == ["believed"]
    assert (now_of(payment).state, now_of(payment).cause, basic(number)) == ("failed", "declined", 5_000)


def test_who_walks_away_pays_no_more(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.till.sweep(later(minutes=29))
    assert now_of(payment).state == "redirected"
    counter.till.sweep(later(hours=4))
    assert now_of(payment).state == "expired"
    assert SandboxBill.objects.get().state == "void", "nobody can pay it any more"


def test_who_pays_in_the_last_moment_has_paid(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.pay(payment, "quiet", later(minutes=29))
    counter.till.sweep(later(hours=4))
    assert (now_of(payment).state, basic(number)) == ("captured", 15_000)


def test_money_for_a_cancelled_payment_goes_back_whole(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    counter.pay(payment, "late")
    paying.cancel(str(payment.pk), by="subscriber", now=NOON, reason="changed my mind")
    counter.till.go_on(str(payment.pk), NOON)
    counter.till.sweep(later(seconds=1))
    late = now_of(payment)
    assert (late.state, late.captured, late.given_back, late.credited) == ("cancelled", 10_000, 10_000, 0)
    assert counter.deliver(later(minutes=1)) == ["nothing_new"]
    assert SandboxBill.objects.get().given_back == 10_000
    assert basic(number) == 5_000
    assert [key for key, _ in letters(number)] == ["payment.given_back"]


@pytest.mark.parametrize("mode", ["down", "busy", "silent", "silent_undone", "lying", "duplicate"])
def test_a_carrier_that_stumbles_at_the_top_up_credits_it_once_in_the_end(counter: Counter, mode: Mode) -> None:
    number = line()
    payment = counter.begin(number)
    stumble(mode, kind="top_up", times=1)
    counter.pay(payment)
    counter.deliver()
    assert now_of(payment).state == "captured"
    recover()
    for minutes in (1, 5, 30, 90):
        counter.till.sweep(later(minutes=minutes))
    assert (now_of(payment).credited, basic(number), len(letters(number))) == (10_000, 15_000, 1)
    assert Attempt.objects.filter(service="top_up").count() == 1


def test_what_the_carrier_refuses_for_good_goes_back_whole(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number)
    stumble("refusing", kind="top_up", cause=Cause.NOT_FOUND)
    counter.pay(payment)
    counter.deliver()
    back = now_of(payment)
    assert (back.state, back.credited, back.given_back) == ("given_back", 0, 10_000)
    assert SandboxBill.objects.get().given_back == 10_000
    assert {key for key, _ in letters(number)} == {"payment.not_credited", "payment.given_back"}


def test_an_order_is_held_first_and_taken_when_it_is_asked_for(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number, purpose="order", subject="A-1", capture="later")
    counter.pay(payment)
    counter.deliver()
    assert (now_of(payment).state, SandboxBill.objects.get().state) == ("authorised", "held")
    for _ in range(2):
        paying.capture(str(payment.pk), by="clerk", now=NOON)
        counter.till.go_on(str(payment.pk), NOON)
    assert (now_of(payment).state, now_of(payment).captured, SandboxBill.objects.get().state) == (
        "captured",
        10_000,
        "paid",
    )
    assert basic(number) == 5_000, "an order is not credited to the account"


def test_what_is_held_is_let_go_when_the_order_is_cancelled(counter: Counter) -> None:
    payment = counter.begin(line(), purpose="order", subject="A-2", capture="later")
    counter.pay(payment)
    counter.deliver()
    paying.cancel(str(payment.pk), by="subscriber", now=NOON)
    counter.till.go_on(str(payment.pk), NOON)
    assert (now_of(payment).state, SandboxBill.objects.get().state) == ("cancelled", "void")
    with pytest.raises(Refusal, match="not_authorised"):
        paying.capture(str(payment.pk), by="clerk", now=NOON)


def test_what_was_taken_is_given_back_in_parts_and_never_more(counter: Counter) -> None:
    payment = counter.begin(line(), purpose="order", subject="A-3")
    counter.pay(payment)
    counter.deliver()
    paid = str(payment.pk)
    for key, fen in (("a", 3_000), ("a", 3_000), ("b", 7_000)):
        paying.give_back(paid, fen, key=key, reason="returned", by="clerk", now=NOON)
        counter.till.go_on(paid, NOON)
    assert (now_of(payment).state, now_of(payment).given_back) == ("given_back", 10_000)
    assert SandboxBill.objects.get().given_back == 10_000
    with pytest.raises(Refusal, match="too_much"):
        paying.give_back(paid, 1, key="c", reason="again", by="clerk", now=NOON)


def test_what_is_in_the_account_already_is_not_given_back_as_well(counter: Counter) -> None:
    payment = counter.begin(line())
    counter.pay(payment)
    counter.deliver()
    with pytest.raises(Refusal, match="credited"):
        paying.give_back(str(payment.pk), 10_000, key="a", reason="please", by="clerk", now=NOON)


def test_above_the_limit_a_second_person_says_yes(counter: Counter) -> None:
    payment = counter.begin(line(), purpose="order", subject="A-4")
    counter.pay(payment)
    counter.deliver()
    paid = str(payment.pk)
    step = paying.give_back(paid, 8_000, key="a", reason="broken", by="liu", now=NOON, above=5_000)
    counter.till.go_on(paid, NOON)
    assert (step.state, now_of(payment).given_back) == ("waiting", 0)
    with pytest.raises(Refusal, match="too_much"):
        paying.give_back(paid, 8_000, key="b", reason="broken", by="liu", now=NOON)
    with pytest.raises(Refusal, match="same_person"):
        paying.approve(str(step.pk), True, by="liu", now=NOON)
    paying.approve(str(step.pk), True, by="chen", now=NOON)
    counter.till.go_on(paid, NOON)
    assert (now_of(payment).state, now_of(payment).given_back) == ("partly_given_back", 8_000)
    no = paying.give_back(paid, 2_000, key="c", reason="more", by="liu", now=NOON, above=1_000)
    paying.approve(str(no.pk), False, by="chen", now=NOON)
    assert Step.objects.get(pk=no.pk).cause == "turned_down"
    assert paying.promised(now_of(payment)) == 8_000


def test_from_the_balance_it_is_taken_once_and_never_more_than_there_is(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number, 4_000, purpose="order", subject="B-1", how="balance")
    assert (payment.state, basic(number)) == ("captured", 1_000)
    poor = counter.begin(number, 4_000, purpose="order", subject="B-2", how="balance")
    assert (poor.state, poor.cause, basic(number)) == ("failed", "not_enough_money", 1_000)
    paying.give_back(str(payment.pk), 4_000, key="a", reason="returned", by="clerk", now=NOON)
    counter.till.go_on(str(payment.pk), NOON)
    assert (now_of(payment).state, basic(number)) == ("given_back", 5_000)


@pytest.mark.parametrize("mode", ["silent", "silent_undone", "lying", "down"])
def test_a_charge_that_nobody_answered_for_is_found_out_and_taken_once(counter: Counter, mode: Mode) -> None:
    number = line()
    stumble(mode, kind="charge", times=1)
    payment = counter.begin(number, 4_000, purpose="order", subject="B-3", how="balance")
    assert payment.state == "begun"
    with pytest.raises(Refusal, match="under_way"):
        paying.cancel(str(payment.pk), by="subscriber", now=NOON)
    recover()
    for minutes in (1, 5, 30, 90):
        counter.till.sweep(later(minutes=minutes))
    assert (now_of(payment).state, basic(number)) == ("captured", 1_000)


def test_on_arrival_nothing_is_taken_until_it_is_said(counter: Counter) -> None:
    payment = counter.begin(line(), purpose="order", subject="C-1", how="arrival", capture="later")
    assert (payment.state, payment.captured) == ("authorised", 0)
    counter.till.sweep(later(days=9))
    assert now_of(payment).state == "authorised"
    assert paying.capture(str(payment.pk), by="subscriber", now=NOON).state == "captured"


@pytest.mark.requirement("ORD-08")
def test_on_credit_it_is_paid_with_the_next_bill_and_never_above_the_rating(counter: Counter) -> None:
    number = line(basic=60_000)
    first = counter.begin(number, 6_000, purpose="order", subject="D-1", how="credit")
    assert (first.state, basic(number)) == ("captured", 60_000)
    assert paying.owed_on_credit(number) == 6_000
    second = counter.begin(number, 50_000, purpose="order", subject="D-2", how="credit")
    assert (second.state, second.cause) == ("failed", "credit_limit")
    counter.till.sweep(later(days=5))
    assert basic(number) == 60_000, "it is not due yet"
    counter.till.sweep(later(days=12))
    assert (basic(number), paying.owed_on_credit(number), now_of(first).charged) == (54_000, 0, True)


def test_what_was_bought_on_credit_and_returned_is_owed_no_more(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number, 6_000, purpose="order", subject="D-3", how="credit")
    paying.give_back(str(payment.pk), 2_000, key="a", reason="one of three", by="clerk", now=NOON)
    assert paying.owed_on_credit(number) == 4_000
    paying.give_back(str(payment.pk), 4_000, key="b", reason="the rest", by="clerk", now=NOON)
    assert (now_of(payment).state, paying.owed_on_credit(number)) == ("given_back", 0)
    counter.till.sweep(later(days=40))
    assert basic(number) == 5_000


def test_credit_is_paid_early_when_the_customer_likes(counter: Counter) -> None:
    number = line()
    payment = counter.begin(number, 3_000, purpose="order", subject="D-4", how="credit")
    paying.collect_now(str(payment.pk), by="subscriber", now=later(days=1))
    counter.till.go_on(str(payment.pk), later(days=1))
    assert (basic(number), paying.owed_on_credit(number)) == (2_000, 0)


def test_a_crash_before_anybody_was_asked_is_found_by_the_sweep(counter: Counter) -> None:
    payment = counter.written(line())
    counter.till.sweep(later(seconds=1))
    assert now_of(payment).state == "redirected"


def test_limits_of_a_day_have_names(counter: Counter) -> None:
    number = line()
    for wrong in (0, 99, 300_001):
        with pytest.raises(Refusal, match="bad_amount"):
            counter.written(number, wrong)
    for _ in range(20):
        counter.written(number, 100)
    with pytest.raises(Refusal, match="too_many_today"):
        counter.written(number, 100)
    with pytest.raises(Refusal, match="too_many_today"):
        counter.written(line(), 100, payee=number)
    rich = line()
    for _ in range(3):
        counter.written(rich, 300_000)
    with pytest.raises(Refusal, match="too_much_today"):
        counter.written(rich, 200_000)


def test_somebody_elses_number_gets_the_money_and_the_payer_the_receipt(counter: Counter) -> None:
    payer, payee = line(), line()
    payment = counter.begin(payer, payee=payee)
    counter.pay(payment)
    counter.deliver()
    assert (basic(payer), basic(payee)) == (5_000, 15_000)
    [(_, text)] = letters(payer)
    assert "****" in text
    assert payee.digits[-8:] not in text
    assert letters(payee) == []
    forget_lines([payer, payee])


def test_the_next_bill_comes_at_the_carriers_first_of_the_month() -> None:
    assert moving.next_bill(NOON).isoformat() == "2026-12-01T00:00:00+08:00"


def test_every_payment_has_one_row_and_the_database_counts(counter: Counter) -> None:
    payment = counter.begin(line())
    with pytest.raises(Exception, match="payment_amounts"):
        Payment.objects.filter(pk=payment.pk).update(given_back=1)
