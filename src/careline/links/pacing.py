"""How fast, and how soon again: a token bucket for parts, and the wait between attempts to connect."""

import random


class TokenBucket:
    """Lets a number of parts through each second, and a few at once after a rest; None lets everything through."""

    def __init__(self, per_second: float | None, burst: int | None, now: float) -> None:
        self._per_second = per_second
        self._burst = float(burst or max(1, (per_second or 0) // 10))
        self._tokens = self._burst
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Whether one part may leave now."""
        if self._per_second is None:
            return True
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def wait_seconds(self) -> float:
        """How long until the next part may leave."""
        return 0.0 if self._per_second is None else max(0.0, (1 - self._tokens) / self._per_second)


def backoff_seconds(failures: int, first: float, longest: float) -> float:
    """The wait after this many failures in a row (1, 2, ...): doubled each time, half of it left to chance.

    Chance keeps the links of a whole park from knocking at the same moment.
    """
    full: float = min(longest, first * 2 ** min(failures - 1, 30))
    return full / 2 + random.random() * full / 2
