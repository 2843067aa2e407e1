"""Requests and answers on one connection: numbering, waiting, asking whether the other side is there.

What SMPP and CMPP sessions have in common. now is a monotonic time in seconds.
"""

from typing import Any, Final

from careline.protocols.events import Broken, EnquireAnswered, Unanswered

SEQUENCE_MAX: Final = 0x7FFFFFFF


class NotBound(RuntimeError):
    """What was asked for is not possible in the session's state."""


class Exchange:
    """Base of a session; a protocol says how an enquiry looks and when the session is bound or closed."""

    def __init__(
        self,
        *,
        now: float,
        response_seconds: float,
        enquire_seconds: float,
        enquire_response_seconds: float,
        pdu_octets_max: int,
    ) -> None:
        self.in_flight: dict[int, tuple[float, object]] = {}  # sequence -> (deadline, token), the oldest first
        self._response_seconds = response_seconds
        self._enquire_seconds = enquire_seconds
        self._enquire_response_seconds = enquire_response_seconds
        self._octets_max = pdu_octets_max
        self._heard_at = now
        self._sequence = 0
        self._enquiry: tuple[int, float, object] | None = None  # (sequence, deadline, token)
        self._remainder = b""
        self._outgoing: list[bytes] = []

    @property
    def closed(self) -> bool:
        """Whether nothing goes in or out any more."""
        raise NotImplementedError

    @property
    def bound(self) -> bool:
        """Whether messages can be exchanged."""
        raise NotImplementedError

    def _ask(self, sequence: int) -> None:
        """Send the question whether the other side is there."""
        raise NotImplementedError

    def _become_closed(self) -> None:
        """Note in the protocol's own state that all is over."""
        raise NotImplementedError

    def take(self) -> bytes:
        """The bytes to write, once."""
        outgoing = b"".join(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def tick(self, now: float, token: object = None) -> list[Any]:
        """Tell what has been waited for too long; after a silence ask, with this token, who is there.

        Call it a few times a second.
        """
        if self.closed:
            return []
        events: list[Any] = []
        # All requests wait equally long, so the oldest stands first.
        while self.in_flight:
            sequence, (deadline, waiting) = next(iter(self.in_flight.items()))
            if deadline > now:
                break
            del self.in_flight[sequence]
            events.append(Unanswered(waiting))
        if self._enquiry and self._enquiry[1] <= now:
            if self._heard_at > self._enquiry[1] - self._enquire_response_seconds:
                self._enquiry = None  # it talks, it just does not answer this question
            else:
                events.append(self._break("no answer to our question whether anybody is there"))
        elif now - self._heard_at >= self._enquire_seconds and self.bound:
            self.enquire(now, token)
        return events

    def enquire(self, now: float, token: object = None) -> bool:
        """Ask whether the other side is there; EnquireAnswered follows. False when a question is already out."""
        if self._enquiry or self.closed:
            return False
        sequence = self._next()
        self._enquiry = (sequence, now + self._enquire_response_seconds, token)
        self._ask(sequence)
        return True

    def close(self) -> list[object]:
        """The connection is gone: nothing goes in or out any more. Returns the tokens left without an answer."""
        self._end()
        tokens = [token for _, token in self.in_flight.values()]
        self.in_flight.clear()
        return tokens

    def _enquiry_answered(self, sequence: int) -> EnquireAnswered | None:
        if not self._enquiry or sequence != self._enquiry[0]:
            return None
        answered = EnquireAnswered(self._enquiry[2])
        self._enquiry = None
        return answered

    def _break(self, reason: str) -> Broken:
        self._end()
        return Broken(reason)

    def _end(self) -> None:
        # in_flight is kept for close(), which the owner calls when the connection is down.
        self._become_closed()
        self._remainder = b""

    def _next(self) -> int:
        self._sequence = self._sequence % SEQUENCE_MAX + 1
        return self._sequence
