"""The pages of statistics: figures with their denominators, files, doors, and a fixed number of statements."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from careline.catalogue.version import Version
from careline.insight import callers, folding
from careline.insight.models import Callback
from careline.journal.models import Entry
from careline.ledger import contact
from careline.ledger.contact import Hello
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.insight.records import LATER, NOON, fold, greet, record, walk
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "failure-rate",
    "causes",
    "control-chart",
    "hours",
    "menu",
    "callers",
    "records",
    "acceptance",
    "load",
    "tables",
    "service",
)
STATEMENTS = {"service": 24}  # at most, on pages that tell of more than one room
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


@pytest.fixture
def he(sign_in: SignIn, published: Version) -> Client:
    return sign_in("he", "supervisor")


def page(client: Client, name: str, **asked: str) -> str:
    answer = client.get(f"/staff/insight/{name}", NOVEMBER | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, name: str, key: str, **asked: str) -> list[list[str]]:
    answer = client.get(f"/staff/insight/{name}", NOVEMBER | asked | {"csv": key})
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def a_busy_month() -> None:
    for day in range(1, 15):
        at = NOON.replace(day=day)
        record(100, at=at, service="caller_id")
        record(2, at=at, outcome="failed", cause="guidance", channel="voice")
        record(1, at=at - timedelta(hours=9), outcome="abandoned", cause="left", region="T5")
        record(9, at=at, verb="query", service="balance", outcome="failed", cause="carrier_silent")
        greet(3, channel="web", at=at)
        greet(2, channel="voice", at=at)
        walk("main", "balance:query", at=at)
        walk("main", at=at, ended="person")
    fold()


@pytest.mark.parametrize("name", PAGES)
def test_pages_stand_without_any_record(he: Client, name: str) -> None:
    assert "Statistics" in page(he, name)


def test_a_page_asks_as_often_for_a_full_month_as_for_an_empty_one(he: Client) -> None:
    empty = {name: statements_of(he, name) for name in PAGES}
    a_busy_month()
    full = {name: statements_of(he, name) for name in PAGES}
    # Where the rollup finds nothing no record is looked for.
    assert full == empty | {"records": empty["records"] + 1}
    assert {name: count for name, count in full.items() if count > STATEMENTS.get(name, 14)} == {}


def statements_of(client: Client, name: str) -> int:
    """How many statements this page takes, when it is not the first time."""
    page(client, name)
    with sql.counting() as counted:
        page(client, name)
    return counted.statements


def test_the_overview_prints_the_rate_with_its_denominator(he: Client) -> None:
    a_busy_month()
    shown = page(he, "")
    assert "2.91 %" in shown
    assert "42 of 1,442 applications" in shown
    assert "&lt; 1 %: not met" in shown


def test_every_page_of_statistics_is_called_by_its_own_name(he: Client) -> None:
    titles = {
        name: he.get(f"/staff/insight/{name}").content.decode().split("<title>")[1].split(" · careline")[0]
        for name in PAGES
    }
    assert (titles[""], titles["control-chart"]) == ("Statistics", "Control chart · Statistics")
    assert len(set(titles.values())) == len(PAGES)


def test_acceptance_by_business_of_one_day_is_a_table(he: Client) -> None:
    record(3, service="caller_id")
    record(1, service="balance", outcome="failed", cause="guidance")
    fold()

    rows = table(he, "failure-rate", "rate", **{"by": "service", "from": "2026-11-10", "to": "2026-11-10"})
    assert [row[1:] for row in rows[1:]] == [["1", "1", "100.00 %"], ["0", "3", "0.00 %"]]


def test_tables_are_of_the_days_and_filters_that_were_asked_for(he: Client) -> None:
    a_busy_month()
    rows = table(he, "failure-rate", "days", region="T5")
    assert len(rows) == 31
    assert rows[2][1:4] == ["1", "1", "100.00 %"]
    assert table(he, "failure-rate", "days", channel="voice")[2][1:4] == ["2", "2", "100.00 %"]
    assert table(he, "causes", "system")[1][2:] == ["28", "100.00 %", "100.00 %", "crux"]
    shares = [float(row[2].removesuffix(" %")) for row in table(he, "causes", "classes")[1:]]
    assert sum(shares) == pytest.approx(100, abs=0.01)
    assert "T5" not in page(he, "failure-rate", region="nonsense<script>").split("<form")[0]


def test_what_cannot_be_understood_is_as_if_it_were_not_there(he: Client) -> None:
    for asked in (
        {"from": "x", "to": "2026-99-99"}, {"from": "2026-11-30", "to": "2026-11-01"}, {"from": "1990-01-01"},
        {"by": "msisdn"}, {"menu": "nonsense"}, {"catalogue": "1;DROP"}, {"load": "x"}, {"source": "x"}, {"month": "x"},
        {"before": "xTy", "cause": "'"}, {"before": "2026-11-10T99"},
    ):  # fmt: skip
        for name in PAGES:
            assert he.get(f"/staff/insight/{name}", asked).status_code == 200, (name, asked)
    assert he.get("/staff/insight/causes", {"csv": "nonsense"}).status_code == 404


def test_a_picture_is_a_file_with_its_style(he: Client) -> None:
    a_busy_month()
    answer = he.get("/staff/insight/failure-rate", NOVEMBER | {"svg": "days"})
    assert answer["Content-Type"].startswith("image/svg+xml")
    root = ET.fromstring(answer.content)
    assert ".chart" in (root[0].text or "")


def test_records_behind_a_figure_are_masked_and_journaled(he: Client) -> None:
    record(2, outcome="failed", cause="guidance")
    record(1, at=NOON - timedelta(hours=3), outcome="failed", cause="guidance")
    record(5)
    fold()

    rows = table(he, "records", "records", cause="guidance")
    assert [row[1] for row in rows[1:]] == ["139****0001"] * 2
    earlier = table(he, "records", "records", cause="guidance", before="2026-11-10T12")
    assert len(earlier) == 2
    assert len(table(he, "records", "records", all="1")) == 8
    assert len(table(he, "records", "records", channel="voice")) == 1
    assert Entry.objects.filter(what="statistics", did="look").exists()
    assert "13900000001" not in page(he, "records")


def test_the_control_chart_names_its_signals(he: Client) -> None:
    for day in range(1, 10):
        record(100, at=NOON.replace(day=day))
    record(60, at=NOON.replace(day=10), outcome="failed", cause="guidance")
    fold()
    rows = table(he, "control-chart", "p")
    assert rows[-1][-1] == "beyond the limits"
    assert rows[1][-1] == ""


def test_hours_are_told_for_every_weekday(he: Client) -> None:
    record(4)
    fold()
    rows = table(he, "hours", "come")
    assert len(rows) == 8
    assert rows[2][13] == "4"  # Tuesday the tenth, noon


def test_callers_are_listed_called_and_heard(he: Client) -> None:
    greet(7, channel="voice")
    fold()
    assert "139****0001" in page(he, "callers")
    he.post("/staff/insight/callers/list", {"month": "2026-11", "source": "hall"})
    one = Callback.objects.get()
    shown = he.post(f"/staff/insight/callers/{one.pk}/number").content.decode()
    assert "13900000001" in shown
    assert Entry.objects.filter(what="callback", did="look").exists()
    said = {"failed": "yes", "cause": "guidance", "understood": "no", "words": "听不懂, call 13900000001"}
    assert he.post(f"/staff/insight/callers/{one.pk}/tell", said | {"cause": ""}).status_code == 302
    again = page(he, "callers")
    assert 'value="听不懂, call ' in again, "what was typed is there again, masked"
    assert "13900000001" not in again
    assert "听不懂" not in page(he, "callers")
    assert not Callback.objects.filter(done_at__isnull=False).exists()
    he.post(f"/staff/insight/callers/{one.pk}/tell", said)
    one.refresh_from_db()
    assert (one.failed, one.cause, one.understood, one.done_by) == (True, "guidance", False, "he")
    assert "13900000001" not in one.words
    assert callers.survey(NOON.date()).failed == 1
    assert table(he, "callers", "survey")[3] == ["self-service had failed them", "1", ""]


@pytest.mark.requirement("IVR-18")
def test_the_first_three_hundred_of_a_month_are_called_back_and_equal_ones_stand_by_number(he: Client) -> None:
    """301 numbers who called twice and one who called three times: of the equal ones the two highest numbers are left out."""
    numbers = [Msisdn(f"86139{at:08}") for at in range(302)]
    for times, who in ((2, numbers[:301]), (3, numbers[301:])):
        contact.greet([Hello(str(uuid4()), one, "voice", "10086", NOON) for one in who for _ in range(times)])
    fold()
    for new in (300, 0):
        page_ = he.post("/staff/insight/callers/list", {"month": "2026-11", "source": "hall"}, follow=True)
        assert f"{new} numbers were put on the list." in page_.content.decode()
    listed = list(Callback.objects.order_by("place").values_list("place", "msisdn", "dials"))
    assert listed[:2] == [(1, numbers[301].digits, 3), (2, numbers[0].digits, 2)]
    assert listed[-1] == (300, numbers[298].digits, 2)
    shown = page(he, "callers")
    assert [row[2] for row in table(he, "callers", "most")[1:3]] == ["3", "2"]
    for field in ('name="failed"', 'name="cause"', 'name="understood"', 'name="words"'):
        assert field in shown, "the form of the result"


@pytest.mark.parametrize("name", PAGES)
def test_whoever_has_no_right_sees_nothing(sign_in: SignIn, published: Version, name: str) -> None:
    assert sign_in("ma", "consultant").get(f"/staff/insight/{name}").status_code == 403
    assert Client().get(f"/staff/insight/{name}").status_code == 302


@pytest.mark.parametrize("deed", ["list", "1/number", "1/tell"])
def test_deeds_are_behind_the_same_gate(sign_in: SignIn, published: Version, deed: str) -> None:
    assert sign_in("ma", "consultant").post(f"/staff/insight/callers/{deed}").status_code == 403


def test_pages_are_in_chinese_for_those_who_read_it(sign_in: SignIn, published: Version) -> None:
    a_busy_month()
    shown = sign_in("gao", "hall_manager", language="zh-hans").get("/staff/insight/", NOVEMBER).content.decode()
    for words in ("失败率", "申请", "统计", "按日失败率", "五级"):
        assert words in shown


def test_formulas_of_others_stay_words_in_a_spreadsheet(he: Client) -> None:
    record(1, service="=HYPERLINK(1)")
    fold()
    rows = table(he, "failure-rate", "rate", by="service")
    assert rows[1][0] == "'=HYPERLINK(1)"


def test_the_running_hour_is_on_the_page(he: Client) -> None:
    folding.sweep(LATER)
    record(1, at=LATER)
    folding.sweep(LATER)
    assert table(he, "failure-rate", "days")[20][1:3] == ["0", "1"]


def test_businesses_that_nobody_asked_for_are_marked_in_the_table(he: Client) -> None:
    record(3, service="caller_id")
    fold()
    shown = page(he, "acceptance")
    assert shown.count('class="nobody"') >= 1
    rows = table(he, "acceptance", "acceptance", **{"from": "2026-11-10", "to": "2026-11-10"})
    assert rows[0][2:] == ["2026-11-10"]  # with its year, which a spreadsheet would make up
    assert '<th scope="col" class="num">11-10</th>' in shown
    assert rows[1][1:] == ["3", "3"]
    assert all(row[1] == "0" for row in rows[2:])
    assert "the detail adds up to it" in shown


def test_people_for_a_load_are_reckoned_on_the_page(he: Client) -> None:
    shown = page(he, "load", calls="360", minutes="30", talk="240", goal="80", within="15", shrinkage="0")
    assert "55 people answer 80 % within 15 s" in shown
    rows = table(he, "load", "staffing", calls="360", minutes="30", talk="240", goal="80", within="15", shrinkage="0")
    assert [row[0] for row in rows[1:]] == ["53", "54", "55", "56", "57", "58"]
    assert "That is no load" in page(he, "load", minutes="0")
    assert page(he, "load", calls="x", talk="-3")


def test_busy_and_idle_hours_are_told_as_spans_of_a_day(he: Client) -> None:
    record(1)
    fold()
    rows = table(he, "hours", "busy")
    assert [row[1] for row in rows[1:]] == [
        "9:00–12:00, 15:00–18:00, 19:00–22:00",
        "0:00–9:00, 12:00–15:00, 18:00–19:00, 22:00–24:00",
    ]


def test_where_nobody_applied_nothing_is_said_of_busy_hours_and_no_bar_is_nought(he: Client) -> None:
    assert "cannot be compared" in page(he, "hours")
    assert "do not differ" not in page(he, "hours")
    record(1, outcome="failed", cause="guidance", region="T5")
    record(9, verb="query", service="balance", region="T1")
    fold()
    shown = page(he, "failure-rate", by="region")
    assert "(1 / 1)" in shown  # a hundred per cent, of one
    assert "(0 / 0)" in shown
    assert not re.search(r"[^0-9]0\.00 %", shown)


def test_one_that_failed_at_night_is_not_the_darkest_hour_of_the_week(he: Client) -> None:
    record(1, at=NOON - timedelta(hours=9), outcome="failed", cause="guidance")  # Tuesday at three
    record(19, at=NOON)
    record(1, at=NOON, outcome="failed", cause="guidance")
    fold()
    (tuesday,) = (row for row in table(he, "hours", "fail") if row[0] == "Tue")
    assert (tuesday[4], tuesday[13]) == ("n/a", "5.00 %")
    assert "fewer than 20 applications" in page(he, "hours")


def test_a_cause_gets_its_owner_on_the_page(he: Client) -> None:
    record(3, verb="query", service="balance")
    fold()
    sent = {
        "what_service": "balance",
        "verb": "query",
        "owner": "gao",
        "measure": "Say it first",
        "link": "",
        "due_on": str(timezone.localdate() + timedelta(days=7)),
    }
    he.post("/staff/insight/service/remedy", sent)
    assert table(he, "service", "contact-causes")[1][-2:] == ["gao", "Say it first"]
    shown = he.post(
        "/staff/insight/service/remedy", sent | {"link": "https://elsewhere.example/"}, follow=True
    ).content.decode()
    assert "a link leads to a page of ours" in shown
    assert 'href="https://elsewhere' not in shown


def test_a_cause_gets_no_owner_from_whoever_has_no_right(sign_in: SignIn, published: Version) -> None:
    assert sign_in("ma", "consultant").post("/staff/insight/service/remedy").status_code == 403


def test_what_the_address_asks_for_stands_in_the_form_though_the_catalogue_lacks_it(he: Client) -> None:
    shown = page(he, "", service="top_up", channel="care")
    assert '<option value="top_up" selected>Top-up</option>' in shown
    assert '<option value="care" selected>customer care</option>' in shown


def test_numbers_are_written_alike_in_every_language_and_place(sign_in: SignIn, published: Version) -> None:
    record(1_234)
    fold()
    chinese = sign_in("he", "supervisor", language="zh-hans")
    shown = page(chinese, "")
    assert '<p class="big">1,234</p>' in shown
    assert ">1234<" not in shown


def test_a_figure_that_a_filter_does_not_reach_says_so(he: Client) -> None:
    asked = {"region": "linjiang", "load": "busy"}
    assert "Not split by region." in page(he, "load", **asked)
    assert "Not split by region, busy and idle hours." in page(he, "service", **asked)
    assert "Not split by region." in page(he, "", **asked), "levels"
    assert "Not split" not in page(he, "load", load="busy")


def test_pages_and_files_in_chinese_say_in_chinese_that_there_is_nothing_to_divide_by(
    sign_in: SignIn, published: Version
) -> None:
    record(3, verb="query")
    fold()
    chinese = sign_in("he", "supervisor", language="zh-hans")
    shown = {name: page(chinese, name) for name in PAGES}
    assert [name for name, words in shown.items() if re.search(r"(?<![\w/])n/a(?![\w/])", words)] == []
    assert '<p class="big">—</p>' in shown[""]
    assert "&lt; 1 %: 无记录" in shown[""]
    hours = table(chinese, "hours", "hours")
    assert hours[1][-1] == "—"
    assert all("n/a" not in cell for row in hours for cell in row)
