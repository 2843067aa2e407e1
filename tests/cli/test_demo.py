"""`careline demo` from nothing: it says where to look, the page is there, a killed process comes back, the end is clean."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from careline.cli._ports import is_free
from careline.postgres import status
from careline.postgres.removing import remove


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cl-demo-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    remove(folder)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_the_demo_comes_up_heals_itself_and_goes_down(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("CARELINE_") or "_PG_" in name
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "careline.cli", "demo"],
        env=environment | {"CARELINE_HOME": str(home), "CARELINE_LANG": "en", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said = _said_until(process, "Ctrl-C ends it.")
        found = re.search(r"(http://127\.0\.0\.1:(\d+))/phone", said)
        assert found, said
        origin, port = found[1], int(found[2])
        assert "139****" in _page(f"{origin}/phone", 60)
        assert re.search(r"^ +admin +\S+", said, re.MULTILINE), "the staff's logins are printed"

        children = psutil.Process(process.pid).children(recursive=True)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):  # a worker goes with its server, while we look
                if "web" in child.cmdline():
                    child.kill()
        _said_until(process, "web ended (-9)")
        # A worker of the killed server must not keep its port.
        end = time.monotonic() + 120
        while not _answers(f"{origin}/phone"):
            assert time.monotonic() < end, "the pages did not come back"
            time.sleep(0.1)

        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert not psutil.wait_procs(children, timeout=60)[1], "nothing of it still runs"
        assert is_free("127.0.0.1", port)
        end = time.monotonic() + 60
        while status(home).running:
            assert time.monotonic() < end, "the server goes when its last user has gone"
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()


def _said_until(process: subprocess.Popen[str], awaited: str) -> str:
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if awaited in line:
            return said
    raise AssertionError(f"it ended before it said {awaited!r}:\n{said}")


def _page(address: str, timeout_seconds: float = 20.0) -> str:
    with urllib.request.urlopen(address, timeout=timeout_seconds) as answer:
        return str(answer.read().decode())


def _answers(address: str) -> bool:
    try:
        return bool(_page(address))
    except (OSError, http.client.HTTPException):  # a server that is killed may leave half an answer
        return False
