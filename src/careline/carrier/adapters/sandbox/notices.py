"""What others opened on a line, and whether its owner was told: the carrier reports it, whichever of its doors it came by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from careline.carrier.adapters.sandbox.belongings import shown
from careline.carrier.port import OpenedByOthers
from careline.postgres.sql import execute, run
from careline.values.msisdn import Msisdn

NEWS = timedelta(days=7)  # what is older is history, and nobody is surprised with it


def openings_due(now: datetime, limit: int) -> list[OpenedByOthers]:
    # What runs on a line, was opened lately by somebody else than its owner, and was told to nobody.
    rows = run(
        "SELECT msisdn, number, since, product, tier, name_zh, name_en, fee, per, nullif(paid_to, ''), by, channel"
        " FROM sandbox_holding WHERE told_at IS NULL AND by <> 'subscriber' AND since > %s::timestamptz"
        " AND since <= %s::timestamptz AND (ends_at IS NULL OR ends_at > %s::timestamptz) ORDER BY since LIMIT %s",
        [now - NEWS, now, now, limit],
    )
    found = [OpenedByOthers(Msisdn(row[0]), *row[1:]) for row in rows]
    return [replace(one, by=shown(one.by)) for one in found]


def opening_told(openings: Sequence[OpenedByOthers], now: datetime) -> int:
    return execute(
        "UPDATE sandbox_holding h SET told_at = %s::timestamptz FROM unnest(%s::text[], %s::int[]) AS n (msisdn, number)"
        " WHERE h.msisdn = n.msisdn AND h.number = n.number AND h.told_at IS NULL",
        [now, [one.msisdn.digits for one in openings], [one.number for one in openings]],
    )
