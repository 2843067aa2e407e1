"""A day or an hour that is not over: it is shown as what it is, and nothing takes it for a whole one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careline import charts
from careline.circle import facts
from careline.circle.chapters.survey import survey as told_survey
from careline.circle.decisions import Decisions
from careline.circle.facts import Said
from careline.insight import clock, control
from careline.insight.asking import OURS, Period
from careline.insight.sheets import acceptance, load, service
from careline.insight.sheets.sheet import lines
from careline.values.language import Text
from tests.insight.records import NOON, fold, greet, record, walk
from tests.shipped import the_book

DAY = date(2026, 11, 10)
LAST = Period(date(2026, 11, 4), DAY)
QUIET = [(20, 1000), (22, 1000), (19, 1000), (21, 1000), (20, 1000), (18, 1000)]


def test_a_running_subgroup_does_not_signal_and_moves_no_limit() -> None:
    for chart in (control.p_chart, control.laney_chart):
        whole, found = chart(QUIET), chart([*QUIET, (90, 100)], 6)
        assert chart([*QUIET, (90, 100)]).stable is False
        assert (found.stable, found.centre, found.sigma_z) == (True, whole.centre, whole.sigma_z)
        assert found.points[:6] == whole.points
        assert (found.points[6].share, found.points[6].tests) == (0.9, ())
    assert control.laney_chart([(9, 10)], 0).stable is None


def test_a_run_on_one_side_goes_on_over_what_is_not_over() -> None:
    low = [(30, 1000)] * 9 + [(10, 1000)] * 8
    assert control.p_chart([*low, (0, 100)], len(low)).points[-1].tests == ()
    assert 2 in control.p_chart([*low, (10, 1000)]).points[-1].tests


@pytest.mark.parametrize(
    ("now", "days", "hours"),
    [
        (datetime(2026, 11, 10, 15, 59, tzinfo=UTC), 1, 3),  # a minute to midnight in Shanghai
        (datetime(2026, 11, 10, 16, 0, tzinfo=UTC), 2, 2),
        (datetime(2026, 11, 9, 15, 0, tzinfo=UTC), 0, None),
        (datetime(2026, 11, 20, tzinfo=UTC), None, None),
    ],
)
def test_what_is_running_goes_by_the_local_clock(now: datetime, days: int | None, hours: int | None) -> None:
    by_day = [(DAY - timedelta(1),), (DAY,), (DAY + timedelta(1),)]
    by_hour = [(DAY, 0), (DAY, 22), (DAY + timedelta(1), 0), (DAY, 23)]
    assert (control.place_of(by_day, now), control.place_of(by_hour, now)) == (days, hours)


def test_the_days_of_a_time_that_are_over() -> None:
    assert LAST.over(DAY) == Period(LAST.since, DAY - timedelta(1))
    assert LAST.over(DAY + timedelta(1)) == LAST == LAST.over(DAY + timedelta(90))
    assert LAST.over(LAST.since) is None


def test_a_line_shows_what_is_not_over_hollow_and_the_way_to_it_dashed() -> None:
    whole = charts.line("Load", ["1", "2", "3"], {"all": [4, 5, 6]}, language="en")
    chart = charts.line("Load", ["1", "2", "3"], {"all": [4, 5, 1]}, running={"all": 2}, language="en")
    assert "running" not in whole.svg
    assert chart.svg.count('class="path s1 running"') == chart.svg.count('class="point s1 running"') == 1
    assert ">so far<" in chart.svg
    assert [row[0] for row in chart.rows] == ["1", "2", "3 (so far)"]
    alone = charts.line("负荷", ["1"], {"全部": [4]}, running={"全部": 0})
    assert ">至今<" in alone.svg
    assert "path s1" not in alone.svg
    unknown = charts.line("Load", ["1", "2"], {"all": [4, None]}, running={"all": 1}, language="en")
    assert "running" not in unknown.svg
    points = charts.control(
        "p", ["1", "2"], [0.02, 0.5], centre=0.02, lower=[0, 0], upper=[0.1, 0.1], running=1, language="en"
    )
    assert points.svg.count("point s1 running") == 1
    assert points.svg.count('class="path s1 running"') == points.svg.count('class="path s1"') == 1
    assert points.rows[1][0] == "2 (so far)"
    first = charts.control("p", ["1", "2"], [None, 0.5], centre=0.02, lower=[0, 0], upper=[0.1, 0.1], running=1)
    assert "path s1" not in first.svg
    assert first.svg.count("point s1 running") == 1
    over = charts.control("p", ["1", "2"], [0.02, 0.5], centre=0.02, lower=[0, 0], upper=[0.1, 0.1])
    assert "running" not in over.svg


@pytest.mark.django_db
def test_the_running_day_is_named_in_sheets() -> None:
    greet(3, channel="voice", at=NOON - timedelta(days=1))
    greet(2, channel="voice")
    walk("main")
    fold(NOON + timedelta(hours=2))
    shown = load.by_day(the_book(), LAST, OURS, NOON + timedelta(hours=2))
    assert shown.running == 6
    assert [row[0] for row in lines(shown, "en")][-2:] == ["2026-11-09", "2026-11-10 (so far)"]
    assert shown.rows[6][0] == "2026-11-10"
    assert load.by_day(the_book(), LAST, OURS, NOON + timedelta(days=1)).running is None
    for make in (acceptance.by_business, acceptance.by_node):
        sheet = make(the_book(), LAST, OURS, NOON)
        heads = sheet.head
        assert sheet.head_of_file("en")[-2:] == ["2026-11-09", "2026-11-10 (so far)"]
        assert sheet.head_of_file("zh")[1:3] == ["合计", "2026-11-04"]
        assert (heads[-1].zh, heads[-1].en, heads[-2].en) == ("11-10（至今）", "11-10 (so far)", "11-09")
        assert make(the_book(), LAST, OURS, NOON + timedelta(days=1)).head[-1].en == "11-10"
        months = make(the_book(), Period(date(2026, 9, 20), DAY), OURS, NOON).head_of_file("en")[2:]
        assert months == ["2026-09", "2026-10", "2026-11 (so far)"]


@pytest.mark.django_db
def test_growth_is_told_of_whole_days_against_as_many_before() -> None:
    """Ten a day for twelve days, and until noon of the thirteenth only two: nothing has changed."""
    for back in range(1, 13):
        record(10, at=NOON - timedelta(days=back), verb="query", service="balance")
    record(2, at=NOON, verb="query", service="balance")
    fold(NOON + timedelta(minutes=1))
    (row,) = service.causes(the_book(), LAST, OURS, NOON + timedelta(minutes=1)).rows
    assert (row[2], row[5]) == (62, "+0.0 %")
    (row,) = service.causes(the_book(), LAST, OURS, NOON + timedelta(days=1)).rows
    assert row[5] is None  # seven whole days, and only six before them are recorded
    (row,) = service.causes(the_book(), Period(DAY, DAY), OURS, NOON + timedelta(minutes=1)).rows
    assert row[5] is None


@pytest.mark.django_db
def test_the_survey_of_a_circle_tells_the_running_day_and_does_not_judge_it() -> None:
    for back in range(1, 6):
        record(98, at=NOON - timedelta(days=back))
        record(2, at=NOON - timedelta(days=back), outcome="failed", cause="guidance")
    record(6, outcome="failed", cause="guidance")
    now = NOON + timedelta(minutes=1)
    fold(now)
    found = facts.collect(LAST, OURS, Decisions(Text("小组", "Circle")), now)
    assert (found.status.total.failed, found.status.running) == (16, DAY)
    assert found.status.chart.stable is True
    assert len(found.status.whole_days) == 6
    by_day = told_survey(found, Said("en"))[1]
    assert "2026-11-10 is not over: it is shown, and not judged." in by_day.words
    figure = by_day.exhibits[1].figure
    assert figure is not None
    assert figure.running == {"2026-11": 9}
    over = facts.collect(LAST, OURS, Decisions(Text("小组", "Circle")), NOON + timedelta(days=1))
    assert (over.status.running, over.status.chart.stable) == (None, False)


def test_the_running_hour_is_that_of_utc_hours() -> None:
    assert clock.running(NOON + timedelta(minutes=59)) == (DAY, 12)
