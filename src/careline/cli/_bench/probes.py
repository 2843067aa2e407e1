"""Dial tests by timetable: as fast as it goes, then at a pace with a browser on their pages; every statement of a runner but no call."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from careline.cli._bench.cases_staff import Browser, Times, quantile
from careline.cli._bench.cases_web import Plan as WebPlan
from careline.cli._bench.cases_web import Web
from careline.cli._bench.place import Place

Tell = Callable[[str], None]

RUNNER = "bench"
PASSWORD = "bench-probes-password"
PAGE_MS_MAX = 300.0
HELD_SHARE = 0.98  # of the pace
TABLES = 50
TAKEN_AT_ONCE = 64
_EMPTY: LiteralString = (
    "TRUNCATE probes_run, probes_due, probes_timetable, probes_baseline, probes_tally, probes_alarm, probes_telling,"
    " probes_runner, probes_newest"
)


@dataclass(frozen=True, slots=True)
class Plan:
    seconds: float
    rate: float  # a minute
    history: int


def measure(place: Place, plan: Plan, tell: Tell) -> dict[str, Any]:
    """Both phases; `held` says whether the pace and the pages' limit were kept and nothing was run twice."""
    from careline.catalogue import library
    from careline.postgres.sql import execute, run
    from careline.probes import planning

    execute(_EMPTY)
    now = datetime.now(UTC)
    tell("deriving the plan")
    probes = list(planning.plan(library.current(), now, anew=True).probes)
    ids = [one.id for one in probes]
    tell(f"{plan.history:,} runs of the last days")
    _remember(ids, plan.history, now)
    tell("scheduling as fast as it goes")
    fast = _fast(probes)
    tell(f"{plan.rate:,.0f} a minute for {plan.seconds:.0f} s, and the pages")
    paced, times = _paced(place, probes, plan)
    pages = {
        kind: {"p50_ms": quantile(took, 0.5), "p95_ms": quantile(took, 0.95), "pages": len(took)}
        for kind, took in times.seconds.items()
        if kind != "sign in"
    }
    every = [one for kind, took in times.seconds.items() if kind != "sign in" for one in took]
    p95 = quantile(every, 0.95)
    held = paced["per_minute"] >= plan.rate * HELD_SHARE and p95 < PAGE_MS_MAX and not times.errors
    return {
        "held": held, "probes_in_plan": len(probes), "runs_before": plan.history, **fast, "paced": paced,
        "page_p95_ms": p95, "page_p99_ms": quantile(every, 0.99), "pages": pages, "page_errors": dict(times.errors),
        "runs_after": run("SELECT count(*) FROM probes_run")[0][0],
    }  # fmt: skip


def _remember(ids: list[str], count: int, now: datetime) -> None:
    """Runs of three days, a fiftieth of which failed."""
    from careline.postgres.sql import execute

    execute(
        "INSERT INTO probes_run (id, batch, probe, channel, vantage, version, msisdn, region, brand, service, verb, node,"
        " begun_at, ended_at, passed, cause, kind, why, tries, steps, ladder, figures, sound, covers, warnings)"
        " SELECT gen_random_uuid(), gen_random_uuid(), p, split_part(p, '/', 1), 'here', 1, '8617099000001', 'qinghe',"
        " 'easyown', '', '', '', t - interval '15 seconds', t, n %% 50 > 0, CASE WHEN n %% 50 = 0 THEN 'carrier_fault' ELSE ''"
        " END, CASE WHEN n %% 50 = 0 THEN 'system' ELSE '' END, '', 1, '[{\"do\": \"dial\"}]', '[]',"
        " '{\"first_sound_seconds\": 0.5}', '', '{}', '[]'"
        " FROM (SELECT n, (%s::text[])[1 + n %% %s] AS p, %s::timestamptz - interval '1 second' * (n * 259200.0 / %s) AS t"
        " FROM generate_series(1, %s) n) made",
        [ids, len(ids), now, max(1, count), count],
    )
    execute(
        "INSERT INTO probes_tally (hour, channel, vantage, passed, failed) SELECT date_trunc('hour', ended_at), channel, vantage,"
        " count(*) FILTER (WHERE passed), count(*) FILTER (WHERE NOT passed) FROM probes_run GROUP BY 1, 2, 3"
    )
    execute(
        "INSERT INTO probes_newest (probe, vantage, run, channel, passed, kind, cause, begun_at, ended_at, warned)"
        " SELECT DISTINCT ON (probe, vantage) probe, vantage, id, channel, passed, kind, cause, begun_at, ended_at, false"
        " FROM probes_run ORDER BY probe, vantage, ended_at DESC"
    )
    execute("ANALYZE probes_run")


