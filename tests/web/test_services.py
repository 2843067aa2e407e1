"""Services on the page: found as by text, switched on and off by one tap, with what stands in the way said before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import Client

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.cases import faults
from careline.channels.web import pages
from careline.dialogue.book import Verb
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber
from careline.ledger.models import Attempt, OpenAttempt, Tally
from careline.outbox.models import Message
from careline.postgres import sql
from careline.selfcare import assortment, seeking
from careline.selfcare.belongings import Belongings
from careline.values.msisdn import Msisdn
from tests.halls import office, the_book
from tests.web.conftest import Enter, fresh
from tests.web.services_desk import form_of, pick, press, reply, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def hasty() -> Iterator[None]:
    """A hall whose carrier is silent at once."""
    serving = pages.reception().serving
    usual, serving.carrier = serving.carrier, office()
    yield
    serving.carrier = usual


_HOURS = count(1)
JANITOR = wiring.janitor()


def sweep() -> None:
    """The janitor's next round, an hour after the one before."""
    JANITOR.sweep(datetime.now(UTC) + timedelta(hours=next(_HOURS)))


def attempts(msisdn: Msisdn, service: str) -> list[tuple[str, str, str, str]]:
    rows = Attempt.objects.filter(msisdn=msisdn.digits, service=service).order_by("ended_at")
    return [(row.channel, row.verb, row.outcome, row.cause) for row in rows]


