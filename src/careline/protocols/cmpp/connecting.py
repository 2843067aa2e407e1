"""How a service provider and a gateway prove to each other that they know the shared secret (CMPP, 7.4.1)."""

import hashlib
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

_CONNECT: Final = Struct(">6s16sBI")
SOURCE_OCTETS: Final = 6


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """Who wants to be connected; timestamp is MMDDHHMMSS read as a number, so its leading zeros are gone."""

    source: str
    authenticator: bytes = field(repr=False)
    version: int
    timestamp: int
    sequence: int = 0

    def body(self) -> bytes:
        """The body of the CONNECT."""
        source = self.source.encode("ascii", "replace")[:SOURCE_OCTETS]
        return _CONNECT.pack(source, self.authenticator, self.version, self.timestamp)

    def knows(self, secret: str) -> bool:
        """Whether whoever sent this knows the secret."""
        return self.authenticator == source_authenticator(self.source, secret, self.timestamp)


def connect_request(source: str, secret: str, version: int, timestamp: int) -> ConnectRequest:
    """The request of a service provider; timestamp is MMDDHHMMSS read as a number."""
    return ConnectRequest(source, source_authenticator(source, secret, timestamp), version, timestamp)


def parse_connect(body: bytes, sequence: int) -> ConnectRequest:
    """The request in a CONNECT's body; ValueError when it is not 27 octets."""
    if len(body) != _CONNECT.size:
        raise ValueError(f"a CONNECT of {len(body)} octets")
    source, authenticator, version, timestamp = _CONNECT.unpack(body)
    name = source.partition(b"\0")[0].decode("ascii", "replace")
    return ConnectRequest(name, authenticator, version, timestamp, sequence)


def source_authenticator(source: str, secret: str, timestamp: int) -> bytes:
    """MD5 of source, nine zeros, secret and the ten digits of the timestamp."""
    text = source.encode("ascii", "replace") + bytes(9) + secret.encode() + b"%010d" % timestamp
    return hashlib.md5(text, usedforsecurity=False).digest()


def gateway_authenticators(status: int, source_authenticator: bytes, secret: str) -> tuple[bytes, bytes]:
    """The gateway's proof, over a status of one octet (2.0 as written) and of four (3.0 as written).

    Gateways mix them up whatever their version: take either.
    """
    tail = source_authenticator + secret.encode()
    return (
        hashlib.md5((status & 0xFF).to_bytes(1) + tail, usedforsecurity=False).digest(),
        hashlib.md5(status.to_bytes(4) + tail, usedforsecurity=False).digest(),
    )
