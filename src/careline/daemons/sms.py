"""The SMS process: binds to SMSCs, carries messages through the turnstile into the hall, sends what is to be said."""

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from careline import wiring
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.channels.sms import accounts as accounts_
from careline.channels.sms import proof
from careline.channels.sms.accounts import Accounts
from careline.channels.sms.binding import Bound, Outlet, bind
from careline.channels.sms.gateway_link import GatewayLink, gateway_route
from careline.channels.sms.gateways._dialect import Dialect
from careline.channels.sms.receiving import Receiving
from careline.channels.sms.sending import Route
from careline.daemons.histogram import Histogram
from careline.daemons.sender import Sender
from careline.daemons.turnstile import Turnstile
from careline.hall.reception import Reception
from careline.hall.recording import Posting
from careline.hall.turn import Served
from careline.links.link import Limits, LinkState
from careline.shelf import Shelf

log = logging.getLogger(__name__)

PROOF_SECONDS = 1.0
STATISTICS_SECONDS = 60.0
DRAIN_SECONDS = 5.0
PARTS_MAX = 10  # where the book says nothing
CLAIM = timedelta(seconds=wiring.CLAIM_SECONDS)
GARBAGE_THRESHOLDS = (50_000, 20, 100)  # a message's objects die with it and without cycles: look seldom


@dataclass(frozen=True, slots=True)
class Size:
    """How much this process takes on at once; the turnstile explains each."""

    batchers: int = 2
    batch: int = 512
    linger_ms: float = 2.0
    queue_max: int = 20_000


def serve(arguments: Sequence[str]) -> None:
    """Run until SIGINT: `careline serve sms [--batchers N] [--batch N] [--linger-ms MS] [--queue-max N]`."""
    parser = argparse.ArgumentParser("careline serve sms", description=__doc__)
    default = Size()
    parser.add_argument(
        "--batchers", type=int, default=default.batchers, help="threads that carry batches into the hall"
    )
    parser.add_argument("--batch", type=int, default=default.batch, help="messages in one batch at most")
    parser.add_argument("--linger-ms", type=float, default=default.linger_ms, help="wait for company in a small batch")
    parser.add_argument(
        "--queue-max", type=int, default=default.queue_max, help="messages waiting; then senders slow down"
    )
    chosen = parser.parse_args(list(arguments))
    size = Size(chosen.batchers, chosen.batch, chosen.linger_ms, chosen.queue_max)
    try:
        accounts = accounts_.configured()
    except accounts_.AccountError as error:
        raise SystemExit(f"careline serve sms: {error}") from error
    library.watch()
    try:
        library.current()  # read before the first message comes, not while it waits
    except NothingPublished as error:
        raise SystemExit(f"careline serve sms: {error}") from error
    finally:
        connection.close()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(accounts, size))


async def _run(accounts: Accounts, size: Size) -> None:
    service = SmsService(accounts, size=size)
    await service.start()
    status = await _status_server(service)
    # What stands now (code, the book) is no garbage: it is not looked through again at every few messages.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    try:
        while True:
            await asyncio.sleep(STATISTICS_SECONDS)
            log.info("sms %s", json.dumps(service.statistics(), ensure_ascii=False))
    finally:
        if status:
            status.close()
        await asyncio.shield(service.stop())
        log.info("sms ends %s", json.dumps(service.statistics(), ensure_ascii=False))


def reception_of(name: str) -> Callable[[int], Reception]:
    """Receptions whose answers are claimed by this sender as they are posted."""

    def reception_for(shard: int) -> Reception:
        return wiring.reception(
            shard=shard,
            posted=Posting(claimed_by=name, claim=CLAIM),
            patience_seconds=wiring.CARRIER_PATIENCE_SECONDS,
        )

    return reception_for


