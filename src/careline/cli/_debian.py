"""Debian packages: installed where we are root on such a machine, else the command for whoever may."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

APT_SECONDS: Final = 300.0


def command(*packages: str) -> str:
    """What installs these packages, to be typed."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def may_install() -> bool:
    """Whether we are root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str, seconds: float = APT_SECONDS) -> bool:
    """Install them; the lists of packages are fetched first only where they are too old. Whether it worked; False where we may not."""
    if not may_install():
        return False
    wanted = ("install", "--yes", "--no-install-recommends", *packages)
    return _apt(wanted, seconds) or (_apt(("update",), seconds) and _apt(wanted, seconds))


def _apt(words: Sequence[str], seconds: float) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ran = subprocess.run(
            ["apt-get", "--quiet", *words], env=environment, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0
