"""How long results are kept: sound and ladders for a short time, runs for a longer one, failures longest; baselines always."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from careline.postgres import sql
from careline.probes.models import Alarm, Runner

HAND = 500  # runs that one sweep deletes, and files
RUNNERS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kept:
    """Days. What failed is kept longer, since that is what people come back to."""

    sound: timedelta
    runs: timedelta
    failures: timedelta


def kept() -> Kept:
    """CARELINE_PROBES_SOUND_DAYS (14), CARELINE_PROBES_DAYS (90), CARELINE_PROBES_FAILURES_DAYS (365)."""
    return Kept(_days("SOUND_DAYS", 14), _days("DAYS", 90), _days("FAILURES_DAYS", 365))


def forget(now: datetime, folder: Path, spans: Kept | None = None) -> int:
    """Delete by the hand what is older: first rows, then the files that no row names; returns how much.

    The sound and the ladder of a good run go after `sound` days, of a failure after `runs` days; a good run goes after
    `runs` days, a failure after `failures` days. The run that is a baseline stays whole.
    """
    spans = spans or kept()
    # Sound and ladders that are over their time, and belong to no baseline.
    silenced = sql.run(
        "WITH old AS (SELECT id, sound FROM probes_run r WHERE (sound <> '' OR ladder <> '[]'::jsonb)"
        " AND ended_at < CASE WHEN passed THEN %s::timestamptz ELSE %s::timestamptz END"
        " AND NOT EXISTS (SELECT FROM probes_baseline b WHERE b.run = r.id) ORDER BY ended_at LIMIT %s)"
        " UPDATE probes_run r SET sound = '', ladder = '[]'::jsonb FROM old WHERE r.id = old.id RETURNING old.sound",
        [now - spans.sound, now - spans.runs, HAND],
    )
    # Runs that are over their time, and are no baseline.
    gone = sql.run(
        "DELETE FROM probes_run WHERE id IN (SELECT id FROM probes_run r WHERE"
        " ended_at < CASE WHEN passed THEN %s::timestamptz ELSE %s::timestamptz END"
        " AND NOT EXISTS (SELECT FROM probes_baseline b WHERE b.run = r.id) ORDER BY ended_at LIMIT %s) RETURNING sound",
        [now - spans.runs, now - spans.failures, HAND],
    )
    for (name,) in [*silenced, *gone]:
        if name:
            (folder / name).unlink(missing_ok=True)
    if gone:  # what lists show is gone with its run
        sql.execute("DELETE FROM probes_newest n WHERE NOT EXISTS (SELECT FROM probes_run r WHERE r.id = n.run)")
    alarms, _ = Alarm.objects.filter(cleared_at__lt=now - spans.failures).delete()
    Runner.objects.filter(seen_at__lt=now - RUNNERS_KEPT).delete()
    return len(silenced) + len(gone) + alarms + _orphans(now, folder, spans)


def _orphans(now: datetime, folder: Path, spans: Kept) -> int:
    """Files of runs that were never written down: older than any run's sound, and named by none."""
    if not folder.is_dir():
        return 0
    before = (now - max(spans.sound, spans.runs)).timestamp()
    old = [path for path in sorted(folder.glob("*.flac")) if path.stat().st_mtime < before][:HAND]
    if not old:
        return 0
    named = {row[0] for row in sql.run("SELECT sound FROM probes_run WHERE sound = ANY(%s)", [[p.name for p in old]])}
    for path in old:
        if path.name not in named:
            path.unlink(missing_ok=True)
    return sum(path.name not in named for path in old)


def _days(name: str, usual: float) -> timedelta:
    return timedelta(days=max(1.0, float(os.environ.get(f"CARELINE_PROBES_{name}", usual))))
