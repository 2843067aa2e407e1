"""The browser of these tests: the system's Chromium, installed where that is possible, else asked for."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
INSTALL_SECONDS = 300


def found() -> str | None:
    """The path of a Chromium of this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium() -> str:
    """The path of a Chromium. Root on Debian gets it installed; anybody else is told the command, and skips.

    On a machine that calls itself CI a missing browser is a failure: there nobody reads the reasons of skips.
    """
    if path := found():
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        if path := found():
            return path
    command = f"sudo apt-get install --no-install-recommends {' '.join(PACKAGES)}"
    said = f"The browser tests need Chromium, and it is not here. Install it: {command}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(said)
    pytest.skip(said)


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        command = ["apt-get", "--quiet", *step]
        ran = subprocess.run(command, env=environment, capture_output=True, timeout=INSTALL_SECONDS, check=False)
        if ran.returncode:
            return


def arguments() -> list[str]:
    """How Chromium is started: its sandbox does not work for root, and /dev/shm is small in containers."""
    memory = ["--disable-dev-shm-usage"] if Path("/dev/shm").exists() else []
    return [*memory, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
