"""The house rules: floors, file sizes, marks, and that the docs speak of commands that exist."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from careline.cli import main as careline
from careline.shelf import Shelf, ShelfError
from tests.house import commands
from tests.house.requirements_plugin import register

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = {"src": 300, "tests": 500}
SPOKEN = r"(?:uv run |\.venv/bin/)?(careline|make) ([a-z][a-z-]*)"  # a program and its command, as docs write them
SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
DOCS = [path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if path.name != "requirements.md"]


def _sources() -> list[Path]:
    found = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def test_imports_go_down_the_floors_only() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout


def test_no_file_is_longer_than_its_idea() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in _sources() if (lines := _lines(path)) > _lines_max(path)}
    assert not long, "too long: find the second idea and give it a room of its own"


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [str(path) for path in _sources() if path.stem in SAY_NOTHING or path.parent.name in SAY_NOTHING]


def test_every_module_says_what_it_is() -> None:
    ours = [path for path in _sources() if "src" in path.parts and path.name != "apps.py"]
    told = [path for path in ours if path.read_text().strip()]
    silent = [path for path in told if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not [str(path.relative_to(ROOT)) for path in silent]


def test_no_import_contract_has_exceptions() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    assert "exhaustive = true" in settings
    assert "ignore_imports" not in settings
    assert "exhaustive_ignores" not in settings


def test_the_register_holds_every_requirement_once() -> None:
    lines = (ROOT / "docs/reference/requirements.tsv").read_text().splitlines()[1:]
    assert len(lines) == len(register()) == 285
    assert {kind for kind, _ in register().values()} == {"E", "I", "N"}
    assert all(re.fullmatch(r"[A-Z]{2,4}-\d\d", name) for name in register())


def test_the_docs_name_only_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known = set(careline.list_commands(careline.make_context("careline", ["migrate"])))
    unknown = []
    for path in DOCS:
        text = path.read_text()
        fenced = "\n".join(re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        spoken = re.findall(rf"`{SPOKEN}", text)
        spoken += re.findall(rf"^(?:\$ )?(?:echo [^\n|]*\| )?{SPOKEN}", fenced, re.MULTILINE)
        for program, name in spoken:
            if name not in (known if program == "careline" else targets):
                unknown.append(f"{path.relative_to(ROOT)}: {program} {name}")
    assert not unknown


def test_the_docs_link_to_files_that_exist() -> None:
    broken = []
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert not broken


def test_every_command_stands_in_the_reference() -> None:
    for language, page in commands.PAGES.items():
        assert page.read_text() == commands.written(language), "python -m tests.house.commands"


def test_every_variable_of_the_environment_is_explained() -> None:
    told = set(re.findall(r"CARELINE_[A-Z_]*[A-Z]", (ROOT / "DEVELOPING.md").read_text()))
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in re.findall(r"CARELINE_[A-Z_]*[A-Z]", path.read_text())
    }
    assert read - told == {"CARELINE_HANDOVER"}, (
        "CARELINE_HANDOVER is a variable of Asterisk's; the others belong into DEVELOPING.md"
    )
    assert not told - read


def test_the_docs_name_only_places_of_the_code_that_exist() -> None:
    folders = [ROOT, ROOT / "src", ROOT / "src/careline", ROOT / "src/careline/channels", ROOT / "packs/common"]
    lost = []
    for path in DOCS:
        for place in re.findall(r"`([a-z_]+/[a-z_/]*(?:\.py|\.toml|/))`", path.read_text()):
            if not any((folder / place).exists() for folder in folders):
                lost.append(f"{path.relative_to(ROOT)}: {place}")
    assert not lost


def test_a_shelf_says_which_file_lacks_its_thing() -> None:
    with pytest.raises(ShelfError, match=r"careline\.cli\.migrate needs `behaviour`, a str"):
        Shelf("careline.cli").thing("migrate", "behaviour", str)
    with pytest.raises(KeyError):
        Shelf("careline.cli").module("no-such-command")


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _lines_max(path: Path) -> int:
    return LINES_MAX[path.relative_to(ROOT).parts[0]]
