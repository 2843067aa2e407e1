"""Reading results: the latest run of each probe, what passed lately, counts by class and cause."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from careline.probes.models import Alarm, Run

RECENT = timedelta(days=7)


def latest(*, since: datetime | None = None, batch: str = "") -> list[Run]:
    """The newest run of each probe at each vantage point; one statement."""
    runs = Run.objects.order_by("probe", "vantage", "-ended_at").distinct("probe", "vantage")
    if since is not None:
        runs = runs.filter(ended_at__gte=since)
    if batch:
        runs = runs.filter(batch=batch)
    return list(runs)


def passed_tokens(runs: Sequence[Run]) -> set[str]:
    """What the latest runs covered."""
    return {token for run in runs if run.passed for token in run.covers}


def failures(since: datetime) -> list[tuple[str, str, int]]:
    """Class, cause and number of runs that did not pass; the commonest first."""
    rows = Run.objects.filter(ended_at__gte=since, passed=False).values_list("kind", "cause").annotate(n=Count("id"))
    return sorted(((kind, cause, number) for kind, cause, number in rows), key=lambda row: (-row[2], row[1]))


def alarms_open() -> int:
    return Alarm.objects.filter(cleared_at=None).count()
