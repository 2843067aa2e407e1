"""How long things took: counts in steps that double, so that a day of figures fits into forty numbers."""

import threading
from collections.abc import Iterable

_STEPS = 40


class Histogram:
    """Durations in seconds; safe for several threads."""

    __slots__ = ("_lock", "counts")

    def __init__(self) -> None:
        self.counts = [0] * _STEPS  # step n holds what took less than 2**n microseconds and not less than half of it
        self._lock = threading.Lock()

    def add(self, seconds: Iterable[float]) -> None:
        steps = [min(int(one * 1_000_000).bit_length(), _STEPS - 1) for one in seconds]
        with self._lock:
            for step in steps:
                self.counts[step] += 1

    def quantile(self, share: float) -> float:
        """Seconds within which this share (0.5, 0.99) ended: the upper end of the step, so at most twice the truth."""
        wanted = share * sum(self.counts)
        seen = 0
        for step, count in enumerate(self.counts):
            seen += count
            if count and seen >= wanted:
                return float(2**step) / 1_000_000
        return 0.0

    def summary(self) -> dict[str, float]:
        """Milliseconds, for a line in the log or a page of figures."""
        return {
            "count": sum(self.counts),
            "p50_ms": round(self.quantile(0.5) * 1000, 3),
            "p99_ms": round(self.quantile(0.99) * 1000, 3),
        }