def sender_name() -> str:
    """Unique among all processes that ever were: a claim must never look like one's own because a pid came again."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"


def parts_max() -> int:
    return int(library.current().limits.get("parts_max", PARTS_MAX))


@dataclass(slots=True)
class SmsService:
    """Everything of the process; start() and stop() on one event loop."""

    accounts: Accounts
    size: Size = field(default_factory=Size)
    reception_of: Callable[[str], Callable[[int], Reception]] = reception_of
    clock: Callable[[], datetime] = wiring.clock
    parts_max: Callable[[], int] = parts_max
    limits: Limits | None = None  # the links'; None: by each account
    name: str = field(default_factory=sender_name)
    bound: list[Bound] = field(default_factory=list)
    gateways: list[GatewayLink] = field(default_factory=list)
    turnstile: Turnstile = field(init=False)
    sender: Sender = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False)
    _keeper: "asyncio.Task[None]" = field(init=False)
    _proved: dict[str, datetime] = field(default_factory=dict)

    async def start(self) -> None:
        """Load what the last process left in doubt, then open the doors."""
        outlet = Outlet()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="proofs")
        self.turnstile = Turnstile(
            self.reception_of(self.name),
            on_served=self._hand_over,
            batchers=self.size.batchers,
            batch=self.size.batch,
            linger_ms=self.size.linger_ms,
            queue_max=self.size.queue_max,
        )
        for account in self.accounts.links:
            receiving = Receiving(
                account.name,
                self.turnstile,
                country=settings.COUNTRY_CODE,
                default_alphabet=account.default_alphabet,
            )
            self.bound.append(bind(account, receiving, outlet, limits=self.limits, on_change=self._changed))
        routes = [one.route(settings.COUNTRY_CODE) for one in self.bound] + self._gateway_routes(outlet)
        self.sender = Sender(self.name, routes, clock=self.clock, parts_max=self.parts_max, claim=CLAIM)
        outlet.sender = self.sender
        for one in self.bound:
            # By the real clock, as links stamp what they receive.
            one.receiving.doubting.remember(await self._in_pool(proof.doubts, one.account.name, datetime.now(UTC)))
            one.receiving.start()
        self.turnstile.start()
        self.sender.start()
        for route in routes:
            for link in route.binds:
                link.start()
        self._keeper = asyncio.create_task(self._keep_proofs())

    async def stop(self) -> None:
        """In order: finish what was taken in, answer it, let answers leave, unbind, write down how all ended."""
        loop = asyncio.get_running_loop()
        self._keeper.cancel()
        await loop.run_in_executor(None, self.turnstile.stop)
        for one in self.bound:
            await loop.run_in_executor(None, one.receiving.stop)
        self.sender.claim_no_more()
        await loop.run_in_executor(None, self.sender.drain, DRAIN_SECONDS)
        await asyncio.gather(*(link.close() for one in self.bound for link in one.binds))
        await asyncio.gather(*(link.close() for link in self.gateways))
        await loop.run_in_executor(None, self.sender.stop)
        await self._write_proofs()
        await self._in_pool(_close_connection)
        self._pool.shutdown()

    def statistics(self) -> dict[str, Any]:
        """Figures since the start, for the log, `careline doctor` and benchmarks."""
        return {
            "turnstile": {"waiting": self.turnstile.waiting, **_plain(asdict_(self.turnstile.figures))},
            "sender": self.sender.statistics(),
            "accounts": {
                one.account.name: {
                    **asdict(one.receiving.figures),
                    "in_doubt": len(one.receiving.doubting),
                    "recognised": one.receiving.doubting.recognised,
                    "binds": {link.name: {"state": link.state.value, **asdict(link.statistics)} for link in one.binds},
                }
                for one in self.bound
            },
            "gateways": {link.name: {"state": link.state.value, **asdict(link.statistics)} for link in self.gateways},
        }

    def _hand_over(self, served: Sequence[Served]) -> None:
        self.sender.hand_over(served)  # which is made after the turnstile

    def _gateway_routes(self, outlet: Outlet) -> list[Route]:
        """The gateways that messages are handed in at; those that only take answers in the response have none."""
        shelf = Shelf("careline.channels.sms.gateways")
        for account in self.accounts.gateways:
            if account.send_url:
                dialect = shelf.thing(account.dialect, "DIALECT", Dialect)  # type: ignore[type-abstract]
                self.gateways.append(GatewayLink(account, dialect, on_results=outlet.on_results))
        return [gateway_route(link) for link in self.gateways]

    def _changed(self, bind: str, state: LinkState) -> None:
        log.info("link %s is %s", bind, state.value)

    async def _keep_proofs(self) -> None:
        while True:
            await asyncio.sleep(PROOF_SECONDS)
            await self._write_proofs()

    async def _write_proofs(self) -> None:
        for one in self.bound:
            until = one.receiving.doubting.proved_until
            name = one.account.name
            if until is None or self._proved.get(name) == until:
                continue
            try:
                await self._in_pool(proof.keep, name, until)
                self._proved[name] = until
            except (DatabaseError, InterfaceError):
                # The older proof stays: after a crash more is in doubt than need be, and nothing is done twice.
                with contextlib.suppress(DatabaseError, InterfaceError):
                    await self._in_pool(_close_connection)

    async def _in_pool(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def _close_connection() -> None:
    connection.close()  # looked up here, since each thread has its own


def asdict_(figures: Any) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in figures.__slots__}


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: one.summary() if isinstance(one, Histogram) else one for name, one in figures.items()}


async def _status_server(service: SmsService) -> asyncio.Server | None:
    """The figures as JSON over HTTP on loopback, where CARELINE_SMS_STATUS_PORT names a port."""
    port = os.environ.get("CARELINE_SMS_STATUS_PORT")
    if not port:
        return None

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(5):
                await reader.readuntil(b"\r\n\r\n")
                body = json.dumps(service.statistics()).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", int(port))
