"""REFER, both ways (RFC 3515): asking the peer to call somebody else, and being asked."""

from careline.protocols.sip.bodies import fragment_status
from careline.protocols.sip.call import Call, Phase
from careline.protocols.sip.core import Core
from careline.protocols.sip.headers import NameAddr
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import REASONS, Request, Response
from careline.protocols.sip.steps import Referred, Transferred

_FRAGMENT = ("Content-Type", "message/sipfrag;version=2.0")


def refer(core: Core, call: Call, target: str, referred_by: str, now: float) -> None:
    """Ask the peer to call the target; it tells by NOTIFY how that goes."""
    if call.dialog is None or call.phase is not Phase.TALKING or call.referring is not None:
        return
    headers = [("Refer-To", f"<{target}>")]
    if referred_by:
        headers.append(("Referred-By", f"<{referred_by}>"))
    patience = core.config.limits.transfer_seconds
    call.referring = core.alarms.arm(now + patience, lambda one, at: _over(core, one, 408), call)

    def heard(call: Call, status: int, response: Response | None, now: float) -> None:
        if status >= 300:
            _over(core, call, status)

    core.ask(call, call.dialog, "REFER", heard, now, headers=headers)


def _over(core: Core, call: Call, status: int) -> None:
    if call.referring is not None:
        core.alarms.cancel(call.referring)
        call.referring = None
        core.tell(call, Transferred(status))


def notified(core: Core, call: Call, transaction: Transaction, request: Request, now: float) -> None:
    """A NOTIFY came."""
    if request.get("Event").partition(";")[0].strip().lower() != "refer":
        core.respond(transaction, request, 489, now, headers=[("Allow-Events", "refer")])
        return
    if call.referring is None:
        core.respond(transaction, request, 481, now)
        return
    core.respond(transaction, request, 200, now)
    status = fragment_status(request.body)
    terminated = request.get("Subscription-State").lower().startswith("terminated")
    if status >= 200 or terminated:
        # The subscription ended before the call was answered: nobody will ever know.
        _over(core, call, status if status >= 200 else 487)
    elif status:
        core.tell(call, Transferred(status))


def referred(core: Core, call: Call, transaction: Transaction, request: Request, now: float) -> None:
    """A REFER came; raises Malformed."""
    targets = request.all("Refer-To")
    if len(targets) != 1:
        raise Malformed(400, "Needs One Refer-To")
    target = NameAddr.parse(targets[0]).uri
    if target.scheme not in ("sip", "sips", "tel"):
        raise Malformed(416, REASONS[416])
    if call.phase is not Phase.TALKING or call.dialog is None or call.reporting:
        core.respond(transaction, request, 491, now)
        return
    core.respond(transaction, request, 202, now, headers=[core.self.contact_header(call.dialog.hop)])
    call.reporting = f"refer;id={request.cseq}"
    patience = core.config.limits.transfer_seconds
    call.report_alarm = core.alarms.arm(now + patience, lambda one, at: report(core, one, 408, "", at), call)
    report(core, call, 100, "", now)
    core.tell(call, Referred(target.text, request.get("Referred-By")))


def report(core: Core, call: Call, status: int, reason: str, now: float) -> None:
    """Tell the peer how the call goes that it asked for."""
    if not call.reporting or call.dialog is None or call.phase is Phase.CLOSING:
        return
    event, state = call.reporting, f"active;expires={round(core.config.limits.transfer_seconds)}"
    if status >= 200:
        state = "terminated;reason=noresource"
        core.alarms.cancel(call.report_alarm)
        call.reporting, call.report_alarm = "", None
    headers = [("Event", event), ("Subscription-State", state), _FRAGMENT]
    body = f"SIP/2.0 {status} {reason or REASONS.get(status, 'Unknown')}\r\n".encode()
    core.ask(call, call.dialog, "NOTIFY", None, now, headers=headers, body=body)
