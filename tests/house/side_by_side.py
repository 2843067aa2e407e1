"""Two processes for the tests (`pytest -n 2 --dist loadgroup`): what shares something stays together, the longest goes first.

A file is the smallest portion, since its fixtures may be its own. Each process has a server and databases of its own.
"""

import pytest

# Folders whose tests share a running server, or ports: one process for each of them. The longest are handed out first,
# so that at the end neither process waits long for the other.
TOGETHER = ("browser", "calls")
FIRST = ("killing", "browser", "calls", "cli", "sms", "postgres", "packs", "attacks")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not hasattr(config, "workerinput"):  # one process, or the one that hands out
        return
    for item in items:
        folder = _folder(item)
        item.add_marker(pytest.mark.xdist_group(folder if folder in TOGETHER else item.path.stem + folder))
    items.sort(key=lambda item: FIRST.index(folder) if (folder := _folder(item)) in FIRST else len(FIRST))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(item.config.rootpath / "tests").parts[0]
