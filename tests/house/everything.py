"""`make test`: all tests in two steps, first what bears company on all cores, then what listens to real time.

The second step has two processes at most: calls in one, what else takes its time in the other. They mostly wait.

With any choice of tests (`make test ARGS="tests/hall -k busy"`) it is one plain run of pytest. `--database-only` is no
such choice: it is a property of the whole run, and keeps both steps.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What takes sound packet by packet, counts milliseconds, or kills processes under load: many neighbours would be heard.
ALONE = (
    "tests/calls",
    "tests/killing",
    "tests/probes",
    "tests/sms/test_kannel_itself.py",
    "tests/sms/test_pressure.py",
    "tests/sms/test_processes.py",
    "tests/cli/test_bench_calls.py",
    "tests/cli/test_demo.py",
    "tests/wire/test_peers.py",
)
WHOLE = {"--database-only"}
PROCESSES_MAX = 4  # each has a database server of its own
LISTENING_MAX = 2  # of them at a time in the second step


@dataclass(frozen=True)
class Step:
    """One run of pytest: its name, exit code, how long it took, and how many tests ended how."""

    name: str
    code: int
    seconds: float
    ended: dict[str, int]
    broken: list[str]


def main(words: Sequence[str]) -> int:
    planned = plan(words, _cores())
    if len(planned) == 1:
        return _run(planned[0][1])
    steps: list[Step] = []
    for name, given in planned:
        _tell(f"Tests {name}")
        steps.append(_step(name, given))
        if steps[-1].code == pytest.ExitCode.INTERRUPTED:
            break
    return _summary(steps)


def plan(words: Sequence[str], cores: int) -> list[tuple[str, list[str]]]:
    """Each run of pytest, by name, with what it is given."""
    if set(words) - WHOLE:
        return [("chosen", [*words])]
    beside = [*words, *(f"--ignore={path}" for path in ALONE), *_processes(cores)]
    return [(f"on {cores} cores", beside), ("in real time", [*words, *ALONE, *_processes(min(cores, LISTENING_MAX))])]


def _processes(count: int) -> list[str]:
    return ["-n", str(count)] if count > 1 else []


def _cores() -> int:
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(ours, PROCESSES_MAX)


def _step(name: str, words: Sequence[str]) -> Step:
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        code = _run([*words, f"--counts-to={told.name}"])
        counts = json.loads(Path(told.name).read_text() or "{}")
    return Step(name, code, time.monotonic() - began, counts.get("ended", {}), counts.get("broken", []))


def _run(words: Sequence[str]) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", *words], cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it has heard that too, and ends its servers first
            continue


def _summary(steps: Sequence[Step]) -> int:
    """What both came to; the exit code is that of the first that is not well."""
    for step in steps:
        for test in step.broken:
            _tell(test)
    kinds = sorted({kind for step in steps for kind in step.ended}, key=lambda kind: (kind != "passed", kind))
    sums = ", ".join(f"{sum(step.ended.get(kind, 0) for step in steps)} {kind}" for kind in kinds)
    times = ", ".join(f"{sum(step.ended.values())} {step.name} in {step.seconds:.0f} s" for step in steps)
    _tell(f"All tests: {sums or 'none ran'} in {sum(step.seconds for step in steps):.0f} s ({times})")
    return next((step.code for step in steps if step.code), 0)


def _tell(sentence: str) -> None:
    sys.stdout.write(f"=== {sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
