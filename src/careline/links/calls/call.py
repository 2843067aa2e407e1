"""One call as the application sees it: ring, answer, refuse, hold, transfer, hang up, and what the caller does."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from careline.links.calls.events import CallEvent, Digit, Held, Resumed
from careline.links.calls.media import Stream
from careline.protocols.sip import Agreed, Negotiation, NothingFits, UserAgent, steps
from careline.protocols.sip.sdp import Direction
from careline.protocols.sip.steps import Ended, Event, Step
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

EVENTS_MAX: Final = 256  # keys that nobody reads are forgotten from there on


class Owner(Protocol):
    """What a call needs of its endpoint."""

    agent: UserAgent

    def now(self) -> float:
        """Monotonic seconds, of the loop."""

    def run(self, steps: Sequence[Step]) -> None:
        """Carry out what the agent wants."""

    def ended(self, call: "Call") -> None:
        """This call is over."""


class Call:
    """A call, ours or theirs. `events` tells what happens; `Ended` is its last."""

    def __init__(
        self,
        owner: Owner,
        stream: Stream,
        negotiation: Negotiation,
        *,
        caller: Msisdn | None = None,
        called: str = "",
        diversion: str = "",
        trunk: str = "",
        outgoing: bool = False,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.id = ""
        self.peer = ""  # the host that its messages come from or go to
        self.caller = caller
        self.called = called
        self.diversion = diversion
        self.trunk = trunk
        self.outgoing = outgoing
        self.headers = headers
        self.stream = stream
        self.events: asyncio.Queue[CallEvent] = asyncio.Queue()
        self.answered = False  # a 200 was sent or came
        self.held = False
        self.ended: Ended | None = None
        self.quality: Mapping[str, Any] = {}  # of the sound, when the call has ended
        self.on_progress: Callable[[int], None] | None = None
        self._owner = owner
        self._negotiation = negotiation
        self._description = b""  # our answer to the offer of the INVITE
        self._agreed: Agreed | None = None
        self._acknowledged = False
        self._lost = ""  # why we end it as lost
        self._accepted_transfer = False
        self._waits: dict[str, asyncio.Future[bool]] = {}
        self._changing = asyncio.Lock()
        stream.on_digit = self._key
        stream.on_lost = self._silent

    def __repr__(self) -> str:
        return f"<Call {self.id} {'to' if self.outgoing else 'from'} {self.caller or 'unknown'}>"

    def offered(self, offer: bytes) -> None:
        """Take the session description of the INVITE, if it has one. Raises NothingFits."""
        if offer:
            self._description, self._agreed = self._negotiation.answer(offer)

    async def ring(self) -> None:
        """Tell the caller that it rings (180)."""
        self._owner.run(self._owner.agent.ring(self.id, self._owner.now()))

    async def answer(self, early: bool = False) -> bool:
        """Answer (200), or only let sound through before the answer (183). False: the call has ended meanwhile.

        Where the caller left the offer to us this waits for the answer that comes with the ACK.
        """
        if self.ended or self.answered:
            return not self.ended
        agent, now = self._owner.agent, self._owner.now()
        if early:
            self._owner.run(agent.ring(self.id, now, status=183, sdp=self._description))
        else:
            self.answered = True
            stands = self._wait("acknowledged") if self._agreed is None else None
            self._owner.run(agent.answer(self.id, self._description or self._negotiation.offer(), now))
            if stands:
                return await stands
        if self._agreed:
            self._direct(self._agreed)
        return not self.ended

    async def stands(self) -> bool:
        """Wait until our answer is acknowledged: before, the other side may not hear, nor be asked for anything.

        False: it ended instead.
        """
        if not self._acknowledged:
            self._acknowledged = await self._wait("acknowledged")
        return not self.ended

    async def hang_up(self, status: int | None = None, cause: str = "", retry_after: int | None = None) -> None:
        """End it: before the answer with this status (480 unless told), after it with BYE; `cause` is told as Reason."""
        self.drop(status, cause, retry_after)

    def drop(self, status: int | None = None, cause: str = "", retry_after: int | None = None) -> None:
        """As hang_up, where nothing can be awaited."""
        if self.ended:
            return
        agent, now = self._owner.agent, self._owner.now()
        if self.outgoing or self.answered:
            self._owner.run(agent.hang_up(self.id, now, cause=cause))
        else:
            self._owner.run(agent.reject(self.id, status or 480, now, reason=cause, retry_after=retry_after))
        if not self.ended:
            self._end(Ended("ours", status or 0))

    async def hold(self) -> bool:
        """Hold the other side: it is heard no more, and may be played to. Whether it took that."""
        return await self._change("sendonly")

    async def resume(self) -> bool:
        """End the hold."""
        return await self._change("sendrecv")

    async def refer(self, uri: str) -> bool:
        """Ask the other side to call this address instead (RFC 3515); whether that worked.

        Who hangs up after having accepted is taken to be on the way: many do not report.
        """
        if not await self.stands():
            return False
        wait = self._wait("transferred")
        self._accepted_transfer = False
        self._owner.run(self._owner.agent.refer(self.id, uri, self._owner.now()))
        return await wait

    async def report(self, status: int, reason: str = "") -> None:
        """Tell the other side how the transfer goes that it asked for by `Referred`; 200 and above ends it."""
        self._owner.run(self._owner.agent.report(self.id, status, self._owner.now(), reason=reason))

    async def info(self, content_type: str, body: bytes) -> None:
        """Send an INFO."""
        if await self.stands():
            self._owner.run(self._owner.agent.info(self.id, content_type, body, self._owner.now()))

    def happened(self, event: Event) -> None:
        """What the user agent tells of this call."""
        match event:
            case steps.Acknowledged(answer):
                self._acknowledged = True
                self._take(answer)
                self._resolve("acknowledged", True)
            case steps.Progress(status, sdp):
                self._take(sdp)
                if self.on_progress:
                    self.on_progress(status)
            case steps.Answered(sdp):
                self.answered = self._acknowledged = True
                self._take(sdp)
                self._resolve("answered", True)
            case steps.Offer(sdp):
                self._accept(sdp)
            case steps.Renegotiated(answer):
                self._take(answer)
                self._resolve("changed", True)
            case steps.Unchanged():
                self._resolve("changed", False)
            case steps.InfoDigit(digit):
                self.stream.told_digit(digit, "info")
            case steps.Referred():
                self._tell(event)
            case steps.Transferred(status):
                self._accepted_transfer |= status < 300
                if event.final:
                    self._resolve("transferred", status < 300)
            case Ended():
                self._end(event)

    async def wait_answered(self) -> bool:
        """Wait until a call of ours is answered; False: it ended without."""
        return self.answered or await self._wait("answered")

    def _wait(self, what: str) -> asyncio.Future[bool]:
        """What comes of this; shared by all who wait for the same."""
        if self.ended:
            over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            over.set_result(False)
            return over
        future = self._waits.get(what)
        if future is None or future.done():
            future = self._waits[what] = asyncio.get_running_loop().create_future()
        return future

    def _resolve(self, what: str, result: bool) -> None:
        future = self._waits.pop(what, None)
        if future and not future.done():
            future.set_result(result)

    async def _change(self, direction: Direction) -> bool:
        async with self._changing:
            if not await self.stands():
                return False
            wait = self._wait("changed")
            offer = self._negotiation.offer(direction)
            self._owner.run(self._owner.agent.reinvite(self.id, offer, self._owner.now()))
            return await wait

    def _take(self, answer: bytes) -> None:
        """An answer to an offer of ours."""
        if not answer:
            return
        try:
            self._agree(self._negotiation.take(answer))
        except NothingFits as trouble:
            self._lost = f"no common codec: {trouble}"
            self.drop()

    def _accept(self, offer: bytes) -> None:
        """The other side wants the session otherwise."""
        agent, now = self._owner.agent, self._owner.now()
        if not offer:
            self._owner.run(agent.accept(self.id, self._negotiation.offer(), now))
            return
        try:
            description, agreed = self._negotiation.answer(offer)
        except NothingFits:
            self._owner.run(agent.refuse(self.id, 488, now))
            return
        self._owner.run(agent.accept(self.id, description, now))
        self._agree(agreed)

    def _agree(self, agreed: Agreed) -> None:
        if self.ended:
            return
        was_held, self._agreed, self.held = self.held, agreed, agreed.held
        self._direct(agreed)
        if was_held != agreed.held:
            self._tell(Held() if agreed.held else Resumed())

    def _direct(self, agreed: Agreed) -> None:
        remote = None if agreed.held else agreed.remote
        self.stream.direct(remote, agreed.codec, agreed.event_type, near=(self.peer,))
        self.stream.expect(agreed.direction in ("sendrecv", "recvonly"))
        # Where keys can come as events, tones are only sound: listening to them costs, and hears what is not there.
        self.stream.listen_inband(agreed.event_type is None)

    def _key(self, key: str, how: str) -> None:
        self._tell(Digit(key, how))

    def _tell(self, event: CallEvent) -> None:
        if not self.ended and self.events.qsize() < EVENTS_MAX:
            self.events.put_nowait(event)

    def _silent(self) -> None:
        """Nothing was heard for the limit, not even RTCP: the other side is gone without a word."""
        self._lost = "no sound"
        self.drop()

    def _end(self, event: Ended) -> None:
        if self.ended:
            return
        self.ended = Ended("lost", detail=self._lost) if self._lost and event.reason == "ours" else event
        self.quality = self.stream.quality()
        self.stream.close()
        self.events.put_nowait(self.ended)
        left = event.reason == "hung_up" and self._accepted_transfer
        self._resolve("transferred", left)
        for what in list(self._waits):
            self._resolve(what, False)
        self._owner.ended(self)
