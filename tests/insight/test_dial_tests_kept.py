"""Runs of dial tests are deleted by age: their figures stay, and nobody takes the missing runs for a wrong count."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from careline.daemons.sweeps import forget_probes
from careline.insight import asking, folding
from careline.insight.asking import Filters, Period
from careline.insight.checking import recount
from careline.probes.models import Run
from tests.insight.records import LATER, NOON, fold

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
AFTER = LATER + timedelta(days=100)


def run(at: datetime = NOON, *, passed: bool = True) -> None:
    Run.objects.create(
        id=uuid4(), batch=uuid4(), probe="voice/deed/caller_id.subscribe", channel="voice", vantage="here", version=1,
        msisdn="8617099000001", region="T1", brand="gotone", service="caller_id", verb="subscribe", begun_at=at, ended_at=at,
        passed=passed, cause="" if passed else "wrong_prompt", kind="" if passed else "system",
    )  # fmt: skip


def test_figures_of_dial_tests_stay_when_their_runs_are_deleted_by_age() -> None:
    run()
    run(passed=False)
    fold()
    checked = recount(DAY, folding.PROBES)
    assert (checked.recorded, checked.exact, checked.deleted) == (2, True, False)
    assert forget_probes(AFTER) == 1  # the failure is kept longer
    assert Run.objects.get().passed is False
    fold(AFTER)
    checked = recount(DAY, folding.PROBES)
    assert (checked.folded, checked.exact, checked.deleted) == (2, True, True)
    assert asking.total(Period(DAY, DAY), Filters(sources=(folding.PROBES,))).attempts == 2


def test_days_whose_runs_are_all_there_are_still_counted_again() -> None:
    run()
    run(AFTER)
    fold(AFTER + timedelta(hours=1))
    forget_probes(AFTER)
    whole = recount((AFTER - timedelta(hours=1)).date(), folding.PROBES)
    assert (whole.deleted, whole.exact) == (False, True)
