"""Before and after: how sure a rate is, phases whose limits begin anew, and drawings that say the same as their words."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from careline import charts
from careline.charts import laying
from careline.circle.bounds import bounds, surely
from careline.circle.chapters.effect import goal_words
from careline.circle.decisions import Topic, counted
from careline.circle.facts import Said
from careline.circle.phases import phases
from careline.circle.watching import months
from careline.insight.rates import Rate
from careline.values.language import Text

FIRST = date(2026, 3, 1)
GOAL = Fraction("0.0086")


def days(*rates: tuple[int, int]) -> list[tuple[date, Rate]]:
    return [(FIRST + timedelta(days=at), Rate(*one)) for at, one in enumerate(rates)]


def test_the_interval_of_a_rate_is_that_of_the_published_example() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81/263, 15/148, 0/20, 1/29 by Wilson's score method.
    for rate, lower, upper in (
        (Rate(81, 263), 0.2553, 0.3662),
        (Rate(15, 148), 0.0624, 0.1605),
        (Rate(0, 20), 0.0, 0.1611),
        (Rate(1, 29), 0.0061, 0.1718),
    ):
        found = bounds(rate)
        assert found is not None
        assert found.lower == pytest.approx(lower, abs=5e-5)
        assert found.upper == pytest.approx(upper, abs=5e-5)
    assert bounds(Rate(0, 0)) is None


def test_a_goal_that_is_met_by_the_figure_only_is_not_called_sure() -> None:
    say = Said("en")
    assert surely(Rate(80, 10_000), GOAL) is False  # 0.80 %, but perhaps 0.99 %
    assert surely(Rate(800, 100_000), GOAL) is True  # 0.80 %, at most 0.86 %
    assert "met by the figure, but not surely: the true rate may be as high as 0.99 %" in goal_words(
        Rate(80, 10_000), GOAL, say
    )
    assert "met, and surely so" in goal_words(Rate(800, 100_000), GOAL, say)
    assert "not met" in goal_words(Rate(87, 10_000), GOAL, say)
    assert "Nobody applied" in goal_words(Rate(0, 0), GOAL, say)
    assert "没有达到" in goal_words(Rate(87, 10_000), GOAL, Said("zh"))


def test_limits_begin_anew_on_the_day_of_a_countermeasure() -> None:
    before, after = [(10, 100), (12, 100)] * 5, [(1, 100), (3, 100)] * 5
    cut = FIRST + timedelta(days=10)
    found = phases(days(*before, *after), [cut])
    assert [(one.since, one.rate) for one in found] == [(FIRST, Rate(110, 1_000)), (cut, Rate(20, 1_000))]
    assert [one.chart.centre for one in found] == [pytest.approx(0.11), pytest.approx(0.02)]
    assert all(one.chart.stable for one in found)
    [whole] = phases(days(*before, *after), [])
    assert whole.chart.stable is False  # without the cut nine days in a row lie on one side
    # A week at least on either side; days on which nobody applied count for nothing.
    assert len(phases(days(*before, *after), [FIRST + timedelta(days=at) for at in (3, 10, 15)])) == 2
    assert len(phases(days(*before, *[(0, 0)] * 10), [cut])) == 1
    assert phases([], [cut]) == []


def test_only_who_scored_every_topic_is_counted() -> None:
    def topic(key: str, *votes: tuple[str, int, int]) -> Topic:
        given = {who: {"importance": one, "urgency": two, "perception": 3} for who, one, two in votes}
        return Topic(key, Text(key, key), (), {"importance": 5}, given)

    one, other = counted([topic("a", ("li", 5, 4), ("wu", 1, 1)), topic("b", ("li", 2, 2))])
    assert (one.total, other.total) == (12, 7)
    assert counted([replace(one, votes={}), other])[0].scores == one.scores


def test_months_after_the_end_are_whole_ones() -> None:
    assert months(date(2026, 1, 15), date(2026, 3, 31)) == [date(2026, 2, 1), date(2026, 3, 1)]
    assert months(date(2026, 12, 31), date(2027, 1, 31)) == [date(2027, 1, 1)]
    assert months(date(2026, 1, 15), date(2026, 1, 31)) == []


def test_a_tree_has_no_boxes_on_top_of_each_other_and_says_which_are_causes() -> None:
    groups = [
        ("人员与制度", [("维护人员没有考核", ""), ("a name that is so long that it takes several lines", "a cause")]),
        ("Machines", [("hardware breaks down", "?open")]),
        ("empty", []),
    ]
    for type_ in (laying.SCREEN, laying.PAPER):
        boxes = laying.tree("our words misled the customer", groups, type_).boxes
        assert len(boxes) == 1 + 3 + 3
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                apart = one.x + one.wide <= other.x or other.x + other.wide <= one.x
                assert apart or one.y + one.high <= other.y or other.y + other.high <= one.y, (one, other)
    chart = charts.tree("t", "r", groups, language="en")
    assert chart.svg.count("box leaf marked") == 1
    assert chart.svg.count("box leaf waiting") == 1
    assert "with 3 ends, 1 of them marked" in chart.svg
    cards = laying.affinity([(f"topic {at}", [("card " * 12, "")] * at) for at in range(5)])
    assert max(box.y + box.high for box in cards.boxes) <= cards.height
