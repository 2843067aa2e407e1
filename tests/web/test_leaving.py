"""Leaving in the web hall: plain, with care, never in the way; and recommendations with their three answers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.charging import Charged
from careline.carrier.adapters.sandbox.opening import Held, Opening, open_lines
from careline.carrier.port import Request
from careline.cases import opening
from careline.channels.web import visitor
from careline.channels.web.leaving import card
from careline.identity import preferences, recognising
from careline.identity.records import OneTimeCode
from careline.ledger.models import Attempt
from careline.offers import leaving
from careline.offers.models import Grant, Leaving, Showing
from careline.offers.recommending import Suggestion
from careline.outbox.models import Message
from careline.values.assurance import Assurance
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.period import Month
from careline.values.reference import new_reference
from careline.wiring import doorman
from tests.web.conftest import PASSWORD, Enter, code_for, fresh, with_password

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def texts(msisdn: Msisdn) -> list[str]:
    return [row.key for row in Message.objects.filter(msisdn=msisdn.digits).order_by("created_at", "id")]


def ask(browser: Client, reason: str = "price") -> None:
    answer = browser.post("/my/leaving/reason", {"reason": reason, "words": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/leaving/card")


def next_month() -> str:
    return str(Month.of(timezone.localdate()).plus(1).first)


def payer(**given: object) -> Msisdn:
    """Somebody who paid 38.00 for data besides the plan last month."""
    number = Msisdn(f"8619{abs(hash(new_reference()[0])) % 10**9:09d}")
    opening_ = {"basic": 9_000, "charged": {1: [Charged("data", 3_800)]}} | given
    open_lines([Opening(number, "easyown", "shuoyuan", **opening_)], now())  # type: ignore[arg-type]
    recognising.remember(Sandbox().lines([number]).values(), now())
    return number


def tip(msisdn: Msisdn, moment: str = "home") -> Suggestion | None:
    subscriber = recognising.recognise([msisdn])[msisdn]
    return card.tip(visitor.Visitor(msisdn, subscriber, Assurance.LINE, now()), moment)


def complain(msisdn: Msisdn) -> None:
    subscriber = recognising.recognise([msisdn])[msisdn]
    opening.accept(
        opening.NewCase(
            key=f"test:{new_reference()[0]}", msisdn=msisdn, kind="complaint", words="不对", category="billing",
            channel="web", language=subscriber.language, brand=subscriber.brand, region=subscriber.region,
        ),
        by="subscriber", now=now(),
    )  # fmt: skip


@pytest.mark.requirement("RET-01")
def test_leaving_asks_why_offers_and_lets_go_in_the_same_flow(enter: Enter) -> None:
    number = with_password(held=[Held("pkg_data", Text("20元流量套餐", "20-yuan data package"), 2000, tier="20")])
    browser = enter(number, PASSWORD, language="en")
    looked = browser.get("/my/leaving").content.decode()
    assert "CNY 100.00" in looked
    assert not Leaving.objects.exists(), "looking begins nothing"
    ask(browser)
    page = browser.get("/my/leaving/card").content.decode()
    assert page.count('value="later"') >= 2, "each offer has its own no"
    assert "/my/leaving/confirm" in page
    [first, *_] = leaving.shown_on(str(Leaving.objects.get().pk))
    browser.post(f"/my/offers/{first.pk}", {"answer": "later", "next": "/my/leaving/card"})
    assert Showing.objects.get(pk=first.pk).answer == "later"
    done = browser.post("/my/leaving/confirm", {"day": next_month()})
    assert done.headers["Location"] == "/my/leaving"
    row = Leaving.objects.get()
    assert (row.state, str(row.effective_on), row.reason) == ("agreed", next_month(), "price")
    assert row.effective_on is not None
    assert row.kept_until == row.effective_on + timedelta(days=90)
    assert [step.did for step in row.steps.order_by("pk")] == ["asked", "closing", "agreed"]
    assert texts(number)[-3:] == ["leaving.asked", "leaving.agreed", "leaving.money"]
    assert "Stay after all" in browser.get("/my/leaving").content.decode()


def test_until_the_day_comes_leaving_is_taken_back(enter: Enter) -> None:
    browser = enter(number := with_password(), PASSWORD)
    ask(browser, "unused")
    browser.post("/my/leaving/confirm", {"day": next_month()})
    browser.post("/my/leaving/back")
    assert Leaving.objects.get().state == "withdrawn"
    [(_, account)] = Sandbox().ask([Request("look", number, "account")], now=now(), time_limit_seconds=5)
    assert account.facts["closing_on"] is None  # type: ignore[union-attr]
    assert texts(number)[-1] == "leaving.withdrawn"


def test_without_the_service_password_a_code_for_this_very_step_is_asked(enter: Enter) -> None:
    browser = enter(number := fresh())
    ask(browser)
    assert browser.post("/my/leaving/confirm", {"day": next_month()}).status_code == 400
    assert Leaving.objects.get().state == "asked"
    OneTimeCode.objects.update(
        asked_at=now() - timedelta(minutes=5)
    )  # that of signing in: two in a moment are not sent
    browser.post("/my/leaving/code")
    wrong = "000000" if code_for(number) != "000000" else "111111"
    assert browser.post("/my/leaving/confirm", {"day": next_month(), "code": wrong}).status_code == 400
    assert Leaving.objects.get().state == "asked"
    browser.post("/my/leaving/confirm", {"day": next_month(), "code": code_for(number)})
    assert Leaving.objects.get().state == "agreed"


def test_nobody_leaves_for_a_day_of_their_own_or_with_a_debt(enter: Enter) -> None:
    browser = enter(number := with_password(), PASSWORD)
    ask(browser)
    for day in ("2020-01-01", "", str(timezone.localdate()), "2999-12-31"):
        assert browser.post("/my/leaving/confirm", {"day": day}).status_code == 400
    owing = {"amount": 50_000, "product": "sp_x", "paid_to": "x", "name_zh": "某", "name_en": "x"}
    list(Sandbox().ask([Request("debt", number, "charge", "", owing)], now=now(), time_limit_seconds=5))
    page = browser.post("/my/leaving/confirm", {"day": next_month()})
    assert (page.status_code, "欠费" in page.content.decode()) == (400, True)
    assert Leaving.objects.get().state == "asked"


def test_a_carrier_that_is_away_agrees_to_nothing_and_says_so(enter: Enter) -> None:
    browser = enter(with_password(), PASSWORD)
    ask(browser)
    stumbling.stumble("down", kind="holdings")
    assert browser.get("/my/leaving/confirm").status_code == 503
    assert browser.get("/my/leaving").status_code == 503
    stumbling.recover()


def test_silence_of_the_carrier_is_settled_by_asking_again(enter: Enter) -> None:
    browser = enter(with_password(), PASSWORD)
    ask(browser)
    stumbling.stumble("silent", kind="close_line")
    row = Leaving.objects.get()
    quick = doorman()
    quick.carrier = Sandbox(waits=False)
    quick.leave(str(row.pk), Month.of(timezone.localdate()).plus(1).first, by="subscriber", now=now())
    assert Leaving.objects.get().state == "closing"
    assert "正在办理" in browser.get("/my/leaving").content.decode()
    stumbling.recover()
    assert quick.sweep(now() + timedelta(minutes=1)) == 1
    assert Leaving.objects.get().state == "agreed"
    assert quick.sweep(now() + timedelta(minutes=2)) == 0


def test_the_gift_for_staying_is_given_once_and_ends_the_leaving(enter: Enter) -> None:
    browser = enter(number := with_password(), PASSWORD)
    ask(browser, "other")
    browser.get("/my/leaving/card")
    shown = Showing.objects.get(offer="stay_20")
    for _ in range(2):
        browser.post(f"/my/offers/{shown.pk}", {"answer": "yes"})
    assert (Leaving.objects.get().state, Leaving.objects.get().stayed_with) == ("stayed", "stay_20")
    [grant] = Grant.objects.all()
    assert (grant.state, grant.fen, sorted(grant.entries.values_list("fen", flat=True))) == (
        "given",
        2000,
        [-2000, 2000],
    )
    [(_, account)] = Sandbox().ask([Request("look", number, "account")], now=now(), time_limit_seconds=5)
    assert account.facts["gift"] == 4_000  # type: ignore[union-attr]


def test_in_a_dispute_the_card_recommends_nothing_and_leaving_goes_on(enter: Enter) -> None:
    number = with_password()
    complain(number)
    browser = enter(number, PASSWORD, language="en")
    ask(browser)
    page = browser.get("/my/leaving/card").content.decode()
    assert "we recommend nothing" in page
    assert "/my/leaving/confirm" in page
    assert not Showing.objects.exists()


def test_a_recommendation_says_what_it_saves_and_yes_buys_it_at_that_price(enter: Enter) -> None:
    number = payer()
    found = tip(number)
    assert found is not None
    month = str(Month.of(timezone.localdate()).plus(-1))
    assert (found.offer.id, found.price, found.saves) == ("data_pack_20", 2000, 1800)
    assert "38.00" in found.reason.zh
    assert f"{int(month[5:])}月" in found.reason.zh
    again = tip(number)
    assert again is not None
    assert again.showing == found.showing, "one visit, one showing"
    browser = enter(number)
    answer = browser.post(f"/my/offers/{found.showing}", {"answer": "yes", "next": "/my/"})
    assert (
        answer.headers["Location"].startswith(f"/my/result/{found.showing}")
        or found.showing in answer.headers["Location"]
    )
    row = Showing.objects.get(pk=found.showing)
    assert row.attempt is not None
    attempt = Attempt.objects.get(pk=row.attempt)
    assert (row.answer, attempt.service, attempt.outcome, attempt.channel) == ("accepted", "pkg_data", "done", "web")
    browser.post(f"/my/offers/{found.showing}", {"answer": "yes", "next": "/my/"})
    assert Attempt.objects.filter(service="pkg_data").count() == 1


@pytest.mark.requirement("MKT-02")
def test_not_now_is_silent_for_the_days_of_the_offer_and_never_is_for_good(enter: Enter) -> None:
    number = payer()
    browser = enter(number)
    found = tip(number)
    assert found is not None
    browser.post(f"/my/offers/{found.showing}", {"answer": "later", "next": "/my/"})
    assert tip(number) is None or tip(number).offer.id != found.offer.id  # type: ignore[union-attr]
    Showing.objects.update(shown_at=now() - timedelta(days=31), answered_at=now() - timedelta(days=31))
    later = tip(number)
    assert later is not None
    assert later.offer.id == found.offer.id
    browser.post(f"/my/offers/{later.showing}", {"answer": "never", "next": "/my/"})
    Showing.objects.update(shown_at=now() - timedelta(days=400), answered_at=now() - timedelta(days=400))
    assert tip(number) is None
    assert preferences.of(number).wanted["offers"] is False


def test_nobody_answers_for_somebody_else(enter: Enter) -> None:
    found = tip(payer())
    assert found is not None
    stranger = enter()
    for answer in ("yes", "later", "never"):
        assert stranger.post(f"/my/offers/{found.showing}", {"answer": answer}).status_code == 404
    assert Showing.objects.get(pk=found.showing).answer == ""


def test_words_of_the_reason_are_masked_and_shown_as_text(enter: Enter) -> None:
    browser = enter(with_password(), PASSWORD)
    browser.post("/my/leaving/reason", {"reason": "other", "words": "<script>x</script> 13912345678"})
    assert "13912345678" not in Leaving.objects.get().words
    assert "<script>x" not in re.sub(r"<script src.*?</script>", "", browser.get("/my/leaving/reason").content.decode())
