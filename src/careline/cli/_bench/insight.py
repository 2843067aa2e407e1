"""How long the pages of statistics take over many millions of attempts, in a database of its own.

Attempts are made by the database itself, hour after hour of thirty days over all channels, regions, brands, services and
causes, into the ledger and its tally as the hall does; each hour is folded when it is over, as the clock does. Then the
questions of each page are asked again and again. What the pages read grows with the kinds of attempts and not with their number.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Tell = Callable[[str], None]
LIMIT_MS, AIM_MS = 500.0, 200.0
DAYS, ROUNDS = 30, 15
SERVICES, REGIONS, BRANDS = 150, 7, 3
PLACES = 560  # of a menu: a few are come to every hour, most now and then
LINES = 200  # of pretend customers, whose attempts are found and taken off
CALLERS_MAX = 5_000_000
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 16, 24, 26, 22, 18, 17, 20, 24, 25, 22, 19, 24, 26, 20, 11, 5)  # weights of UTC hours

# Skewed as customers are: a few services are asked for by most, failures are few, and nights are quiet.
_MAKE = """
WITH made AS (INSERT INTO ledger_attempt (id, msisdn, contact, channel, region, brand, "table", service, verb, parameters, version,
 begun_at, node, outcome, cause, ended_at, carrier_words)
SELECT gen_random_uuid(), '86139' || lpad((random() * 9999999)::int::text, 8, '0'), gen_random_uuid(),
 (ARRAY['sms', 'sms', 'voice', 'web', 'app', 'ussd'])[1 + floor(random() * 6)::int], 'T' || floor(random() * %(regions)s)::int,
 'B' || floor(random() * %(brands)s)::int, 'T1', 'service' || floor(power(random(), 3) * %(services)s)::int,
 (ARRAY['query', 'query', 'subscribe', 'cancel'])[1 + floor(random() * 4)::int], '{}'::jsonb, 1 + floor(random() * 2)::int, at,
 '', CASE WHEN luck < 0.94 THEN 'done' WHEN luck < 0.97 THEN 'refused' ELSE 'failed' END,
 CASE WHEN luck < 0.94 THEN '' WHEN luck < 0.97 THEN 'already_on'
  ELSE (ARRAY['guidance', 'guidance', 'carrier_busy', 'carrier_silent', 'wrong_prompt'])[1 + floor(random() * 5)::int] END, at, ''
FROM (SELECT random() AS luck, %(hour)s::timestamptz + random() * interval '59 minutes 59 seconds' AS at
 FROM generate_series(1, %(number)s)) AS chance
RETURNING channel, region, brand, "table", service, verb, outcome, cause, version)
INSERT INTO ledger_tally (hour, shard, channel, region, brand, "table", service, verb, outcome, cause, version, attempts)
SELECT %(hour)s, 0, channel, region, brand, "table", service, verb, outcome, cause, version, count(*) FROM made
GROUP BY channel, region, brand, "table", service, verb, outcome, cause, version
"""
# What stands around attempts: sessions, contacts, callers of the month, lines of pretend customers.
_AROUND = (
    "INSERT INTO probes_line (msisdn, region, brand, language, senior, ours, marked_at)"
    " SELECT '86139' || lpad((n * 7919)::text, 8, '0'), 'T1', 'B1', 'zh', false, true, %(first)s"
    " FROM generate_series(1, %(lines)s) AS n",
    "INSERT INTO insight_node (hour, source, channel, version, menu, node, sessions, visits, done, person, left_here)"
    " SELECT %(first)s::timestamptz + h * interval '1 hour', 'hall', channel, version, menu,"
    " CASE n WHEN 0 THEN '' WHEN 1 THEN '*' ELSE 'service' || n || ':query' END, greatest(1, 9000 / (n + 1)), greatest(1, 10000 / (n + 1)),"
    " 7000 / (n + 1), 1000 / (n + 1), 1000 / (n + 1) FROM generate_series(0, %(hours)s - 1) AS h, generate_series(0, %(places)s + 1) AS n,"
    " (VALUES ('voice', 1, 'standard'), ('voice', 2, 'standard'), ('ussd', 1, 'standard'), ('voice', 1, 'senior')) AS w (channel, version,"
    " menu) WHERE n < 2 OR (h + n * 7) %% (1 + n / 40) = 0",
    "INSERT INTO insight_contact (hour, source, channel, contacts) SELECT %(first)s::timestamptz + h * interval '1 hour', 'hall',"
    " channel, 900 FROM generate_series(0, %(hours)s - 1) AS h, unnest(ARRAY['sms', 'voice', 'web', 'app', 'ussd']) AS c (channel)",
    "INSERT INTO insight_caller (source, month, channel, msisdn, dials) SELECT 'hall', %(month)s, 'voice',"
    " '8613' || lpad(n::text, 9, '0'), 1 + floor(power(random(), 8) * 40)::int FROM generate_series(1, %(callers)s) AS n",
)
_ROLLUPS = ("day", "area", "margin", "pair", "hour", "node", "place", "caller")


def measure(attempts: int, tell: Tell) -> dict[str, Any]:
    """Everything, ready for JSON; `held` says whether every page's p95 was under the limit."""
    from django.db import connection

    from careline.insight import clock, folding
    from careline.insight.models import Mark

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first = now - timedelta(days=DAYS)
    with connection.cursor() as cursor:
        _empty(cursor)
        _surround(cursor, first, now, attempts)
        Mark.objects.create(source=folding.OWN, hour=first, zone=str(clock.zone()))
        made_seconds = folded_seconds = 0.0
        done, weight = 0, DAYS * sum(HOURS)
        for at in range(DAYS * 24):
            hour = first + timedelta(hours=at)
            number = max(1, attempts * HOURS[hour.hour] // weight)
            tell(f"making attempts: {done:,} of {attempts:,}")
            began = time.monotonic()
            kinds = {"regions": REGIONS, "brands": BRANDS, "services": SERVICES}
            cursor.execute(_MAKE, {"hour": hour, "number": number, **kinds})
            done += number
            made_seconds += time.monotonic() - began
            began = time.monotonic()
            folding.sweep(hour + clock.HOUR + folding.SETTLED)
            folded_seconds += time.monotonic() - began
            if not at % 24:
                cursor.execute("ANALYZE insight_day")
        tell("putting indexes on the ledger")
        for statement in _INDEXES:
            cursor.execute(statement)
        cursor.execute(
            f"VACUUM ANALYZE ledger_attempt, {', '.join('insight_' + name for name in (*_ROLLUPS, 'dials'))}"
        )
    return _asked(now, tell) | {
        "made_seconds": round(made_seconds, 1), "folded_seconds": round(folded_seconds, 1),
        "folded_ms_per_thousand": round(folded_seconds * 1e6 / done, 2),
    }  # fmt: skip


def ask_again(tell: Tell) -> dict[str, Any]:
    """The same without what was made and folded, over what stands from the last `measure`."""
    from careline.insight import folding
    from careline.insight.models import Mark

    mark = Mark.objects.filter(source=folding.OWN).first()
    return _asked(mark.hour, tell) if mark else {"attempts": 0}


def _asked(now: datetime, tell: Tell) -> dict[str, Any]:
    """What is there, and how long each question over it takes."""
    from django.db import connection

    tell("counting rows")
    with connection.cursor() as cursor:
        rollups = {name: _size(cursor, f"insight_{name}") for name in _ROLLUPS}
        ledger = _size(cursor, "ledger_attempt")
    tell("asking")
    pages = {name: _times(ask) for name, ask in _questions(now).items()}
    return {
        "held": all(page["p95_ms"] < LIMIT_MS for page in pages.values()), "limit_ms": LIMIT_MS, "aim_ms": AIM_MS,
        "attempts": ledger["rows"], "days": DAYS, "rollups": rollups, "ledger": ledger,
        "again_ms": _again(now), "pages": pages,
    }  # fmt: skip


# Loading with random keys in place would measure the disk; they are put on when all is there.
_INDEXES = (
    "ALTER TABLE ledger_attempt ADD PRIMARY KEY (id)",
    "CREATE INDEX ledger_attempt_of ON ledger_attempt (msisdn, begun_at)",
)


def _empty(cursor: Any) -> None:
    tables = ("day", "area", "margin", "pair", "hour", "node", "place", "contact", "caller", "dials", "mark")
    cursor.execute(
        f"TRUNCATE ledger_attempt, ledger_tally, probes_line, {', '.join('insight_' + one for one in tables)}"
    )
    cursor.execute("ALTER TABLE ledger_attempt DROP CONSTRAINT IF EXISTS ledger_attempt_pkey")
    cursor.execute("DROP INDEX IF EXISTS ledger_attempt_of")
    cursor.execute("ALTER TABLE ledger_attempt SET UNLOGGED")


def _surround(cursor: Any, first: datetime, now: datetime, attempts: int) -> None:
    from careline.insight import clock, placing, visiting

    month = now.astimezone(clock.zone()).date().replace(day=1)
    values = {
        "first": first,
        "hours": DAYS * 24,
        "lines": LINES,
        "places": PLACES,
        "month": month,
        "callers": min(CALLERS_MAX, attempts // 4),
    }
    for statement in _AROUND:
        cursor.execute(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
    visiting.count_dials("hall", month)
    placing.rebuild_all(clock.zone())


def _size(cursor: Any, table: str) -> dict[str, int]:
    cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")  # noqa: S608
    rows, size = cursor.fetchone()
    return {"rows": rows, "bytes": size}


def _again(now: datetime) -> float:
    """How long a sweep takes that finds nothing new: the running hour, every twenty seconds."""
    from careline.insight import folding

    return _times(lambda: folding.sweep(now + timedelta(minutes=1)))["median_ms"]


def _questions(now: datetime) -> dict[str, Callable[[], object]]:
    """What each page asks the database for, thirty days."""
    from careline.insight import asking, callers, clock, levels, menus, records
    from careline.insight.asking import OURS, Filters, Period
    from careline.insight.sheets import acceptance

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
        "services of a region": lambda: asking.count(("service",), period, fine),
        "services in busy hours": lambda: asking.count(("service",), period, Filters(hours=(9, 10, 11))),
        "causes of a region and brand in busy hours": lambda: asking.failures(
            period, Filters(regions=("T1",), brands=("B1",), hours=(9, 10, 11))
        ),
        "causes of the commonest service": lambda: asking.failures(period, Filters(services=("service0",))),
        "acceptance by service and day": lambda: asking.count(("service", "day"), period),
        "places of a menu": lambda: (menus.usage("standard", period), menus.diversion(period, OURS, "standard")),
        "places of a menu on one channel, by day": lambda: (
            menus.usage("standard", period, Filters(channels=("voice",))),
            acceptance.visits("standard", period, OURS),
        ),
        "places of a menu in busy hours": lambda: menus.usage("standard", period, Filters(hours=(9, 10, 11))),
        "repeat callers": lambda: (callers.most(until, 50), callers.bands(until)),
        "records behind, of a service": lambda: records.newest(period, Filters(services=("service3",))),
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
