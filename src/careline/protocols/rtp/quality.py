"""How well a stream arrives: what was lost, how unevenly it came (RFC 3550 A.3, A.8), and what ears would say (G.107)."""

from dataclasses import dataclass
from typing import Final

from careline.protocols.rtp.packet import CLOCK_HZ, SEQUENCES, later

JUMP_MAX: Final = 3000  # RFC 3550 A.1 MAX_DROPOUT: past this the sender has started anew


@dataclass(slots=True)
class Reception:
    """What was heard of one source; fed with every packet, or with samples and a count (see `heard`)."""

    first: int = -1  # extended sequence number of the first packet
    highest: int = -1  # the highest so far
    received: int = 0
    jitter_samples: float = 0.0
    _transit: float | None = None
    _expected_before: int = 0
    _received_before: int = 0

    def heard(self, sequence: int, timestamp: int, at: float, received: int | None = None) -> None:
        """A packet came at `at` seconds.

        received: how many packets had come altogether when this one did, where most are counted without being looked
        at; None: this is one more.
        """
        if self.first < 0:
            self.first = self.highest = sequence
        else:
            step = later(self.highest % SEQUENCES, sequence, SEQUENCES)
            if step > JUMP_MAX or step < -JUMP_MAX:
                self.first += step  # a leap of the sender is no loss
                self.highest += step
                self._transit = None
            elif step > 0:
                self.highest += step
        self.received = self.received + 1 if received is None else received
        transit = at * CLOCK_HZ - timestamp
        if self._transit is not None:
            # The timestamp goes round after six days; the difference of two transits must not.
            difference = (transit - self._transit + 2**31) % 2**32 - 2**31
            self.jitter_samples += (abs(difference) - self.jitter_samples) / 16  # RFC 3550 A.8
        self._transit = transit

    def pause(self) -> None:
        """A gap that is nobody's fault (hold, a redirect): the next packet's transit is not compared."""
        self._transit = None

    @property
    def expected(self) -> int:
        return self.highest - self.first + 1 if self.first >= 0 else 0

    @property
    def lost(self) -> int:
        """Packets; negative when more came than were sent: duplicates (RFC 3550 6.4.1)."""
        return self.expected - self.received

    @property
    def jitter_ms(self) -> float:
        return self.jitter_samples * 1000 / CLOCK_HZ

    def fraction_lost(self) -> int:
        """Of the packets since the last question, in 256ths (RFC 3550 A.3)."""
        expected = self.expected - self._expected_before
        lost = expected - (self.received - self._received_before)
        self._expected_before, self._received_before = self.expected, self.received
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)


def mos(lost_percent: float, delay_ms: float, *, burst_ratio: float = 1.0) -> float:
    """The mean opinion score, 1 to 4.4, that listeners would give to G.711 with loss concealment.

    The E-model of ITU-T G.107 with its default values (R0 - Is = 93.2, G.107 table 3); for G.711 with concealment
    Ie = 0 and Bpl = 25.1 (ITU-T G.113 appendix I); delay by the straight lines of Cole and Rosenbluth (2001), which
    follow G.107's curve up to 400 ms. delay_ms: one way, mouth to ear. An estimate: it knows nothing of echo or level.
    """
    impairment = 95.0 * lost_percent / (lost_percent / burst_ratio + 25.1)
    delay = 0.024 * delay_ms + (0.11 * (delay_ms - 177.3) if delay_ms > 177.3 else 0.0)
    r = 93.2 - delay - impairment
    if r <= 0:
        return 1.0
    return round(max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6), 2)  # G.107 annex B
