"""What a message that came in is for: a transaction, a dialog, a new call, or nobody (RFC 3261 §8.2, §18.2)."""

from careline.protocols.sip import bodies, incoming, reliability, renegotiating, transferring
from careline.protocols.sip.call import Call, Phase
from careline.protocols.sip.core import Core
from careline.protocols.sip.digest import Verdict
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import REASONS, Request, Response, parse
from careline.protocols.sip.steps import Hop
from careline.protocols.sip.uri import Uri
from careline.protocols.sip.writing import ACCEPT, ALLOW, KNOWN_METHODS, SUPPORTED, SUPPORTED_HEADER, stamp

_KEEP_ALIVE_OCTETS_MAX = 8
_RESERVE = 1.25  # what calls that are there may use beyond the limit of transactions


def receive(core: Core, data: bytes | Request | Response, source: Hop, now: float) -> None:
    """Take one message."""
    core.source = source
    if isinstance(data, bytes) and len(data) <= _KEEP_ALIVE_OCTETS_MAX and not data.strip(b"\r\n\0 "):
        core.counts["keep_alives"] += 1  # they hold a translated address open, and want no answer
        return
    core.counts["received"] += 1
    try:
        message = parse(data) if isinstance(data, bytes) else data
    except Malformed as trouble:
        core.counts["malformed"] += 1
        refuse_broken(core, trouble, source)
        return
    if isinstance(message, Request):
        _request(core, message, source, now)
    elif len(message.vias) != 1 or not core.layer.hear(message, now):
        # §18.1.2, §8.1.3.3: what is not ours, or nobody waits for, is dropped.
        core.counts["dropped"] += 1


def refuse_broken(core: Core, trouble: Malformed, source: Hop) -> None:
    """Tell the sender of a broken request what is wrong, if it can be told."""
    request = trouble.request
    if request is None:
        core.counts["dropped"] += 1
        return
    hop = stamp(request, source)
    headers = [ACCEPT] if trouble.status == 415 else []
    core.refuse_statelessly(request, hop, trouble.status, headers, trouble.reason)


def _request(core: Core, request: Request, source: Hop, now: float) -> None:
    hop = stamp(request, source)
    layer = core.layer
    method = request.method
    if method == "ACK":
        invited = layer.find(request, "INVITE")
        if invited is None or not layer.acknowledged(invited, now):
            call = core.dialogs.get((request.call_id, request.to.tag))
            if call is not None and _belongs(call, request):
                incoming.acknowledged(core, call, request, now)
        return
    known = layer.find(request, method)
    if known is not None:
        layer.again(known, now)
        return
    # Whatever is refused for what it is costs no memory: a transaction lasts half a minute, and floods fill them all.
    user: str | None = ""
    if method == "CANCEL" or request.to.tag:
        if not _concerns(core, request):
            core.refuse_statelessly(request, hop, 481)
            return
    elif (user := _welcome(core, request, source, hop, now)) is None:
        return
    room = core.config.limits.transactions * (_RESERVE if request.to.tag or method == "CANCEL" else 1)
    if len(layer) >= room:
        core.counts["overloaded"] += 1
        core.refuse_statelessly(request, hop, 503, _later(core))
        return
    transaction = layer.serve(request, hop, now)
    try:
        if method == "CANCEL":
            _cancel(core, transaction, request, now)
        elif request.to.tag:
            _in_dialog(core, transaction, request, source, now)
        else:
            _outside(core, transaction, request, source, user, now)
    except Malformed as trouble:
        headers = {415: [ACCEPT], 420: [("Unsupported", trouble.reason)]}.get(trouble.status, [])
        reason = "" if trouble.status == 420 else trouble.reason
        core.respond(transaction, request, trouble.status, now, headers=headers, reason=reason)
    except Exception:
        layer.end(transaction)  # an error of ours: nothing of the request stays
        raise


def _later(core: Core) -> list[tuple[str, str]]:
    return [("Retry-After", str(core.config.limits.retry_after_seconds))]


def _concerns(core: Core, request: Request) -> bool:
    """Whether a CANCEL, or a request with a To tag, is about something that we know."""
    if request.method == "CANCEL":
        return core.layer.find(request, "INVITE") is not None
    call = core.dialogs.get((request.call_id, request.to.tag))
    return call is not None and _belongs(call, request)


