"""Calls to us: INVITE, its CANCEL, its ACK, our answers (RFC 3261 §13.3, §15)."""

from careline.protocols.sip import identity, refreshing
from careline.protocols.sip.bodies import acceptable, description
from careline.protocols.sip.call import Call, Phase, Unacknowledged
from careline.protocols.sip.core import Core
from careline.protocols.sip.dialog import Dialog
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request
from careline.protocols.sip.steps import Acknowledged, Hop, Incoming, Renegotiated, Send
from careline.protocols.sip.writing import ACCEPT, ALLOW, SDP, SUPPORTED_HEADER, Headers


def invite(core: Core, transaction: Transaction, request: Request, source: Hop, user: str, now: float) -> None:
    """A new call; raises Malformed when it cannot be one."""
    if "Contact" not in request.fields:
        raise Malformed(400, "Missing Contact")
    offer = description(request)
    if not acceptable(request):
        core.respond(transaction, request, 406, now, headers=[ACCEPT])
        return
    short = refreshing.too_small(core, request)
    if short:
        core.respond(transaction, request, 422, now, headers=short)
        return
    call = Call(core.number(), request.call_id, core.token(), Phase.RINGING, outgoing=False)
    call.dialog = Dialog.of_request(request, call.local_tag, source)
    call.dialog.next_hop()  # a route that cannot be read is refused now, not when we hang up
    call.dialog.addressed()
    call.request, call.invite_server = request, transaction
    call.allow = request.tokens("Allow")
    transaction.user = call
    transaction.lost = lambda lost, at: _unreachable(core, lost, at)
    core.add(call)
    core.counts["incoming"] += 1
    patience = core.config.limits.ringing_seconds
    if expires := request.get("Expires"):
        patience = min(patience, float(expires))
    call.limit_alarm = core.alarms.arm(now + patience, lambda one, at: _rang_out(core, one, at), call)
    core.respond(transaction, request, 100, now)
    trusted = core.config.trusted(source)
    number = identity.caller(request, trusted=trusted, country=core.config.country)
    dialled, diverted = identity.called(request), identity.diversion(request)
    core.tell(call, Incoming(request, source, number, dialled, diverted, offer, trusted, user))


def _unreachable(core: Core, transaction: Transaction, now: float) -> None:
    call = transaction.user
    if call is None or call.phase is not Phase.RINGING:
        return
    core.layer.end(transaction)
    core.end(call, "lost", 503, "the caller cannot be reached")
    core.forget(call, now)


def _rang_out(core: Core, call: Call, now: float) -> None:
    call.limit_alarm = None
    if call.phase is Phase.RINGING:
        _refuse(core, call, 480, now)
        core.end(call, "timed_out", 480)
        core.forget(call, now)


def _refuse(core: Core, call: Call, status: int, now: float, headers: Headers = (), reason: str = "") -> None:
    assert call.request is not None
    assert call.invite_server is not None
    core.respond(
        call.invite_server, call.request, status, now, tag=call.local_tag, headers=headers, reason=reason
    )  # fmt: skip


def reject(core: Core, call: Call, status: int, headers: Headers, reason: str, now: float) -> None:
    """Refuse a call with a final status; the application told us to."""
    if call.phase is Phase.RINGING:
        _refuse(core, call, status, now, headers, reason)
        core.end(call, "ours", status)
        core.forget(call, now)


def cancelled(core: Core, invited: Transaction, now: float) -> None:
    """A CANCEL for this INVITE came; after the final answer it changes nothing (§9.2)."""
    call = invited.user
    if call is not None and call.phase is Phase.RINGING:
        _refuse(core, call, 487, now)
        core.end(call, "cancelled", 487)
        core.forget(call, now)
    elif call is not None and call.offered is not None and call.offered.transaction is invited:
        offered, call.offered = call.offered, None  # a re-INVITE: the session stays as it was
        core.respond(invited, offered.request, 487, now)


def answer(core: Core, call: Call, sdp: bytes, now: float) -> None:
    """200, at once or when what was said before has been heard (RFC 3262 §3)."""
    if call.phase is not Phase.RINGING or call.request is None or call.ready_answer is not None:
        return
    pending = call.reliable is not None and call.reliable.has_sdp
    if pending or any(body for _, body in call.provisionals) or call.offered is not None:
        call.ready_answer = sdp
        return
    call.provisionals.clear()
    send_answer(core, call, sdp, now)


