"""`careline serve calls --workers 2` as real processes, and what their sudden deaths (kill -9) cost; one start for all."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from careline import wiring
from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.catalogue.importing import publish_packs
from careline.channels.calls import announcements
from careline.channels.calls.settings import ANNOUNCEMENTS
from careline.daemons import sweeps
from careline.demo import town
from careline.demo.calling import Caller as Visit
from careline.prompts import voices
from careline.prompts.speaker import Speaker
from careline.protocols.rtp.g711 import decode_alaw
from careline.simulators.caller import Caller, Talk
from careline.values.msisdn import Msisdn
from tests.calls.hotline import SILENT, Tones, find, frames, hurry
from tests.calls.ports import free_ports
from tests.house import emptying
from tests.sms.street import Loop, rows, the_book

pytestmark = pytest.mark.django_db
STARTED_SECONDS_MAX = 180.0  # of a machine with much else to do
CALLS, CALLS_MAX = 8, 40
SLOW_SECONDS = 6.0  # that the carrier takes for an order while its hall process is killed
FILE = """[calls]
listen = ["udp:127.0.0.1:{port}", "tcp:127.0.0.1:{port}"]
rtp_ports = [49200, 51200]
[[trunk]]
name = "tests"
networks = ["127.0.0.1/32"]
from_header = true
"""


@dataclass
class Service:
    """The processes, the address where they are called, and who calls."""

    home: Path
    process: psutil.Popen
    port: int
    status: int
    loop: Loop
    phone: Caller

    def figures(self) -> dict[str, Any]:
        with suppress(OSError, http.client.HTTPException, ValueError):
            connection_ = http.client.HTTPConnection("127.0.0.1", self.status, timeout=20)
            try:
                connection_.request("GET", "/")
                told: dict[str, Any] = json.loads(connection_.getresponse().read())
            finally:
                connection_.close()
            return told
        return {}

    def calls(self) -> list[int]:
        """How many each worker has, as they told last."""
        return [one["calls"] for _, one in sorted(self.figures().get("workers", {}).items())]

    def child(self, *words: str) -> psutil.Process:
        """The process with all of these in its command."""
        for one in self.process.children():
            with suppress(psutil.Error):
                if set(words) <= set(one.cmdline()):
                    return one
        raise LookupError(words)

    def worker(self, number: int) -> psutil.Process:
        return self.child("careline.daemons.calls_worker", "--number", str(number))

    def call(self, msisdn: Msisdn) -> Talk:
        return self.loop.run(self.phone.call(f"sip:10086@127.0.0.1:{self.port}", msisdn.digits), 60)

    def press(self, talk: Talk, keys: str) -> None:
        self.loop.run(talk.press(keys, "info"), 60)


def eventually(condition: Callable[[], object], what: str, timeout_seconds: float = 60.0) -> None:
    until = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def service(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Service]:
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="careline-processes-") as folder:
        publish_packs(
            settings.PACKS,
            by="system",
            now=datetime.now(UTC),
            forced=True,
            manifests=tuple(wiring.behaviours().values()),
        )
        home, (port, status) = Path(folder), free_ports(2)
        (home / "calls.toml").write_text(FILE.format(port=port))
        database = connections["default"].settings_dict
        parts = {"dbname": database["NAME"], "host": database["HOST"], "port": database["PORT"]}
        parts |= {"user": database["USER"], "password": database["PASSWORD"]}
        environment = os.environ | {
            "CARELINE_HOME": folder,
            "CARELINE_CALLS": str(home / "calls.toml"),
            "CARELINE_CALLS_STATUS_PORT": str(status),
            "CARELINE_CALLS_DRAIN_SECONDS": "0",
            "CARELINE_CALLS_RECOVER_SECONDS": "60",
            "CARELINE_CARRIER_TIME_LIMIT_SECONDS": str(SLOW_SECONDS + 1),  # and a worker waits for 15 s
            "DATABASE_URL": make_conninfo(**{name: str(value) for name, value in parts.items() if value}),
        }
        speak_beforehand(home)
        with (home / "log").open("w") as log:
            process = psutil.Popen(
                [sys.executable, "-m", "careline.cli", "serve", "calls", "--workers", "2"],
                env=environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        loop, phone = Loop(), Caller(ports=range(51200, 52200, 2))
        opened = Service(home, process, port, status, loop, phone)
        try:
            loop.run(phone.start())
            eventually(
                lambda: len(opened.figures().get("workers", ())) == 2,
                "the service did not start: " + (home / "log").read_text()[-2000:],
                STARTED_SECONDS_MAX,
            )
            yield opened
        finally:
            loop.run(phone.stop())
            loop.close()
            process.send_signal(signal.SIGINT)
            process.wait(120)
            emptying.empty()
            connection.close()


def speak_beforehand(home: Path) -> None:
    """What will be said lies there as short tones, under the names of the voice of this deployment."""
    voice = Tones()
    voice.name = voices.chosen().name
    speaker = Speaker(home / "prompts", voice)
    hurry(speaker)
    words = the_book().words
    for key in announcements.FIXED:
        for language in announcements.LANGUAGES:
            speaker.clips(words[f"voice.call.{key}"].read(language), language)
    for keys in ("11", "311"):
        visit = Visit(wiring.reception(), people(1)[0], lambda: datetime.now(UTC))
        for act in (visit.dial(), visit.press(keys)):
            speaker.clips(act.text, act.language)
        visit.hang_up()
    speaker.close()


def balance_told(msisdn: Msisdn) -> bool:
    return bool(rows("SELECT 1 FROM outbox_message WHERE msisdn = %s AND text LIKE %s", msisdn.digits, "%120.00%"))


def journeys(msisdn: Msisdn) -> list[str]:
    return [row[0] for row in rows("SELECT ended FROM ledger_journey WHERE msisdn = %s", msisdn.digits)]


def committed(deed: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Done outside the test's own transaction, so that other processes see it."""

    def work() -> Any:
        try:
            return deed(*arguments, **named)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as one:
        return one.submit(work).result(60)


