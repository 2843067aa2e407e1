"""What all parts of the user agent share: calls, transactions, alarms, and the way out."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final

from careline.protocols.sip.alarms import Alarms
from careline.protocols.sip.call import Call, Phase
from careline.protocols.sip.config import PRODUCT, Config
from careline.protocols.sip.dialog import Dialog
from careline.protocols.sip.digest import Gate
from careline.protocols.sip.layer import COOKIE, Layer, Transaction
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Ended, EndReason, Event, Happened, Hop, Send, Step
from careline.protocols.sip.transaction import State
from careline.protocols.sip.writing import SDP, Headers, Self, response

TARGET_REFRESHES: Final = frozenset(("INVITE", "UPDATE", "REFER", "NOTIFY"))

# What became of a request in a dialog: its status, and the response if one came.
Then = Callable[[Call, int, Response | None, float], None]


class Core:
    """The state of one agent; modules of verbs work on it, `agent.UserAgent` is its face."""

    def __init__(self, config: Config, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self.config = config
        self.entropy = entropy
        self.chance = Random(entropy(8))
        self.out: list[Step] = []
        self.alarms = Alarms()
        self.layer = Layer(config.timing, self.alarms, self.out)
        self.self = Self(config)
        self.gate = Gate(
            config.realm, config.users, nonces_max=config.limits.nonces, algorithms=config.algorithms, entropy=entropy
        )
        self.calls: dict[str, Call] = {}
        self.dialogs: dict[tuple[str, str], Call] = {}
        self.counts: Counter[str] = Counter()
        self.live = 0
        self.draining = False
        self.source: Hop = Hop("udp", "0.0.0.0", 0)  # noqa: S104  of the message at hand
        self._numbers = count(1)
        self._agent = entropy(4).hex()

    # Names that nobody else has

    def token(self) -> str:
        """A tag, or what makes a branch unique; RFC 3261 §19.3 asks for 32 bits at least."""
        return self.entropy(8).hex()

    def branch(self) -> str:
        """A new branch."""
        return f"{COOKIE}{self.token()}"

    def number(self) -> str:
        """A new id of a call."""
        return f"{self._agent}-{next(self._numbers)}"

    # Calls

    def add(self, call: Call) -> None:
        """Know a call from now on."""
        self.calls[call.id] = call
        self.dialogs[call.call_id, call.local_tag] = call
        self.live += 1

    def tell(self, call: Call, event: Event) -> None:
        """Tell the application, unless the call is over for it."""
        if call.phase is not Phase.CLOSING:
            self.out.append(Happened(call.id, event))

    def end(self, call: Call, reason: EndReason, status: int = 0, detail: str = "") -> bool:
        """Tell the end of a call, once, and stop whatever it would do by itself; False: it was told already."""
        if call.phase is Phase.CLOSING:
            return False
        self.tell(call, Ended(reason, status, detail))
        self.counts[f"ended_{reason}"] += 1
        call.phase = Phase.CLOSING
        self.live -= 1
        for alarm in (call.session_alarm, call.limit_alarm, call.retry_alarm, call.referring, call.report_alarm):
            self.alarms.cancel(alarm)
        if call.reliable:
            self.alarms.cancel(call.reliable.alarm)
            call.reliable = None
        call.session_alarm = call.limit_alarm = call.retry_alarm = call.referring = call.report_alarm = None
        call.provisionals.clear()
        return True

    def forget(self, call: Call, now: float) -> None:
        """Drop a call whose end was told and whose wire is tidy."""
        assert call.phase is Phase.CLOSING
        if call.offered:
            offered, call.offered = call.offered, None
            self.respond(offered.transaction, offered.request, 487, now)
        if call.unacknowledged:
            self.alarms.cancel(call.unacknowledged.alarm)
            call.unacknowledged = None
        for transaction in (call.invite_client, call.reinvite_client):
            # Whoever only said 180 may never say more; an answered one still acknowledges what comes again.
            if transaction is not None and transaction.state in (State.CALLING, State.PROCEEDING):
                self.layer.end(transaction)
        if self.calls.pop(call.id, None):
            self.dialogs.pop((call.call_id, call.local_tag), None)
        call.request = call.invite_server = None

    # Responses

    def respond(
        self,
        transaction: Transaction,
        request: Request,
        status: int,
        now: float,
        *,
        tag: str = "",
        headers: Headers = (),
        body: bytes = b"",
        reason: str = "",
    ) -> None:
        """Answer a request through its transaction."""
        if status >= 200:
            self.counts[f"answered_{status}"] += 1
        data = response(request, status, tag or self.stateless_tag(request), headers, body, reason)
        self.layer.respond(transaction, status, data, now)

    def refuse_statelessly(
        self, request: Request, hop: Hop, status: int, headers: Headers = (), reason: str = ""
    ) -> None:
        """Answer without a transaction (RFC 3261 §8.2.7): floods and garbage cost no memory."""
        self.counts[f"answered_{status}"] += 1
        data = response(request, status, self.stateless_tag(request), headers, reason=reason)
        self.out.append(Send(data, hop))

    def stateless_tag(self, request: Request) -> str:
        """The same tag for the same request again, unguessable."""
        return f"{hash((self._agent, request.via.branch, request.call_id)) & 0xFFFF_FFFF_FFFF:012x}"

    # Requests in a dialog

    def ask(
        self,
        call: Call,
        dialog: Dialog,
        method: str,
        then: Then | None,
        now: float,
        *,
        headers: Headers = (),
        body: bytes = b"",
    ) -> None:
        """Send a request within a dialog; a challenge is answered once if we have a password."""
        Asking(self, call, dialog, method, then, list(headers), body).send(now)

    def in_dialog(
        self, dialog: Dialog, method: str, cseq: int, branch: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> tuple[bytes, Hop]:
        """The bytes of a request within a dialog, and where they go."""
        uri, routes = dialog.addressed()
        hop = dialog.next_hop()
        lines = [f"{method} {uri} SIP/2.0\r\nVia: {self.self.via(hop, branch)}\r\nMax-Forwards: 70\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in routes]
        lines.append(
            f"From: {dialog.local}\r\nTo: {dialog.remote}\r\nCall-ID: {dialog.call_id}\r\nCSeq: {cseq} {method}\r\n"
        )
        if method in TARGET_REFRESHES:
            name, value = self.self.contact_header(hop)
            lines.append(f"{name}: {value}\r\n")
        lines += [f"{name}: {value}\r\n" for name, value in headers]
        lines.append(f"User-Agent: {PRODUCT}\r\nContent-Length: {len(body)}\r\n\r\n")
        return "".join(lines).encode("utf-8", "surrogateescape") + body, hop

    def acknowledge(self, dialog: Dialog, cseq: int, sdp: bytes, headers: Headers = ()) -> Send:
        """Send the ACK of a 2xx; it is a request of its own, without a transaction."""
        lines = [*headers, SDP] if sdp else headers
        data, hop = self.in_dialog(dialog, "ACK", cseq, self.branch(), lines, sdp)
        send = Send(data, hop)
        self.out.append(send)
        return send

    def bye(self, call: Call, dialog: Dialog, now: float, *, cause: str = "", forget: bool = True) -> None:
        """Send BYE; the call is forgotten when it is answered, or nobody does."""
        headers = [("Reason", cause)] if cause else []

        def gone(call: Call, status: int, response: Response | None, now: float) -> None:
            if status >= 200 and forget and call.phase is Phase.CLOSING:
                self.forget(call, now)

        self.ask(call, dialog, "BYE", gone, now, headers=headers)


class Asking:
    """A request within a dialog, on its way."""

    __slots__ = ("ack", "body", "call", "core", "cseq", "dialog", "headers", "method", "then", "tried")

    def __init__(
        self,
        core: Core,
        call: Call,
        dialog: Dialog,
        method: str,
        then: Then | None,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> None:
        self.core, self.call, self.dialog, self.method = core, call, dialog, method
        self.then, self.headers, self.body = then, headers, body
        self.tried = False
        self.cseq = 0
        self.ack: Send | None = None

    def send(self, now: float) -> None:
        """Put it on its way, as a transaction of its own."""
        core, dialog = self.core, self.dialog
        dialog.local_cseq = self.cseq = dialog.local_cseq + 1
        branch = core.branch()
        data, hop = core.in_dialog(dialog, self.method, self.cseq, branch, self.headers, self.body)
        transaction = core.layer.request(self.method, branch, data, hop, self.heard, now)
        if self.method == "INVITE":
            uri, routes = dialog.addressed()
            transaction.ack = failure_ack(uri, core.self.via(hop, branch), routes, self.cseq)
            self.call.reinvite_client = transaction

    def heard(self, _: Transaction, status: int, response: Response | None, now: float) -> None:
        """Answer a challenge, acknowledge a 2xx of an INVITE, and pass on what is left."""
        if self.method == "INVITE" and response is not None and 200 <= status < 300:
            if self.ack is not None:
                self.core.out.append(self.ack)
                return
            with suppress(Malformed):  # a Contact that cannot be read leaves the one before
                self.dialog.retarget(response, self.core.source)
            self.ack = self.core.acknowledge(self.dialog, self.cseq, b"")
        if status in (401, 407) and response is not None and not self.tried and self._authorize(response):
            self.tried = True
            self.send(now)
            return
        if self.then is not None:
            self.then(self.call, status, response, now)

    def _authorize(self, response: Response) -> bool:
        header = authorization(self.call, response, self.method, self.dialog.addressed()[0])
        if header is None:
            return False
        self.headers.append(header)
        return True


def authorization(call: Call, response: Response, method: str, uri: str) -> tuple[str, str] | None:
    """Our answer to a challenge; None: we have no password, or understand none of the challenges."""
    if call.answerer is None:
        return None
    asks, answers = ("WWW-Authenticate", "Authorization")
    if response.status == 407:
        asks, answers = ("Proxy-Authenticate", "Proxy-Authorization")
    value = call.answerer.answer(response.fields.get(asks, []), method, uri)
    return None if value is None else (answers, value)


def failure_ack(uri: str, via: str, routes: Iterable[tuple[str, str]], cseq: int) -> Callable[[Response], bytes]:
    """What writes the ACK for a failure of our INVITE: same branch, same route, their To (RFC 3261 §17.1.1.3)."""
    route = "".join(f"{name}: {value}\r\n" for name, value in routes)

    def written(response: Response) -> bytes:
        return (
            f"ACK {uri} SIP/2.0\r\nVia: {via}\r\nMax-Forwards: 70\r\n{route}From: {response.get('From')}\r\n"
            f"To: {response.get('To')}\r\nCall-ID: {response.call_id}\r\nCSeq: {cseq} ACK\r\nContent-Length: 0\r\n\r\n"
        ).encode("utf-8", "surrogateescape")

    return written
