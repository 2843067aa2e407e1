"""An SMSC simulator, and foreign programs that judge our wire: where one is missing the tests say so (in CI they fail)."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from careline.simulators.smsc import Smsc

ROOT = Path(__file__).resolve().parents[2]
NPM_FOLDER = ROOT / ".careline" / "npm"
NODE_SMPP = "smpp@0.5.1"
APT_SECONDS = 300


def missing(reason: str) -> None:
    """Skip with a reason; in CI a judge that stays away is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def apt_program(program: str, package: str) -> str:
    """The path of a program, installed from apt first where we are root."""
    if found := _which(program):
        return found
    command = f"apt-get install -y {package}"
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for line in ("apt-get update", command):
            subprocess.run(line.split(), env=environment, capture_output=True, timeout=APT_SECONDS, check=False)
        if found := _which(program):
            return found
    missing(f"{program} is not here; run: {command}")
    raise AssertionError("unreachable")


def _which(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="session")
def tshark() -> str:
    """Wireshark's dissector."""
    return apt_program("tshark", "tshark")


@pytest.fixture(scope="session")
def kannel() -> str:
    """Kannel's bearerbox."""
    return apt_program("bearerbox", "kannel")


@pytest.fixture(scope="session")
def node_smpp() -> Path:
    """A folder in which node finds npm's smpp."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("node and npm are not here; install them to test against npm's smpp")
    if not (NPM_FOLDER / "node_modules" / "smpp").is_dir():
        NPM_FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-save", "--prefix", str(NPM_FOLDER), NODE_SMPP]
        done = subprocess.run(install, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            missing(f"npm could not install {NODE_SMPP}: {done.stderr.strip()[-200:]}")
    return NPM_FOLDER


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    """Our own simulator, running."""
    async with Smsc() as running:
        yield running
