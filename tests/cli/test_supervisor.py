"""Children are kept running, heard, and stopped in order."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from careline.cli._supervisor import Child, Supervisor

STAYS = "import time; print('up', flush=True); time.sleep(600)"


@pytest.fixture(autouse=True)
def signals_as_before() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _child(name: str, script: str) -> Child:
    return Child(name, [sys.executable, "-c", script], os.environ)


def _watch_until(supervisor: Supervisor, happened: Callable[[], bool], seconds: float = 20) -> None:
    """Look after the children, as `watch` does, until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        for child in supervisor.children:
            supervisor._look_after(child, time.monotonic())
        time.sleep(0.01)


def test_a_killed_child_is_started_again_and_its_words_are_kept(tmp_path: Path) -> None:
    told: list[str] = []
    log = tmp_path / "log" / "demo.log"
    child = _child("clock", STAYS)
    supervisor = Supervisor([child], log, told.append)
    supervisor.start()
    try:
        assert child.process
        first = child.process
        _watch_until(supervisor, lambda: log.exists() and "clock | up" in log.read_text())
        first.kill()
        _watch_until(supervisor, lambda: log.read_text().count("clock | up") == 2)
        assert child.process is not first
        assert any("clock ended (-9)" in said for said in told)
    finally:
        supervisor.stop()
    assert child.process.poll() is not None


def test_a_child_that_cannot_run_is_tried_again_at_growing_intervals(tmp_path: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor([_child("web", "raise SystemExit(3)")], tmp_path / "demo.log", told.append)
    supervisor.start()
    _watch_until(supervisor, lambda: len(told) == 3)
    supervisor.stop()
    assert ["0.5 s" in told[0], "1 s" in told[1], "2 s" in told[2]] == [True, True, True]


def test_children_stop_in_reverse_order(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    script = (
        "import signal, sys, time\n"
        "def end(*_): open({path!r}, 'a').write({name!r}); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(600)"
    )
    children = [_child(name, script.format(path=str(ended), name=name)) for name in "abc"]
    log = tmp_path / "demo.log"
    supervisor = Supervisor(children, log, lambda _: None)
    supervisor.start()
    _watch_until(supervisor, lambda: log.exists() and log.read_text().count("| up") == 3)
    supervisor.stop()
    assert ended.read_text() == "cba"


def test_a_supervisor_killed_with_9_takes_its_children_along(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells children of their parent's death")
    script = (
        "import sys\nfrom pathlib import Path\nfrom careline.cli._supervisor import Child, Supervisor\n"
        f"child = Child('x', [sys.executable, '-c', {STAYS!r}], {{}})\n"
        f"supervisor = Supervisor([child], Path({str(tmp_path / 'demo.log')!r}), print)\n"
        "supervisor.start(); print(child.process.pid, flush=True); supervisor.watch()"
    )
    with psutil.Popen([sys.executable, "-c", script], stdout=-1, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert not psutil.wait_procs([child], timeout=60)[1]
