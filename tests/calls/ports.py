"""Ports for programs that must be told theirs before they start."""

import contextlib
import itertools
import random
import socket
from collections.abc import Iterator

BLOCK = 24  # a telephone takes some for sound behind its first


def _blocks() -> Iterator[int]:
    """Below those that the system gives to everybody: a program may take a while to come for its port."""
    while True:
        yield from random.sample(range(11_000, 19_000, BLOCK), 8_000 // BLOCK)


_next = _blocks()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that are free for UDP and TCP now, even, with as many behind them as a telephone needs."""
    found: list[int] = []
    while len(found) < count:
        port = next(_next)
        with contextlib.ExitStack() as held:
            try:
                for kind, one in itertools.product((socket.SOCK_DGRAM, socket.SOCK_STREAM), (port, port + 1)):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", one))
            except OSError:
                continue
        found.append(port)
    return found
