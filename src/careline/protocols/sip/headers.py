"""Header fields: their names and compact forms, lists in one line, parameters, Via, name-addr and CSeq."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.uri import Uri

COMPACT: Final = {
    "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition", "e": "Content-Encoding",
    "f": "From", "i": "Call-ID", "j": "Reject-Contact", "k": "Supported", "l": "Content-Length", "m": "Contact",
    "o": "Event", "r": "Refer-To", "s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via", "x": "Session-Expires",
}  # fmt: skip
_KNOWN: Final = (
    "Accept", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Authorization", "CSeq", "Call-Info",
    "Contact", "Content-Disposition", "Content-Language", "Date", "Diversion", "Expires", "History-Info", "Max-Forwards",
    "MIME-Version", "Min-Expires", "Min-SE", "Organization", "P-Access-Network-Info", "P-Asserted-Identity",
    "P-Called-Party-ID", "P-Charging-Vector", "P-Preferred-Identity", "Path", "Priority", "Privacy",
    "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require", "RAck", "RSeq", "Reason", "Record-Route",
    "Remote-Party-ID", "Replaces", "Reply-To", "Require", "Retry-After", "Route", "Server", "Session-ID",
    "Subscription-State", "Timestamp", "Unsupported", "User-Agent", "User-to-User", "WWW-Authenticate", "Warning",
)  # fmt: skip
CANONICAL: Final[dict[str, str]] = {name.lower(): name for name in (*_KNOWN, *COMPACT.values())} | COMPACT
# Most peers write the canonical or the lower-case form: one look-up then.
NAMES: Final[dict[str, str]] = CANONICAL | {name: name for name in CANONICAL.values()}

# At most one of these, and without a list inside (RFC 3261 §7.3.1, table 2).
SINGLE: Final = frozenset(
    ("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type", "Expires", "Date", "MIME-Version",
     "Min-SE", "Session-Expires", "RSeq", "RAck", "Refer-To", "Referred-By", "Event")
)  # fmt: skip

TOKEN: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_VIA: Final = re.compile(
    r"SIP\s*/\s*(2\.0)\s*/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(?:\s*:\s*([0-9]{1,5}))?"
    r"\s*(;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_CSEQ: Final = re.compile(r"([0-9]{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)")
_DISPLAY: Final = re.compile(r"(?:[A-Za-z0-9\-.!%*_+`'~ \t]|[^\x00-\x7f])*")
CSEQ_MAX: Final = 2**31 - 1  # RFC 3261 §8.1.1.5


def name_of(written: str) -> str | None:
    """The canonical name of a header as somebody wrote it; None when it cannot be one."""
    known = NAMES.get(written)
    if known is None:
        stripped = written.rstrip(" \t")
        known = CANONICAL.get(stripped.lower())
        if known is None:
            return stripped if TOKEN.fullmatch(stripped) else None
    return known


def split_list(value: str) -> list[str]:
    """The elements of a header that holds several, separated by commas outside of quotes and angle brackets."""
    if "," not in value:
        return [value]
    if '"' not in value and "<" not in value:
        return [element for piece in value.split(",") if (element := piece.strip())]
    return list(_split(value))


def _split(value: str) -> Iterator[str]:
    start = position = 0
    angle = False
    while position < len(value):
        character = value[position]
        if character == '"' and not angle:
            match = _QUOTED.match(value, position)
            if not match:
                raise Malformed(400, "Quote Without End")
            position = match.end()
            continue
        if character == "<":
            angle = True
        elif character == ">":
            angle = False
        elif character == "," and not angle:
            if element := value[start:position].strip():
                yield element
            start = position + 1
        position += 1
    if element := value[start:].strip():
        yield element


def parameters(text: str) -> dict[str, str]:
    """`;name=value;name="quoted; text";flag` as a dictionary, names in lower case; raises Malformed(400)."""
    found: dict[str, str] = {}
    if '"' not in text:
        for piece in text.split(";"):
            name, _, value = piece.partition("=")
            if name := name.strip():
                found.setdefault(name.lower(), value.strip())
        return found
    position = 0
    while position < len(text):
        end = position
        while end < len(text) and text[end] not in ';"':
            end += 1
        piece = text[position:end]
        name, _, value = piece.partition("=")
        value = value.strip()
        if end < len(text) and text[end] == '"':
            match = _QUOTED.match(text, end)
            if not match or value:
                raise Malformed(400, "Bad Quotes in Parameters")
            value, end = unquoted(match.group(0)), match.end()
            while end < len(text) and text[end] != ";":
                if not text[end].isspace():
                    raise Malformed(400, "Bad Quotes in Parameters")
                end += 1
        if name := name.strip():
            found.setdefault(name.lower(), value)
        position = end + 1
    return found


def unquoted(text: str) -> str:
    """A quoted string without its quotes and escapes."""
    inner = text[1:-1]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if "\\" in inner else inner


def quoted(text: str) -> str:
    """A text as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Via:
    """One hop that a request took; `port` 0: none was written."""

    transport: str
    host: str
    port: int
    parameters: dict[str, str]

    @classmethod
    def parse(cls, value: str) -> "Via":
        """A single Via; raises Malformed(400)."""
        match = _VIA.fullmatch(value)
        if not match:
            raise Malformed(400, "Bad Via")
        _, transport, host, port_text, tail = match.groups()
        port = int(port_text) if port_text else 0
        if port > 65_535 or (tail and ";;" in tail):
            raise Malformed(400, "Bad Via")
        return cls(transport.lower(), host.lower(), port, parameters(tail) if tail else {})

    @property
    def branch(self) -> str:
        """The branch, "" when a peer of RFC 2543 wrote none."""
        return self.parameters.get("branch", "")


