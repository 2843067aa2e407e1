"""Sheets: hand-counted, in agreement with their detail, on the command line as they are in the room."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from careline.cases import opening
from careline.catalogue.version import Version
from careline.cli import main
from careline.dialogue.book import Book
from careline.hall.error_names import error_name
from careline.insight import callers, folding
from careline.insight.models import Callback, Contacts, Remedy
from careline.insight.question import Filters, Period
from careline.insight.remedying import NotARemedy, set_remedy
from careline.insight.sheets import acceptance, load, service, tables
from careline.insight.sheets.sheet import Cell, Sheet, plain
from careline.insight.sheets.shelf import SHEETS
from careline.journal.models import Entry
from careline.probes.models import Run
from careline.prompts import notices
from careline.prompts.notices import Stage
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.cases.desk import brought, settled
from tests.halls import the_book
from tests.insight.records import NOON, fold, greet, record, walk

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
TODAY = Period(DAY, DAY)
TWO = Period(DAY, DAY + timedelta(days=1))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
OURS = Filters()
LATER = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
Run_ = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run_:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, words)


def book() -> Book:
    return the_book()


def row_of(sheet: Sheet, first: str) -> list[Cell]:
    for row in sheet.rows:
        name = row[0].en if isinstance(row[0], Text) else row[0]
        if name == first:
            return list(row)
    raise AssertionError(first)


def test_acceptance_is_a_table_of_every_business_and_day_and_marks_what_nobody_asked_for() -> None:
    record(5, service="caller_id")
    record(2, service="caller_id", at=NOON + timedelta(days=1))
    record(3, service="balance", verb="query")
    fold()

    sheet = acceptance.by_business(book(), TWO, OURS, LATER)
    names = {one.id: one.name.en for one in book().services.values()}
    assert row_of(sheet, names["caller_id"])[1:] == [7, 5, 2]
    assert row_of(sheet, names["balance"])[1:] == [3, 3, 0]
    assert len(sheet.rows) == len(names)
    assert sheet.empty == frozenset(range(2, len(names)))  # all others, and only those
    assert (sheet.good, [one.agrees for one in sheet.sums]) == (False, [True])
    assert str(len(names) - 2) in sheet.note.en
    long = acceptance.by_business(book(), Period(date(2026, 10, 1), date(2026, 11, 30)), OURS, LATER)
    assert [one.en for one in long.head[2:]] == ["2026-10", "2026-11 (so far)"]
    assert row_of(long, names["caller_id"])[1:] == [7, 0, 7]


def test_acceptance_by_place_of_the_menu_marks_places_that_nobody_came_to() -> None:
    walk("main", "balance:query")
    walk("main", at=NOON + timedelta(days=1))
    fold()

    sheet = acceptance.by_node(book(), TWO, OURS, LATER)
    rows = {row[0].en if isinstance(row[0], Text) else "": list(row[1:]) for row in sheet.rows}
    menu = book().menus["standard"]
    assert rows[menu.nodes["main"].title.en] == [2, 1, 1]
    assert sheet.rows[0][1] == 2
    assert len(sheet.empty) == len(sheet.rows) - 2
    assert all(one.agrees for one in sheet.sums)


def test_load_is_told_by_day_with_people_machine_margin_and_verdict() -> None:
    greet(6, channel="voice")
    greet(4, channel="sms")
    for ended in ("person", "person", "done"):
        walk("main", ended=ended)
    greet(1, channel="voice", at=NOON + timedelta(days=1))
    fold()

    sheet = load.against(TWO, OURS, 9, LATER)
    assert [list(row) for row in sheet.rows] == [
        ["2026-11-10", 2, 4, 4, 10, -1, Fraction(10, 9)], ["2026-11-11", 0, 1, 0, 1, 8, Fraction(1, 9)],
    ]  # fmt: skip
    assert (sheet.good, sheet.note.en) == (False, "Busiest on 2026-11-10: 10, above 9 a day.")
    assert load.by_day(book(), TWO, OURS, LATER).good is True
    Contacts.objects.filter(channel="sms").update(contacts=8_000_000)
    over = load.by_day(book(), TWO, OURS, LATER)
    assert (over.good, over.rows[0][5]) == (False, -6)
    assert load.by_day(book(), Period(date(2026, 1, 1), date(2026, 1, 1)), OURS, LATER).good is None


def test_the_tables_of_the_survey_are_made_for_a_period_and_written_as_csv(run: Run_, published: Version) -> None:
    record(9, service="balance", verb="query")
    greet(3, channel="voice")
    fold()
    notice = notices.arrive("Roaming", "…", arrived_at=NOON, by="gao", now=NOON)
    for stage, hours in ((Stage.TEXT, 1), (Stage.RECORDED, 2), (Stage.PUBLISHED, 7)):
        notices.step(notice, stage, by="gao", now=NOON + timedelta(hours=hours))
    Run.objects.create(
        id=uuid4(), batch=uuid4(), probe="voice/error/silence", channel="voice", vantage="here", version=1, msisdn="1",
        region="T5", brand="gotone", begun_at=NOON, ended_at=NOON, passed=True, covers=["error:silence", "channel:voice"],
    )  # fmt: skip
    callers.list_callbacks(DAY, by="gao", now=NOON)
    listed = Callback.objects.get()
    callers.tell(listed.pk, failed=True, cause="guidance", understood=False, words="", by="gao", now=NOON)

    def told(name: str, *words: str) -> list[dict[str, str]]:
        found = run("report", name, "--from", "2026-11-01", "--to", "2026-11-30", "--csv", *words)
        assert found.exit_code == 0, found.output
        return list(csv.DictReader(io.StringIO(found.stdout)))

    order = tables.hot_topics(book(), NOVEMBER, OURS, LATER)
    balance = next(row for row in order.rows if row[2] == 9)
    assert balance[4] == 1  # the hottest of its node
    assert all(row[2] == 0 for at, row in enumerate(order.rows) if at in order.empty)
    silence = error_name("silence")
    prompts = {row[0]: row for row in tables.prompts(book(), NOVEMBER, OURS, LATER).rows}
    assert prompts[silence][5] == 1
    assert {row[5] for name, row in prompts.items() if name != silence} == {0}
    assert told("hot-topics") == []  # the small catalogue has no menu
    assert {row["error"]: row["heard"] for row in told("error-prompts")}[silence.en] == "1"
    assert [(row["notice"], row["hours"], row["result"]) for row in told("notices")] == [("Roaming", "7.0", "late")]
    assert [(row["number"], row["had failed"], row["cause"]) for row in told("callbacks")] == [
        ("139****0001", "yes", "our words misled the customer")
    ]
    earlier = run("report", "notices", "--from", "2026-01-01", "--to", "2026-01-31", "--json")
    assert json.loads(earlier.stdout)["rows"] == []


@pytest.mark.requirement("STAT-03")
def test_refunds_complaints_satisfaction_causes_and_channels_add_up_to_their_detail() -> None:
    settled()
    ma, wang = Msisdn("8613900000001"), Msisdn("8613900000002")
    opening.accept(brought(msisdn=ma, category="billing"), by="subscriber", now=NOON)
    opening.accept(brought(msisdn=wang, category="network"), by="subscriber", now=NOON)
    opening.accept(brought(msisdn=wang, kind="enquiry", category="other"), by="subscriber", now=NOON)
    record(3, verb="query", service="balance")
    record(1)
    greet(3, channel="web")
    greet(1, channel="voice")
    fold()

    made = {name: SHEETS[name](book(), TODAY, OURS, LATER) for name in SHEETS}
    assert all(one.agrees for sheet in made.values() for one in sheet.sums)
    assert sorted((plain(row[0], "en"), row[2]) for row in made["complaints"].rows) == [
        ("Disputed charges", 1),
        ("Network and call quality", 1),
    ]
    assert [(plain(row[0], "en"), row[1], row[2], row[3]) for row in made["channels"].rows] == [
        ("web", 1, 3, Fraction(3, 4)), ("call", 4, 1, Fraction(1, 4)),
    ]  # fmt: skip
    assert [(row[2], row[3]) for row in made["contact-causes"].rows] == [(3, Fraction(3, 4)), (1, Fraction(1, 4))]


def test_a_sum_that_does_not_agree_with_its_detail_is_an_exit_code(run: Run_, published: Version) -> None:
    record(3)
    fold()
    words = ("report", "acceptance", "--from", "2026-11-10", "--to", "2026-11-10")
    assert run(*words).exit_code == 0
    from careline.insight.models import Margin

    Margin.objects.filter(dimension="service").update(attempts=2)
    found = run(*words)
    assert found.exit_code == 1
    assert "2 ≠ 3" in found.output


def test_causes_that_return_are_told_with_share_rate_trend_and_who_removes_them() -> None:
    record(8, verb="query", service="balance")
    record(4, verb="query", service="balance", at=NOON - timedelta(days=1))
    record(2)
    fold()
    two_days = Period(DAY, DAY + timedelta(days=1))
    assert service.causes(book(), two_days, OURS, LATER).rows[0][5] is None  # of the two before, only one is recorded

    def told() -> list[list[Cell]]:
        return [list(row) for row in service.causes(book(), TODAY, OURS, LATER).rows]

    balance = told()[0]
    assert balance[1] == Text("查询", "Check")
    users = service.subscribers()
    assert (balance[2], balance[3], balance[5], balance[6]) == (8, Fraction(4, 5), "+4", None)  # of four: no "+100 %"
    assert balance[4] == (f"{8000 / users:,.2f}" if users else None)
    set_remedy(
        "balance", "query", owner="gao", measure="Say it in the greeting", link="/staff/catalogue/3", by="he", now=NOON,
        due_on=DAY - timedelta(days=1),
    )  # fmt: skip
    assert told()[0][6:] == ["gao", Text("Say it in the greeting（已逾期）", "Say it in the greeting (late)")]
    set_remedy("balance", "query", owner="gao", measure="Say it", done_on=DAY, by="he", now=NOON)
    assert Remedy.objects.count() == 1
    assert told()[0][7] == Text("Say it（已完成 2026-11-10）", "Say it (done 2026-11-10)")
    assert Entry.objects.filter(what="remedy").count() == 2
    for wrong in ({"owner": ""}, {"measure": " "}, {"link": "https://elsewhere.example/"}):
        with pytest.raises(NotARemedy):
            set_remedy("balance", "query", **({"owner": "a", "measure": "b"} | wrong), by="he", now=NOON)  # type: ignore[arg-type]


def test_money_that_moved_has_a_name_though_no_catalogue_lists_it() -> None:
    record(2, verb="other", service="refund", channel="care")
    record(1, verb="order", service="top_up", channel="web")
    fold()
    names = [row[0] for row in acceptance.by_business(book(), TODAY, OURS, LATER).rows]
    assert names[:2] == [Text("退费", "Refund"), Text("话费充值", "Top-up")]
    assert service.causes(book(), TODAY, OURS, LATER).rows[0][0] == Text("退费", "Refund")


def test_what_belongs_to_no_business_has_a_name_as_well() -> None:
    record(2, verb="", service="")
    fold()
    told = acceptance.by_business(book(), TODAY, OURS, LATER).rows[0]
    assert told[:2] == (Text("未涉及业务", "no business"), 2)


def test_contacts_outside_our_business_are_counted_and_stand_in_no_rate_and_no_complaint() -> None:
    record(4, verb="other", service=folding.OUTSIDE, channel="voice")
    record(1)
    fold()

    sheet = service.outside(book(), TODAY, OURS, LATER)
    assert [list(row) for row in sheet.rows] == [[Text("通话", "call"), 4, Fraction(1)]]
    assert service.complaints(book(), TODAY, OURS, LATER).rows == []
    assert (
        sum(int(row[1]) for row in acceptance.by_business(book(), TODAY, OURS, LATER).rows if isinstance(row[1], int))
        == 1
    )


def test_the_calculator_and_the_load_are_commands(run: Run_, published: Version) -> None:
    found = json.loads(
        run(
            "report", "staffing", "--calls", "360", "--minutes", "30", "--talk", "240", "--within", "15", "--json"
        ).stdout
    )
    assert (found["erlangs"], found["agents"]) == (48.0, 55)
    greet(2)
    fold()
    days = ("--from", "2026-11-10", "--to", "2026-11-10")
    assert run("report", "load", *days).exit_code == 0
    assert run("report", "load", *days, "--capacity", "1").exit_code == 1


def test_every_sheet_is_a_command_and_stands_in_an_empty_house(run: Run_, published: Version) -> None:
    from careline.cli._report_sheets import NAMES

    assert {*NAMES, "load"} == set(SHEETS)
    for name in SHEETS:
        assert run("report", name, "--json").exit_code == 0, name


def test_a_month_of_days_on_a_narrow_screen_keeps_its_names_and_says_what_is_left_out(
    run: Run_, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = run("report", "acceptance", "--from", "2026-10-12", "--to", "2026-11-10").stdout
    assert "…" not in said
    assert "11-10" in said
    assert "10-12" not in said
    assert "--csv" in said
