"""Counted on paper: days on which clocks change, the end of a month, pretend customers among the others, files from elsewhere.

Every number that is expected here was reckoned by hand from the lists beside it; the house is in Berlin.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from careline.cases import opening
from careline.cli import main
from careline.insight import folding
from careline.insight.models import Day
from careline.insight.sheets.shelf import SHEETS
from careline.ledger import attempt, tally
from careline.ledger.attempt import Begun, Ended
from careline.postgres import sql
from careline.probes.models import Line
from careline.probes.models import Run as Run_
from careline.prompts import notices
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.advice.menus import SHORT, serve, walk
from tests.cases.desk import brought
from tests.insight.records import greet

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]
WANG, PRETEND = Msisdn("8613911110001"), Msisdn("8617099990001")
AUTUMN = ("--from", "2026-10-24", "--to", "2026-11-01")

# How often; when (UTC); what; how it ended; why. Clocks go back on 25 October at 01:00 UTC: 03:00 becomes 02:00.
OWN = [
    (3, "2026-10-24 21:59:59", "caller_id", "subscribe", "done", ""),  # 23:59:59 on the 24th
    (2, "2026-10-24 22:00:00", "caller_id", "subscribe", "failed", "guidance"),  # 00:00 on the 25th
    (5, "2026-10-25 00:30:00", "caller_id", "cancel", "done", ""),  # 02:30, the first time
    (1, "2026-10-25 01:30:00", "caller_id", "subscribe", "failed", "carrier_busy"),  # 02:30, the second time
    (1, "2026-10-25 22:59:59", "ringback", "order", "abandoned", "left"),  # 23:59:59 on the 25th
    (2, "2026-10-25 23:00:00", "ringback", "subscribe", "refused", "not_enough_money"),  # 00:00 on the 26th
    (4, "2026-10-26 09:00:00", "balance", "query", "failed", "guidance"),  # no application
    (3, "2026-10-26 09:00:00", "ringback", "configure", "failed", "guidance"),  # nor this
    (6, "2026-10-27 09:00:00", "non_business", "other", "done", ""),  # nothing of ours
    (1, "2026-10-31 22:59:59", "ringback", "register", "unknown", "carrier_silent"),  # the last second of October
    (3, "2026-10-31 22:59:59", "ringback", "register", "done", ""),
    (6, "2026-10-31 23:00:00", "caller_id", "subscribe", "done", ""),  # the first of November
]  # fmt: skip


def write(times: int, at: str, service: str, verb: str, outcome: str, cause: str, *, by: Msisdn = WANG) -> None:
    """As the hall does: the end and its tally in one transaction."""
    when, ends = datetime.fromisoformat(at).replace(tzinfo=UTC), []
    for _ in range(times):
        reference = str(uuid4())
        begun = Begun(reference, by, str(uuid4()), "sms", "T1", "gotone", "T1", service, verb, {}, 4, when, node="main")
        ends.append(Ended(reference, Outcome(outcome), Cause(cause) if cause else None, when, begun=begun))
    with transaction.atomic():
        tally.count(attempt.end(ends), 0)


@pytest.fixture
def berlin(settings: Any, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def autumn(berlin: Run) -> Run:
    """The list above; and a line that was a customer's until it was marked on the 25th, at 00:00 UTC."""
    for line in OWN:
        write(*line)
    Line.objects.create(
        msisdn=PRETEND.digits, region="T1", brand="gotone", ours=True, marked_at=datetime(2026, 10, 25, tzinfo=UTC)
    )
    write(1, "2026-10-24 20:00:00", "caller_id", "subscribe", "done", "", by=PRETEND)  # 22:00, still a customer
    write(7, "2026-10-25 00:30:00", "caller_id", "subscribe", "failed", "guidance", by=PRETEND)
    write(9, "2026-10-31 23:30:00", "caller_id", "subscribe", "failed", "guidance", by=PRETEND)
    while folding.sweep(datetime(2026, 11, 3, tzinfo=UTC)) >= folding.HAND:
        pass
    return berlin