def people(count: int) -> list[Msisdn]:
    return [town.fresh("T5", None, now=datetime.now(UTC)).msisdn for _ in range(count)]


def test_calls_are_spread_and_a_worker_that_is_killed_costs_only_its_own(service: Service) -> None:
    talks: dict[Msisdn, Talk] = {}
    while len(talks) < CALLS or (min(service.calls()) == 0 and len(talks) < CALLS_MAX):  # their Call-IDs are drawn
        (one,) = committed(people, 1)
        talks[one] = service.call(one)
        eventually(lambda: sum(service.calls()) == len(talks), "not all are on the status")
    callers = list(talks)
    for talk in talks.values():
        assert service.loop.run(talk.hold())
        assert service.loop.run(talk.resume())
        service.press(talk, "11")
    eventually(lambda: all(balance_told(one) for one in callers), "not all were served")
    theirs, others_ = service.calls()
    assert theirs > 0 < others_
    assert theirs + others_ == len(callers)

    gone = service.worker(0)
    gone.kill()
    newcomers = committed(people, 6)
    later = dict(zip(newcomers, (service.call(one) for one in newcomers), strict=True))
    for talk in later.values():
        service.press(talk, "11")
    eventually(lambda: all(balance_told(one) for one in newcomers), "newcomers were not served")
    eventually(lambda: sum(journeys(one) == ["lost"] for one in callers) == theirs, "not all ended as lost")
    lost = [one for one in callers if journeys(one)]
    for one in set(callers) - set(lost):
        service.press(talks[one], "1")
        service.loop.run(talks[one].hang_up())
    for talk in later.values():
        service.loop.run(talk.hang_up())
    others = [*(set(callers) - set(lost)), *newcomers]
    eventually(lambda: all(journeys(one) for one in others), "sessions did not end")
    assert not [one for one in others if "lost" in journeys(one)]
    assert not rows("SELECT 1 FROM ledger_open")
    eventually(lambda: service.figures().get("restarts", {}).get("worker-0") == 1, "it was not started again")


def test_a_hall_process_that_is_killed_in_the_middle_of_an_order_loses_nothing(service: Service) -> None:
    (li,) = committed(people, 1)
    committed(stumble, "slow", seconds=SLOW_SECONDS, msisdns=[li], times=1)
    talk = service.call(li)
    service.press(talk, "311")
    eventually(lambda: rows("SELECT 1 FROM ledger_open WHERE msisdn = %s", li.digits), "no order was begun")
    (price,) = rows("SELECT text FROM outbox_message WHERE msisdn = %s ORDER BY id DESC LIMIT 1", li.digits)
    said = frames_of(service.home, price[0])
    eventually(lambda: find(frames(talk.audio()), said, 0) >= 0, "the price was not said")
    eventually(lambda: is_quiet(talk), "the price is said for ever")  # a yes counts when it was heard
    at = len(frames(talk.audio()))
    service.press(talk, "1")
    eventually(lambda: holdings(li) == 1, "the carrier was not asked")
    service.child("calls-hall").kill()

    fault = announcements.read(service.home / ANNOUNCEMENTS).clips["zh"]["fault"]
    wanted = [frame for clip in fault for frame in frames(decode_alaw(Path(clip.path).read_bytes())[: clip.ms * 8])]
    eventually(lambda: find(frames(talk.audio()), wanted[:20], at) >= 0, "the fault was not said")
    eventually(
        lambda: sum(one["conductor"]["recovered"] for one in service.figures().get("workers", {}).values()) == 1,
        "the call did not go on",
        STARTED_SECONDS_MAX,
    )
    service.loop.run(talk.hang_up())
    eventually(lambda: journeys(li), "the session did not end")
    janitor, day = wiring.janitor(), datetime.now(UTC) + timedelta(days=1)
    eventually(lambda: committed(janitor.sweep, day) + 1 and not open_attempts(li), "the order is in doubt for ever")
    assert holdings(li) == 1
    ends = rows("SELECT service, verb, outcome FROM ledger_attempt WHERE msisdn = %s", li.digits)
    assert ends == [("caller_id", "subscribe", "done")]
    assert committed(sweeps.end_lost_calls, datetime.now(UTC)) == 0


def frames_of(home: Path, text: str) -> list[bytes]:
    """What is sent of this text, packet by packet, as it lies there."""
    voice = Tones()
    voice.name = voices.chosen().name
    speaker = Speaker(home / "prompts", voice)
    sounds = [decode_alaw(clip.path.read_bytes()) for clip in speaker.clips(text, "zh")]
    speaker.close()
    return [frame for one in sounds for frame in frames(np.pad(one, (0, -len(one) % 160), constant_values=SILENT))]


def is_quiet(talk: Talk) -> bool:
    """Whether something was said, and nothing in the last half second."""
    audio = talk.audio()
    return len(frames(audio)) > 10 and not frames(audio[-4000 // 160 * 160 :])


def open_attempts(msisdn: Msisdn) -> list[tuple[Any, ...]]:
    return rows("SELECT 1 FROM ledger_open WHERE msisdn = %s", msisdn.digits)


def holdings(msisdn: Msisdn) -> int:
    return len(rows("SELECT 1 FROM sandbox_holding WHERE msisdn = %s AND product = 'caller_id'", msisdn.digits))
