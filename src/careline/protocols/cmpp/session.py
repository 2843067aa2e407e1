"""One CMPP session, service provider or gateway side, without a socket (see smpp.session for the manner of use).

States: open until CONNECT is answered, then connected; ending after TERMINATE; closed.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from careline.protocols.cmpp import codes
from careline.protocols.cmpp.connecting import (
    ConnectRequest,
    connect_request,
    gateway_authenticators,
    parse_connect,
)
from careline.protocols.cmpp.pdu import (
    HEADER,
    HEADER_OCTETS,
    Deliver,
    Submit,
    build,
    deliver_body,
    parse_deliver,
    parse_result,
    parse_submit,
    result_body,
    submit_body,
)
from careline.protocols.events import (
    Answered,
    BindAnswered,
    Common,
    Garbled,
    UnbindAnswered,
    UnbindRequested,
)
from careline.protocols.exchange import Exchange, NotBound

Event = Submit | Deliver | ConnectRequest | Common


class Side(Enum):
    """Which end of the session this is."""

    PROVIDER = "provider"
    GATEWAY = "gateway"


class State(Enum):
    """The states of a session."""

    OPEN = "open"
    CONNECTED = "connected"
    ENDING = "ending"
    CLOSED = "closed"


_ALWAYS: Final = frozenset((codes.ACTIVE_TEST, codes.TERMINATE))
REQUESTS: Final = {
    Side.PROVIDER: {
        State.OPEN: _ALWAYS,
        State.CONNECTED: _ALWAYS | {codes.DELIVER},
        State.ENDING: _ALWAYS | {codes.DELIVER},
        State.CLOSED: frozenset[int](),
    },
    Side.GATEWAY: {
        State.OPEN: _ALWAYS | {codes.CONNECT},
        State.CONNECTED: _ALWAYS | {codes.SUBMIT},
        State.ENDING: _ALWAYS,
        State.CLOSED: frozenset[int](),
    },
}
"""The requests each side takes in each state; others are counted and left without an answer."""


class Session(Exchange):
    """The state of one session."""

    def __init__(
        self,
        side: Side,
        *,
        version: int = codes.VERSION_3,
        now: float,
        response_seconds: float = 60.0,
        enquire_seconds: float = 180.0,
        enquire_response_seconds: float = 60.0,
        pdu_octets_max: int = 65_536,
    ) -> None:
        """Times are the specification's: T = 60 s for an answer, an ACTIVE_TEST every C = 3 minutes."""
        super().__init__(
            now=now,
            response_seconds=response_seconds,
            enquire_seconds=enquire_seconds,
            enquire_response_seconds=enquire_response_seconds,
            pdu_octets_max=pdu_octets_max,
        )
        self.side = side
        self.state = State.OPEN
        self.wide = version >= codes.VERSION_3
        self._version = version
        self._connecting: tuple[int, bytes, str] | None = None  # (sequence, our authenticator, secret)
        self._ending = 0
        self._received: dict[int, tuple[int, bool]] = {}  # DELIVER without an answer: (message id, wide)

    @property
    def closed(self) -> bool:
        """Whether nothing goes in or out any more."""
        return self.state is State.CLOSED

    @property
    def bound(self) -> bool:
        """Whether messages can be exchanged."""
        return self.state is State.CONNECTED

    # What comes in

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take what the socket brought, cut anywhere, and tell what happened."""
        if self.closed:
            return []
        self._heard_at = now
        events: list[Event] = []
        if self._remainder:
            data = self._remainder + data
        position, end = 0, len(data)
        while end - position >= HEADER_OCTETS:
            length, command, sequence = HEADER.unpack_from(data, position)
            if not HEADER_OCTETS <= length <= self._octets_max:
                events.append(self._break(f"a PDU claims to have {length} octets"))
                return events
            if end - position < length:
                break
            body = data[position + HEADER_OCTETS : position + length]
            position += length
            try:
                self._take(command, sequence, body, events)
            except ValueError as error:
                self._refuse(command, sequence, body)
                events.append(Garbled(str(error)))
            if self._over():
                return events
        self._remainder = data[position:]
        return events

    def _take(self, command: int, sequence: int, body: bytes, events: list[Event]) -> None:
        if command & codes.RESPONSE:
            self._take_response(command, sequence, body, events)
        elif command not in REQUESTS[self.side][self.state]:
            events.append(Garbled(f"command {command:#x} while {self.state.value}"))
        elif command == codes.DELIVER:
            deliver = parse_deliver(body, sequence, wide_expected=self.wide)
            self._received[sequence] = (deliver.message_id, deliver.wide)
            events.append(deliver)
        elif command == codes.SUBMIT:
            events.append(parse_submit(body, sequence, wide_expected=self.wide))
        elif command == codes.ACTIVE_TEST:
            self._send(codes.ACTIVE_TEST_RESP, sequence, b"\0")
        elif command == codes.TERMINATE:
            self._send(codes.TERMINATE_RESP, sequence)
            self.state = State.ENDING
            events.append(UnbindRequested())
        else:
            request = parse_connect(body, sequence)
            self.wide = request.version >= codes.VERSION_3
            events.append(request)

    def _take_response(self, command: int, sequence: int, body: bytes, events: list[Event]) -> None:
        if command in (codes.SUBMIT_RESP, codes.DELIVER_RESP) and sequence in self.in_flight:
            message_id, result = parse_result(body)
            events.append(Answered(self.in_flight.pop(sequence)[1], result, str(message_id)))
        elif command == codes.CONNECT_RESP and self._connecting and sequence == self._connecting[0]:
            self._connect_answered(body, events)
        elif command == codes.ACTIVE_TEST_RESP and (answered := self._enquiry_answered(sequence)):
            events.append(answered)
        elif command == codes.TERMINATE_RESP and self._ending and sequence == self._ending:
            events.append(UnbindAnswered())
            self._end()
        else:
            events.append(Garbled(f"an answer to nothing we sent, command {command:#x}"))

    def _connect_answered(self, body: bytes, events: list[Event]) -> None:
        assert self._connecting
        if len(body) not in (18, 21):
            raise ValueError(f"a CONNECT_RESP of {len(body)} octets")
        _, ours, secret = self._connecting
        self._connecting = None
        status, proof = int.from_bytes(body[:-17]), body[-17:-1]
        remark = ""
        if status == codes.OK:
            self.state = State.CONNECTED
            if proof not in gateway_authenticators(status, ours, secret):
                # Gateways get this wrong too often for it to mean an impostor.
                remark = "the gateway's own proof of the secret is wrong"
        events.append(BindAnswered(status, "", remark))

    def _refuse(self, command: int, sequence: int, body: bytes) -> None:
        """Answer what could not be read, where its sender would otherwise repeat it."""
        if command in (codes.DELIVER, codes.SUBMIT):
            message_id = int.from_bytes(body[:8]) if command == codes.DELIVER else 0
            answer = result_body(message_id, codes.MALFORMED, wide=self.wide)
            self._send(command | codes.RESPONSE, sequence, answer)

    # What goes out

    def connect(self, source: str, secret: str, timestamp: int) -> None:
        """Ask to be connected; BindAnswered follows. timestamp is MMDDHHMMSS read as a number."""
        if self.side is not Side.PROVIDER or self.state is not State.OPEN or self._connecting:
            raise NotBound(f"cannot connect while {self.state.value}")
        request = connect_request(source, secret, self._version, timestamp)
        sequence = self._next()
        self._connecting = (sequence, request.authenticator, secret)
        self._send(codes.CONNECT, sequence, request.body())

    def answer_connect(self, request: ConnectRequest, status: int, secret: str) -> None:
        """Answer a CONNECT; status 0 connects."""
        narrow, wide = gateway_authenticators(status, request.authenticator, secret)
        if status == codes.OK:
            self.state = State.CONNECTED
        body = status.to_bytes(4 if self.wide else 1) + (wide if self.wide else narrow)
        self._send(codes.CONNECT_RESP, request.sequence, body + bytes((self._version,)))

    def submit(self, message: Submit, token: object, now: float) -> int:
        """Send a message to the gateway; Answered or Unanswered follows with this token.

        Raises NotBound, and ValueError on a field that does not fit.
        """
        if self.side is not Side.PROVIDER or not self.bound:
            raise NotBound(f"cannot submit while {self.state.value}")
        return self._request(codes.SUBMIT, submit_body(message, wide=self.wide), token, now)

    def deliver(self, message: Deliver, token: object, now: float) -> int:
        """Send a message to the service provider; the counterpart of submit."""
        if self.side is not Side.GATEWAY or not self.bound:
            raise NotBound(f"cannot deliver while {self.state.value}")
        return self._request(codes.DELIVER, deliver_body(message, wide=self.wide), token, now)

    def _request(self, command: int, body: bytes, token: object, now: float) -> int:
        sequence = self._next()
        self._send(command, sequence, body)
        self.in_flight[sequence] = (now + self._response_seconds, token)
        return sequence

    def answer(self, answers: Iterable[tuple[int, int]]) -> None:
        """Answer received DELIVERs, (sequence, result) each, in the form each came in."""
        if self.closed:
            return
        for sequence, result in answers:
            if (received := self._received.pop(sequence, None)) is not None:
                message_id, wide = received
                self._send(codes.DELIVER_RESP, sequence, result_body(message_id, result, wide=wide))

    def answer_submit(self, message: Submit, result: int, message_id: int) -> None:
        """Answer a received SUBMIT in the form it came in."""
        if not self.closed:
            self._send(codes.SUBMIT_RESP, message.sequence, result_body(message_id, result, wide=message.wide))

    def unbind(self) -> None:
        """Ask to end (TERMINATE); UnbindAnswered follows."""
        if self.closed or self._ending:
            return
        self._ending = self._next()
        self.state = State.ENDING
        self._send(codes.TERMINATE, self._ending)

    def _send(self, command: int, sequence: int, body: bytes = b"") -> None:
        self._outgoing.append(build(command, sequence, body))

    def _ask(self, sequence: int) -> None:
        self._send(codes.ACTIVE_TEST, sequence)

    def _become_closed(self) -> None:
        self.state = State.CLOSED

    def _over(self) -> bool:
        return self.state is State.CLOSED
