"""The SIP user agent, without a socket and without a clock: messages in, bytes to send and events out.

    steps = agent.receive(data, source, now)      steps = agent.tick(now), when agent.next_at() has come
    steps = agent.answer(call, sdp, now)          and the other commands

`now` is a monotonic time in seconds. Nothing that a peer sends raises anything here.
"""

import os
from collections.abc import Callable, Iterable, Sequence

from careline.protocols.sip import (
    incoming,
    outgoing,
    receiving,
    reliability,
    renegotiating,
    transferring,
)
from careline.protocols.sip.call import Call, Phase
from careline.protocols.sip.config import Config
from careline.protocols.sip.core import Core
from careline.protocols.sip.digest import Answerer
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Credentials, Hop, Send, Step
from careline.protocols.sip.uri import Uri, escaped


class TooManyCalls(Exception):
    """The agent is full, or draining: no call of ours either."""


class UserAgent:
    """Calls in both directions; see the module's sentence for its use."""

    def __init__(self, config: Config, *, now: float = 0.0, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._core = Core(config, entropy)
        self._began = now

    # What comes in

    def receive(self, data: bytes | Request | Response, source: Hop, now: float) -> list[Step]:
        """Take a datagram, or a message of a stream."""
        receiving.receive(self._core, data, source, now)
        return self._taken()

    def broken(self, trouble: Malformed, source: Hop, now: float) -> list[Step]:
        """StreamParser raised: answer its request if that is possible; the connection is to be closed after that."""
        self._core.counts["received"] += 1
        self._core.counts["malformed"] += 1
        receiving.refuse_broken(self._core, trouble, source)
        return self._taken()

    def tick(self, now: float) -> list[Step]:
        """Do what is due."""
        self._core.alarms.ring(now)
        return self._taken()

    def next_at(self) -> float | None:
        """When tick() is due; None: nothing is."""
        return self._core.alarms.next_at()

    def unreachable(self, hop: Hop, now: float) -> list[Step]:
        """Sending to this hop failed, or its connection was closed."""
        core = self._core
        core.layer.unreachable(hop, now)
        if hop.connection:
            for call in core.calls.values():
                if call.dialog is not None and call.dialog.hop == hop:
                    call.dialog.rehop(hop._replace(connection=0))
        return self._taken()

    # Calls to us

    def ring(
        self, call: str, now: float, *, status: int = 180, sdp: bytes = b"", reliable: bool | None = None
    ) -> list[Step]:
        """180, or 183 with early media; `reliable` None: by 100rel where the caller can and a description goes along."""
        return self._with(call, lambda one: reliability.ring(self._core, one, status, sdp, reliable, now))

    def answer(self, call: str, sdp: bytes, now: float) -> list[Step]:
        """200 with our answer (with our offer, if Incoming had none)."""
        return self._with(call, lambda one: incoming.answer(self._core, one, sdp, now))

    def reject(
        self,
        call: str,
        status: int,
        now: float,
        *,
        reason: str = "",
        retry_after: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> list[Step]:
        """A final failure, 300 to 699."""
        assert 300 <= status <= 699
        lines = clean(headers)
        if retry_after is not None:
            lines.append(("Retry-After", str(retry_after)))
        return self._with(call, lambda one: incoming.reject(self._core, one, status, lines, reason, now))

    # Calls of ours

    def invite(
        self,
        target: str,
        hop: Hop,
        now: float,
        *,
        sdp: bytes = b"",
        caller: str = "",
        headers: Iterable[tuple[str, str]] = (),
        credentials: Credentials | None = None,
        routes: Sequence[str] = (),
        time_limit_seconds: float | None = None,
        asserted: str = "",
    ) -> tuple[str, list[Step]]:
        """Call `target` (a URI) by way of `hop`; raises TooManyCalls, and Malformed for what is no URI.

        `caller` is a whole URI or a user part for From; `asserted` a URI for P-Asserted-Identity, for hops that believe
        us; `routes` are whole Route values. Without `sdp` the peer makes the offer.
        """
        core = self._core
        if core.live >= core.config.limits.calls or core.draining:
            raise TooManyCalls
        Uri.parse(target)
        call_id = core.config.call_id() if core.config.call_id else f"{core.token()}@{core.config.host}"
        call = Call(core.number(), call_id, core.token(), Phase.CALLING, outgoing=True)
        own = core.self.sent_by.get(hop.transport, core.config.host)
        from_uri = caller if ":" in caller else f"sip:{escaped(caller or core.config.user)}@{own}"
        Uri.parse(from_uri)
        lines = clean(headers)
        if asserted:
            lines.append(("P-Asserted-Identity", f"<{Uri.parse(asserted).text}>"))
        core.source = hop
        from_ = f"<{from_uri}>;tag={call.local_tag}"
        call.invitation = outgoing.invitation_of(core, target, from_, tuple(routes), lines, sdp)
        who = credentials or core.config.credentials
        call.answerer = Answerer(who, entropy=core.entropy) if who else None
        core.add(call)
        core.counts["outgoing"] += 1
        patience = core.config.limits.ringing_seconds if time_limit_seconds is None else time_limit_seconds
        call.limit_alarm = core.alarms.arm(now + patience, lambda one, at: outgoing.rang_out(core, one, at), call)
        outgoing.send(core, call, now)
        return call.id, self._taken()

    def acknowledge(self, call: str, sdp: bytes, now: float) -> list[Step]:
        """Our answer to the offer that their 200 carried."""
        return self._with(call, lambda one: outgoing.acknowledge(self._core, one, sdp))

    # In a call

    def reinvite(self, call: str, sdp: bytes, now: float) -> list[Step]:
        """Offer another session."""
        return self._with(call, lambda one: renegotiating.offer(self._core, one, "INVITE", sdp, now))

    def update(self, call: str, sdp: bytes, now: float) -> list[Step]:
        """Offer another session by UPDATE, if the peer allows it; else by re-INVITE."""
        return self._with(call, lambda one: renegotiating.offer(self._core, one, "UPDATE", sdp, now))

    def accept(self, call: str, sdp: bytes, now: float) -> list[Step]:
        """Answer an Offer."""
        return self._with(call, lambda one: renegotiating.accept(self._core, one, sdp, now))

    def refuse(self, call: str, status: int, now: float) -> list[Step]:
        """Refuse an Offer; the session stays as it was."""
        assert 300 <= status <= 699
        return self._with(call, lambda one: renegotiating.refuse(self._core, one, status, now))

    def refer(self, call: str, target: str, now: float, *, referred_by: str = "") -> list[Step]:
        """Ask the peer to call `target`; raises Malformed for what is no URI."""
        for uri in filter(None, (target, referred_by)):
            Uri.parse(uri)
        return self._with(call, lambda one: transferring.refer(self._core, one, target, referred_by, now))

    def report(self, call: str, status: int, now: float, *, reason: str = "") -> list[Step]:
        """Tell the peer how the call goes that it asked for by REFER; a final status ends that."""
        return self._with(call, lambda one: transferring.report(self._core, one, status, reason, now))

    def info(self, call: str, content_type: str, body: bytes, now: float) -> list[Step]:
        """Send INFO."""

        def sent(one: Call) -> None:
            if one.dialog is not None and one.phase is Phase.TALKING:
                headers = clean([("Content-Type", content_type)])
                self._core.ask(one, one.dialog, "INFO", None, now, headers=headers, body=body)

        return self._with(call, sent)

    def hang_up(self, call: str, now: float, *, cause: str = "") -> list[Step]:
        """End a call by BYE, CANCEL or a refusal, whatever fits; `cause` is a whole Reason value (RFC 3326)."""

        def done(one: Call) -> None:
            if one.phase is Phase.CALLING:
                self._core.end(one, "ours")
                outgoing.give_up(self._core, one, now)
                return
            if one.answer_waiting:
                outgoing.acknowledge(self._core, one, b"")
            incoming.hang_up(self._core, one, "".join(value for _, value in clean([("Reason", cause)])), now)

        return self._with(call, done)

    # The whole

    def drain(self, now: float) -> list[Step]:
        """Take no new calls; those that are there go on."""
        self._core.draining = True
        return []

    def undrain(self) -> None:
        """Take calls again."""
        self._core.draining = False

    @property
    def live(self) -> int:
        """Calls whose end was not told yet."""
        return self._core.live

    def knows(self, call: str) -> bool:
        """Whether a call goes on."""
        found = self._core.calls.get(call)
        return found is not None and found.phase is not Phase.CLOSING

    def stats(self) -> dict[str, int]:
        """Counters since the start, and how much of everything lives now."""
        core = self._core
        phases = dict.fromkeys(Phase, 0)
        for call in core.calls.values():
            phases[call.phase] += 1
        return dict(core.counts) | {
            "calls": core.live,
            **{phase.name.lower(): number for phase, number in phases.items()},
            "transactions": len(core.layer),
            "server_transactions": len(core.layer.servers),
            "client_transactions": len(core.layer.clients),
            "merge_keys": len(core.layer.merged),
            "dialogs": len(core.dialogs),
            "timers": len(core.alarms),
            "nonces": len(core.gate),
            "retransmitted": core.layer.retransmitted,
            "draining": int(core.draining),
        }

    def _with(self, call: str, do: Callable[[Call], None]) -> list[Step]:
        found = self._core.calls.get(call)
        if found is not None and found.phase is not Phase.CLOSING:
            do(found)
        return self._taken()

    def _taken(self) -> list[Step]:
        steps = self._core.out[:]
        self._core.out.clear()
        self._core.counts["sent"] += sum(isinstance(step, Send) for step in steps)
        return steps


def clean(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers whose values cannot grow a second line."""
    return [(name, " ".join(value.replace("\0", "").split())) for name, value in headers if value]
