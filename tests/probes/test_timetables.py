"""When probes are due, who takes them, what is far from its baseline, how long results are kept, what other programs read."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from careline.journal.models import Entry
from careline.postgres import sql
from careline.probes import comparing, keeping, output, timetables
from careline.probes.models import Baseline, Due, Run, Runner, Timetable
from careline.probes.probe import Probe, Step
from careline.probes.refusing import Refused
from careline.probes.running import keep
from careline.promises.calendars import calendars
from careline.values.language import Text

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai, a Tuesday
PROBES = [Probe(f"voice/node/n{number}", Text("", ""), "voice", (Step("dial"),)) for number in range(20)]


def timetable(name: str = "all", **settings: object) -> Timetable:
    made: dict[str, object] = {"probes": "voice/*", "next_at": NOON, **settings}
    return Timetable.objects.create(name=name, **made)


def ran(passed: bool, minutes: int = 0, cause: str = "wrong_prompt", **more: object) -> Run:
    at = NOON + timedelta(minutes=minutes)
    made: dict[str, object] = {"figures": {}, **more}
    return Run(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/node/n1", channel="voice", vantage="here", version=1,
        msisdn="8617099000001", region="qinghe", brand="easyown", begun_at=at, ended_at=at + timedelta(seconds=9), passed=passed,
        cause="" if passed else cause, kind="" if passed else "system", why="" if passed else 'heard: "<other>"', **made,
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


def test_outside_the_hours_of_its_calendar_nothing_is_due() -> None:
    timetable(calendar="counter" if "counter" in calendars() else "always", every_minutes=30)
    table = Timetable.objects.get()
    calendar = calendars()[table.calendar]
    night = datetime(2026, 11, 10, 18, 0, tzinfo=UTC)  # two at night in Shanghai
    assert timetables.sweep(PROBES, calendars(), night) == (0 if not calendar.round_the_clock else 20)


def test_a_timetable_of_a_calendar_that_is_gone_waits_and_holds_up_no_other() -> None:
    timetable("lost", calendar="nowhere")
    timetable("good", vantage="there")
    assert timetables.sweep(PROBES, calendars(), NOON) == 20
    assert set(Due.objects.values_list("vantage", flat=True)) == {"there"}
    assert Timetable.objects.get(name="lost").next_at == NOON + timetables.NOBODY


def test_a_paused_timetable_makes_nothing_due() -> None:
    timetable(active=False)
    assert not timetables.waits(NOON)
    assert timetables.sweep(PROBES, calendars(), NOON) == 0


def test_two_runners_never_take_the_same_probe_and_a_dead_one_gives_it_back() -> None:
    timetable()
    timetables.sweep(PROBES, calendars(), NOON)
    first, second = timetables.take("here", NOON, 15, "one"), timetables.take("here", NOON, 15, "two")
    assert (len(first), len(second)) == (15, 5)
    assert not {one.probe for one in first} & {one.probe for one in second}
    assert timetables.done([one.id for one in second], "two") == 5
    late = NOON + timetables.TAKEN + timedelta(seconds=1)
    again = timetables.take("here", late, 100, "two")
    assert len(again) == 15
    assert timetables.done([one.id for one in first], "one") == 0, "what was taken over is not the dead one's any more"


def test_a_heart_that_beats_keeps_what_is_in_hand() -> None:
    timetable()
    timetables.sweep(PROBES, calendars(), NOON)
    taken = timetables.take("here", NOON, 20, "one")
    runner = Runner(name="one", vantages=["here"], begun_at=NOON)
    timetables.beat(runner, [one.id for one in taken[:12]], NOON + timedelta(seconds=60))
    late = NOON + timetables.TAKEN + timedelta(seconds=1)
    assert len(timetables.take("here", late, 100, "two")) == 8, "what it forgot is not kept for ever"
    assert Runner.objects.get().seen_at == NOON + timedelta(seconds=60)


def test_a_runner_that_stops_gives_back_what_it_took() -> None:
    timetable()
    timetables.sweep(PROBES, calendars(), NOON)
    timetables.take("here", NOON, 15, "one")
    timetables.take("here", NOON, 3, "two")
    assert timetables.give_back("one") == 15
    assert len(timetables.take("here", NOON, 100, "three")) == 17


def test_what_a_person_starts_is_a_batch_of_its_own_and_never_waits_twice() -> None:
    batch, new = timetables.start(PROBES[:3], "here", NOON, by="lin")
    assert new == 3
    assert timetables.start(PROBES[:3], "here", NOON, by="he")[1] == 0
    rows = Due.objects.all()
    assert {(row.batch, row.asked_by, row.timetable) for row in rows} == {(batch, "lin", "")}


def test_the_number_of_statements_does_not_depend_on_the_number_of_probes() -> None:
    timetable()
    with sql.counting() as few:
        timetables.sweep(PROBES[:2], calendars(), NOON)
    few_taken = len(timetables.take("here", NOON, 10))
    many = [Probe(f"voice/node/m{n}", Text("", ""), "voice", (Step("dial"),)) for n in range(1000)]
    for number in range(10):
        timetable(f"more {number}", probes=f"voice/node/m*{number}", vantage="there")
    Timetable.objects.update(next_at=NOON)
    with sql.counting() as lots:
        assert timetables.sweep(many, calendars(), NOON) == 2000
    with sql.counting() as taking:
        assert len(timetables.take("here", NOON, 1000)) == 1000
    assert few_taken == 2
    assert few.statements == lots.statements
    assert taking.statements == 1


GOOD = {"answered_seconds": 0.2, "first_sound_seconds": 0.5, "level_lufs": -23.0, "longest_silence_seconds": 0.6}


def test_a_run_much_slower_or_quieter_than_its_baseline_is_a_warning_and_still_passes() -> None:
    keep(ran(True, figures=GOOD))
    slow = ran(True, 1, figures=GOOD | {"first_sound_seconds": 1.6, "level_lufs": -29.5})
    keep(slow)
    assert slow.passed
    assert {one["figure"] for one in slow.warnings} == {"first_sound_seconds", "level_lufs"}
    assert slow.warnings[0] == {"figure": "first_sound_seconds", "is": 1.6, "was": 0.5, "limit": 1.5}


@pytest.mark.parametrize("figures", [
    {"answered_seconds": 1.1}, {"first_sound_seconds": 1.4}, {"level_lufs": -28.9}, {"level_lufs": None}, {},
])  # fmt: skip
def test_what_a_busy_machine_does_is_no_warning(figures: dict[str, object]) -> None:
    assert comparing.warnings(GOOD | figures, GOOD) == []


def test_a_person_may_choose_another_baseline_but_no_failure() -> None:
    first, later, bad = ran(True, figures=GOOD), ran(True, 5, figures=GOOD | {"answered_seconds": 2.0}), ran(False, 6)
    for row in (first, later, bad):
        keep(row)
    assert Baseline.objects.get().run == first.id
    comparing.choose(later.id, by="lin", now=NOON)
    assert Baseline.objects.get().run == later.id
    assert Entry.objects.get(did="baseline_chosen").who == "lin"
    with pytest.raises(Refused, match="failed_run"):
        comparing.choose(bad.id, by="lin", now=NOON)


def test_sound_goes_first_then_runs_and_failures_and_baselines_stay(tmp_path: Path) -> None:
    def old(days: int, passed: bool) -> Run:
        row = ran(passed, -days * 24 * 60, sound=f"{uuid.uuid4()}.flac", ladder=[[0.0, "→", "INVITE"]])
        (tmp_path / row.sound).write_bytes(b"fLaC")
        row.save()
        return row

    base, fresh = old(300, True), old(3, True)
    silenced, gone = old(20, True), old(100, True)
    failed, failed_long, failed_ages = old(20, False), old(100, False), old(400, False)
    Baseline.objects.create(probe=base.probe, vantage="here", run=base.id, at=base.ended_at, figures={})
    orphan = tmp_path / "left.flac"
    orphan.write_bytes(b"fLaC")
    os.utime(orphan, (0, 0))
    keeping.forget(NOON, tmp_path)
    left = {row.id: row for row in Run.objects.all()}
    assert left.keys() == {base.id, fresh.id, silenced.id, failed.id, failed_long.id}
    assert [bool(left[one.id].sound) for one in (base, fresh, silenced, failed, failed_long)] == [
        True, True, False, True, False,
    ]  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {row.sound for row in (base, fresh, failed)}
    assert not {gone.id, failed_ages.id} & left.keys()
    assert keeping.forget(NOON, tmp_path) == 0


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


def test_a_small_start_takes_turns_with_a_big_one() -> None:
    """Two of the four places are free each time: the big one goes on, and the small one need not wait for its end."""
    timetables.start(PROBES[:16], "here", NOON, by="he")
    first = [one.probe for one in timetables.take("here", NOON, 4, "one")]
    assert first == [one.id for one in PROBES[:4]]
    small, _new = timetables.start(PROBES[17:], "here", NOON, by="lin")
    elsewhere, _new = timetables.start(PROBES[:2], "there", NOON, by="lin")
    taken = timetables.take("here", NOON, 6, "one")
    assert [one.batch == small for one in taken].count(True) in (2, 3)
    assert {one.batch for one in taken} == {small, Due.objects.get(probe=PROBES[5].id).batch}
    assert [one.batch for one in timetables.take("there", NOON, 6, "one")] == [elsewhere] * 2
    left = timetables.take("here", NOON, 100, "one")
    assert len(left) == 16 + 3 - 4 - 6
    assert [one.turn for one in left] == sorted(one.turn for one in left)


def test_what_is_asked_for_twice_in_one_start_runs_once() -> None:
    assert timetables.start([PROBES[0], PROBES[1], PROBES[0]], "here", NOON, by="he")[1] == 2
    assert Due.objects.count() == 2


def test_what_waits_far_behind_and_is_asked_for_again_comes_soon() -> None:
    batch, _new = timetables.start(PROBES, "here", NOON, by="he")
    assert timetables.start([PROBES[18]], "here", NOON, by="lin")[1] == 0
    taken = timetables.take("here", NOON, 3, "one")
    assert PROBES[18].id in {one.probe for one in taken}
    assert {one.batch for one in taken} == {batch}, "it runs once, with those that asked first"


def test_a_timetable_does_not_wait_behind_what_people_started() -> None:
    timetables.start(PROBES[:15], "here", NOON, by="he")
    timetable(probes="voice/node/n16 voice/node/n17")
    timetables.sweep(PROBES, calendars(), NOON)
    taken = {one.timetable for one in timetables.take("here", NOON, 4, "one")}
    assert taken == {"", "all"}
