"""`careline probes coverage` on the packs that are shipped: everything has a dial test, but for a short list."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from careline import wiring
from careline.catalogue import library
from careline.catalogue.importing import publish_packs
from careline.catalogue.packs import packs_folder
from careline.cli import main
from careline.probes.models import Wanted
from tests.halls import NOON


@pytest.fixture
def published(db: None, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CARELINE_LANG", "en")
    publish_packs(packs_folder(), by="tests", now=NOON, manifests=wiring.behaviours().values())
    yield
    library.forget()


def test_a_file_of_results_that_cannot_be_written_is_said_before_anybody_is_called(
    published: None, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere" / "probes.xml"
    told = CliRunner().invoke(main, ["probes", "run", "sms/deed/balance.query", "--junit", str(nowhere)])
    assert (told.exit_code, told.stdout) == (3, "")
    assert f"{nowhere} cannot be written: No such file or directory" in told.stderr
    told = CliRunner().invoke(main, ["probes", "report", "--junit", str(nowhere)])
    assert (told.exit_code, "cannot be written" in told.stderr) == (3, True), told.output


def test_nothing_is_missing_and_what_is_left_out_is_named(published: None) -> None:
    told = CliRunner().invoke(main, ["probes", "coverage", "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert found["missing"] == []
    assert all(kind["covered"] == kind["of"] > 0 for kind in found["kinds"].values()), found["kinds"]
    assert (
        found["left_out"]
        == len(found["left_out_on_purpose"])
        == sum(one["left_out"] for one in found["kinds"].values())
    )
    assert all(one["why"]["zh"] and one["why"]["en"] for one in found["left_out_on_purpose"])
    assert Wanted.objects.count() == found["wanted"] + found["left_out"]

    shown = CliRunner().invoke(main, ["probes", "coverage"]).output
    deeds = found["kinds"]["deed"]
    assert f"{deeds['covered']} / {deeds['of']} = 100.0%, and {deeds['left_out']} left out on purpose" in shown
    assert "o deed:complain:register: people would have to deal with it" in shown