def _fast(probes: list[Any]) -> dict[str, Any]:
    """Fifty timetables due at once, each for the whole plan; then all of it swept, taken and settled."""
    from careline.postgres.sql import counting
    from careline.probes import timetables
    from careline.probes.models import Timetable
    from careline.promises.calendars import calendars

    now = datetime.now(UTC)
    for number in range(TABLES):
        Timetable.objects.create(name=f"t{number}", probes="*", next_at=now, every_minutes=60)
    began = time.perf_counter()
    with counting() as swept:
        made = timetables.sweep(probes, calendars(), now)
    swept_seconds = time.perf_counter() - began
    began, taken, statements = time.perf_counter(), 0, 0
    some: list[Any] = []
    while True:
        with counting() as taking:
            rows = timetables.take("here", datetime.now(UTC), TAKEN_AT_ONCE, RUNNER)
        if not rows:
            break
        statements = taking.statements
        taken += len(rows)
        some = some or rows
        if len(some) < 1_000:
            some += rows
        if taken >= 20_000:
            break
    taken_seconds = time.perf_counter() - began
    known = {one.id: one for one in probes}
    some = list({row.id: row for row in some}.values())
    began = time.perf_counter()
    for due in some:
        _settle(known[due.probe], due)
    settled_seconds = time.perf_counter() - began
    _forget()
    return {
        "sweep": {"timetables": TABLES, "due": made, "seconds": round(swept_seconds, 2), "statements": swept.statements,
                  "due_per_second": round(made / swept_seconds)},
        "take": {"taken": taken, "per_second": round(taken / taken_seconds), "statements_per_hand": statements, "hand": TAKEN_AT_ONCE},
        "settle": {"settled": len(some), "per_second": round(len(some) / settled_seconds)},
    }  # fmt: skip


def _paced(place: Place, probes: list[Any], plan: Plan) -> tuple[dict[str, Any], Times]:
    """Each second a timetable of its share is due; a browser reads page after page the whole time."""
    from careline.identity.staff import engage, settle_roles
    from careline.postgres.sql import run
    from careline.probes import timetables
    from careline.probes.models import Timetable
    from careline.promises.calendars import calendars

    settle_roles()
    engage("bench", PASSWORD, "Bench", ["maintainer"], "zh-hans")
    web = Web(place, WebPlan())
    times, over = Times(), threading.Event()
    try:
        web.ready()
        newest = str(run("SELECT id FROM probes_run ORDER BY ended_at DESC LIMIT 1")[0][0])
        reader = threading.Thread(target=_read, args=(web.port, times, over, probes[0].id, newest))
        reader.start()
        known, share = {one.id: one for one in probes}, max(1, round(plan.rate / 60))
        calendar = calendars()
        began, done, late, at = time.monotonic(), 0, 0.0, 0
        for second in range(int(plan.seconds)):
            time.sleep(max(0.0, began + second - time.monotonic()))
            now = datetime.now(UTC)
            hand = [probes[(at + step) % len(probes)] for step in range(share)]
            at += share
            Timetable.objects.create(name=f"s{second}", probes="*", next_at=now, every_minutes=9_999)
            timetables.sweep(hand, calendar, now)
            done += _run_due(known)
            late = max(late, time.monotonic() - began - second)
        spent = max(plan.seconds, time.monotonic() - began)
        over.set()
        reader.join()
    finally:
        over.set()
        web.close()
    return {"per_minute": round(done / spent * 60), "done": done, "longest_second": round(late, 2)}, times


def _run_due(known: dict[str, Any]) -> int:
    """Take and settle what is due, as a runner would after its calls."""
    from careline.probes import timetables

    done = 0
    while rows := timetables.take("here", datetime.now(UTC), TAKEN_AT_ONCE, RUNNER):
        for due in rows:
            _settle(known[due.probe], due)
        done += len(rows)
    return done


def _settle(probe: Any, due: Any) -> None:
    from careline.probes.models import Run
    from careline.probes.serving import settle

    now = datetime.now(UTC)
    passed = due.id % 50 > 0
    row = Run(
        id=uuid.uuid4(), batch=due.batch, probe=probe.id, channel=probe.channel, vantage=due.vantage, version=probe.version,
        msisdn="8617099000001", region="qinghe", brand="easyown", service=probe.service, verb=probe.verb, node=probe.node[:64],
        begun_at=now - timedelta(seconds=15), ended_at=now, passed=passed, cause="" if passed else "carrier_fault",
        kind="" if passed else "system", why="" if passed else "heard: call.fault", figures={"first_sound_seconds": 0.5},
        steps=[{"step": 0, "do": "dial", "heard": "text", "share": 0.98}], covers=list(probe.covers) if passed else [],
        ladder=[[0.0, "→", "INVITE"], [0.02, "←", "200 OK"], [0.021, "→", "ACK"]],
    )  # fmt: skip
    settle(row, due, now)


def _read(port: int, times: Times, over: threading.Event, probe: str, run: str) -> None:
    browser = Browser(port, times)
    browser.sign_in("bench", PASSWORD)
    pages = {"overview": "", "list": "list", "failed": "list?state=failed", "one": f"of/{probe}", "run": f"runs/{run}",
             "timetables": "timetables", "alarms": "alarms"}  # fmt: skip
    while not over.is_set():
        for kind, page in pages.items():
            browser.get(f"/staff/probes/{page}", kind)
            over.wait(0.1)


def _forget() -> None:
    from careline.postgres.sql import execute

    execute("TRUNCATE probes_due, probes_timetable")
