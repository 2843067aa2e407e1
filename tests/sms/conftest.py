"""Fixtures: an SMSC with SMS processes on it, an aggregator with its HTTP, and the loop they run on."""

import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from careline.catalogue import library
from careline.channels.sms import views
from careline.channels.sms.accounts import Accounts
from careline.daemons.sms import SmsService
from careline.simulators.smsc import Smsc

from .aggregator import Aggregator, Handler
from .street import Loop, Street, clock, receptions, the_book


@pytest.fixture
def street(transactional_db: None) -> Iterator[Street]:
    loop = Loop()
    smsc = Smsc(redelivery_seconds=0.03)
    loop.run(smsc.start())
    street = Street(loop, smsc)
    try:
        yield street
    finally:
        for service in list(street.services):
            loop.run(service.stop())
        loop.run(smsc.close())
        loop.close()
        connection.close()


@pytest.fixture
def aggregator(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aggregator]:
    gateway = Aggregator(live_server.url)
    hall = receptions(patience_seconds=None)("")(0)
    for name, value in {
        "accounts": lambda: Accounts(gateways=tuple(gateway.accounts)),
        "reception": lambda: hall,
    }.items():
        monkeypatch.setattr(views, name, value)
    monkeypatch.setattr(library, "current", the_book)

    class Taking(Handler):
        one = gateway

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield gateway
    server.shutdown()
    server.server_close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def sending(aggregator: Aggregator, loop: Loop) -> Iterator[Callable[[], SmsService]]:
    """Starts an SMS process for the aggregator's accounts."""
    services: list[SmsService] = []

    def start() -> SmsService:
        service = SmsService(
            Accounts(gateways=tuple(aggregator.accounts)), reception_of=receptions(), clock=clock, parts_max=lambda: 5
        )
        loop.run(service.start())
        services.append(service)
        return service

    yield start
    for service in services:
        loop.run(service.stop())
