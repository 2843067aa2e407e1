"""The runner at work on a hall that really answers: timetable, calls, records, alarms; what stops gives back what it took."""

import asyncio
import contextlib
import os
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox.models import Stumble
from careline.carrier.adapters.sandbox.stumbling import forget, stumble
from careline.cli._ports import free_near
from careline.daemons.probes import status_server
from careline.identity.staff import engage, settle_roles
from careline.probes import timetables
from careline.probes.models import Alarm, Due, Run, Runner, Telling, Timetable
from careline.probes.plan import plan
from careline.probes.serving import Serving
from careline.probes.vantage import Vantage
from tests.calls.hotline import Hotline
from tests.sms.street import NOON, clock, the_book

pytestmark = pytest.mark.django_db
MENU = "voice/node/yunling.*"
BALANCE = "voice/deed/charges_and_balance.query"


@dataclass
class Night:
    """What a runner did: the menu by its timetable, a fault of the carrier, its end, a stop in the middle of its work."""

    wanted: set[str]
    runs: list[Run]
    whys: list[str]  # of those that met the fault
    alarm: Alarm
    page: str
    cleared: Alarm
    told: list[bool]
    ended: int  # of those that the second runner took, before it was stopped
    left: int
    runners: int
    metrics: str  # while the alarm stood


def wait(condition: Any, what: str, seconds: float = 240.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@contextlib.contextmanager
def runner(hotline: Hotline, folder: Path, name: str, together: int = 20) -> Iterator[Serving]:
    """One that runs until the block ends, as a process does until SIGTERM."""
    place = Vantage("here", calls=hotline.uri, together=together)
    serving = Serving(
        [place], the_book, lambda: hotline.speaker, clock, folder, range(47000, 47600, 2), pace_seconds=0.1, name=name
    )
    future = asyncio.run_coroutine_threadsafe(serving.run(), hotline.loop.loop)
    yield serving
    future.cancel()
    wait(lambda: serving.stopped, "it does not stop", 120)


def start(hotline: Hotline, probe: str) -> None:
    found = [one for one in plan(the_book(), NOON).probes if one.id == probe]
    hotline.do(timetables.start, found, "here", clock(), by="lin")


def runs_of(hotline: Hotline, probe: str) -> int:
    return hotline.do(Run.objects.filter(probe=probe).count)


@pytest.fixture(scope="module")
def night(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("heard")
    wanted = {one.id for one in plan(the_book(), NOON).probes if one.id.startswith(MENU[:-1])}
    made: dict[str, Any] = {"every_minutes": 60, "retries": 2, "next_at": NOON, "name": "menu", "probes": MENU}
    hotline.do(Timetable.objects.create, **made)
    with runner(hotline, folder, "one") as serving:
        wait(lambda: hotline.do(Run.objects.count) >= len(wanted), "the menu was not run", 240)
        runs = hotline.do(lambda: list(Run.objects.all()))
        hotline.do(stumble, "down")
        for number in range(1, 8):  # two; more where a machine that stalled let the caller hear too little
            start(hotline, BALANCE)
            wait(lambda number=number: runs_of(hotline, BALANCE) == number, "the fault was not met")
            whys = hotline.do(
                lambda: [*Run.objects.filter(probe=BALANCE).order_by("ended_at").values_list("why", flat=True)]
            )
            if len(whys) > 1 and any(why.startswith("heard: ") for why in whys):
                break
        alarm = hotline.do(Alarm.objects.get)
        page = hotline.do(staff_page)
        metrics = scraped(hotline, serving)
        hotline.do(Stumble.objects.all().delete)
        forget()
        for number in range(len(whys) + 1, len(whys) + 9):  # a busy machine may lose a packet of a short tone
            start(hotline, BALANCE)
            wait(lambda number=number: runs_of(hotline, BALANCE) == number, "it did not run again")
            if hotline.do(Alarm.objects.get).cleared_at:
                break
        cleared = hotline.do(Alarm.objects.get)
        told = hotline.do(lambda: list(Telling.objects.order_by("id").values_list("raised", flat=True)))
    before = hotline.do(Run.objects.count)
    with runner(hotline, folder, "two", together=2):
        hotline.do(Timetable.objects.update, next_at=NOON)
        wait(lambda: hotline.do(Due.objects.exclude(taken_by="").exists), "nothing was taken")
    left = hotline.do(Due.objects.filter(taken_by="", taken_until=None).count)
    ended = hotline.do(Run.objects.count) - before
    runners = hotline.do(Runner.objects.count)
    return Night(wanted, runs, whys, alarm, page, cleared, told, ended, left, runners, metrics)


def scraped(hotline: Hotline, serving: Serving) -> str:
    """What Prometheus reads of this runner."""
    port = free_near("127.0.0.1", 21_000 + os.getpid() % 10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARELINE_PROBES_STATUS_PORT", str(port))
        server = hotline.loop.run(status_server(serving))
    assert server is not None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            return str(answer.read(), "utf-8")
    finally:
        hotline.loop.loop.call_soon_threadsafe(server.close)


def staff_page() -> str:
    """What somebody who watches sees."""
    settle_roles()
    engage("watch", "watch-password", "Watch", ["maintainer"], "en")
    client = Client()
    client.post("/staff/sign-in", {"username": "watch", "password": "watch-password"})
    return client.get("/staff/probes/").content.decode()


@pytest.mark.requirement("DT-06")
def test_a_timetable_runs_every_path_of_a_menu_with_one_record_each_of_what_was_heard(night: Night) -> None:
    assert night.wanted
    assert sorted(run.probe for run in night.runs) == sorted(night.wanted)
    for run in night.runs:
        heard = [step for step in run.steps if step.get("heard") or step.get("missed")]
        assert heard, run.probe
        assert run.passed != bool(run.kind), "what did not pass has a class"
        assert run.sound
        assert run.ladder
    assert any(run.passed for run in night.runs)


@pytest.mark.requirement("MON-04")
def test_a_fault_of_the_carrier_is_heard_by_callers_and_raises_an_alarm_that_staff_see(night: Night) -> None:
    assert (night.alarm.probe, night.alarm.vantage) == (BALANCE, "here")
    assert night.alarm.cause in ("carrier_fault", "hall_fault")
    assert any(why.startswith("heard: ") for why in night.whys), f"the caller was told: {night.whys}"
    assert BALANCE in night.page
    assert "Open alarms" in night.page


def test_the_alarm_is_over_when_the_carrier_answers_again(night: Night) -> None:
    assert night.cleared.cleared_at is not None
    assert night.cleared.pk == night.alarm.pk


def test_a_runner_that_is_stopped_gives_back_what_it_took(night: Night) -> None:
    assert 0 < night.left == len(night.wanted) - night.ended
    assert night.runners == 0


def test_prometheus_reads_results_and_alarms_of_the_runner(night: Night) -> None:
    lines = night.metrics.splitlines()
    assert "careline_probe_alarms 1" in lines
    (failed,) = [line for line in lines if line.startswith("careline_probe_passed{") and BALANCE in line]
    assert failed.endswith(" 0")
    assert f'class="system",cause="{night.alarm.cause}"' in failed
    assert sum(line.startswith("careline_probe_seconds{") for line in lines) == len(night.wanted) + 1


def test_batches_are_told_apart(night: Night) -> None:
    batches = {run.batch for run in night.runs}
    assert len(batches) == 1
    assert isinstance(batches.pop(), uuid.UUID)
