"""What is due at which second: a heap whose cancelled entries are swept when they are the most of it."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any, Final

_SWEPT_FROM: Final = 1_024

# [at, order, what to do or None when cancelled, with what]
Alarm = list[Any]


class Alarms:
    """Alarms for `do(subject, now)`."""

    def __init__(self) -> None:
        self._heap: list[Alarm] = []
        self._order = count()
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    def arm(self, at: float, do: Callable[[Any, float], None], subject: Any) -> Alarm:
        """An alarm that goes off at that second."""
        alarm: Alarm = [at, next(self._order), do, subject]
        heapq.heappush(self._heap, alarm)
        return alarm

    def cancel(self, alarm: Alarm | None) -> None:
        """Forget an alarm; nothing happens when it went off already."""
        if alarm is None or alarm[2] is None:
            return
        alarm[2] = alarm[3] = None
        self._cancelled += 1
        if self._cancelled > _SWEPT_FROM and self._cancelled * 2 > len(self._heap):
            self._heap = [one for one in self._heap if one[2] is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def next_at(self) -> float | None:
        """When the next one goes off."""
        heap = self._heap
        while heap and heap[0][2] is None:
            heapq.heappop(heap)
            self._cancelled -= 1
        return heap[0][0] if heap else None

    def ring(self, now: float) -> None:
        """Set off whatever is due."""
        while (at := self.next_at()) is not None and at <= now:
            alarm = heapq.heappop(self._heap)
            do, subject = alarm[2], alarm[3]
            alarm[2] = alarm[3] = None
            do(subject, now)
