"""What we write into messages: responses that repeat their request, our Contact, what we allow and support."""

import re
from collections.abc import Iterable
from typing import Final

from careline.protocols.sip.config import PRODUCT, Config
from careline.protocols.sip.message import REASONS, Request
from careline.protocols.sip.steps import RELIABLE, Hop
from careline.protocols.sip.uri import bracketed

ALLOWED: Final = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY")
# Methods that exist (IANA) but are not served here are a 405, all others a 501.
KNOWN_METHODS: Final = frozenset((*ALLOWED, "REGISTER", "SUBSCRIBE", "MESSAGE", "PUBLISH"))
SUPPORTED: Final = ("100rel", "timer")
ALLOW: Final = ("Allow", ", ".join(ALLOWED))
SUPPORTED_HEADER: Final = ("Supported", ", ".join(SUPPORTED))
ACCEPT: Final = ("Accept", "application/sdp, application/dtmf-relay, application/dtmf, message/sipfrag")
SDP: Final = ("Content-Type", "application/sdp")

_RPORT: Final = re.compile(r";\s*rport\s*(?=;|$)", re.IGNORECASE)
_DIALOG_MAKERS: Final = frozenset(("INVITE", "REFER"))

Headers = Iterable[tuple[str, str]]


def stamp(request: Request, source: Hop) -> Hop:
    """Note in the top Via where a request came from, and tell where its responses go (RFC 3261 §18.2, RFC 3581)."""
    via = request.via
    top = request.vias[0]
    asks_for_port = via.parameters.get("rport") == ""
    if asks_for_port:
        top = f"{_RPORT.sub('', top)};rport={source.port};received={source.host}"
    elif via.host.strip("[]") != source.host:
        top = f"{top};received={source.host}"
    request.vias = [top, *request.vias[1:]]
    if asks_for_port or source.transport in RELIABLE:
        return source
    return Hop(source.transport, source.host, via.port or 5060)


def response(
    request: Request, status: int, tag: str, headers: Headers = (), body: bytes = b"", reason: str = ""
) -> bytes:
    """A response to this request; `tag` goes into To when none is there."""
    fields = request.fields
    to = fields["To"][0]
    if status > 100 and tag and not (hasattr(request, "to") and request.to.tag):
        to = f"{to};tag={tag}"
    lines = [f"SIP/2.0 {status} {reason or REASONS.get(status, 'Unknown')}\r\n"]
    lines += [f"Via: {via}\r\n" for via in request.vias]
    lines.append(
        f"From: {fields['From'][0]}\r\nTo: {to}\r\nCall-ID: {fields['Call-ID'][0]}\r\nCSeq: {fields['CSeq'][0]}\r\n"
    )
    if status == 100 and "Timestamp" in fields:
        lines.append(f"Timestamp: {fields['Timestamp'][0]}\r\n")
    elif "Record-Route" in fields and 100 < status < 300 and request.method in _DIALOG_MAKERS:
        lines += [f"Record-Route: {route}\r\n" for route in fields["Record-Route"]]
    lines += [f"{name}: {value}\r\n" for name, value in headers]
    lines.append(f"Server: {PRODUCT}\r\nContent-Length: {len(body)}\r\n\r\n")
    return "".join(lines).encode("utf-8", "surrogateescape") + body


class Self:
    """How we write ourselves, for each transport."""

    def __init__(self, config: Config) -> None:
        host = bracketed(config.host)
        self.sent_by = {transport: f"{host}:{port}" for transport, port in config.ports.items()}
        self.contact = {
            transport: f"<sip:{config.user}@{place}{'' if transport == 'udp' else f';transport={transport}'}>"
            for transport, place in self.sent_by.items()
        }
        self._host = host

    def via(self, hop: Hop, branch: str) -> str:
        """Our Via for a request to this hop."""
        place = self.sent_by.get(hop.transport, self._host)
        return f"SIP/2.0/{hop.transport.upper()} {place};rport;branch={branch}"

    def contact_header(self, hop: Hop) -> tuple[str, str]:
        """Our Contact for a peer by this hop."""
        return "Contact", self.contact.get(hop.transport, f"<sip:{self._host}>")
