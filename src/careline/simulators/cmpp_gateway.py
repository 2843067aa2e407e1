"""A CMPP gateway (ISMG) on loopback: texts go out and come again until acknowledged, answers and receipts flow."""

import asyncio
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from careline.protocols.cmpp import codes
from careline.protocols.cmpp.connecting import ConnectRequest
from careline.protocols.cmpp.pdu import STATUS_WORDS, Deliver, ReceiptContent, Submit, receipt_content
from careline.protocols.cmpp.session import Session, Side
from careline.protocols.events import Answered, Broken, Garbled, UnbindRequested
from careline.protocols.receipts import DeliveryState
from careline.protocols.smstext import encode_parts
from careline.simulators.centre import Centre
from careline.simulators.deliveries import Arrival, ReceiptTime

REDELIVERY_SECONDS: Final = 0.05
TEMPORARY: Final = frozenset((codes.FLOW_CONTROL, codes.OTHER_ERROR))


@dataclass(slots=True, eq=False)
class CmppDelivery:
    """One DELIVER on its way to the service provider."""

    message: Deliver = field(repr=False)
    sendings: int = 0
    acknowledged: bool = False
    refused: int | None = None


class CmppGateway(Centre["GatewayConnection", CmppDelivery]):
    """A gateway; start() it, read port, text(), look at arrivals. All on one event loop."""

    def __init__(
        self,
        *,
        accounts: dict[str, str] | None = None,
        version: int = codes.VERSION_3,
        host: str = "127.0.0.1",
        port: int = 0,
        window: int = 16,
        receipts: ReceiptTime = ReceiptTime.NEVER,
    ) -> None:
        super().__init__(lambda: GatewayConnection(self), host, port)
        self.accounts = {"910086": "secret"} if accounts is None else accounts
        self.version = version
        self.window = window
        self.receipts = receipts
        self.receipt_state = DeliveryState.DELIVERED
        self.throttle = 0  # so many submissions will be answered with flow control
        self.withholding = False  # answer no submission
        self.deliveries: list[CmppDelivery] = []
        self.arrivals: list[Arrival] = []
        self.submissions: list[Submit] = []
        self.connects = 0
        self.refused_connects = 0
        self.garbage: list[str] = []

    def text(self, source: str, destination: str, text: str, *, reference: int = 0, link_id: str = "") -> None:
        """Send one text of a subscriber, in parts where it is long."""
        self.send(
            Deliver(
                self._next_id(),
                source,
                destination,
                part.payload,
                part.data_coding,
                bool(part.header),
                link_id=link_id,
            )
            for part in encode_parts(text, alphabet="ucs2", reference=reference)
        )

    def send(self, messages: Iterable[Deliver]) -> None:
        """Queue these for whoever is connected."""
        deliveries = [CmppDelivery(message) for message in messages]
        self.deliveries += deliveries
        self._queue.extend(deliveries)
        self._pump_all()

    # What connections tell

    def connect_requested(self, connection: "GatewayConnection", request: ConnectRequest) -> None:
        """Check the proof of the secret."""
        secret = self.accounts.get(request.source)
        known = secret is not None and request.knows(secret)
        self.connects += known
        self.refused_connects += not known
        status = codes.OK if known else codes.AUTHENTICATION_FAILED
        connection.session.answer_connect(request, status, secret or "")

    def submitted(self, connection: "GatewayConnection", message: Submit) -> None:
        """Take one part and answer it."""
        self.submissions.append(message)
        if self.withholding:
            return
        if self.throttle > 0:
            self.throttle -= 1
            connection.session.answer_submit(message, codes.FLOW_CONTROL, 0)
            return
        message_id = self._next_id()
        wants_receipt = message.registered and self.receipts is not ReceiptTime.NEVER
        if wants_receipt and self.receipts is ReceiptTime.BEFORE:
            self._receipt(message, message_id)
            self.pump(connection)
        connection.session.answer_submit(message, codes.OK, message_id)
        if wants_receipt and self.receipts is ReceiptTime.AFTER:
            self._receipt(message, message_id)
        self._arrived(message, str(message_id))

    def _arrived(self, message: Submit, message_id: str) -> None:
        _, body, place = message.split()
        destination, coding, now = message.destinations[0], message.message_format, time.monotonic()
        if arrival := self._whole(Arrival(message.source, destination, coding, body, now, (message_id,)), place):
            self.arrivals.append(arrival)

    def _receipt(self, message: Submit, message_id: int) -> None:
        stamp = datetime.now(UTC).strftime("%y%m%d%H%M")
        number = message.destinations[0]
        told = ReceiptContent(message_id, STATUS_WORDS[self.receipt_state], stamp, stamp, number)
        content = receipt_content(told, wide=message.wide)
        receipt = Deliver(self._next_id(), number, message.source, content, 0, is_receipt=True)
        delivery = CmppDelivery(receipt)
        self.deliveries.append(delivery)
        self._queue.append(delivery)

    def answered(self, delivery: CmppDelivery, result: int) -> None:
        """The service provider answered a delivery."""
        if result == codes.OK:
            delivery.acknowledged = True
        elif result in TEMPORARY:
            self.send_again(delivery)
        else:
            delivery.refused = result

    def send_again(self, delivery: CmppDelivery) -> None:
        """Queue a delivery once more, a little later."""
        self._queue_later(delivery, REDELIVERY_SECONDS)

    def pump(self, connection: "GatewayConnection") -> None:
        """Give a connection what its window holds."""
        session, now = connection.session, time.monotonic()
        while self._queue and session.bound and len(session.in_flight) < self.window:
            delivery = self._queue.popleft()
            delivery.sendings += 1
            session.deliver(delivery.message, delivery, now)

    def _next_id(self) -> int:
        self._counter += 1
        return int(time.time()) << 32 | self._counter


class GatewayConnection(asyncio.Protocol):
    """One service provider's connection."""

    def __init__(self, gateway: CmppGateway) -> None:
        self.gateway = gateway
        self.session = Session(Side.GATEWAY, version=gateway.version, now=time.monotonic())
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the CONNECT."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.gateway.connections.append(self)

    def data_received(self, data: bytes) -> None:
        """One read: all its events, then one write."""
        events: list[Any] = self.session.receive(data, time.monotonic())
        for event in events:
            self._handle(event)
        self.gateway.pump(self)
        self.flush()
        self.gateway.happened()

    def _handle(self, event: Any) -> None:
        gateway = self.gateway
        if isinstance(event, Submit):
            gateway.submitted(self, event)
        elif isinstance(event, Answered):
            assert isinstance(event.token, CmppDelivery)
            gateway.answered(event.token, event.status)
        elif isinstance(event, ConnectRequest):
            gateway.connect_requested(self, event)
        elif isinstance(event, Garbled | Broken):
            gateway.garbage.append(event.reason)
        if isinstance(event, Broken | UnbindRequested) and self._transport:
            self.flush()
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """What was not acknowledged will be sent again."""
        self.gateway.connections.remove(self)
        self._transport = None
        for token in self.session.close():
            assert isinstance(token, CmppDelivery)
            self.gateway.send_again(token)
        self.gateway.happened()

    def flush(self) -> None:
        """Write what is outgoing."""
        if self._transport and (outgoing := self.session.take()):
            self._transport.write(outgoing)

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport:
            self._transport.abort()
