"""What passes between the dispatcher and its workers: a SIP message with where it came from or goes to."""

import re
import struct
import zlib
from typing import Final, NamedTuple

UDP: Final = 0
TCP: Final = 1
LOST: Final = 2  # a TCP connection ended, or could not be made
_HEAD = struct.Struct("!BBHIB")  # kind, socket, port, connection, length of the host's name
_CALL_ID = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]*)", re.IGNORECASE)  # RFC 3261 §7.3.3


class Frame(NamedTuple):
    """One message on its way; `connection` names a TCP connection of the dispatcher, 0 for none in particular."""

    kind: int
    socket: int  # which of the dispatcher's UDP sockets
    host: str
    port: int
    connection: int
    data: bytes


def packed(frame: Frame) -> bytes:
    host = frame.host.encode()
    return _HEAD.pack(frame.kind, frame.socket, frame.port, frame.connection, len(host)) + host + frame.data


def unpacked(data: bytes) -> Frame:
    kind, socket, port, connection, length = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    return Frame(kind, socket, data[_HEAD.size : start].decode(), port, connection, data[start:])


def call_id(message: bytes) -> bytes | None:
    """The Call-ID of a SIP message, found without reading the rest; None where it has none."""
    end = message.find(b"\r\n\r\n")
    found = _CALL_ID.search(message, 0, end if end >= 0 else len(message))
    return found[1].rstrip() if found else None


def worker_of(identity: bytes, workers: int) -> int:
    """Which worker a call belongs to: the same for all its messages, whoever sends them."""
    return zlib.crc32(identity) % workers
