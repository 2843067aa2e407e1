"""The pages of the daily duties: doors, every page in both languages, and what each form does or refuses."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from careline.catalogue.version import Version
from careline.identity.gates import Gate
from careline.journal.models import Entry
from careline.prompts import logbook, notices
from careline.prompts.logbook import Deed
from careline.upkeep import alarms, health, policy, rounds, signing
from careline.upkeep.duties import duties
from careline.upkeep.models import Beat, Finding, Machine, Maintainer, Quiz, Round, Rules, Signed
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
PAGES = (
    "", "process", "diary", "diary.csv", "machines", "machines.csv", "health", "rounds", "rounds.csv", "rounds/new",
    "notices", "notices.csv", "policy", "quiz", "sheet", "sheet?lang=en", "sheet?lang=zh", "sheet.pdf", "machines?host=ivr-1",
)  # fmt: skip
FINE = {f"check-{key}": "fine" for key, _ in duties().checks}
RIGHT = {f"q-{one.key}": str(one.right) for one in duties().questions}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def lin(sign_in: SignIn) -> Client:
    return sign_in("lin", "maintainer")


@pytest.fixture
def he(sign_in: SignIn) -> Client:
    return sign_in("he", "supervisor")


def a_busy_house() -> None:
    """Something of everything, so that every branch of a page is shown."""
    today = timezone.localdate()
    policy.name("lin", "dedicated", today, by="he", now=now() - timedelta(days=3))
    rules = policy.lay_down("考核办法", "一、每天至少维护一次。\n二、语音文本六小时内发布。", today, by="he", now=now())
    policy.review(rules.number, True, "可量化", by="lin", now=now())
    logbook.note(Deed.AUDIT, by="lin", now=now() - timedelta(days=3))
    signing.sign("listen", "主菜单正常", by="lin", now=now())
    rounds.make({key: True for key, _ in duties().checks}, by="lin", now=now() - timedelta(days=2))
    rounds.make(
        {key: key != "running" for key, _ in duties().checks}, by="lin", now=now(), found="crash", words="二号机死机"
    )
    notices.arrive("新套餐", "", arrived_at=now() - timedelta(hours=5, minutes=30), by="lin", now=now())
    old = notices.arrive("旧套餐", "", arrived_at=now() - timedelta(hours=9), by="lin", now=now() - timedelta(hours=9))
    for stage in ("text", "recorded", "published"):
        notices.step(old, notices.Stage(stage), by="lin", now=now() - timedelta(hours=7))
    health.beat("sms", begun_at=now(), now=now() - timedelta(minutes=10), host="ivr-1", pid=1)
    health.beat("clock", begun_at=now(), now=now(), host="ivr-1", pid=2)
    Machine.objects.create(name="IVR-1", kind="语音服务器", place="三楼", bought_on=today - timedelta(days=2200),
                           host="ivr-1", changed_by="lin", changed_at=now())  # fmt: skip
    alarms.sweep(now())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("busy", [False, True])
def test_every_page_opens_in_both_languages(sign_in: SignIn, published: Version, language: str, busy: bool) -> None:
    lin, _he = sign_in("lin", "maintainer", language=language), sign_in("he", "supervisor")
    pages = list(PAGES)
    if busy:
        a_busy_house()
        pages += [f"diary/{timezone.localdate()}", f"diary/{timezone.localdate() - timedelta(days=1)}",
                  f"rounds/{Finding.objects.get().round_id}", f"machines/{Machine.objects.get().pk}"]  # fmt: skip
    for address in pages:
        answer = lin.get(f"/staff/upkeep/{address}")
        assert answer.status_code == 200, address
        if answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            assert (">日常维护</a>" in text) == (language == "zh-hans")
            assert " style=" not in text
            assert "<script>" not in text
        elif answer["Content-Type"] == "application/pdf":
            assert answer.content.startswith(b"%PDF")


def test_only_those_who_keep_the_house_come_in(sign_in: SignIn) -> None:
    stranger, guest = sign_in("wang", "handler"), Client()
    for address in PAGES:
        assert stranger.get(f"/staff/upkeep/{address}").status_code == 403
        assert guest.get(f"/staff/upkeep/{address}").status_code == 302
    for address in ("sign", "machines/take", "health/forget", "rounds/explain", "policy/name"):
        assert stranger.post(f"/staff/upkeep/{address}").status_code == 403
    assert "/staff/upkeep/" not in stranger.get("/staff/me/").content.decode()
    assert Entry.objects.filter(did="refused", record=Gate.KEEP_HOUSE.value).count() == len(PAGES) + 5


@pytest.mark.parametrize(
    "address",
    [
        "diary?month=13",
        "diary?month=x",
        "diary/yesterday",
        "diary/0001-01-01",
        "rounds/9",
        "machines/9",
        "sheet?month=0",
    ],
)
def test_addresses_that_name_nothing_are_not_found(lin: Client, address: str) -> None:
    assert lin.get(f"/staff/upkeep/{address}").status_code == 404


@pytest.mark.requirement("MON-03")
def test_a_step_is_signed_in_ones_own_name(lin: Client) -> None:
    page = lin.post("/staff/upkeep/sign", {"step": "listen", "note": "主菜单正常"}, follow=True).content.decode()
    assert "Signed, with your name and the time." in page
    assert "主菜单正常" in page
    assert [(one.step, one.by) for one in Signed.objects.all()] == [("listen", "lin")]
    wrong = lin.post("/staff/upkeep/sign", {"step": "listen", "note": " "})
    assert wrong.status_code == 409
    assert "Say in a few words" in wrong.content.decode()
    assert "proved by the system" in lin.post("/staff/upkeep/sign", {"step": "dial", "note": "x"}).content.decode()


def test_an_open_step_leads_to_where_it_is_done_and_a_round_is_told_in_the_language_of_the_page(
    sign_in: SignIn, published: Version
) -> None:
    lin = sign_in("lin", "maintainer", language="zh-hans")
    page = lin.get("/staff/upkeep/").content.decode()
    places = [
        place for place in ("/staff/prompts/work", "/staff/upkeep/policy") if f'<a href="{place}">去完成</a>' in page
    ]
    assert places == ["/staff/prompts/work", "/staff/upkeep/policy"]
    assert all(lin.get(place).status_code == 200 for place in places)
    nine = timezone.localtime().replace(hour=9, minute=0) - timedelta(days=1)
    rounds.make({key: True for key, _ in duties().checks}, by="lin", now=nine)
    day = lin.get(f"/staff/upkeep/diary/{nine.date()}").content.decode()
    assert "上午" in day
    assert "morning" not in day


@pytest.mark.requirement("IVR-16")
def test_a_missing_day_is_named_on_the_calendar_and_explained_without_being_filled_in(lin: Client) -> None:
    day = timezone.localdate() - timedelta(days=1)
    logbook.note(Deed.AUDIT, by="lin", now=now() - timedelta(days=2))
    calendar = lin.get(f"/staff/upkeep/diary?month={day:%Y-%m}").content.decode()
    assert f'<a class="tag" href="/staff/upkeep/diary/{day}">{day:%m-%d}</a>' in calendar
    assert "does not conform" in calendar
    page = lin.post(f"/staff/upkeep/diary/{day}", {"words": "停电"}, follow=True).content.decode()
    assert "The day stays missing." in page
    assert "missing, explained" in page
    assert f"written {timezone.localdate()}" in page
    assert lin.post(f"/staff/upkeep/diary/{timezone.localdate()}", {"words": "x"}).status_code == 409
    lines = list(
        csv.reader(io.StringIO(lin.get(f"/staff/upkeep/diary.csv?month={day:%Y-%m}").content.decode("utf-8-sig")))
    )
    (line,) = [one for one in lines if one[0] == str(day)]
    assert (line[1], line[2], line[9]) == ("0", "1", "停电")


@pytest.mark.requirement("MON-02")
def test_machines_are_entered_changed_and_judged_by_age(lin: Client) -> None:
    today = timezone.localdate()
    for number in range(6):
        bought = today - timedelta(days=2200 if number == 0 else 400)
        answer = lin.post("/staff/upkeep/machines", {"name": f"M{number}", "kind": "服务器", "bought_on": str(bought)})
        assert answer.status_code == 302
    assert "1/6 = 16.7 %" in lin.get("/staff/upkeep/machines").content.decode()
    second = Machine.objects.get(name="M1")
    lin.post(
        f"/staff/upkeep/machines/{second.pk}",
        {"name": "M1", "kind": "服务器", "bought_on": str(today - timedelta(days=2200))},
    )
    page = lin.get("/staff/upkeep/machines").content.decode()
    assert "2/6 = 33.3 %" in page
    assert "does not conform" in page
    wrong = lin.post("/staff/upkeep/machines", {"name": "M1", "kind": "x", "bought_on": str(today)})
    assert wrong.status_code == 409
    assert "Another machine has this name already." in wrong.content.decode()
    assert (
        lin.post(f"/staff/upkeep/machines/{second.pk}", {"name": "", "kind": "x", "bought_on": "soon"}).status_code
        == 409
    )


def test_a_register_is_taken_from_a_file_or_every_fault_is_named(lin: Client) -> None:
    def take(data: bytes) -> str:
        file = SimpleUploadedFile("machines.csv", data)
        return lin.post("/staff/upkeep/machines/take", {"file": file}, follow=True).content.decode()

    assert "2 new, 0 changed." in take(b"name,kind,bought_on\nA,x,2020-01-01\nB,x,2021-01-01\n")
    page = take(b"name,kind,bought_on\nC,x,never\n")
    assert "line 2" in page
    assert "Write a day such as 2024-05-31." in page
    assert Machine.objects.count() == 2
    assert lin.post("/staff/upkeep/machines/take").status_code == 400
    assert b"A,x,,2020-01-01" in lin.get("/staff/upkeep/machines.csv").content


@pytest.mark.requirement("MON-02", "MON-05")
def test_a_round_with_a_crash_is_followed_until_it_is_closed(lin: Client, he: Client) -> None:
    assert lin.post("/staff/upkeep/rounds/new", {"found": "nothing"}).status_code == 409
    kept = lin.post("/staff/upkeep/rounds/new", {**FINE, "found": "crash"})
    assert kept.status_code == 409
    assert kept.content.decode().count(" checked") == len(FINE)
    page = lin.post("/staff/upkeep/rounds/new", {**FINE, "check-running": "not", "found": "crash", "words": "二号机死机"},
                    follow=True)  # fmt: skip
    made = Round.objects.get()
    assert page.request["PATH_INFO"] == f"/staff/upkeep/rounds/{made.pk}"
    assert "二号机死机" in he.get("/staff/upkeep/").content.decode()
    lin.post(f"/staff/upkeep/rounds/{made.pk}", {"words": "联系厂家", "deed": "follow"})
    he.post(f"/staff/upkeep/rounds/{made.pk}", {"words": "换内存", "deed": "close"})
    assert Finding.objects.get().closed_by == "he"
    assert he.post(f"/staff/upkeep/rounds/{made.pk}", {"words": "x", "deed": "close"}).status_code == 409
    log = lin.get("/staff/upkeep/rounds").content.decode()
    assert "does not conform" in log
    assert "二号机死机" in lin.get("/staff/upkeep/rounds.csv").content.decode("utf-8-sig")


def test_a_missed_round_is_shown_and_explained(lin: Client) -> None:
    day = timezone.localdate() - timedelta(days=1)
    rounds.make({key: True for key, _ in duties().checks}, by="lin", now=now() - timedelta(days=2))
    key = f"{day} morning"
    answer = lin.post("/staff/upkeep/rounds/explain", {"key": key, "words": "生病"}, follow=True)
    assert "The round stays missed." in answer.content.decode()
    assert "生病" in lin.get(f"/staff/upkeep/rounds?month={day:%Y-%m}").content.decode()
    assert lin.post("/staff/upkeep/rounds/explain", {"key": "x", "words": "y"}).status_code == 409


@pytest.mark.requirement("MON-04")
def test_staff_see_what_is_wrong_and_what_callers_are_told_meanwhile(lin: Client, published: Version) -> None:
    health.beat("sms", begun_at=now(), now=now() - timedelta(minutes=5), host="ivr-1", pid=1)
    alarms.sweep(now())
    page = lin.get("/staff/upkeep/health").content.decode()
    assert "The process sms on ivr-1 has gone silent." in page
    assert 'role="alert"' in page
    assert "What callers are told" in page
    assert "gone silent" in lin.get("/staff/upkeep/").content.decode()
    lin.post("/staff/upkeep/health/forget", {"host": "ivr-1", "process": "sms"})
    assert not Beat.objects.exists()
    lin.post("/staff/upkeep/health/forget", {"host": "ivr-1", "process": "sms"})


@pytest.mark.requirement("IVR-14")
def test_the_clock_of_notices_shows_the_hours_each_took_and_the_verdict(lin: Client) -> None:
    for hours in (6, 7):
        begun = datetime(2026, 3, 2, 0, tzinfo=UTC)
        notice = notices.arrive(f"通知{hours}", "", arrived_at=begun, by="lin", now=begun)
        for stage in ("text", "recorded", "published"):
            notices.step(notice, notices.Stage(stage), by="lin", now=begun + timedelta(hours=hours))
    page = lin.get("/staff/upkeep/notices?month=2026-03").content.decode()
    assert "50.0 %" in page
    assert "does not conform" in page
    assert ">6.00<" in page
    assert ">7.00<" in page
    lines = list(
        csv.reader(io.StringIO(lin.get("/staff/upkeep/notices.csv?month=2026-03").content.decode("utf-8-sig")))
    )
    assert [(one[1], one[6], one[7]) for one in lines[1:]] == [("通知7", "7.00", "late"), ("通知6", "6.00", "in_time")]


@pytest.mark.requirement("IVR-17", "STF-09")
def test_the_policy_is_kept_by_two_people(lin: Client, he: Client) -> None:
    today = timezone.localdate()

    def post(client: Client, deed: str, **fields: str) -> int:
        return client.post(f"/staff/upkeep/policy/{deed}", fields).status_code

    assert post(he, "name", who="lin", part="dedicated", since=str(today.replace(day=1) - timedelta(days=40))) == 302
    assert post(lin, "name", who="lin", part="mobile", since=str(today)) == 409
    assert post(he, "name", who="lin", part="mobile", since="soon") == 409
    assert post(he, "rules", title="办法", words="每天一次", valid_from=str(today)) == 302
    number = str(Rules.objects.get().number)
    assert post(he, "review", number=number, adequate="yes", words="可以") == 409
    assert post(lin, "review", number=number, adequate="yes", words="可量化") == 302
    assert post(lin, "acknowledge", number=number) == 302
    month = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert post(lin, "assess", who="lin", month=month) == 409
    assert post(he, "assess", who="lin", month=month, words="见记录") == 302
    assert post(he, "dance") == 404
    page = he.get("/staff/upkeep/policy").content.decode()
    assert page.count("conforms</span>") >= 2
    assert "见记录" in page
    assert post(he, "release", number=str(Maintainer.objects.get().pk)) == 302
    assert Entry.objects.filter(what="upkeep", who="he").count() == 4


@pytest.mark.requirement("MON-01")
def test_the_check_is_graded_and_never_shows_the_answers(lin: Client, he: Client) -> None:
    policy.name("lin", "dedicated", timezone.localdate(), by="he", now=now())
    assert "knowledge check is missing" in lin.get("/staff/upkeep/").content.decode()
    some = dict(list(RIGHT.items())[1:])
    page = lin.post("/staff/upkeep/quiz", some)
    assert page.status_code == 409
    assert "not answered" in page.content.decode()
    assert not Quiz.objects.exists()
    all_first = dict.fromkeys(RIGHT, "1")
    failed = lin.post("/staff/upkeep/quiz", all_first, follow=True).content.decode()
    assert "Not passed: 2 of 10." in failed
    assert " checked" not in failed
    assert "Passed: 10 of 10." in lin.post("/staff/upkeep/quiz", RIGHT, follow=True).content.decode()
    assert "knowledge check is missing" not in lin.get("/staff/upkeep/").content.decode()
    assert ">passed<" in he.get("/staff/upkeep/process").content.decode()


def test_the_sheet_says_each_criterion_with_its_verdict_in_either_language(lin: Client, he: Client) -> None:
    a_busy_house()
    page = lin.get("/staff/upkeep/sheet?lang=zh").content.decode()
    for words in ("每日维护", "死机 1 次", "不符合", "专职 1 人", "1/1 = 100.0 %", "二号机死机"):
        assert words in page, words
    page = lin.get("/staff/upkeep/sheet?lang=en").content.decode()
    assert "no crash, no data lost" in page
    assert "crashes: 1" in page
    assert lin.get("/staff/upkeep/sheet.pdf?lang=zh").headers["Content-Disposition"].endswith('-zh.pdf"')
    assert Entry.objects.filter(did="take_sheet").count() == 1
