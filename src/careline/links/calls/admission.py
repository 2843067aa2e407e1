"""Who may call, and how much: neighbours by network, new calls by number and rate, strangers by source."""

from collections import OrderedDict
from ipaddress import ip_address

from careline.links.calls.config import Config, Trunk
from careline.links.pacing import TokenBucket

SOURCES_MAX = 4096  # addresses remembered at once; the one that was silent longest is forgotten
STRANGER_BURST = 10
STRANGERS_PER_SECOND = 100.0  # all of them together: datagrams may name any sender, and what answers them hits others
LAST_ANSWERS_SECONDS = 40.0  # a BYE is repeated for 32 seconds (RFC 3261 §17.1.2.2, timer F)


class Neighbours:
    """Finds the trunks of an address."""

    def __init__(self, trunks: tuple[Trunk, ...]) -> None:
        networks = [(network, trunk) for trunk in trunks for network in trunk.networks]
        self._networks = sorted(networks, key=lambda pair: -pair[0].prefixlen)  # the narrowest first
        self._known: OrderedDict[str, tuple[Trunk, ...]] = OrderedDict()

    def of(self, address: str) -> tuple[Trunk, ...]:
        """The trunks with the narrowest network that holds this address; empty: it is a stranger's."""
        found = self._known.get(address)
        if found is None:
            found = self._known[address] = self._look(address)
            if len(self._known) > SOURCES_MAX:
                self._known.popitem(last=False)
        return found

    def trunk_of(self, address: str, username: str) -> Trunk | None:
        """The trunk of a call from there, whose sender proved to be this user ("": nobody in particular)."""
        return next((one for one in self.of(address) if one.user == username), None)

    def challenged(self, address: str) -> bool:
        """Whether a sender there must prove that it knows a secret: no trunk of its takes it for its address alone."""
        trunks = self.of(address)
        return bool(trunks) and all(one.user for one in trunks)

    def _look(self, address: str) -> tuple[Trunk, ...]:
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return ()
        mapped = getattr(ip, "ipv4_mapped", None)  # ::ffff:10.0.0.1 on a socket for both families
        ip = mapped or ip
        found = [pair for pair in self._networks if pair[0].version == ip.version and ip in pair[0]]
        return tuple(trunk for network, trunk in found if network.prefixlen == found[0][0].prefixlen)


class Strangers:
    """How many answers a source gets that has not shown that it may ask; the rest meets silence.

    Answers to scanners tell them that somebody is here, and a flood that is answered costs us twice.
    """

    def __init__(self, answers_per_second: float) -> None:
        self._per_second = answers_per_second
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()
        self._crowd: TokenBucket | None = None

    def is_crowded(self, now: float) -> bool:
        """Whether all strangers together have had their answers; one more counts as given."""
        if self._crowd is None:
            self._crowd = TokenBucket(STRANGERS_PER_SECOND, int(STRANGERS_PER_SECOND), now)
        return not self._crowd.take(now)

    def may_be_answered(self, address: str, now: float) -> bool:
        """Whether this source gets one more answer; it counts as given."""
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = TokenBucket(self._per_second, STRANGER_BURST, now)
            if len(self._buckets) > SOURCES_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(address)
        return bucket.take(now)

    def proved(self, address: str) -> None:
        """This source knew a secret: it starts afresh."""
        self._buckets.pop(address, None)


class Door:
    """Lets new calls in: not more than a number at once, and not more than a rate; none while it is shut."""

    def __init__(self, config: Config, now: float) -> None:
        self._calls_max = config.max_calls
        self._retry_after = config.retry_after_seconds
        self._pace = TokenBucket(config.max_setups_per_second, max(10, int(config.max_setups_per_second / 4)), now)
        self.shut = False

    def retry_after(self, active: int, now: float) -> int:
        """0: come in. Else 503, and this many seconds to stay away (RFC 3261 §21.5.4)."""
        if self.shut or active >= self._calls_max or not self._pace.take(now):
            return self._retry_after
        return 0


class Reached:
    """The hosts that calls of ours lead to: they may answer, whatever network they are of."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}
        self._until: OrderedDict[str, float] = OrderedDict()

    def calls(self, host: str) -> None:
        """A call leads there."""
        self._calls[host] = self._calls.get(host, 0) + 1

    def ended(self, host: str, now: float) -> None:
        """It does no longer; its last answers may still come."""
        self._calls[host] -= 1
        if not self._calls[host]:
            del self._calls[host]
            self._until[host] = now + LAST_ANSWERS_SECONDS
            self._until.move_to_end(host)
            if len(self._until) > SOURCES_MAX:
                self._until.popitem(last=False)

    def knows(self, host: str, now: float) -> bool:
        """Whether something from there is expected."""
        return host in self._calls or self._until.get(host, 0.0) > now
