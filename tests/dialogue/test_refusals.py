"""Rules that say no before the carrier is asked, each with its own cause."""

from dataclasses import replace

import pytest

from careline.values.cause import Cause
from careline.values.outcome import Outcome
from tests.dialogue.building import WANG, Handset, of


@pytest.mark.parametrize(
    ("said", "changes", "cause"),
    [
        ("KTLDXS", {"status": "suspended"}, "suspended"),
        ("KTLDXS", {"status": "inactive"}, "suspended"),
        ("KTJK", {}, "not_eligible"),
        ("KTLTC", {}, "closed"),
        ("402191", {}, "nothing_to_confirm"),
    ],
)
def test_each_no_has_its_cause_and_is_an_attempt(said: str, changes: dict[str, str], cause: str) -> None:
    handset = Handset(replace(WANG, **changes))  # type: ignore[arg-type]
    handset.say(said)
    assert handset.turn.begun is not None
    assert handset.endings == [("refused", cause)]
    assert handset.done == []
    assert not handset.turn.miss, "the business working is no misunderstanding"


def test_a_suspended_line_is_still_told_and_may_still_cancel() -> None:
    handset = Handset(replace(WANG, status="suspended"))
    for said in ("CXYE", "QXLDXS", "15"):
        handset.say(said)
    assert handset.done == [("balance", "query"), ("caller_id", "cancel")]


def test_the_right_brand_is_served_and_any_brand_may_cancel() -> None:
    handset = Handset(replace(WANG, brand="gotone"))
    handset.say("KTJK")
    assert handset.done == [("gotone_only", "subscribe")]
    other = Handset()
    other.say("QXJK")
    assert other.done == [("gotone_only", "cancel")]


def test_a_row_of_one_brand_is_refused_to_others() -> None:
    handset = of("zhejiang", "gotone")
    handset.say("1121")
    assert handset.endings == [("refused", "not_eligible")]
    right = of("zhejiang", "easyown")
    right.say("1121")
    assert right.done == [("pkg_szx_a", "subscribe")]


def test_a_carriers_refusal_is_told_in_its_own_words() -> None:
    handset = Handset()
    answer = handset.say("QXLDXS", outcome=Outcome.REFUSED, key="not_on", cause=Cause.NOT_ON)
    assert answer == "来电显示没有开通"


def test_an_unfrozen_day_serves_orders() -> None:
    handset = of("zhejiang")
    handset.say("4051")
    assert handset.done == [("paper_405", "subscribe")]
