"""What was paid is what the register, the ledger and the carrier's own books say, month by month."""

from datetime import date, timedelta

import pytest

from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.insight import asking, levels
from careline.insight.asking import Period
from careline.postgres.sql import run
from careline.refunds import deciding, register
from careline.refunds.rules import ErrorKind
from tests.insight.records import fold
from tests.refunds.conftest import ANNOUNCEMENT, LARGE, NOON, SECRETARY, SMALL, THIRD_PARTY, TODAY, Counter, later, line

MONTH = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.requirement("REF-03")
def test_the_register_equals_the_ledger_and_the_carriers_books(counter: Counter) -> None:
    for order, channel in enumerate(("shop", "call", "call")):
        number = line()
        for item in (ANNOUNCEMENT, THIRD_PARTY)[: order + 1]:
            refund = counter.verified(number, item, channel=channel)
            if refund.state == "decided":
                deciding.approve(refund.pk, by="chen", now=NOON)
            counter.cashier.pay(refund.pk, by="wang", now=NOON)
    number = line()
    counter.cashier.pay_first(counter.request(number, SMALL, channel="web").pk, by="liu", now=NOON)
    cash = counter.verified(
        number, ANNOUNCEMENT, kind=ErrorKind.OTHER, due=1_000, reason="not of the five", channel="web"
    )
    counter.cashier.pay_cash(cash.pk, reason="number given up", handed_by="liu", by="wang", now=NOON)
    # One that nobody knows the end of yet, and one that was explained: neither counts.
    stumble("silent", kind="top_up", times=1)
    counter.cashier.pay(counter.verified(number, THIRD_PARTY).pk, by="wang", now=NOON)
    recover()
    counter.verified(number, SECRETARY)

    total, ledger = register.total(*MONTH), register.of_ledger(*MONTH)
    assert (total.payments, total.fen) == (ledger.payments, ledger.fen) == (7, 3 * 6_000 + 2 * 2_000 + 300 + 2_000)
    assert counter.cashier.sweep(later(minutes=1)) == 1
    total, ledger = register.total(*MONTH), register.of_ledger(*MONTH)
    assert (total.payments, total.fen) == (ledger.payments, ledger.fen) == (8, 26_300)
    [(books,)] = run("SELECT sum(basic) FROM sandbox_entry WHERE how = 'refund'")
    assert int(books) == total.fen - 2_000, "what was handed out in cash is not in the carrier's books"

    assert [(one.what, one.payments, one.fen) for one in register.sums("month", *MONTH)] == [("2026-11", 8, 26_300)]
    for by in register.BY:
        assert sum(one.fen for one in register.sums(by, *MONTH)) == total.fen
    kinds = {one.what: one.fen for one in register.sums("kind", *MONTH)}
    assert kinds == {"announcement": 18_000, "information_fee": 6_000, "other": 2_000, "unverified": 300}
    assert {one.what: one.payments for one in register.sums("channel", *MONTH)} == {"call": 4, "shop": 2, "web": 2}
    assert {one.what for one in register.sums("partner", *MONTH)} == {"", "星语网络", "乐天信息"}
    assert len(register.lines(*MONTH)) == 8
    assert register.total(date(2026, 10, 1), date(2026, 10, 31)).fen == 0
    assert register.cash_share(*MONTH) == pytest.approx(1 / 8)
    assert {one.provider for one in register.partners(*MONTH)} == {"星语网络"}


def test_refunds_that_miss_their_time_limit_are_counted_apart(counter: Counter) -> None:
    number = line()
    counter.cashier.pay(counter.approved(number).pk, by="wang", now=NOON)
    open_one = counter.verified(number, LARGE)
    counter.request(number, SMALL)
    found = register.timeliness(TODAY, TODAY, NOON)
    assert (found.asked, found.in_time, found.late, found.open) == (3, 1, 0, 2)
    found = register.timeliness(TODAY, TODAY, later(hours=49))
    assert (found.in_time, found.late, found.open) == (1, 2, 0)
    deciding.approve(open_one.pk, by="chen", now=later(hours=50))
    counter.cashier.pay(open_one.pk, by="wang", now=later(hours=50))
    found = register.timeliness(TODAY, TODAY, later(hours=60))
    assert (found.in_time, found.late, found.open) == (1, 2, 0)


def test_what_was_kept_without_an_error_is_registered(counter: Counter) -> None:
    number = line()
    refund = counter.request(number, THIRD_PARTY)
    counter.cashier.pay_first(refund.pk, by="liu", now=NOON)
    finding = counter.look(number, THIRD_PARTY)
    deciding.verify(refund.pk, finding, kind=None, due=1_000, by="zhao", now=NOON, reason="paper form found")
    assert (register.kept(*MONTH).payments, register.kept(*MONTH).fen) == (1, 1_000)


def test_money_that_goes_back_is_no_application_for_a_service_and_nobody_turned_to_us_for_it(counter: Counter) -> None:
    counter.cashier.pay(counter.approved(line()).pk, by="wang", now=NOON)
    fold(NOON + timedelta(days=1))

    found = asking.total(Period(NOON.date(), NOON.date()))
    assert (found.attempts, found.applications) == (1, 0)
    assert levels.ladder(Period(NOON.date(), NOON.date())).contacts == 0
    assert register.of_ledger(NOON.date(), NOON.date()).fen == 4_000
