"""What customers are told who asked nothing: what others opened on their lines, and what of their allowances is used up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from careline.carrier.adapters.sandbox.belongings import shown
from careline.carrier.adapters.sandbox.quotas import QUOTAS, Quota
from careline.carrier.adapters.sandbox.rules import local_date, month_of
from careline.carrier.port import OpenedByOthers, UsageReached
from careline.postgres.sql import execute, run
from careline.values.language import Text
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


def usage_due(now: datetime, limit: int) -> list[UsageReached]:
    today = local_date(now)
    assert today is not None
    # Of which allowances of this month were four fifths or all used, and the customer was told of neither or of less?
    rows = run(
        "SELECT msisdn, month, quota, used, total, CASE WHEN used >= total THEN 100 ELSE 80 END FROM sandbox_usage"
        " WHERE month = %s::int AND total > 0 AND used::bigint * 5 >= total::bigint * 4 AND told < 100"
        " AND (told < 80 OR used >= total) ORDER BY msisdn, quota LIMIT %s",
        [month_of(today), limit],
    )
    found = []
    for msisdn, month, id, used, total, level in rows:
        quota = QUOTAS.get(id, Quota(id, Text(id, id), ""))
        names = (quota.name.zh, quota.name.en, quota.unit)
        found.append(UsageReached(Msisdn(msisdn), month, id, *names, used, total, level))
    return found


def usage_told(reached: Sequence[UsageReached], now: datetime) -> int:
    return execute(
        "UPDATE sandbox_usage u SET told = n.level"
        " FROM unnest(%s::text[], %s::int[], %s::text[], %s::int[]) AS n (msisdn, month, quota, level)"
        " WHERE u.msisdn = n.msisdn AND u.month = n.month AND u.quota = n.quota AND u.told < n.level",
        [
            [one.msisdn.digits for one in reached],
            [one.month for one in reached],
            [one.quota for one in reached],
            [one.level for one in reached],
        ],
    )
