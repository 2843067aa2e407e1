"""Tests in several processes (`pytest -n 2`): what shares something stays together, the longest goes first.

A file is the smallest portion, since its fixtures may be its own. Each process has a server and databases of its own.
The groups of `--dist loadgroup` are not used: xdist 3.8 writes them into names that pytest 9.2 no longer lets it change.
"""

from typing import Any

import pytest

# Folders whose tests share a running server, or ports: one process for each of them. The longest are handed out first,
# so that at the end neither process waits long for the other.
TOGETHER = ("browser", "calls")
FIRST = ("killing", "browser", "calls", "app", "cli", "sms", "postgres", "packs", "attacks")


@pytest.hookimpl(trylast=True)  # after pytest-django has put what commits behind what does not
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: FIRST.index(folder) if (folder := _folder(item.nodeid)) in FIRST else len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Portions(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            folder = _folder(nodeid)
            return folder if folder in TOGETHER else nodeid.partition("::")[0]

    config.option.loadscopereorder = False  # xdist would begin with the portions that have the most tests
    return Portions(config, log)


def _folder(nodeid: str) -> str:
    return nodeid.split("/")[1]