@pytest.mark.requirement("CH-03")
def test_without_any_staff_a_customer_searches_queries_and_switches_a_service_on_and_off(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    assert "来电显示" in text(client.get("/my/services?q=来显"))
    asked = press(client, client.get("/my/services/balance"), service="balance", verb="query")
    assert "100.00元" in text(asked)
    on = press(client, client.get("/my/services/caller_id"), service="caller_id", verb="subscribe")
    assert "办好了" in text(on)
    page = client.get("/my/services/caller_id")
    assert "已开通" in text(page)
    off = press(client, page, service="caller_id", verb="cancel")
    assert "办好了" in text(off)
    assert attempts(number, "caller_id") == [("web", "subscribe", "done", ""), ("web", "cancel", "done", "")]


@pytest.mark.parametrize(
    "sought",
    [
        "来电显示",
        "来显",
        "KTLDXS",
        "ktldxs",
        "laidianxianshi",
        "laidian",
        "LDXS",
        "caller id",
        "CALLER",
        "开通来电显示",
    ],
)
def test_what_is_found_by_text_is_found_here(enter: Enter, sought: str) -> None:
    page = text(enter().get("/my/services", {"q": sought}))
    assert 'href="/my/services/caller_id"' in page


def test_nothing_found_says_so_and_what_to_do(enter: Enter) -> None:
    page = text(enter().get("/my/services", {"q": "zzqqxx"}))
    assert "没有找到“zzqqxx”" in page
    assert "/my/person" in page


def test_every_kind_leads_to_services_and_each_service_to_a_page_in_both_languages(enter: Enter) -> None:
    for language in ("zh", "en"):
        client = enter(language=language)
        front = text(client.get("/my/services"))
        for group in {one.group for one in the_book().services.values()}:
            if f"group={group}" in front:
                assert client.get("/my/services", {"group": group}).status_code == 200
        for service in (
            "caller_id",
            "pkg_data",
            "call_forward",
            "balance",
            "sp_query_unsub",
            "my10086",
            "points_redeem",
        ):
            answer = client.get(f"/my/services/{service}")
            assert answer.status_code == 200, service
            assert "{" not in text(answer).split("<main")[1].split("</main>")[0], service


def test_a_service_of_another_region_has_no_page_here(enter: Enter) -> None:
    assert enter().get("/my/services/paper_401").status_code == 404
    assert enter().get("/my/services/<script>").status_code == 404


def test_each_tier_stands_with_its_price_and_another_takes_its_place(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    page = client.get("/my/services/pkg_data")
    assert form_of(page, tier="20")["agreed"] == "2000/month"
    press(client, page, tier="20")
    page = client.get("/my/services/pkg_data")
    assert "换成这个" in text(page)
    done = press(client, page, tier="50", verb="subscribe")
    assert "办好了" in text(done)
    held = text(client.get("/my/running"))
    assert "50元流量套餐" in held
    assert attempts(number, "pkg_data")[-1] == ("web", "subscribe", "done", "")


def test_what_is_on_already_is_said_in_words_of_its_own(enter: Enter) -> None:
    client = enter()
    pick(client, "caller_id", "subscribe", agreed="500/month")
    again = pick(client, "caller_id", "subscribe", agreed="500/month")
    assert "已经开着了" in text(again)
    assert "cause-already_on" in text(again)


def test_a_short_balance_is_said_before_the_customer_fails_and_again_when_they_try(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    page = text(client.get("/my/services/pkg_data"))
    assert "余额不够：需要 200.00元，现在有 120.00元" in page
    assert "/my/top-up" in page or "去充值" in page
    tried = text(pick(client, "pkg_data", "subscribe", tier="200", agreed="20000/month"))
    assert "余额不够" in tried
    assert attempts(number, "pkg_data") == [("web", "subscribe", "refused", "not_enough_money")]


def test_a_providers_fee_does_not_count_the_gift(enter: Enter) -> None:
    number = fresh("T2")
    sql.execute("UPDATE sandbox_account SET basic = 320 WHERE msisdn = %s", [number.digits])
    page = text(enter(number).get("/my/services/paper_401"))
    assert "需要 5.00元，基本账户只有 3.20元（赠送的 20.00元 不能付给第三方）" in page


def test_a_suspended_line_is_told_so_before_and_no_button_orders(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    sql.execute(
        "UPDATE sandbox_account SET status = 'suspended', basic = -10, suspended_on = '2026-11-01' WHERE msisdn = %s",
        [number.digits],
    )
    sql.execute("UPDATE identity_subscriber SET status = 'suspended' WHERE msisdn = %s", [number.digits])
    page = text(client.get("/my/services/caller_id"))
    assert "停机" in page
    assert 'name="verb" value="subscribe"' not in page


def test_orders_rest_at_the_months_end_and_the_page_says_so() -> None:
    book = the_book()
    last = datetime(2009, 11, 30, 15, 30, tzinfo=UTC)  # when this region's orders rested
    resting = next(
        table for table in book.tables.values() if table.region and any(one.rests(local(last)) for one in table.rests)
    )
    line = Subscriber(Msisdn("8613900000001"), brand=resting.brand or "gotone", region=resting.region or "")
    service = book.services["caller_id"]
    found = assortment.hurdle_of(book, line, service, service.actions[Verb.SUBSCRIBE], "", Belongings((), None), last)
    assert found is not None
    assert found.cause == "frozen"


def test_a_price_that_changed_since_the_page_was_shown_is_asked_back(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    asked = pick(client, "caller_id", "subscribe", agreed="100/month")
    page = text(asked)
    assert "请您确认" in page
    assert "5.00元/月" in page
    assert OpenAttempt.objects.filter(msisdn=number.digits, asking=True).exists()
    done = reply(client, asked, yes="yes")
    assert "办好了" in text(done)
    assert attempts(number, "caller_id") == [("web", "subscribe", "done", "")]


def test_a_no_charges_nothing(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    said = reply(client, pick(client, "caller_id", "subscribe"), yes="no")
    assert "没有办理" in text(said)
    assert attempts(number, "caller_id") == [("web", "subscribe", "abandoned", "declined")]


def test_the_same_form_sent_twice_is_done_once_and_shows_the_same_result(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    fields = form_of(client.get("/my/services/caller_id"), verb="subscribe")
    first = client.post("/my/pick", fields)
    again = client.post("/my/pick", fields)
    assert first.headers["Location"] == again.headers["Location"]
    assert text(client.get(first.headers["Location"])).count("办好了") >= 1
    assert len(attempts(number, "caller_id")) == 1


def test_a_result_can_be_loaded_again_and_belongs_to_one_customer(enter: Enter) -> None:
    client, stranger = enter(), enter()
    where = client.post(
        "/my/pick", {"key": "form-12345", "service": "caller_id", "verb": "subscribe", "agreed": "500/month"}
    )
    address = where.headers["Location"]
    assert "办好了" in text(client.get(address))
    assert "办好了" in text(client.get(address))
    assert stranger.get(address).status_code == 404
    assert client.get("/my/result/never-was-there").status_code == 404


def test_somebody_elses_question_cannot_be_answered(enter: Enter) -> None:
    number = fresh()
    client, stranger = enter(number), enter()
    asked = pick(client, "caller_id", "subscribe")
    tried = reply(stranger, asked, yes="yes")
    assert "这个问题已经过期" in text(tried)
    assert not attempts(number, "caller_id")
    assert "办好了" in text(reply(client, asked, yes="yes"))


def test_of_two_tabs_the_older_question_is_over_and_says_so(enter: Enter) -> None:
    client = enter()
    old = pick(client, "caller_id", "subscribe", key="tab-number-1")
    pick(client, "call_waiting", "subscribe", key="tab-number-2")
    late = text(reply(client, old, yes="yes"))
    assert "过期" in late
    assert "停在了一半" in text(client.get("/my/result/tab-number-1"))


def test_a_question_that_was_answered_shows_its_end_when_its_page_comes_back(enter: Enter) -> None:
    client = enter()
    asked = pick(client, "caller_id", "subscribe", key="asked-first")
    reply(client, asked, yes="yes")
    page = text(client.get("/my/result/asked-first"))
    assert "办好了" in page
    assert 'name="answers"' not in page


def test_what_was_typed_wrongly_is_named_and_kept_and_the_next_try_works(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    page = client.get("/my/services/call_forward")
    fields = form_of(page, service="call_forward", verb="subscribe")
    wrong = client.post("/my/pick", {**fields, "v.number": "12ab"}, follow=True)
    assert "有一项填得不对" in text(wrong)
    assert 'value="12ab"' in text(wrong)
    done = reply(client, wrong, **{"v.number": "13900000002"})
    assert "办好了" in text(done)
    outcomes = [row[2:] for row in attempts(number, "call_forward")]
    assert outcomes == [("failed", "wrong_parameter"), ("done", "")]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'; DROP TABLE ledger_open; --",
        "\x00",
        "{service}",
        "\u202e\U0001f600",
    ],
)
def test_nothing_that_is_typed_becomes_part_of_the_page(enter: Enter, hostile: str) -> None:
    client = enter()
    found = client.get("/my/services", {"q": hostile})
    assert found.status_code == 200
    assert "<script>alert" not in found.content.decode()
    assert "<img src=x" not in found.content.decode()
    answer = client.post(
        "/my/pick",
        {
            "key": "hostile-12345",
            "service": "call_forward",
            "verb": "subscribe",
            "agreed": "0/month",
            "v.number": hostile,
        },
        follow=True,
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "<img src=x" not in answer.content.decode()
    for field in ("service", "verb", "tier", "effect", "agreed", "next", "key"):
        sent = {"key": "hostile-54321", "service": "caller_id", "verb": "subscribe", field: hostile}
        page = client.post("/my/pick", sent, follow=True).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/my/", "/my/../staff", "javascript:alert(1)", "/my/\\evil"]
)
def test_nobody_is_led_off_the_pages(enter: Enter, onward: str) -> None:
    client = enter()
    answer = client.post(
        "/my/pick", {"key": "led-off-1234", "service": "balance", "verb": "query", "next": onward}, follow=True
    )
    page = text(answer)
    assert "evil" not in page
    assert "javascript:" not in page


def test_without_signing_in_nothing_is_posted() -> None:
    answer = Client().post("/my/pick", {"key": "nobody-12345", "service": "caller_id", "verb": "subscribe"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/my/sign-in")
    assert not Attempt.objects.exists()


def test_a_form_without_our_token_is_refused(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(
        "/my/pick", {"key": "forged-12345", "service": "caller_id", "verb": "subscribe", "agreed": "500/month"}
    )
    assert answer.status_code == 403
    assert not attempts(number, "caller_id")


def test_a_carrier_that_is_down_is_told_honestly_and_may_be_tried_again_by_a_button(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    stumbling.stumble("down")
    front = text(client.get("/my/services"))
    assert "暂时查不到您开通了哪些业务" in front
    failed = pick(client, "caller_id", "subscribe", agreed="500/month")
    assert "系统故障" in text(failed)
    stumbling.recover()
    assert "办好了" in text(press(client, failed, service="caller_id", verb="subscribe"))


def test_a_carrier_that_stays_silent_is_not_guessed_and_the_page_changes_once_it_is_known(
    enter: Enter, hasty: None
) -> None:
    number = fresh()
    client = enter(number)
    stumbling.stumble("silent", kind="switch_on")
    waiting = pick(client, "caller_id", "subscribe", key="silent-12345", agreed="500/month")
    assert "还在办" in text(waiting)
    assert "请不要重复办理" in text(waiting)
    assert OpenAttempt.objects.filter(msisdn=number.digits, unknown=True).count() == 1
    stumbling.recover()
    sweep()
    assert "后来查清了：已经办好" in text(client.get("/my/result/silent-12345"))
    assert attempts(number, "caller_id") == [("web", "subscribe", "done", "")]
    letter = Message.objects.filter(msisdn=number.digits, key="late.done").get()
    assert letter.channel == "sms"  # nobody looks at a page for hours


def test_an_order_that_never_reached_the_carrier_may_be_made_again(enter: Enter, hasty: None) -> None:
    client = enter()
    stumbling.stumble("silent_undone", kind="switch_on")
    pick(client, "caller_id", "subscribe", key="undone-12345", agreed="500/month")
    stumbling.recover()
    for _ in range(3):
        sweep()
    page = text(client.get("/my/result/undone-12345"))
    assert "没有办成，没有收费" in page
    assert "/my/services/caller_id" in page


def test_a_query_of_a_silent_carrier_has_failed(enter: Enter, hasty: None) -> None:
    client = enter()
    stumbling.stumble("silent", kind="account")
    failed = text(pick(client, "balance", "query"))
    assert "没有查到结果" in failed
    assert "再试一次" in failed


def test_a_known_fault_is_told_where_the_customer_lives_and_nowhere_else(enter: Enter) -> None:
    here, elsewhere = fresh("T5"), fresh("T2")
    faults.open("基站断电", "data", "yunling", by="test", now=datetime.now(UTC))
    told = text(enter(here).get("/my/services"))
    assert "已知问题" in told
    assert "基站断电" not in told  # what staff call it is theirs
    assert "已知问题" not in text(enter(elsewhere).get("/my/services"))


def test_what_many_order_here_stands_first() -> None:
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    for service, attempts_ in (("fetion", 3), ("voicemail", 9)):
        Tally.objects.create(
            hour=now - timedelta(days=2), shard=0, channel="sms", region="nowhere", brand="gotone", table="T5",
            service=service, verb="subscribe", outcome="done", cause="", version=1, attempts=attempts_,
        )  # fmt: skip
    assert seeking.popular("nowhere", now) == ("voicemail", "fetion")
