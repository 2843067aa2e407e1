"""Who may say what, and when: the states of an SMPP session (SMPP 3.4, 2.2 and table 2-1)."""

from enum import Enum
from typing import Final

from careline.protocols.smpp import codes


class Side(Enum):
    """Which end of the session this is."""

    ESME = "esme"
    SMSC = "smsc"


class State(Enum):
    """The states of 2.2; UNBOUND is between unbind and the close of the connection."""

    OPEN = "open"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBOUND = "unbound"
    CLOSED = "closed"


BOUND: Final = frozenset((State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX))
MAY_SUBMIT: Final = frozenset((State.BOUND_TX, State.BOUND_TRX))
MAY_DELIVER: Final = frozenset((State.BOUND_RX, State.BOUND_TRX))

BOUND_AS: Final = {
    codes.BIND_TRANSMITTER: State.BOUND_TX,
    codes.BIND_RECEIVER: State.BOUND_RX,
    codes.BIND_TRANSCEIVER: State.BOUND_TRX,
}

_ALWAYS: Final = frozenset((codes.ENQUIRE_LINK, codes.UNBIND))

REQUESTS: Final[dict[Side, dict[State, frozenset[int]]]] = {
    # What the ESME takes from the SMSC.
    Side.ESME: {
        State.OPEN: frozenset((codes.ENQUIRE_LINK, codes.OUTBIND)),
        State.BOUND_TX: _ALWAYS,
        State.BOUND_RX: _ALWAYS | {codes.DELIVER_SM, codes.DATA_SM, codes.ALERT_NOTIFICATION},
        State.BOUND_TRX: _ALWAYS | {codes.DELIVER_SM, codes.DATA_SM, codes.ALERT_NOTIFICATION},
        # Until the unbind_resp is here the SMSC may have more on its way.
        State.UNBOUND: _ALWAYS | {codes.DELIVER_SM, codes.DATA_SM, codes.ALERT_NOTIFICATION},
        State.CLOSED: frozenset(),
    },
    # What the SMSC takes from the ESME.
    Side.SMSC: {
        State.OPEN: frozenset((codes.ENQUIRE_LINK,)) | codes.BINDS,
        State.BOUND_TX: _ALWAYS | {codes.SUBMIT_SM, codes.DATA_SM},
        State.BOUND_RX: _ALWAYS,
        State.BOUND_TRX: _ALWAYS | {codes.SUBMIT_SM, codes.DATA_SM},
        State.UNBOUND: _ALWAYS,
        State.CLOSED: frozenset(),
    },
}
"""The requests each side takes in each state; any other known request is answered with ESME_RINVBNDSTS."""
