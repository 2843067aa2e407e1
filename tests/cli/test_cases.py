"""`careline cases` as its users run it, against a real database; refusals in one sentence and by exit code."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from careline.cases import evidence, faults, opening
from careline.cases.models import Case
from careline.cli.cases import command
from careline.journal.models import Entry
from tests.cases.desk import brought, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Case:
    """A complaint that came in just now; the command talks to the same server."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CARELINE_LANG", "en")
    settled()
    return opening.accept(brought("彩铃多扣了5元", category="billing"), by="subscriber", now=timezone.now()).case


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_list_shows_what_is_at_risk_with_masked_numbers(case: Case) -> None:
    shown = _run("list")
    assert shown.exit_code == 0, shown.output
    assert case.docket in shown.output
    assert "139****0001" in shown.output
    (row,) = json.loads(_run("list", "--filter", "mine", "--who", "wang", "--json").output)
    assert (row["docket"], row["owner"]) == (case.docket, "wang")
    assert json.loads(_run("list", "--archive", "彩铃", "--json").output) == []
    assert _run("list", "--archive", "彩").exit_code == 1


def test_a_case_is_shown_with_its_promises_and_the_look_is_journaled(case: Case) -> None:
    shown = _run("show", case.docket)
    assert shown.exit_code == 0, shown.output
    assert "first_reply" in shown.output
    assert Entry.objects.filter(did="look", what="case", record=case.docket).exists()
    assert json.loads(_run("show", case.docket, "--json").output)["case"]["docket"] == case.docket
    missing = _run("show", "0000000000")
    assert (missing.exit_code, "docket" in missing.output) == (1, True)


def test_evidence_is_written_as_json_that_verifies_and_as_pages(case: Case, tmp_path: Path) -> None:
    as_json, as_pdf = tmp_path / "a.json", tmp_path / "a.pdf"
    told = json.loads(_run("evidence", case.docket, "--out", str(as_json), "--json").output)
    assert told["digest"] == json.loads(as_json.read_text())["digest"]
    assert _run("verify", str(as_json)).exit_code == 0
    assert _run("evidence", case.docket, "--out", str(as_pdf)).exit_code == 0
    assert as_pdf.read_bytes().startswith(b"%PDF-")
    as_json.write_text(as_json.read_text().replace("彩铃", "铃声"))
    assert _run("verify", str(as_json)).exit_code == 1
    as_json.write_text("not json")
    assert _run("verify", str(as_json)).exit_code == 1


def test_whole_numbers_need_a_reason_which_is_journaled(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert (
        _run("evidence", case.docket, "--out", str(file), "--whole-numbers", "letter of the regulator").exit_code == 0
    )
    assert json.loads(file.read_text())["customer"]["number"] == case.msisdn
    entry = Entry.objects.filter(did="export_evidence").latest("id")
    assert (entry.detail["numbers"], entry.detail["reason"]) == ("whole", "letter of the regulator")
    assert evidence.genuine(json.loads(file.read_text()))


def test_a_file_of_another_kind_or_in_no_folder_is_refused(case: Case, tmp_path: Path) -> None:
    assert _run("evidence", case.docket, "--out", str(tmp_path / "a.doc")).exit_code == 2
    assert _run("evidence", case.docket, "--out", str(tmp_path / "none" / "a.pdf")).exit_code == 3


def test_reports_faults_and_lint_speak_json(case: Case) -> None:
    today = timezone.localdate()
    days = ("--from", f"{today - timedelta(days=1)}", "--to", f"{today + timedelta(days=2)}")
    found = json.loads(_run("report", *days, "--json").output)
    assert found["tables"]["channels"][0]["complaints"] == 1
    assert "first_replies" in _run("report", *days).output
    assert _run("report", "--from", f"{today}", "--to", f"{today}").exit_code == 1
    faults.open("基站断电", "network", by="chen", now=timezone.now())
    (row,) = json.loads(_run("faults", "--json").output)
    assert (row["title"], row["bound"], row["left"]) == ("基站断电", 0, 0)
    assert _run("lint").exit_code == 0
    assert json.loads(_run("lint", "--json").output) == []
