"""Health: what processes report, what is beyond a limit, and how a process lives and ends."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careline.upkeep import health, heart
from careline.upkeep.models import Beat
from careline.upkeep.refusing import Refused
from tests.upkeep.days import at

pytestmark = pytest.mark.django_db


def test_a_report_says_what_the_machine_has_free() -> None:
    health.beat("sms", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    health.beat("sms", begun_at=at(2, 8), now=at(2, 9, 1), host="ivr-1", pid=1)
    (host,) = health.look(at(2, 9, 2)).hosts
    assert host.name == "ivr-1"
    assert [(one.beat.process, one.state) for one in host.processes] == [("sms", "alive")]
    assert host.disk_percent is not None
    assert 0 <= host.disk_percent <= 100
    assert host.facts["memory_mib"] > 0


def test_a_process_that_was_killed_is_replaced_by_its_successor() -> None:
    health.beat("sms", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    health.beat("sms", begun_at=at(2, 9, 5), now=at(2, 9, 5), host="ivr-1", pid=2)
    found = health.look(at(2, 9, 6))
    assert [(one.beat.pid, one.state) for host in found.hosts for one in host.processes] == [(2, "alive")]
    assert not found.faults


def test_one_that_lives_hides_another_of_its_kind_that_was_stopped() -> None:
    health.beat("clock", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    health.beat("clock", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=2)
    health.stop("clock", now=at(2, 9, 1), host="ivr-1", pid=2)
    assert [one.state for host in health.look(at(2, 9, 1)).hosts for one in host.processes] == ["alive"]


def test_what_a_silent_machine_had_free_is_not_judged() -> None:
    health.beat("sms", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    Beat.objects.update(facts={"disk_mib": 100_000, "disk_free_mib": 1})
    assert [one.what for one in health.look(at(2, 9, 1)).faults] == ["disk"]
    assert [one.what for one in health.look(at(2, 10)).faults] == ["silent"]


def test_who_is_gone_for_good_is_forgotten_by_somebody_and_the_living_are_not() -> None:
    health.beat("sms", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    with pytest.raises(Refused, match="alive"):
        health.forget("ivr-1", "sms", by="lin", now=at(2, 9, 1))
    health.forget("ivr-1", "sms", by="lin", now=at(2, 10))
    assert health.look(at(2, 10)).hosts == []
    with pytest.raises(Refused, match="no_such_process"):
        health.forget("ivr-1", "sms", by="lin", now=at(2, 10))


def test_the_age_of_the_last_backup_is_that_of_the_newest_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.look(at(2)).backup_at is None
    monkeypatch.setenv("CARELINE_BACKUPS", str(tmp_path))
    for name, hours in (("old", 30), ("new", 27)):
        file = tmp_path / name
        file.touch()
        moment = at(2).timestamp() - hours * 3600
        os.utime(file, (moment, moment))
    found = health.look(at(2))
    assert [(one.what, one.values["hours"]) for one in found.faults] == [("backup", 27)]
    monkeypatch.setenv("CARELINE_BACKUPS", str(tmp_path / "nowhere"))
    assert health.look(at(2)).faults[0].what == "backup"


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("MON-04")
def test_a_process_is_alive_while_it_runs_and_stopped_when_it_was_told_to() -> None:
    came = threading.Event()
    with heart.beating("sms", every_seconds=0.02):
        for _ in range(500):
            if Beat.objects.filter(process="sms", ended_at=None).exists():
                came.set()
                break
            came.wait(0.01)
        assert came.is_set()
    (host,) = health.look(datetime.now(UTC)).hosts
    assert [(one.beat.process, one.state) for one in host.processes] == [("sms", "stopped")]
