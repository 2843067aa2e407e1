"""The command line in Chinese: nothing that help or a usage error says is left in English, and nothing Chinese is left over."""

import ast
import gettext
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

from careline.cli import _chinese, main
from careline.cli._wide import columns, wrapped

CHINESE = re.compile("[一-鿿]")
ENTRY = re.compile(
    r'(?:^msgctxt "(?P<context>.*)"\n)?^msgid "(?P<one>.+)"\n'
    r'(?:msgid_plural "(?P<many>.+)"\nmsgstr\[0\] |msgstr )"(?P<told>.*)"$',
    re.M,
)
ROOT = Path(__file__).resolve().parents[2]
# What click says to whoever writes a command wrongly, never to whoever uses one; and rooms of it that we do not enter.
FOR_AUTHORS = {
    "'d'",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls!r}",
    "Invalid start character for option ({option})",
    "Name '{name}' defined twice",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead?"
    " Did you mean to pass '--{name}'?",
    "Unknown color {colour!r}",
}
ELSEWHERE = {"_termui_impl.py", "_winconsole.py", "shell_completion.py", "utils.py"}
BY_NAME = {"required"}  # said by way of a variable


@cache
def _tree(language: str) -> tuple[dict[str, Any], ...]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.cli.tree"], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"CARELINE_LANG": language, "COLUMNS": "80"},
    )  # fmt: skip
    return tuple(json.loads(ran.stdout))


def _written() -> list[tuple[str | None, str, str | None, str]]:
    """Context, English, plural and Chinese of each entry of the catalogue."""
    text = _chinese.FILE.with_suffix(".po").read_text(encoding="utf-8")
    found = [(one["context"], one["one"], one["many"], one["told"]) for one in ENTRY.finditer(text)]
    assert len(found) == len(re.findall(r'^msgid "..', text, re.M)), "an entry stands on several lines"
    plain = [tuple(None if part is None else str(json.loads(f'"{part}"')) for part in entry) for entry in found]
    return [(context, one or "", many, told or "") for context, one, many, told in plain]


def _words_of_click() -> dict[str, str | None]:
    """Every sentence that click would have translated, with its plural."""
    found: dict[str, str | None] = {}
    for file in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if file.name not in ELSEWHERE else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                said = [part.value for part in node.args if isinstance(part, ast.Constant)]
                one, many = (str(part) if part is not None else None for part in (*said, None, None)[:2])
                if one is not None and one not in FOR_AUTHORS:
                    found[one] = many
    return found


def test_every_command_tells_everything_in_chinese() -> None:
    told = _tree("zh")
    assert len(told) > 100
    left = [
        (one["path"], what, words)
        for one in told
        for what, words in [
            ("short_help", one["short_help"] or ("无" if one["path"] in ("careline", "careline serve web") else "")),
            ("help", one["help"]),
            ("epilog", one["epilog"] or "无"),
            *(("usage", word) for word in one["usage"]),
            *(("name", name) for name in one["named"]),
            *(("type", name) for name in one["types"]),
            *((option, help_text or "") for option, help_text in one["options"].items()),
        ]
        if not CHINESE.search(words)
    ]
    assert left == []


def test_every_paragraph_of_help_is_chinese_and_no_sentence_of_english_stays_in_a_page() -> None:
    for one in _tree("zh"):
        for paragraph in one["help"].split("\n\n"):
            assert CHINESE.search(paragraph), (one["path"], paragraph)
        plain = re.sub(r"`[^`]*`|--[\w-]+", "", one["page"])
        assert not re.findall(r"\b(?:the|of|and|with|is|are|for|Usage|Options|Commands|Show)\b", plain), one["page"]


def test_every_command_has_help_for_every_option_in_english_too() -> None:
    for one in _tree("en"):
        assert one["help"], one["path"]
        assert not CHINESE.search(one["page"]), one["page"]
        assert all(one["options"].values()), (one["path"], one["options"])


def test_a_chinese_page_fits_into_eighty_columns() -> None:
    for one in _tree("zh"):
        for line in one["page"].splitlines():
            assert columns(line) <= 80 or not CHINESE.search(line), (one["path"], line)


def test_lines_break_between_chinese_signs_but_never_before_a_comma() -> None:
    assert wrapped("先试一试，再用", 8) == ["先试一", "试，再用"]
    assert wrapped("看“演示”吧", 4) == ["看", "“演", "示”", "吧"]
    assert wrapped("用 careline doctor 检查", 12) == ["用 careline", "doctor 检查"]
    assert wrapped("", 10) == []


