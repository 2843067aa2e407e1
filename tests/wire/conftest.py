"""An SMSC simulator, and foreign programs that judge our wire: where one is missing the tests say so (in CI they fail)."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from careline.simulators.smsc import Smsc
from tests.house.programs import missing, program

ROOT = Path(__file__).resolve().parents[2]
NPM_FOLDER = ROOT / ".careline" / "npm"
NODE_SMPP = "smpp@0.5.1"


@pytest.fixture(scope="session")
def tshark() -> str:
    """Wireshark's dissector."""
    return program("tshark")


@pytest.fixture(scope="session")
def kannel() -> str:
    """Kannel's bearerbox."""
    return program("bearerbox")


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
