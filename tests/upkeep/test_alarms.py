"""Alarms: told once for each day, round, notice and fault; on the pages, in the journal, in the log and by e-mail."""

from datetime import date, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from careline.daemons.sweeps import sweeps
from careline.journal.models import Entry
from careline.prompts import logbook, notices
from careline.prompts.logbook import Deed
from careline.upkeep import alarms, health, rounds, signing
from careline.upkeep.duties import duties
from careline.upkeep.models import Alarm, Noted
from tests.upkeep.days import at
from tests.upkeep.test_diary import run

pytestmark = pytest.mark.django_db
FINE = {key: True for key, _ in duties().checks}


def keys(kind: str) -> list[str]:
    return [one.key for one in alarms.standing() if one.kind == kind]


@pytest.mark.requirement("MON-03", "IVR-16")
def test_a_day_without_maintenance_is_told_once_and_the_next_day_again(caplog: pytest.LogCaptureFixture) -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    alarms.sweep(at(3, 16, 59))
    assert keys("day") == []
    alarms.sweep(at(3, 17))
    alarms.sweep(at(3, 17, 1))
    assert keys("day") == ["2026-03-03"]
    assert caplog.text.count("2026-03-03: nobody maintained the voice flow") == 1
    alarms.sweep(at(4, 17))
    assert keys("day") == ["2026-03-04", "2026-03-03"]
    assert Entry.objects.filter(did="raise_alarm", record__startswith="day ").count() == 2


def test_maintenance_later_that_day_ends_the_alarm() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    alarms.sweep(at(3, 17))
    signing.sign("listen", "晚些时候听过", by="lin", now=at(3, 19))
    alarms.sweep(at(3, 19, 1))
    assert keys("day") == []
    assert Alarm.objects.get().cleared_at == at(3, 19, 1)


def test_an_explanation_ends_the_alarm_and_it_does_not_come_back() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    alarms.sweep(at(3, 17))
    signing.explain_day(date(2026, 3, 3), "停电", by="lin", now=at(4, 9))
    alarms.sweep(at(4, 9, 1))
    alarms.sweep(at(4, 9, 2))
    assert keys("day") == []
    assert Alarm.objects.filter(kind="day").count() == 1


def test_days_that_passed_while_the_clock_was_down_are_told_too() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    alarms.sweep(at(6, 9))
    assert sorted(keys("day")) == ["2026-03-03", "2026-03-04", "2026-03-05"]


def test_an_empty_house_is_left_in_peace() -> None:
    assert alarms.sweep(at(2, 18)) == 0


@pytest.mark.requirement("MON-05")
def test_a_missed_round_is_told_once_until_it_is_explained() -> None:
    rounds.make(FINE, by="lin", now=at(2, 9))
    alarms.sweep(at(2, 17, 59))
    assert keys("round") == []
    alarms.sweep(at(2, 18))
    alarms.sweep(at(2, 18, 1))
    assert keys("round") == ["2026-03-02 afternoon"]
    rounds.explain("2026-03-02 afternoon", "生病", by="he", now=at(2, 19))
    alarms.sweep(at(2, 19, 1))
    assert keys("round") == []


@pytest.mark.requirement("IVR-14")
def test_a_notice_is_warned_of_before_it_is_late_and_told_when_it_is() -> None:
    notice = notices.arrive("新套餐", "", arrived_at=at(2, 8), by="lin", now=at(2, 8))
    alarms.sweep(at(2, 12, 59))
    assert keys("notice_soon") == []
    alarms.sweep(at(2, 13))
    assert keys("notice_soon") == [str(notice.pk)]
    alarms.sweep(at(2, 14, 0, 1))
    assert (keys("notice_soon"), keys("notice_late")) == ([], [str(notice.pk)])
    for stage in ("text", "recorded", "published"):
        notices.step(notice, notices.Stage(stage), by="lin", now=at(2, 15))
    alarms.sweep(at(2, 15, 1))
    assert keys("notice_late") == []


def test_an_alarm_is_mailed_once_to_those_who_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    settings.EMAIL_HOST = "mail.test"
    monkeypatch.setenv("CARELINE_UPKEEP_MAIL", "keepers@example.com boss@example.com")
    logbook.note(Deed.AUDIT, by="lin", now=at(2))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        alarms.sweep(at(3, 17))
        alarms.sweep(at(3, 17, 1))
    alarms.finish()
    (sent,) = [one for one in mail.outbox if "2026-03-03" in one.subject]
    assert sent.to == ["keepers@example.com", "boss@example.com"]
    assert "nobody maintained the voice flow" in sent.body
    assert "没有维护记录" in sent.body


@pytest.mark.requirement("MON-04")
def test_a_process_that_goes_silent_is_an_alarm_and_one_that_was_stopped_is_none() -> None:
    for process, pid in (("sms", 1), ("calls", 2)):
        health.beat(process, begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=pid)
    health.stop("calls", now=at(2, 9, 1), host="ivr-1", pid=2)
    alarms.sweep(at(2, 9, 2))
    assert keys("silent") == []
    alarms.sweep(at(2, 9, 3))
    assert keys("silent") == ["silent sms@ivr-1"]
    health.beat("sms", begun_at=at(2, 9, 4), now=at(2, 9, 4), host="ivr-1", pid=3)
    alarms.sweep(at(2, 9, 5))
    assert keys("silent") == []


@pytest.mark.requirement("MON-04")
def test_a_disk_that_runs_full_is_an_alarm_as_long_as_it_lasts() -> None:
    from careline.upkeep.models import Beat

    health.beat("sms", begun_at=at(2, 8), now=at(2, 9), host="ivr-1", pid=1)
    Beat.objects.update(
        facts={"disk_mib": 100_000, "disk_free_mib": 1_500, "memory_mib": 8_000, "memory_free_mib": 300}
    )
    alarms.sweep(at(2, 9))
    assert (keys("disk"), keys("memory")) == (["disk ivr-1"], ["memory ivr-1"])
    Beat.objects.update(
        facts={"disk_mib": 900_000, "disk_free_mib": 60_000, "memory_mib": 8_000, "memory_free_mib": 4_000}
    )
    alarms.sweep(at(2, 9, 1))
    assert alarms.standing() == []


def test_sums_of_dial_tests_stay_when_the_runs_are_tidied_away() -> None:
    from careline.probes.models import Run
    from careline.upkeep import diary

    logbook.note(Deed.AUDIT, by="lin", now=at(1))
    run(2, hour=9)
    run(2, hour=10)
    alarms.note(at(3, 1))
    alarms.note(at(3, 2))
    assert Noted.objects.get(kind="probe").count == 2
    Run.objects.all().delete()
    day = diary.days(date(2026, 3, 2), date(2026, 3, 2))[date(2026, 3, 2)]
    assert [(one.by, one.count) for one in day.proofs] == [("probes@here", 2)]
    assert day.maintained


def test_the_clock_looks_after_the_alarms() -> None:
    pace, sweep = sweeps()["upkeep"]
    assert pace <= timedelta(minutes=1)
    assert sweep is alarms.sweep
