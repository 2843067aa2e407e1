"""Home, usage and the way to a person: what customers see, before something fails and when something has."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from careline.carrier.adapters.sandbox.models import Account, Usage
from careline.carrier.adapters.sandbox.opening import Held
from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.cases import faults, opening
from careline.cases.opening import NewCase
from careline.demo import town
from careline.desk.models import Callback, Queue
from careline.dialogue.saying import local
from careline.identity.subscriber import Subscriber
from careline.ledger.models import Attempt, Contact, Tally
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.web.conftest import PASSWORD, Enter, fresh, with_password

HOME = "/my/"


def held(name: str, fee: int, provider: str | None = None, per: str = "month") -> Held:
    return Held(name, Text(name, name), fee, days_ago=30, paid_to=provider or "", per=per)


def page(client: Client, address: str = HOME) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words(client: Client, address: str = HOME) -> str:
    """What is read on the page, without its marks."""
    main = page(client, address).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def warned(client: Client) -> list[str]:
    return re.findall(r'class="said (bad|warn|note) alert"', page(client))


def money(number: Msisdn, **fields: Any) -> None:
    Account.objects.filter(msisdn=number.digits).update(**fields)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("120.00元", "100.00元", "20.00元", "不能付其他公司的收费内容")),
        ("en", ("CNY 120.00", "CNY 100.00", "CNY 20.00", "not for content of other companies")),
    ],
)
def test_basic_and_gift_money_are_told_apart_with_what_each_pays(
    enter: Enter, language: str, said: tuple[str, ...]
) -> None:
    shown = words(enter(with_password(), PASSWORD, language))
    for one in said:
        assert one in shown


def test_rings_show_what_is_left_and_usage_is_honest_about_what_has_no_total(enter: Enter) -> None:
    client = enter(with_password(), PASSWORD)
    assert page(client).count('class="chart ring"') == 3
    shown = words(client, "/my/usage")
    assert "套餐通话还剩 60分钟，共 150分钟，已用 90分钟。" in shown
    assert "不代表免费或者不限量" in shown
    assert "12M" in shown


def test_a_plan_without_allowances_shows_none(enter: Enter) -> None:
    client = enter(with_password(allotted=False), PASSWORD)
    assert "套餐没有包含通话、流量或短信的额度" in words(client)
    assert "ring" not in page(client, "/my/usage").partition("<main")[2]


def test_an_allowance_is_warned_of_before_it_is_used_up_and_after(enter: Enter) -> None:
    number = with_password()
    client = enter(number, PASSWORD)
    Usage.objects.filter(msisdn=number.digits, quota="left_minutes").update(used=130)
    assert "套餐通话快用完了，还剩 20分钟" in words(client)
    Usage.objects.filter(msisdn=number.digits, quota="left_minutes").update(used=151)
    assert "套餐通话已经用完" in words(client)


def test_a_balance_that_is_short_for_the_next_fees_is_said_beforehand(enter: Enter) -> None:
    number = with_password(held=(held("a", 4000), held("b", 3000)))
    client = enter(number, PASSWORD)
    assert warned(client) == []
    money(number, basic=10_00, gift=20_00)
    shown = words(client)
    assert "要收月费 70.00元，余额还差 40.00元" in shown
    assert "月1日 要收" in shown


def test_gift_money_that_cannot_pay_a_provider_is_said_beforehand(enter: Enter) -> None:
    number = with_password(held=(held("novel", 1000, "墨香阅读"),))
    money(number, basic=3_00, gift=50_00)
    assert "只能用基本余额付，现在基本余额只有 3.00元" in words(enter(number, PASSWORD))


def test_a_suspended_line_is_told_its_debt_and_how_long_the_number_is_kept(enter: Enter) -> None:
    number = with_password()
    client = enter(number, PASSWORD)
    money(
        number,
        basic=-12_50,
        gift=0,
        status="suspended",
        suspended_on=local(datetime.now(UTC)).date() - timedelta(days=10),
    )
    shown = words(client)
    assert "欠费 12.50元" in shown
    assert "还有 80 天" in shown
    assert "bad" in warned(client)


def test_a_known_fault_of_the_region_is_told_with_its_news_and_others_are_not(enter: Enter) -> None:
    number = with_password()
    region = Subscriber.objects.get(pk=number.digits).region
    client, now = enter(number, PASSWORD), datetime.now(UTC)
    fault = faults.open("光缆断了", "network", region, by="wang", now=now)
    faults.open("另一处", "network", "elsewhere", by="wang", now=now)
    fault.news = "晚上八点前修好 <b>"
    fault.save()
    shown = page(client)
    assert shown.count("我们知道您所在地区有故障") == 1
    assert "晚上八点前修好 &lt;b&gt;" in shown
    assert "光缆断了" not in shown, "what staff call it is theirs"


def test_a_case_under_way_stands_there_and_nobody_sells_to_who_complains(enter: Enter) -> None:
    number = with_password()
    opened = opening.accept(
        NewCase(key="web:home:1", msisdn=number, kind="complaint", category="", words="多扣了", channel="web", link=""),
        by="subscriber",
        now=datetime.now(UTC),
    ).case
    other = with_password()
    client = enter(number, PASSWORD)
    assert opened.docket in words(client)
    assert 'class="offer' not in page(client)
    assert opened.docket not in words(enter(other, PASSWORD))


@pytest.mark.parametrize("mode", ["down", "busy"])
def test_the_page_comes_when_the_carrier_does_not_and_nothing_is_guessed(enter: Enter, mode: Any) -> None:
    number = with_password()
    client = enter(number, PASSWORD)
    stumble(mode)
    shown = words(client)
    assert shown.count("这一部分现在查不到，不是您的问题") == 3
    assert "0.00元" not in shown
    assert "这一部分现在查不到" in words(client, "/my/usage")
    failed = Attempt.objects.filter(msisdn=number.digits, channel="web", outcome="failed", verb="query")
    assert {one.service for one in failed} == {"balance", "free_resources_usage"}


def test_one_part_may_fail_alone(enter: Enter) -> None:
    client = enter(with_password(), PASSWORD)
    stumble("down", kind="usage")
    shown = words(client)
    assert "120.00元" in shown
    assert shown.count("这一部分现在查不到") == 1


def test_a_page_that_answers_a_query_is_one_attempt_once_in_a_visit(enter: Enter) -> None:
    number = with_password()
    client = enter(number, PASSWORD)
    for address in (HOME, HOME, "/my/usage", HOME):
        page(client, address)
    asked = Attempt.objects.filter(msisdn=number.digits, verb="query")
    assert sorted((one.service, one.channel, one.outcome) for one in asked) == [
        ("balance", "web", "done"),
        ("free_resources_usage", "web", "done"),
    ]
    assert Contact.objects.filter(msisdn=number.digits, channel="web").count() == 1
    counted = Tally.objects.filter(channel="web", verb="query")
    assert sorted((one.service, one.attempts) for one in counted) == [("balance", 1), ("free_resources_usage", 1)]


def statements(client: Client, address: str = HOME) -> int:
    with CaptureQueriesContext(
        connection,
    ) as count:
        page(client, address)
    return len(count)


def test_the_number_of_statements_does_not_depend_on_what_somebody_has(enter: Enter) -> None:
    little, much = with_password(allotted=False), with_password(held=tuple(held(f"p{n}", 100) for n in range(30)))
    for n in range(5):
        opening.accept(
            NewCase(key=f"web:h:{n}", msisdn=much, kind="enquiry", category="", words=f"{n}", channel="web", link=""),
            by="subscriber",
            now=datetime.now(UTC),
        )
    one, other = enter(little, PASSWORD), enter(much, PASSWORD)
    page(one), page(other)  # the first page of a visit is the attempt
    assert statements(one, "/my/usage") <= 8
    assert abs(statements(one) - statements(other)) <= 4, "a recommendation is looked for only where one fits"
    assert statements(other) <= 24


def test_other_peoples_money_is_not_to_be_had(enter: Enter) -> None:
    mine, other = with_password(), with_password()
    money(other, basic=777_77)
    client = enter(mine, PASSWORD)
    assert "777.77" not in page(client, f"/my/?msisdn={other.digits}&number={other.national()}")


@pytest.mark.parametrize("who", ["吴国强", "陈桂兰", "孙丽", "马阳"])
def test_everyone_of_the_town_has_a_whole_page_in_both_languages(client: Client, who: str) -> None:
    from careline.channels.web import visitor as door
    from careline.values.assurance import Assurance

    town.settle(datetime.now(UTC), afresh=True)
    person = town.find(who)
    assert person is not None
    for language in ("zh", "en"):
        browser = Client(headers={"Accept-Language": language})
        browser.get("/my/sign-in")
        session = browser.session
        session.save()
        request = type("Request", (), {"session": session})()
        door.sign_in(request, person.msisdn, Assurance.LINE, datetime.now(UTC))
        session.save()
        browser.cookies["sessionid"] = str(session.session_key)
        for address in (HOME, "/my/usage", "/my/person"):
            shown = page(browser, address)
            assert "{" not in shown.partition("<main")[2].partition("</main>")[0]
            if language == "en":
                assert not re.search(r"[\u4e00-\u9fff]", words(browser, "/my/person"))


# A person.


def test_the_number_to_call_and_the_hours_are_there_for_everybody(client: Client) -> None:
    shown = page(client, "/my/person")
    assert 'href="tel:10086"' in shown
    assert "24 小时" in shown
    assert "<textarea" not in shown
    Queue.objects.update_or_create(name="care", defaults={"opens_at": time(8), "closes_at": time(20)})
    assert "每天 08:00 到 20:00" in words(client, "/my/person")


def ask_back(client: Client, key: str = "018f0000-0000-7000-8000-000000000001", about: str = "账单") -> Any:
    return client.post("/my/person", {"key": key, "words": about})


def test_a_customer_is_promised_a_call_once_however_often_it_is_pressed(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELINE_CALLBACK_URI", "sip:{number}@127.0.0.1")
    number = with_password()
    client = enter(number, PASSWORD)
    assert "<textarea" in page(client, "/my/person")
    first = ask_back(client, about="我的密码是 135790")
    assert "之前打给您" in first.content.decode()
    ask_back(client)
    ask_back(client, "018f0000-0000-7000-8000-000000000002")
    promised = Callback.objects.get()
    assert (promised.msisdn, promised.state, promised.queue) == (number.digits, "due", "care")
    assert promised.due_at - promised.promised_at == timedelta(minutes=60)


def test_out_of_hours_and_too_often_no_call_is_promised(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_CALLBACK_URI", "sip:{number}@127.0.0.1")
    number = with_password()
    client = enter(number, PASSWORD)
    for step in range(4):
        assert ask_back(client, f"018f0000-0000-7000-8000-00000000001{step}").status_code == 200
        Callback.objects.update(state="done")
    assert ask_back(client, "not a key").status_code == 409
    assert Callback.objects.count() == 4
    shut = (datetime.now(UTC) + timedelta(hours=10)).time(), (datetime.now(UTC) + timedelta(hours=11)).time()
    Queue.objects.update_or_create(name="care", defaults={"opens_at": shut[0], "closes_at": shut[1]})
    answer = ask_back(enter(with_password(), PASSWORD))
    assert (answer.status_code, "48 小时内答复" in answer.content.decode()) == (409, True)


def test_where_nobody_can_call_back_none_is_offered_or_promised(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELINE_CALLBACK_URI", raising=False)
    client = enter(with_password(), PASSWORD)
    assert "<textarea" not in page(client, "/my/person")
    assert ask_back(client).status_code == 409
    assert not Callback.objects.exists()


def test_who_has_not_signed_in_is_not_called_back(client: Client) -> None:
    assert ask_back(client).headers["Location"].startswith("/my/sign-in")
    assert not Callback.objects.exists()


def test_in_senior_mode_a_person_is_one_tap_away_on_every_page(enter: Enter) -> None:
    number = with_password()
    Subscriber.objects.filter(pk=number.digits).update(senior=True)
    client = enter(number, PASSWORD)
    for address in (HOME, "/my/usage", "/my/person", "/my/bills", "/my/services"):
        bar = page(client, address).partition('class="person-bar"')[2].partition("</div>")[0]
        assert 'href="tel:10086"' in bar
        assert 'href="/my/person"' in bar


@pytest.mark.parametrize(("uri", "said"), [("", "其他方式"), ("sip:{number}@127.0.0.1", "请回电")])
def test_the_senior_bar_promises_a_call_only_where_we_call_back(
    enter: Enter, monkeypatch: pytest.MonkeyPatch, uri: str, said: str
) -> None:
    monkeypatch.setenv("CARELINE_CALLBACK_URI", uri)
    number = with_password()
    Subscriber.objects.filter(pk=number.digits).update(senior=True)
    bar = page(enter(number, PASSWORD)).partition('class="person-bar"')[2].partition("</div>")[0]
    assert [one in bar for one in ("其他方式", "请回电")] == [one == said for one in ("其他方式", "请回电")]


def test_english_pages_hold_no_chinese_but_names(enter: Enter) -> None:
    client = enter(with_password(language="en"), PASSWORD, "en")
    for address in (HOME, "/my/usage", "/my/person"):
        assert not re.search(r"[\u4e00-\u9fff]", words(client, address)), address


def test_number_is_shown_masked_only(enter: Enter) -> None:
    number = fresh()
    shown = page(enter(number))
    assert number.masked() in shown
    assert number.national() not in shown
