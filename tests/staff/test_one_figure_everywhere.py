"""A figure is the same wherever it is asked for: on the page, in its CSV, by the command as JSON and as CSV, and counted by hand."""

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from careline.catalogue.version import Version
from careline.cli import main
from careline.insight.busy import busy_hours
from careline.postgres import sql
from careline.probes.models import Line
from careline.values.msisdn import Msisdn
from tests.insight.records import LI, NOON, fold, record
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
PRETEND = Msisdn("8617099990001")
DAYS = ("2026-11-03", "2026-11-12")
# What a figure is asked through: on pages, by the command, and in SQL over the ledger.
THROUGH = [
    ({}, (), "true"),
    ({"region": "T5"}, ("--region", "T5"), "a.region = 'T5'"),
    ({"channel": "sms", "catalogue": "2"}, ("--channel", "sms", "--catalogue", "2"), "a.channel = 'sms' AND a.version = 2"),
    ({"load": "busy"}, ("--busy",), f"extract(hour FROM {{local}})::int = ANY(ARRAY{list(busy_hours())})"),
]  # fmt: skip
LOCAL = "(a.ended_at AT TIME ZONE 'Asia/Shanghai')"
APPLIES = "a.verb IN ('subscribe', 'order', 'register', 'cancel')"
FAILS = "a.outcome IN ('failed', 'unknown', 'abandoned')"
Told = Callable[..., Any]


def counted(select: str, through: str, end: str) -> list[tuple[Any, ...]]:
    """By hand: from the ledger itself, of customers, what is of ours, on these local days."""
    return sql.run(
        f"SELECT {select} FROM ledger_attempt a WHERE {LOCAL}::date BETWEEN '{DAYS[0]}' AND '{DAYS[1]}'"
        f" AND a.service <> 'non_business' AND a.msisdn <> '{PRETEND.digits}' AND {through.format(local=LOCAL)} {end}"
    )


class Rows(HTMLParser):
    """The rows of all tables of a page, as the words in their cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).strip()


@pytest.fixture
def told(sign_in: SignIn, published: Version, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Told:
    """A fortnight of everything, in no order; and a function that asks for one figure at all doors."""
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    chance = random.Random(20261110)
    ends = [("done", ""), ("done", ""), ("refused", "already_on"), ("failed", "guidance"), ("failed", "carrier_busy"),
            ("abandoned", "left"), ("unknown", "carrier_silent")]  # fmt: skip
    for _ in range(90):
        outcome, cause = chance.choice(ends)
        record(
            chance.randint(1, 40),
            at=NOON.replace(day=1) + timedelta(days=chance.randint(0, 13), minutes=chance.randint(0, 1439)),
            verb=chance.choice(["query", "subscribe", "cancel", "order", "configure"]),
            service=chance.choice(["balance", "caller_id", "ringback", "non_business"]),
            outcome=outcome, cause=cause, channel=chance.choice(["sms", "voice", "web"]),
            region=chance.choice(["T1", "T5"]), version=chance.choice([1, 2]), msisdn=LI,
        )  # fmt: skip
    Line.objects.create(
        msisdn=PRETEND.digits, region="T5", brand="gotone", ours=True, marked_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    record(30, msisdn=PRETEND, region="T5", version=2, outcome="failed", cause="guidance")
    fold()
    client = sign_in("he", "supervisor")
    return lambda *asked: ask(client, *asked)


def ask(client: Client, page: str, key: str, through: dict[str, str], *words: str) -> tuple[Any, ...]:
    """Rows of the page and of its CSV, and what the command says; the page is asked for its days like the command."""
    days = {"from": DAYS[0], "to": DAYS[1]} | through
    shown = client.get(f"/staff/insight/{page}", days)
    paper = client.get(f"/staff/insight/{page}", days | {"csv": key})
    assert (shown.status_code, paper.status_code) == (200, 200)
    reader = Rows()
    reader.feed(shown.content.decode())
    lines = list(csv.reader(io.StringIO(paper.content.decode("utf-8-sig"))))
    said = CliRunner().invoke(main, ["report", *words, "--from", DAYS[0], "--to", DAYS[1], "--json"])
    assert said.exit_code == 0, said.output
    return reader.rows, lines, json.loads(said.stdout)


def number(written: str) -> int:
    return int(written.replace(",", ""))


def test_the_failure_rate_of_each_business(told: Told) -> None:
    for page, command, through in THROUGH:
        shown, paper, said = told(
            "failure-rate", "rate", page | {"by": "service"}, "failure-rate", "--by", "service", *command
        )
        by_hand = counted(
            f"a.service, count(*) FILTER (WHERE {APPLIES} AND {FAILS}), count(*) FILTER (WHERE {APPLIES})", through,
            "GROUP BY 1 ORDER BY 1",
        )  # fmt: skip
        assert len(by_hand) == 3
        assert [(row["service"], row["failed"], row["applications"]) for row in said["rows"]] == by_hand
        assert [(number(row[1]), number(row[2])) for row in paper[1:]] == [row[1:] for row in by_hand]
        assert [row[3] for row in paper[1:]] == [row["rate"] for row in said["rows"]]
        assert [row for row in paper[1:] if row not in shown] == []
        failed, of = sum(row[1] for row in by_hand), sum(row[2] for row in by_hand)
        assert (said["failed"], said["applications"], said["rate"]) == (failed, of, f"{100 * failed / of:.2f} %")


def test_why_applications_failed(told: Told) -> None:
    for page, command, through in THROUGH:
        shown, paper, said = told("causes", "all", page, "pareto", *command)
        by_hand = dict(counted("a.cause, count(*)", f"{APPLIES} AND {FAILS} AND {through}", "GROUP BY 1"))
        assert {row["cause"]: row["failed"] for row in said["rows"]} == by_hand
        assert (
            [number(row[2]) for row in paper[1:]]
            == [row["failed"] for row in said["rows"]]
            == sorted(by_hand.values(), reverse=True)
        )
        assert [row for row in paper[1:] if row not in shown] == []
        assert said["denominator"] == sum(by_hand.values())


def test_what_was_accepted_by_business_and_day(told: Told) -> None:
    for page, command, through in THROUGH:
        shown, paper, said = told("acceptance", "acceptance", page, "acceptance", *command)
        by_hand = {
            (service, f"{day:%Y-%m-%d}"): times
            for service, day, times in counted(f"a.service, {LOCAL}::date, count(*)", through, "GROUP BY 1, 2")
        }
        assert {day for _, day in by_hand} <= set(said["head"][2:])
        of_services = sorted(
            {service for service, _ in by_hand},
            key=lambda one: (-sum(n for key, n in by_hand.items() if key[0] == one), one),
        )
        expected = [[by_hand.get((service, day), 0) for day in said["head"][2:]] for service in of_services]
        rows = [row for row in said["rows"] if row[1]]
        assert [row[2:] for row in rows] == expected
        assert [row[1] for row in rows] == [sum(row) for row in expected]
        assert [[number(cell) for cell in row[1:]] for row in paper[1:]] == [row[1:] for row in said["rows"]]
        assert [row for row in paper[1:] if row not in shown] == []
        assert [(one["told"], one["detail"]) for one in said["sums"]] == [(sum(by_hand.values()),) * 2]
        as_csv = CliRunner().invoke(
            main, ["report", "acceptance", *command, "--from", DAYS[0], "--to", DAYS[1], "--csv"]
        )
        assert [[number(cell) for cell in row[1:]] for row in list(csv.reader(io.StringIO(as_csv.stdout)))[1:]] == [
            row[1:] for row in said["rows"]
        ]
