"""Where the far side really is: what signalling said, unless its sound plainly comes from elsewhere (guarded latching).

Behind address translation a caller's packets come from another address than its SDP names (symmetric RTP, RFC 4961),
and who simply answers the last sender gives calls away to anyone who finds the port. So:

- The address that signalling named always counts, whenever it speaks.
- Another address is believed only within `WINDOW_SECONDS` of signalling, while the named one has been silent, after
  `CONVINCING` packets in order from one source with one SSRC and a payload type that was agreed on.
- With `near`, only the named host and the host that signalling came from can be believed.
- Once settled, it stays, until signalling names another place. All others are strangers: counted, never heard.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from careline.protocols.rtp.packet import SEQUENCES, Packet, later

Address = tuple[str, int]
WINDOW_SECONDS: Final = 10.0
CONVINCING: Final = 4  # 80 ms; a guess at port, time and payload type may hit once
STEP_MAX: Final = 3  # packets that may be lost between two that convince


@dataclass(slots=True)
class Latch:
    """Whom we hear and answer, after one word of signalling."""

    named: Address
    since: float
    near: Collection[str] = ()  # hosts; empty: any
    target: Address = field(init=False)
    settled: bool = False
    _candidate: Address | None = None
    _ssrc: int = 0
    _sequence: int = 0
    _convinced: int = 0

    def __post_init__(self) -> None:
        self.target = self.named

    def ours(self, source: Address, packet: Packet, now: float) -> bool:
        """Whether this packet, of an agreed payload type, is the far side's; may settle where that is."""
        if source == self.named:
            self.target, self.settled = self.named, True
            return True
        if self.settled or self.lapsed(now):
            self.settled = True
            return source == self.target
        if self.near and source[0] != self.named[0] and source[0] not in self.near:
            return False
        follows = (
            source == self._candidate
            and packet.ssrc == self._ssrc
            and 0 < later(self._sequence, packet.sequence, SEQUENCES) <= STEP_MAX
        )
        self._convinced = self._convinced + 1 if follows else 1
        self._candidate, self._ssrc, self._sequence = source, packet.ssrc, packet.sequence
        if self._convinced < CONVINCING:
            return False
        self.target, self.settled = source, True
        return True

    def lapsed(self, now: float) -> bool:
        """Whether it is too late to believe another address."""
        return now - self.since > WINDOW_SECONDS
