"""How many calls one core can hold, how fast they come in, and how soon a key is answered meanwhile.

Measured twice: the endpoint alone, every call with one prompt, as other programs are measured; and a whole careline, in
which every call is greeted, hears its menu and has it repeated. The worker has a core of its own; callers, hall,
Postgres and the ear share another.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

import psutil

from careline.cli._bench.calls_callers import Callers, sipp, write_numbers
from careline.cli._bench.calls_hotline import Alone, Called, Cores, Hotline, postgres, seconds
from careline.cli._bench.calls_thumbs import Thumbs
from careline.cli._bench.place import Place
from careline.cli._bench.sms import machine
from careline.simulators.rtp_ear import EarProcess, Heard

Tell = Callable[[str], None]

STEP: Final = 500
WINDOWS_MAX: Final = 3  # of a number of calls: two clean ones, or two that are not, decide
SETTLE_SECONDS: Final = 3.0
SETUP_RATES: Final = (100, 300, 500, 700, 1000)
SETUP_SECONDS: Final = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """`calls`: the most that are tried; `find`: every step until then, else the half and the whole."""

    calls: int = 2000
    seconds: float = 10.0
    find: bool = False
    pressers: int = 32
    first: bool = False
    with_sipp: bool = True
    setup_rates: tuple[int, ...] = SETUP_RATES
    setup_seconds: int = SETUP_SECONDS

    @property
    def levels(self) -> Sequence[int]:
        half = max(1, self.calls // 2)
        return range(half, self.calls + 1, min(STEP, half)) if self.find else sorted({half, self.calls})


@dataclass(slots=True)
class Window:
    """Some seconds of all calls, by the kernel's clock at the ear."""

    heard: Heard
    cpu_percent: float
    calls: int

    @property
    def clean(self) -> bool:
        return self.heard.calls == self.heard.clean_calls == self.calls

    def summary(self) -> dict[str, Any]:
        return {"clean": self.clean, "cpu_percent": round(self.cpu_percent, 1), **self.heard.as_dict()}


