"""What is answered for a worker that is not there (RFC 3261 §8.2.6.2 says what every answer repeats)."""

import zlib
from typing import Final

from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import REASONS, Request, Response, parse

RETRY_AFTER_SECONDS: Final = "1"  # a worker is started again at once


def begins_anew(data: bytes) -> bool:
    """Whether this asks for something that belongs to no call yet, so that any worker may take it."""
    try:
        request = parse(data)
    except Malformed:
        return False
    return isinstance(request, Request) and request.method not in ("ACK", "CANCEL") and not request.to.tag


def answer_for_absent(data: bytes) -> bytes:
    """503 for what begins something new, 481 for what belongs to a call that died with its worker; else nothing."""
    try:
        request = parse(data)
    except Malformed:
        return b""
    if not isinstance(request, Request) or request.method == "ACK":
        return b""
    begun = bool(request.to.tag)
    status = 481 if begun else 503
    headers = [("Via", via) for via in request.vias]
    to = request.get("To")
    if not begun:
        # The same for each repetition: RFC 3261 §8.2.7, who answers without state.
        to += f";tag={zlib.crc32(request.call_id.encode(errors='replace')):08x}"
        headers.append(("Retry-After", RETRY_AFTER_SECONDS))
    headers += [("From", request.get("From")), ("To", to), ("Call-ID", request.call_id), ("CSeq", request.get("CSeq"))]
    return Response(status, REASONS[status], headers).encode()
