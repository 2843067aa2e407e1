"""One UDP socket with SIP on it: read in gulps, written at once."""

import asyncio
import socket
from collections.abc import Callable

BUFFER_BYTES = 4 << 20  # a second of set-ups at full rate fits while the loop is busy with sound
GULP = 8  # datagrams read in one go: a set-up is half a millisecond, and sound is not to be late for them
DATAGRAM_MAX = 65_535

Received = Callable[[bytes, str, int], None]


def udp_socket(host: str, port: int) -> socket.socket:
    """A bound socket with big buffers. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


class UdpReader:
    """Hands every datagram of a socket over, with the address it came from."""

    def __init__(self, sock: socket.socket, received: Received) -> None:
        self.sock = sock
        self._received = received
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._read)

    def close(self) -> None:
        if self.sock.fileno() >= 0:
            self._loop.remove_reader(self.sock.fileno())
            self.sock.close()

    def _read(self) -> None:
        receive, received = self.sock.recvfrom, self._received
        for _ in range(GULP):
            try:
                data, address = receive(DATAGRAM_MAX)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP message about something that we sent
            received(data, address[0], address[1])
            if self.sock.fileno() < 0:
                return


def send_datagram(sock: socket.socket, data: bytes, host: str, port: int) -> bool:
    """Send to an IP address; False: it could not leave now, and SIP's own repetition must do."""
    try:
        sock.sendto(data, (host, port))
    except OSError:
        return False
    return True
