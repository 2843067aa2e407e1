"""`careline catalogue errors` and `channels`: what scripts get of error prompts and of what channels can do."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from careline.catalogue import packs
from careline.cli import main
from tests.catalogue.test_menus import SOUND, catalogue


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["catalogue", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    packs.write(catalogue(SOUND), tmp_path)
    return tmp_path


def test_error_prompts_are_told_and_a_shared_one_gives_exit_code_1(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELINE_LANG", "en")
    sound = run("errors", str(folder), "--json")
    assert sound.exit_code == 0
    told = json.loads(sound.stdout)
    assert told["verdict"]["zh"] == "非要因"
    assert {"kind", "class", "key", "zh", "en", "missing", "shared_with"} <= told["errors"][0].keys()
    same = {"words__voice.error.silence": {"zh": "没有。", "en": "No."}}
    same |= {"words__voice.error.wrong_key": {"zh": "没有。", "en": "No."}}
    packs.write(catalogue(SOUND, **same), folder)
    shared = run("errors", str(folder))
    assert shared.exit_code == 1
    assert "2 sharing words: root cause" in shared.stdout
    assert "= wrong_key" in shared.stdout


def test_what_channels_can_do_is_told_with_reasons(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "en")
    told = json.loads(run("channels", str(folder), "--json").stdout)
    assert told["totals"].keys() == {"sms", "voice", "ussd"}
    for action in told["actions"]:
        for channel in action["channels"].values():
            assert channel["can"] or all(channel["why"].values())
    assert "voice ✓" in run("channels", str(folder)).stdout


def test_menus_are_counted_and_shown_like_all_documents(folder: Path) -> None:
    assert json.loads(run("show", str(folder), "--json").stdout)["counts"]["menu"] == 1
    assert json.loads(run("show", str(folder), "menu/standard").stdout)["body"]["first"] == "main"
