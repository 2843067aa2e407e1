"""The four transaction machines of RFC 3261 §17, with the Accepted states of RFC 6026, as tables.

A table says for a state and an event: the next state, and what is done. Timers are data: how long each takes over an
unreliable transport and over a reliable one (None: not needed there).
"""

from enum import Enum, auto
from typing import Final, NamedTuple

from careline.protocols.sip.config import Timing


class State(Enum):
    """Where a transaction stands; each machine uses some of them."""

    START = auto()
    CALLING = auto()
    TRYING = auto()
    PROCEEDING = auto()
    ACCEPTED = auto()
    COMPLETED = auto()
    CONFIRMED = auto()
    TERMINATED = auto()

    __hash__ = object.__hash__  # the hash of Enum is Python code, and this is the hot path


class Input(Enum):
    """What happens to a transaction."""

    BEGIN = auto()
    # A client receives
    PROVISIONAL = auto()
    SUCCESS = auto()
    FAILURE = auto()
    # A server receives
    REQUEST = auto()  # again
    ACK = auto()
    # A server is told to send
    SEND_PROVISIONAL = auto()
    SEND_SUCCESS = auto()
    SEND_FAILURE = auto()
    # Either
    UNREACHABLE = auto()
    A = auto()
    B = auto()
    D = auto()
    E = auto()
    F = auto()
    G = auto()
    H = auto()
    I = auto()  # noqa: E741  the RFC's name
    J = auto()
    K = auto()
    L = auto()
    M = auto()

    __hash__ = object.__hash__


class Action(Enum):
    """What a transaction does."""

    SEND = auto()  # the request of a client, the latest response of a server
    ACKNOWLEDGE = auto()  # a failure of an INVITE, hop by hop
    DELIVER = auto()  # tell the user of the transaction
    TIMED_OUT = auto()
    FAILED = auto()  # the transport did
    ARM_A = auto()
    ARM_B = auto()
    ARM_D = auto()
    ARM_E = auto()
    ARM_E_SLOWLY = auto()  # §17.1.2.2: a provisional response slows retransmission to T2
    ARM_F = auto()
    ARM_G = auto()
    ARM_H = auto()
    ARM_I = auto()
    ARM_J = auto()
    ARM_K = auto()
    ARM_L = auto()
    ARM_M = auto()

    __hash__ = object.__hash__


S, In, Do = State, Input, Action
Table = dict[tuple[State, Input], tuple[State, tuple[Action, ...]]]

INVITE_CLIENT: Final[Table] = {
    (S.START, In.BEGIN): (S.CALLING, (Do.SEND, Do.ARM_A, Do.ARM_B)),
    (S.CALLING, In.A): (S.CALLING, (Do.SEND, Do.ARM_A)),
    (S.CALLING, In.B): (S.TERMINATED, (Do.TIMED_OUT,)),
    (S.CALLING, In.PROVISIONAL): (S.PROCEEDING, (Do.DELIVER,)),
    (S.CALLING, In.SUCCESS): (S.ACCEPTED, (Do.ARM_M, Do.DELIVER)),
    (S.CALLING, In.FAILURE): (S.COMPLETED, (Do.ACKNOWLEDGE, Do.ARM_D, Do.DELIVER)),
    (S.CALLING, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.PROCEEDING, In.PROVISIONAL): (S.PROCEEDING, (Do.DELIVER,)),
    (S.PROCEEDING, In.SUCCESS): (S.ACCEPTED, (Do.ARM_M, Do.DELIVER)),
    (S.PROCEEDING, In.FAILURE): (S.COMPLETED, (Do.ACKNOWLEDGE, Do.ARM_D, Do.DELIVER)),
    (S.COMPLETED, In.FAILURE): (S.COMPLETED, (Do.ACKNOWLEDGE,)),
    (S.COMPLETED, In.D): (S.TERMINATED, ()),
    (S.COMPLETED, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.ACCEPTED, In.SUCCESS): (S.ACCEPTED, (Do.DELIVER,)),
    (S.ACCEPTED, In.M): (S.TERMINATED, ()),
}

CLIENT: Final[Table] = {
    (S.START, In.BEGIN): (S.TRYING, (Do.SEND, Do.ARM_E, Do.ARM_F)),
    (S.TRYING, In.E): (S.TRYING, (Do.SEND, Do.ARM_E)),
    (S.TRYING, In.F): (S.TERMINATED, (Do.TIMED_OUT,)),
    (S.TRYING, In.PROVISIONAL): (S.PROCEEDING, (Do.DELIVER,)),
    (S.TRYING, In.SUCCESS): (S.COMPLETED, (Do.ARM_K, Do.DELIVER)),
    (S.TRYING, In.FAILURE): (S.COMPLETED, (Do.ARM_K, Do.DELIVER)),
    (S.TRYING, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.PROCEEDING, In.E): (S.PROCEEDING, (Do.SEND, Do.ARM_E_SLOWLY)),
    (S.PROCEEDING, In.F): (S.TERMINATED, (Do.TIMED_OUT,)),
    (S.PROCEEDING, In.PROVISIONAL): (S.PROCEEDING, (Do.DELIVER,)),
    (S.PROCEEDING, In.SUCCESS): (S.COMPLETED, (Do.ARM_K, Do.DELIVER)),
    (S.PROCEEDING, In.FAILURE): (S.COMPLETED, (Do.ARM_K, Do.DELIVER)),
    (S.PROCEEDING, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.COMPLETED, In.K): (S.TERMINATED, ()),
}

