"""The way in to pages and apps: a line signs in once and stays so, as its customer would; and no faster than the server lets us.

Whoever tests signing in itself does it anew. One address is let in so many times a minute by the app interface (60): a server
says so in the headers RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers), and turns are given by them.
"""

import asyncio
import http.cookiejar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from careline.probes.meanwhile import STUMBLE
from careline.probes.probe import Probe
from careline.values.msisdn import Msisdn

UNKNOWN_SECONDS: Final = 0.25  # between two turns of a server that has not said how many it takes
SPARE: Final = 4  # times faster than it lasts, while more than half of what is allowed is left
LEFT_SECONDS: Final = 60.0  # a sign-in that ends so soon is not used any more
_POLICY = re.compile(r"\bq=(\d+).*\bw=(\d+)")
_LEFT = re.compile(r"\br=(\d+)")


def enters(probe: Probe) -> bool:
    return any(step.do == "sign_in" for step in probe.steps)


def shares(probe: Probe) -> bool:
    """Whether its customer may be signed in already: nothing of signing in is tried, and nothing stands in its way."""
    ways = [step for step in probe.steps if step.do == "sign_in"]
    stumbles = probe.stumbles and not any(step.what == STUMBLE for step in probe.steps)
    return len(ways) == 1 and not ways[0].what and not ways[0].wanted and probe.status == "active" and not stumbles


@dataclass(slots=True)
class Pace:
    """Turns to sign in at one server, one after the other."""

    _free_at: float = 0.0  # by the loop's clock
    _spacing: float = UNKNOWN_SECONDS
    _queue: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Wait for one's turn: who came first goes first."""
        async with self._queue:
            clock = asyncio.get_running_loop().time
            while (wait := self._free_at - clock()) > 0:  # noqa: ASYNC110 (it may be put off meanwhile)
                await asyncio.sleep(wait)
            self._free_at = clock() + self._spacing

    def heard(self, headers: Mapping[str, str]) -> None:
        """What an answer says of how often we may ask; headers by names in small letters."""
        policy, left = _POLICY.search(headers.get("ratelimit-policy", "")), _LEFT.search(headers.get("ratelimit", ""))
        if policy is None or left is None or not int(policy[1]):
            return
        most, even = int(policy[1]), int(policy[2]) / int(policy[1])
        self._spacing = even / SPARE if int(left[1]) * 2 > most else even

    def hold(self, seconds: float) -> None:
        """The server says that nobody from here is let in for so long."""
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + seconds)


@dataclass(slots=True)
class Entered:
    """One line that is signed in: at pages by its cookies, in the app by a token."""

    access: str = field(default="", repr=False)
    until: float = float("inf")  # by the loop's clock; pages ask again when theirs is over
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar, repr=False)


@dataclass(slots=True)
class Entrance:
    """Who of our lines is signed in where, and how fast more may come."""

    paces: dict[str, Pace] = field(default_factory=lambda: {"web": Pace(), "app": Pace()})
    _within: dict[tuple[str, str], Entered] = field(default_factory=dict)
    _outgrown: list[Entered] = field(default_factory=list)  # in whose place others came

    def of(self, channel: str, number: Msisdn) -> Entered | None:
        """This line's sign-in, if it will last for a while."""
        found = self._within.get((channel, number.digits))
        if found is not None and found.until - LEFT_SECONDS <= asyncio.get_running_loop().time():
            return None
        return found

    async def ready(self, probe: Probe, number: Msisdn) -> None:
        """Wait until this probe may begin: for its turn, where it will sign in."""
        pace = self.paces.get(probe.channel)
        if pace is not None and enters(probe) and not (shares(probe) and self.of(probe.channel, number)):
            await pace.turn()

    def keep(self, channel: str, number: Msisdn, entered: Entered) -> None:
        before = self._within.pop((channel, number.digits), None)
        if before is not None and before.access:
            self._outgrown.append(before)
        self._within[channel, number.digits] = entered

    def leave(self) -> list[Entered]:
        """Nobody is signed in any more; those whose tokens are to end."""
        left = [*self._outgrown, *(one for one in self._within.values() if one.access)]
        self._within.clear()
        self._outgrown.clear()
        return left