def told(run: Run, *words: str) -> Any:
    found = run("report", *words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def rows_of(found: Any, by: str) -> list[tuple[str, int, int, str]]:
    return [(row[by], row["failed"], row["applications"], row["rate"]) for row in found["rows"]]


@pytest.mark.requirement("IVR-04", "IVR-05", "STAT-06")
def test_the_days_when_clocks_go_back_and_the_month_ends_are_as_counted_on_paper(
    autumn: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(autumn, "failure-rate", *AUTUMN)
    assert (found["failed"], found["applications"], found["rate"]) == (5, 25, "20.00 %")
    assert rows_of(found, "day") == [
        ("2026-10-24", 0, 4, "0.00 %"),  # 3, and 1 of the line before it was marked
        ("2026-10-25", 4, 9, "44.44 %"),  # 2 + 5 + 1 + 1, on a day of 25 hours
        ("2026-10-26", 0, 2, "0.00 %"),  # refused is no failure; queries and settings are no applications
        ("2026-10-31", 1, 4, "25.00 %"),
        ("2026-11-01", 0, 6, "0.00 %"),
    ]
    assert rows_of(told(autumn, "failure-rate", *AUTUMN, "--by", "month"), "month") == [
        ("2026-10", 5, 19, "26.32 %"), ("2026-11", 0, 6, "0.00 %"),
    ]  # fmt: skip
    by_hour = [("0", 2, 10, "20.00 %"), ("2", 1, 6, "16.67 %"), ("10", 0, 0, "n/a"), ("22", 0, 1, "0.00 %"),
               ("23", 2, 8, "25.00 %")]  # fmt: skip
    assert rows_of(told(autumn, "failure-rate", *AUTUMN, "--by", "hour"), "hour") == by_hour
    assert rows_of(told(autumn, "failure-rate", *AUTUMN, "--by", "hour", "--region", "T1"), "hour") == by_hour
    weekdays = told(autumn, "failure-rate", *AUTUMN, "--by", "weekday", "--service", "ringback")
    assert rows_of(weekdays, "weekday") == [("1", 0, 2, "0.00 %"), ("6", 1, 4, "25.00 %"), ("7", 1, 1, "100.00 %")]

    causes = told(autumn, "pareto", *AUTUMN)
    assert causes["classes"] == {"system": 4, "operation": 1}  # 80 % and 20 %
    assert [(one["cause"], one["failed"], one["share"], one["cumulative"], one["crux"]) for one in causes["rows"]] == [
        ("guidance", 2, 0.4, 0.4, True), ("carrier_busy", 1, 0.2, 0.6, False), ("carrier_silent", 1, 0.2, 0.8, False),
        ("left", 1, 0.2, 1.0, False),
    ]  # fmt: skip
    printed = autumn("report", "pareto", *AUTUMN).output
    assert "system: 4 / 5 = 80.00 %" in printed
    assert "operation: 1 / 5 = 20.00 %" in printed
    system = told(autumn, "pareto", *AUTUMN, "--class", "system")
    assert (system["denominator"], [one["share"] for one in system["rows"]]) == (4, [0.5, 0.25, 0.25])
    assert json.loads(autumn("report", "check", *AUTUMN, "--json").output) == {
        "days": 9, "exact": 9, "deleted": 0, "differing": [],
    }  # fmt: skip

    monkeypatch.setenv("CARELINE_BUSY_HOURS", "23")
    for words, rate in (("--busy", (2, 8, "25.00 %")), ("--idle", (3, 17, "17.65 %"))):
        part = told(autumn, "failure-rate", *AUTUMN, words)
        assert (part["failed"], part["applications"], part["rate"]) == rate
        assert told(autumn, "pareto", *AUTUMN, words)["denominator"] == rate[0]
        assert sum(point["size"] for point in told(autumn, "p-chart", *AUTUMN, words)["points"]) == rate[1]


def test_limits_of_the_control_chart_are_as_reckoned_on_paper(autumn: Run) -> None:
    """Centre 5/25, spread 0.4; scores -1, 1.8333, -0.7071, 0.25, -1.2247: ranges 2.8333, 2.5404, 0.9571, 1.4747."""
    found = told(autumn, "p-chart", *AUTUMN)
    assert found["centre"] == pytest.approx(0.2)
    assert found["sigma_z"] == pytest.approx(1.72997, abs=5e-6)  # 1.951406 / 1.128
    assert found["points"][1]["upper"] == pytest.approx(0.891988, abs=5e-6)  # 0.2 + 3 * 0.4/3 * 1.72997
    plain = told(autumn, "p-chart", *AUTUMN, "--plain")
    assert [round(point["upper"], 4) for point in plain["points"]] == [0.8, 0.6, 1.0, 0.8, 0.6899]


BUSY = "11"  # 10:30 UTC is half past eleven in Berlin, in winter


@pytest.fixture
def halves(berlin: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Two days in November: two of each kind at eleven, which is busy, and one of each at four in the morning."""
    serve(SHORT)
    monkeypatch.setenv("CARELINE_BUSY_HOURS", BUSY)
    for at, times in (("2026-11-10 10:30:00", 2), ("2026-11-11 03:30:00", 1)):
        when = datetime.fromisoformat(at).replace(tzinfo=UTC)
        write(times, at, "a", "query", "done", "")
        write(times, at, "non_business", "other", "done", "")
        greet(times, channel="voice", at=when)
        for number in range(times):
            walk("main", "a:query", at=when)
            notices.arrive(f"{at} {number}", "", arrived_at=when, by="lin", now=when)
            Run_.objects.create(
                id=uuid4(), batch=uuid4(), probe="voice/error/silence", channel="voice", vantage="here", version=1,
                msisdn="1", region="T5", brand="gotone", begun_at=when, ended_at=when, passed=True, covers=["error:silence"],
            )  # fmt: skip
            caller = Msisdn(f"8613900002{at[9:11].strip():0>2}{number}")
            opening.accept(brought(msisdn=caller, category="billing"), by="subscriber", now=when)
    while folding.sweep(datetime(2026, 11, 20, tzinfo=UTC)) >= folding.HAND:
        pass
    return berlin


def amount(run: Run, name: str, *words: str) -> int:
    """What a report counts of the list above."""
    span = ("--from", "2026-11-10", "--to", "2026-11-11")
    if name == "menu":
        return int(told(run, "menu", *span, *words)["sessions"])
    found = run("report", name, *span, *words, "--json")
    assert found.exit_code in (0, 1), (name, found.output)
    known = json.loads(found.stdout)
    if name == "levels":
        return int(known["contacts"])
    if name == "notices":
        return len(known["rows"])
    column = {"load": 4, "channels": 2, "contact-causes": 2, "complaints": 2, "hot-topics": 2, "error-prompts": 5}.get(
        name, 1
    )
    return sum(row[column] or 0 for row in known["rows"])


@pytest.mark.requirement("STAT-06")
def test_every_report_is_split_by_busy_hours_or_says_that_it_cannot_be(halves: Run) -> None:
    split = sorted({*SHEETS, "levels", "menu"} - {"refunds", "satisfaction", "callbacks"})
    counted = {name: [amount(halves, name, *words) for words in ((), ("--busy",), ("--idle",))] for name in split}
    assert counted == {name: [3, 2, 1] for name in split} | {"acceptance-nodes": [6, 4, 2]}  # main, and a
    for name in ("refunds", "satisfaction", "callbacks"):
        refused = halves("report", name, "--busy")
        assert (refused.exit_code, "cannot be split by busy and idle hours" in refused.output) == (2, True)
    for words in (("load", "--region", "T1"), ("levels", "--brand", "gotone"), ("menu", "--service", "a"),
                  ("notices", "--source", "elsewhere")):  # fmt: skip
        assert halves("report", *words).exit_code == 2, words


def test_the_view_for_other_programs_has_noughts_for_days_without_failures(autumn: Run) -> None:
    write(2, "2026-10-28 09:00:00", "caller_id", "subscribe", "failed", "guidance", by=PRETEND)
    folding.recheck(datetime(2026, 10, 29, tzinfo=UTC))
    Day.objects.create(  # customers' attempts that turned out to be a pretend customer's: counted, and taken off again
        day=date(2026, 10, 29), source="hall", channel="sms", region="T1", brand="gotone", version=4, service="caller_id",
        verb="subscribe", outcome="failed", cause="guidance", attempts=0, hours=[0] * 24,
    )  # fmt: skip
    rows = sql.run(
        "SELECT day::text, applications::int, failed::int, round(failure_rate, 4)::text FROM insight.failure_rate_by_day"
        " WHERE source = 'hall' ORDER BY 1"
    )
    assert rows == [
        ("2026-10-24", 4, 0, "0.0000"), ("2026-10-25", 9, 4, "0.4444"), ("2026-10-26", 2, 0, "0.0000"),
        ("2026-10-27", 0, 0, None), ("2026-10-29", 0, 0, None), ("2026-10-31", 4, 1, "0.2500"),
        ("2026-11-01", 6, 0, "0.0000"),
    ]  # fmt: skip
