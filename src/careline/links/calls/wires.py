"""What carries the endpoint's messages: sockets of its own. (`inherited.py`: those of a dispatcher.)"""

import asyncio
import errno
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from careline.links.calls.admission import Neighbours
from careline.links.calls.config import Config, Listen
from careline.links.calls.tcp import Streams, TcpLimits
from careline.links.calls.udp import UdpReader, send_datagram, udp_socket
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop

Received = Callable[[bytes | Request | Response, Hop], None]
Lost = Callable[[Hop], None]

SOMEWHERE: Final = ("192.0.2.1", "2001:db8::1")  # RFC 5737, RFC 3849: nobody's; nothing is sent there
PORTS_TRIED: Final = 20  # before giving up on one that is free for UDP and TCP alike


class Wires(Protocol):
    """What an endpoint needs of its sockets."""

    addresses: Sequence[Listen]
    counters: Counter[str]
    number: int  # which worker this is, of how many
    workers: int

    async def start(self, received: Received, lost: Lost) -> None:
        """Begin to hear. Raises OSError."""

    def send(self, data: bytes, hop: Hop) -> None:
        """Send a message; when it cannot be sent, `lost` hears of it later or SIP repeats it."""

    async def stop(self) -> None:
        """Hear and send no more."""


class OwnWires:
    """The sockets of a configuration, for a process that is alone."""

    number = 0
    workers = 1

    def __init__(self, config: Config) -> None:
        self.addresses: Sequence[Listen] = config.listen
        self.counters: Counter[str] = Counter()
        self._config = config
        self._readers: list[UdpReader] = []
        self._streams: Streams | None = None

    async def start(self, received: Received, lost: Lost) -> None:
        limits = TcpLimits(connections=self._config.tcp_connections_max, idle_seconds=self._config.tcp_idle_seconds)
        neighbours = Neighbours(self._config.trunks)
        self._streams = Streams(received, lost, limits, lambda host: bool(neighbours.of(host)))
        self._streams.counters = self.counters
        self.addresses = await bind(self._config.listen, self._streams, self._readers, received)
        self._streams.start()

    def send(self, data: bytes, hop: Hop) -> None:
        if hop.transport != "udp":
            assert self._streams is not None
            self._streams.send(data, hop)
        elif not send_datagram(socket_for(hop.host, self._readers), data, hop.host, hop.port):
            self.counters["unsent"] += 1

    async def stop(self) -> None:
        for reader in self._readers:
            reader.close()
        if self._streams:
            await self._streams.stop()


async def bind(
    listen: Sequence[Listen], streams: Streams, readers: list[UdpReader], received: Received
) -> Sequence[Listen]:
    """Open these addresses; a TCP port 0 becomes that of the UDP socket before it. Raises OSError."""
    bound: list[Listen] = []
    for one in listen:
        if one.transport == "udp":
            sock = _udp_for(one, listen)
            readers.append(UdpReader(sock, lambda data, host, port: received(data, Hop("udp", host, port))))
            port = int(sock.getsockname()[1])
        else:
            wanted = one.port or next((other.port for other in bound if other.host == one.host), 0)
            port = await streams.listen(one.host, wanted)
        bound.append(Listen(transport=one.transport, host=one.host, port=port))
    return tuple(bound)


def _udp_for(one: Listen, listen: Sequence[Listen]) -> socket.socket:
    """The UDP socket; one with any port gets a port that is free for TCP too, where TCP shall have the same."""
    shared = not one.port and any(other.transport == "tcp" and not other.port for other in listen)
    for _ in range(PORTS_TRIED if shared else 1):
        sock = udp_socket(one.host, one.port)
        if not shared or _free_for_tcp(one.host, int(sock.getsockname()[1])):
            return sock
        sock.close()
    raise OSError(errno.EADDRINUSE, "no port is free for both UDP and TCP")


def _free_for_tcp(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def socket_for(host: str, readers: Sequence[UdpReader]) -> socket.socket:
    """The socket that reaches this address: the first of its family."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return next((one.sock for one in readers if one.sock.family == family), readers[0].sock)


def reachable_address(config: Config) -> str:
    """The address that goes into our messages: as configured, else that of the socket, else of the way out."""
    if config.advertise:
        return config.advertise
    host = config.listen[0].host
    if host not in {"0.0.0.0", "::"}:  # noqa: S104  what was bound is compared, nothing is opened
        return host
    six = host == "::"
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((SOMEWHERE[six], 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "::1" if six else "127.0.0.1"


async def resolved(host: str, port: int) -> str:
    """The IP address of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    return str(found[0][4][0])
