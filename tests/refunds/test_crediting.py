"""Money goes back once, whatever the carrier does: down, busy, silent after doing, silent before doing, lying; and told once."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.carrier.adapters.sandbox.stumbling import Mode, recover, stumble
from careline.carrier.port import Request
from careline.ledger.models import Attempt, OpenAttempt
from careline.postgres.sql import run
from careline.refunds import crediting, deciding
from careline.refunds.models import Credit, Refund
from careline.refunds.states import Refusal
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.refunds.conftest import (
    ANNOUNCEMENT,
    LARGE,
    NOON,
    SMALL,
    THIRD_PARTY,
    Counter,
    basic,
    later,
    letters,
    line,
)


@pytest.mark.requirement("REF-03", "REF-04")
def test_forty_come_back_for_thirty_charged_and_ten_due_and_one_sms_says_so(counter: Counter) -> None:
    number = line()
    refund = counter.cashier.pay(counter.approved(number).pk, by="wang", now=NOON)
    assert (refund.state, refund.paid, refund.ended_at) == ("credited", 4_000, NOON)
    assert basic(number) == 9_000
    [(key, text)] = letters(number)
    assert key == "refund.done"
    assert "双倍" in text
    assert "40.00元" in text
    [attempt] = Attempt.objects.filter(service="refund")
    assert (attempt.verb, attempt.channel, attempt.outcome, attempt.parameters["fen"]) == (
        "other",
        "care",
        "done",
        "4000",
    )
    assert not OpenAttempt.objects.exists()
    with pytest.raises(Refusal, match="already_refunded"):
        counter.cashier.pay(refund.pk, by="liu", now=NOON)
    with pytest.raises(Refusal, match="already_refunded"):
        counter.request(number)
    assert counter.cashier.sweep(later(days=1)) == 0
    assert len(letters(number)) == 1


@pytest.mark.parametrize("mode", ["down", "busy"])
def test_a_carrier_that_cannot_be_reached_is_asked_again_later(counter: Counter, mode: Mode) -> None:
    number = line()
    refund = counter.approved(number)
    stumble(mode)
    assert counter.cashier.pay(refund.pk, by="wang", now=NOON).state == "crediting"
    assert counter.cashier.sweep(later(seconds=5)) == 0, "its time has not come"
    assert counter.cashier.sweep(later(seconds=20)) == 0, "still away"
    assert (basic(number), letters(number)) == (5_000, [])
    with pytest.raises(Refusal, match="under_way"):
        counter.cashier.pay(refund.pk, by="liu", now=NOON)
    with pytest.raises(Refusal, match="under_way"):
        counter.cashier.pay_cash(refund.pk, reason="slow", handed_by="liu", by="liu", now=NOON)
    recover()
    assert counter.cashier.sweep(later(minutes=5)) == 1
    assert (basic(number), len(letters(number)), Credit.objects.count()) == (9_000, 1, 1)


@pytest.mark.parametrize("mode", ["silent", "silent_undone", "lying"])
def test_an_unknown_outcome_is_found_out_and_never_credited_twice(counter: Counter, mode: Mode) -> None:
    number = line()
    refund = counter.approved(number)
    stumble(mode, kind="top_up", times=1)
    assert counter.cashier.pay(refund.pk, by="wang", now=NOON).state == "unknown"
    assert letters(number) == [], "nothing is said before it is known"
    assert basic(number) == (5_000 if mode == "silent_undone" else 9_000)
    for minutes in (1, 5, 30, 90):
        counter.cashier.sweep(later(minutes=minutes))
    assert Refund.objects.get().state == "credited"
    assert (basic(number), len(letters(number)), Attempt.objects.filter(service="refund").count()) == (9_000, 1, 1)


def test_a_carrier_that_answers_twice_is_heard_once(counter: Counter) -> None:
    number = line()
    stumble("duplicate", kind="top_up")
    assert counter.cashier.pay(counter.approved(number).pk, by="wang", now=NOON).state == "credited"
    assert (basic(number), len(letters(number))) == (9_000, 1)


def test_a_crash_between_writing_and_asking_is_found_by_the_sweep(counter: Counter) -> None:
    number = line()
    refund = deciding.locked(counter.approved(number).pk)
    crediting._begin(refund, "whole", refund.amount, "wang", NOON, later(seconds=15))
    assert (basic(number), Refund.objects.get().state) == (5_000, "crediting")
    assert counter.cashier.sweep(later(seconds=16)) == 1
    assert (basic(number), Refund.objects.get().state, len(letters(number))) == (9_000, "credited", 1)


def test_a_crash_between_the_carriers_deed_and_our_record_is_found_too(counter: Counter) -> None:
    number = line()
    refund = deciding.locked(counter.approved(number).pk)
    credit = crediting._begin(refund, "whole", refund.amount, "wang", NOON, later(seconds=15))
    values = {"amount": 4_000, "account": "basic", "how": "refund", "item": refund.item}
    request = Request(str(credit.pk), number, "top_up", "", values)
    dict(counter.cashier.carrier.ask([request], now=NOON, time_limit_seconds=1))
    assert counter.cashier.sweep(later(seconds=16)) == 1
    assert (basic(number), len(letters(number))) == (9_000, 1)


@pytest.mark.requirement("REF-02")
def test_the_account_comes_first_and_cash_needs_a_reason_and_a_name(counter: Counter) -> None:
    number = line()
    refund = counter.approved(number)
    stumble("refusing", cause=Cause.NOT_FOUND, kind="top_up")
    refused = counter.cashier.pay(refund.pk, by="wang", now=NOON)
    recover()
    assert (refused.state, refused.paid, letters(number)) == ("approved", 0, [])
    [attempt] = Attempt.objects.filter(service="refund")
    assert (attempt.outcome, attempt.cause) == ("refused", "not_found")
    for reason, handed_by, code in (("", "liu", "no_reason"), ("number given up", " ", "no_name")):
        with pytest.raises(Refusal, match=code):
            counter.cashier.pay_cash(refund.pk, reason=reason, handed_by=handed_by, by="wang", now=NOON)
    paid = counter.cashier.pay_cash(refund.pk, reason="number given up", handed_by="liu", by="wang", now=NOON)
    assert (paid.state, paid.paid, basic(number)) == ("credited", 4_000, 5_000)
    credit = Credit.objects.get(state="done")
    assert (credit.how, credit.reason, credit.handed_by) == ("cash", "number given up", "liu")
    assert [key for key, _ in letters(number)] == ["refund.cash"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Credit.objects.filter(pk=credit.pk).update(reason="")


def test_small_disputes_with_third_parties_are_returned_first_and_doubled_when_proved(counter: Counter) -> None:
    number = line()
    refund = counter.request(number, THIRD_PARTY)
    first = counter.cashier.pay_first(refund.pk, by="liu", now=NOON)
    assert (first.state, first.paid, first.first, basic(number)) == ("requested", 1_000, True, 6_000)
    with pytest.raises(Refusal, match="not_requested"):
        counter.cashier.pay_first(refund.pk, by="liu", now=NOON)
    finding = counter.look(number, THIRD_PARTY)
    proved = deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="zhao", now=NOON)
    assert (proved.state, proved.owed, proved.amount) == ("approved", 2_000, 1_000)
    assert proved.partner_report.first
    done = counter.cashier.pay(refund.pk, by="wang", now=NOON)
    assert (done.state, done.paid, basic(number)) == ("credited", 2_000, 7_000)
    assert [key for key, _ in letters(number)] == ["refund.first", "refund.rest"]
    assert "20.00元" in letters(number)[1][1]


def test_what_was_returned_first_stays_when_no_error_is_found(counter: Counter) -> None:
    number = line()
    refund = counter.request(number, THIRD_PARTY)
    counter.cashier.pay_first(refund.pk, by="liu", now=NOON)
    finding = counter.look(number, THIRD_PARTY)
    kept = deciding.verify(refund.pk, finding, kind=None, due=1_000, by="zhao", now=NOON, reason="paper form found")
    assert (kept.state, kept.verdict, kept.paid, basic(number)) == ("kept", "kept", 1_000, 6_000)
    with pytest.raises(Refusal, match="already_refunded"):
        counter.request(number, THIRD_PARTY)


def test_only_small_charges_of_third_parties_are_returned_first(counter: Counter) -> None:
    number = line()
    for item, verdict in ((ANNOUNCEMENT, "not_third_party"), (LARGE, "not_third_party")):
        with pytest.raises(Refusal, match="not_first") as refused:
            counter.cashier.pay_first(counter.request(number, item).pk, by="liu", now=NOON)
        assert refused.value.args[1] == verdict
    assert basic(number) == 5_000


def test_an_unknown_first_return_is_settled_before_anything_else_happens_to_it(counter: Counter) -> None:
    number = line()
    refund = counter.request(number, SMALL)
    stumble("silent", kind="top_up", times=1)
    assert counter.cashier.pay_first(refund.pk, by="liu", now=NOON).state == "unknown"
    finding = counter.look(number, SMALL)
    with pytest.raises(Refusal, match="not_requested"):
        deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="zhao", now=NOON)
    assert counter.cashier.sweep(later(minutes=1)) == 1
    assert (Refund.objects.get().state, Refund.objects.get().paid, basic(number)) == ("requested", 300, 5_300)


def test_the_database_itself_never_lets_a_refund_pay_above_its_rule(counter: Counter) -> None:
    refund = counter.approved(line())
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(paid=4_001)
    counter.cashier.pay(refund.pk, by="wang", now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Credit.objects.create(
            id="0190a000-0000-7000-8000-000000000001", refund=refund, part="whole", fen=1, how="top_up", by="x",
            begun_at=NOON, due_at=NOON,
        )  # fmt: skip


@pytest.fixture
def shared(transactional_db: None) -> Iterator[Msisdn]:
    number = line()
    yield number
    forget_lines([number])


@pytest.mark.requirement("REF-06")
def test_ten_clerks_who_race_for_one_refund_pay_once(shared: Msisdn) -> None:
    counter = Counter()
    finding = counter.look(shared)
    requested = at_once(
        [
            lambda clerk=clerk: deciding.request(finding, channel="shop", by=clerk, now=NOON, key=f"race-{clerk}")
            for clerk in (f"clerk{order}" for order in range(10))
        ]
    )
    [refund] = [one for one in requested if isinstance(one, Refund)]
    assert sorted(str(one) for one in requested if not isinstance(one, Refund)) == ["under_way"] * 9
    verified = at_once(
        [
            lambda: deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="zhao", now=NOON)
            for _ in range(10)
        ]
    )
    assert sum(isinstance(one, Refund) for one in verified) == 1
    deciding.approve(refund.pk, by="chen", now=NOON)
    paid = at_once(
        [lambda clerk=clerk: counter.cashier.pay(refund.pk, by=f"clerk{clerk}", now=NOON) for clerk in range(9)]
        + [lambda: counter.cashier.sweep(later(minutes=1))]
    )
    assert {str(one) for one in paid if isinstance(one, Exception)} <= {"under_way", "already_refunded"}
    counter.cashier.sweep(later(minutes=10))
    assert basic(shared) == 5_000 + 6_000
    assert len(letters(shared)) == 1
    assert run("SELECT count(*) FROM refund_credit") == [(1,)]
