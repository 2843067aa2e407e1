"""How long customers wait for their pages, and apps for their answers, and what each of them costs in processor time."""

import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from careline.cli._bench import web_place
from careline.cli._bench.calls_hotline import postgres
from careline.cli._bench.cases_web import Plan as Processes
from careline.cli._bench.cases_web import Web
from careline.cli._bench.place import Place
from careline.cli._bench.sms import machine
from careline.cli._bench.web_load import Score, load, one_by_one
from careline.cli._bench.web_mix import APP, WEB, Mix

Tell = Callable[[str], None]

LIMIT_MS = 50.0
WARM_SECONDS = 8.0
ALONE = 40  # pages of each kind, one after the other
_REST_SECONDS = 0.5
_NICE = -15


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate` is requests a second; `workers` and `threads` as `careline serve web` has them."""

    seconds: float = 60.0
    rate: float = 100.0
    workers: int = 2
    threads: int = 4
    first: bool = False
    seed: int = 1


def measure(place: Place, plan: Plan, tell: Tell) -> dict[str, Any]:
    """Everything, ready for JSON; `held` says whether both doors had their p95 under the limit and no errors."""
    place.sweep()
    place.warm()
    customers = web_place.settle(place.home, tell)
    ground = machine()
    tell("starting web and clock")
    with closing(Web(place, Processes(workers=plan.workers, threads=plan.threads))) as web:
        web.ready()
        first = plan.first and _go_first(web)
        pages, answers = Mix(customers, WEB, plan.seed), Mix(customers, APP, plan.seed)
        for mix in (pages, answers):
            tell("warming up")
            load(web.port, mix.draw, plan.rate / 2, WARM_SECONDS)
        tell(f"pages: {plan.rate:.0f} a second for {plan.seconds:.0f} s")
        hall = _under_load(web, pages, plan)
        tell(f"app interface: {plan.rate:.0f} a second for {plan.seconds:.0f} s")
        app = _under_load(web, answers, plan)
        alone = _alone(web, (pages, answers), customers, tell)
    return {
        "held": all(one["answers"]["all"]["p95_ms"] < LIMIT_MS and not one["errors"] for one in (hall, app)),
        "web": hall,
        "app": app,
        "alone": alone,
        "rate": plan.rate,
        "workers": plan.workers,
        "threads": plan.threads,
        "first": first,
        "customers": len(customers),
        "lines": place.lines,
        **web_place.stands(place.home),
        "machine": ground | {"load_after": [round(one, 2) for one in os.getloadavg()]},
    }


def _go_first(web: Web) -> bool:
    """Web, Postgres and the load before other people's programs; False: no right to it."""
    try:
        for process in (*web.processes(), *postgres(web.place.home), psutil.Process()):
            for thread in process.threads():
                os.setpriority(os.PRIO_PROCESS, thread.id, _NICE)
            # Linux shares the cores between sessions first; nice counts within each.
            with suppress(FileNotFoundError):
                Path(f"/proc/{process.pid}/autogroup").write_text(str(_NICE))
    except OSError:
        return False
    return True


def _under_load(web: Web, mix: Mix, plan: Plan) -> dict[str, Any]:
    before, own = web.spent(), _own()
    score = load(web.port, mix.draw, plan.rate, plan.seconds, plan.seed)
    spent, own = web.spent().since(before), _own() - own
    return {
        "answers_per_second": round(score.count / spent["at"], 1),
        "answers": score.told(),
        "errors": dict(score.errors),
        "refused": score.refused,
        "sent_late_p95_ms": _late(score),
        "cpu_ms_per_answer": _costs(spent, score) | {"load": round(own / max(score.count, 1) * 1e3, 2)},
        "cores": {name: round(spent[name] / spent["at"], 2) for name in ("web", "postgres", "clock")}
        | {"load": round(own / spent["at"], 2)},
        "load_average": round(os.getloadavg()[0], 2),
    }


def _alone(web: Web, mixes: tuple[Mix, ...], customers: list[web_place.Customer], tell: Tell) -> dict[str, Any]:
    """Each kind by itself, one after the other, by customers who have been here before."""
    figures = {}
    for mix in mixes:
        for kind in mix.kinds:
            tell(f"alone: {kind}")
            time.sleep(_REST_SECONDS)
            before = web.spent()
            score = one_by_one(web.port, [mix.of(kind, customers[place]) for place in range(ALONE)])
            spent = web.spent().since(before)
            told = score.told()[kind]
            figures[kind] = {
                "p50_ms": told["p50_ms"], "p95_ms": told["p95_ms"], "octets": score.octets[kind] // ALONE,
                "cpu_ms": _costs(spent, score), "errors": dict(score.errors),
            }  # fmt: skip
    return figures


def _costs(spent: Mapping[str, float], score: Score) -> dict[str, float]:
    return {name: round(spent[name] / max(score.count, 1) * 1e3, 2) for name in ("web", "postgres")}


def _late(score: Score) -> float:
    late = sorted(score.late)
    return round(late[max(0, math.ceil(0.95 * len(late)) - 1)] * 1e3, 1) if late else 0.0


def _own() -> float:
    """Processor seconds of this process, which is the load."""
    times = os.times()
    return times.user + times.system


def rows(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    table = []
    for door in ("web", "app"):
        one = result[door]
        costs = one["cpu_ms_per_answer"]
        table.append((door, f"{one['answers_per_second']} answers a second, errors: {one['errors'] or 'none'}"))
        for kind, took in one["answers"].items():
            waited = f"p50 {took['p50_ms']}, p95 {took['p95_ms']}, p99 {took['p99_ms']} ms ({took['count']})"
            table.append((f"  {kind}", waited))
        table.append(
            ("  processor", f"web {costs['web']}, Postgres {costs['postgres']}, load {costs['load']} ms an answer")
        )
    for kind, one in result["alone"].items():
        cost = f"web {one['cpu_ms']['web']}, Postgres {one['cpu_ms']['postgres']} ms of processor"
        table.append((f"  {kind}, alone", f"p50 {one['p50_ms']} ms, {cost}, {one['octets']:,} octets"))
    table.append(("machine", f"{result['machine']['cores']} cores, load {result['machine']['load'][0]}"))
    return table
