"""How long the pages of statistics take over many millions of attempts, in a database of its own.

Attempts are made by the database itself (generate_series), thirty days of them over all channels, regions, brands, services
and causes, and counted into the tally as the hall does; then they are folded as the clock does, and the questions of each page
are asked again and again. What the pages read grows with the kinds of attempts and not with their number.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Tell = Callable[[str], None]
LIMIT_MS, AIM_MS = 500.0, 200.0
DAYS, ROUNDS, HAND = 30, 15, 1_000_000
SERVICES, REGIONS, BRANDS = 150, 7, 3

# Skewed as customers are: a few services are asked for by most, failures are few, and nights are quiet.
_MAKE = """
INSERT INTO ledger_attempt (id, msisdn, contact, channel, region, brand, "table", service, verb, parameters, version, begun_at,
 node, outcome, cause, ended_at, carrier_words)
SELECT gen_random_uuid(), '86139' || lpad((random() * 9999999)::int::text, 8, '0'), gen_random_uuid(),
 (ARRAY['sms', 'sms', 'voice', 'web', 'app', 'ussd'])[1 + floor(random() * 6)::int], 'T' || floor(random() * %(regions)s)::int,
 'B' || floor(random() * %(brands)s)::int, 'T1', 'service' || floor(power(random(), 3) * %(services)s)::int,
 (ARRAY['query', 'query', 'subscribe', 'cancel'])[1 + floor(random() * 4)::int], '{}'::jsonb, 1 + floor(random() * 2)::int, at,
 '', CASE WHEN luck < 0.94 THEN 'done' WHEN luck < 0.97 THEN 'refused' ELSE 'failed' END,
 CASE WHEN luck < 0.94 THEN '' WHEN luck < 0.97 THEN 'already_on'
  ELSE (ARRAY['guidance', 'guidance', 'carrier_busy', 'carrier_silent', 'wrong_prompt'])[1 + floor(random() * 5)::int] END, at, ''
FROM (SELECT random() AS luck, %(first)s::timestamptz + random() * interval '30 days' AS at
 FROM generate_series(1, %(number)s)) AS made
"""
_TALLY = """
INSERT INTO ledger_tally (hour, shard, channel, region, brand, "table", service, verb, outcome, cause, version, attempts)
SELECT date_trunc('hour', ended_at), 0, channel, region, brand, "table", service, verb, outcome, cause, version, count(*)
FROM ledger_attempt GROUP BY 1, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""


def measure(attempts: int, tell: Tell) -> dict[str, Any]:
    """Everything, ready for JSON; `held` says whether every page's p95 was under the limit."""
    from django.db import connection

    from careline.insight import clock, folding
    from careline.insight.models import Mark
    from careline.postgres import sql

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first = now - timedelta(days=DAYS)
    tables = "ledger_attempt, ledger_tally, insight_day, insight_hour, insight_margin, insight_node, insight_contact, insight_mark"
    sql.execute(f"TRUNCATE {tables}")
    began = time.monotonic()
    with connection.cursor() as cursor:
        for made in range(0, attempts, HAND):
            tell(f"making attempts: {made:,} of {attempts:,}")
            kinds = {"regions": REGIONS, "brands": BRANDS, "services": SERVICES}
            cursor.execute(_MAKE, {"first": first, "number": min(HAND, attempts - made), **kinds})
        tell("counting")
        cursor.execute(_TALLY)
    made_seconds = time.monotonic() - began
    tell("folding")
    began = time.monotonic()
    Mark.objects.create(source=folding.OWN, hour=first, zone=str(clock.zone()))
    while folding.sweep(now) >= folding.HAND:
        pass
    folded_seconds = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE insight_day, insight_hour, insight_margin, ledger_attempt")
    (rows,) = sql.run("SELECT (SELECT count(*) FROM insight_day), (SELECT count(*) FROM insight_hour)")
    tell("asking")
    pages = {name: _times(ask) for name, ask in _questions(now).items()}
    return {
        "held": all(page["p95_ms"] < LIMIT_MS for page in pages.values()), "limit_ms": LIMIT_MS, "aim_ms": AIM_MS,
        "attempts": attempts, "days": DAYS, "rollup_rows": rows[0], "coarse_rows": rows[1],
        "kinds_possible_a_day": 5 * REGIONS * BRANDS * 2 * SERVICES * 3 * 6,
        "made_seconds": round(made_seconds, 1), "folded_seconds": round(folded_seconds, 1), "pages": pages,
    }  # fmt: skip


def _questions(now: datetime) -> dict[str, Callable[[], object]]:
    """What each page asks the database for, thirty days."""
    from careline.insight import asking, clock, levels, menus, records
    from careline.insight.asking import OURS, Filters, Period

    until = now.astimezone(clock.zone()).date()
    period = Period(until - timedelta(days=DAYS - 1), until)
    fine = Filters(regions=("T1",))

    def overview() -> None:
        asking.count(("day",), period)
        asking.count(("day",), period.before())
        asking.count(("service",), period)
        levels.ladder(period)
        menus.diversion(period)

    return {
        "overview": overview,
        "failure rate by day": lambda: asking.count(("day",), period),
        "failure rate by service": lambda: asking.count(("service",), period),
        "failure rate of a region by day": lambda: asking.count(("day",), period, fine),
        "causes": lambda: asking.failures(period),
        "causes of a region": lambda: asking.failures(period, fine),
        "control chart by hour, 7 days": lambda: asking.count(
            ("day", "hour"), Period(until - timedelta(days=6), until)
        ),
        "hours": lambda: (asking.count(("weekday", "hour"), period), asking.count(("hour",), period)),
        "hours of a service": lambda: asking.count(("weekday", "hour"), period, Filters(services=("service3",))),
        "records behind": lambda: records.newest(period, OURS, cause="guidance"),
    }


def _times(ask: Callable[[], object]) -> dict[str, float]:
    ask()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    found.sort()
    return {"median_ms": round(found[len(found) // 2], 1), "p95_ms": round(found[int(len(found) * 0.95)], 1)}
