"""The demo finds a voice: it installs one as root on Debian, and says what to type where it may not."""

import os
from pathlib import Path

import pytest

from careline.cli import _debian
from careline.cli._voice import set_the_voice


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of nothing but an apt-get that knows espeak-ng only after an update; returns its folder of programs."""
    program = tmp_path / "apt-get"
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$*" >>{tmp_path}/asked\n'
        f'case "$*" in *update*) : >{tmp_path}/updated;; *install*) [ -e {tmp_path}/updated ];; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.delenv("CARELINE_VOICE", raising=False)
    return tmp_path


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number)


def test_root_installs_and_asks_for_new_lists_only_when_the_old_ones_do_not_help(
    apt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, 0)
    assert _debian.install("espeak-ng")
    asked = (apt / "asked").read_text().splitlines()
    assert [line.split()[1] for line in asked] == ["install", "update", "install"]
    assert asked[-1].endswith("espeak-ng")


def test_an_ordinary_user_is_told_the_command_and_nothing_is_installed(
    apt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(monkeypatch, 1000)
    set_the_voice()
    said = capsys.readouterr().out
    assert "captions" in said
    assert "sudo apt-get install -y --no-install-recommends espeak-ng" in said
    assert not (apt / "asked").exists()


def test_root_whose_installation_failed_is_told_the_command(
    apt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(monkeypatch, 0)
    set_the_voice()
    said = capsys.readouterr().out
    assert said.index("Installing espeak-ng") < said.index("apt-get install")
    assert "sudo" not in said


def test_another_voice_says_itself_what_it_lacks(
    apt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(monkeypatch, 0)
    monkeypatch.setenv("CARELINE_VOICE", "nobody")
    set_the_voice()
    assert "There is no voice 'nobody'" in capsys.readouterr().out
    assert not (apt / "asked").exists()
