"""The receipt desk: receipts are entered in batches; those that come before their letter is known wait for it."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, InterfaceError

from careline.links.link import Receipt, Refusal, acknowledge_many, refuse_many
from careline.outbox import receipts
from careline.outbox.receipts import Told

log = logging.getLogger(__name__)

EARLY_SECONDS = 5.0  # a receipt may overtake the answer to its submission; then it is acknowledged and kept in memory
PARKED_SECONDS = 600.0
PARKED_MAX = 100_000


@dataclass(slots=True)
class Figures:
    """What came, for statistics."""

    receipts: int = 0
    early_receipts: int = 0
    unmatched_receipts: int = 0


@dataclass(slots=True)
class _Parked:
    receipt: Receipt
    told: Told
    since: float  # monotonic seconds
    acknowledged: bool = False


class ReceiptDesk:
    """Takes receipts from any thread; enters them on the sender's. `account_of` gives a bind's account."""

    def __init__(self, account_of: Callable[[str], str]) -> None:
        self.figures = Figures()
        self._account_of = account_of
        self._fresh: deque[Receipt] = deque()
        self._parked: list[_Parked] = []
        self._all_again_at = 0.0

    def __bool__(self) -> bool:
        """Whether new ones have come."""
        return bool(self._fresh)

    def take(self, told: Sequence[Receipt]) -> None:
        self._fresh.extend(told)

    def enter(self, now: datetime) -> None:
        """Enter what came, and try again what came too early. Raises the database's errors; the receipts come again."""
        clock = time.monotonic()
        fresh = [self._fresh[index] for index in range(len(self._fresh))]
        # Those that came early are looked up again in every round, old ones now and then.
        if all_again := clock >= self._all_again_at:
            self._all_again_at = clock + EARLY_SECONDS
        rest = [] if all_again else [one for one in self._parked if one.acknowledged]
        parked = [one for one in self._parked if all_again or not one.acknowledged]
        tried_before = len(parked)
        parked += [_Parked(one, self._told(one), clock) for one in fresh]
        if not parked:
            return
        try:
            places = receipts.settle([one.told for one in parked], now)
        except (DatabaseError, InterfaceError):
            refuse_many(fresh, Refusal.AGAIN)
            self._forget(len(fresh))
            raise
        self._forget(len(fresh))
        self.figures.receipts += len(places)
        self.figures.early_receipts += sum(1 for place in places if place < tried_before)
        owed = [one for place, one in enumerate(parked) if place in places and not one.acknowledged]
        left = [one for place, one in enumerate(parked) if place not in places]
        for one in left:
            # Not longer: receipts that nobody answers would fill the SMSC's window and keep customers' texts out.
            if not one.acknowledged and clock - one.since > EARLY_SECONDS:
                one.acknowledged = True
                owed.append(one)
        acknowledge_many([one.receipt for one in owed])
        self._park(rest + left, clock)

    def _park(self, left: list[_Parked], clock: float) -> None:
        self._parked = [one for one in left if clock - one.since < PARKED_SECONDS][-PARKED_MAX:]
        if lost := len(left) - len(self._parked):
            self.figures.unmatched_receipts += lost
            log.warning("%d receipts belong to no letter that we know", lost)

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._fresh.popleft()

    def _told(self, receipt: Receipt) -> Told:
        return Told(
            self._account_of(receipt.link),
            receipt.keys,
            receipt.source.lstrip("+"),
            receipt.state.value,
            receipt.state.final,
            receipt.error,
        )
