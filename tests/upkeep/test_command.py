"""`careline upkeep` as its users run it: today, a month, machines; exit code 1 when the answer is no."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from careline.cli.upkeep import command
from careline.prompts import logbook
from careline.prompts.logbook import Deed
from careline.upkeep import alarms, signing
from careline.upkeep.models import Machine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_server(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CARELINE_LANG", "en")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_today_tells_each_step_and_by_whom_it_was_done() -> None:
    signing.sign("listen", "好", by="lin", now=timezone.now())
    told = run("today")
    assert (told.exit_code, "(lin)" in told.output) == (0, True), told.output
    steps = {one["step"]: one for one in json.loads(run("today", "--json").output)["steps"]}
    assert (steps["listen"]["state"], steps["dial"]["state"]) == ("done", "open")
    assert steps["listen"]["proofs"][0]["by"] == "lin"


def test_an_alarm_that_stands_makes_the_answer_no() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=timezone.now() - timedelta(days=3))
    alarms.sweep(timezone.now())
    told = run("today", "--lang", "zh")
    assert told.exit_code == 1
    assert "没有维护记录" in told.output


def test_a_month_is_told_by_its_criteria_and_written_as_pdf(tmp_path: Path) -> None:
    logbook.note(Deed.AUDIT, by="lin", now=timezone.now() - timedelta(days=40))
    month = f"{timezone.localdate().replace(day=1) - timedelta(days=1):%Y-%m}"
    told = run("month", month, "--out", str(tmp_path / "sheet.pdf"), "--json")
    assert told.exit_code == 1
    read = json.loads(told.output)
    assert (read["month"], read["met"]) == (month, False)
    assert {one["name"]: one["met"] for one in read["criteria"]}["Daily maintenance"] is False
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert run("month", "2026-13").exit_code == 2
    assert "not met" in run("month", month).output


@pytest.mark.requirement("MON-02")
def test_machines_are_taken_judged_and_written_back(tmp_path: Path) -> None:
    file = tmp_path / "machines.csv"
    old, new = date.today() - timedelta(days=2200), date.today() - timedelta(days=300)
    lines = [f"M{number},server,{old if number == 0 else new}" for number in range(6)]
    file.write_text("\n".join(["name,kind,bought_on", *lines]))
    told = run("machines", "--take", str(file), "--by", "lin", "--json")
    assert told.exit_code == 0, told.output
    read = json.loads(told.stdout)
    assert (read["over"], read["all"], read["met"]) == (1, 6, True)
    Machine.objects.filter(name="M1").update(bought_on=old)
    told = run("machines")
    assert told.exit_code == 1
    assert "over age: 2/6 = 33.3 %" in told.output
    assert run("machines", "--csv").output.startswith("name,kind,place,bought_on")
    file.write_text("name\nx\n")
    told = run("machines", "--take", str(file))
    assert "Nothing was taken: line 1 Kind: " in told.output
    assert "no_column" not in told.output, "faults are told in words"
