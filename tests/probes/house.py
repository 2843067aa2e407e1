"""A hall that can be texted, dialled, visited and asked by apps: real sockets, a real Postgres, one for a file of tests."""

import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.testcases import LiveServerThread
from pytest_django.plugin import DjangoDbBlocker

from careline import wiring
from careline.catalogue import library
from careline.channels.sms.accounts import Accounts, SmscAccount
from careline.channels.telephony import views
from careline.cli._smsc_desk import Desk
from careline.daemons.sms import Size, SmsService
from careline.hall.reception import Reception
from careline.hall.recording import Posting
from careline.hall.serving import Serving
from careline.links.link import Limits
from careline.probes.models import Run
from careline.probes.probe import Probe
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from careline.simulators.deliveries import Arrival, texts
from careline.simulators.smsc import Smsc
from tests.house import emptying
from tests.probes.again import Meant, settled
from tests.sms.street import Loop, the_book

SECRET = "s3cretword"


def now() -> datetime:
    """Pages and the app interface know no other clock."""
    return datetime.now(UTC)


@dataclass
class House:
    """The hall's SMS process, bound to an SMSC of ours, and its pages; and the vantage point that reaches both."""

    folder: Path
    loop: Loop
    pages: LiveServerThread
    service: SmsService
    exchange: "Exchange"
    desk: Desk
    vantage: Vantage

    def bench(self, **changes: Any) -> Bench:
        return Bench(the_book(), None, replace(self.vantage, **changes), now, self.folder)

    def run(
        self,
        probes: Sequence[Probe],
        *,
        retries: int = 0,
        meant: Mapping[str, Meant] | None = None,
        timeout_seconds: float = 300.0,
        **changes: Any,
    ) -> list[Run]:
        """`meant`: how each is to end, where that is no success that retries could bring about."""

        async def running() -> list[Run]:
            async with self.bench(**changes) as bench:
                return await (settled(bench, probes, meant) if meant else bench.run(probes, retries=retries))

        library.hold(the_book())  # after each test it is forgotten
        return self.loop.run(running(), timeout_seconds)

    def close(self) -> None:
        self.loop.run(self.service.stop())
        self.loop.run(self.exchange.smsc.close())
        self.loop.run(self.desk.close())
        self.loop.close()
        self.pages.terminate()
        self.pages.join()
        shutil.rmtree(self.folder, ignore_errors=True)


class Exchange:
    """Somebody else's SMSC: what one of its accounts submits is delivered to the other, as between two telephones."""

    def __init__(self) -> None:
        self.smsc = Smsc(accounts={"careline": "secret", "probes": "pr0be"}, on_arrivals=self._arrived)

    def _arrived(self, arrivals: list[Arrival]) -> None:
        for one in arrivals:
            whom = "careline" if one.destination.startswith("10086") else "probes"
            deliveries = texts(one.source, one.destination, one.text)
            for delivery in deliveries:
                delivery.account = whom
            self.smsc.send(deliveries)


def reception_of(name: str) -> Any:
    def reception_for(shard: int) -> Reception:
        serving = Serving(wiring.office(), wiring.behaviours(), time_limit_seconds=3.0, patience_seconds=0.15)
        return Reception(serving=serving, book=the_book, clock=now, posted=Posting(claimed_by=name), shard=shard)

    return reception_for


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def open_house() -> House:
    folder = Path(tempfile.mkdtemp(prefix="careline-probes-"))
    without_static_files: Any = lambda application: application  # noqa: E731  nobody looks
    pages = LiveServerThread("127.0.0.1", without_static_files)
    pages.daemon = True
    pages.start()
    pages.is_ready.wait(20)
    assert pages.error is None, pages.error
    base, smsc = f"http://127.0.0.1:{pages.port}", free_port()
    loop, exchange = Loop(), Exchange()
    desk = Desk(host="127.0.0.1", port=0, control_port=0, accounts={"careline": "secret"})
    loop.run(exchange.smsc.start())
    loop.run(desk.open())
    ports = {"probes": smsc, "exchange": exchange.smsc.port, "desk": desk.smsc.port}
    links = tuple(
        SmscAccount(name=name, port=port, system_id="careline", secret="secret") for name, port in ports.items()
    )
    service = SmsService(
        Accounts(links=links), size=Size(), reception_of=reception_of, clock=now, parts_max=lambda: 5,
        limits=Limits(backoff_first_seconds=0.02, backoff_max_seconds=0.2),
    )  # fmt: skip
    loop.run(service.start())
    vantage = Vantage(
        "here", sms="listen", smsc_port=smsc, ussd=f"{base}/ussd/plain-json/probes", ussd_secret=SECRET, web=base,
        together=4,
    )  # fmt: skip
    return House(folder, loop, pages, service, exchange, desk, vantage)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """One for all tests of a file; what it wrote is emptied afterwards."""
    accounts = Path(tempfile.mkdtemp(prefix="careline-ussd-")) / "telephony.toml"
    accounts.write_text(f'[[ussd]]\nname = "probes"\ndialect = "plain-json"\nsecret = "{SECRET}"\n')
    patch = pytest.MonkeyPatch()
    patch.setenv("CARELINE_TELEPHONY", str(accounts))
    views.doors.cache_clear()
    with django_db_blocker.unblock():
        opened = open_house()
        yield opened
        opened.close()
        emptying.empty()
        connection.close()
    patch.undo()
    views.doors.cache_clear()
    shutil.rmtree(accounts.parent, ignore_errors=True)
