"""Calls among everything that is no call: do they stay whole, and does the worker keep nothing of the rest?"""

import os
import time
from typing import Any, Final

from careline.cli._bench.calls import Plan, Run, Tell
from careline.cli._bench.calls_hotline import Cores, Hotline
from careline.cli._bench.calls_nuisance import Nuisance
from careline.cli._bench.place import Place
from careline.simulators.rtp_ear import CLEAN_GAP_MS, EarProcess, Heard

CALLS: Final = 200
SAMPLE_SECONDS: Final = 10.0
# Half-open calls are given up after 32 seconds, and the BYE that nobody answers 32 seconds later (RFC 3261 timers H, F).
REST_SECONDS: Final = 90.0
SOCKETS_SLACK: Final = 2
GROWTH_MIB_MAX: Final = 24.0  # heaps keep some of what they had at their busiest


def measure(place: Place, plan: Plan, soak_seconds: float, tell: Tell) -> dict[str, Any]:
    """The figures of the worker before, during and after, and whether it held."""
    cores = Cores.of_machine()
    if cores.others is not None:
        os.sched_setaffinity(0, {cores.others})
    place.sweep()
    packets = int(CALLS * 50 * SAMPLE_SECONDS * 2)
    with (
        EarProcess(cpu=cores.others, packets_max=packets, echo=True, first=plan.first) as ear,
        Hotline(place, cores, plan.first) as hotline,
    ):
        run = Run(place, plan, tell, cores, ear, "soak", key="9", rate=100.0).meets(hotline)
        run.warm(hotline)
        hotline.settled(_rests, REST_SECONDS)
        before, restarts = _state(hotline), hotline.figures()["restarts"]
        calls = run.callers(CALLS, soak_seconds + 30, 50.0, "9")
        calls.start()
        time.sleep(CALLS / 50 + 3)
        windows: list[Heard] = []
        memory: list[float] = []
        with Nuisance(hotline.target, range(10_000, 10_000 + 4 * CALLS, 2)) as nuisance:
            until = time.monotonic() + soak_seconds
            while time.monotonic() < until:
                tell(f"soak: {until - time.monotonic():.0f} s to go, {sum(nuisance.sent.values()):,} sent")
                ear.begin()
                time.sleep(min(SAMPLE_SECONDS, max(1.0, until - time.monotonic())))
                windows.append(ear.take())
                memory.append(_mib(hotline))
        whole = calls.figures()
        calls.stop()
        ear.close()  # the crowd is gone without a BYE, and its sound with it
        tell("soak: waiting until half-open calls, and those whose callers are gone, are given up")
        hotline.settled(_rests, REST_SECONDS)
        time.sleep(12)  # a round of the collector, and figures that are fresh
        after = _state(hotline)
        told = hotline.figures()
    dirty = [one for one in windows if one.clean_calls < one.calls or one.calls != CALLS]
    held = (
        told["restarts"] == restarts
        and after["sockets"] <= before["sockets"] + SOCKETS_SLACK
        and after["calls"] == 0
        and after["transactions"] == 0
        and after["rss_mib"] <= before["rss_mib"] + GROWTH_MIB_MAX
        and not whole.get("failed")
        and len(dirty) * 2 < len(windows)
    )
    return {
        "held": held,
        "seconds": soak_seconds,
        "before": before,
        "after": after,
        "rss_mib_during": memory,
        "sent": dict(nuisance.sent),
        "calls": {"at_once": CALLS, **whole},
        "windows": len(windows),
        "windows_with_a_gap": len(dirty),
        "max_gap_ms": max(one.max_gap_ms for one in windows),
        "max_gap_ms_by_window": [one.max_gap_ms for one in windows],
        "lost": sum(one.lost for one in windows),
        "limit_ms": CLEAN_GAP_MS,
        "restarts": {name: count - restarts[name] for name, count in told["restarts"].items()},
        "endpoint": told["endpoint"],
        "engine": told["engine"],
        "conductor": told["conductor"],
    }


def _rests(told: dict[str, Any]) -> bool:
    return bool(told) and told["endpoint"]["calls"] == told["endpoint"]["transactions"] == 0


def _mib(hotline: Hotline) -> float:
    return float(round(hotline.worker.memory_info().rss / 2**20, 1))


def _state(hotline: Hotline) -> dict[str, float]:
    endpoint = hotline.figures()["endpoint"]
    return {
        "rss_mib": _mib(hotline),
        "sockets": hotline.worker.num_fds(),
        "calls": endpoint["calls"],
        "transactions": endpoint["transactions"],
        "timers": endpoint["timers"],
    }
