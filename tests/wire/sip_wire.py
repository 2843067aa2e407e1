"""Two user agents on a wire and a clock of our own, so that half a minute of retransmissions takes a millisecond."""

import heapq
from collections.abc import Callable
from itertools import count

from careline.protocols.sip import Config, Event, Happened, Hop, Negotiation, Send, Step, UserAgent

# What becomes of a message: the delays of its copies in seconds, none when it is lost.
Channel = Callable[[bytes], list[float]]


def perfect(_: bytes) -> list[float]:
    """Everything arrives, 10 ms later."""
    return [0.01]


class Party:
    """One agent with its address, and what happened to its calls."""

    def __init__(self, wire: "Wire", host: str, config: Config, transport: str = "udp") -> None:
        self.wire = wire
        self.hop = Hop(transport, host, 5060, 1 if transport == "tcp" else 0)  # type: ignore[arg-type]
        self.ua = UserAgent(config)
        self.media = Negotiation(host, 20_000)
        self.happened: list[tuple[str, Event]] = []
        self.sent: list[bytes] = []
        self.reacts: Callable[[Party, str, Event], None] = lambda party, call, event: None
        wire.parties[host] = self

    def do(self, steps: list[Step]) -> None:
        """Carry out what the agent wants."""
        for step in steps:
            if isinstance(step, Send):
                self.sent.append(step.data)
                self.wire.carry(self, step)
            else:
                assert isinstance(step, Happened)
                self.happened.append((step.call, step.event))
                self.reacts(self, step.call, step.event)

    def events(self, kind: type | None = None) -> list[Event]:
        """What happened, in order."""
        return [event for _, event in self.happened if kind is None or isinstance(event, kind)]

    @property
    def kinds(self) -> list[str]:
        """The names of what happened."""
        return [type(event).__name__ for _, event in self.happened]

    def left_over(self) -> dict[str, int]:
        """Everything that should be nothing when all is over."""
        names = ("calls", "dialogs", "transactions", "merge_keys", "timers", "closing")
        return {name: number for name in names if (number := self.ua.stats()[name])}

    def started(self, start: str) -> list[bytes]:
        """The messages that it sent whose first line begins so."""
        return [data for data in self.sent if data.startswith(start.encode())]


class Wire:
    """The way between parties, and the clock."""

    def __init__(self, channel: Channel = perfect) -> None:
        self.channel = channel
        self.garbles: Callable[[bytes], bytes] = lambda data: data
        self.now = 0.0
        self.parties: dict[str, Party] = {}
        self._queue: list[tuple[float, int, str, bytes, Hop]] = []
        self._order = count()

    def carry(self, sender: Party, step: Send) -> None:
        """Take a message to where it goes; an address where nobody lives swallows it."""
        for delay in self.channel(step.data):
            entry = (self.now + delay, next(self._order), step.hop.host, self.garbles(step.data), sender.hop)
            heapq.heappush(self._queue, entry)

    def run(self, until: float) -> None:
        """Let time pass up to that second."""
        for _ in range(200_000):
            due = [at for party in self.parties.values() if (at := party.ua.next_at()) is not None]
            if self._queue:
                due.append(self._queue[0][0])
            at = min(due, default=until + 1)
            if at > until:
                self.now = until
                return
            self.now = max(self.now, at)
            while self._queue and self._queue[0][0] <= self.now:
                _, _, host, data, source = heapq.heappop(self._queue)
                if host in self.parties:
                    self.parties[host].do(self.parties[host].ua.receive(data, source, self.now))
            for party in self.parties.values():
                party.do(party.ua.tick(self.now))
        raise AssertionError("time does not pass: something goes off again and again")
