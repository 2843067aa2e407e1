"""Foreign programs that judge our wire and our sound: installed from Debian where we are root, else asked for loudly.

`python -m tests.house.programs` installs all that are missing at once, or prints the command that does.
A test says which it needs: `@pytest.mark.peer("sipp")`.
"""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = {  # by program, or by file
    "baresip": "baresip-core",
    "bearerbox": "kannel",
    "chromium": "chromium",
    "espeak-ng": "espeak-ng",
    "janus": "janus",
    "linphonec": "linphone-cli",
    "sipp": "sip-tester",
    "tshark": "tshark",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "/usr/share/xml/w3c-sgml-lib/schema/dtd/REC-voicexml21-20070619/vxml.dtd": "w3c-sgml-lib",
}
APT_SECONDS = 600
LOCK = Path(tempfile.gettempdir(), f"careline-tests-apt-{os.getuid()}.lock")
SYSTEM_FOLDERS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


def missing(reason: str) -> NoReturn:
    """Skip with a reason; in CI, where nobody reads the reasons of skips, a judge that stays away is a failure."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of a program (or file) of PACKAGES: installed where that is possible, else the test skips and says how."""
    package = PACKAGES[name]
    if found := which(name):
        return found
    install(package)
    if found := which(name):
        return found
    missing(f"{name} is not here; run: {command(package)}")


def which(name: str) -> str | None:
    """The path of a program or file; folders of administrators count, also where PATH does not name them."""
    if name.startswith("/"):
        return name if Path(name).exists() else None
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)


def command(*packages: str) -> str:
    """What installs these packages, to be typed by whoever may."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def install(*packages: str) -> bool:
    """Install Debian packages, if we are root on such a machine; whether that was tried and worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    with LOCK.open("w") as mine:  # another process of the tests may be at it, and apt-get does not wait for its turn
        fcntl.flock(mine, fcntl.LOCK_EX)
        return updated() and _apt("install", "--yes", "--no-install-recommends", *packages)


@functools.cache
def updated() -> bool:
    """Whether the list of packages could be brought up to date; asked once."""
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


def main() -> int:
    """Install what is missing; 1 when something stays missing."""
    wanted = [package for name, package in PACKAGES.items() if not which(name)]
    if not wanted or (install(*wanted) and all(map(which, PACKAGES))):
        return 0
    sys.stderr.write(f"Tests will skip for want of foreign programs. Run: {command(*wanted)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
