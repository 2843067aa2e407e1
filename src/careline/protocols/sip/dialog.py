"""A dialog: who talks to whom by which way (RFC 3261 §12), and where its requests go."""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import cast

from careline.protocols.sip.headers import NameAddr
from careline.protocols.sip.message import HeaderList, Message, Request, Response
from careline.protocols.sip.steps import RELIABLE, Hop, Transport
from careline.protocols.sip.uri import Uri

_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
ROUTES_MAX = 32


@dataclass(slots=True)
class Dialog:
    """`local` and `remote` are whole From and To values with their tags; `target` is the peer's Contact."""

    call_id: str
    local: str
    local_tag: str
    remote: str
    remote_tag: str
    target: str
    routes: list[str]
    hop: Hop
    local_cseq: int = 0
    remote_cseq: int | None = None
    early_sdp: bytes = b""  # the session description of a fork that is not answered yet
    remote_rseq: int = 0
    # Where requests go; worked out once for a target.
    _next: Hop | None = field(default=None, repr=False)

    @classmethod
    def of_request(cls, request: Request, local_tag: str, source: Hop) -> "Dialog":
        """The dialog that our answer to this request makes (§12.1.1); raises Malformed(400)."""
        return cls(
            request.call_id,
            f"{request.get('To')};tag={local_tag}",
            local_tag,
            request.get("From"),
            request.from_.tag,
            contact_of(request),
            request.all("Record-Route")[:ROUTES_MAX],
            source,
            remote_cseq=request.cseq,
        )

    @classmethod
    def of_response(cls, response: Response, local_tag: str, source: Hop, fallback_target: str) -> "Dialog":
        """The dialog that the peer's answer to our request makes (§12.1.2); raises Malformed(400)."""
        return cls(
            response.call_id,
            response.get("From"),
            local_tag,
            response.get("To"),
            response.to.tag,
            contact_of(response) or fallback_target,
            response.all("Record-Route")[::-1][:ROUTES_MAX],
            source,
            local_cseq=response.cseq,
        )

    def retarget(self, message: Message, source: Hop) -> None:
        """A target refresh (§12.2): the peer is reached at another address from now on; raises Malformed(400)."""
        contact = contact_of(message)
        if contact and contact != self.target:
            self.target = contact
            self._next = None
        self.rehop(source)

    def rehop(self, hop: Hop) -> None:
        """The peer writes from another place now, or by another connection."""
        if hop != self.hop:
            self.hop = hop
            self._next = None

    def next_hop(self) -> Hop:
        """Where requests of this dialog go."""
        if self._next is None:
            first = NameAddr.parse(self.routes[0]).address if self.routes else self.target
            self._next = next_hop(Uri.parse(first), self.hop)
        return self._next

    def addressed(self) -> tuple[str, HeaderList]:
        """The Request-URI and the Route headers of a request in this dialog (§12.2.1.1)."""
        if not self.routes:
            return self.target, []
        first = NameAddr.parse(self.routes[0])
        if first.uri.loose:
            return self.target, [("Route", route) for route in self.routes]
        # A strict router wants to be the Request-URI, and the target at the end of the route.
        strict = first.address.partition("?")[0]
        return strict, [("Route", route) for route in [*self.routes[1:], f"<{self.target}>"]]


def contact_of(message: Message) -> str:
    """The address of the (first) Contact, "" when there is none; raises Malformed(400)."""
    contacts = message.all("Contact")
    return NameAddr.parse(contacts[0]).uri.text if contacts else ""


def next_hop(uri: Uri, source: Hop) -> Hop:
    """Where a request for this address goes, when the peer's messages come from `source`.

    The address is believed where it can be true. What no address of the Internet can be, and a private address of
    somebody who writes from a public one, mean translation in between: then the way that its messages take is taken
    back. Names are not resolved here: the same.
    """
    host = uri.bare_host
    if uri.scheme not in ("sip", "sips") or not _reachable(host, source.host):
        return source
    transport = uri.transport
    named = uri.parameter("transport") is not None or uri.scheme == "sips"
    if transport not in _PORTS:
        return source
    if source.connection and (not named or transport == source.transport) and host == source.host:
        return source  # RFC 5923: the connection that is there
    if not named and source.transport in RELIABLE:
        transport = source.transport
    return Hop(cast(Transport, transport), host, uri.port or _PORTS[transport])


@lru_cache(maxsize=4_096)
def _reachable(host: str, source: str) -> bool:
    try:
        theirs, known = ip_address(host), ip_address(source)
    except ValueError:
        return False
    if theirs.is_multicast or theirs.is_unspecified or theirs.version != known.version:
        return False
    return theirs == known or (theirs.is_global == known.is_global and theirs.is_loopback == known.is_loopback)
