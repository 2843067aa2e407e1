"""Counts of attempts by hour and kind, kept in the very transaction that ends them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from careline.postgres import sql


def count(ended: Sequence[tuple[Any, ...]], shard: int) -> None:
    """Add these ended attempts (rows of `attempt.end`) to the tally; one statement.

    Each batcher counts into a shard of its own, and rows go in sorted order, so that no two transactions deadlock.
    """
    if not ended:
        return
    tally = Counter(
        (row[9].replace(minute=0, second=0, microsecond=0), *row[:6], row[7], row[8], row[6]) for row in ended
    )
    keys = sorted(tally)
    sql.execute(
        'INSERT INTO ledger_tally (shard, hour, channel, region, brand, "table", service, verb, outcome, cause,'
        " version, attempts)"
        " SELECT %s::smallint, * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])"
        ' ON CONFLICT (hour, shard, channel, region, brand, "table", service, verb, outcome, cause, version)'
        " DO UPDATE SET attempts = ledger_tally.attempts + excluded.attempts",
        [shard, *sql.columns(keys), [tally[key] for key in keys]],
    )
