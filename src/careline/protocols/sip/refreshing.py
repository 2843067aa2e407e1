"""Session timers (RFC 4028): a call whose peer is gone is noticed, and ended."""

from typing import Final

from careline.protocols.sip.call import Call, Phase
from careline.protocols.sip.core import Core
from careline.protocols.sip.headers import parameters
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import HeaderList, Message, Request, Response

_FLOOR_SECONDS: Final = 90  # RFC 4028 §5: no Min-SE below


def _seconds(value: str) -> int:
    digits = value.partition(";")[0].strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Malformed(400, "Bad Session-Expires")
    return int(digits)


def asked_interval(message: Message) -> tuple[int, str]:
    """Seconds (0: none) and the refresher ("" when it is left open) that a message asks for; raises Malformed(400)."""
    value = message.get("Session-Expires")
    if not value:
        return 0, ""
    return _seconds(value), parameters(value.partition(";")[2]).get("refresher", "").lower()


def too_small(core: Core, request: Request) -> HeaderList | None:
    """The headers of a 422 when the session that is asked for is too short; None: it is not. Raises Malformed(400)."""
    asked, _ = asked_interval(request)
    _seconds(request.get("Min-SE") or "0")  # read now: when we answer it is too late to complain
    least = max(core.config.min_se_seconds, _FLOOR_SECONDS)
    return [("Min-SE", str(least))] if 0 < asked < least else None


def answer_headers(core: Core, call: Call, request: Request, now: float) -> HeaderList:
    """Settle the timer of a call whose peer refreshes or opens it, and say so in the 2xx (§9)."""
    asked, refresher = asked_interval(request)
    ours = core.config.session_expires_seconds
    if not asked and not ours:
        stop(core, call)
        return []
    least = _seconds(request.get("Min-SE") or "0")
    interval = max(min(asked or ours, ours or asked), least, core.config.min_se_seconds, _FLOOR_SECONDS)
    knows = "timer" in request.tokens("Supported") | request.tokens("Require")
    if not knows:
        refresher = "uas"
    elif refresher not in ("uac", "uas"):
        refresher = "uac"
    start(core, call, interval, refresher == "uas", now)
    headers = [("Session-Expires", f"{interval};refresher={refresher}")]
    if refresher == "uac":
        headers.append(("Require", "timer"))
    return headers


def request_headers(core: Core, call: Call) -> HeaderList:
    """What a re-INVITE or UPDATE of ours says about the timer."""
    if not call.interval_seconds:
        return []
    who = "uac" if call.we_refresh else "uas"
    least = max(core.config.min_se_seconds, _FLOOR_SECONDS)
    return [("Session-Expires", f"{call.interval_seconds};refresher={who}"), ("Min-SE", str(least))]


def heard(core: Core, call: Call, response: Response, now: float) -> None:
    """A 2xx to an INVITE or UPDATE of ours settles the timer (§7.2)."""
    try:
        interval, refresher = asked_interval(response)
    except Malformed:
        return
    if interval:
        start(core, call, max(interval, _FLOOR_SECONDS), refresher != "uas", now)
    else:
        stop(core, call)


def start(core: Core, call: Call, interval: int, we_refresh: bool, now: float) -> None:
    """Run the timer anew."""
    call.interval_seconds = interval
    call.we_refresh = we_refresh
    core.alarms.cancel(call.session_alarm)
    if we_refresh:
        call.session_alarm = core.alarms.arm(now + interval / 2, lambda one, at: _refresh(core, one, at), call)
    else:
        call.session_alarm = core.alarms.arm(now + _patience(interval), lambda one, at: _expire(core, one, at), call)


def stop(core: Core, call: Call) -> None:
    """Without a timer: the peer wants none."""
    core.alarms.cancel(call.session_alarm)
    call.session_alarm = None
    call.interval_seconds = 0


def _patience(interval: float) -> float:
    return interval - min(32.0, interval / 3)  # §10: BYE comes this much before the end


def _refresh(core: Core, call: Call, now: float) -> None:
    from careline.protocols.sip import renegotiating  # they call each other

    interval = call.interval_seconds
    rest = _patience(interval) - interval / 2
    call.session_alarm = core.alarms.arm(now + rest, lambda one, at: _expire(core, one, at), call)
    dialog = call.dialog
    if dialog is None or call.phase is not Phase.TALKING:
        return
    if "update" in call.allow:
        headers = [*request_headers(core, call), ("Supported", "timer")]
        core.ask(call, dialog, "UPDATE", lambda *what: _refreshed(core, *what), now, headers=headers)
    elif call.settled:
        renegotiating.offer_again(core, call, now)


def _refreshed(core: Core, call: Call, status: int, response: Response | None, now: float) -> None:
    if call.phase is Phase.CLOSING or status < 200:
        return
    if 200 <= status < 300 and response is not None:
        heard(core, call, response, now)
    elif status in (408, 481):
        _expire(core, call, now)
    # Any other refusal: the alarm that _refresh left ends the call if nobody refreshes it.


def _expire(core: Core, call: Call, now: float) -> None:
    call.session_alarm = None
    if call.dialog is not None and core.end(call, "lost", detail="the session was not refreshed"):
        core.bye(call, call.dialog, now, cause='SIP;cause=408;text="Session Expired"')
