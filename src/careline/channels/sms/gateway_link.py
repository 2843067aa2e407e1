"""A gateway that takes messages over HTTP, as a link: the sender need not know that no SMSC is bound to."""

import asyncio
import http.client
import logging
import queue
import select
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from careline.channels.sms.accounts import GatewayAccount
from careline.channels.sms.gateways._dialect import Dialect, NotTaken, Outgoing
from careline.channels.sms.sending import Route
from careline.links.link import LinkState, Outbound, PartResult, Result, Sent, Statistics
from careline.links.pacing import TokenBucket, backoff_seconds

log = logging.getLogger(__name__)

LANES = 4  # requests under way at a time; one customer's messages go by one lane, in order
QUEUE_MAX = 5_000
ANSWER_OCTETS_MAX = 64 * 1024
BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS = 0.5, 30.0


class GatewayLink:
    """A links.link.Link whose other side is an HTTP gateway."""

    def __init__(
        self, account: GatewayAccount, dialect: Dialect, *, on_results: Callable[[list[Result]], None]
    ) -> None:
        self.name = account.name
        self.statistics = Statistics()
        self.account = account
        self._dialect = dialect
        self._on_results = on_results
        self._lanes = [_Lane(self, number) for number in range(LANES)]
        self._bucket = TokenBucket(account.parts_per_second, None, time.monotonic())
        self._lock = threading.Lock()
        self._failures = 0
        self._down_until = 0.0
        self._closed = False

    @property
    def state(self) -> LinkState:
        """Down for a while after it could not be reached, each time longer; there is nothing else to keep up."""
        if self._closed:
            return LinkState.CLOSED
        return LinkState.UP if time.monotonic() >= self._down_until else LinkState.DOWN

    @property
    def room(self) -> int:
        return max(0, QUEUE_MAX - sum(lane.queue.qsize() for lane in self._lanes))

    def start(self) -> None:
        for lane in self._lanes:
            lane.thread.start()

    async def wait_until_up(self, timeout_seconds: float = 10.0) -> None:
        wait = max(0.0, self._down_until - time.monotonic())
        if wait > timeout_seconds:
            raise TimeoutError(f"gateway {self.name} rests for another {wait:.0f} s")
        await asyncio.sleep(wait)

    async def close(self) -> None:
        """Let requests that are under way end; what waits comes back as not sent."""
        self._closed = True
        for lane in self._lanes:
            lane.queue.put(None)
        loop = asyncio.get_running_loop()
        for lane in self._lanes:
            await loop.run_in_executor(None, lane.thread.join, self.account.timeout_seconds + 1)

    def submit(self, messages: Iterable[Outbound]) -> None:
        for message in messages:
            self._lanes[zlib.crc32(message.destination.encode()) % LANES].queue.put(message)

    def send(self, connected: "_Connected", outbound: Outbound) -> PartResult:
        """Hand one message in; called on a lane's thread."""
        if self.state is not LinkState.UP:
            return PartResult(1, Sent.NOT_SENT, error="link closed" if self._closed else "link down")
        self._pace()
        outgoing = Outgoing(str(outbound.id), outbound.source, outbound.destination, outbound.text)
        submission = self._dialect.submission(outgoing, self.account, datetime.now(UTC))
        self.statistics.submitted += 1
        try:
            status, body = connected.ask(submission.url, submission.body, dict(submission.headers))
        except Unreachable as error:
            self._unreachable(str(error))
            return PartResult(1, Sent.NOT_SENT, error="link down")
        except (OSError, http.client.HTTPException) as error:
            self.statistics.unanswered += 1
            return PartResult(1, Sent.UNANSWERED, error=f"no answer: {type(error).__name__}")
        self._failures = 0
        try:
            remote = self._dialect.accepted(status, body, outgoing)
        except NotTaken as error:
            if error.busy:
                self.statistics.throttled += 1
                self._rest(f"busy: {error}")
                return PartResult(1, Sent.NOT_SENT, error="queue full")
            self.statistics.rejected += 1
            return PartResult(1, Sent.REFUSED, status=error.status, error=str(error)[:120])
        self.statistics.accepted += 1
        return PartResult(1, Sent.ACCEPTED, remote)

    def tell(self, outbound: Outbound, part: PartResult) -> None:
        if part.sent is Sent.NOT_SENT:
            self.statistics.not_sent += 1
        self._on_results([Result(outbound, self.name, [part])])

    @property
    def timeout_seconds(self) -> float:
        return self.account.timeout_seconds

    def _pace(self) -> None:
        while True:
            with self._lock:
                if self._bucket.take(time.monotonic()):
                    return
                wait = self._bucket.wait_seconds()
            time.sleep(wait)

    def _unreachable(self, reason: str) -> None:
        if self.state is LinkState.UP:
            log.warning("gateway %s cannot be reached: %s", self.name, reason)
        self._rest(reason)

    def _rest(self, reason: str) -> None:
        with self._lock:
            if time.monotonic() >= self._down_until:
                self._failures += 1
                wait = backoff_seconds(self._failures, BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS)
                self._down_until = time.monotonic() + wait


def gateway_route(link: GatewayLink) -> Route:
    """The gateway as the sender sees it; it cuts texts into parts by itself."""
    account = link.account
    return Route(link.name, [link], number=account.number, alphabet="auto", registered=account.receipts)


class Unreachable(Exception):
    """The request never left."""


class _Lane:
    """One thread with one connection, kept open."""

    def __init__(self, link: GatewayLink, number: int) -> None:
        self.queue: queue.Queue[Outbound | None] = queue.Queue()
        self.thread = threading.Thread(target=self._work, name=f"{link.name}-{number}", daemon=True)
        self._link = link

    def _work(self) -> None:
        connected = _Connected(self._link.timeout_seconds)
        while (outbound := self.queue.get()) is not None:
            try:
                part = self._link.send(connected, outbound)
            except Exception:
                log.exception("gateway %s: a message could not be put into its dialect", self._link.name)
                part = PartResult(1, Sent.NOT_SENT, error="cannot be put into the gateway's dialect")
            self._link.tell(outbound, part)
        connected.close()


class _Connected:
    """A connection to one host that is used again; never to be shared by threads."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._connection: http.client.HTTPConnection | None = None
        self._to: tuple[str, str] = ("", "")

    def ask(self, url: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer. Raises Unreachable when nothing left, OSError or HTTPException after that."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._open(parts.scheme, parts.netloc)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            answer = response.read(ANSWER_OCTETS_MAX)
            if not response.isclosed():
                self.close()  # it had more to say; the rest must not be taken for the next answer
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return response.status, answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, scheme: str, netloc: str) -> http.client.HTTPConnection:
        if self._to != (scheme, netloc):
            self.close()
            self._to = (scheme, netloc)
        if self._connection is None or self._connection.sock is None or _was_closed(self._connection):
            self.close()
            if scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(netloc, timeout=self._timeout, context=context)
            else:
                self._connection = http.client.HTTPConnection(netloc, timeout=self._timeout)
            try:
                self._connection.connect()
            except OSError as error:
                self.close()
                raise Unreachable(str(error)) from error
        return self._connection


def _was_closed(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side has closed a connection that was kept open: then it is readable, and gives nothing."""
    try:
        return bool(select.select([connection.sock], [], [], 0)[0])
    except (OSError, ValueError):
        return True
