"""Calls of ours: INVITE, what it brings back, giving up, and forks that answer too late (RFC 3261 §13.2, §9.1)."""

from careline.protocols.sip import refreshing, reliability
from careline.protocols.sip.bodies import description
from careline.protocols.sip.call import Call, Invitation, Phase
from careline.protocols.sip.config import PRODUCT
from careline.protocols.sip.core import Core, authorization, failure_ack
from careline.protocols.sip.dialog import Dialog
from careline.protocols.sip.incoming import talked_out
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Message, Response
from careline.protocols.sip.steps import Answered, Progress
from careline.protocols.sip.writing import ALLOW, SDP

ATTEMPTS_MAX = 4  # a password, a longer session, both by proxy and peer


def send(core: Core, call: Call, now: float) -> None:
    """The INVITE, as the invitation stands now."""
    invitation = call.invitation
    assert invitation is not None
    invitation.cseq += 1
    invitation.attempts += 1
    branch = core.branch()
    hop = invitation.hop
    via = core.self.via(hop, branch)
    routes = [("Route", route) for route in invitation.routes]
    contact = core.self.contact_header(hop)
    extensions = "timer, 100rel" if invitation.sdp and core.config.reliable_provisional else "timer"
    headers = [*routes, contact, ALLOW, ("Supported", extensions), *invitation.headers]
    if invitation.session_seconds:
        headers.append(("Session-Expires", str(invitation.session_seconds)))
        headers.append(("Min-SE", str(invitation.min_se_seconds)))
    if invitation.authorization:
        headers.append(invitation.authorization)
    if invitation.sdp:
        headers.append(SDP)
    data = _request(call, "INVITE", via, headers, invitation.sdp)
    transaction = core.layer.request("INVITE", branch, data, hop, lambda *what: _heard(core, call, *what), now)
    transaction.ack = failure_ack(invitation.target, via, routes, invitation.cseq)
    call.invite_client = transaction


