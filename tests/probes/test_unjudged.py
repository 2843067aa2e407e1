"""A dial test that nobody could judge counts nowhere: no alarm, no rate, no baseline; other programs are told that it is broken."""

import uuid
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction

from careline.insight import recorded
from careline.postgres import sql
from careline.probes import alarming, output, reading
from careline.probes.models import Alarm, Baseline, Run
from careline.probes.running import keep

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
WHY = "words are wanted, and the extra speech is not installed (ctranslate2): uv sync --extra speech"


def ran(sign: str, minutes: int = 0) -> Run:
    """o passed, x failed, ? was not judged."""
    at = NOON + timedelta(minutes=minutes)
    failed = sign == "x"
    row = Run(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/written/theirs", channel="voice", vantage="elsewhere", version=1,
        msisdn="8617099000001", region="qinghe", brand="easyown", begun_at=at, ended_at=at, passed=sign == "o",
        judged=sign != "?", cause="wrong_prompt" if failed else "", kind="system" if failed else "", why=WHY if sign == "?" else "",
    )  # fmt: skip
    keep(row)
    return row


@pytest.mark.parametrize(
    ("pattern", "alarms", "stands"),
    [("??", 0, False), ("x?x", 1, True), ("x??", 0, False), ("xx??", 1, True), ("xxo?o", 1, False), ("xx?o?", 1, True)],
)
def test_what_was_not_judged_raises_no_alarm_and_ends_none(pattern: str, alarms: int, stands: bool) -> None:
    for minute, sign in enumerate(pattern):
        alarming.judge(ran(sign, minute), (), NOON + timedelta(minutes=minute))
    assert Alarm.objects.count() == alarms
    assert Alarm.objects.filter(cleared_at=None).exists() == stands


def test_it_is_in_no_rate_and_no_baseline() -> None:
    ran("o")
    ran("?", 1)
    assert sql.run("SELECT passed, failed FROM probes_tally") == [(1, 0)]
    assert reading.failures(NOON) == []
    kinds = sql.run(recorded.OF[recorded.PROBES], {"begin": NOON, "end": NOON + timedelta(hours=1)})
    assert sum(row[-1] for row in kinds) == 1
    assert Baseline.objects.get().run == Run.objects.get(passed=True).id


def test_it_is_what_lists_show_last() -> None:
    ran("o")
    ran("?", 1)
    assert [one.state for one in reading.newest()] == [one.state for one in reading.lasts()] == ["unjudged"]
    assert [run.state for run in reading.latest()] == ["unjudged"]


def test_builds_are_told_of_an_error_and_monitoring_that_nothing_is_known() -> None:
    runs = [ran("?")]
    root = ElementTree.fromstring(output.junit(runs).encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "1")
    error = root.find(".//error")
    assert error is not None
    assert (error.get("type"), error.get("message")) == ("not_judged", WHY)
    told = output.prometheus(runs, NOON)
    assert 'careline_probe_judged{probe="voice/written/theirs"' in told
    assert "careline_probe_passed{" not in told


@pytest.mark.parametrize("wrong", [{"passed": True}, {"cause": "wrong_prompt"}])
def test_nothing_is_both_unjudged_and_something_else(wrong: dict[str, object]) -> None:
    run = ran("?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(**wrong)
