"""`careline payments reconcile`: the day that is asked for, and the differences by name, in both languages."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from careline.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def same_server(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)


def _reconcile(tmp_path: Path, statement: str, day: str = "2026-11-21") -> Result:
    file = tmp_path / "day.csv"
    file.write_text(statement)
    return CliRunner().invoke(main, ["payments", "reconcile", str(file), "--day", day])


@pytest.mark.parametrize(("language", "matched", "extra"), [("zh", "相符 0", "我方没有"), ("en", "matched 0", "extra")])
def test_what_only_the_provider_has_is_named_and_the_answer_is_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, matched: str, extra: str
) -> None:
    monkeypatch.setenv("CARELINE_LANG", language)
    ran = _reconcile(tmp_path, "reference,kind,amount\nabc,payment,12.50\n")
    assert ran.exit_code == 1, ran.output
    first, second = ran.output.splitlines()
    assert first == matched
    assert second.split() == [extra, "payment", "abc", "None", "1250"]


def test_a_file_that_is_no_statement_is_refused_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "zh")
    ran = _reconcile(tmp_path, "a,b\n1,2\n")
    assert ran.exit_code == 3
    assert "读不懂 day.csv" in ran.output


def test_a_day_that_is_no_date_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "en")
    ran = _reconcile(tmp_path, "reference,kind,amount\n", day="2026-02-30")
    assert ran.exit_code == 2
    assert "'2026-02-30' is no date; write it as 2026-11-21." in ran.output
