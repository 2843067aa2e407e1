"""Python looks for rubbish among what it made. What collecting tests made is none, and is not looked at again and again."""

import gc

import pytest

SELDOM = (20_000, 20, 20)  # every 20,000 objects instead of every 700: a twentieth less processor time


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":  # who hands out tests collects none
        gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def pytest_unconfigure() -> None:
    """Where collecting broke off."""
    gc.enable()