@dataclass(slots=True)
class Run:
    """All measurements of one kind of called party."""

    place: Place
    plan: Plan
    tell: Tell
    cores: Cores
    ear: EarProcess
    name: str
    key: str = ""  # pressed by the crowd, so that menus go on
    rate: float = 250.0  # of set-ups while the crowd gathers
    used: int = 0  # numbers of the crowd that have called
    _target: str = field(init=False, default="")

    def meets(self, called: Called) -> "Run":
        self._target = called.target
        return self

    @property
    def folder(self) -> Path:
        return self.place.home / "calls"

    def concurrent(self, called: Called) -> dict[str, Any]:
        """Add calls until it is not clean any more; the figures of the largest clean number."""
        batches: list[Callers] = []
        best: dict[str, Any] = {}
        levels = {}
        try:
            for level in self.plan.levels:
                self.tell(f"{self.name}: {level} calls")
                batches.append(self.callers(level - sum(one.calls for one in batches), 600.0, self.rate, self.key))
                batches[-1].start()
                settled = self._gather(called, level, batches[-1])
                windows, keys = self._windows(called, level)
                clean = settled and sum(one.clean for one in windows) * 2 > len(windows)
                failed = sum(one.figures().get("failed", 0) for one in batches)
                levels[level] = {
                    "clean": clean, "failed": failed, "windows": [one.summary() for one in windows], **keys
                }  # fmt: skip
                if not clean or failed:
                    break
                best = _best(level, windows) | keys
        finally:
            for one in batches:
                one.stop()
        return {"clean_concurrent_calls": 0, **best, "levels": levels}

    def setups(self, called: Called) -> dict[str, Any]:
        """The largest rate of set-ups at which every one was answered within a second and nothing was sent twice."""
        best, rates = 0, {}
        for rate in self.plan.setup_rates:
            for attempt in range(2):  # the machine is shared; what cannot be done fails twice
                self.tell(f"{self.name}: {rate} set-ups a second")
                cpu = seconds(called.worker)
                callers = self.callers(rate * self.plan.setup_seconds, 0.0, rate, name=f"setups{rate}-{attempt}")
                callers.start()
                began = time.monotonic()
                ended = callers.wait(self.plan.setup_seconds * 2 + 5)
                elapsed = time.monotonic() - began
                spent = seconds(called.worker) - cpu
                told = callers.figures()
                clean = ended and elapsed < self.plan.setup_seconds * 1.2 + 1.5 and told.get("tried") == callers.calls
                clean = clean and not any(told.get(one, 1) for one in ("failed", "repeated", "slow"))
                slow = called.figures().get("conductor", {}).get("slow", 0)  # since the start
                each = round(1e6 * spent / callers.calls)
                rates[rate] = {
                    **told, "clean": clean, "seconds": round(elapsed, 1), "cpu_us_per_setup": each, "hall_slow": slow
                }  # fmt: skip
                if clean:
                    break
                time.sleep(2)
            else:
                break
            best = rate
            time.sleep(1)
        return {"setups_per_second": best, "rates": rates}

    def callers(self, calls: int, hold: float, rate: float, key: str = "", name: str = "") -> Callers:
        numbers = self.folder / f"{self.name}-{self.used}.csv"
        write_numbers(numbers, _numbers(self.used, calls, self.place.lines))
        self.used += calls
        return Callers(
            self.folder, self._target, self.ear.port, calls, rate, numbers, hold, core=self.cores.others, key=key,
            name=name or f"{self.name}-{self.used}", with_sipp=self.plan.with_sipp,
        )  # fmt: skip

    def warm(self, called: Called) -> None:
        """Some calls before anything is measured, so that all is read once."""
        self.tell(f"{self.name}: warming up")
        callers = self.callers(200, 1.0, 50, name="warm")
        callers.start()
        callers.wait(15)

    def _gather(self, called: Called, level: int, callers: Callers) -> bool:
        """Wait until so many calls stand; False: they do not come."""
        until = time.monotonic() + callers.calls / self.rate + 15
        while called.figures().get("endpoint", {}).get("talking", 0) < level:
            if time.monotonic() > until or callers.over:
                return False
            time.sleep(0.5)
        time.sleep(SETTLE_SECONDS)
        return True

    def _windows(self, called: Called, level: int) -> tuple[list[Window], dict[str, Any]]:
        """Windows until two agree, while some callers press keys."""
        windows: list[Window] = []
        with Thumbs(self._target, _numbers(-self.plan.pressers, self.plan.pressers, self.place.lines)) as thumbs:
            if not self.key:
                thumbs.stop()
            while len(windows) < WINDOWS_MAX and max(sum(w.clean is c for w in windows) for c in (True, False)) < 2:
                self.ear.begin()
                cpu, began = seconds(called.worker), time.monotonic()
                time.sleep(self.plan.seconds)
                percent = 100 * (seconds(called.worker) - cpu) / (time.monotonic() - began)
                window = Window(self.ear.take(), percent, level)
                if not window.heard.missed or len(windows) == WINDOWS_MAX - 1:  # the ear was too slow: says nothing
                    windows.append(window)
        return windows, thumbs.figures() if self.key else {}


