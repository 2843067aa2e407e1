"""The catalogue's words on the screen: Chinese where the terminal is Chinese, the same words as on the pages of the staff."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from careline.catalogue.linting.finding import Severity
from careline.catalogue.version import State
from careline.cli import main
from careline.cli._catalogue_words import word
from careline.staff import labels

PACKS = Path(__file__).resolve().parents[2] / "packs"
ROOMS = Path(labels.__file__).resolve().parents[1]


def test_lint_speaks_chinese_but_for_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "zh")
    said = CliRunner().invoke(main, ["catalogue", "lint", str(PACKS)]).output
    heads = [line for line in said.splitlines() if re.fullmatch(r"\S.*\[\w+\]", line)]
    assert heads
    for line in heads:
        assert re.match(r"(错误|警告|提示)     ?(业务|代码表|代码|语音菜单|文本|设置|拨测) ", line), line


def test_every_kind_that_lint_can_name_has_a_chinese_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "zh")
    files = (file.read_text() for file in ROOMS.rglob("*linting*.py"))
    files_of_rules = (file.read_text() for file in (ROOMS / "catalogue" / "linting").glob("*.py"))
    kinds = {kind for text in (*files, *files_of_rules) for kind in re.findall(r'\bWhere\("(\w+)"', text)}
    assert {"code", "offer", "probe"} <= kinds
    for name in (*kinds, *Severity, *State, "approved", "added", "removed", "changed"):
        assert re.fullmatch("[一-鿿]+", word(name)), name


def test_the_words_are_those_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "zh")
    with translation.override("zh-hans"):
        for kind, label in labels.KINDS.items():
            assert word(kind) == str(label), kind
        for state in (*State, "approved"):
            assert word(state) == str(labels.STATES[str(state)]), state


def test_english_keeps_its_ids_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "en")
    assert word("note", 8) == "note    "
    monkeypatch.setenv("CARELINE_LANG", "zh")
    assert word("note", 8) == "提示    "
    assert word("a kind nobody named") == "a kind nobody named"
