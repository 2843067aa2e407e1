"""A crowd of invented subscribers beside the town: for benchmarks and for seeing how the house does with a million."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import LiteralString

from django.db import connection

from careline.carrier.adapters.sandbox import multitude
from careline.carrier.adapters.sandbox.numbers import open_ranges
from careline.demo.places import CROWD, TABLES, ranges
from careline.postgres.sql import execute
from careline.values.msisdn import Msisdn

CHUNK = 20_000
WORKERS = 2  # connections; more than two gain nothing on two cores
SEED = 10086
LINES_MAX = 10_000_000
REGIONS = tuple(dict.fromkeys(region for region, _ in TABLES.values()))

# Our own copy of the lines (identity), in the same pass.
_COPY: LiteralString = (
    "INSERT INTO identity_subscriber (msisdn, brand, region, language, status, abroad, menu_on, menu, refreshed_at)"
    " SELECT msisdn, brand, region, language, status, abroad, false, '{}', %(now)s::timestamptz FROM sandbox_crowd"
    " ON CONFLICT DO NOTHING"
)


def gather(
    lines: int,
    now: datetime,
    *,
    seed: int = SEED,
    on_lines: Callable[[int], None] = lambda made: None,
    workers: int = WORKERS,
) -> None:
    """Make `lines` subscribers (those who are there stay as they are), on several connections; raises ValueError over ten million.

    `on_lines` is told of each chunk that is done, from one thread at a time.
    """
    if not 0 < lines <= LINES_MAX:
        raise ValueError(f"between 1 and {LINES_MAX} lines")
    open_ranges(ranges())
    starts = iter(range(0, lines, CHUNK))
    turn, told = threading.Lock(), threading.Lock()
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            while not trouble:
                with turn:
                    first = next(starts, None)
                if first is None:
                    return
                last = min(first + CHUNK, lines) - 1
                made = multitude.make(first, last, now=now, seed=seed, prefix=CROWD, regions=REGIONS, copies=(_COPY,))
                with told:
                    on_lines(made)
        except BaseException as error:
            trouble.append(error)

    def work_apart() -> None:
        try:
            work()
        finally:
            connection.close()

    others = [threading.Thread(target=work_apart, name=f"crowd-{n}") for n in range(1, workers)]
    for other in others:
        other.start()
    work()
    for other in others:
        other.join()
    if trouble:
        raise trouble[0]
    multitude.settle_statistics()
    execute("ANALYZE identity_subscriber")


def number_of(order: int) -> Msisdn:
    """The number of the crowd's line of this order, from 0."""
    block, count = multitude.BLOCK, len(REGIONS)
    place = order // block % count
    return Msisdn(f"86{CROWD}{place}{order // (block * count) * block + order % block:07d}")
