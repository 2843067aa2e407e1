"""Ports for sound: pairs from a range, the even one for RTP and the next for RTCP (RFC 3550 section 11)."""

import errno
import socket
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

REST_SECONDS: Final = 5.0
"""How long a pair stays unused: what is still under way for the last call must not be heard in the next."""

_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})
_EXPEDITED = 0xB8  # DSCP 46, where routers look for speech: RFC 4594 section 4.1
_SO_TIMESTAMPNS: Final = 35  # linux/socket.h; the kernel says when a packet came, not when we read it


class NoPort(Exception):
    """Every pair of the range is in use, resting, or taken by another program."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bound sockets that do not block."""

    port: int
    rtp: socket.socket
    rtcp: socket.socket

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()


class Ports:
    """Hands out pairs, the one that rested longest first."""

    def __init__(self, host: str, ports: Iterable[int], *, rest_seconds: float = REST_SECONDS) -> None:
        self._host = host
        self._family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
        self._rested: deque[tuple[float, int]] = deque((float("-inf"), port) for port in ports if port % 2 == 0)
        self._rest_seconds = rest_seconds

    def free(self, now: float) -> int:
        """Pairs that have rested; another program may still hold some of them."""
        return sum(1 for ready, _ in self._rested if ready <= now)

    def take(self, now: float) -> Pair:
        """A bound pair. Raises NoPort; OSError when the machine gives no more sockets."""
        for _ in range(len(self._rested)):
            ready, port = self._rested[0]
            if ready > now:
                break  # those behind it came back later
            self._rested.popleft()
            try:
                return self._bind(port)
            except OSError as trouble:
                self.give_back(port, now)
                if trouble.errno not in _TAKEN:
                    raise
        raise NoPort

    def give_back(self, port: int, now: float) -> None:
        self._rested.append((now + self._rest_seconds, port))

    def _bind(self, port: int) -> Pair:
        bound: list[socket.socket] = []
        try:
            for number in (port, port + 1):
                one = socket.socket(self._family, socket.SOCK_DGRAM)
                bound.append(one)
                one.setblocking(False)
                one.bind((self._host, number))
        except OSError:
            for one in bound:
                one.close()
            raise
        rtp, rtcp = bound
        with suppress(OSError):  # a wish, and a convenience
            level, option = (
                (socket.IPPROTO_IP, socket.IP_TOS)
                if self._family == socket.AF_INET
                else (socket.IPPROTO_IPV6, socket.IPV6_TCLASS)
            )
            rtp.setsockopt(level, option, _EXPEDITED)
            rtp.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        return Pair(port, rtp, rtcp)
