"""Calling addresses that others named: never into our own network, never for longer than a few seconds."""

import contextlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

TIME_LIMIT_SECONDS = 5.0  # for connecting, and for the whole of the rest
URL_MAX = 2_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291, 2.4, as IANA has given out so far
_LOOPBACK = "127.0.0.0/8,::1/128"


class Forbidden(ValueError):
    """The address may not be called; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called, with the very address of the host that was found to be allowed."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def target_of(url: str, variable: str) -> Target:
    """Where a callback leads; raises Forbidden. A host is looked up anew each time, and called by what was found.

    So a name cannot be public when it is checked and private when it is called. `variable` names what in the environment
    lists the networks that it may lead into although they are not public: 10.1.0.0/16,…; in the demo loopback, else none.
    """
    if len(url) > URL_MAX or any(ord(one) <= 32 or ord(one) > 126 for one in url):
        raise Forbidden(f"a callback is an address of at most {URL_MAX} ASCII characters")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Forbidden("the callback is no address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Forbidden("a callback begins with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("a callback holds no user and password; give a secret, and check the signature")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(f"the host {parts.hostname[:80]} is not known") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses or not all(_may_be_called(address, variable) for address in addresses):
        raise Forbidden(f"the host {parts.hostname[:80]} is not public, and not in {variable}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, addresses[0])


def post(
    target: Target, body: bytes, headers: Mapping[str, str], time_limit_seconds: float = TIME_LIMIT_SECONDS
) -> int:
    """Send it and return the status; redirects are not followed. Raises OSError and http.client.HTTPException."""
    connection = _Pinned(target)
    try:
        connection.connect()
        # A receiver that answers one octet at a time would keep us for ever: each of them comes in time.
        ending = threading.Timer(time_limit_seconds, _cut, [connection.sock])
        ending.daemon = True
        ending.start()
    except BaseException:
        connection.close()
        raise
    try:
        connection.request("POST", target.path, body, dict(headers))
        return connection.getresponse().status
    finally:
        ending.cancel()
        connection.close()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name means by now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIME_LIMIT_SECONDS)
        self._target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), TIME_LIMIT_SECONDS)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)


def _may_be_called(written: str, variable: str) -> bool:
    address = ipaddress.ip_address(written)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo or address in _NAT64):
        return False  # an IPv4 address in disguise
    allowed = os.environ.get(variable, _LOOPBACK if settings.DEMO else "")
    if any(address in ipaddress.ip_network(one.strip(), strict=False) for one in allowed.split(",") if one.strip()):
        return True
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False  # what Python calls global is more than what is routed: ::127.0.0.1, fec0::1, 64:ff9b:1::1
    return address.is_global and not address.is_multicast