class NameAddr:
    """A display name, an address and parameters: From, To, Contact, Route, Refer-To, P-Asserted-Identity …"""

    __slots__ = ("__dict__", "address", "display", "parameters")

    def __init__(self, display: str, address: str, parameters: dict[str, str]) -> None:
        self.display = display
        self.address = address
        self.parameters = parameters

    @classmethod
    def parse(cls, value: str) -> "NameAddr":
        """A single name-addr or addr-spec with its parameters; raises Malformed(400). The address is read later."""
        if value.startswith("<"):
            display, start = "", 0
        elif value.startswith('"'):
            match = _QUOTED.match(value)
            start = value.find("<", match.end()) if match else -1
            if not match or start < 0 or value[match.end() : start].strip():
                raise Malformed(400, "Bad Display Name")
            display = unquoted(match.group(0))
        else:
            start = value.find("<")
            if start < 0:
                return cls._bare(value)
            display = value[:start].strip()
            if not _DISPLAY.fullmatch(display):
                raise Malformed(400, "Bad Display Name")
        end = value.find(">", start)
        if end < 0:
            raise Malformed(400, "Address Without End")
        tail = value[end + 1 :].strip()
        if tail and tail[0] != ";":
            raise Malformed(400, "Text After Address")
        return cls(display, value[start + 1 : end], parameters(tail) if tail else {})

    @classmethod
    def _bare(cls, value: str) -> "NameAddr":
        # RFC 3261 §20: without angle brackets, parameters belong to the header; ? and , are forbidden then.
        address, _, tail = value.partition(";")
        address = address.strip()
        if "?" in address or "," in address:
            raise Malformed(400, "Address Needs Brackets")
        return cls("", address, parameters(tail) if tail else {})

    @cached_property
    def uri(self) -> Uri:
        """The address in parts; raises Malformed(400)."""
        return Uri.parse(self.address)

    @property
    def tag(self) -> str:
        """The tag of From and To, "" when there is none."""
        return self.parameters.get("tag", "")


def parse_cseq(value: str) -> tuple[int, str]:
    """The number and the method of a CSeq; raises Malformed(400)."""
    match = _CSEQ.fullmatch(value)
    if not match or (number := int(match.group(1))) > CSEQ_MAX:
        raise Malformed(400, "Bad CSeq")
    return number, match.group(2)
