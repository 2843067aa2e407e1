"""What a session tells its owner, whatever it speaks; messages and bind requests are told as the protocol's own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BindAnswered:
    """The SMSC's word on our bind: bound when status is 0. remark tells what was odd about it, if anything."""

    status: int
    system_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The response to a message we sent, with the token we gave it then."""

    token: object
    status: int
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No response to a message came in time; a later one will be ignored."""

    token: object


@dataclass(frozen=True, slots=True)
class EnquireAnswered:
    """The other side is there, and has read everything we sent before the enquire_link with this token."""

    token: object


@dataclass(frozen=True, slots=True)
class UnbindRequested:
    """The other side wants to end; the unbind_resp waits in the outgoing bytes, close after writing it."""


@dataclass(frozen=True, slots=True)
class UnbindAnswered:
    """Our unbind was answered: everything we sent before it has been read."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """A PDU could not be taken; it was answered with an error where there is one, and the session goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The session cannot go on: close the connection after writing what is outgoing."""

    reason: str


Common = BindAnswered | Answered | Unanswered | EnquireAnswered | UnbindRequested | UnbindAnswered | Garbled | Broken
