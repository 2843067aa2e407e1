"""One SMPP session, either side, without a socket: bytes in, events out, bytes to send collected until taken.

    session.receive(bytes, now) -> events        session.take() -> bytes to write
    session.tick(now) -> events                  session.bind/submit/answer/enquire/unbind

now is a monotonic time in seconds. The session answers enquire_link, unbind and whatever is wrong by itself;
messages and binds are answered by its owner, when it is safe.
"""

from collections.abc import Iterable
from typing import Final

from careline.protocols.events import (
    Answered,
    BindAnswered,
    Common,
    Garbled,
    UnbindAnswered,
    UnbindRequested,
)
from careline.protocols.exchange import SEQUENCE_MAX, Exchange, NotBound
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import (
    HEADER,
    HEADER_OCTETS,
    BindRequest,
    MalformedBody,
    Message,
    build,
    build_message,
    build_tlvs,
    first_string,
    parse_bind,
    parse_message,
)
from careline.protocols.smpp.states import (
    BOUND,
    BOUND_AS,
    MAY_DELIVER,
    MAY_SUBMIT,
    REQUESTS,
    Side,
    State,
)

__all__ = ["Event", "NotBound", "Session"]

Event = Message | BindRequest | Common

_MESSAGES: Final = frozenset((codes.DELIVER_SM, codes.SUBMIT_SM, codes.DATA_SM))
_MESSAGE_ANSWERS: Final = frozenset((codes.DELIVER_SM_RESP, codes.SUBMIT_SM_RESP, codes.DATA_SM_RESP))


