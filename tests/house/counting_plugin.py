"""Tells how many tests ended how, for whoever runs several steps: `pytest --counts-to FILE`."""

import json
from pathlib import Path

import pytest

ENDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--counts-to", metavar="FILE", help="write how many tests ended how, and which broke, as JSON")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not (target := config.getoption("--counts-to")):
        return
    stats = terminalreporter.stats
    ended = {end: len(reports) for end in ENDS if (reports := stats.get(end))}
    broken = [f"{end.upper()} {report.nodeid}" for end in ("failed", "error") for report in stats.get(end, ())]
    Path(target).write_text(json.dumps({"ended": ended, "broken": broken}))
