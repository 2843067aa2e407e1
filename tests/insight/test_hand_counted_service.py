"""Refunds, ratings, causes of contact, load and the tables of the survey, counted on paper and told by the commands."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from careline.carrier.port import LineFacts
from careline.cases import handling
from careline.cases.states import State
from careline.cli import main
from careline.hall.error_names import error_name
from careline.identity import recognising
from careline.identity.staff import engage, settle_roles
from careline.insight import callers
from careline.insight.models import Callback
from careline.insight.remedying import set_remedy
from careline.probes.models import Run as Run_
from careline.prompts import notices
from careline.prompts.models import Notice
from careline.prompts.notices import Stage
from careline.refunds.rules import ErrorKind
from careline.upkeep import machines
from careline.values.msisdn import Msisdn
from tests.advice.menus import SHORT, serve, walk
from tests.cases.desk import led, settled
from tests.insight.records import fold, greet, record
from tests.insight.test_hand_counted import Run
from tests.refunds.conftest import ANNOUNCEMENT, THIRD_PARTY, Counter, counter, line, upright

__all__ = ["counter", "upright"]
pytestmark = pytest.mark.django_db
LAST, FIRST = (
    datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 30, 16, tzinfo=UTC),
)  # midnight in Shanghai
NOVEMBER, DECEMBER = ("--from", "2026-11-01", "--to", "2026-11-30"), ("--from", "2026-12-01", "--to", "2026-12-31")
LATER = datetime(2026, 12, 3, tzinfo=UTC)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    serve(SHORT)
    return lambda *words: CliRunner().invoke(main, words)


def told(run: Run, name: str, *words: str) -> Any:
    found = run("report", name, *words, "--json")
    assert found.exit_code in (0, 1), (name, found.output)
    return json.loads(found.stdout)


def cny(fen: int, text: str) -> dict[str, object]:
    return {"fen": fen, "currency": "CNY", "text": text}


@pytest.mark.requirement("STAT-03")
def test_refunds_of_two_months_add_up_to_their_register_line_by_line(run: Run, counter: Counter) -> None:
    """40 yuan and 20 in the last second of November; 20 in cash in the first of December."""
    counter.cashier.pay(counter.approved(line()).pk, by="wang", now=LAST)
    counter.cashier.pay(counter.verified(line(), THIRD_PARTY).pk, by="wang", now=LAST)
    cash = counter.verified(line(), ANNOUNCEMENT, kind=ErrorKind.OTHER, due=1_000, reason="not of the five")
    counter.cashier.pay_cash(cash.pk, reason="number given up", handed_by="liu", by="wang", now=FIRST)
    fold(LATER)

    november, december = told(run, "refunds", *NOVEMBER), told(run, "refunds", *DECEMBER)
    assert november["head"] == ["what", "payments", "sum (CNY)", "share"]
    assert [row[:3] for row in november["rows"]] == [
        ["an announcement that should be free", 1, cny(4_000, "40.00")],
        ["information fee collected too much", 1, cny(2_000, "20.00")],
    ]  # fmt: skip
    assert [round(row[3], 4) for row in november["rows"]] == [0.6667, 0.3333]
    assert december["rows"] == [["another error", 1, cny(2_000, "20.00"), 1.0]]
    for found, payments, fen in ((november, 2, 6_000), (december, 1, 2_000)):
        assert [(one["told"], one["detail"]) for one in found["sums"]] == [(payments, payments), (fen, fen), (fen, fen)]
        assert [one.get("unit") for one in found["sums"]] == [None, "fen", "fen"]
    screen, paper = (run("report", "refunds", *NOVEMBER, *more).stdout for more in ((), ("--csv",)))
    assert "sum, by the ledger: CNY 60.00 = CNY 60.00" in screen
    assert paper.splitlines()[:2] == [
        "what,payments,sum (CNY),share",
        "an announcement that should be free,1,40.00,66.67 %",
    ]
    assert told(run, "failure-rate", *NOVEMBER)["applications"] == 0  # paying back opens nothing
    assert told(run, "channels", *NOVEMBER)["rows"] == []  # and nobody turned to us


@pytest.mark.requirement("STAT-03")
def test_ratings_of_those_who_are_not_satisfied_count_too(run: Run) -> None:
    """A five, a three and a one, which came with the no: mean three; two of three are satisfied."""
    settled()
    for satisfied, rating in ((True, 5), (True, 3), (False, 1)):
        docket = led(State.CONFIRMING, LAST - timedelta(hours=1), msisdn=Msisdn(f"861390000010{rating}"))
        handling.customer_says(docket, satisfied, channel="sms", by="subscriber", now=LAST, rating=rating)
    found = told(run, "satisfaction", *NOVEMBER)
    assert [(row[0], row[1], round(row[2], 4)) for row in found["rows"]] == [
        ("satisfied", 2, 0.6667), ("not satisfied", 1, 0.3333), ("rated 5", 1, 0.3333), ("rated 3", 1, 0.3333),
        ("rated 1", 1, 0.3333),
    ]  # fmt: skip
    assert "mean 3.00" in found["about"]
    assert found["sums"] == [{"what": "ratings", "told": 3, "detail": 3, "agrees": True}]
    assert told(run, "satisfaction", *DECEMBER)["rows"][0][1] == 0
    complaints = told(run, "complaints", *NOVEMBER)
    assert [(row[1], row[2], row[4]) for row in complaints["rows"]] == [("SMS", 3, 1)]  # one in a second round


@pytest.mark.requirement("CH-21")
def test_top_causes_are_told_for_a_thousand_users_with_who_removes_them(run: Run) -> None:
    people = [LineFacts(Msisdn(f"861390000020{at}"), "gotone", "T1", "zh", "active", False) for at in range(4)]
    recognising.remember(people, LAST)
    record(6, service="a", verb="query", at=LAST)
    record(2, service="b", verb="query", at=LAST)
    record(3, service="a", verb="query", at=LAST - timedelta(days=29))
    record(5, service="b", verb="query", at=FIRST)
    fold(LATER)
    set_remedy(
        "a", "query", owner="gao", measure="Say it in the greeting", by="he", now=LAST, due_on=date(2026, 12, 31)
    )

    found = told(run, "contact-causes", "--from", "2026-11-30", "--to", "2026-11-30")
    assert [row[2:7] for row in found["rows"]] == [
        [6, 0.75, "1,500.00", None, "gao"],  # 6 for 4 users
        [2, 0.25, "500.00", None, None],
    ]
    assert told(run, "contact-causes", *NOVEMBER)["rows"][0][2] == 9


@pytest.mark.requirement("CAP-02")
def test_load_of_each_day_stands_against_eight_million_with_margin_busiest_day_and_verdict(run: Run) -> None:
    greet(6, channel="voice", at=LAST)
    greet(4, channel="sms", at=LAST)
    for ended in ("person", "person", "done"):
        walk("main", ended=ended, at=LAST)
    greet(1, channel="voice", at=FIRST)
    fold(LATER)
    span = ("--from", "2026-11-30", "--to", "2026-12-01")

    found = told(run, "load", *span)
    assert found["rows"] == [
        ["2026-11-30", 2, 4, 4, 10, 7_999_990, 10 / 8_000_000], ["2026-12-01", 0, 1, 0, 1, 7_999_999, 1 / 8_000_000],
    ]  # fmt: skip
    assert (found["good"], found["note"]) == (True, "Busiest on 2026-11-30: 10, within 8,000,000 a day.")
    over = run("report", "load", *span, "--capacity", "9", "--json")
    assert over.exit_code == 1
    assert [row[5] for row in json.loads(over.stdout)["rows"]] == [-1, 8]
    assert "above 9 a day" in json.loads(over.stdout)["note"]


@pytest.mark.requirement("STAT-01")
def test_a_table_of_each_node_and_business_by_day_marks_those_that_nobody_asked_for(run: Run) -> None:
    walk("main", "a:query", at=LAST, times=3)
    walk("main", at=FIRST)
    record(3, service="a", verb="query", at=LAST)
    fold(LATER)
    span = ("--from", "2026-11-30", "--to", "2026-12-01")
    nodes = told(run, "acceptance-nodes", *span)
    assert [row[1:] for row in nodes["rows"]] == [[4, 3, 1], [3, 3, 0], [0, 0, 0], [0, 0, 0]]  # main; a; b and c
    assert nodes["empty"] == [2, 3]
    settle_roles()
    engage("he", "he-password", "He", ["supervisor"], "en")
    he = Client()
    he.post("/staff/sign-in", {"username": "he", "password": "he-password"})
    page = he.get("/staff/insight/acceptance", {"from": "2026-11-30", "to": "2026-12-01"}).content.decode()
    marked = page.count('class="nobody"')
    businesses = told(run, "acceptance", *span)
    assert businesses["rows"][0][1:] == [3, 3, 0]
    assert marked == 2 + len(businesses["empty"])


@pytest.mark.requirement("STAT-02")
def test_each_table_of_the_survey_is_made_for_a_month_and_exported(run: Run, tmp_path: Path) -> None:
    record(9, service="c", verb="query", at=LAST)
    greet(3, channel="voice", at=LAST)
    fold(LATER)
    for title, arrived, hours in (("Roaming", LAST, 7), ("Ringback", LAST - timedelta(days=9), 6), ("Later", FIRST, 1)):
        notice = notices.arrive(title, "…", arrived_at=arrived, by="gao", now=arrived)
        for stage in (Stage.TEXT, Stage.RECORDED, Stage.PUBLISHED):
            notices.step(notice, stage, by="gao", now=arrived + timedelta(hours=hours))
    for at, passed in ((LAST, True), (LAST, False), (FIRST, True)):
        Run_.objects.create(
            id=uuid4(), batch=uuid4(), probe="voice/error/silence", channel="voice", vantage="here", version=1, msisdn="1",
            region="T5", brand="gotone", begun_at=at, ended_at=at, passed=passed, covers=["error:silence"],
            cause="" if passed else "wrong_prompt", kind="" if passed else "system",
        )  # fmt: skip
    callers.list_callbacks(date(2026, 11, 1), by="gao", now=LATER)
    callers.tell(
        Callback.objects.get().pk, failed=True, cause="guidance", understood=False, words="", by="gao", now=LATER
    )
    for name, bought in (("A", "2020-01-01"), ("B", "2024-01-01"), ("C", "2026-12-02")):
        fields = {"name": name, "kind": "server", "bought_on": bought}
        machines.keep(fields, by="lin", now=LATER, today=LATER.date())

    def table(name: str) -> list[dict[str, str]]:
        found = run("report", name, *NOVEMBER, "--csv")
        assert found.exit_code == 0, found.output
        return list(csv.DictReader(io.StringIO(found.stdout)))

    assert [(row["choice"], row["asked for"], row["key now"], row["rank"]) for row in table("hot-topics")] == [
        ("For a", "0", "1", "2"), ("For b", "0", "2", "3"), ("For c", "9", "3", "1"),
    ]  # fmt: skip
    assert {row["error"]: row["heard"] for row in table("error-prompts")}[error_name("silence").en] == "1"
    assert [(row["notice"], row["hours"], row["result"]) for row in table("notices")] == [
        ("Roaming", "7.0", "late"), ("Ringback", "6.0", "in time"),
    ]  # fmt: skip
    assert [(row["number"], row["calls"], row["had failed"]) for row in table("callbacks")] == [
        ("139****0001", "3", "yes")
    ]
    month = run("upkeep", "month", "2026-11", "--out", str(tmp_path / "november.pdf"), "--lang", "en", "--json")
    (equipment,) = [part for part in json.loads(month.stdout)["parts"] if part["key"] == "machines"]
    assert [(row[0], row[4], row[5]) for row in equipment["rows"]] == [
        ("A", "6", "over age"), ("B", "2", "within"),
    ]  # fmt: skip
    assert (tmp_path / "november.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.requirement("IVR-14")
def test_six_hours_are_six_hours_on_the_night_in_which_clocks_go_back(run: Run, settings: Any) -> None:
    """In Berlin from 22:00 on the 24th to 03:00 on the 25th of October 2026 it is six hours."""
    settings.TIME_ZONE = "Europe/Berlin"
    settle_roles()
    engage("lin", "lin-password", "Lin", ["maintainer"], "en")
    lin = Client()
    lin.post("/staff/sign-in", {"username": "lin", "password": "lin-password"})
    for title in ("in time", "late"):
        lin.post("/staff/prompts/notices/arrive", {"title": title, "body": "", "arrived": "2026-10-24T22:00"})
    due = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)  # 03:00 in winter time
    assert [one.due_at for one in Notice.objects.all()] == [due, due]
    for notice in Notice.objects.all():
        for stage in (Stage.TEXT, Stage.RECORDED):
            notices.step(notice, stage, by="lin", now=LATER)
        at = due + timedelta(seconds=notice.title == "late")
        Notice.objects.filter(pk=notice.pk).update(published_at=at)
    found = run("report", "notices", "--from", "2026-10-24", "--to", "2026-10-24", "--json")
    assert sorted((row[1], row[2], row[4]) for row in json.loads(found.stdout)["rows"]) == [
        ("in time", "2026-10-25 03:00", "in time"), ("late", "2026-10-25 03:00", "late"),
    ]  # fmt: skip
