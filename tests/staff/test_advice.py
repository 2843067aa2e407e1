"""Advice on the staff's pages: ranked, decided about, written into drafts; behind its gates, in both languages."""

import csv
import io

import pytest
from django.test import Client

from careline.advice.models import Heard, Verdict
from careline.catalogue.version import State, Version
from careline.hall.error_names import error_name
from careline.insight.models import Callback
from careline.journal.models import Entry
from careline.postgres import sql
from tests.advice.menus import BEGAN, NOW, SHORT, serve, walk
from tests.insight.records import fold
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
PARTS = ("", "/menu", "/texts", "/errors", "/audio")
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-20"}
SWAP = "swap:standard:main:a.query:c.query"


@pytest.fixture
def a_month(db: None) -> Version:
    version = serve(SHORT)
    walk("main", "c:query", times=60)
    walk("main", "a:query", times=40)
    fold(NOW)
    return version


@pytest.fixture
def lin(sign_in: SignIn, a_month: Version) -> Client:
    return sign_in("lin", "maintainer")


def page(client: Client, part: str = "", **asked: str) -> str:
    answer = client.get(f"/staff/insight/advice{part}", NOVEMBER | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, part: str, key: str) -> list[list[str]]:
    answer = client.get(f"/staff/insight/advice{part}", NOVEMBER | {"csv": key})
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_advice_is_listed_with_what_it_is_worth_and_why(lin: Client) -> None:
    shown = page(lin)
    assert "exchange “For c” and “For a”" in shown
    assert "Nobody knows these keys by heart." in shown
    rows = table(lin, "", "advice")
    worths = [float(row[2].replace(",", "")) for row in rows[1:]]
    assert worths == sorted(worths, reverse=True)


def test_the_menu_stands_side_by_side_and_the_figures_are_in_a_table(lin: Client) -> None:
    shown = page(lin, "/menu")
    assert shown.count('<table class="side">') == 2
    assert "moved" in shown
    assert table(lin, "/menu", "replay")[3][1:] == ["100 / 100", "100 / 100"]
    assert [row[1] for row in table(lin, "/menu", "untouched")[1:]] == ["2"]


