"""Receiving: short messages of one account become arrivals, and are acknowledged when the hall has them in writing."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from careline.channels.sms.collecting import Collecting
from careline.channels.sms.doubting import Doubting
from careline.channels.sms.parts import Long
from careline.hall.turn import Arrival
from careline.ledger.inbox import fingerprint
from careline.links.link import Inbound, LinkState, Refusal, acknowledge_many, refuse_many
from careline.protocols.joining import EXPIRY
from careline.protocols.smstext import DefaultAlphabet
from careline.values.msisdn import Msisdn, NotANumber

log = logging.getLogger(__name__)

EXTRAS_MAX = 100_000
ADDRESS_LENGTH_MAX = 32


class Entrance(Protocol):
    """The way into the hall (daemons.turnstile); it calls `recorded` and `refused` of whoever offers."""

    def offer(self, arrivals: Iterable[tuple[Arrival, Any]], door: Any) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Short:
    """A message that came whole, and the id that we gave it where it had none."""

    inbound: Inbound
    given_id: str | None = None


@dataclass(slots=True)
class Received:
    """What came, for statistics."""

    messages: int = 0
    parts: int = 0
    full: int = 0
    not_a_number: int = 0
    given_up: int = 0  # long messages of which some part never came


class Receiving:
    """One account's receiving side; `link` is the name under which its messages are kept, whatever bind they came by."""

    def __init__(
        self,
        link: str,
        entrance: Entrance,
        *,
        country: str = "86",
        default_alphabet: DefaultAlphabet = "gsm7",
        doubting: Doubting | None = None,
        expiry: timedelta = EXPIRY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.link = link
        self.figures = Received()
        self.doubting = doubting or Doubting()
        self._entrance = entrance
        self._country = country
        self._loop: asyncio.AbstractEventLoop | None = None
        self._longs = Collecting(link, self.offer_long, default=default_alphabet, expiry=expiry, clock=clock)
        self._extras: OrderedDict[str, str] = OrderedDict()

    def start(self) -> None:
        """On the loop that the links run on."""
        self._loop = asyncio.get_running_loop()
        self._longs.thread.start()

    def stop(self) -> None:
        """Finish the parts that came; call it while the links still answer."""
        self._longs.stop()

    # From the links, on the loop

    def on_messages(self, bind: str, inbounds: Sequence[Inbound]) -> None:
        """What one read of a bind brought."""
        whole: list[tuple[Inbound, Msisdn]] = []
        long: list[Inbound] = []
        nobody: list[Inbound] = []
        for inbound in inbounds:
            if inbound.place is not None and inbound.place.total > 1:
                long.append(inbound)
                continue
            try:
                whole.append((inbound, Msisdn.parse(inbound.source, self._country)))
            except NotANumber:
                nobody.append(inbound)
        if whole:
            self._offer(bind, whole)
        if long:
            self._keep(bind, long)
        if nobody:
            # A sender without a number (an alphanumeric name) cannot be answered; it will not get one by trying again.
            self.figures.not_a_number += len(nobody)
            log.warning("link %s: %d messages whose sender is no telephone number were refused", bind, len(nobody))
            refuse_many(nobody, Refusal.NEVER)

    def on_state(self, bind: str, state: LinkState) -> None:
        if state is not LinkState.UP:
            self.doubting.lost(bind)

    def on_proved(self, bind: str, up_to: datetime) -> None:
        self.doubting.proved(bind, up_to)

    def _offer(self, bind: str, whole: Sequence[tuple[Inbound, Msisdn]]) -> None:
        self.figures.messages += len(whole)
        nameless = [(inbound, msisdn) for inbound, msisdn in whole if inbound.message_id is None]
        given: dict[int, str] = {}
        if nameless:
            first = nameless[0][0]
            ids = self.doubting.name(
                [fingerprint(msisdn, _address(inbound), inbound.text) for inbound, msisdn in nameless],
                bind=bind,
                connection=first.connection,
                received_at=first.received_at,
            )
            given = {id(inbound): name for (inbound, _), name in zip(nameless, ids, strict=True)}
        offered = []
        for inbound, msisdn in whole:
            given_id = given.get(id(inbound))
            message_id = given_id or inbound.message_id or ""
            if inbound.extra:
                self._keep_extra(message_id, inbound.extra)
            arrival = Arrival(
                msisdn, inbound.text, self.link, message_id, inbound.received_at, "sms", _address(inbound)
            )
            offered.append((arrival, Short(inbound, given_id)))
        if full := self._entrance.offer(offered, self):
            self._refuse(full, Refusal.FULL)

    def _keep(self, bind: str, long: list[Inbound]) -> None:
        self.figures.parts += len(long)
        self.doubting.heard_from(bind, long[0].connection)
        if not self._longs.add(long):
            self.figures.full += len(long)
            refuse_many(long, Refusal.FULL)

    def _keep_extra(self, message_id: str, extra: str) -> None:
        self._extras[message_id] = extra
        if len(self._extras) > EXTRAS_MAX:
            self._extras.popitem(last=False)

    def extra_of(self, message_id: str) -> str:
        """What an answer to this message must carry back (CMPP's LinkID); forgotten when we restart."""
        return self._extras.get(message_id, "")

    # From the turnstile, in a batcher's thread

    def recorded(self, tokens: Sequence[Short | Long]) -> None:
        """The hall has these: acknowledge them, every part that still waits for it included."""
        inbounds: list[Any] = []
        series: list[str] = []
        for token in tokens:
            if isinstance(token, Short):
                inbounds.append(token.inbound)
            else:
                inbounds += token.tags
                series.append(token.series)
        acknowledge_many(inbounds)
        if series:
            self._longs.finished(series)

    def refused(self, tokens: Sequence[Short | Long]) -> None:
        """The hall could not take these in; whoever sent them shall send them again."""
        self._refuse(tokens, Refusal.AGAIN)

    def _refuse(self, tokens: Sequence[Short | Long], refusal: Refusal) -> None:
        if refusal is Refusal.FULL:
            self.figures.full += len(tokens)
        ids = [token.given_id for token in tokens if isinstance(token, Short) and token.given_id]
        if ids and self._loop:
            # Before the answers, which go the same way: so the repetition finds the doubt.
            self._loop.call_soon_threadsafe(self.doubting.refused, ids)
        inbounds: list[Any] = []
        for token in tokens:
            if isinstance(token, Short):
                inbounds.append(token.inbound)
            else:
                inbounds += token.tags
                self._longs.not_taken(token.series)
        # Through the loop, so that a doubt of this very turn of the loop is written down before its answer leaves.
        if self._loop:
            self._loop.call_soon_threadsafe(refuse_many, inbounds, refusal)

    def offer_long(self, longs: Iterable[Long]) -> None:
        """Complete messages, and those whose time is over; from the thread that keeps parts."""
        offered = []
        for long in longs:
            try:
                msisdn = Msisdn.parse(long.joined.source, self._country)
            except NotANumber:
                self.figures.not_a_number += 1
                refuse_many(long.tags, Refusal.NEVER)  # type: ignore[arg-type]
                self._longs.finished([long.series])
                continue
            if long.joined.missing:
                self.figures.given_up += 1
                log.warning(
                    "link %s: %d of %d parts of a long message never came; it is dealt with as it is",
                    self.link, len(long.joined.missing), long.joined.pieces[0].place.total,
                )  # fmt: skip
            address = long.joined.destination[:ADDRESS_LENGTH_MAX]
            arrival = Arrival(msisdn, long.joined.text, self.link, long.series, long.received_at, "sms", address)
            offered.append((arrival, long))
        if full := self._entrance.offer(offered, self):
            self._refuse(full, Refusal.FULL)


def _address(inbound: Inbound) -> str:
    """The number that was written to, as the answer must name it."""
    return inbound.destination[:ADDRESS_LENGTH_MAX]
