"""One press, one key, by however many ways it arrives: some gateways send the tone and the event, or INFO and the event."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

TOGETHER_SECONDS: Final = 1.5
"""Within this time the same key by another way is the same press. INFO goes by the signalling path and comes last."""


@dataclass(slots=True)
class _Press:
    key: str
    at: float
    ways: set[str]


@dataclass(slots=True)
class OncePerPress:
    """Pairs what arrives by different ways, so that 5 5 pressed quickly and sent twice over is still two."""

    _presses: deque[_Press] = field(default_factory=deque)

    def new(self, key: str, way: str, now: float) -> bool:
        """Whether this press was not heard of by another way."""
        while self._presses and now - self._presses[0].at > TOGETHER_SECONDS:
            self._presses.popleft()
        for press in self._presses:
            if press.key == key and way not in press.ways:
                press.ways.add(way)
                return False
        self._presses.append(_Press(key, now, {way}))
        return True
