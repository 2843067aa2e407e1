"""Messages out of a TCP stream: framed by Content-Length, with keep-alives (RFC 3261 §18.3, RFC 5626 §4.4.1)."""

from typing import Final

from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import MESSAGE_OCTETS_MAX, Request, Response, body_length, parse_head

HEAD_OCTETS_MAX: Final = 32_768


class StreamParser:
    """Bytes of one connection in, cut anywhere; whole messages out.

    Where one message is broken the beginning of the next is unknown: Malformed is raised (with the request, when it
    can be answered), and the connection must be closed after that answer.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head: Request | Response | None = None
        self._length = 0
        self._searched = 0
        self._pongs = 0

    def receive(self, data: bytes) -> list[Request | Response]:
        """Take what the socket brought; raises Malformed."""
        self._buffer += data
        messages: list[Request | Response] = []
        while True:
            if self._head is None and not self._read_head():
                break
            if self._head is None or len(self._buffer) < self._length:
                break
            self._head.body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            messages.append(self._head)
            self._head = None
        return messages

    def take(self) -> bytes:
        """What must be written: one CRLF for each double CRLF that came between messages."""
        pongs, self._pongs = self._pongs, 0
        return b"\r\n" * pongs

    @property
    def waiting_octets(self) -> int:
        """How much of an unfinished message lies here."""
        return len(self._buffer)

    def _read_head(self) -> bool:
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):
            if buffer.startswith(b"\r\n\r\n"):
                self._pongs = min(self._pongs + 1, 16)
                del buffer[:4]
            elif len(buffer) == 2 or (len(buffer) == 3 and buffer[2:3] == b"\r"):
                return False  # the second half of a ping may follow
            else:
                del buffer[:2]
        end = buffer.find(b"\r\n\r\n", max(0, self._searched - 3))
        if end < 0:
            self._searched = len(buffer)
            if len(buffer) > HEAD_OCTETS_MAX:
                raise Malformed(513, "Message Too Large")
            return False
        if end > HEAD_OCTETS_MAX:
            raise Malformed(513, "Message Too Large")
        self._searched = 0
        head = parse_head(bytes(buffer[:end]))
        length = body_length(head)
        # RFC 3261 §20.14: over a stream the length must be told.
        if length is None:
            raise Malformed(400, "Missing Content-Length", head if isinstance(head, Request) else None)
        if length > MESSAGE_OCTETS_MAX:
            raise Malformed(513, "Message Too Large", head if isinstance(head, Request) else None)
        del buffer[: end + 4]
        self._head, self._length = head, length
        return True
