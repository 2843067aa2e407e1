"""A filter that nobody has is refused by commands and told by pages; a known one without attempts is 0 of 0."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from careline.catalogue.version import Version
from careline.cli import main
from careline.insight import filtering, importing
from careline.insight.question import Filters
from careline.insight.tabled import Line, Reading
from careline.postgres import sql
from tests.insight.records import LATER, NOON, fold, record
from tests.shipped import the_book

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def run(db: None, published: Version, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    ("option", "key", "said"),
    [
        ("--channel", "smss", "There is no channel smss; there are sms, voice, ussd, web, app."),
        ("--region", "XX", "There is no region XX; there is linjiang."),
        ("--brand", "goton", "There is no brand goton; there is "),
        ("--service", "caller-id", "There is no service caller-id; there is balance."),
        ("--catalogue", "99", "There is no version of the catalogue 99; there is 1."),
        ("--source", "demmo", "There is no source demmo; there are hall, probes."),
    ],
)
def test_a_report_of_what_nobody_has_names_what_there_is(run: Run, option: str, key: str, said: str) -> None:
    for report in (("failure-rate",), ("p-chart",), ("contact-causes", "--csv"), ("pareto", "--json")):
        told = run("report", *report, *NOVEMBER, option, key)
        assert (told.exit_code, told.stdout) == (2, "")
        assert said in told.stderr


def test_it_is_said_in_chinese_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_LANG", "zh")
    told = run("report", "failure-rate", *NOVEMBER, "--channel", "smss")
    assert "没有渠道 smss；有的是 sms、voice、ussd、web、app。" in told.stderr
    told = run("report", "callers", "2026-11", "--channel", "smss")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "没有渠道 smss" in told.stderr
    assert run("report", "callers", "2026-11", "--source", "demmo").exit_code == 2


def test_what_is_known_and_has_no_attempts_is_nought_of_nought(run: Run) -> None:
    record(3)
    fold()
    for option, key in (
        ("--service", "balance"), ("--channel", "ussd"), ("--channel", "hotline"), ("--region", "linjiang"),
        ("--service", "top_up"), ("--source", "probes"),
    ):  # fmt: skip
        told = run("report", "failure-rate", *NOVEMBER, option, key)
        assert told.exit_code == 0, told.output
        assert "0 / 0 = n/a" in told.stdout


def test_what_was_recorded_is_known_whatever_the_catalogue_says(run: Run) -> None:
    line = Line("1", "", "kiosk", "north", "old_brand", "fax", "subscribe", 7, "", "done", "", NOON)
    importing.take_in(Reading(lines=[line], read=1), source="old", name="file", by="lin", now=LATER)
    for option, key in (
        ("--service", "fax"), ("--channel", "kiosk"), ("--region", "north"), ("--brand", "old_brand"), ("--catalogue", "7"),
    ):  # fmt: skip
        told = run("report", "failure-rate", *NOVEMBER, option, key, "--source", "old")
        assert "0 / 1 = 0.00 %" in told.stdout, told.stderr
    told = run("report", "failure-rate", *NOVEMBER, "--channel", "kiosks")
    assert "there are sms, voice, ussd, web, app, kiosk." in told.stderr


def test_a_filter_that_the_book_knows_asks_nothing_of_the_database() -> None:
    book = the_book()
    known = Filters(
        channels=("sms", "care"), regions=tuple(book.regions), brands=tuple(book.brands), services=("caller_id", "top_up"),
        versions=(book.version,),
    )  # fmt: skip
    with sql.counting() as counted:
        assert filtering.unknown(known, book) == []
        assert filtering.unknown(Filters(), book) == []
    assert counted.statements == 0


def test_of_many_the_most_similar_are_named_first() -> None:
    (found,) = filtering.unknown(Filters(services=("caller-id",)), the_book())
    assert len(found.there) > 100
    assert found.said.en.startswith("There is no service caller-id; there are ")
    assert f"{len(found.there)}, such as caller_id, " in found.said.en
    assert len(found.said.zh.split("、")) == filtering.NAMED_MOST
