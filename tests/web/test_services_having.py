"""What is on and who ordered it, what third parties charge, the personal menu and the service password, on pages."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.charging import Charged, written
from careline.carrier.adapters.sandbox.opening import Held
from careline.demo.town import FRESH_ID_NUMBER
from careline.dialogue.saying import local
from careline.identity import recognising
from careline.ledger.models import Arrived, Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.postgres import sql
from careline.selfcare import own_menu
from careline.selfcare.third_party import third_party
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.period import Month
from tests.halls import Hall, the_book
from tests.web.conftest import PASSWORD, Enter, fresh, with_password
from tests.web.services_desk import form_of, pick, press, text

pytestmark = pytest.mark.django_db

FRIENDS = Held(
    "mobile_secretary", Text("移动小秘书", "Mobile Secretary"), 300, days_ago=12, by="line:8613800001234", channel="sms"
)
FORWARDED = Held("call_forward", Text("呼叫转移", "Call forwarding"), days_ago=4, settings={"number": "13911112222"})
PAPERS = tuple(
    Held(f"paper_{number}", Text(name, name), 500, paid_to=provider, days_ago=days, by=by, channel="sms")
    for number, name, provider, days, by in (
        ("402", "VOGUE时尚", "彩页传媒", 70, "subscriber"),
        ("404", "中国国家地理", "远山科普", 33, "provider"),
        ("418", "中广财经", "金桥财讯", 20, "agent:7"),
    )
)
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


@pytest.mark.requirement("VER-06")
def test_the_page_says_who_ordered_what_when_how_and_masks_another_line(enter: Enter) -> None:
    page = text(enter(fresh(held=[FRIENDS, FORWARDED])).get("/my/running"))
    assert "他人号码138****1234（短信）" in page
    assert "不是您自己开的" in page
    assert "8613800001234" not in page
    assert "13800001234" not in page
    assert "139****2222" in page
    assert "13911112222" not in page
    assert "3.00元" in page


def test_what_was_switched_on_and_off_stands_in_the_history_with_channel(enter: Enter) -> None:
    client = enter()
    pick(client, "caller_id", "subscribe", agreed="500/month")
    pick(client, "caller_id", "cancel", agreed="500/month")
    page = text(client.get("/my/running"))
    assert "现在没有开通的业务" in page
    assert "开通 来电显示" in page
    assert "取消 来电显示" in page
    assert "您本人（网上）" in page


def test_one_tap_ends_a_thing_and_leads_back_to_the_list(enter: Enter) -> None:
    number = fresh("T3", held=[FRIENDS])
    client = enter(number)
    done = press(client, client.get("/my/running"), service="mobile_secretary", verb="cancel")
    assert "办好了" in text(done)
    assert 'href="/my/running"' in text(done)
    assert Attempt.objects.filter(msisdn=number.digits, service="mobile_secretary", outcome="done").count() == 1
    assert "移动小秘书</a></h2>" not in text(client.get("/my/running"))


def test_when_the_carrier_is_away_the_pages_say_so_and_nothing_untrue(enter: Enter) -> None:
    client = enter(fresh(held=[FRIENDS, *PAPERS]))
    stumbling.stumble("down")
    for address in ("/my/running", "/my/third-party", "/my/services/caller_id", "/my/services", "/my/menu"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "现在没有开通的业务" not in text(answer)
        assert "没有第三方在收您的钱" not in text(answer)
        assert "没有第三方收费。" not in text(answer)


def test_everything_of_third_parties_stands_on_one_page_and_one_tap_ends_all(enter: Enter) -> None:
    number = fresh("T3", held=PAPERS)
    client = enter(number)
    page = client.get("/my/third-party")
    assert "每月合计 15.00元" in text(page)
    for provider in ("彩页传媒", "远山科普", "金桥财讯"):
        assert provider in text(page)
    numbers = [held for held in re.findall(r'name="v.picked" value="([0-9,]+)"', page.content.decode()) if "," in held]
    done = press(client, page, service="sp_query_unsub", **{"v.picked": numbers[0]})
    assert "办好了" in text(done)
    assert "没有第三方在收您的钱" in text(client.get("/my/third-party"))
    [attempt] = Attempt.objects.filter(msisdn=number.digits, service="sp_query_unsub")
    assert (attempt.channel, attempt.verb, attempt.outcome) == ("web", "cancel", "done")


def test_of_third_parties_one_or_some_can_be_ended(enter: Enter) -> None:
    client = enter(fresh("T3", held=PAPERS))
    page = client.get("/my/third-party")
    form = form_of(page, service="sp_query_unsub", verb="cancel")
    numbers = re.findall(r'type="checkbox"[^>]*value="(\d+)"', page.content.decode())
    assert len(numbers) == 3
    form.pop("v.picked", None)
    client.post("/my/pick", {**form, "v.picked": numbers[:2]})
    left = text(client.get("/my/third-party"))
    assert "每月合计 5.00元" in left


def test_another_customers_holding_cannot_be_ended_by_its_number(enter: Enter) -> None:
    victim, thief = fresh("T3", held=PAPERS), fresh("T3")
    numbers = re.findall(r'type="checkbox"[^>]*value="(\d+)"', enter(victim).get("/my/third-party").content.decode())
    pick(enter(thief), "sp_query_unsub", "cancel", agreed="0/month", **{"v.picked": numbers[0]})
    held = sql.run("SELECT count(*) FROM sandbox_holding WHERE msisdn = %s AND ends_at IS NULL", [victim.digits])
    assert held[0][0] == 3


def test_what_third_parties_took_is_added_up_by_provider(enter: Enter) -> None:

    number = fresh("T3", held=PAPERS[:1])
    taken = [Charged("paper_402", 500, Text("VOGUE时尚", "VOGUE Fashion"), "彩页传媒"), Charged("long", 100)]
    _billed(number, taken)
    now = datetime.now(UTC)
    line = recognising.recognise([number])[number]
    found = third_party(the_book(), line, wiring.office(), now, channel="web", time_limit_seconds=5)
    assert [(one.name, one.fen) for one in found.providers] == [("彩页传媒", 500)]
    assert "最近 6 个月一共收了 5.00元" in text(enter(number).get("/my/third-party"))


def _billed(number: Msisdn, records: list[Charged]) -> None:
    """Last month's bill with these records in place of its own."""

    month = Month.of(local(datetime.now(UTC)).date()).plus(-1)
    items = [written(one, month.first) for one in records]
    sql.execute(
        "INSERT INTO sandbox_bill (msisdn, month, total, paid, items) VALUES (%s, %s::int, %s::bigint, %s::bigint, %s::jsonb)"
        " ON CONFLICT (msisdn, month) DO UPDATE SET items = excluded.items, total = excluded.total, paid = excluded.paid",
        [
            number.digits,
            month.year * 100 + month.month,
            sum(r.fen for r in records),
            sum(r.fen for r in records),
            json.dumps(items),
        ],
    )


