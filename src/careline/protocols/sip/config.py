"""What the user agent is told at its start: who it is, whom it believes, and its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from careline.protocols.sip.steps import Credentials, Hop

PRODUCT = "careline"


def _nobody(_: Hop) -> bool:
    return False


def _anybody(_: Hop) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything that grows has one of these; seconds and counts."""

    calls: int = 3_000
    transactions: int = 60_000
    # A caller who lets it ring, or an application that never decides.
    ringing_seconds: float = 180.0
    retry_after_seconds: int = 10
    # RFC 3261 lets it be infinite; a call that nobody ends is a leak.
    talking_seconds: float = 4 * 3600.0
    early_dialogs: int = 16  # forks of one call of ours
    strays: int = 16  # second answers of one call of ours, each hung up
    nonces: int = 20_000
    transfer_seconds: float = 180.0


@dataclass(frozen=True, slots=True)
class Timing:
    """RFC 3261 §17.1.1.1, seconds: T1 the estimated round trip, T2 the longest spacing, T4 the life of a message."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0


@dataclass(frozen=True, slots=True)
class Config:
    """`host` and `ports` go into Via and Contact: what peers can reach, not what is bound.

    `trusted(hop)`: its P-Asserted-Identity is believed, and it is never challenged. `admitted(hop)`: may call at all
    (else 403). With `realm` and `users` (name → password) every other hop is challenged by digest, or only those of
    `challenged(hop)`. `call_id` names our own calls, where it matters how they are named.
    """

    host: str
    ports: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"udp": 5060, "tcp": 5060, "tls": 5061}))
    user: str = "careline"
    trusted: Callable[[Hop], bool] = _nobody
    admitted: Callable[[Hop], bool] = _anybody
    challenged: Callable[[Hop], bool] | None = None
    realm: str = ""
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    # As they are offered. RFC 8760: both; but there are telephones that read the first challenge only.
    algorithms: tuple[str, ...] = ("SHA-256", "MD5")
    credentials: Credentials | None = None
    call_id: Callable[[], str] | None = None
    country: str = "86"
    session_expires_seconds: int = 1800  # RFC 4028 recommends 30 minutes; 0: no session timers of our own
    min_se_seconds: int = 90  # RFC 4028: never less
    reliable_provisional: bool = True  # 100rel where the caller supports it and a session description goes along
    limits: Limits = field(default_factory=Limits)
    timing: Timing = field(default_factory=Timing)
