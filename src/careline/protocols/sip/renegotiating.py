"""Offers within a call, both ways: re-INVITE and UPDATE, hold and resume, and glare (RFC 3261 §14, RFC 3311)."""

from contextlib import suppress

from careline.protocols.sip import refreshing
from careline.protocols.sip.bodies import description
from careline.protocols.sip.call import Call, Offered, Phase
from careline.protocols.sip.core import Core
from careline.protocols.sip.incoming import repeat_until_acknowledged
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop, Offer, Renegotiated, Unchanged
from careline.protocols.sip.writing import ALLOW, SDP, SUPPORTED_HEADER

GLARES_MAX = 8


def offered(core: Core, call: Call, transaction: Transaction, request: Request, source: Hop, now: float) -> None:
    """A re-INVITE or UPDATE came; raises Malformed."""
    dialog = call.dialog
    short = refreshing.too_small(core, request)
    sdp = description(request)
    is_invite = request.method == "INVITE"
    if short:
        core.respond(transaction, request, 422, now, headers=short)
    elif dialog is None or (is_invite and call.phase is not Phase.TALKING) or call.offered is not None:
        # §14.2, RFC 3311 §5.2: one after the other; they come again after up to ten seconds.
        later = [("Retry-After", str(core.chance.randint(0, 10)))]
        core.respond(transaction, request, 500, now, headers=later)
    elif (is_invite or sdp) and not call.settled:
        core.respond(transaction, request, 491, now)
    elif not is_invite and sdp and call.phase is Phase.RINGING and not call.answered_reliably:
        core.respond(transaction, request, 491, now)  # their first offer is not answered yet
    else:
        dialog.retarget(request, source)
        call.allow = request.tokens("Allow") or call.allow
        call.offered = Offered(transaction, request, sdp)
        transaction.user = call
        if is_invite or sdp:
            core.tell(call, Offer(sdp))
        else:
            accept(core, call, b"", now)  # nothing but a sign of life


def accept(core: Core, call: Call, sdp: bytes, now: float) -> None:
    """200 with our answer, or with the offer that they asked for."""
    from careline.protocols.sip import reliability  # they call each other

    pending, dialog = call.offered, call.dialog
    if pending is None or dialog is None:
        return
    call.offered = None
    request, transaction = pending.request, pending.transaction
    if sdp:
        call.local_sdp = sdp
    headers = [core.self.contact_header(dialog.hop), ALLOW, SUPPORTED_HEADER]
    if request.method != "PRACK":
        headers += refreshing.answer_headers(core, call, request, now)
    if sdp:
        headers.append(SDP)
    if request.method == "INVITE":
        repeat_until_acknowledged(core, call, transaction, request, headers, sdp, not pending.sdp, now)
    else:
        core.respond(transaction, request, 200, now, headers=headers, body=sdp)
        reliability.proceed(core, call, now)


def refuse(core: Core, call: Call, status: int, now: float) -> None:
    """The session stays as it was."""
    from careline.protocols.sip import reliability  # they call each other

    pending, call.offered = call.offered, None
    if pending is not None:
        core.respond(pending.transaction, pending.request, status, now)
        reliability.proceed(core, call, now)


def offer(core: Core, call: Call, method: str, sdp: bytes, now: float) -> None:
    """Offer another session; when both sides do at once, ours waits."""
    if call.dialog is None or call.phase not in (Phase.TALKING, Phase.ANSWERED):
        return
    if method == "UPDATE" and "update" not in call.allow:
        method = "INVITE"
    if call.phase is Phase.ANSWERED or not call.settled or call.retry_alarm is not None:
        _again_later(core, call, method, sdp, now)
        return
    call.offering = True
    headers = [ALLOW, ("Supported", "timer"), *refreshing.request_headers(core, call)]
    if sdp:
        headers.append(SDP)

    def heard(call: Call, status: int, response: Response | None, now: float) -> None:
        if status >= 200:
            _heard(core, call, method, sdp, status, response, now)

    core.ask(call, call.dialog, method, heard, now, headers=headers, body=sdp)


def offer_again(core: Core, call: Call, now: float) -> None:
    """The session as it is, to see whether the peer is there."""
    offer(core, call, "INVITE", call.local_sdp, now)


def _heard(core: Core, call: Call, method: str, sdp: bytes, status: int, response: Response | None, now: float) -> None:
    call.offering = False
    if call.phase is Phase.CLOSING or call.dialog is None:
        return
    if status == 491 and call.glares < GLARES_MAX:
        _again_later(core, call, method, sdp, now)
        return
    call.glares = 0
    if 200 <= status < 300 and response is not None:
        if method != "INVITE":  # that one moved its target before its ACK
            with suppress(Malformed):
                call.dialog.retarget(response, core.source)
        call.allow = response.tokens("Allow") or call.allow
        refreshing.heard(core, call, response, now)
        if sdp:
            call.local_sdp = sdp
        try:
            core.tell(call, Renegotiated(description(response)))
        except Malformed:
            core.tell(call, Renegotiated(b""))
    elif status in (408, 481):
        # RFC 3261 §12.2.1.2: the peer does not know this call any more, or is gone.
        if core.end(call, "lost", status, "the peer does not know the call"):
            core.bye(call, call.dialog, now)
    else:
        core.tell(call, Unchanged(status))


def _again_later(core: Core, call: Call, method: str, sdp: bytes, now: float) -> None:
    """§14.1: who made the Call-ID waits 2.1 to 4 seconds, the other at most 2, both in steps of 10 ms."""
    call.glares += 1
    low, high = (210, 400) if call.outgoing else (0, 200)
    core.alarms.cancel(call.retry_alarm)
    at = now + core.chance.randint(low, high) / 100

    def again(call: Call, now: float) -> None:
        call.retry_alarm = None
        if call.glares >= GLARES_MAX:
            call.glares = 0
            core.tell(call, Unchanged(491))
        else:
            offer(core, call, method, sdp, now)

    call.retry_alarm = core.alarms.arm(at, again, call)
