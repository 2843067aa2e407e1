"""What is owed: the worked examples row by row, and what holds for every charge there can be."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.refunds.rules import DOUBLED, ErrorKind, Facts, Limits, Verdict, decide, decide_all, decide_first
from careline.values.money import parse_amount

WORKED = Path(__file__).with_name("worked.tsv")
with WORKED.open(encoding="utf-8") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t"))

fen = st.integers(min_value=0, max_value=10_000_000)
kinds = st.one_of(st.none(), st.sampled_from(ErrorKind))
facts_of = st.builds(
    Facts,
    charged=fen,
    due=fen,
    kind=kinds,
    verified=st.booleans(),
    refunded=st.booleans(),
    paid_first=st.integers(0, 3_000),
    asked=st.one_of(st.none(), st.integers(-500, 20_000_000)),
    given_back=st.one_of(st.just(0), fen),
)


@pytest.mark.requirement("REF-04", "REF-05", "REF-06")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_worked_example(row: dict[str, str]) -> None:
    items = [
        Facts(
            parse_amount(charged),
            parse_amount(due),
            None if kind == "-" else ErrorKind(kind),
            row["verified"] == "yes",
            row["refunded"] == "yes",
        )
        for charged, due, kind in zip(*(row[name].split("+") for name in ("charged", "due", "kind")), strict=True)
    ]
    decisions, total = decide_all(items)
    assert [decision.verdict.value for decision in decisions] == row["verdict"].split("+")
    assert total == parse_amount(row["refund"])


def test_the_error_kinds_that_are_doubled_are_five() -> None:
    assert len(DOUBLED) == 5
    assert ErrorKind.OTHER not in DOUBLED


@given(facts_of)
def test_no_refund_is_negative_or_more_than_the_rule_gives(facts: Facts) -> None:
    decision = decide(facts)
    ceiling = (2 if facts.kind in DOUBLED else 1) * max(0, facts.charged - facts.given_back - facts.due)
    assert 0 <= decision.amount <= ceiling
    assert decision.amount + facts.paid_first <= max(ceiling, facts.paid_first)
    if decision.amount:
        assert decision.verdict is Verdict.REFUND
        assert facts.verified
        assert not facts.refunded
        assert facts.kind is not None


def test_what_came_back_by_another_way_is_taken_off_and_all_of_it_ends_the_refund() -> None:
    part = Facts(3_000, 1_000, ErrorKind.CDR, True, given_back=500)
    assert (decide(part).verdict, decide(part).amount) == (Verdict.REFUND, 3_000)
    for back in (2_000, 3_000):
        none = decide(replace(part, given_back=back))
        assert (none.verdict, none.rule, none.amount) == (Verdict.ALREADY_REFUNDED, "given_back", 0)


@given(facts_of)
def test_the_same_facts_are_decided_the_same_every_time(facts: Facts) -> None:
    assert decide(facts) == decide(replace(facts)) == decide_all([facts])[0][0]


@given(fen, fen, st.sampled_from(ErrorKind), st.integers(1, 20_000_000))
def test_more_than_the_rule_is_refused_whole(charged: int, due: int, kind: ErrorKind, more: int) -> None:
    facts = Facts(charged, due, kind, verified=True)
    owed = decide(facts).owed
    decision = decide(replace(facts, asked=owed + more))
    assert decision.amount == 0
    assert not decision.verdict.pays


@given(st.lists(st.tuples(fen, fen), min_size=1, max_size=6), st.sampled_from(ErrorKind))
def test_asking_twice_or_in_parts_never_pays_more(pairs: list[tuple[int, int]], kind: ErrorKind) -> None:
    items = [Facts(charged, due, kind, verified=True) for charged, due in pairs]
    _, together = decide_all(items)
    # Once again for each charge that was paid: nothing more. In parts: the first part closes the charge.
    again, second = decide_all([replace(item, refunded=True) for item in items])
    assert second == 0
    assert {decision.verdict for decision in again} == {Verdict.ALREADY_REFUNDED}
    parts = sum(decide(replace(item, asked=decide(item).owed // 2)).amount for item in items)
    assert parts <= together


@given(fen, fen, kinds)
def test_refunding_first_never_pays_more_than_the_rule_in_the_end(
    charged: int, due: int, kind: ErrorKind | None
) -> None:
    limits = Limits()
    first = decide_first(charged, third_party=True, times=0, refunded=False, limits=limits)
    assert first.amount in (0, charged)
    later = decide(Facts(charged, due, kind, verified=True, paid_first=first.amount), limits)
    at_once = decide(Facts(charged, due, kind, verified=True), limits)
    assert first.amount + later.amount == max(first.amount, at_once.amount)


def test_refunding_first_is_for_small_charges_of_third_parties_and_not_for_ever() -> None:
    limits = Limits(refund_first_up_to_fen=1_000, refund_first_times=2)

    def verdict(charged: int = 1_000, third_party: bool = True, times: int = 0, refunded: bool = False) -> Verdict:
        return decide_first(charged, third_party=third_party, times=times, refunded=refunded, limits=limits).verdict

    assert verdict() is Verdict.FIRST
    assert verdict(charged=1_001) is Verdict.TOO_LARGE
    assert verdict(third_party=False) is Verdict.NOT_THIRD_PARTY
    assert verdict(times=2) is Verdict.TOO_OFTEN
    assert verdict(refunded=True) is Verdict.ALREADY_REFUNDED
    assert verdict(charged=0) is Verdict.EXPLAINED


def test_a_second_person_is_asked_above_the_limit_and_not_at_it() -> None:
    limits = Limits(second_person_above_fen=4_000)
    assert not decide(Facts(3_000, 1_000, ErrorKind.CDR, True), limits).needs_second_person
    assert decide(Facts(3_000, 999, ErrorKind.CDR, True), limits).needs_second_person
