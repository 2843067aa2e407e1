"""Comparing a run with its baseline: much slower or much quieter is a warning, though what was wanted was heard.

The rule: a time is far off when it is more than twice the baseline's and at least one second more; the level when it is
6 LU or more below (half as loud in amplitude); silence within the sound when it is more than twice and at least two seconds
more. The figures are ours: below them lies what a busy machine does by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from careline.journal.writing import write
from careline.probes.models import Baseline, Run
from careline.probes.refusing import Refused

TIMES_OVER, SECONDS_OVER = 2.0, 1.0
SLOWER = ("answered_seconds", "first_sound_seconds")
SILENCE_SECONDS = 2.0
QUIETER_LU = 6.0


def warnings(figures: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is far from the baseline: each with the figure's name, what it is, what it was and the limit."""
    found = []
    for name, over in (*((one, SECONDS_OVER) for one in SLOWER), ("longest_silence_seconds", SILENCE_SECONDS)):
        now, was = _number(figures, name), _number(before, name)
        if now is not None and was is not None and now > (limit := max(was * TIMES_OVER, was + over)):
            found.append({"figure": name, "is": now, "was": was, "limit": round(limit, 3)})
    now, was = _number(figures, "level_lufs"), _number(before, "level_lufs")
    if now is not None and was is not None and now <= (limit := was - QUIETER_LU):
        found.append({"figure": "level_lufs", "is": now, "was": was, "limit": round(limit, 1)})
    return found


def compare(row: Run) -> bool:
    """Put the warnings on a run that is about to be kept; whether there is a baseline; one statement."""
    known = Baseline.objects.filter(probe=row.probe, vantage=row.vantage).values_list("figures", flat=True).first()
    row.warnings = warnings(row.figures, known) if known and row.passed else []
    return known is not None


def choose(run: UUID, *, by: str, now: datetime) -> Run:
    """Take this good run as the baseline from now on; journaled. Raises Refused."""
    with transaction.atomic():
        row = Run.objects.filter(pk=run).first()
        if row is None:
            raise Refused("no_such_run")
        if not row.passed:
            raise Refused("failed_run")
        Baseline.objects.update_or_create(
            probe=row.probe, vantage=row.vantage, defaults={"run": row.id, "at": row.ended_at, "figures": row.figures}
        )
        detail = {"probe": row.probe, "vantage": row.vantage}
        write(who=by, did="baseline_chosen", what="probe_run", record=str(row.id), now=now, detail=detail)
    return row


def _number(figures: Mapping[str, Any], name: str) -> float | None:
    value = figures.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