def measure(place: Place, plan: Plan, tell: Tell) -> dict[str, Any]:
    """Everything, ready for JSON; the top of it is the whole careline, `alone` the endpoint by itself."""
    cores, ground = Cores.of_machine(), machine()
    if cores.others is not None:
        os.sched_setaffinity(0, {cores.others})
    packets = int((plan.calls + plan.pressers) * 50 * (plan.seconds + 3))
    with EarProcess(cpu=cores.others, packets_max=packets, echo=True, first=plan.first) as ear:
        with Alone(cores, first=plan.first) as called:
            run = Run(place, plan, tell, cores, ear, "alone").meets(called)
            alone = run.setups(called) | run.concurrent(called)
        place.sweep()
        with Hotline(place, cores, plan.first) as hotline:
            run = Run(place, plan, tell, cores, ear, "careline", key="9", rate=100.0).meets(hotline)
            run.used = 4000  # other numbers than before, for what a number leaves behind
            run.warm(hotline)
            before = _spent(place, hotline)
            whole = run.setups(hotline)
            run.tell("careline: waiting until the hall has heard of all ends")
            hotline.settled(lambda told: told.get("calls") == 0 and not told["hall"]["waiting"], 30.0)
            whole |= run.concurrent(hotline)
            told = hotline.figures()
            spent = [round(after - once, 1) for once, after in zip(before, _spent(place, hotline), strict=True)]
    return {
        **whole,
        "held": whole["clean_concurrent_calls"] > 0,
        "alone": alone,
        "conductor": told.get("conductor"),
        "malformed": told.get("endpoint", {}).get("malformed", 0),
        "hall_seconds": spent[0],
        "postgres_seconds": spent[1],
        "callers": _callers_named(plan),
        "first": plan.first,
        "seconds": plan.seconds,
        "python": platform.python_version(),
        "os": platform.platform(),
        "cores": psutil.cpu_count(),
        "machine": ground | {"load_after": [round(one, 2) for one in os.getloadavg()]},
    }


def render(tell: Tell) -> None:
    """Everything that calls can say, rendered as after a publishing: once, and kept for the next run."""
    from datetime import UTC, datetime

    from careline.catalogue import library
    from careline.prompts import house, rendering

    speaker, book = house.reader(), library.refresh()
    if wanted := rendering.missing(book, speaker):
        tell(f"rendering {len(wanted)} prompts; they are kept for the next run")
        rendering.render(book, speaker, by="system", now=datetime.now(UTC))


def rows(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    table = []
    for name, one in (("careline", result), ("endpoint alone", result["alone"])):
        table.append((f"{name}: calls at once", f"{one['clean_concurrent_calls']:,} without a gap over 40 ms"))
        if one["clean_concurrent_calls"]:
            table += [
                (
                    "  of the worker's core",
                    f"{one['cpu_percent']} %, {one['cpu_us_per_call_second']} µs a call's second",
                ),
                ("  longest gap, p99, lost", f"{one['max_gap_ms']} ms, {one['p99_gap_ms']} ms, {one['lost']}"),
            ]
        table.append((f"{name}: set-ups a second", f"{one['setups_per_second']:,}"))
    if "key_to_prompt_p50_ms" in result:
        p50, p99 = result["key_to_prompt_p50_ms"], result["key_to_prompt_p99_ms"]
        table.append(("key to prompt, p50, p99", f"{p50} ms, {p99} ms ({result['key_presses']} presses)"))
    table.append(("callers", result["callers"]))
    table.append(("machine", f"{result['cores']} cores, load {result['machine']['load'][0]}"))
    return table


def _best(level: int, windows: Sequence[Window]) -> dict[str, Any]:
    clean = [one for one in windows if one.clean]
    percent = median(one.cpu_percent for one in clean)
    return {
        "clean_concurrent_calls": level,
        "cpu_percent": round(percent, 1),
        "cpu_us_per_call_second": round(1e4 * percent / level, 1),
        "max_gap_ms": max(one.heard.max_gap_ms for one in clean),
        "p99_gap_ms": max(one.heard.p99_gap_ms for one in clean),
        "lost": sum(one.heard.lost for one in clean),
        "packets": sum(one.heard.packets for one in clean),
    }


def _callers_named(plan: Plan) -> str:
    if not plan.with_sipp:
        return "our own switch"
    return "SIPp" if sipp() else "our own switch: SIPp is missing (apt-get install sip-tester)"


def _numbers(first: int, count: int, lines: int) -> list[str]:
    from careline.demo.crowd import number_of

    return [number_of((first + place) % lines).digits for place in range(count)]


def _spent(place: Place, hotline: Hotline) -> tuple[float, float]:
    return seconds(hotline.hall), sum(seconds(one) for one in postgres(place.home))
