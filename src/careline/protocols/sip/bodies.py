"""The bodies that we understand: a session description, alone or in a multipart; digits; fragments of messages."""

import re
from typing import Final

from careline.protocols.sip.headers import parameters
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Message, Request
from careline.protocols.sip.steps import InfoDigit

PARTS_MAX: Final = 16
_SIGNAL: Final = re.compile(r"^\s*signal\s*=\s*([0-9*#a-d]|1[0-6])\s*$", re.IGNORECASE | re.MULTILINE)
_DURATION: Final = re.compile(r"^\s*duration\s*=\s*([0-9]{1,6})\s*$", re.IGNORECASE | re.MULTILINE)
_STATUS: Final = re.compile(rb"\s*SIP/2\.0 ([1-6][0-9][0-9])(?: |\r|\n|$)", re.IGNORECASE)
# Some gateways write the event numbers of RFC 4733 instead of the keys.
_NUMBERED: Final = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}


def description(message: Message) -> bytes:
    """The session description of a message, b"" when it has none; raises Malformed(415)."""
    if not message.body:
        return b""
    kind = message.content_type()
    encoding = message.get("Content-Encoding").strip().lower()
    if kind == "application/sdp" and encoding in ("", "identity"):
        return message.body
    if kind.startswith("multipart/") and encoding in ("", "identity"):
        found = _part(message)
        if found:
            return found
    if "handling=optional" in message.get("Content-Disposition").replace(" ", "").lower():
        return b""
    raise Malformed(415, "Unsupported Media Type")


def _part(message: Message) -> bytes:
    boundary = parameters(message.get("Content-Type").partition(";")[2]).get("boundary", "")
    if not boundary:
        return b""
    marker = b"--" + boundary.encode("utf-8", "surrogateescape")
    for part in message.body.split(marker, PARTS_MAX)[1:]:
        head, _, body = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() in (b"content-type", b"c"):
                kind = value.partition(b";")[0].strip().lower()
                if kind == b"application/sdp":
                    return body.removesuffix(b"\r\n")
    return b""


def acceptable(request: Request) -> bool:
    """Whether the sender takes a session description in the answer (Accept)."""
    if "Accept" not in request.fields:
        return True
    kinds = {one.partition(";")[0].strip().lower() for one in request.all("Accept")}
    return bool(kinds & {"application/sdp", "application/*", "*/*"})


def digit(request: Request) -> InfoDigit | None:
    """The key of an INFO; None: it holds none. Raises Malformed(415) for what is something else."""
    kind = request.content_type()
    text = request.body.decode("utf-8", "replace")
    if kind == "application/dtmf-relay":
        signal, duration = _SIGNAL.search(text), _DURATION.search(text)
        if not signal:
            return None
        return _digit(signal.group(1), int(duration.group(1)) if duration else 0)
    if kind == "application/dtmf":
        return _digit(text.strip(), 0)
    if request.body:
        raise Malformed(415, "Unsupported Media Type")
    return None


def _digit(written: str, milliseconds: int) -> InfoDigit | None:
    key = _NUMBERED.get(written, written.upper())
    return InfoDigit(key, milliseconds) if len(key) == 1 and key in "0123456789*#ABCD" else None


def fragment_status(body: bytes) -> int:
    """The status of a message/sipfrag, 0 when it tells none."""
    match = _STATUS.match(body)
    return int(match.group(1)) if match else 0
