"""Collects which requirement is proved by which tests: `pytest --collect-only --requirements-to FILE`."""

import json
from pathlib import Path

import pytest

REGISTER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "requirements.tsv"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirements-to", metavar="FILE", help="write {requirement id: [tests]} as JSON")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A mark that names no requirement of the register is an error of collection: nothing would be proved by it."""
    known = set(register()) if REGISTER.is_file() else None
    proved: dict[str, list[str]] = {}
    for item in items:
        for mark in item.iter_markers("requirement"):
            unknown = [name for name in mark.args if known is not None and name not in known]
            if unknown or not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: requirement{mark.args} is not in {REGISTER.name}")
            for name in mark.args:
                proved.setdefault(name, []).append(item.nodeid)
    if target := config.getoption("--requirements-to"):
        Path(target).write_text(
            json.dumps({name: sorted(set(tests)) for name, tests in sorted(proved.items())}, indent=1)
        )


def register() -> dict[str, tuple[str, str]]:
    """Kind and title of every requirement, by id, in the register's order."""
    lines = REGISTER.read_text(encoding="utf-8").splitlines()[1:]
    return {name: (kind, title) for name, kind, title in (line.split("\t") for line in lines)}
