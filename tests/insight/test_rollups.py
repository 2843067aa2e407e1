"""Attempts are counted exactly: by the definition, by local days, through filters, and again from the records."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.insight import asking, clock, folding
from careline.insight.asking import Filters, Period
from careline.insight.checking import recount
from careline.insight.models import Day
from careline.insight.rates import Rate, class_of
from careline.postgres import sql
from tests.insight.records import LATER, NOON, fold, record

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
TODAY = Period(DAY, DAY)


@pytest.mark.requirement("IVR-02")
def test_queries_never_count_for_the_failure_rate() -> None:
    record(974)
    record(26, outcome="failed", cause="guidance")
    record(400, verb="query", service="balance")
    record(100, verb="query", service="balance", outcome="failed", cause="carrier_silent")
    fold()

    found = asking.total(TODAY)
    assert (found.attempts, found.applications, found.failed, found.queries) == (1500, 1000, 26, 500)
    assert str(found.rate) == "2.60 %"
    assert str(asking.total(Period(DAY + timedelta(1), DAY + timedelta(1))).rate) == "n/a"


def test_a_refusal_is_an_application_and_no_failure() -> None:
    record(3, outcome="refused", cause="already_on")
    record(1, verb="cancel", outcome="abandoned", cause="left")
    record(1, outcome="unknown", cause="carrier_silent")
    record(5, verb="configure", outcome="failed", cause="guidance")
    fold()

    assert asking.total(TODAY).rate == Rate(2, 5)


def test_failures_are_of_the_system_or_of_operation_and_sum_to_all() -> None:
    record(85, outcome="failed", cause="guidance")
    record(16, outcome="abandoned", cause="no_answer")
    record(50, outcome="refused", cause="not_enough_money")
    fold()

    by_class: dict[str, int] = {}
    for cause, failed in asking.failures(TODAY).items():
        kind = class_of(cause)
        assert kind is not None
        by_class[kind] = by_class.get(kind, 0) + failed
    assert by_class == {"system": 85, "operation": 16}
    assert sum(by_class.values()) == asking.total(TODAY).failed


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    record(1, at=datetime(2026, 11, 9, 15, 59, 59, tzinfo=UTC))  # 23:59:59 of the ninth
    record(2, at=datetime(2026, 11, 9, 16, 0, tzinfo=UTC))
    record(4, at=datetime(2026, 11, 10, 15, 59, tzinfo=UTC))
    record(8, at=datetime(2026, 11, 10, 16, 0, tzinfo=UTC))
    fold()

    for filters in (Filters(), Filters(regions=("T1",))):
        found = {
            one.key[0]: one.applications for one in asking.count(("day",), Period(date(2026, 11, 9), DAY), filters)
        }
        assert found == {date(2026, 11, 9): 1, DAY: 6}
        assert [one.key[0] for one in asking.count(("hour",), TODAY, filters)] == [0, 23]


def test_an_hour_that_comes_twice_is_one_hour_of_the_clock(settings: object) -> None:
    settings.TIME_ZONE = "Europe/Berlin"  # type: ignore[attr-defined]
    record(1, at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 02:30, summer
    record(2, at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 02:30 again
    record(4, at=datetime(2026, 10, 25, 22, 59, tzinfo=UTC))  # 23:59
    fold()

    day = Period(date(2026, 10, 25), date(2026, 10, 25))
    for filters in (Filters(), Filters(brands=("gotone",))):
        assert [(one.key[0], one.attempts) for one in asking.count(("hour",), day, filters)] == [(2, 3), (23, 4)]
    assert clock.end(day.until, clock.zone()) - clock.begin(day.since, clock.zone()) == timedelta(hours=25)
    assert recount(day.since).exact


def test_days_are_counted_anew_when_the_zone_changes(settings: object) -> None:
    record(1, at=datetime(2026, 11, 9, 16, 30, tzinfo=UTC))
    fold()
    settings.TIME_ZONE = "UTC"  # type: ignore[attr-defined]
    fold(LATER + timedelta(hours=1))

    assert set(Day.objects.values_list("day", flat=True)) == {date(2026, 11, 9)}


def test_filters_compose_and_coarse_and_fine_agree() -> None:
    for channel in ("sms", "voice"):
        for region in ("T1", "T5"):
            record(3, channel=channel, region=region)
            record(1, channel=channel, region=region, outcome="failed", cause="guidance", version=2)
    fold()

    assert asking.total(TODAY, Filters(channels=("sms",), regions=("T5",))).rate == Rate(1, 4)
    assert asking.total(TODAY, Filters(channels=("sms",), versions=(2,))).rate == Rate(2, 2)
    everywhere = Filters(regions=("T1", "T5"))
    for by in (("channel",), ("hour",), ("day", "channel"), ("weekday", "hour"), ("cause",)):
        assert asking.count(by, TODAY) == asking.count(by, TODAY, everywhere)
    for by in (("service",), ("region",), ("brand",), ("version",), ("day", "region"), ("weekday", "version")):
        assert asking.count(by, TODAY) == asking.count(by, TODAY, Filters(channels=("sms", "voice")))
    for one in (Filters(regions=("T5",)), Filters(versions=(2,)), Filters(services=("caller_id",))):
        assert asking.total(TODAY, one) == asking.total(TODAY, one.only(channels=("sms", "voice")))
    one = Filters(services=("caller_id",))
    assert asking.count(("cause",), TODAY, one) == asking.count(("cause",), TODAY, one.only(channels=("sms", "voice")))
    assert asking.failures(TODAY, one) == {"guidance": 4}
    busy = Filters(hours=(12,))
    assert asking.total(TODAY, busy) == asking.total(TODAY, busy.only(brands=("gotone",)))
    assert asking.total(TODAY, Filters(hours=(13,))).rate == Rate(0, 0)


def test_what_asks_for_nothing_of_ours_is_left_out() -> None:
    record(5, verb="other", service=folding.OUTSIDE)
    record(1)
    fold()

    assert asking.total(TODAY).attempts == 1
    assert asking.total(TODAY, Filters(regions=("T1",))).attempts == 1


def test_folding_again_changes_nothing_and_late_attempts_are_found() -> None:
    record(2)
    fold()
    fold()
    record(3, shard=1)  # recorded for an hour that had settled
    assert asking.total(TODAY).attempts == 2
    assert not recount(DAY).exact

    folding.recheck(NOON + timedelta(days=1))
    assert asking.total(TODAY).attempts == 5
    assert recount(DAY).exact


def test_the_running_hour_is_there_at_once() -> None:
    record(1)
    folding.sweep(NOON + timedelta(seconds=1))
    record(1)
    folding.sweep(NOON + timedelta(seconds=2))

    assert asking.total(TODAY).attempts == 2


def test_a_recount_finds_what_was_tampered_with() -> None:
    record(2)
    fold()
    Day.objects.update(attempts=3)

    found = recount(DAY)
    assert not found.exact
    assert found.differences[0].recorded == 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 47), st.sampled_from("ab"), st.sampled_from(["subscribe", "query"])), max_size=12)
)
def test_the_rollup_equals_the_recount(attempts: list[tuple[int, str, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE ledger_attempt, ledger_tally, insight_day, insight_hour, insight_margin,"
            " insight_area, insight_pair, insight_mark"
        )
    for hours, region, verb in attempts:
        record(at=NOON - timedelta(hours=hours), region=region, verb=verb)
    fold()

    days = [DAY - timedelta(days=back) for back in range(3)]
    assert all(recount(day).exact for day in days)
    assert asking.total(Period(days[-1], DAY)).attempts == len(attempts)


def test_a_question_is_one_statement_whatever_is_asked() -> None:
    record(3)
    fold()
    for by in (("day",), ("service",), ("hour", "brand")):
        with sql.counting() as counted:
            asking.count(by, TODAY)
        assert counted.statements == 1


def test_other_programs_read_views_in_a_schema_of_their_own() -> None:
    record(3)
    record(1, outcome="failed", cause="guidance")
    record(9, verb="query")
    fold()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT applications, failed, failure_rate FROM insight.failure_rate_by_day WHERE source = 'hall'"
        )
        assert [tuple(map(float, row)) for row in cursor.fetchall()] == [(4, 1, 0.25)]
        cursor.execute("SELECT attempts, failed FROM insight.sums_by_day WHERE dimension = 'region' AND key = 'T1'")
        assert cursor.fetchall() == [(13, 1)]
        cursor.execute("SELECT sum(attempts) FROM insight.services_by_day WHERE dimension = 'channel' AND key = 'sms'")
        assert cursor.fetchall() == [(13,)]
        cursor.execute("SELECT * FROM insight.callers_by_month")
        assert cursor.fetchall() == []