def send_answer(core: Core, call: Call, sdp: bytes, now: float) -> None:
    """The 200 itself."""
    request, transaction, dialog = call.request, call.invite_server, call.dialog
    assert request is not None
    assert transaction is not None
    assert dialog is not None
    if call.reliable is not None:
        core.alarms.cancel(call.reliable.alarm)
        call.reliable = None
    core.alarms.cancel(call.limit_alarm)
    call.phase = Phase.ANSWERED
    call.local_sdp = sdp
    carries_offer = not description(request) and not call.answered_reliably
    body = b"" if call.answered_reliably else sdp
    headers = [core.self.contact_header(dialog.hop), ALLOW, SUPPORTED_HEADER]
    headers += refreshing.answer_headers(core, call, request, now)
    if body:
        headers.append(SDP)
    talking = core.config.limits.talking_seconds
    call.limit_alarm = core.alarms.arm(now + talking, lambda one, at: talked_out(core, one, at), call)
    repeat_until_acknowledged(core, call, transaction, request, headers, body, carries_offer, now)
    call.request = call.invite_server = None
    transaction.user = transaction.lost = None  # it lives on for half a minute, the call need not


def repeat_until_acknowledged(
    core: Core, call: Call, transaction: Transaction, request: Request, headers: Headers, body: bytes,
    carries_offer: bool, now: float,
) -> None:  # fmt: skip
    """Send the 200 of an INVITE, and send it again until its ACK comes (§13.3.1.4)."""
    timing = core.config.timing
    core.respond(transaction, request, 200, now, tag=call.local_tag, headers=headers, body=body)
    if call.unacknowledged:
        core.alarms.cancel(call.unacknowledged.alarm)
    waiting = Unacknowledged(
        transaction.data, transaction.hop, request.cseq, timing.t1, now + 64 * timing.t1, carries_offer
    )
    call.unacknowledged = waiting
    waiting.alarm = core.alarms.arm(now + waiting.spacing, lambda one, at: _repeat(core, one, at), call)


def _repeat(core: Core, call: Call, now: float) -> None:
    waiting = call.unacknowledged
    if waiting is None:
        return
    if now < waiting.until:
        core.out.append(Send(waiting.data, waiting.hop))
        waiting.spacing = min(waiting.spacing * 2, core.config.timing.t2)
        at = min(now + waiting.spacing, waiting.until)
        waiting.alarm = core.alarms.arm(at, lambda one, moment: _repeat(core, one, moment), call)
        return
    call.unacknowledged = None
    assert call.dialog is not None
    if core.end(call, "lost", 408, "no ACK") or call.ending:
        core.bye(call, call.dialog, now)


def acknowledged(core: Core, call: Call, request: Request, now: float) -> None:
    """The ACK of a 2xx came; raises Malformed."""
    waiting = call.unacknowledged
    if waiting is None or waiting.cseq != request.cseq:
        return
    core.alarms.cancel(waiting.alarm)
    call.unacknowledged = None
    if call.ending:
        assert call.dialog is not None
        core.bye(call, call.dialog, now)
        return
    try:
        sdp = description(request) if waiting.carries_offer else b""
    except Malformed:
        sdp = b""
    if call.phase is Phase.ANSWERED:
        call.phase = Phase.TALKING
        core.tell(call, Acknowledged(sdp))
    elif waiting.carries_offer:
        core.tell(call, Renegotiated(sdp))


def hung_up(core: Core, call: Call, transaction: Transaction, request: Request, now: float) -> None:
    """A BYE came."""
    core.respond(transaction, request, 200, now)
    if call.phase is Phase.CLOSING:
        pass  # both hung up at once
    elif call.phase is Phase.RINGING:
        _refuse(core, call, 487, now)
        core.end(call, "cancelled", 487)
    else:
        core.end(call, "hung_up", detail=request.get("Reason"))
    core.forget(call, now)


def hang_up(core: Core, call: Call, cause: str, now: float) -> None:
    """End an incoming call, or one that is talking."""
    assert call.dialog is not None
    if call.phase is Phase.RINGING:
        reject(core, call, 480, [("Reason", cause)] if cause else [], "", now)
    elif call.unacknowledged is not None and call.phase is Phase.ANSWERED:
        # §15: the callee must not send BYE before the ACK has come, or will not come.
        call.ending = True
        core.end(call, "ours")
    elif core.end(call, "ours"):
        core.bye(call, call.dialog, now, cause=cause)


def talked_out(core: Core, call: Call, now: float) -> None:
    """No call lasts for ever."""
    call.limit_alarm = None
    if call.dialog is not None and core.end(call, "timed_out", detail="the longest talk is over"):
        core.bye(call, call.dialog, now)
