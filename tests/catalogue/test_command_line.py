"""`careline catalogue`: what scripts and maintainers at a terminal get."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from careline.catalogue.version import State, Version
from careline.cli import main
from careline.journal.models import Entry
from careline.wiring import behaviours
from tests.catalogue.packs_on_disk import code, small_catalogue, write_small_packs
from tests.catalogue.people import NOW, REVIEWER, WRITER, no_errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Packs without errors, performed by a behaviour that exists."""
    body = dict(next(one.body for one in small_catalogue() if one.key == "balance")) | {"behaviour": "validity"}
    words = {f"words__validity.{tail}": {"zh": "好的。", "en": "OK."} for tail in behaviours()["validity"].words}
    return write_small_packs(tmp_path / "packs", service__balance=body, **words)


@pytest.fixture
def careline(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CARELINE_LANG", "en")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["catalogue", *arguments])

    return run


def test_packs_are_linted_without_a_database_and_faults_give_exit_code_1(careline: Any, folder: Path) -> None:
    assert careline("lint", str(folder)).exit_code == 0
    write_small_packs(folder, **{"words__talk.goodbye": {"zh": "再见 {nothing}。", "en": "Bye {nothing}."}})
    result = careline("lint", str(folder), "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert said["errors"] >= 1
    assert {"severity", "rule", "kind", "key", "path", "what", "mend"} <= said["findings"][0].keys()


def test_contradicting_packs_are_refused_with_a_report_and_nothing_is_taken_in(careline: Any, folder: Path) -> None:
    write_small_packs(folder, **{"code__X1/17": code("17|CXYE", "balance", "query")})
    result = careline("import", str(folder))
    assert result.exit_code == 1
    assert "CXYE" in result.stderr
    assert Version.objects.count() == 0


def test_packs_are_imported_reviewed_elsewhere_and_published(careline: Any, folder: Path) -> None:
    said = json.loads(careline("import", str(folder), "--by", WRITER, "--json").stdout)
    assert said == {"number": 1, "state": State.DRAFT}
    version = Version.numbered(1)
    assert careline("publish", "1").exit_code == 1, "nobody has reviewed it"
    version.submit(by=WRITER, now=NOW)
    version.review(by=REVIEWER, now=NOW)
    assert careline("publish", "1", "--by", REVIEWER).exit_code == 0
    assert Version.published() == version
    assert Entry.objects.filter(who=REVIEWER, did="publish").exists()


def test_the_published_version_is_exported_and_does_not_differ(careline: Any, folder: Path, tmp_path: Path) -> None:
    assert careline("import", str(folder), "--publish").exit_code == 0
    assert careline("export", str(tmp_path / "out")).exit_code == 0
    assert careline("diff", "published", str(tmp_path / "out")).exit_code == 0
    assert careline("export", str(tmp_path / "out")).exit_code == 3, "it overwrites nothing"


def test_what_differs_is_told_field_by_field_with_exit_code_1(careline: Any, folder: Path) -> None:
    careline("import", str(folder), "--publish")
    write_small_packs(folder, **{"words__talk.goodbye": {"zh": "再会。", "en": "OK."}})
    result = careline("diff", "published", str(folder), "--json")
    assert result.exit_code == 1
    goodbye = next(one for one in json.loads(result.stdout) if one["key"] == "talk.goodbye")
    assert goodbye["fields"] == [{"path": "zh", "before": "好的。", "after": "再会。"}]


def test_versions_and_documents_are_shown(careline: Any, folder: Path) -> None:
    careline("import", str(folder), "--publish")
    versions = json.loads(careline("show", "--json").stdout)
    assert [(one["number"], one["state"]) for one in versions] == [(1, "published")]
    assert json.loads(careline("show", "published", "code/X1/CXYE").stdout)["body"]["spelling"] == "CXYE|YE"
    assert careline("show", "published", "service/none").exit_code == 1
    assert careline("show", "99").exit_code == 1


def test_a_published_version_is_rolled_back_to(careline: Any, folder: Path) -> None:
    careline("import", str(folder), "--publish")
    first = Version.published()
    assert first is not None
    second = Version.draft(by=WRITER, now=NOW)
    second.publish_unreviewed(by=WRITER, now=NOW, errors=no_errors)
    result = careline("publish", str(first.number), "--roll-back", "--by", REVIEWER, "--json")
    assert json.loads(result.stdout) == {"number": 3, "state": "published"}
