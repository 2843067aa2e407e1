"""Erlang's formulas give the published values, and the fewest people who are enough."""

import pytest

from careline.insight import staffing


@pytest.mark.parametrize(
    ("lines", "erlangs"), [(1, 0.0101), (5, 1.361), (10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)]
)
def test_lines_lose_one_call_in_a_hundred_at_the_load_of_the_published_table(lines: int, erlangs: float) -> None:
    """Erlang B tables (ITU-D, Teletraffic Engineering Handbook, appendix): load for a blocking of 1 %."""
    assert staffing.blocked(erlangs, lines) == pytest.approx(0.01, rel=0.01)


@pytest.mark.requirement("CAP-03")
def test_a_published_call_centre_is_reckoned_as_published() -> None:
    """360 calls in half an hour of four minutes each, 55 agents, answer within 15 s (Tanner's worked example of Erlang C)."""
    found = staffing.with_agents(360, 30, 240, 55, 15)
    assert found.erlangs == pytest.approx(48)
    assert found.waits == pytest.approx(0.239, abs=0.0005)
    assert found.mean_wait == pytest.approx(8.2, abs=0.05)
    assert found.occupancy == pytest.approx(0.873, abs=0.0005)
    assert found.answered == pytest.approx(1 - 0.239 * 2.718281828 ** (-7 * 15 / 240), abs=0.0005)


def test_two_erlangs_at_three_seats_wait_as_the_formula_says_by_hand() -> None:
    assert staffing.waits(2, 3) == pytest.approx(4 / 9)  # (8/6 * 3) / (1 + 2 + 2 + 4)
    assert staffing.waits(3, 3) == 1.0


def test_the_fewest_people_are_enough_and_one_less_are_not() -> None:
    found = staffing.needed(360, 60, 240, 0.8, 15)
    assert found.answered >= 0.8
    assert staffing.with_agents(360, 60, 240, found.agents - 1, 15).answered < 0.8
    assert found.rostered(0.3) == -(-found.agents * 10 // 7)
    assert staffing.needed(0, 60, 240, 0.8, 15).agents == 1


def test_eight_million_calls_a_day_can_be_reckoned_and_nonsense_is_refused() -> None:
    found = staffing.needed(8_000_000 / 24, 60, 180, 0.8, 20)
    assert found.erlangs == pytest.approx(16_666.67, abs=0.01)
    assert 16_667 < found.agents < 16_900
    for wrong in (
        (-1, 60, 180, 0.8, 20),
        (1, 0, 180, 0.8, 20),
        (1, 60, 0, 0.8, 20),
        (1, 60, 180, 1.0, 20),
        (1e9, 60, 180, 0.8, 20),
    ):
        with pytest.raises(ValueError):
            staffing.needed(*wrong)
