"""A fresh machine gets what the tests call, where we are root; elsewhere they say what to type."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import programs

APT_GET = """#!/bin/sh
echo "$@" >>{folder}/said
case "$*" in *install*sip-tester*) printf '#!/bin/sh\\n' >{folder}/sipp; /bin/chmod +x {folder}/sipp;; esac
"""


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with nothing but apt-get, which knows one package; we are root."""
    (tmp_path / "apt-get").write_text(APT_GET.format(folder=tmp_path))
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("CI", raising=False)
    programs.updated.cache_clear()
    yield tmp_path
    programs.updated.cache_clear()


def test_root_gets_a_program_from_its_package_after_one_update(fresh: Path) -> None:
    assert programs.program("sipp") == programs.program("sipp") == str(fresh / "sipp")
    with pytest.raises(pytest.skip.Exception):
        programs.program("janus")
    update, first, second = (fresh / "said").read_text().splitlines()
    assert update.endswith("update")
    assert first.endswith(" sip-tester")
    assert second.endswith(" janus")


def test_what_no_package_brings_is_skipped_with_the_command(fresh: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="apt-get install -y --no-install-recommends janus"):
        programs.program("janus")


def test_in_ci_a_program_that_stays_away_is_a_failure(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="janus is not here"):
        programs.program("janus")


def test_an_ordinary_user_is_told_one_command_for_all(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert programs.main() == 1
    said = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends baresip-core kannel" in said
    assert not (fresh / "said").exists()


def test_every_program_that_a_test_names_has_a_package(request: pytest.FixtureRequest) -> None:
    named = {name for item in request.session.items for mark in item.iter_markers("peer") for name in mark.args}
    assert named <= set(programs.PACKAGES)
