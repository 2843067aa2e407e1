"""The FastAGI process: Asterisk's calls over TCP, a coroutine each; what blocks runs in threads."""

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from careline import wiring
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.channels.telephony import accounts as accounts_
from careline.channels.telephony import agi, speech
from careline.channels.telephony.accounts import AGI, MediaAccount
from careline.channels.telephony.agi_call import AgiCall
from careline.channels.telephony.conversing import Conversing

log = logging.getLogger(__name__)

PORT = 4573  # Asterisk's own for agi://
CALLS_MAX = 500
THREADS = 16
LEAVE_SECONDS = 5.0


def serve(arguments: Sequence[str]) -> None:
    """Run until SIGINT: `careline serve agi [--listen HOST:PORT] [--account NAME] [--calls-max N] [--threads N]`."""
    parser = argparse.ArgumentParser("careline serve agi", description=__doc__)
    parser.add_argument("--listen", default=f"127.0.0.1:{PORT}", help="HOST:PORT")
    parser.add_argument("--account", default="", help="of CARELINE_TELEPHONY; may be left out where one speaks agi")
    parser.add_argument("--calls-max", type=int, default=CALLS_MAX, help="calls at once; more are not answered")
    parser.add_argument("--threads", type=int, default=THREADS, help="that ask the hall")
    chosen = parser.parse_args(list(arguments))
    host, _, port = chosen.listen.rpartition(":")
    if not port.isdecimal():
        raise SystemExit("careline serve agi: --listen must be HOST:PORT")
    account = _account(chosen.account)
    if open_to_all(account, host.strip("[]")):
        raise SystemExit(
            f"careline serve agi: the account {account.name} has neither secret nor allowed; whoever reaches"
            f" {chosen.listen} could call in any customer's name"
        )
    library.watch()
    try:
        library.current()  # read before the first call comes, not while it waits
    except NothingPublished as error:
        raise SystemExit(f"careline serve agi: {error}") from error
    finally:
        connection.close()
    conversing = Conversing(wiring.reception(), speech.voice(account))
    with contextlib.suppress(KeyboardInterrupt):
        server = AgiServer(account, conversing, calls_max=chosen.calls_max, threads=chosen.threads)
        asyncio.run(_run(server, host.strip("[]"), int(port)))


def _account(name: str) -> MediaAccount:
    try:
        servers = [one for one in accounts_.configured().servers if one.dialect == AGI and name in ("", one.name)]
    except accounts_.AccountError as error:
        raise SystemExit(f"careline serve agi: {error}") from error
    if len(servers) != 1:
        what = f"no account {name} that speaks agi" if name else f"{len(servers)} accounts that speak agi"
        raise SystemExit(f"careline serve agi: CARELINE_TELEPHONY has {what}; name one by --account")
    return servers[0]


def open_to_all(account: MediaAccount, host: str) -> bool:
    """Whether somebody from another machine could say who calls, and nothing is asked of him."""
    if account.secret or account.allowed:
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


async def _run(server: "AgiServer", host: str, port: int) -> None:
    await server.start(host, port)
    log.info("agi listens on %s:%d", host, server.port)
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.shield(server.stop())


@dataclass(slots=True)
class AgiServer:
    """All connections; start() and stop() on one event loop."""

    account: MediaAccount
    conversing: Conversing
    calls_max: int = CALLS_MAX
    threads: int = THREADS
    port: int = 0
    refused: int = 0
    _calls: "set[asyncio.Task[None]]" = field(default_factory=set)
    _pool: ThreadPoolExecutor = field(init=False)
    _server: asyncio.Server = field(init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="agi")

    @property
    def live(self) -> int:
        return len(self._calls)

    async def start(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._accept, host, port, limit=agi.LINE_OCTETS_MAX, backlog=256)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """No new calls; those that are on end as lost, which the hall hears."""
        self._server.close()
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        together = threading.Barrier(self.threads)  # so that each thread takes one of these, and closes its connection
        await asyncio.gather(*(self._in_thread(_leave, together) for _ in range(self.threads)))
        self._pool.shutdown()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._may_call(writer) or len(self._calls) >= self.calls_max:
            self.refused += 1
            writer.close()
            return
        call = AgiCall(agi.Line(reader, writer), self.account, self.conversing, self._in_thread)
        task = asyncio.get_running_loop().create_task(call.serve())
        self._calls.add(task)

        def done(_: "asyncio.Task[None]") -> None:
            self._calls.discard(task)
            writer.close()

        task.add_done_callback(done)

    def _may_call(self, writer: asyncio.StreamWriter) -> bool:
        if not self.account.allowed:
            return True
        peer = ipaddress.ip_address(writer.get_extra_info("peername")[0])
        return any(peer in ipaddress.ip_network(network, strict=False) for network in self.account.allowed)

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def _leave(together: threading.Barrier) -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(LEAVE_SECONDS)
    connection.close()
