"""SIP (RFC 3261 and what carriers use of its extensions), without sockets."""

from careline.protocols.sip.agent import TooManyCalls, UserAgent
from careline.protocols.sip.config import Config, Limits, Timing
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request, Response, parse
from careline.protocols.sip.sdp import Agreed, Negotiation, NothingFits
from careline.protocols.sip.steps import (
    Acknowledged,
    Answered,
    Credentials,
    Ended,
    EndReason,
    Event,
    Happened,
    Hop,
    Incoming,
    InfoDigit,
    Offer,
    Progress,
    Referred,
    Renegotiated,
    Send,
    Step,
    Transferred,
    Unchanged,
)
from careline.protocols.sip.stream import StreamParser

__all__ = [
    "Acknowledged", "Agreed", "Answered", "Config", "Credentials", "EndReason", "Ended", "Event", "Happened", "Hop",
    "Incoming", "InfoDigit", "Limits", "Malformed", "Negotiation", "NothingFits", "Offer", "Progress", "Referred",
    "Renegotiated", "Request", "Response", "Send", "Step", "StreamParser", "Timing", "TooManyCalls", "Transferred",
    "Unchanged", "UserAgent", "parse",
]  # fmt: skip
