"""How calls are served: limits with names, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOCKET = Path("run") / "calls.sock"
SHORT = 7  # digits, with the country's: nobody's telephone has so few
ANNOUNCEMENTS = Path("run") / "calls-announcements.json"


@dataclass(frozen=True, slots=True)
class CallSettings:
    """The limits of one call."""

    longest_seconds: float = 1800.0  # of self-service; talks with a person are not cut
    slow_seconds: float = 0.8  # then the caller hears that it takes a moment
    still_there_seconds: float = 8.0  # and again every so often
    answer_seconds: float = 15.0  # longer than the carrier's limit: then the hall counts as out of order
    recover_seconds: float = 20.0  # after the fault prompt: how long the hall may take to come back
    silent_seconds: float = 8.0  # without a packet, reports included (RFC 3550: one in 7.5 s): who dials anew is served
    callback_uri: str = ""  # sip:{number}@gateway: how customers are called; "": no callbacks are offered
    callback_trunk: str = ""
    # How numbers must begin that are called back. Whoever calls chose his number, abroad are numbers that cost a
    # fortune a minute, and the one who is paid for them is the one who asks.
    callback_prefixes: tuple[str, ...] = ("86",)
    recordings: str = ""  # folder for talks of queues that are recorded

    def may_call_back(self, digits: str) -> bool:
        """Whether this number is one that we call."""
        return bool(self.callback_uri) and digits.startswith(self.callback_prefixes) and len(digits) > SHORT


def from_environment(environment: Mapping[str, str] = os.environ) -> CallSettings:
    """CARELINE_CALLS_LONGEST_SECONDS, _RECOVER_SECONDS, CARELINE_CALLBACK_URI, _TRUNK, _PREFIXES, CARELINE_RECORDINGS."""
    usual = CallSettings()
    prefixes = environment.get("CARELINE_CALLBACK_PREFIXES") or environment.get("CARELINE_COUNTRY_CODE") or "86"
    return CallSettings(
        longest_seconds=float(environment.get("CARELINE_CALLS_LONGEST_SECONDS", usual.longest_seconds)),
        recover_seconds=float(environment.get("CARELINE_CALLS_RECOVER_SECONDS", usual.recover_seconds)),
        callback_uri=environment.get("CARELINE_CALLBACK_URI", ""),
        callback_trunk=environment.get("CARELINE_CALLBACK_TRUNK", ""),
        callback_prefixes=tuple(one for one in prefixes.replace(",", " ").split() if one.isdecimal()),
        recordings=environment.get("CARELINE_RECORDINGS", ""),
    )