# --- the personal menu


def test_the_menu_is_switched_on_filled_ordered_and_heard_by_text_as_it_stands(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    on = press(client, client.get("/my/menu"), service="my10086", verb="subscribe")
    assert "办好了" in text(on)
    for spelling in ("CXYE", "KTLDXS"):
        client.post("/my/menu", {"do": "add", "what": spelling})
    client.post("/my/menu", {"do": "up", "what": "KTLDXS"})
    kept = recognising.recognise([number])[number].menu
    assert [one.upper() for one in kept] == ["KTLDXS", "CXYE"]
    heard = Hall().say(number, "我的10086")
    assert heard.letter is not None
    assert heard.letter.text.index("来电显示") < heard.letter.text.index("余额")
    client.post("/my/menu", {"do": "remove", "what": "KTLDXS"})
    assert [one.upper() for one in recognising.recognise([number])[number].menu] == ["CXYE"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"do": "add", "what": "NOSUCHCODE"}, "没有这一项"),
        ({"do": "remove", "what": "CXYE"}, "已经不在菜单里了"),
        ({"do": "explode", "what": "CXYE"}, "没有这一项"),
        ({"do": "add", "what": "<script>alert(1)</script>"}, "没有这一项"),
    ],
)
def test_what_cannot_be_done_to_the_menu_is_said(enter: Enter, sent: dict[str, str], told: str) -> None:
    client = enter()
    pick(client, "my10086", "subscribe", agreed="0/month")
    page = client.post("/my/menu", sent, follow=True)
    assert told in text(page)
    assert "<script>alert" not in page.content.decode()


