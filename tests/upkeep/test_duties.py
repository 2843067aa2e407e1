"""The duties as data: the file of the packs is sound, and a file that is not says where."""

from datetime import timedelta
from pathlib import Path

import pytest

from careline.catalogue.packs import packs_folder
from careline.upkeep import duties as room
from careline.upkeep import linting, today
from careline.upkeep.duties import FILE, Kind, NotDuties, duties

KNOWN = frozenset({"always"})
WRITTEN = (packs_folder() / "common" / FILE).read_text(encoding="utf-8")


@pytest.mark.requirement("MON-01", "MON-05")
def test_the_process_has_steps_each_with_who_how_often_and_what_proves_it() -> None:
    held = duties()
    assert len(held.steps) == 9
    assert all(one.proof and one.who and all(one.name) and all(one.why) for one in held.steps)
    assert len(held.slots) == 2
    assert {one.step for one in held.questions} <= {one.key for one in held.steps}
    assert held.old_percent_max == 20
    assert Kind.SIGNED in held.counts


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('proof = ["probe"]', 'proof = ["prophecy"]', "prophecy"),
        ('proof = ["probe"]', "proof = []", "what proves it"),
        ('key = "afternoon"', 'key = "morning"', "rounds.slots"),
        ('from = "08:00"', 'from = "12:30"', "opens before it closes"),
        ("right = 3", "right = 4", "`right` is one of them"),
        ('step = "dial"', 'step = "dance"', "there is no step dance"),
        ('calendar = "always"', 'calendar = "lunar"', "there is no calendar lunar"),
        ("pass_percent = 80", "pass_percent = 0", "pass_percent"),
        ('alarm_at = "17:00"', 'alarm_at = "soon"', "ValueError"),
        ('zh = "上午"', 'zh = " "', "empty"),
        ("[quiz]", "[quizz]", "KeyError"),
        ("[quiz]", "[quiz", "line"),
    ],
)
def test_a_file_that_cannot_be_served_says_where(was: str, becomes: str, told: str) -> None:
    assert was in WRITTEN
    told = told.replace("opens before it closes", "must open before it closes")
    with pytest.raises(NotDuties, match=told):
        room.parse(WRITTEN.replace(was, becomes, 1), KNOWN)


def test_lint_reads_the_duties_with_the_other_files_of_the_packs(tmp_path: Path) -> None:
    assert linting.findings(packs_folder()) == ()
    assert linting.findings(tmp_path) == ()
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / FILE).write_text(WRITTEN.replace("right = 3", "right = 9", 1), encoding="utf-8")
    (found,) = linting.findings(tmp_path)
    assert (found.severity, "`right` is one of them" in found.mend.en) == ("error", True)


def test_a_week_runs_from_monday_and_a_month_to_its_last_day() -> None:
    from tests.upkeep.days import MONDAY

    audit, order, dial = (duties().step(key) for key in ("audit", "order", "dial"))
    assert audit
    assert order
    assert dial
    wednesday = MONDAY + timedelta(days=2)
    assert today.spans(audit, wednesday) == (MONDAY, MONDAY + timedelta(days=6))
    assert [str(day) for day in today.spans(order, wednesday)] == ["2026-03-01", "2026-03-31"]
    assert today.spans(dial, wednesday) == (wednesday, wednesday)
