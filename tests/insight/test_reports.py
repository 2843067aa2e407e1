"""`careline report` and `careline import`, as they are typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from careline.cli import main
from careline.insight.asking import Counted
from careline.insight.busy import busiest, busy_hours, idle_hours
from careline.insight.models import Day
from tests.insight.records import NOON, fold, greet, record, walk

Run = Callable[..., Result]
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, words)


def test_the_failure_rate_is_printed_with_its_denominator_and_verdicts(run: Run) -> None:
    record(974)
    record(26, outcome="failed", cause="guidance", channel="voice")
    record(500, verb="query", outcome="failed", cause="carrier_silent")
    fold()

    shown = run("report", "failure-rate", *NOVEMBER)
    assert shown.exit_code == 0, shown.output
    assert "26 / 1,000 = 2.60 %" in shown.output
    assert "queries never count" in shown.output
    found = json.loads(run("report", "failure-rate", *NOVEMBER, "--by", "channel", "--json").stdout)
    assert (found["rate"], found["directive_met"]) == ("2.60 %", False)
    assert found["rows"] == [
        {"channel": "sms", "failed": 0, "applications": 974, "rate": "0.00 %"},
        {"channel": "voice", "failed": 26, "applications": 26, "rate": "100.00 %"},
    ]
    nothing = json.loads(run("report", "failure-rate", "--from", "2026-01-01", "--to", "2026-01-02", "--json").stdout)
    assert (nothing["rate"], nothing["directive_met"]) == ("n/a", None)


def test_where_there_is_nothing_to_divide_by_a_screen_says_so_in_the_words_of_the_reader(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(3, verb="query")
    fold()
    for language, said, other in (("en", "n/a", "—"), ("zh", "—", "n/a")):
        monkeypatch.setenv("CARELINE_LANG", language)
        for report in (("failure-rate",), ("levels",), ("p-chart",)):
            shown = run("report", *report, *NOVEMBER).stdout
            assert said in shown
            assert other not in shown


def test_a_source_that_nobody_has_is_refused_and_those_there_are_named(run: Run) -> None:
    record(3)
    fold()
    told = run("report", "failure-rate", *NOVEMBER, "--source", "demmo")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "There is no source demmo; there are hall, probes." in told.stderr
    for source in ("hall", "probes"):
        assert run("report", "failure-rate", *NOVEMBER, "--source", source).exit_code == 0


def test_a_control_chart_is_told_in_the_words_of_the_reader(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    record(20)
    fold()
    monkeypatch.setenv("CARELINE_LANG", "zh")
    for by, head in (("day", "日"), ("hour", "时段")):
        heads = run("report", "p-chart", *NOVEMBER, "--by", by).stdout.splitlines()[0].split()
        assert heads == [head, "失败", "申请", "p", "LCL", "UCL", "检验"]


def test_causes_are_printed_with_what_they_are_shares_of(run: Run) -> None:
    record(8, outcome="failed", cause="guidance")
    record(2, outcome="abandoned", cause="left")
    fold()

    found = json.loads(run("report", "pareto", *NOVEMBER, "--class", "system", "--json").stdout)
    assert (found["denominator"], found["failed"], found["classes"]) == (8, 10, {"system": 8, "operation": 2})
    assert [(one["cause"], one["share"], one["crux"]) for one in found["rows"]] == [("guidance", 1.0, True)]
    shown = run("report", "pareto", *NOVEMBER).output
    assert "Denominator: 10 failures" in shown
    assert "our words misled the customer" in shown
    assert "guidance" not in shown
    assert run("report", "pareto", "--from", "2026-01-01", "--to", "2026-01-02").exit_code == 0


def test_a_signal_on_the_control_chart_is_an_exit_code(run: Run) -> None:
    for day in range(1, 9):
        record(100, at=NOON.replace(day=day))
        record(2, at=NOON.replace(day=day), outcome="failed", cause="guidance")
    fold()
    assert run("report", "p-chart", *NOVEMBER, "--plain").exit_code == 0
    record(50, at=NOON.replace(day=9), outcome="failed", cause="guidance")
    Day.objects.all().delete()
    from careline.insight import folding

    folding.refold(NOON.replace(day=1), NOON.replace(day=10))

    found = run("report", "p-chart", *NOVEMBER, "--plain", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["points"][8]["tests"] == [1]


def test_levels_and_callers_and_the_recount(run: Run) -> None:
    greet(3, channel="web")
    greet(2, channel="voice")
    walk("main", ended="person")
    record(2)
    fold()

    levels = run("report", "levels", *NOVEMBER, "--json")
    assert levels.exit_code == 1  # below four fifths
    assert json.loads(levels.stdout)["share"] == "60.0 %"
    callers = json.loads(run("report", "callers", "2026-11", "--json").stdout)
    assert callers["most"] == [{"place": 1, "number": "139****0001", "dials": 2}]
    assert run("report", "callers", "2026-13").exit_code == 2
    assert run("report", "check", *NOVEMBER).exit_code == 0
    Day.objects.update(attempts=5)
    assert run("report", "check", *NOVEMBER).exit_code == 1


def test_every_report_can_be_split_by_busy_hours_as_the_house_defines_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(3)  # at noon
    fold()

    def applications(*words: str) -> int:
        return int(json.loads(run("report", "failure-rate", *NOVEMBER, *words, "--json").stdout)["applications"])

    assert (applications("--busy"), applications("--idle")) == (0, 3)
    monkeypatch.setenv("CARELINE_BUSY_HOURS", "12")
    assert (applications("--busy"), applications("--idle")) == (3, 0)
    assert (applications("--busy", "--region", "T1"), applications("--idle", "--region", "T1")) == (3, 0)


def test_busy_hours_are_hours_of_a_day() -> None:
    assert busy_hours("9-11, 20") == (9, 10, 11, 20)
    assert set(busy_hours()) | set(idle_hours()) == set(range(24))
    for wrong in ("24", "5-3", "x", "-"):
        with pytest.raises(ValueError):
            busy_hours(wrong)
    rows = [Counted((hour,), attempts, 0, 0) for hour, attempts in ((8, 5), (9, 7), (10, 7))]
    assert (busiest(rows), busiest([])) == (9, None)


def test_a_file_is_checked_first_and_taken_in_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    head, good = "key,when,service,verb,outcome,cause\n", "1,2008-03-09 10:00,crbt,subscribe,done,\n"
    (tmp_path / "a.csv").write_text(head + good + "2,never,crbt,subscribe,done,\n")
    words = (
        "import",
        "attempts",
        str(tmp_path / "a.csv"),
        "--source",
        "old",
        "--map",
        "ended_at=when",
        "--channel",
        "voice",
    )

    refused = run(*words)
    assert refused.exit_code == 1
    assert "Line 3: ended_at is not a time" in refused.output
    assert "nothing was taken in" in refused.output
    tried = json.loads(run(*words, "--dry-run", "--json").stdout)
    assert (tried["good"], tried["faulty"], tried["added"]) == (1, 1, 0)
    assert json.loads(run(*words, "--skip-faulty", "--json").stdout)["added"] == 1
    assert json.loads(run(*words, "--skip-faulty", "--json").stdout)["known"] == 1
    rate = run("report", "failure-rate", "--source", "old", "--from", "2008-03-01", "--to", "2008-03-31", "--json")
    assert json.loads(rate.stdout)["applications"] == 1
    for house in ("hall", "demo"):
        assert run(*words[:4], house, *words[5:], "--skip-faulty").exit_code == 2
    assert run(*words[:5], "--map", "ended_at").exit_code == 2


@pytest.mark.parametrize(
    "words", [("--from", "2026-11-02", "--to", "2026-11-01"), ("--from", "2001-01-01", "--to", "2026-11-01")]
)
def test_days_the_wrong_way_round_and_too_many_are_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("report", "failure-rate", *words).exit_code == 2


def test_without_a_catalogue_there_are_no_menus(run: Run) -> None:
    assert run("report", "menu", "nonsense").exit_code == 3
