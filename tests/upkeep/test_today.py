"""What is done today and what is not, step by step, with its proof."""

import pytest

from careline.prompts import logbook
from careline.prompts.logbook import Deed
from careline.upkeep import rounds, signing, today
from careline.upkeep.duties import duties
from tests.upkeep.days import at
from tests.upkeep.test_diary import run

pytestmark = pytest.mark.django_db
FINE = {key: True for key, _ in duties().checks}


def states(day: int, hour: int) -> dict[str, str]:
    return {one.step.key: one.state for one in today.steps(at(day, hour))}


def test_what_the_system_did_is_green_without_a_signature() -> None:
    assert states(4, 9)["dial"] == "open"
    run(4)
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    found = {one.step.key: one for one in today.steps(at(4, 10))}
    assert found["dial"].state == "done"
    assert [(one.by, one.count) for one in found["dial"].proofs] == [("probes@here", 1)]
    assert (found["audit"].state, found["prompts"].state, found["listen"].state) == ("done", "done", "open")


def test_a_signature_proves_its_own_step_and_no_other() -> None:
    signing.sign("order", "已核对", by="lin", now=at(4))
    found = states(4, 10)
    assert (found["order"], found["listen"], found["notices"]) == ("done", "open", "open")
    assert states(31, 10)["order"] == "done"


def test_rounds_are_done_when_all_are_made_and_missed_when_one_was() -> None:
    rounds.make(FINE, by="lin", now=at(3, 9))
    assert states(3, 11)["rounds"] == "partly"
    rounds.make(FINE, by="lin", now=at(3, 14))
    assert states(3, 15)["rounds"] == "done"
    assert states(4, 11)["rounds"] == "open"
    assert states(4, 12)["rounds"] == "missed"
