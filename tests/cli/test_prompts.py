"""`careline prompts`: a library of recordings is audited without a database; wrong words are refused with a sentence."""

import json
from pathlib import Path

from click.testing import CliRunner

from careline.cli.prompts import command
from tests.prompts.speech import speech, written


def test_a_folder_of_mixed_recordings_is_told_by_exit_code_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(written(speech(seconds=1)))
    (tmp_path / "b.wav").write_bytes(written(speech(seconds=1)))
    uniform = CliRunner().invoke(command, ["audit", str(tmp_path), "--json"])
    assert uniform.exit_code == 0
    assert json.loads(uniform.stdout)["uniform"] is True
    (tmp_path / "c.flac").write_bytes(written(speech(seconds=1), "FLAC"))
    (tmp_path / "d.txt").write_text("notes")
    mixed = CliRunner().invoke(command, ["audit", str(tmp_path), "--json"])
    assert mixed.exit_code == 1
    found = json.loads(mixed.stdout)
    assert found["offending"] == ["c.flac (FLAC PCM_16 16000 Hz 1ch)", "d.txt (unusable: not_audio)"]
    assert found["counts"]["WAV PCM_16 16000 Hz 1ch"] == 2


def test_an_archive_that_is_not_the_voices_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tgz").write_bytes(b"x")
    refused = CliRunner().invoke(command, ["fetch-voice", "--archive", str(tmp_path / "x.tgz")])
    assert refused.exit_code == 3
