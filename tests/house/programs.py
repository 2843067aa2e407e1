"""Foreign programs that judge our wire and our sound: installed from Debian where we are root, else asked for loudly."""

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

APT_SECONDS = 300
SYSTEM_FOLDERS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


def missing(reason: str) -> NoReturn:
    """Skip with a reason; in CI, where nobody reads the reasons of skips, a judge that stays away is a failure."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, package: str) -> str:
    """The path of a program; when it is not here, its Debian package is installed, or the test skips with the command."""
    if found := which(name):
        return found
    install(package)
    if found := which(name):
        return found
    missing(f"{name} is not here; run: {command(package)}")


def file(path: Path, package: str) -> Path:
    """The same for a file that comes with a Debian package."""
    if not path.exists():
        install(package)
    if not path.exists():
        missing(f"{path} is not here; run: {command(package)}")
    return path


def which(name: str) -> str | None:
    """The path of a program; those of administrators count, also where PATH does not name their folders."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)


def command(*packages: str) -> str:
    """What installs these packages, to be typed by whoever may."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def install(*packages: str) -> bool:
    """Install Debian packages, if we are root on such a machine; whether that was tried and worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return _updated() and _apt("install", "--yes", "--no-install-recommends", *packages)


@functools.cache
def _updated() -> bool:
    return _apt("update")


def _apt(*words: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ran = subprocess.run(
            ["apt-get", "--quiet", *words], env=environment, capture_output=True, timeout=APT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0
