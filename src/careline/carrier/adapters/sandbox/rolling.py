"""What the carrier does by itself: the turn of the month, the end of retention, the reminders it has to send."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from careline.carrier.adapters.sandbox.rules import Day, Rules
from careline.carrier.port import Answer, CarrierError, LowBalance, Request
from careline.postgres.sql import execute, run
from careline.values.msisdn import Msisdn

CHUNK = 1_000  # lines
CHUNK_SECONDS = 60.0


class Asked(Protocol):
    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]: ...


Alert = LowBalance


def roll_month(carrier: Asked, now: datetime, on_lines: Callable[[int], None]) -> int:
    """Ask for the roll of every line that is due, under one reference a month, so that none is charged twice."""
    day = Day.of(now)
    rolled, last = 0, ""
    while True:
        # The next lines with something that begins or costs this month, or points that expire.
        rows = run(
            "SELECT msisdn FROM ("
            " (SELECT DISTINCT msisdn FROM sandbox_holding WHERE msisdn > %(last)s::text AND rolled < %(month)s::int"
            "  AND starts_on <= %(today)s::date AND (ends_at IS NULL OR ends_at > %(now)s::timestamptz)"
            "  ORDER BY msisdn LIMIT %(chunk)s)"
            " UNION (SELECT msisdn FROM sandbox_account WHERE msisdn > %(last)s::text AND %(january)s::bool"
            "  AND points_expiring > 0 ORDER BY msisdn LIMIT %(chunk)s)"
            " ) due ORDER BY msisdn LIMIT %(chunk)s",
            {
                "last": last,
                "month": day.month,
                "today": day.today,
                "now": day.now,
                "january": day.today.month == 1,
                "chunk": CHUNK,
            },
        )
        if not rows:
            return rolled
        last = rows[-1][0]
        requests = [
            Request(f"roll-{day.month}", Msisdn(msisdn), "roll", by="system", channel="system") for (msisdn,) in rows
        ]
        for _, answer in carrier.ask(requests, now=now, time_limit_seconds=CHUNK_SECONDS):
            if isinstance(answer, CarrierError):
                raise answer
        rolled += len(rows)
        on_lines(len(rows))


def retain(now: datetime, rules: Rules) -> int:
    # Release what is suspended longer than it is kept: on the last day it can still be saved (NTF-04).
    return execute(
        "UPDATE sandbox_account SET status = 'released', version = version + 1"
        " WHERE status = 'suspended' AND suspended_on < %s::date",
        [Day.of(now).today - timedelta(days=rules.retention_days)],
    )


def alerts_due(limit: int) -> list[Alert]:
    # Reminders that nobody was told of.
    rows = run(
        "SELECT msisdn, number, at, below, balance FROM sandbox_alert WHERE told_at IS NULL ORDER BY at LIMIT %s",
        [limit],
    )
    return [Alert(Msisdn(row[0]), *row[1:]) for row in rows]


def alert_told(alerts: Sequence[Alert], now: datetime) -> int:
    return execute(
        "UPDATE sandbox_alert a SET told_at = %s::timestamptz FROM unnest(%s::text[], %s::int[]) AS n (msisdn, number)"
        " WHERE a.msisdn = n.msisdn AND a.number = n.number AND a.told_at IS NULL",
        [now, [alert.msisdn.digits for alert in alerts], [alert.number for alert in alerts]],
    )