def test_no_chinese_is_left_over_from_english_that_is_gone() -> None:
    english, click_words = _tree("en"), _words_of_click()
    known = {
        "usage": {word for one in english for word in one["usage"]},
        "argument": {name for one in english for name in one["named"]},
        "type": {name for one in english for name in one["types"]},
        None: {one["help"] for one in english} | click_words.keys() | BY_NAME,
    }
    assert [(context, one) for context, one, _, _ in _written() if one not in known[context]] == []


def test_all_that_click_can_say_to_an_operator_is_said_in_chinese() -> None:
    written = {one: (many, told) for context, one, many, told in _written() if context is None}
    for one, many in _words_of_click().items():
        assert one in written, one
        assert written[one][0] == many, one
        assert CHINESE.search(written[one][1]), one


def test_chinese_names_no_value_that_the_english_sentence_has_not() -> None:
    holes = re.compile(r"\{(\w+)(?:!r)?\}|%\((\w+)\)s")
    for _, one, many, told in _written():
        allowed = {found.group() for found in holes.finditer(one)}
        allowed &= {found.group() for found in holes.finditer(many)} if many else allowed
        given = {found.group() for found in holes.finditer(one + (many or ""))}
        assert {found.group() for found in holes.finditer(told)} <= given, one


def test_the_compiled_words_are_those_of_the_text_file() -> None:
    with _chinese.FILE.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for context, one, many, told in _written():
        if many:
            assert compiled.ngettext(one, many, 1) == compiled.ngettext(one, many, 2) == told
        else:
            assert (compiled.pgettext(context, one) if context else compiled.gettext(one)) == told, one


WRONG = {  # what is typed -> what is said of it, in Chinese and in English
    "report pareto --frum 3": ("没有选项 '--frum'", "No such option '--frum'"),
    "orders show": ("缺少参数 '编号'", "Missing argument 'NUMBER'"),
    "staff add li": ("缺少选项 '--role'", "Missing option '--role'"),
    "offers figures --days many": (
        "'--days' 的值不对：'many' 不是整数",
        "Invalid value for '--days': 'many' is not a valid integer range",
    ),
    "reprot": ("没有命令 'reprot'", "No such command 'reprot'"),
    "report pareto --from yesterday": (
        "'yesterday' 不是日期，应如 2026-11-21",
        "'yesterday' is no date; write it as 2026-11-21",
    ),
    "report pareto --class x": ("'x' 不可选，可选的有：'all'", "'x' is not one of 'all'"),
    "cases verify /nowhere": ("文件 '/nowhere' 不存在", "File '/nowhere' does not exist"),
}
AROUND = {  # the language by each of the ways in which it is chosen
    "zh": ({"CARELINE_LANG": "zh", "LANG": "en_GB.UTF-8"}, {"LC_ALL": "zh_CN.UTF-8"}, {"LC_MESSAGES": "zh_CN.UTF-8"},
           {"LANG": "zh_CN.UTF-8"}),
    "en": ({"CARELINE_LANG": "en", "LANG": "zh_CN.UTF-8"}, {"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, {}),
}  # fmt: skip


def _run(typed: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "careline.cli", *typed.split()], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")} | environment,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_usage_is_told_in_the_language_of_the_terminal(language: str) -> None:
    ways = AROUND[language]
    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(lambda one: _run(one[1], ways[one[0] % len(ways)]), enumerate(WRONG)))
    for (typed, said), one in zip(WRONG.items(), ran, strict=True):
        assert one.returncode == 2, (typed, one.stderr)
        assert one.stdout == "", typed
        assert said[language == "en"] in one.stderr, (typed, one.stderr)
        first, last = ("用法：careline ", "错误：") if language == "zh" else ("Usage: careline ", "Error: ")
        assert last in one.stderr, one.stderr
        assert one.stderr.startswith(first), one.stderr
        assert language == "zh" or not CHINESE.search(one.stderr), one.stderr


def test_a_chinese_page_leaves_the_command_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = main.get_command(click.Context(main), "migrate")
    assert plain is not None
    monkeypatch.setenv("CARELINE_LANG", "zh")
    assert CHINESE.search(_chinese.dressed(plain).help or "")
    monkeypatch.setenv("CARELINE_LANG", "en")
    assert _chinese.dressed(plain) is plain
    assert not CHINESE.search(plain.help or "")
    assert plain.options_metavar == "[OPTIONS]"
