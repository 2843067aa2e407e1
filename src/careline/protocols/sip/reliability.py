"""Provisional responses that arrive for certain (RFC 3262): sent until their PRACK, and PRACKed when they come."""

from careline.protocols.sip.bodies import description
from careline.protocols.sip.call import Call, Offered, Phase, Reliable
from careline.protocols.sip.core import Core
from careline.protocols.sip.dialog import Dialog
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.message import HeaderList, Request, Response
from careline.protocols.sip.steps import Offer, Renegotiated, Send
from careline.protocols.sip.writing import ALLOW, SDP, SUPPORTED_HEADER, response

PROVISIONALS_MAX = 8
_RSEQ_FIRST_MAX = 2**31 - 1


def ring(core: Core, call: Call, status: int, sdp: bytes, reliable: bool | None, now: float) -> None:
    """A provisional response, reliable when the caller demands it, or can and there is reason to."""
    request, transaction = call.request, call.invite_server
    if call.phase is not Phase.RINGING or request is None or transaction is None or not 100 < status < 200:
        return
    wanted = bool(sdp) if reliable is None else reliable
    can = "100rel" in request.tokens("Supported") and core.config.reliable_provisional
    if "100rel" in request.tokens("Require") or (can and wanted):
        if call.reliable is not None:
            if len(call.provisionals) < PROVISIONALS_MAX:
                call.provisionals.append((status, sdp))
            return
        _send_reliably(core, call, status, sdp, now)
        return
    headers = _headers(core, call, sdp)
    core.respond(transaction, request, status, now, tag=call.local_tag, headers=headers, body=sdp)


def _headers(core: Core, call: Call, sdp: bytes) -> HeaderList:
    assert call.dialog is not None
    headers = [core.self.contact_header(call.dialog.hop), ALLOW, SUPPORTED_HEADER]
    return [*headers, SDP] if sdp else headers


def _send_reliably(core: Core, call: Call, status: int, sdp: bytes, now: float) -> None:
    assert call.request is not None
    assert call.invite_server is not None
    call.rseq = call.rseq + 1 if call.rseq else core.chance.randint(1, _RSEQ_FIRST_MAX)
    headers = [("Require", "100rel"), ("RSeq", str(call.rseq)), *_headers(core, call, sdp)]
    data = response(call.request, status, call.local_tag, headers, sdp)
    timing = core.config.timing
    call.reliable = Reliable(data, call.rseq, timing.t1, now + 64 * timing.t1, bool(sdp))
    core.layer.respond(call.invite_server, status, data, now)
    _arm(core, call, call.reliable, now)


def _arm(core: Core, call: Call, reliable: Reliable, now: float) -> None:
    at = min(now + reliable.spacing, reliable.until)
    reliable.alarm = core.alarms.arm(at, lambda one, moment: _repeat(core, one, moment), call)


def _repeat(core: Core, call: Call, now: float) -> None:
    reliable, transaction = call.reliable, call.invite_server
    if reliable is None or transaction is None or call.request is None:
        return
    if now >= reliable.until:
        # RFC 3262 §3: nobody acknowledges, so the call fails with a 5xx.
        core.respond(transaction, call.request, 504, now, tag=call.local_tag)
        core.end(call, "lost", 504, "no PRACK")
        core.forget(call, now)
        return
    core.out.append(Send(reliable.data, transaction.hop))
    reliable.spacing *= 2  # §3: doubles without the bound of T2
    _arm(core, call, reliable, now)


def pracked(core: Core, call: Call, transaction: Transaction, request: Request, now: float) -> None:
    """A PRACK came; raises Malformed."""
    parts = request.get("RAck").split()
    reliable, invite = call.reliable, call.request
    sdp = description(request)
    if reliable is None or invite is None or parts != [str(reliable.rseq), str(invite.cseq), "INVITE"]:
        core.respond(transaction, request, 481, now)
        return
    core.alarms.cancel(reliable.alarm)
    call.reliable = None
    theirs_was_offer = bool(description(invite))
    call.answered_reliably = call.answered_reliably or reliable.has_sdp
    if sdp and theirs_was_offer:
        call.offered = Offered(transaction, request, sdp)
        core.tell(call, Offer(sdp))
    else:
        core.respond(transaction, request, 200, now)
        if sdp:
            core.tell(call, Renegotiated(sdp))
    proceed(core, call, now)


def proceed(core: Core, call: Call, now: float) -> None:
    """Whatever waited for the PRACK may go now."""
    from careline.protocols.sip import incoming  # they call each other

    if call.phase is not Phase.RINGING or call.reliable is not None:
        return
    if call.provisionals and call.ready_answer is None:
        status, sdp = call.provisionals.pop(0)
        _send_reliably(core, call, status, sdp, now)
    elif call.ready_answer is not None and call.offered is None:
        sdp, call.ready_answer = call.ready_answer, None
        incoming.send_answer(core, call, sdp, now)


def provisional(core: Core, call: Call, dialog: Dialog, answer: Response, now: float) -> bool:
    """A provisional response to an INVITE of ours; PRACK it if it asks for that. False: it came before."""
    rseq = answer.get("RSeq")
    if "100rel" not in answer.tokens("Require") or not (rseq.isascii() and rseq.isdigit() and len(rseq) < 11):
        return True
    number = int(rseq)
    if dialog.remote_rseq and number != dialog.remote_rseq + 1:
        return False  # a repetition, or one before it is missing: that one comes again first (§4)
    dialog.remote_rseq = number
    core.ask(call, dialog, "PRACK", None, now, headers=[("RAck", f"{number} {answer.cseq} INVITE")])
    return True
