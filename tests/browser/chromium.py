"""The browser of these tests: the system's Chromium, installed where that is possible, else asked for."""

import os
import shutil
from pathlib import Path

from tests.house.programs import command, install, missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def found() -> str | None:
    """The path of a Chromium of this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium() -> str:
    """The path of a Chromium. Root on Debian gets it installed; anybody else is told the command, and skips.

    On a machine that calls itself CI a missing browser is a failure: there nobody reads the reasons of skips.
    """
    path = found()
    if path is None:
        install(*PACKAGES)
        path = found()
    if path is None:
        missing(f"The browser tests need Chromium, and it is not here. Install it: {command(*PACKAGES)}")
    return path


def arguments() -> list[str]:
    """How Chromium is started: its sandbox does not work for root, and /dev/shm is small in containers."""
    memory = ["--disable-dev-shm-usage"] if Path("/dev/shm").exists() else []
    return [*memory, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
