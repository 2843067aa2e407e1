"""Ports of this machine: is one free, and if not, which is."""

import socket


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            tried.listen(1)
    except OSError:
        return False
    return True


def free_near(host: str, port: int) -> int:
    """The first free port from `port` on (a hundred are tried, then any)."""
    for candidate in range(port, min(port + 100, 65536)):
        if is_free(host, candidate):
            return candidate
    with socket.socket() as any_port:
        any_port.bind((host, 0))
        return int(any_port.getsockname()[1])
