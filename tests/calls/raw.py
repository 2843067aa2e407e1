"""A hand on the wire: messages as text, for what no decent telephone would send."""

import asyncio
import contextlib
import itertools
import re
import socket
from types import TracebackType
from typing import Self

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 39998 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)
_numbers = itertools.count(1)


class Raw:
    """A UDP socket that writes and reads SIP as text. `with Raw(port, host) as raw`."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind((host, 0))
        self.sock.setblocking(False)
        self.host, self.own_port = self.sock.getsockname()
        self.to = ("127.0.0.1", port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sock.close()

    def request(
        self,
        method: str,
        number: str,
        *,
        call_id: str = "",
        cseq: int = 1,
        to_tag: str = "",
        branch: str = "",
        headers: str = "",
        body: str = "",
        from_: str = "<sip:13900000001@127.0.0.1>",
    ) -> str:
        """A well-made request."""
        one = next(_numbers)
        me = f"{self.host}:{self.own_port}"
        return (
            f"{method} sip:{number}@127.0.0.1:{self.to[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {me};branch={branch or f'z9hG4bKraw{self.own_port}{one}'};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {from_};tag=raw\r\nTo: <sip:{number}@127.0.0.1>"
            f"{f';tag={to_tag}' if to_tag else ''}\r\nCall-ID: {call_id or f'raw{self.own_port}-{one}'}\r\n"
            f"CSeq: {cseq} {method}\r\nContact: <sip:raw@{me}>\r\n{headers}"
            f"{f'Content-Type: application/sdp{chr(13)}{chr(10)}' if body else ''}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def send(self, message: str | bytes) -> None:
        self.sock.sendto(message if isinstance(message, bytes) else message.encode(), self.to)

    async def read(self, timeout_seconds: float = 20.0) -> str:
        """The next message. Raises TimeoutError."""
        async with asyncio.timeout(timeout_seconds):
            return (await asyncio.get_running_loop().sock_recv(self.sock, 65535)).decode()

    async def answer(self, *, final: bool = True, timeout_seconds: float = 20.0) -> str:
        """The next response; `final`: that is no 1xx."""
        while True:
            message = await self.read(timeout_seconds)
            if message.startswith("SIP/2.0") and not (final and message.startswith("SIP/2.0 1")):
                return message

    async def asks(self, message: str, timeout_seconds: float = 20.0) -> str:
        """Send, and give the final response to it: what was refused before may be told again. Raises TimeoutError."""
        self.send(message)
        asked = header(message, "Call-ID"), header(message, "CSeq")
        while True:
            answer = await self.answer(timeout_seconds=timeout_seconds)
            if (header(answer, "Call-ID"), header(answer, "CSeq")) == asked:
                return answer

    async def asked(self) -> str:
        """The next request that comes; responses that are told again are passed over. Raises TimeoutError."""
        while True:
            message = await self.read()
            if not message.startswith("SIP/2.0"):
                return message

    def silent(self) -> bool:
        """Whether nothing waits to be read."""
        with contextlib.suppress(BlockingIOError):
            self.sock.recv(65535)
            return False
        return True


def header(message: str, name: str) -> str:
    """The first value of a header."""
    found = re.search(rf"^{re.escape(name)}:\s*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def tag(message: str) -> str:
    """The tag of To."""
    return header(message, "To").partition("tag=")[2].partition(";")[0]
