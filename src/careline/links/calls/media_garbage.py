"""Garbage collection by the clock: little and often, so that no round is a gap in anybody's sound.

Python's own rounds come by a count of objects made less objects freed. While old ones go and new ones come that count
stands still and the young heap grows: rounds of 15 to 55 ms were measured at 1,000 calls. Here the young are looked
through every 40 ms, whatever their number, and are old afterwards; the old when nobody listens, or after a long time.
"""

import gc
from typing import Final

YOUNG_SECONDS: Final = 0.04
QUIET_SECONDS: Final = 10.0  # between whole rounds while nobody listens
BUSY_SECONDS: Final = 900.0  # while somebody always does: a whole round is 50 to 150 µs for each call there is
CALLS_MAX: Final = 50_000  # that ended since: calls leave no circles behind as far as is known, but errors may


class Garbage:
    """Takes the collector over from Python; `give_back` returns it."""

    def __init__(self, now: float) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        self._young_at = now
        self._old_at = now
        self._opened = 0  # streams, at the last whole round

    def tick(self, now: float, streams: int, opened: int) -> None:
        """Do what is due; `streams` would wait for it, `opened` is how many there ever were."""
        if now - self._young_at < YOUNG_SECONDS:
            return
        self._young_at = now
        ended = opened - streams - self._opened
        pause = BUSY_SECONDS if streams else QUIET_SECONDS
        if ended and (ended > CALLS_MAX or now - self._old_at >= pause):
            self._old_at, self._opened = now, opened - streams
            gc.collect()
        else:
            gc.collect(1)

    def give_back(self) -> None:
        gc.enable()
        gc.unfreeze()
