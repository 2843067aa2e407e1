"""Requests and responses: bytes to values and back (RFC 3261 §7, §25).

Strict where a message decides what happens next (start line, Via, From, To, Call-ID, CSeq, lengths), liberal elsewhere:
folding, compact forms, lists in one line, odd white space and unknown headers are taken as they come.
"""

import re
from collections.abc import Iterable
from typing import Final

from careline.protocols.sip.headers import SINGLE, TOKEN, NameAddr, Via, name_of, parse_cseq, split_list
from careline.protocols.sip.malformed import Malformed

MESSAGE_OCTETS_MAX: Final = 65_536
HEADERS_MAX: Final = 128
HEADER_OCTETS_MAX: Final = 8_192
VIAS_MAX: Final = 70  # Max-Forwards begins at 70: more hops than that are a loop

_FOLD: Final = re.compile(r"[ \t]*\r\n[ \t]+")
_REQUEST_LINE: Final = re.compile(r"([A-Za-z0-9\-.!%*_+`'~]+) ([^ \t\r\n<>]+) (SIP/[0-9]+\.[0-9]+)", re.IGNORECASE)
_STATUS_LINE: Final = re.compile(r"(SIP/[0-9]+\.[0-9]+) ([0-9]{3})(?: (.*))?", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[0-9]{1,10}")
# `…ape` keeps bytes that are no UTF-8 as they are, in and out.
_CODEC_ERRORS: Final = "surrogateescape"

REASONS: Final = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress", 200: "OK",
    202: "Accepted", 300: "Multiple Choices", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone", 413: "Request Entity Too Large",
    415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension", 421: "Extension Required",
    422: "Session Interval Too Small", 423: "Interval Too Brief", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete",
    486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending",
    500: "Server Internal Error", 501: "Not Implemented", 503: "Service Unavailable", 504: "Server Time-out",
    505: "Version Not Supported", 513: "Message Too Large", 600: "Busy Everywhere", 603: "Decline",
    604: "Does Not Exist Anywhere", 606: "Not Acceptable",
}  # fmt: skip

HeaderList = list[tuple[str, str]]


class Message:
    """What requests and responses have alike. `headers` keeps the order; names are canonical, values unfolded."""

    __slots__ = ("body", "call_id", "cseq", "cseq_method", "fields", "from_", "headers", "to", "via", "vias")

    via: Via
    from_: NameAddr
    to: NameAddr

    def __init__(self, headers: HeaderList, body: bytes) -> None:
        self.headers = headers
        self.body = body
        fields: dict[str, list[str]] = {}
        for name, value in headers:
            if name in fields:
                fields[name].append(value)
            else:
                fields[name] = [value]
        self.fields = fields
        self.vias: list[str] = []
        self.call_id = ""
        self.cseq = 0
        self.cseq_method = ""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a header by its canonical name."""
        values = self.fields.get(name)
        return values[0] if values else default

    def all(self, name: str) -> list[str]:
        """All elements of a header, of all its lines; raises Malformed(400)."""
        values = self.fields.get(name)
        if not values:
            return []
        if len(values) == 1 and "," not in values[0]:
            return values
        return [element for value in values for element in split_list(value)]

    def tokens(self, name: str) -> frozenset[str]:
        """The elements of Supported, Require, Allow … in lower case; they are tokens, so nothing in them is quoted."""
        return frozenset(
            token
            for value in self.fields.get(name, ())
            for element in value.split(",")
            if (token := element.strip().lower())
        )

    def content_type(self) -> str:
        """Type and subtype in lower case, without parameters."""
        return self.get("Content-Type").partition(";")[0].strip().lower()

    def read(self) -> None:
        """Check and take apart what every message must have (RFC 3261 §8.1.1); raises Malformed(400)."""
        fields = self.fields
        if "Via" not in fields:
            raise Malformed(400, "Missing Via")
        self.vias = self.all("Via")
        if not self.vias or len(self.vias) > VIAS_MAX:
            raise Malformed(400, "Bad Via")
        self.via = Via.parse(self.vias[0])
        for name in fields:
            if name in SINGLE and len(fields[name]) > 1:
                raise Malformed(400, f"More Than One {name}")
        try:
            self.call_id = fields["Call-ID"][0]
            self.from_ = NameAddr.parse(fields["From"][0])
            self.to = NameAddr.parse(fields["To"][0])
            self.cseq, self.cseq_method = parse_cseq(fields["CSeq"][0])
        except KeyError as missing:
            raise Malformed(400, f"Missing {missing.args[0]}") from None
        if not self.call_id or " " in self.call_id:
            raise Malformed(400, "Bad Call-ID")
        for which in (self.from_, self.to):
            address = which.address
            if not address.isprintable() or " " in address or not address.partition(":")[0].isalnum():
                raise Malformed(400, "Bad Address in From or To")


class Request(Message):
    """A request; `uri` is the Request-URI as it was written."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: HeaderList, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.method = method
        self.uri = uri

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.call_id}>"  # addresses hold numbers: not for logs

    def encode(self) -> bytes:
        """The bytes for the wire."""
        return encode(f"{self.method} {self.uri} SIP/2.0", self.headers, self.body)


