"""How long people who work on cases wait for their pages: forty of them at the day's pace, then faster until it is too much.

The day: 10,000 cases in ten hours, ten actions on each (inbox, case, customer, archive, five deeds with the page that
follows, another list), so 2.8 actions a second by all forty together. Meanwhile as many new cases arrive, and the clock sweeps.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from careline.cli._bench import cases_place
from careline.cli._bench.cases_alone import pages_alone, statements_of_pages
from careline.cli._bench.cases_staff import ACTIONS, Office, Times, quantile
from careline.cli._bench.cases_web import Plan, Web
from careline.cli._bench.place import Place
from careline.cli._bench.sms import machine

Tell = Callable[[str], None]

DAY_CASES, DAY_HOURS = 10_000, 10
A_SECOND = DAY_CASES / (DAY_HOURS * 3600)  # cases
LIMIT_MS = 200.0
WARM_SECONDS = 10.0
RATES = (4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50, 60)  # actions a second that are tried, in turn
STEP_SECONDS = 15.0
_NOT_PAGES = frozenset({"heartbeat", "sign in"})


def measure(place: Place, plan: Plan, tell: Tell) -> dict[str, Any]:
    """Everything, ready for JSON; `held` says whether the day's pace had its p95 under the limit and no errors."""
    stands = cases_place.settle(place.home, plan.archived, plan.open_cases, place.lines, tell)
    tell("counting statements")
    statements = statements_of_pages()
    ground = machine()
    tell("starting web and clock")
    with closing(Web(place, plan)) as web:
        web.ready()
        tell("forty people sign in and begin")
        names = [cases_place.username(number) for number in range(cases_place.PEOPLE)]
        office = Office(web.port, names, cases_place.PASSWORD, cases_place.MANAGERS)
        try:
            tell("warming up")
            office.work(4.0, WARM_SECONDS)
            tell(f"the day's pace: {A_SECOND * ACTIONS:.1f} actions a second")
            day = _day(web, office, plan.seconds, place)
            saturation = _saturation(web, office, tell)
        finally:
            office.stop()
        alone = pages_alone(web, tell)
    pages = day["pages"]
    return {
        "held": pages["all"]["p95_ms"] < LIMIT_MS and not day["errors"],
        "day": day,
        "saturation": saturation,
        "alone": {kind: figures | {"statements": statements.get(kind)} for kind, figures in alone.items()},
        "people": cases_place.PEOPLE,
        "cases_a_day": DAY_CASES,
        "actions_a_case": ACTIONS,
        **stands,
        "workers": plan.workers,
        "threads": plan.threads,
        "machine": ground | {"load_after": [round(one, 2) for one in os.getloadavg()]},
    }


def _day(web: Web, office: Office, seconds: float, place: Place) -> dict[str, Any]:
    with Arrivals(place.lines) as arrivals:
        before = web.spent()
        times = office.work(A_SECOND * ACTIONS, seconds)
        spent = web.spent().since(before)
    pages = sum(len(found) for kind, found in times.seconds.items() if kind not in _NOT_PAGES)
    return {
        "seconds": round(spent["at"], 1),
        "actions_per_second": round(times.actions / spent["at"], 2),
        "cases_a_day_at_this_pace": round(times.actions / ACTIONS / spent["at"] * DAY_HOURS * 3600),
        "answers_per_second": round(pages / spent["at"], 2),
        "pages": _told(times),
        "errors": dict(times.errors),
        "came_too_late": dict(times.refused),
        "accepted": len(arrivals.seconds),
        "accept_p95_ms": quantile(arrivals.seconds, 0.95),
        "cpu_ms_per_answer": {name: round(spent[name] / max(pages, 1) * 1e3, 1) for name in ("web", "postgres")},
        "cores": {name: round(spent[name] / spent["at"], 2) for name in ("web", "postgres", "clock")},
        "load": round(os.getloadavg()[0], 2),
    }


def _saturation(web: Web, office: Office, tell: Tell) -> dict[str, Any]:
    """Faster and faster until the p95 of all answers is over the limit twice."""
    best, steps = 0.0, {}
    for rate in RATES:
        for _ in range(2):  # the machine is shared; what cannot be done fails twice
            tell(f"{rate} actions a second")
            before = web.spent()
            times = office.work(float(rate), STEP_SECONDS)
            spent = web.spent().since(before)
            found = [one for kind, took in times.seconds.items() if kind not in _NOT_PAGES for one in took]
            reached = round(len(found) / spent["at"], 1)
            p95 = quantile(found, 0.95)
            steps[rate] = {
                "answers_per_second": reached, "p50_ms": quantile(found, 0.5), "p95_ms": p95, "errors": dict(times.errors),
                "cores": {name: round(spent[name] / spent["at"], 2) for name in ("web", "postgres")},
            }  # fmt: skip
            time.sleep(2)
            if p95 < LIMIT_MS and not times.errors:
                break
        else:
            break
        best = reached
    return {"answers_per_second": best, "steps": steps}


class Arrivals:
    """New cases at the day's pace, as customers bring them by SMS."""

    def __init__(self, lines: int) -> None:
        self.seconds: list[float] = []
        self._lines = lines
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._arrive, daemon=True)

    def __enter__(self) -> "Arrivals":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _arrive(self) -> None:
        from django.db import connection

        from careline.cases import opening
        from careline.demo.crowd import number_of

        chance = random.Random()
        while not self._over.wait(chance.expovariate(A_SECOND)):
            new = opening.NewCase(
                key=f"sms:bench:{uuid4()}", msisdn=number_of(chance.randrange(self._lines)), kind="complaint", category="billing",
                words=f"这个月话费多扣了{chance.randrange(1, 99)}元", channel="sms", link="bench", matter=str(uuid4())[:8],
            )  # fmt: skip
            began = time.perf_counter()
            opening.accept(new, by="subscriber", now=datetime.now(UTC))
            self.seconds.append(time.perf_counter() - began)
        connection.close()


def rows(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    day, pages = result["day"], result["day"]["pages"]
    table = [
        (
            "the day's pace",
            f"{day['actions_per_second']} actions a second, {day['cases_a_day_at_this_pace']:,} cases a day",
        )
    ]
    for kind, one in pages.items():
        table.append(
            (f"  {kind}", f"p50 {one['p50_ms']}, p95 {one['p95_ms']}, p99 {one['p99_ms']} ms ({one['count']})")
        )
    table.append(("errors", str(day["errors"] or "none")))
    table.append(("at p95 200 ms", f"{result['saturation']['answers_per_second']} answers a second"))
    for kind, one in result["alone"].items():
        cost = f"{one['cpu_ms_web']} + {one['cpu_ms_postgres']} ms of processor, {one['statements']} statements"
        table.append((f"  {kind}, alone", f"p50 {one['p50_ms']} ms, {cost}"))
    table.append(("machine", f"{result['machine']['cores']} cores, load {result['machine']['load'][0]}"))
    return table


def _told(times: Times) -> dict[str, Any]:
    kinds = dict(sorted(times.seconds.items()))
    kinds["all"] = [one for kind, took in kinds.items() if kind not in _NOT_PAGES for one in took]
    return {
        kind: {"count": len(took)} | {f"p{round(share * 100)}_ms": quantile(took, share) for share in (0.5, 0.95, 0.99)}
        for kind, took in kinds.items()
    }
