"""Records from elsewhere, counted on paper: the tables and figures of the survey, as the commands write them, and who called how often."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from careline.insight import folding
from careline.probes.models import Line
from careline.values.msisdn import Msisdn
from tests.insight.records import greet
from tests.insight.test_hand_counted import PRETEND, WANG, Run, autumn, berlin, told

__all__ = ["autumn", "berlin"]
pytestmark = pytest.mark.django_db
CHEN, ZHOU, LIU = (Msisdn(f"861391111000{at}") for at in (3, 4, 5))
SPRING = ("--from", "2026-03-28", "--to", "2026-04-01", "--source", "dialtest")

# How often; when, by the clock of the house; how it ended. On 29 March the clock goes from 01:59:59 to 03:00.
DIALLED = [
    (9, "2026-03-28 23:59:59", "成功,"),
    (1, "2026-03-28 23:59:59", "失败,自助语音引导性差"),
    (4, "2026-03-29 01:59:59", "成功,"),
    (2, "2026-03-29 03:00:00", "失败,自助语音引导性差"),
    (1, "2026-03-29T00:30:00+00:00", "失败,系统繁忙"),  # half past one there
    (100, "2026-03-30 10:00:00", "成功,"),
    (1, "2026-03-31 23:59:59", "放弃,用户挂机"),  # the last second of March
    (1, "2026-03-31 23:59:59", "拒绝,"),
    (3, "2026-04-01 00:00:00", "成功,"),
]


def table() -> str:
    lines, number = ["编号,时间,业务,操作,结果,原因"], 0
    for times, at, ended in DIALLED:
        for _ in range(times):
            number += 1
            ended = "拒绝,not_enough_money" if ended == "拒绝," else ended
            lines.append(f"{number},{at},彩铃,开通,{ended}")
    lines.append("q,2026-03-29 10:00:00,余额,查询,失败,系统繁忙")  # a query is no application
    return "\n".join(lines) + "\n"


MAPS = [
    f"--map={ours}={theirs}"
    for ours, theirs in (
        ("key", "编号"), ("ended_at", "时间"), ("service", "业务"), ("verb", "操作"), ("outcome", "结果"), ("cause", "原因")
    )
]  # fmt: skip


@pytest.fixture
def dialled(autumn: Run, tmp_path: Path) -> Run:
    """The file is taken in beside our own records, and once more by mistake."""
    (tmp_path / "dialled.csv").write_text(table())
    words = ("import", "attempts", str(tmp_path / "dialled.csv"), "--source", "dialtest", "--channel", "voice", *MAPS)
    for added in (123, 0):
        taken = autumn(*words, "--json")
        assert taken.exit_code == 0, taken.output
        assert json.loads(taken.stdout)["added"] == added
    return autumn


@pytest.mark.requirement("DT-01", "DT-02", "DT-03", "DT-04", "DT-05")
def test_dial_tests_from_a_file_make_the_tables_and_figures_of_the_survey(dialled: Run, tmp_path: Path) -> None:
    out = tmp_path / "survey.json"
    told_ = dialled("report", "qc", *SPRING, "--out", str(out), "--lang", "en")
    assert told_.exit_code == 0, told_.output
    story = json.loads(out.read_text())
    words = {one["key"]: one["words"] for one in story["sections"]}
    shown: dict[str, Any] = {f"{x['kind']} {x['number']}": x for one in story["sections"] for x in one["exhibits"]}

    assert shown["table 2-1"]["rows"] == [
        ["2026-03", "5", "119", "4.20 %"], ["2026-04", "0", "3", "0.00 %"], ["total", "5", "122", "4.10 %"],
    ]  # fmt: skip
    days = {row[0]: row[1:] for row in shown["table 2-2"]["rows"] if row[1:] != ["–", "–"]}
    assert days == {
        "1": ["–", "0  (0.00 %)"], "28": ["1  (10.00 %)", "–"], "29": ["3  (42.86 %)", "–"], "30": ["0  (0.00 %)", "–"],
        "31": ["1  (50.00 %)", "–"],
    }  # fmt: skip
    assert shown["figure 2-1"]["figure"]["series"]["2026-03"][27:] == [1, 3, 0, 1]
    assert words["survey-2"][0] == "On 2 of 5 days the rate was below 1 %."
    # Centre 5/122; scores 0.9414, 5.1725, -2.0672, 3.2744, -0.3581; mean range 5.1112, by 1.128.
    assert (
        "no point is beyond three sigma, nor are nine on one side; sigma Z = 4.531. Verdict: stable"
        in words["survey-2"][1]
    )
    assert words["survey-2"][2].startswith("Busy hours 0.00 %, idle hours 22.73 %, p < 0.001")  # 0 of 100, 5 of 22
    hours = {row[0]: row[1:] for row in shown["table 2-3"]["rows"] if row[1:] != ["0  (n/a)", "0  (n/a)"]}
    assert hours == {
        "00–01": ["0  (n/a)", "0  (0.00 %)"], "01–02": ["1  (20.00 %)", "0  (n/a)"],
        "03–04": ["2  (100.00 %)", "0  (n/a)"], "10–11": ["0  (0.00 %)", "0  (n/a)"],
        "23–24": ["2  (16.67 %)", "0  (n/a)"],
    }  # fmt: skip
    assert [at for at, failed in enumerate(shown["figure 2-2"]["figure"]["series"]["2026-03"]) if failed] == [1, 3, 23]
    assert shown["table 2-4"]["rows"] == [["system", "4", "80.00 %  (4/5)"], ["operation", "1", "20.00 %  (1/5)"]]
    assert shown["figure 2-3"]["figure"]["series"]["failed"] == [4, 1]
    assert shown["table 2-5"]["rows"] == [
        ["our words misled the customer", "3", "75.00 %", "75.00 %", "crux"],
        ["too busy; nothing happened", "1", "25.00 %", "100.00 %", ""],
    ]  # fmt: skip
    assert shown["table 2-5"]["figure"]["kind"] == "pareto"
    page = tmp_path / "survey.html"
    assert dialled("report", "qc", *SPRING, "--out", str(page), "--lang", "en").exit_code == 0
    for exhibit in ("figure-2-1", "figure-2-2", "figure-2-3", "table-2-5"):
        assert "<svg" in page.read_text().split(f'id="{exhibit}"')[1].split("</figure>")[0], exhibit


def test_our_own_records_and_those_from_elsewhere_are_only_added_when_both_are_asked_for(dialled: Run) -> None:
    year = ("--from", "2026-01-01", "--to", "2026-12-31")
    counted = {
        sources: [told(dialled, "failure-rate", *year, *(f"--source={one}" for one in sources))[key] for key in FIGURES]
        for sources in ((), ("dialtest",), ("hall", "dialtest"))
    }
    assert counted == {(): [5, 25], ("dialtest",): [5, 122], ("hall", "dialtest"): [10, 147]}
    found = dialled("report", "check", *SPRING, "--source", "hall", "--json")
    assert json.loads(found.stdout) == {"days": 10, "exact": 10, "deleted": 0, "differing": []}


FIGURES = ("failed", "applications")


@pytest.mark.requirement("STAT-04")
def test_who_called_in_a_month_is_as_counted_on_paper(berlin: Run) -> None:
    """October ends on the 31st at 23:00 UTC in Berlin; who was marked called as a customer until then."""
    Line.objects.create(
        msisdn=PRETEND.digits, region="T1", brand="gotone", ours=True, marked_at=datetime(2026, 10, 20, tzinfo=UTC)
    )
    calls = [
        (2, WANG, "2026-10-25 00:30"), (2, WANG, "2026-10-25 01:30"),  # the hour that comes twice
        (3, WANG, "2026-10-31 22:59"), (5, WANG, "2026-10-31 23:00"),  # three in October, five in November
        (1, CHEN, "2026-10-31 22:59"), (11, ZHOU, "2026-10-02 10:00"), (7, LIU, "2026-10-03 10:00"),
        (2, PRETEND, "2026-10-19 10:00"), (40, PRETEND, "2026-10-21 10:00"),
    ]  # fmt: skip
    for times, who, at in calls:
        greet(times, channel="voice", at=datetime.fromisoformat(at).replace(tzinfo=UTC), msisdn=who)
    while folding.sweep(datetime(2026, 11, 3, tzinfo=UTC)) >= folding.HAND:
        pass
    october, november = (json.loads(berlin("report", "callers", m, "--json").stdout) for m in ("2026-10", "2026-11"))
    assert october["most"] == [
        {"place": 1, "number": "139****0004", "dials": 11},
        {"place": 2, "number": "139****0001", "dials": 7},  # 2 + 2 + 3; as often as the next, by number
        {"place": 3, "number": "139****0005", "dials": 7},
        {"place": 4, "number": "170****0001", "dials": 2},
        {"place": 5, "number": "139****0003", "dials": 1},
    ]
    assert october["bands"] == {"1": 1, "2": 1, "3–5": 0, "6–10": 2, "11–20": 1, "21+": 0}
    assert (october["users"], november["users"]) == (5, 1)
    assert november["most"] == [{"place": 1, "number": "139****0001", "dials": 5}]


def test_a_zone_of_half_hours_has_each_record_in_one_day_however_it_is_asked(
    berlin: Run, settings: Any, tmp_path: Path
) -> None:
    """In Kolkata 00:15 lies in the hour of UTC that begins at 23:30 of the day before, and is counted there by every report."""
    settings.TIME_ZONE = "Asia/Kolkata"
    for at, name in (("2026-03-09 00:15", "a"), ("2026-03-10 00:15", "b"), ("2026-03-10 12:00", "c")):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"key,ended_at,service,verb,outcome\n{name},{at},crbt,subscribe,done\n")
        taken = berlin("import", "attempts", str(file), "--source", "south", "--channel", "voice")
        assert taken.exit_code == 0, taken.output
    span = ("--from", "2026-03-07", "--to", "2026-03-11", "--source", "south")
    for words in ((), ("--service", "crbt"), ("--channel", "voice")):
        found = told(berlin, "failure-rate", *span, *words)
        assert [(row["day"], row["applications"]) for row in found["rows"]] == [
            ("2026-03-08", 1), ("2026-03-09", 1), ("2026-03-10", 1),
        ], words  # fmt: skip
    assert berlin("report", "check", *span).exit_code == 0
