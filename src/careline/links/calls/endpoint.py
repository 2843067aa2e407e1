"""The SIP endpoint of a process: takes calls, makes calls, and keeps all limits.

Everything that SIP decides stands in careline.protocols.sip; here are sockets, the one timer, and who may come in.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from careline.links.calls.admission import Door, Neighbours, Reached, Strangers
from careline.links.calls.agent import agent_config, caller_of, target_of, trunk_named
from careline.links.calls.call import Call
from careline.links.calls.config import Config, Listen, Trunk
from careline.links.calls.events import Unreached
from careline.links.calls.media import Engine, NoPort
from careline.links.calls.timer import OneTimer
from careline.links.calls.wires import OwnWires, Wires, reachable_address
from careline.protocols.sip import (
    Credentials,
    Happened,
    Hop,
    Incoming,
    Negotiation,
    NothingFits,
    Request,
    Response,
    Send,
    Step,
    TooManyCalls,
    UserAgent,
)

__all__ = ["Endpoint", "OnCall", "Unreached"]

log = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 1.0  # for the answers to our last BYEs
UNPROVED: Final = (b"SIP/2.0 401", b"SIP/2.0 403", b"SIP/2.0 407")

OnCall = Callable[[Call], Awaitable[None]]


class Endpoint:
    """Takes calls and hands each to `on_call`; makes calls by `dial`."""

    def __init__(
        self, config: Config, engine: Engine, on_call: OnCall | None = None, *, wires: Wires | None = None
    ) -> None:
        """`wires`: those of a dispatcher; None: sockets of its own."""
        self.config = config
        self.host = reachable_address(config)
        self.counters: Counter[str] = Counter()
        self.agent: UserAgent
        self._engine = engine
        self._on_call = on_call
        self._wires = wires or OwnWires(config)
        self._neighbours = Neighbours(config.trunks)
        self._strangers = Strangers(config.stranger_answers_per_second)
        self._calls: dict[str, Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reached = Reached()
        self._peak = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._quiet = asyncio.Event()  # the answers to our last BYEs came
        self._started = self._leaving = False

    async def start(self) -> None:
        """Open the sockets. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        self._timer = OneTimer(self._ticked)
        self._door = Door(self.config, self.now())
        await self._wires.start(self._received, self._unreachable)
        self.agent = UserAgent(agent_config(self.config, self.host, self._wires, self._neighbours), now=self.now())
        self._started = True

    async def stop(self, drain_seconds: float = 0.0) -> None:
        """Take no more calls, let those that stand end by themselves for so long, then hang up."""
        if not self._started:
            return
        self._door.shut = True
        self.run(self.agent.drain(self.now()))
        if drain_seconds and self._calls:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), drain_seconds)
            log.info("%d calls did not end by themselves", len(self._calls))
        for call in list(self._calls.values()):
            call.drop(503, retry_after=self.config.retry_after_seconds)
        if self._tasks:  # what is said at the end of a call is said
            await asyncio.wait(list(self._tasks), timeout=GOODBYE_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._leaving = True
        if self.agent.stats()["closing"]:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), GOODBYE_SECONDS)
        self._started = False
        self._timer.cancel()
        await self._wires.stop()

    @property
    def addresses(self) -> Sequence[Listen]:
        """Where it listens, with the ports that 0 became."""
        return self._wires.addresses

    def stats(self) -> dict[str, int]:
        """Everything counted since the start, and what there is now."""
        now = {"active": len(self._calls), "peak": self._peak}
        return {**self.agent.stats(), **now, **self.counters, **self._wires.counters}

    async def dial(
        self,
        uri: str,
        *,
        caller: str = "",
        headers: Sequence[tuple[str, str]] = (),
        time_limit_seconds: float = 60.0,
        trunk: str = "",
        on_progress: Callable[[int], None] | None = None,
        on_begun: Callable[[Call], None] | None = None,
    ) -> Call:
        """Call an address (sip:…), or a number through a trunk with a proxy; the call, when it was answered.

        `on_begun` gets the call before it leaves, `on_progress` hears 180 and the like. When the task is cancelled the
        call is too. Raises Unreached.
        """
        neighbour = trunk_named(trunk, self.config.trunks)
        try:
            target, hop = await target_of(uri, neighbour)
        except (OSError, ValueError) as error:
            raise Unreached(503, "no such address") from error
        call, steps = self._dialled(target, hop, neighbour, caller, headers, time_limit_seconds)
        call.on_progress = on_progress
        if on_begun:
            on_begun(call)
        try:
            self.run(steps)
            if await call.wait_answered():
                return call
        except BaseException:
            call.drop()
            raise
        assert call.ended is not None
        raise Unreached(call.ended.status or 408, call.ended.detail)

    def now(self) -> float:
        """Monotonic seconds, of the loop."""
        return self._loop.time()

    def run(self, steps: Sequence[Step]) -> None:
        """Carry out what the agent wants, and set the timer."""
        for step in steps:
            if isinstance(step, Send):
                self._wires.send(step.data, step.hop)
            else:
                self._happened(step)
        if self._leaving and not self.agent.stats()["closing"]:
            self._quiet.set()
        self._timer.set(self.agent.next_at())

    def ended(self, call: Call) -> None:
        """A call is over: nothing of it stays."""
        if self._calls.pop(call.id, None) is None:
            return
        if call.outgoing:
            self._reached.ended(call.peer, self.now())
        if not self._calls:
            self._idle.set()

    def _received(self, data: bytes | Request | Response, hop: Hop) -> None:
        if not self._started:
            return
        now = self.now()
        stranger = not self._neighbours.of(hop.host) and not self._reached.knows(hop.host, now)
        if stranger and (not self._strangers.may_be_answered(hop.host, now) or self._strangers.is_crowded(now)):
            self.counters["strangers_ignored"] += 1
            return
        steps = self.agent.receive(data, hop, now)
        if stranger:
            self.counters["strangers"] += 1
        elif len(steps) == 1 and isinstance(steps[0], Send) and steps[0].data.startswith(UNPROVED):
            # Whoever does not know the secret is a stranger, wherever it comes from.
            self.counters["challenges"] += 1
            if not self._strangers.may_be_answered(hop.host, now):
                self.counters["strangers_ignored"] += 1
                return
        self.run(steps)

    def _unreachable(self, hop: Hop) -> None:
        if self._started:
            self.run(self.agent.unreachable(hop, self.now()))

    def _happened(self, step: Happened) -> None:
        if isinstance(step.event, Incoming):
            self._incoming(step.call, step.event)
        elif call := self._calls.get(step.call):
            call.happened(step.event)

    def _incoming(self, identity: str, event: Incoming) -> None:
        now = self.now()
        trunk = self._neighbours.trunk_of(event.source.host, event.authenticated)
        if event.authenticated:
            self._strangers.proved(event.source.host)
        if trunk is None:
            self._refuse(identity, 403, "refused_stranger")
        elif trunk.numbers and event.called.removeprefix("+") not in trunk.numbers:
            self._refuse(identity, 404, "refused_number")
        elif retry_after := self._door.retry_after(len(self._calls), now):
            self._refuse(identity, 503, "refused_full", retry_after)
        elif self._on_call is None:
            self._refuse(identity, 480, "refused_nobody")
        else:
            self._take(identity, event, trunk)

    def _refuse(self, identity: str, status: int, why: str, retry_after: int | None = None) -> None:
        self.counters[why] += 1
        self.run(self.agent.reject(identity, status, self.now(), retry_after=retry_after))

    def _take(self, identity: str, event: Incoming, trunk: Trunk) -> None:
        try:
            stream = self._engine.open()
        except NoPort:
            self._refuse(identity, 503, "refused_no_port", self.config.retry_after_seconds)
            return
        caller = caller_of(event, trunk, self.config.country)
        call = Call(
            self, stream, self._negotiation(stream.port), caller=caller, called=event.called,
            diversion=event.diversion, trunk=trunk.name, headers=event.request.headers,
        )  # fmt: skip
        try:
            call.offered(event.offer)
        except Exception as trouble:  # whatever is written into an offer, no port is lost for it
            stream.close()
            self._refuse(identity, 488, "refused_codec")
            if not isinstance(trouble, NothingFits):
                log.exception("an offer could not be dealt with")
            return
        self._stands(call, identity, event.source.host)
        task = self._loop.create_task(self._serve(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, call: Call) -> None:
        """The application's part of a call; whatever becomes of it, the call does not outlive it."""
        assert self._on_call is not None
        status = 480
        try:
            await self._on_call(call)
        except Exception:
            status = 500
            self.counters["failed"] += 1
            log.exception("a call failed")
        finally:
            call.drop(status)

    def _dialled(
        self, target: str, hop: Hop, trunk: Trunk | None, caller: str, headers: Sequence[tuple[str, str]], limit: float
    ) -> tuple[Call, list[Step]]:
        """A call of ours that goes out by these steps. Raises Unreached."""
        try:
            stream = self._engine.open()
        except NoPort as error:
            raise Unreached(503, "no port for sound") from error
        negotiation = self._negotiation(stream.port)
        credentials = Credentials(trunk.username, trunk.secret) if trunk and trunk.username else None
        try:
            identity, steps = self.agent.invite(
                target, hop, self.now(), sdp=negotiation.offer(), caller=caller, headers=tuple(headers),
                credentials=credentials, time_limit_seconds=limit,
            )  # fmt: skip
        except TooManyCalls as error:
            stream.close()
            raise Unreached(503, "too many calls") from error
        call = Call(
            self, stream, negotiation, called=target, trunk=trunk.name if trunk else "", outgoing=True, headers=headers
        )
        self._stands(call, identity, hop.host)
        self._reached.calls(hop.host)
        return call, steps

    def _stands(self, call: Call, identity: str, peer: str) -> None:
        call.id, call.peer = identity, peer
        self._calls[identity] = call
        self._idle.clear()
        self.counters["dialled" if call.outgoing else "taken"] += 1
        self._peak = max(self._peak, len(self._calls))

    def _negotiation(self, port: int) -> Negotiation:
        return Negotiation(self.host, port, codecs=self.config.codecs)

    def _ticked(self) -> None:
        self.run(self.agent.tick(self.now()))