def _request(call: Call, method: str, via: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    invitation = call.invitation
    assert invitation is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (
        f"{method} {invitation.target} SIP/2.0\r\nVia: {via}\r\nMax-Forwards: 70\r\nFrom: {invitation.from_}\r\n"
        f"To: {invitation.to}\r\nCall-ID: {call.call_id}\r\nCSeq: {invitation.cseq} {method}\r\n{lines}"
        f"User-Agent: {PRODUCT}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode("utf-8", "surrogateescape") + body


def _heard(
    core: Core, call: Call, transaction: Transaction, status: int, response: Response | None, now: float
) -> None:
    if transaction is not call.invite_client:
        return  # an attempt before this one
    if status < 200 and response is not None:
        _proceeds(core, call, response, now)
    elif status < 300 and response is not None:
        _answered(core, call, response, now)
    elif call.dialog is None:
        _failed(core, call, status, response, now)


def _proceeds(core: Core, call: Call, response: Response, now: float) -> None:
    invitation = call.invitation
    assert invitation is not None
    invitation.proceeding = True
    if invitation.cancelled:
        _send_cancel(core, call, now)
        return
    tag = response.to.tag
    if response.status == 100 or call.phase is not Phase.CALLING:
        return
    sdp = _sdp(response)
    if tag:
        dialog = call.early.get(tag)
        if dialog is None:
            if len(call.early) >= core.config.limits.early_dialogs:
                return
            dialog = _dialog(core, call, response)
            call.early[tag] = dialog
        dialog.early_sdp = sdp or dialog.early_sdp
        if not reliability.provisional(core, call, dialog, response, now):
            return
    core.tell(call, Progress(response.status, sdp))


def _dialog(core: Core, call: Call, response: Response) -> Dialog:
    assert call.invitation is not None
    try:
        dialog = Dialog.of_response(response, call.local_tag, core.source, call.invitation.target)
        dialog.next_hop()
        dialog.addressed()
    except Malformed:
        # What cannot be read is left out: the way back is known all the same.
        dialog = Dialog(
            call.call_id, response.get("From"), call.local_tag, response.get("To"), response.to.tag,
            call.invitation.target, [], core.source, local_cseq=response.cseq,
        )  # fmt: skip
    dialog.hop = call.invitation.hop if core.source.port == 0 else core.source
    return dialog


def _answered(core: Core, call: Call, response: Response, now: float) -> None:
    invitation = call.invitation
    assert invitation is not None
    tag = response.to.tag
    known = call.acks.get(tag)
    if known is not None:
        core.out.append(known)
        return
    if call.answer_waiting and call.dialog is not None and call.dialog.remote_tag == tag:
        return  # the application has not made its answer yet: the peer repeats itself until then
    early = call.early.get(tag)
    dialog = _dialog(core, call, response)
    if early is not None:
        dialog.local_cseq = max(early.local_cseq, dialog.local_cseq)
        dialog.remote_cseq, dialog.early_sdp = early.remote_cseq, early.early_sdp
    if call.dialog is not None or invitation.cancelled:
        if len(call.acks) < core.config.limits.strays:
            call.acks[tag] = core.acknowledge(dialog, invitation.cseq, b"", _credentials(call))
            first = call.dialog is None
            call.dialog = call.dialog or dialog
            core.bye(call, dialog, now, forget=first)
            core.counts["strays"] += 1
        return
    call.dialog = dialog
    call.early.clear()
    call.allow = response.tokens("Allow")
    core.alarms.cancel(call.limit_alarm)
    talking = core.config.limits.talking_seconds
    call.limit_alarm = core.alarms.arm(now + talking, lambda one, at: talked_out(core, one, at), call)
    refreshing.heard(core, call, response, now)
    core.counts["answered"] += 1
    sdp = _sdp(response)
    if invitation.sdp:
        call.acks[tag] = core.acknowledge(dialog, invitation.cseq, b"", _credentials(call))
        call.phase = Phase.TALKING
        call.local_sdp = invitation.sdp
        core.tell(call, Answered(sdp or dialog.early_sdp))
    else:
        call.phase = Phase.ANSWERED
        call.answer_waiting = True
        core.tell(call, Answered(sdp))


def _credentials(call: Call) -> list[tuple[str, str]]:
    authorization = call.invitation.authorization if call.invitation else None
    return [authorization] if authorization else []  # RFC 3261 §22.1: the ACK carries those of its INVITE


def acknowledge(core: Core, call: Call, sdp: bytes) -> None:
    """The ACK with our answer, when their 200 carried the offer."""
    if call.answer_waiting and call.dialog is not None and call.invitation is not None:
        call.answer_waiting = False
        call.phase = Phase.TALKING
        call.local_sdp = sdp
        call.acks[call.dialog.remote_tag] = core.acknowledge(
            call.dialog, call.invitation.cseq, sdp, _credentials(call)
        )  # fmt: skip


def _failed(core: Core, call: Call, status: int, response: Response | None, now: float) -> None:
    invitation = call.invitation
    assert invitation is not None
    if response is not None and not invitation.cancelled and invitation.attempts < ATTEMPTS_MAX:
        if status in (401, 407) and invitation.authorization is None:
            header = authorization(call, response, "INVITE", invitation.target)
            if header is not None:
                invitation.authorization = header
                send(core, call, now)
                return
        least = response.get("Min-SE")
        if status == 422 and least.isascii() and least.isdigit() and len(least) < 6:
            invitation.min_se_seconds = int(least)
            invitation.session_seconds = max(invitation.session_seconds, int(least))
            send(core, call, now)
            return
    if response is None and status == 408:
        core.end(call, "timed_out", 408, "no response")
    else:
        core.end(call, "refused", status, response.reason if response else "unreachable")
    core.forget(call, now)


def give_up(core: Core, call: Call, now: float) -> None:
    """CANCEL, as soon as it is allowed: not before a provisional response (§9.1)."""
    invitation = call.invitation
    assert invitation is not None
    invitation.cancelled = True
    if invitation.proceeding:
        _send_cancel(core, call, now)


def rang_out(core: Core, call: Call, now: float) -> None:
    """Nobody answered a call of ours in time."""
    call.limit_alarm = None
    if call.phase is Phase.CALLING and core.end(call, "timed_out", 408, "no answer"):
        give_up(core, call, now)


def _send_cancel(core: Core, call: Call, now: float) -> None:
    invitation, invited = call.invitation, call.invite_client
    assert invitation is not None
    if invitation.cancel_sent or invited is None:
        return
    invitation.cancel_sent = True
    via = core.self.via(invitation.hop, invited.branch)
    routes = [("Route", route) for route in invitation.routes]
    data = _request(call, "CANCEL", via, routes, b"")
    core.layer.request("CANCEL", invited.branch, data, invitation.hop, _ignore, now)
    # §9.1: whoever does not answer the INVITE by then will not.
    core.alarms.arm(now + 64 * core.config.timing.t1, lambda one, at: _abandon(core, one, at), call)


def _ignore(_: Transaction, __: int, ___: Response | None, ____: float) -> None:
    """A CANCEL is only a wish: what counts is what becomes of the INVITE."""


def _abandon(core: Core, call: Call, now: float) -> None:
    if call.dialog is None and call.id in core.calls:
        if call.invite_client is not None:
            core.layer.end(call.invite_client)
        core.forget(call, now)


def _sdp(message: Message) -> bytes:
    try:
        return description(message)
    except Malformed:
        return b""


def invitation_of(
    core: Core, target: str, from_: str, routes: tuple[str, ...], headers: list[tuple[str, str]], sdp: bytes
) -> Invitation:
    """How a call of ours begins."""
    config = core.config
    seconds = config.session_expires_seconds
    return Invitation(
        target, core.source, from_, f"<{target}>", headers, routes, sdp,
        session_seconds=seconds, min_se_seconds=config.min_se_seconds if seconds else 0,
    )  # fmt: skip
