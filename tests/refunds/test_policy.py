"""The policy is data: what the file says is kept, and what it cannot mean is refused by name."""

from datetime import timedelta
from pathlib import Path

import pytest

from careline import wiring
from careline.daemons.sweeps import sweeps
from careline.promises.calendars import CalendarError
from careline.refunds.policy import Policy, PolicyError, policy
from tests.refunds.conftest import NOON


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELINE_PACKS", str(tmp_path))
    (tmp_path / "common").mkdir()
    return tmp_path / "common" / "refunds.toml"


def test_the_time_limit_and_every_figure_come_from_the_file(written: Path) -> None:
    written.write_text(
        "[refund]\nsecond_person_above_fen = 1\nasker_verifies_up_to_fen = 2\ntime_limit_minutes = 60\n[first]\non = false\n"
        "[calls]\nultra_short_below_seconds = 5\n[waiver.limits_fen]\nhandler = 7\n"
    )
    held = policy()
    assert (held.limits.second_person_above_fen, held.first, held.calls.ultra_short_below_seconds) == (1, False, 5)
    assert held.limits.asker_verifies_up_to_fen == 2
    assert held.waiving.limits_fen == {"handler": 7}
    assert held.due_at(NOON) == NOON + timedelta(hours=1)


def test_without_a_file_the_usual_policy_holds(written: Path) -> None:
    assert policy() == Policy()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[refund]\nsecond_person_above_fen = -1", "second_person_above_fen"),
        ("[refund]\nsecond_person_above_fen = true", "second_person_above_fen"),
        ("[refund]\nlimit = 3", "limit"),
        ("[refunds]\nx = 3", "refunds"),
        ("first = 3", "first"),
        ('[waiver.limits_fen]\nhandler = "ten"', "handler"),
    ],
)
def test_what_the_file_cannot_mean_is_named(written: Path, text: str, named: str) -> None:
    written.write_text(text)
    with pytest.raises(PolicyError, match=named):
        policy()


def test_a_calendar_that_does_not_exist_is_refused(written: Path) -> None:
    written.write_text('[refund]\ncalendar = "moon"')
    with pytest.raises(CalendarError):
        policy()


def test_open_payments_are_swept_at_the_bare_carrier(db: None) -> None:
    _, sweep = sweeps()["refunds"]
    assert sweep(NOON) == 0
    assert wiring.cashier().carrier is wiring.carrier()
