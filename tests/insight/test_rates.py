"""The failure rate by its definition, its goals, and its reasons in their order."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.insight.comparing import compare, fisher
from careline.insight.control import laney_chart, p_chart
from careline.insight.rates import Rate, percent, percents, told
from careline.insight.strata import stratify

# Montgomery, Introduction to Statistical Quality Control, table 7.1: cans of frozen orange juice, 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# The same book, purchase orders of 25 weeks: samples of different sizes.
ORDERS = [
    (12, 100), (8, 80), (6, 80), (9, 100), (10, 110), (12, 110), (11, 100), (16, 100), (10, 90), (6, 90), (20, 110),
    (15, 120), (9, 120), (8, 120), (6, 110), (8, 80), (10, 80), (7, 80), (5, 90), (8, 100), (5, 100), (8, 100),
    (10, 100), (6, 90), (9, 90),
]  # fmt: skip


def test_nobody_applied_is_neither_a_crash_nor_nought() -> None:
    assert str(Rate(0, 0)) == "n/a"
    assert Rate(0, 0).directive_met is None
    assert (told(Rate(0, 0), "zh"), told(Rate(0, 0), "en"), told(Rate(1, 4), "zh")) == ("—", "n/a", "25.00 %")
    assert told("0  (n/a)，p = n/a；main/all，n/ab", "zh") == "0  (—)，p = —；main/all，n/ab"


@pytest.mark.requirement("IVR-03")
@pytest.mark.parametrize(
    ("failed", "applications", "written", "directive", "challenge"),
    [
        (99, 10_000, "0.99 %", True, False),
        (100, 10_000, "1.00 %", False, False),
        (86, 10_000, "0.86 %", True, True),
        (256, 10_000, "2.56 %", False, False),
        (0, 1, "0.00 %", True, True),
        (1, 1, "100.00 %", False, False),
    ],
)
def test_goals_are_met_strictly(failed: int, applications: int, written: str, directive: bool, challenge: bool) -> None:
    rate = Rate(failed, applications)
    assert (str(rate), rate.directive_met, rate.challenge_met) == (written, directive, challenge)


def test_halves_are_rounded_up_from_the_exact_value() -> None:
    assert percent(Fraction(5, 100_000)) == "0.01 %"
    assert percent(Fraction(4_999, 100_000_000)) == "0.00 %"


def test_the_golden_counts_give_the_published_shares() -> None:
    failures, system, guidance, applications = 505, 425, 374, 19_690
    assert str(Rate(failures, applications)) == "2.56 %"
    assert percent(Fraction(system, failures)) == "84.16 %"
    assert percent(Fraction(guidance, system)) == "88.00 %"


def test_reasons_stand_in_order_with_the_crux_on_top() -> None:
    strata = stratify({"carrier_busy": 30, "guidance": 374, "wrong_prompt": 21, "never": 0})

    assert [(one.name, one.count, percent(one.share), percent(one.cumulative), one.crux) for one in strata] == [
        ("guidance", 374, "88.00 %", "88.00 %", True),
        ("carrier_busy", 30, "7.06 %", "95.06 %", False),
        ("wrong_prompt", 21, "4.94 %", "100.00 %", False),
    ]


def test_two_equal_reasons_have_no_crux() -> None:
    assert not any(one.crux for one in stratify({"a": 2, "b": 2}))


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 10**6), max_size=20))
def test_shares_sum_to_the_whole(counts: dict[str, int]) -> None:
    strata = stratify(counts)
    assert sum(one.share for one in strata) == (1 if strata else 0)
    assert not strata or strata[-1].cumulative == 1


def test_shares_that_are_printed_add_up_to_a_hundred() -> None:
    assert percents([425, 80]) == ["84.16 %", "15.84 %"]  # the golden set
    assert percents([31, 1]) == ["96.88 %", "3.12 %"]  # 96.875 and 3.125, both rounded up, would be 100.01
    assert percents([1, 1, 1]) == ["33.34 %", "33.33 %", "33.33 %"]
    assert percents([7]) == ["100.00 %"]
    assert (percents([]), percents([0, 0])) == ([], ["n/a", "n/a"])


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_no_printed_share_is_a_place_away_from_its_value(counts: list[int]) -> None:
    said = [Fraction(Decimal(one.removesuffix(" %"))) for one in percents(counts)]
    assert sum(said) == 100
    assert all(
        abs(one - Fraction(100 * n, sum(counts))) < Fraction(1, 100) for one, n in zip(said, counts, strict=True)
    )


def test_a_p_chart_is_that_of_the_orange_juice() -> None:
    chart = p_chart([(failed, 50) for failed in CANS])

    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert chart.points[0].upper == pytest.approx(0.4102, abs=5e-5)
    assert chart.points[0].lower == pytest.approx(0.0524, abs=5e-5)
    assert [at + 1 for at, point in enumerate(chart.points) if 1 in point.tests] == [15, 23]


def test_limits_step_with_the_size_of_the_sample() -> None:
    chart = p_chart(ORDERS)

    assert chart.centre == pytest.approx(234 / 2450)
    assert (chart.points[0].lower, chart.points[0].upper) == pytest.approx((0.007, 0.184), abs=5e-4)
    assert chart.points[1].upper > chart.points[0].upper > chart.points[11].upper
    assert [at + 1 for at, point in enumerate(chart.points) if 1 in point.tests] == [11]


def test_laney_widens_by_the_moving_range_of_the_scores() -> None:
    # By hand: centre 0.1, spread 0.3; scores of shares 0.07, 0.13, 0.07, 0.13 of 900 are -3, 3, -3, 3: ranges 6, 6, 6.
    chart = laney_chart([(63, 900), (117, 900), (63, 900), (117, 900)])

    assert chart.sigma_z == pytest.approx(6 / 1.128)
    assert chart.points[0].upper == pytest.approx(0.1 + 3 * 0.01 * 6 / 1.128)
    assert chart.points[0].lower == 0  # clipped
    assert chart.stable
    assert not p_chart([(63, 900), (117, 900), (63, 900), (118, 900)]).stable


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda p: (min(p), max(p))), max_size=40))
def test_limits_stay_between_nought_and_one(subgroups: list[tuple[int, int]]) -> None:
    for chart in (p_chart(subgroups), laney_chart(subgroups)):
        assert len(chart.points) == len(subgroups)
        for point in chart.points:
            assert 0 <= point.lower <= point.upper <= 1
            assert (point.share is None) == (point.size == 0)


def test_charts_of_nothing_of_one_and_of_all_failed() -> None:
    assert p_chart([]).centre is None
    assert laney_chart([(0, 0)]).stable is None
    assert laney_chart([(3, 10)]).sigma_z == 1
    allfailed = laney_chart([(10, 10), (20, 20)])
    assert (allfailed.centre, allfailed.points[0].upper, allfailed.stable) == (1.0, 1.0, True)


def test_nine_on_one_side_are_a_signal_and_a_day_without_a_size_is_passed_over() -> None:
    subgroups = [(10, 100)] * 5 + [(0, 0)] + [(10, 100)] * 4 + [(30, 100)] * 3
    found = [at for at, point in enumerate(p_chart(subgroups).points) if 2 in point.tests]
    assert found == [9]


def test_fisher_tells_how_well_the_lady_tasted_tea() -> None:
    # R. A. Fisher, The Design of Experiments (1935): 3 of 4 against 1 of 4.
    assert fisher(Rate(3, 4), Rate(1, 4)) == pytest.approx(0.4857, abs=5e-5)
    # The same author's criminals with a twin: of 13 identical twins 10 were convicted too, of 17 others 2.
    assert fisher(Rate(10, 13), Rate(2, 17)) == pytest.approx(0.0005367, abs=5e-7)


def test_z_is_that_of_the_aspirin_study() -> None:
    # A. Agresti, Categorical Data Analysis: 189 of 11,034 against 104 of 11,037; chi-squared 25.01.
    found = compare(Rate(189, 11_034), Rate(104, 11_037))
    assert (found.test, found.better, found.significant) == ("z", True, True)
    assert (found.z or 0) ** 2 == pytest.approx(25.01, abs=0.005)


def test_small_numbers_are_compared_exactly_and_none_not_at_all() -> None:
    assert compare(Rate(1, 10), Rate(0, 10)).test == "fisher"
    assert compare(Rate(1, 10), Rate(0, 10)).p == pytest.approx(1.0)
    assert compare(Rate(0, 0), Rate(0, 10)).p is None
