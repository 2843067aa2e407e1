"""When probes are due, who runs them, when an alarm is raised and cleared, and what other programs read."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from careline.postgres import sql
from careline.probes import alarming, output, timetables
from careline.probes.alarming import Ways
from careline.probes.models import Alarm, Due, Run, Timetable
from careline.probes.probe import Probe, Step
from careline.promises.calendars import calendars
from careline.values.language import Text

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai, a Tuesday
PROBES = [Probe(f"voice/node/n{number}", Text("", ""), "voice", (Step("dial"),)) for number in range(20)]


def timetable(name: str = "all", **settings: object) -> Timetable:
    made: dict[str, object] = {"probes": "voice/*", "next_at": NOON, **settings}
    return Timetable.objects.create(name=name, **made)


def ran(passed: bool, minutes: int = 0, cause: str = "wrong_prompt") -> Run:
    at = NOON + timedelta(minutes=minutes)
    return Run.objects.create(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/node/n1", channel="voice", vantage="here", version=1,
        msisdn="8617099000001", region="qinghe", brand="easyown", begun_at=at, ended_at=at + timedelta(seconds=9), passed=passed,
        cause="" if passed else cause, kind="" if passed else "system", why="" if passed else 'heard: "<other>"',
    )  # fmt: skip


def test_a_timetable_makes_its_probes_due_once_and_knows_when_the_next_time_is() -> None:
    timetable(every_minutes=30)
    assert timetables.sweep(PROBES, calendars(), NOON) == 20
    assert timetables.sweep(PROBES, calendars(), NOON) == 0
    assert Timetable.objects.get().next_at == NOON + timedelta(minutes=30)
    timetables.sweep(PROBES, calendars(), NOON + timedelta(minutes=30))
    assert Due.objects.count() == 20, "what still waits is not queued twice"


def test_times_of_the_day_go_by_the_clock_of_the_calendar() -> None:
    table = timetable(every_minutes=0, times="08:00 20:00")
    assert timetables.after(table, calendars()["always"], NOON) == datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
    evening = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
    assert timetables.after(table, calendars()["always"], evening) == datetime(2026, 11, 11, 0, 0, tzinfo=UTC)


def test_two_runners_never_take_the_same_probe_and_a_dead_one_gives_it_back() -> None:
    timetable()
    timetables.sweep(PROBES, calendars(), NOON)
    first, second = timetables.take("here", NOON, 15), timetables.take("here", NOON, 15)
    assert (len(first), len(second)) == (15, 5)
    assert not {one.probe for one in first} & {one.probe for one in second}
    timetables.done([one.id for one in second])
    assert len(timetables.take("here", NOON + timetables.TAKEN + timedelta(seconds=1), 100)) == 15


def test_the_number_of_statements_does_not_depend_on_the_number_of_probes() -> None:
    timetable()
    with sql.counting() as few:
        timetables.take("here", NOON, 10)
    many = [Probe(f"voice/node/m{n}", Text("", ""), "voice", (Step("dial"),)) for n in range(1000)]
    assert timetables.sweep(many, calendars(), NOON) == 1000
    with sql.counting() as all_of_them:
        assert len(timetables.take("here", NOON, 1000)) == 1000
    assert few.statements == all_of_them.statements == 1


def test_an_alarm_is_raised_after_two_failures_told_once_and_cleared_after_two_good_runs() -> None:
    told: list[str] = []

    def tell(alarm: Alarm, run: Run, raised: bool) -> str:
        told.append("raised" if raised else "cleared")
        return "sent"

    ways = Ways({"mail": tell})
    for minute, passed in enumerate([True, False, True, False, False, False, True, False, True, True]):
        alarming.judge(ran(passed, minute), ways, NOON + timedelta(minutes=minute))
    assert told == ["raised", "cleared"]
    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.told) == ("wrong_prompt", {"raised": {"mail": "sent"}, "cleared": {"mail": "sent"}})
    assert alarm.cleared_at == NOON + timedelta(minutes=9)


def test_a_probe_that_flaps_is_told_no_more() -> None:
    told: list[bool] = []

    def tell(_alarm: Alarm, _run: Run, raised: bool) -> str:
        told.append(raised)
        return "sent"

    ways = Ways({"mail": tell})
    pattern: Sequence[bool] = [False, False, True, True] * 6
    for minute, passed in enumerate(pattern):
        alarming.judge(ran(passed, minute), ways, NOON + timedelta(minutes=minute))
    assert told == [True, False] * alarming.FLAPS
    assert Alarm.objects.filter(flapping=True).count() == 3


def test_a_way_that_breaks_holds_up_no_other() -> None:
    def breaks(_alarm: Alarm, _run: Run, _raised: bool) -> str:
        raise OSError("no mail server")

    ways = Ways({"mail": breaks, "webhook": lambda _alarm, _run, _raised: "200"})
    alarming.judge(ran(False, 0), ways, NOON)
    alarming.judge(ran(False, 1), ways, NOON)
    assert Alarm.objects.get().told == {"raised": {"mail": "OSError", "webhook": "200"}}


def test_builds_read_junit_and_monitoring_reads_prometheus() -> None:
    runs = [ran(True), ran(False, 1)]
    root = ElementTree.fromstring(output.junit(runs).encode())
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("system.wrong_prompt", 'heard: "<other>"')
    lines = output.prometheus(runs[1:], NOON + timedelta(minutes=2)).splitlines()
    labels = 'probe="voice/node/n1",vantage="here",channel="voice"'
    assert f'careline_probe_passed{{{labels},class="system",cause="wrong_prompt"}} 0' in lines
    assert f"careline_probe_seconds{{{labels}}} 9" in lines