class Response(Message):
    """A response."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str, headers: HeaderList, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.status = status
        self.reason = reason

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.cseq_method} {self.call_id}>"

    def encode(self) -> bytes:
        """The bytes for the wire."""
        return encode(f"SIP/2.0 {self.status} {self.reason}", self.headers, self.body)


def encode(start: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """A message; Content-Length is added, and must not be among the headers."""
    lines = [f"{name}: {value}\r\n" for name, value in headers if name != "Content-Length"]
    text = f"{start}\r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    return text.encode("utf-8", _CODEC_ERRORS) + body


def parse(data: bytes) -> Request | Response:
    """One whole message, such as a datagram brings; raises Malformed.

    Octets behind Content-Length are dropped, a body that is shorter is a 400 (RFC 3261 §18.3).
    """
    if len(data) > MESSAGE_OCTETS_MAX:
        raise Malformed(513, "Message Too Large")
    if data[:2] == b"\r\n":
        data = data.lstrip(b"\r\n")  # RFC 3261 §7.5: empty lines before the start line are ignored
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        raise Malformed(400, "No End of Headers")
    message = parse_head(head)
    length = body_length(message)
    if length is not None:
        if length > len(body):
            raise _broken(message, 400, "Body Shorter Than Content-Length")
        body = body[:length]
    message.body = body
    return message


def parse_head(head: bytes) -> Request | Response:
    """Start line and headers, without the empty line behind them; raises Malformed."""
    text = head.decode("utf-8", _CODEC_ERRORS)
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n")
    if len(lines) > HEADERS_MAX + 1:
        raise Malformed(400, "Too Many Headers")
    # A bare CR, LF or NUL would let a value grow a second line on its way out.
    if "\0" in text or text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise Malformed(400, "Control Characters")  # not answered: an answer would repeat them
    start = lines[0]
    headers: HeaderList = []
    bad_header = ""
    for line in lines[1:]:
        written, colon, value = line.partition(":")
        name = name_of(written)
        if name is None or not colon or len(value) > HEADER_OCTETS_MAX:
            bad_header = "Bad Header"
            continue
        headers.append((name, value.strip(" \t")))
    message = _started(start, headers)
    try:
        message.read()
    except Malformed as trouble:
        raise _broken(message, trouble.status, trouble.reason) from None
    if isinstance(message, Request):
        if bad_header:
            raise _broken(message, 400, bad_header)
        if not start.endswith("SIP/2.0") and start[-7:].upper() != "SIP/2.0":
            raise _broken(message, 505, REASONS[505])
        if message.cseq_method != message.method:
            raise _broken(message, 400, "Method Differs From CSeq")
        _check_numbers(message)
    elif bad_header:
        raise Malformed(400, bad_header)
    return message


def _started(start: str, headers: HeaderList) -> Request | Response:
    match = _REQUEST_LINE.fullmatch(start)
    if match:
        return Request(match.group(1), match.group(2), headers)
    match = _STATUS_LINE.fullmatch(start)
    if match:
        if match.group(1).upper() != "SIP/2.0" or not 100 <= int(match.group(2)) <= 699:
            raise Malformed(400, "Bad Status Line")
        return Response(int(match.group(2)), match.group(3) or "", headers)
    method = start.partition(" ")[0]
    if TOKEN.fullmatch(method) and start.rstrip().upper().endswith("SIP/2.0"):
        raise _broken(Request(method, "", headers), 400, "Bad Request Line")
    raise Malformed(400, "Bad Start Line")


def _check_numbers(request: Request) -> None:
    for name, most in (("Max-Forwards", 255), ("Expires", 2**32 - 1)):
        value = request.get(name)
        if value and not (_DIGITS.fullmatch(value) and int(value) <= most):
            raise _broken(request, 400, f"Bad {name}")


def _broken(message: Request | Response, status: int, reason: str) -> Malformed:
    """The Malformed of a message; a request goes along when it has what an answer must repeat."""
    if not isinstance(message, Request) or message.method == "ACK":
        return Malformed(status, reason)
    present = all(len(message.fields.get(name, ())) == 1 for name in ("From", "To", "Call-ID", "CSeq"))
    if not present or "Via" not in message.fields:
        return Malformed(status, reason)
    try:
        message.vias = message.all("Via")
        message.via = Via.parse(message.vias[0])
        message.call_id = message.get("Call-ID")
        message.cseq_method = message.method
    except (Malformed, IndexError):
        return Malformed(status, reason)
    return Malformed(status, reason, message)


def body_length(message: Request | Response) -> int | None:
    """What Content-Length says; None: it says nothing. Raises Malformed(400)."""
    value = message.get("Content-Length", "absent")
    if value == "absent":
        return None
    if not _DIGITS.fullmatch(value):
        raise _broken(message, 400, "Bad Content-Length")
    return int(value)
