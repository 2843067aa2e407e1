"""The sums: rules are pure and exact, and what customers paid is what was credited or given back, whatever happens in between."""

import contextlib
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.payments import discounts, reconciling
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.discounts import Rule, best, may_owe, terms
from careline.payments.models import Payment
from careline.payments.paying import cancel
from careline.payments.reconciling import NotAStatement, compare, ours, read, written
from careline.payments.states import WAYS, Refusal, State, allowed
from careline.values.cause import Cause
from careline.values.language import Text
from tests.payments.conftest import Counter, basic, later, line

DAY = date(2026, 11, 21)
NAME = Text("优惠", "offer")


@pytest.mark.requirement("ORD-08")
def test_the_best_rule_counts_alone() -> None:
    rules = terms().rules
    found = best(rules, purpose="top_up", how="provider", fen=20_000, brand="easyown", day=DAY)
    assert found is not None
    assert (found.rule, found.fen) == ("easyown_steps", 600)
    other = best(rules, purpose="top_up", how="provider", fen=20_000, brand="gotone", day=DAY)
    assert other is not None
    assert (other.rule, other.fen) == ("online_100", 400)
    assert best(rules, purpose="top_up", how="provider", fen=9_999, brand="gotone", day=DAY) is None
    assert best(rules, purpose="order", how="provider", fen=20_000, brand="gotone", day=DAY) is None
    assert best(rules, purpose="top_up", how="balance", fen=20_000, brand="gotone", day=DAY) is None


def test_a_rule_has_its_first_and_its_last_day() -> None:
    rule = Rule("x", NAME, frozenset({"top_up"}), frozenset({"provider"}), since=DAY, until=DAY, percent=1)
    fits = [rule.fits("top_up", "provider", "", day) for day in (date(2026, 11, 20), DAY, date(2026, 11, 22))]
    assert fits == [False, True, False]


@given(
    fen=some.integers(1, 10**7),
    percent=some.integers(0, 99),
    step=some.integers(0, 10**7),
    most=some.integers(0, 10**6),
)
def test_nothing_ever_becomes_free_or_dearer(fen: int, percent: int, step: int, most: int) -> None:
    rule = Rule("x", NAME, frozenset(), frozenset(), percent=percent, most_off_fen=most, steps=((100, step),))
    assert 0 <= rule.off(fen) < fen
    assert rule.off(fen) <= most


@given(
    rating=some.one_of(some.none(), some.integers(0, 100)), debt=some.integers(0, 10**6), owed=some.integers(0, 10**6)
)
def test_nobody_in_debt_or_without_a_rating_buys_on_credit(rating: int | None, debt: int, owed: int) -> None:
    room = may_owe(terms().credit, rating, debt, owed)
    assert 0 <= room <= 50_000
    if rating is None or debt or rating < 60:
        assert room == 0


@pytest.mark.parametrize(
    "text",
    ['[[rule]]\nid="a"', '[[rule]]\nid="a"\nname={zh="a",en="a"}\npurposes=["tea"]\npercent=1',
     '[[rule]]\nid="a"\nname={zh="a",en="a"}\npurposes=["top_up"]\npercent=100', "[other]\nx=1",
     '[[rule]]\nid="a"\nname={zh="a",en="a"}\npurposes=["top_up"]'],
)  # fmt: skip
def test_a_file_that_says_no_rule_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("terms") / "discounts.toml"
    path.write_text(text)
    with pytest.raises(discounts.RuleError):
        discounts._read(path)


def test_states_are_left_only_by_the_listed_ways() -> None:
    assert set(WAYS) == set(State)
    for state in (State.GIVEN_BACK, State.FAILED, State.CANCELLED, State.EXPIRED):
        assert not WAYS[state]
    assert not allowed(State.CAPTURED, State.CANCELLED)
    assert not allowed(State.EXPIRED, State.CAPTURED)


ACTS = some.lists(
    some.tuples(
        some.sampled_from(["pay", "twice", "late", "quiet", "decline", "walk"]),
        some.sampled_from(["", "cancel"]),
        some.sampled_from(["", "refusing", "silent", "silent_undone", "lying", "down"]),
        some.integers(100, 30_000),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_what_was_paid_is_what_was_credited_or_given_back(
    counter: Counter, acts: list[tuple[str, str, str, int]]
) -> None:
    number = line()
    for how, then, carrier, fen in acts:
        payment = counter.begin(number, fen)
        if carrier:
            stumble(carrier, kind="top_up", times=1, cause=Cause.NOT_FOUND if carrier == "refusing" else None)  # type: ignore[arg-type]
        if how != "walk":
            counter.pay(payment, how)
        if then:
            with contextlib.suppress(Refusal):
                cancel(str(payment.pk), by="subscriber", now=later())
        counter.deliver(later(minutes=1))
    for minutes in (2, 10, 40, 90, 300, 900):
        counter.till.sweep(later(minutes=minutes))
    recover()
    mine = Payment.objects.filter(msisdn=number.digits)
    bills = SandboxBill.objects.filter(reference__in=[one.pk for one in mine])
    kept = sum(bill.fen - bill.given_back for bill in bills if bill.state == "paid")
    assert kept == sum(one.credited for one in mine) == basic(number) - 5_000
    assert all(one.captured == one.credited + one.given_back for one in mine)


def test_a_statement_that_agrees_and_one_that_does_not(counter: Counter) -> None:
    for back in (0, 3_000):
        payment = counter.begin(line(), purpose="order", subject=f"S-{back}")
        counter.pay(payment)
        counter.deliver()
        if back:
            from careline.payments import paying

            paying.give_back(str(payment.pk), back, key="a", reason="part", by="liu", now=later())
            counter.till.go_on(str(payment.pk), later())
    mine = ours("sandbox", DAY)
    text = written(counter.provider.statement(later(hours=-12), later(hours=12)))
    found = compare(mine, read(text))
    assert (found.agrees, found.matched, found.fen) == (True, 3, 17_000)
    lines = text.splitlines()
    short = compare(mine, read("\n".join(lines[:-1])))
    assert [one.kind for one in short.missing] == ["refund"]
    more = compare(mine, read(text + "0190-unknown,payment,5.00,x\n"))
    assert [(one.reference, one.theirs) for one in more.extra] == [("0190-unknown", 500)]
    other = compare(mine, read(text.replace("100.00", "100.01", 1)))
    assert [(one.ours, one.theirs) for one in other.differing] == [(10_000, 10_001)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2",
        "reference,kind,amount\nx,tea,1",
        "reference,kind,amount\nx,payment,-1",
        "reference,kind,amount\n,payment,1",
    ],
)
def test_a_file_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(NotAStatement):
        reconciling.read(text)