def _welcome(core: Core, request: Request, source: Hop, hop: Hop, now: float) -> str | None:
    """Who asks, for an INVITE that is worth a transaction ("": nobody in particular); None: it was answered here."""
    config, method = core.config, request.method
    if method == "OPTIONS":
        # A ping is answered as a call would be, and is forgotten at once.
        full = core.draining or core.live >= config.limits.calls
        headers = _later(core) if full else [ALLOW, ACCEPT, SUPPORTED_HEADER]
        core.refuse_statelessly(request, hop, 503 if full else 200, headers)
        return None
    if method != "INVITE":
        core.refuse_statelessly(request, hop, _nothing_to_speak_about(method), [ALLOW])
        return None
    full = core.live >= config.limits.calls or len(core.calls) >= 2 * config.limits.calls
    if core.draining or full:
        core.counts["full" if full else "turned_away"] += 1
        core.refuse_statelessly(request, hop, 503, _later(core))
        return None
    if not config.admitted(source):
        core.refuse_statelessly(request, hop, 403)
        return None
    if not _challenged(core, source):
        return ""
    verdict, user = core.gate.judge(request.fields.get("Authorization", []), method, request.uri, now)
    core.counts[f"digest_{verdict.value}"] += 1
    if verdict is Verdict.GOOD:
        return user
    # RFC 3261 §26.3.2.4: who has proved nothing is challenged once, without the repetitions of a transaction.
    asked = core.gate.challenges(now, stale=verdict is Verdict.STALE)
    core.refuse_statelessly(request, hop, 401, [("WWW-Authenticate", one) for one in asked])
    return None


def _nothing_to_speak_about(method: str) -> int:
    """The status of what is no call and belongs to none."""
    if method not in KNOWN_METHODS:
        return 501
    if method in ("BYE", "PRACK", "UPDATE", "INFO", "NOTIFY"):
        return 481
    return 403 if method == "REFER" else 405


def _cancel(core: Core, transaction: Transaction, request: Request, now: float) -> None:
    invited = core.layer.find(request, "INVITE")
    if invited is None:
        core.respond(transaction, request, 481, now)
        return
    tag = invited.user.local_tag if isinstance(invited.user, Call) else ""
    core.respond(transaction, request, 200, now, tag=tag)
    incoming.cancelled(core, invited, now)


def _check_extensions(request: Request) -> None:
    if "Require" in request.fields:
        foreign = [one for one in request.all("Require") if one.lower() not in SUPPORTED]
        if foreign:
            raise Malformed(420, ", ".join(foreign))


def _outside(core: Core, transaction: Transaction, request: Request, source: Hop, user: str | None, now: float) -> None:
    """An INVITE for a new call."""
    if Uri.parse(request.uri).scheme not in ("sip", "sips", "tel"):
        raise Malformed(416, REASONS[416])
    if core.layer.merge(transaction, request):
        core.respond(transaction, request, 482, now)
        return
    _check_extensions(request)
    incoming.invite(core, transaction, request, source, user or "", now)


def _challenged(core: Core, source: Hop) -> bool:
    config = core.config
    return bool(config.realm) and (config.challenged(source) if config.challenged else not config.trusted(source))


def _belongs(call: Call, request: Request) -> bool:
    tag = request.from_.tag
    return (call.dialog is not None and call.dialog.remote_tag == tag) or tag in call.early


def _in_dialog(core: Core, transaction: Transaction, request: Request, source: Hop, now: float) -> None:
    call = core.dialogs.get((request.call_id, request.to.tag))
    if call is None or not _belongs(call, request):
        core.respond(transaction, request, 481, now)
        return
    method = request.method
    dialog = call.dialog or call.early[request.from_.tag]
    if dialog.remote_cseq is not None and request.cseq < dialog.remote_cseq:
        core.respond(transaction, request, 500, now, reason="CSeq Out of Order")
        return
    dialog.remote_cseq = request.cseq
    if source != dialog.hop and source.host == dialog.hop.host:
        dialog.rehop(source)  # another connection, or another port of a translator
    if method == "BYE":
        incoming.hung_up(core, call, transaction, request, now)
        return
    if call.phase is Phase.CLOSING:
        core.respond(transaction, request, 481, now)
        return
    _check_extensions(request)
    if method == "PRACK":
        reliability.pracked(core, call, transaction, request, now)
    elif method in ("INVITE", "UPDATE"):
        renegotiating.offered(core, call, transaction, request, source, now)
    elif method == "INFO":
        key = bodies.digit(request)
        core.respond(transaction, request, 200, now)
        if key is not None:
            core.tell(call, key)
    elif method == "REFER":
        transferring.referred(core, call, transaction, request, now)
    elif method == "NOTIFY":
        transferring.notified(core, call, transaction, request, now)
    elif method == "OPTIONS":
        core.respond(transaction, request, 200, now, headers=[ALLOW, ACCEPT, SUPPORTED_HEADER])
    else:
        status = 405 if method in KNOWN_METHODS else 501
        core.respond(transaction, request, status, now, headers=[ALLOW])
