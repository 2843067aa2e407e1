"""An SMSC on loopback that speaks SMPP 3.4: subscribers' texts go out, answers come in, and it misbehaves on request.

It is fast enough to share a small machine with what it tests: one write per read, no task per message.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final, Literal

from careline.protocols.receipts import DeliveryState
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import BindRequest, Message
from careline.protocols.smpp.receipt import receipt_tlvs, write_receipt
from careline.protocols.smpp.states import MAY_DELIVER
from careline.simulators.centre import Centre
from careline.simulators.deliveries import Arrival, Delivery, ReceiptTime, texts
from careline.simulators.smsc_connection import SmscConnection

REDELIVERY_SECONDS_MAX: Final = 5.0
TEMPORARY: Final = frozenset(
    (codes.TEMPORARY_APPLICATION_ERROR, codes.THROTTLED, codes.MESSAGE_QUEUE_FULL, codes.SYSTEM_ERROR)
)
"""Statuses of a deliver_sm_resp after which it sends the message again."""


class Smsc(Centre[SmscConnection, Delivery]):
    """An SMSC; start() it, read port, send() texts, look at arrivals. All on one event loop."""

    def __init__(
        self,
        *,
        accounts: dict[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        window: int = 256,
        response_seconds: float = 60.0,
        redelivery_seconds: float = 0.1,
        receipts: ReceiptTime = ReceiptTime.NEVER,
        on_arrivals: Callable[[list[Arrival]], None] | None = None,
        remember: bool = True,
    ) -> None:
        super().__init__(lambda: SmscConnection(self), host, port)
        self.accounts = {"careline": "secret"} if accounts is None else accounts
        self.window = window  # deliveries without an answer, per bind
        self.response_seconds = response_seconds  # then a delivery is sent again
        self.redelivery_seconds = redelivery_seconds  # before the first redelivery; doubled each time
        self.receipts = receipts
        self.remember = remember  # keep every delivery and arrival; without, only counts, for millions of them
        self.receipt_form: Literal["text", "tlv", "both"] = "text"
        self.receipt_id: Callable[[str], str] = str  # how the id is written in receipts
        self.receipt_state = DeliveryState.DELIVERED
        # Misbehaviour
        self.throttle = 0  # so many submissions will be answered with THROTTLED
        self.answer_status: Callable[[Message], int] | None = None
        self.withholding = False  # keep answers to submissions back until release()
        self.deaf = False  # read nothing, answer nothing
        # What happened
        self.deliveries: list[Delivery] = []
        self.arrivals: list[Arrival] = []
        self.submissions = 0  # parts, throttled ones too
        self.throttled = 0
        self.sendings = 0
        self.acknowledged = 0
        self.redelivered = 0
        self.binds = 0
        self.refused_binds = 0
        self.garbage: list[str] = []
        self._on_arrivals = on_arrivals
        self._withheld: list[tuple[SmscConnection, int, int, str]] = []

    # Subscribers' texts

    def send(self, deliveries: Iterable[Delivery]) -> None:
        """Queue these for whoever is bound; kept and sent again until acknowledged or refused for good."""
        deliveries = list(deliveries)
        if self.remember:
            self.deliveries += deliveries
        self._queue.extend(deliveries)
        self._pump_all()

    def text(self, source: str, destination: str, text: str) -> list[Delivery]:
        """Send one text of a subscriber."""
        deliveries = texts(source, destination, text)
        self.send(deliveries)
        return deliveries

    @property
    def unsettled(self) -> int:
        """Deliveries that still have to be acknowledged; counts through all of them."""
        return sum(1 for delivery in self.deliveries if not delivery.settled)

    # Misbehaviour

    def shuffle(self, chance: random.Random) -> None:
        """Deliver what waits in another order than it was sent in."""
        waiting = list(self._queue)
        chance.shuffle(waiting)
        self._queue = deque(waiting)

    def write_raw(self, data: bytes) -> None:
        """Write these very bytes on every connection."""
        for connection in self.connections:
            connection.write(data)

    def unbind(self) -> None:
        """Ask every ESME to leave, in order."""
        for connection in self.connections:
            connection.session.unbind()
            connection.flush()

    def release(self) -> None:
        """Send the answers that were withheld, the last one first."""
        self.withholding = False
        for connection, sequence, status, message_id in reversed(self._withheld):
            connection.session.answer(((sequence, status, message_id),))
            connection.flush()
        self._withheld.clear()

    def send_receipt(
        self, message_id: str, state: DeliveryState, *, source: str, destination: str, account: str | None = None
    ) -> Delivery:
        """Send a receipt; source is the subscriber whose message it tells of."""
        stamp = datetime.now(UTC).strftime("%y%m%d%H%M")
        written = self.receipt_id(message_id)
        body = write_receipt(written, state, submitted=stamp, done=stamp) if self.receipt_form != "tlv" else b""
        message = Message(source, destination, body, esm_class=codes.ESM_RECEIPT)
        if self.receipt_form != "text":
            message.tlvs = receipt_tlvs(written, state)
        delivery = Delivery(message, account)
        if self.remember:
            self.deliveries.append(delivery)
        self._queue.append(delivery)
        return delivery

    # What connections tell

    def bind_requested(self, connection: SmscConnection, request: BindRequest) -> None:
        """Check the password."""
        known = self.accounts.get(request.system_id)
        if known is not None and known == request.password:
            connection.account = request.system_id
            connection.session.answer_bind(request, codes.OK, "careline-smsc")
            self.binds += 1
            # As real SMSCs do: what waits follows the bind_resp in the same segment.
            self.pump(connection)
        else:
            self.refused_binds += 1
            connection.session.answer_bind(request, codes.INVALID_PASSWORD, "")

    def submitted(self, connection: SmscConnection, message: Message, now: float) -> Arrival | None:
        """Take one part from the ESME and answer it."""
        self.submissions += 1
        status = codes.OK
        if self.throttle > 0:
            self.throttle -= 1
            status = codes.THROTTLED
        elif self.answer_status is not None:
            status = self.answer_status(message)
        if status != codes.OK:
            self.throttled += status == codes.THROTTLED
            self._answer(connection, message.sequence, status, "")
            return None
        self._counter += 1
        message_id = f"{self._counter:010x}"
        wants_receipt = message.registered_delivery & 0x03 == 1 and self.receipts is not ReceiptTime.NEVER
        if wants_receipt and self.receipts is ReceiptTime.BEFORE:
            self._receipt_for(connection, message_id, message)
            self.pump(connection)
        self._answer(connection, message.sequence, codes.OK, message_id)
        if wants_receipt and self.receipts is ReceiptTime.AFTER:
            self._receipt_for(connection, message_id, message)
        return self._arrived(message, message_id, now)

    def _receipt_for(self, connection: SmscConnection, message_id: str, message: Message) -> None:
        self.send_receipt(
            message_id,
            self.receipt_state,
            source=message.destination,
            destination=message.source,
            account=connection.account,
        )

    def _answer(self, connection: SmscConnection, sequence: int, status: int, message_id: str) -> None:
        if self.withholding:
            self._withheld.append((connection, sequence, status, message_id))
        else:
            connection.session.answer(((sequence, status, message_id),))

    def _arrived(self, message: Message, message_id: str, now: float) -> Arrival | None:
        _, body, place = message.split()
        source, destination, coding = message.source, message.destination, message.data_coding
        registered = bool(message.registered_delivery & 0x03)
        return self._whole(Arrival(source, destination, coding, body, now, (message_id,), registered), place)

    def arrived(self, arrivals: list[Arrival]) -> None:
        """Keep what one read brought."""
        if self.remember:
            self.arrivals += arrivals
        if self._on_arrivals:
            self._on_arrivals(arrivals)

    def answered(self, delivery: Delivery, status: int, now: float) -> None:
        """The ESME answered a delivery."""
        if status == codes.OK:
            delivery.acknowledged_at = now
            self.acknowledged += 1
        elif status in TEMPORARY:
            delivery.refusals += 1
            self.send_again(delivery)
        else:
            delivery.refused = status

    def send_again(self, delivery: Delivery) -> None:
        """Queue a delivery once more, later."""
        wait = min(REDELIVERY_SECONDS_MAX, self.redelivery_seconds * 2 ** min(delivery.sendings - 1, 16))
        self._queue_later(delivery, wait)

    def pump(self, connection: SmscConnection) -> None:
        """Give a connection what its window holds."""
        session, queue = connection.session, self._queue
        if not queue or session.state not in MAY_DELIVER or not connection.writable:
            return
        now = time.monotonic()
        passed: list[Delivery] = []
        for _ in range(min(len(queue), self.window - len(session.in_flight))):
            delivery = queue.popleft()
            if delivery.account is not None and delivery.account != connection.account:
                passed.append(delivery)
                continue
            if delivery.sendings:
                self.redelivered += 1
            else:
                delivery.first_sent_at = now
            delivery.sendings += 1
            self.sendings += 1
            session.deliver(delivery.message, delivery, now)
        queue.extendleft(reversed(passed))
