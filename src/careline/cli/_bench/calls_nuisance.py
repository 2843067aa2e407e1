"""What a telephone port meets besides calls: garbled and endless messages, floods, half-open calls, strangers' sound.

Everything goes to this machine, at rates with names, and ends with the block that began it.
"""

import asyncio
import contextlib
import itertools
import os
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Final, Self

# A second, each from sockets of its own.
GARBAGE: Final = 200.0
GARBLED: Final = 200.0
STRANGERS: Final = 500.0
HALF_OPEN: Final = 10.0
SOUND: Final = 500.0
DRIBBLES: Final = 40  # TCP connections that write a byte now and then
DRIBBLE_SECONDS: Final = 0.25

_numbers = itertools.count(1)
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
)
_METHODS = (
    "INVITE",
    "OPTIONS",
    "BYE",
    "CANCEL",
    "ACK",
    "REGISTER",
    "REFER",
    "INFO",
    "PRACK",
    "UPDATE",
    "NOTIFY",
    "XYZZY",
)


def message(method: str, to: tuple[str, int], me: tuple[str, int], *, body: str = "") -> str:
    """A well-made request."""
    number = next(_numbers)
    return (
        f"{method} sip:10086@{to[0]}:{to[1]} SIP/2.0\r\nVia: SIP/2.0/UDP {me[0]}:{me[1]};branch=z9hG4bKn{me[1]}x{number}\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:13900{number % 1000000:06}@{me[0]}>;tag=n{number}\r\nTo: <sip:10086@{to[0]}>\r\n"
        f"Call-ID: n{number}-{me[1]}@{me[0]}\r\nCSeq: 1 {method}\r\nContact: <sip:n@{me[0]}:{me[1]}>\r\n"
        + ("Content-Type: application/sdp\r\n" if body else "")
        + f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


# Ways to spoil a message, after the kinds of RFC 4475 section 3.1.2 and those that parsers of others fell for.
_SPOILS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("CSeq: 1", "CSeq: 36893488147419103232"),
    lambda text: text.replace("Content-Length: ", "Content-Length: -"),
    lambda text: text.replace("Content-Length: ", "Content-Length: 9999"),
    lambda text: text.replace("Max-Forwards: 70", "Max-Forwards: 300"),
    lambda text: text.replace("SIP/2.0\r\n", "SIP/7.0\r\n", 1),
    lambda text: text.replace("sip:10086", "<sip:10086>", 1),
    lambda text: text.replace("To: <", 'To: "unterminated <'),
    lambda text: text.replace("From: <sip:", "From: <http:"),
    lambda text: text.replace(";branch=", ";;,;,,;branch="),
    lambda text: text.replace("Call-ID: ", "Call-ID: \x00\x01\x7f"),
    lambda text: text.replace("\r\nTo:", "\r\n \r\n\t folded\r\nTo:"),
    lambda text: text.replace("Contact:", "Contact: *, <sip:a@b>\r\nContact:"),
    lambda text: text.replace("Max-Forwards", "X" * 60_000 + ": y\r\nMax-Forwards"),
    lambda text: text.replace("Max-Forwards", "X: y\r\n" * 500 + "Max-Forwards"),
    lambda text: text.replace("Via: ", "Via: SIP/2.0/UDP [::1]:70000;branch=\r\nVia: ") * 2,
    lambda text: text.replace("127.0.0.1", "%00%ff.example.invalid"),
    lambda text: text.replace("m=audio", "m=video 0 RTP/AVP 96\r\nm=audio -"),
    lambda text: text.replace("RTP/AVP 8 101", "RTP/SAVP " + "9 " * 300),
    lambda text: text[: random.randrange(len(text))],
    lambda text: text.replace("\r\n", "\n"),
)


def garble(text: str) -> bytes:
    """The message spoiled in one way, or with some octets changed."""
    if random.random() < 0.6:
        return random.choice(_SPOILS)(text).encode("utf-8", "replace")[:65_000]
    data = bytearray(text.encode())
    for _ in range(random.randrange(1, 12)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


class Nuisance:
    """All of it at once, in a thread, while the block runs. `sent` counts what went out."""

    def __init__(self, target: str, sound_ports: range) -> None:
        host, _, port = target.rpartition(":")
        self.sent: Counter[str] = Counter()
        self._to = (host, int(port))
        self._sound_ports = sound_ports
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), name="nuisance")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    async def _all(self) -> None:
        deeds: list[Coroutine[Any, Any, None]] = [
            self._often("garbage", GARBAGE, "127.0.0.1", lambda _: os.urandom(random.randrange(1, 1400))),
            self._often("garbled", GARBLED, "127.0.0.1", self._garbled),
            self._often("half_open", HALF_OPEN, "127.0.0.1", self._half_open),
            self._sound(),
            *(
                self._often("strangers", STRANGERS / 8, f"127.0.0.{last}", self._half_open)
                for last in range(2, 10)
            ),
            *(self._dribble(number) for number in range(DRIBBLES)),
        ]  # fmt: skip
        await asyncio.gather(*deeds)

    def _garbled(self, me: tuple[str, int]) -> bytes:
        return garble(message(random.choice(_METHODS), self._to, me, body=_SDP.format(port=9)))

    def _half_open(self, me: tuple[str, int]) -> bytes:
        return message("INVITE", self._to, me, body=_SDP.format(port=9)).encode()

    async def _often(self, name: str, rate: float, host: str, make: Callable[[tuple[str, int]], bytes]) -> None:
        """Send what is made, and never read what comes back: nobody acknowledges anything."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((host, 0))
            sock.setblocking(False)
            while not self._over.is_set():
                with contextlib.suppress(OSError):
                    sock.sendto(make(sock.getsockname()), self._to)
                    self.sent[name] += 1
                await asyncio.sleep(1 / rate)

    async def _sound(self) -> None:
        """RTP that nobody asked for, to the ports where calls are."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.77", 0))
            sock.setblocking(False)
            while not self._over.is_set():
                head = b"\x80\x08" if random.random() < 0.5 else b"\x80\xe5"  # sound; a key
                port = random.choice(self._sound_ports) + random.randrange(2)
                with contextlib.suppress(OSError):
                    sock.sendto(head + os.urandom(10) + os.urandom(160), (self._to[0], port))
                    self.sent["sound"] += 1
                await asyncio.sleep(1 / SOUND)

    async def _dribble(self, number: int) -> None:
        """A TCP connection that writes a message octet by octet, or nothing; then it goes away in the middle."""
        while not self._over.is_set():
            try:
                _, writer = await asyncio.open_connection(*self._to)
            except OSError:
                await asyncio.sleep(1)
                continue
            self.sent["connections"] += 1
            text = message(random.choice(_METHODS), self._to, ("127.0.0.1", 9), body=_SDP.format(port=9)).encode()
            with contextlib.suppress(OSError):
                for octet in text[: random.randrange(10, 120)] if number % 4 else b"":
                    writer.write(bytes((octet,)))
                    await writer.drain()
                    self.sent["dribbled"] += 1
                    await asyncio.sleep(DRIBBLE_SECONDS)
                    if self._over.is_set():
                        break
            if number % 4 == 0:
                await asyncio.sleep(5)
            writer.close()