class Session(Exchange):
    """The state of one session; see the module's sentence for its use."""

    def __init__(
        self,
        side: Side,
        *,
        now: float,
        response_seconds: float = 30.0,
        enquire_seconds: float = 30.0,
        enquire_response_seconds: float = 10.0,
        pdu_octets_max: int = 70_000,
    ) -> None:
        super().__init__(
            now=now,
            response_seconds=response_seconds,
            enquire_seconds=enquire_seconds,
            enquire_response_seconds=enquire_response_seconds,
            pdu_octets_max=pdu_octets_max,
        )
        self.side = side
        self.state = State.OPEN
        self._requests = REQUESTS[side]
        self._data_sm: set[int] = set()  # received data_sm without an answer: theirs is a data_sm_resp
        self._binding: tuple[int, int] | None = None  # (sequence, bind command) of our bind
        self._unbinding = 0

    @property
    def closed(self) -> bool:
        """Whether nothing goes in or out any more."""
        return self.state is State.CLOSED

    @property
    def bound(self) -> bool:
        """Whether messages can be exchanged."""
        return self.state in BOUND

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
            length, command, status, sequence = HEADER.unpack_from(data, position)
            if not HEADER_OCTETS <= length <= self._octets_max:
                # Where the next PDU begins is unknown: nothing after this can be trusted.
                self._outgoing.append(
                    build(
                        codes.GENERIC_NACK,
                        codes.INVALID_COMMAND_LENGTH,
                        sequence & SEQUENCE_MAX,
                    )
                )
                events.append(self._break(f"a PDU claims to have {length} octets"))
                return events
            if end - position < length:
                break
            body = data[position + HEADER_OCTETS : position + length]
            position += length
            if command in _MESSAGES:
                self._take_message(command, sequence, body, events)
            elif command in _MESSAGE_ANSWERS:
                pending = self.in_flight.pop(sequence, None)
                if pending is None:
                    events.append(Garbled(f"an answer to nothing we sent, command {command:#x}"))
                else:
                    events.append(Answered(pending[1], status, first_string(body)))
            else:
                self._take_other(command, status, sequence, body, events)
                if self._over():
                    return events
        self._remainder = data[position:]
        return events

    def _take_message(self, command: int, sequence: int, body: bytes, events: list[Event]) -> None:
        if command not in self._requests[self.state]:
            self._refuse_state(command, sequence, events)
            return
        if command == codes.DATA_SM:
            self._data_sm.add(sequence)
        try:
            events.append(parse_message(body, command, sequence))
        except MalformedBody as error:
            # A permanent refusal, or the same bytes would come again and again.
            self.answer(((sequence, codes.PERMANENT_APPLICATION_ERROR, ""),))
            events.append(Garbled(str(error)))

    def _take_other(self, command: int, status: int, sequence: int, body: bytes, events: list[Event]) -> None:
        if command & codes.RESPONSE:
            self._take_response(command, status, sequence, body, events)
        elif command not in codes.KNOWN:
            self._send(codes.GENERIC_NACK, codes.INVALID_COMMAND, sequence)
            events.append(Garbled(f"an unknown command {command:#x}"))
        elif command not in self._requests[self.state]:
            self._refuse_state(command, sequence, events)
        elif command == codes.ENQUIRE_LINK:
            self._send(codes.ENQUIRE_LINK_RESP, codes.OK, sequence)
        elif command == codes.UNBIND:
            self._send(codes.UNBIND_RESP, codes.OK, sequence)
            self.state = State.UNBOUND
            events.append(UnbindRequested())
        elif command in codes.BINDS:
            try:
                events.append(parse_bind(body, command, sequence))
            except MalformedBody as error:
                self._send(command | codes.RESPONSE, codes.BIND_FAILED, sequence, b"\0")
                events.append(Garbled(str(error)))
        # alert_notification and outbind have no response; there is nothing we would do about them.

    def _take_response(self, command: int, status: int, sequence: int, body: bytes, events: list[Event]) -> None:
        if self._binding and sequence == self._binding[0] and command == self._binding[1] | codes.RESPONSE:
            self._bind_answered(status, first_string(body), events)
        elif command == codes.ENQUIRE_LINK_RESP and (answered := self._enquiry_answered(sequence)):
            events.append(answered)
        elif command == codes.UNBIND_RESP and self._unbinding and sequence == self._unbinding:
            events.append(UnbindAnswered())
            self._end()
        elif command == codes.GENERIC_NACK:
            self._nacked(status, sequence, events)
        else:
            events.append(Garbled(f"an answer to nothing we sent, command {command:#x}"))

    def _bind_answered(self, status: int, system_id: str, events: list[Event]) -> None:
        assert self._binding
        if status == codes.OK:
            self.state = BOUND_AS[self._binding[1]]
        self._binding = None
        events.append(BindAnswered(status, system_id))

    def _nacked(self, status: int, sequence: int, events: list[Event]) -> None:
        """A generic_nack answers whatever request it names; status 0 would be no answer, so call it an error."""
        status = status or codes.SYSTEM_ERROR
        if pending := self.in_flight.pop(sequence, None):
            events.append(Answered(pending[1], status))
        elif self._binding and sequence == self._binding[0]:
            self._bind_answered(status, "", events)
        elif answered := self._enquiry_answered(sequence):
            events.append(answered)  # too old to know enquire_link, but it is there
        else:
            events.append(Garbled("a generic_nack to nothing we sent"))

    def _refuse_state(self, command: int, sequence: int, events: list[Event]) -> None:
        status = codes.ALREADY_BOUND if command in codes.BINDS else codes.WRONG_BIND_STATE
        if command not in (codes.ALERT_NOTIFICATION, codes.OUTBIND):
            self._send(command | codes.RESPONSE, status, sequence)
        events.append(Garbled(f"command {command:#x} while {self.state.value}"))

    # What goes out

    def bind(self, request: BindRequest) -> None:
        """Ask to be bound; BindAnswered follows."""
        if self.side is not Side.ESME or self.state is not State.OPEN or self._binding:
            raise NotBound(f"cannot bind while {self.state.value}")
        sequence = self._next()
        self._binding = (sequence, request.command)
        self._send(request.command, codes.OK, sequence, request.body())

    def answer_bind(self, request: BindRequest, status: int, system_id: str) -> None:
        """Answer a bind request; status 0 binds."""
        if status == codes.OK:
            self.state = BOUND_AS[request.command]
            body = system_id.encode("latin-1", "replace") + b"\0"
            body += build_tlvs({codes.TAG_INTERFACE_VERSION: bytes((codes.VERSION_3_4,))})
        else:
            body = b"\0"
        self._send(request.command | codes.RESPONSE, status, request.sequence, body)

    def submit(self, message: Message, token: object, now: float) -> int:
        """Send a message to the SMSC; Answered or Unanswered follows with this token. Returns the sequence number.

        Raises NotBound, and ValueError on a field that does not fit.
        """
        if self.side is not Side.ESME or self.state not in MAY_SUBMIT:
            raise NotBound(f"cannot submit while {self.state.value}")
        return self._send_message(message, codes.SUBMIT_SM, token, now)

    def deliver(self, message: Message, token: object, now: float) -> int:
        """Send a message to the ESME; the counterpart of submit."""
        if self.side is not Side.SMSC or self.state not in MAY_DELIVER:
            raise NotBound(f"cannot deliver while {self.state.value}")
        command = codes.DATA_SM if message.command == codes.DATA_SM else codes.DELIVER_SM
        return self._send_message(message, command, token, now)

    def _send_message(self, message: Message, command: int, token: object, now: float) -> int:
        sequence = self._next()
        self._outgoing.append(build_message(message, command, sequence))
        self.in_flight[sequence] = (now + self._response_seconds, token)
        return sequence

    def answer(self, answers: Iterable[tuple[int, int, str]]) -> None:
        """Answer received messages: (sequence number, status, message id), the id empty from an ESME."""
        if self.closed:
            return
        pack, append = HEADER.pack, self._outgoing.append
        command = codes.DELIVER_SM_RESP if self.side is Side.ESME else codes.SUBMIT_SM_RESP
        for sequence, status, message_id in answers:
            body = message_id.encode("latin-1", "replace") + b"\0" if message_id else b"\0"
            head = command
            if self._data_sm and sequence in self._data_sm:
                self._data_sm.remove(sequence)
                head = codes.DATA_SM_RESP
            append(pack(HEADER_OCTETS + len(body), head, status, sequence) + body)

    def unbind(self) -> None:
        """Ask to end; UnbindAnswered follows, and responses to what is in flight may still come before it."""
        if self.closed or self._unbinding:
            return
        self._unbinding = self._next()
        self.state = State.UNBOUND
        self._send(codes.UNBIND, codes.OK, self._unbinding)

    def _send(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        self._outgoing.append(build(command, status, sequence, body))

    def _ask(self, sequence: int) -> None:
        self._send(codes.ENQUIRE_LINK, codes.OK, sequence)

    def _become_closed(self) -> None:
        self.state = State.CLOSED

    def _over(self) -> bool:
        return self.state is State.CLOSED