def test_a_move_is_applied_as_a_draft_once_and_shown(lin: Client) -> None:
    sent = {"key": SWAP, "seen": "1", "worth": "12.5"}
    answer = lin.post("/staff/insight/advice/apply", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/versions/2")
    assert (Version.numbered(2).state, Version.numbered(2).author) == (State.DRAFT, "lin")
    assert lin.post("/staff/insight/advice/apply", sent)["Location"] == "/staff/versions/2"
    assert Version.objects.count() == 2
    assert Verdict.objects.get(key=SWAP).accepted
    assert "accepted by lin" in page(lin)
    assert Entry.objects.filter(what="advice", did="draft").count() == 1


def test_a_conflict_is_told_in_words(lin: Client) -> None:
    serve(SHORT | {"greeting": {"zh": "您好。", "en": "Hello there."}})
    answer = lin.post(
        "/staff/insight/advice/apply", {"key": SWAP, "seen": "1", "back": "/staff/insight/advice/menu"}, follow=True
    )
    assert "was changed in version 2, after this advice was given on version 1" in answer.content.decode()
    assert Version.objects.count() == 2


def test_rejected_advice_stays_away_and_its_reason_is_kept(lin: Client) -> None:
    sent = {"key": SWAP, "worth": "9999", "decision": "reject"}
    assert "Say why" in lin.post("/staff/insight/advice/decide", sent, follow=True).content.decode()
    assert not Verdict.objects.exists()
    lin.post("/staff/insight/advice/decide", sent | {"reason": "campaign until Friday"})
    assert Verdict.objects.get().reason == "campaign until Friday"
    assert "exchange “For c” and “For a”" not in page(lin)
    assert SWAP not in page(lin, "/menu")
    lin.post("/staff/insight/advice/decide", sent | {"worth": "0", "reason": "too little"})
    assert "back: its figures have changed" in page(lin)


def test_nonsense_is_refused(lin: Client) -> None:
    for sent in (
        {},
        {"key": "nonsense", "seen": "x"},
        {"key": "jargon:nothing", "seen": "1"},
        {"key": "announced:standard:main"},
    ):
        assert lin.post("/staff/insight/advice/apply", sent).status_code == 302
    for sent in ({"key": SWAP, "worth": "nan", "decision": "accept"}, {"key": "", "decision": "accept"}):
        assert (
            lin.post("/staff/insight/advice/decide", sent | {"back": "https://elsewhere.example/"})["Location"]
            == "/staff/insight/advice"
        )
    assert Version.objects.count() == 1
    assert page(lin, "/menu", menu="nonsense")


def test_texts_are_asked_about_and_answers_counted(lin: Client) -> None:
    one = Callback.objects.create(
        source="hall", month=NOW.date().replace(day=1), channel="voice", place=1, msisdn="8613900000001", dials=9, made_at=BEGAN,
        made_by="lin", understood=True,
    )  # fmt: skip
    shown = page(lin, "/texts")
    assert "139****0001" in shown
    assert "8613900000001" not in shown
    sent = {"callback": str(one.pk), "text": "menu/standard/main/title", "text_language": "zh", "understood": "no"}
    assert "Written down." in lin.post("/staff/insight/advice/heard", sent, follow=True).content.decode()
    assert Heard.objects.get().understood is False
    for wrong in ({"callback": "x"}, {"text": "nonsense"}, {"understood": ""}):
        assert (
            "Choose who was asked"
            in lin.post("/staff/insight/advice/heard", sent | wrong, follow=True).content.decode()
        )
    assert table(lin, "/texts", "understood")[1][1:3] == ["1 / 1", "100.0 %"]


def test_error_prompts_are_a_table_in_both_languages(lin: Client) -> None:
    rows = table(lin, "/errors", "errors")
    kinds = {row[0]: row for row in rows[1:]}
    assert kinds[error_name("carrier_fault").en][1] == "system"
    assert kinds[error_name("wrong_key").en][6] == "not heard yet"
    assert all(len(row) == 8 for row in rows)


def test_pages_ask_as_often_for_a_full_month_as_for_an_empty_one(lin: Client) -> None:
    def statements() -> dict[str, int]:
        found = {}
        for part in PARTS:
            page(lin, part)
            with sql.counting() as count:
                page(lin, part)
            found[part] = count.statements
        return found

    before = statements()
    walk("main", "b:query", times=30)
    walk("main", times=30, ended="hung_up", misses=2)
    fold(NOW)
    assert statements() == before
    assert max(before.values()) <= 40


def test_pages_stand_without_a_catalogue_and_are_closed_to_others(sign_in: SignIn) -> None:
    lin, ma = sign_in("lin", "maintainer"), sign_in("ma", "consultant")
    for part in PARTS:
        assert lin.get(f"/staff/insight/advice{part}").status_code == 200
        assert ma.get(f"/staff/insight/advice{part}").status_code == 403
        assert Client().get(f"/staff/insight/advice{part}").status_code == 302


def test_whoever_may_only_look_changes_nothing(sign_in: SignIn, a_month: Version) -> None:
    he = sign_in("he", "supervisor")
    for deed in ("apply", "decide"):
        assert he.post(f"/staff/insight/advice/{deed}", {"key": SWAP, "seen": "1"}).status_code == 403
    assert "Apply as a draft" not in page(he)
    assert Version.objects.count() == 1


def test_pages_are_in_chinese_for_those_who_read_it(sign_in: SignIn, a_month: Version) -> None:
    gao = sign_in("gao", "maintainer", language="zh-hans")
    assert "换键" in page(gao)
    for part, words in (("/menu", "该换的键"), ("/texts", "听懂"), ("/errors", "错误提示"), ("/audio", "格式")):
        assert words in page(gao, part)