def test_a_menu_holds_as_many_entries_as_the_catalogue_says(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    pick(client, "my10086", "subscribe", agreed="0/month")
    line = recognising.recognise([number])[number]
    choosable = own_menu.choosable(the_book(), line, datetime.now(UTC))
    spellings = [deeds[0].spelling for _, deeds in choosable][:11]
    for spelling in spellings:
        last = client.post("/my/menu", {"do": "add", "what": spelling}, follow=True)
    assert len(recognising.recognise([number])[number].menu) == own_menu.limit(the_book())
    assert "放不下了" in text(last)


def test_a_menu_that_is_off_is_not_changed(enter: Enter) -> None:
    number = fresh()
    page = enter(number).post("/my/menu", {"do": "add", "what": "CXYE"}, follow=True)
    assert "先开通再改" in text(page)
    assert recognising.recognise([number])[number].menu == ()


# --- the service password


def _kept_anywhere(secret: str) -> list[str]:
    """Where this is written down, among all that the hall keeps."""
    found = []
    for name, rows in (
        ("ledger", Attempt.objects.values_list("parameters", "carrier_words")),
        ("open", OpenAttempt.objects.values_list("job", "parameters")),
        ("inbox", Arrived.objects.values_list("said", "steps")),
        ("letters", Message.objects.values_list("text")),
        ("conversations", sql.run("SELECT state FROM hall_conversation")),
        ("sessions", [(str(one.get_decoded()),) for one in Session.objects.all()]),
    ):
        if any(secret in str(row) for row in rows):
            found.append(name)
    return found


def test_the_password_is_changed_and_what_was_typed_is_kept_nowhere(
    enter: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    number = with_password()
    client = enter(number)
    sent = {"key": "password-123", "do": "change", "v.old": PASSWORD, "v.new": "975318", "again": "975318"}
    done = client.post("/my/service-password", sent, follow=True)
    assert "办好了" in text(done)
    assert "新密码马上可用" in text(done)
    assert PASSWORD not in text(done)
    assert "975318" not in text(done)
    assert not _kept_anywhere("975318")
    assert "975318" not in caplog.text
    enter(number, password="975318")


def test_a_wrong_old_password_is_counted_and_not_shown_again(enter: Enter) -> None:
    client = enter(with_password())
    sent = {"key": "password-124", "do": "change", "v.old": "111222", "v.new": "975318", "again": "975318"}
    page = text(client.post("/my/service-password", sent, follow=True))
    assert "对不上" in page
    assert "还可以再试" in page
    assert "111222" not in page
    assert "/my/service-password" in page
    assert not _kept_anywhere("111222")


def test_two_different_new_passwords_are_sent_nowhere(enter: Enter) -> None:
    number = with_password()
    client = enter(number)
    sent = {"key": "password-125", "do": "change", "v.old": PASSWORD, "v.new": "975318", "again": "975319"}
    answer = client.post("/my/service-password", sent)
    assert answer.status_code == 422
    assert "两次输入的新密码不一样" in text(answer)
    assert "975318" not in text(answer)
    assert not Attempt.objects.filter(msisdn=number.digits, service="password").exists()


def test_a_first_password_is_applied_for_with_the_owners_id_number(enter: Enter) -> None:

    number = fresh()
    client = enter(number)
    given = FRESH_ID_NUMBER.reveal()
    page = client.post("/my/service-password", {"key": "password-126", "do": "set", "v.id_number": given}, follow=True)
    assert "服务密码已设好" in text(page)
    assert given not in text(page)
    assert not _kept_anywhere(given)
    again = client.post("/my/service-password", {"key": "password-127", "do": "set", "v.id_number": given}, follow=True)
    assert "已经有服务密码" in text(again)


def test_a_wrong_shape_of_secret_is_named_without_showing_it(enter: Enter) -> None:
    client = enter(with_password())
    sent = {"key": "password-128", "do": "change", "v.old": PASSWORD, "v.new": "abc<b>xyz", "again": "abc<b>xyz"}
    page = client.post("/my/service-password", sent, follow=True)
    assert "abc" not in text(page).split("<main")[1]
    assert not _kept_anywhere("abc<b>xyz")


def test_looking_at_what_is_on_is_the_same_query_as_by_text_once_a_visit(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    for _ in range(3):
        client.get("/my/running")
    client.get("/my/third-party")
    asked = Attempt.objects.filter(msisdn=number.digits, verb="query").order_by("service")
    assert [(one.service, one.channel, one.outcome) for one in asked] == [
        ("my_services", "web", "done"),
        ("sp_query", "web", "done"),
    ]