INVITE_SERVER: Final[Table] = {
    (S.START, In.BEGIN): (S.PROCEEDING, (Do.DELIVER,)),
    (S.PROCEEDING, In.REQUEST): (S.PROCEEDING, (Do.SEND,)),
    (S.PROCEEDING, In.SEND_PROVISIONAL): (S.PROCEEDING, (Do.SEND,)),
    (S.PROCEEDING, In.SEND_SUCCESS): (S.ACCEPTED, (Do.SEND, Do.ARM_L)),
    (S.PROCEEDING, In.SEND_FAILURE): (S.COMPLETED, (Do.SEND, Do.ARM_G, Do.ARM_H)),
    # RFC 6026 §7.1: that a response could not be sent does not end the transaction; whoever waits for it does.
    (S.PROCEEDING, In.UNREACHABLE): (S.PROCEEDING, (Do.FAILED,)),
    (S.COMPLETED, In.REQUEST): (S.COMPLETED, (Do.SEND,)),
    (S.COMPLETED, In.G): (S.COMPLETED, (Do.SEND, Do.ARM_G)),
    (S.COMPLETED, In.ACK): (S.CONFIRMED, (Do.ARM_I,)),
    (S.COMPLETED, In.H): (S.TERMINATED, (Do.TIMED_OUT,)),
    (S.CONFIRMED, In.I): (S.TERMINATED, ()),
    (S.ACCEPTED, In.SEND_SUCCESS): (S.ACCEPTED, (Do.SEND,)),
    (S.ACCEPTED, In.ACK): (S.ACCEPTED, (Do.DELIVER,)),
    (S.ACCEPTED, In.L): (S.TERMINATED, ()),
}

SERVER: Final[Table] = {
    (S.START, In.BEGIN): (S.TRYING, (Do.DELIVER,)),
    (S.TRYING, In.SEND_PROVISIONAL): (S.PROCEEDING, (Do.SEND,)),
    (S.TRYING, In.SEND_SUCCESS): (S.COMPLETED, (Do.SEND, Do.ARM_J)),
    (S.TRYING, In.SEND_FAILURE): (S.COMPLETED, (Do.SEND, Do.ARM_J)),
    (S.PROCEEDING, In.REQUEST): (S.PROCEEDING, (Do.SEND,)),
    (S.PROCEEDING, In.SEND_PROVISIONAL): (S.PROCEEDING, (Do.SEND,)),
    (S.PROCEEDING, In.SEND_SUCCESS): (S.COMPLETED, (Do.SEND, Do.ARM_J)),
    (S.PROCEEDING, In.SEND_FAILURE): (S.COMPLETED, (Do.SEND, Do.ARM_J)),
    (S.PROCEEDING, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.COMPLETED, In.REQUEST): (S.COMPLETED, (Do.SEND,)),
    (S.COMPLETED, In.UNREACHABLE): (S.TERMINATED, (Do.FAILED,)),
    (S.COMPLETED, In.J): (S.TERMINATED, ()),
}


class Timer(NamedTuple):
    """One timer: `unreliable` and `reliable` are seconds, None: not armed on that transport.

    `doubles` up to `most`: the spacing of retransmissions; None: without a bound.
    """

    input: Input
    unreliable: float | None
    reliable: float | None
    doubles: bool = False
    most: float | None = None


# RFC 3261 table 4 and RFC 6026 §7.1, §7.2.
def timers(timing: Timing) -> dict[Action, Timer]:
    """All timers, for these round trips."""
    t1, t2, t4 = timing.t1, timing.t2, timing.t4
    long = 64 * t1
    return {
        Do.ARM_A: Timer(In.A, t1, None, doubles=True),
        Do.ARM_B: Timer(In.B, long, long),
        Do.ARM_D: Timer(In.D, long, 0.0),
        Do.ARM_E: Timer(In.E, t1, None, doubles=True, most=t2),
        Do.ARM_E_SLOWLY: Timer(In.E, t2, None),
        Do.ARM_F: Timer(In.F, long, long),
        Do.ARM_G: Timer(In.G, t1, None, doubles=True, most=t2),
        Do.ARM_H: Timer(In.H, long, long),
        Do.ARM_I: Timer(In.I, t4, 0.0),
        Do.ARM_J: Timer(In.J, long, 0.0),
        Do.ARM_K: Timer(In.K, t4, 0.0),
        Do.ARM_L: Timer(In.L, long, long),
        Do.ARM_M: Timer(In.M, long, long),
    }


def spacing(timer: Timer, count: int, reliable: bool) -> float | None:
    """Seconds until a timer goes off that was armed `count` times before; None: it never does."""
    seconds = timer.reliable if reliable else timer.unreliable
    if seconds is not None and timer.doubles and count:
        seconds *= 2**count
        if timer.most is not None:
            seconds = min(seconds, timer.most)
    return seconds
