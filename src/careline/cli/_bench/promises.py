"""Promises: 100,000 that fall due at once, 100,000 of which few do, what looking costs when nothing is due, the clocks alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import psutil

Tell = Callable[[str], None]

KINDS = ("first_reply", "solution", "department", "progress")  # what each case is owed here
OWNERS = 40
DEPARTMENTS = ("tolls", "network", "shops")
OPENED = datetime(2026, 3, 9, 1, tzinfo=UTC)  # a Monday, nine o'clock in Shanghai
DUE = OPENED + timedelta(hours=48)
LATER = OPENED + timedelta(days=20)
IDLE_LOOKS = 200
CLOCK_ROUNDS = 20_000

_EMPTY: LiteralString = "TRUNCATE case_case, case_event, case_promise, case_pause, case_task, outbox_message CASCADE"


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took: by the clock, of our processor time, and of the server's process that did it."""

    seconds: float
    python: float
    postgres: float

    def per_second(self, count: int) -> float:
        return count / self.seconds if self.seconds else 0.0


class Stopwatch:
    """Times one connection's work."""

    def __init__(self) -> None:
        from careline.postgres.sql import run

        self._server = psutil.Process(run("SELECT pg_backend_pid()")[0][0])
        self._began = (time.perf_counter(), time.process_time(), self._postgres())

    def stop(self) -> Spent:
        now = (time.perf_counter(), time.process_time(), self._postgres())
        return Spent(*(end - begin for begin, end in zip(self._began, now, strict=True)))

    def _postgres(self) -> float:
        times = self._server.cpu_times()
        return float(times.user + times.system)


def measure(promises: int, few: int, tell: Tell) -> dict[str, Any]:
    """All four; `held` says whether each promise was found once, and each customer written to once."""
    tell(f"making {promises:,} promises, all of them due")
    cases = settle(promises, promises)
    warm()
    tell("sweeping them")
    spent, found = sweep_all(DUE + timedelta(seconds=1))
    counted = count()
    held = found == promises == counted["late"] and counted["letters"] == counted["told"] == cases
    tell(f"making {promises:,} promises, {few:,} of them due")
    settle(promises, few)
    spent_few, found_few = sweep_all(DUE + timedelta(seconds=1))
    tell("looking for what is not there")
    idle = look()
    tell("the clocks alone")
    return {
        "held": held and found_few == few,
        "promises": promises,
        "all_due": _told(spent, found) | counted,
        "few_due": _told(spent_few, found_few),
        "idle_sweep": {
            "ms": round(idle.seconds / IDLE_LOOKS * 1000, 2),
            "cpu_ms": round((idle.python + idle.postgres) / IDLE_LOOKS * 1000, 2),
        },
        "clock_us": clocks(),
    }


def settle(promises: int, due: int) -> int:
    """So many open promises in place of all there were, of which so many are due; returns how many cases have them."""
    from django.db import transaction

    from careline.cases.models import Case, Department, Promise, Task
    from careline.postgres.sql import execute

    execute(_EMPTY)
    for name in DEPARTMENTS:
        Department.objects.get_or_create(name=name, defaults={"name_zh": name, "name_en": name})
    cases = promises // len(KINDS)
    with transaction.atomic():
        made = Case.objects.bulk_create(
            (
                Case(
                    docket=f"{number:010d}",
                    key=f"bench:{number}",
                    msisdn=f"86139{number:08d}",
                    matter=str(number),
                    words="账单里有一项看不懂",
                    channel="sms",
                    link="bench",
                    state="support",
                    owner=f"clerk{number % OWNERS}",
                    opened_at=OPENED,
                    next_at=DUE,
                )
                for number in range(cases)
            ),
            batch_size=1_000,
        )
        tasks = Task.objects.bulk_create(
            (
                Task(case=case, department_id=DEPARTMENTS[number % len(DEPARTMENTS)], question="?", asked_at=OPENED)
                for number, case in enumerate(made)
            ),
            batch_size=1_000,
        )
        Promise.objects.bulk_create(
            (
                Promise(
                    case=case,
                    task=task if what == "department" else None,
                    what=what,
                    calendar="always",
                    minutes=48 * 60,
                    promiser="clock",
                    started_at=OPENED,
                    due_at=DUE if number * len(KINDS) + place < due else LATER,
                    warn_at=DUE if number * len(KINDS) + place < due else LATER - timedelta(days=1),
                )
                for number, (case, task) in enumerate(zip(made, tasks, strict=True))
                for place, what in enumerate(KINDS)
            ),
            batch_size=2_000,
        )
    execute("ANALYZE case_case, case_promise, case_task")
    execute("CHECKPOINT")
    return cases


def warm() -> None:
    """What a clock that was started long ago has read already: the published catalogue and the calendars."""
    from careline.catalogue import library
    from careline.promises import calendars

    library.current()
    calendars.calendars()


def sweep_all(now: datetime) -> tuple[Spent, int]:
    """Hand after hand until nothing is left, as the clock does; returns what it took and how many were found."""
    from careline.cases.promised import sweeping

    watch, found = Stopwatch(), 0
    while hand := sweeping.sweep(now):
        found += hand
    return watch.stop(), found


def look() -> Spent:
    """Sweeps that find nothing."""
    from careline.cases.promised import sweeping

    watch = Stopwatch()
    for second in range(IDLE_LOOKS):
        assert sweeping.sweep(DUE + timedelta(seconds=2 + second)) == 0
    return watch.stop()


def count() -> dict[str, int]:
    """What the sweep left behind."""
    from careline.postgres.sql import run

    # How many promises were said to be late, how many customers were told so, how many letters wait, how many tasks are late?
    rows = run(
        "SELECT (SELECT count(DISTINCT detail->>'promise') FROM case_event WHERE did = 'late'),"
        " (SELECT count(*) FROM case_event WHERE did = 'progress'), (SELECT count(*) FROM outbox_message),"
        " (SELECT count(*) FROM case_task WHERE late)"
    )
    return dict(zip(("late", "told", "letters", "late_tasks"), rows[0], strict=True))


def clocks() -> dict[str, float]:
    """Microseconds for one question, over the office's calendar and a festival."""
    from careline.promises import clock
    from careline.promises.calendars import named

    office, start = named("office"), datetime(2026, 2, 13, 8, tzinfo=UTC)
    pauses = [(start + timedelta(hours=1), start + timedelta(days=1)), (start + timedelta(days=12), None)]
    until, working = start + timedelta(days=20), timedelta(hours=22, minutes=30)
    questions: dict[str, Callable[[], object]] = {
        "due": lambda: clock.due(office, start, working),
        "elapsed": lambda: clock.elapsed(office, start, until),
        "elapsed_with_pauses": lambda: clock.elapsed(office, start, until, pauses),
        "due_in_ten_years": lambda: clock.due(office, start, working * 800),
    }
    found = {}
    for name, question in questions.items():
        question()
        began = time.process_time()
        for _ in range(CLOCK_ROUNDS):
            question()
        found[name] = round((time.process_time() - began) / CLOCK_ROUNDS * 1e6, 2)
    return found


def _told(spent: Spent, found: int) -> dict[str, Any]:
    return {
        "found": found,
        "seconds": round(spent.seconds, 2),
        "promises_per_second": round(spent.per_second(found)),
        "cpu_seconds_python": round(spent.python, 2),
        "cpu_seconds_postgres": round(spent.postgres, 2),
    }
