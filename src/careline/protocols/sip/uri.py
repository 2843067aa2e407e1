"""Addresses: sip:, sips: and tel: in parts, everything else kept as it is written (RFC 3261 §19, RFC 3966)."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from careline.protocols.sip.malformed import Malformed

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")
_HOST_PORT: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(?::([0-9]{1,5}))?")
_USER: Final = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/:#]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*")
_NUMBER: Final = re.compile(r"\+?[0-9A-Da-d*#.()\-]+")
_DEAD: Final = re.compile(r"[\x00-\x20\x7f<>\"]")
_SAFE: Final = "-_.!~*'()&=+$,;?/"  # what a user part may hold unescaped


@dataclass(frozen=True, slots=True)
class Uri:
    """One address. `user` is unescaped; `host` is lower-case, IPv6 keeps its brackets; `port` 0: none was written.

    For tel: the number is the `user` and the `host` is empty. Of an unknown scheme only `text` is known.
    """

    text: str
    scheme: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int = 0
    parameters: tuple[tuple[str, str], ...] = ()
    headers: str = ""

    @classmethod
    def parse(cls, text: str) -> "Uri":
        """The parts of an address; raises Malformed(400)."""
        scheme, colon, rest = text.partition(":")
        lowered = scheme.lower()
        if not colon or not rest or _DEAD.search(text) or not _SCHEME.fullmatch(scheme):
            raise Malformed(400, "Bad URI")
        if lowered in ("sip", "sips"):
            return _sip(text, lowered, rest)
        if lowered == "tel":
            number, _, tail = rest.partition(";")
            if not _NUMBER.fullmatch(number):
                raise Malformed(400, "Bad Number")
            return cls(text, lowered, user=number, parameters=_parameters(tail))
        return cls(text, lowered)

    def parameter(self, name: str) -> str | None:
        """The value of a parameter, "" when it has none, None when it is not there."""
        for key, value in self.parameters:
            if key == name:
                return value
        return None

    @property
    def bare_host(self) -> str:
        """The host without the brackets of IPv6."""
        return self.host[1:-1] if self.host.startswith("[") else self.host

    @property
    def transport(self) -> str:
        """udp, tcp or tls, as RFC 3263 derives it from scheme and parameter alone."""
        named = (self.parameter("transport") or "").lower()
        if self.scheme == "sips" or named == "tls":
            return "tls"
        return named or "udp"

    @property
    def loose(self) -> bool:
        """Whether the proxy of this address routes loosely (RFC 3261 §16)."""
        return self.parameter("lr") is not None

    def same(self, other: "Uri") -> bool:
        """Whether both name one resource, as far as RFC 3261 §19.1.4 matters to us: scheme, user, host and port."""
        if self.scheme not in ("sip", "sips"):
            return self.text == other.text
        mine, theirs = (self.scheme, self.user, self.host), (other.scheme, other.user, other.host)
        return mine == theirs and (self.port or 0) == (other.port or 0)


def _sip(text: str, scheme: str, rest: str) -> Uri:
    user_info, at, place = rest.rpartition("@")
    if not at:
        place = rest
    elif not user_info or "@" in user_info:
        raise Malformed(400, "Bad User in URI")
    place, _, headers = place.partition("?")
    host_port, _, tail = place.partition(";")
    match = _HOST_PORT.fullmatch(host_port)
    if not match:
        raise Malformed(400, "Bad Host in URI")
    host, port_text = match.groups()
    port = int(port_text) if port_text else 0
    if port > 65_535:
        raise Malformed(400, "Bad Port in URI")
    user, _, password = user_info.partition(":")
    if user_info and not _USER.fullmatch(user_info):
        raise Malformed(400, "Bad User in URI")
    if "%" in user:
        user = unquote(user, errors="surrogateescape")
    return Uri(text, scheme, user, password, host.lower(), port, _parameters(tail) if tail else (), headers)


def _parameters(tail: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for piece in tail.split(";"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unquote(name).lower(), unquote(value) if "%" in value else value))
    return tuple(pairs)


def escaped(user: str) -> str:
    """A user part as it may be written before the @."""
    return quote(user, safe=_SAFE)


def bracketed(host: str) -> str:
    """A host as it is written in URIs, Via and SDP-less places: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
