"""Me: disputes, cases as parcels, messages and which are wanted."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.port import Answer, Request
from careline.cases.models import Case, Contact, Event
from careline.cases.reporting import reports
from careline.cases.states import State
from careline.hall import reminding
from careline.identity import preferences
from careline.outbox import posting
from careline.outbox.models import Message
from careline.outbox.posting import Letter
from careline.refunds.models import Refund
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.cases.desk import led, settled
from tests.halls import the_book
from tests.web.billed import DISCOUNT, JOKE, SECRETARY, STRANGER, XSS, billed, field, item, last_month, plain, read
from tests.web.conftest import Enter, fresh


def dispute_of(place: int) -> str:
    return f"/my/bills/{last_month()}/{item(place)}/dispute"


def disputed(client: Client, place: int, words: str = "", key: str = "") -> str:
    """Press the button of the form; where it leads."""
    page = read(client, dispute_of(place))
    answer = client.post(dispute_of(place), {"key": key or field(page, "key"), "words": words})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer.headers["Location"]


def told(number: Msisdn, text: str, key: str = "notice.opened_by_others", hours_ago: float = 1) -> str:
    """A notice that this number got; its id."""
    id, at = new_reference()[0], datetime.now(UTC) - timedelta(hours=hours_ago)
    posting.post([Letter(id, number, "sms", "test", "10086", text, key)], now=at, due_at=at)
    return id


def test_a_dispute_says_what_follows_and_opens_one_case_with_one_refund(enter: Enter) -> None:
    number = billed()
    client = enter(number, language="en")
    form = plain(read(client, dispute_of(JOKE)))
    assert "What happens next" in form
    assert "the money is back in your account by" in form
    way = disputed(client, JOKE, "I agreed to three")
    case = Case.objects.get(msisdn=number.digits)
    assert (case.category, case.matter, case.channel, case.kind) == ("third_party", item(JOKE), "web", "complaint")
    assert "I agreed to three" in case.words
    assert way == f"/my/cases/{case.docket}"
    assert f"number {case.docket}" in plain(read(client, way))
    refund = Refund.objects.get(msisdn=number.digits)
    assert (refund.docket, refund.item, refund.state) == (case.docket, item(JOKE), "requested")
    assert "Being checked" in plain(read(client, f"/my/bills/{last_month()}"))
    assert f"It is being checked: number {case.docket}" in plain(read(client, f"/my/bills/{last_month()}/{item(JOKE)}"))


def test_pressing_twice_and_disputing_again_is_one_case(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    page = read(client, dispute_of(SECRETARY))
    key = field(page, "key")
    first, second = (client.post(dispute_of(SECRETARY), {"key": key, "words": ""}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert client.get(dispute_of(SECRETARY)).status_code == 302, "there is nothing more to send"
    late = client.post(dispute_of(SECRETARY), {"key": "another", "words": "again"})
    assert late.headers["Location"] == f"/my/bills/{last_month()}/{item(SECRETARY)}"
    assert Case.objects.filter(msisdn=number.digits).count() == 1
    assert Refund.objects.filter(msisdn=number.digits).count() == 1


def test_two_charges_are_two_matters_and_a_discount_is_asked_about_without_a_refund(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    ways = {disputed(client, place) for place in (JOKE, STRANGER, DISCOUNT)}
    assert len(ways) == 3
    assert Refund.objects.filter(msisdn=number.digits).count() == 2


def test_a_dispute_goes_on_after_a_crash_between_case_and_refund(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    disputed(client, JOKE, key="the-same")
    Refund.objects.all().delete()
    client.post(dispute_of(JOKE), {"key": "the-same", "words": ""})
    assert Refund.objects.get(msisdn=number.digits).docket == Case.objects.get(msisdn=number.digits).docket


def test_markup_in_words_stays_words_everywhere(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    way = disputed(client, JOKE, XSS)
    for address in (way, "/my/cases"):
        page = read(client, address)
        assert XSS not in page
        assert "&lt;script&gt;" in page


def test_nobody_disputes_without_a_carrier_that_knows_the_charge_nor_too_often(enter: Enter) -> None:
    number = billed()
    client = enter(number)
    other = enter(fresh())
    assert other.post(dispute_of(JOKE), {"key": "k", "words": "mine?"}).status_code == 404
    stumbling.stumble("down", msisdns=[number])
    assert client.post(dispute_of(JOKE), {"key": "k", "words": ""}).status_code == 503
    assert not Case.objects.exists()
    stumbling.recover()
    for place in range(1, 7):
        assert client.post(dispute_of(place), {"key": f"k{place}", "words": ""}).status_code == 302
    assert client.post(dispute_of(7), {"key": "k7", "words": ""}).status_code == 429
    assert Case.objects.filter(msisdn=number.digits).count() == 6


def test_a_dispute_needs_its_form(enter: Enter) -> None:
    number = billed()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = enter(number).cookies
    assert strict.post(dispute_of(JOKE), {"key": "k", "words": ""}).status_code == 403


@pytest.mark.parametrize("state", [state for state in State if state is not State.REPLIED])
def test_a_case_of_every_state_shows_its_way_in_both_languages(enter: Enter, state: State) -> None:
    settled()
    number = fresh()
    docket = led(state, now=datetime.now(UTC) - timedelta(hours=1), msisdn=number)
    client = enter(number)
    for language, received in (("en", "Received"), ("zh", "已收到")):
        client.post("/my/speak", {"language": language})
        page = read(client, f"/my/cases/{docket}")
        assert page.count("<h1>") == 1
        assert received in page
        assert "wang" not in page
        assert docket in read(client, "/my/cases")
        if state not in (State.ARCHIVED, State.CLOSED):
            assert 'aria-current="step"' in page


def test_the_deeds_of_a_case_are_those_of_its_link(enter: Enter) -> None:
    settled()
    number = fresh()
    docket = led(State.CONFIRMING, now=datetime.now(UTC) - timedelta(hours=1), msisdn=number)
    client = enter(number, language="en")

    def do(deed: str, **sent: str) -> str:
        version = field(read(client, f"/my/cases/{docket}"), "version")
        assert client.post(f"/my/cases/{docket}/{deed}", {"version": version, **sent}).status_code == 302
        return plain(read(client, f"/my/cases/{docket}"))

    assert "We look at it again" in do("unsatisfied", words="not yet")
    assert "It is noted" in do("add", words=XSS)
    assert "It is urgent now" in do("urge")
    assert "within this hour already" in do("urge")
    assert "That cannot be done now" in do("satisfied")
    assert client.post(f"/my/cases/{docket}/pay_me", {}).status_code == 404
    assert XSS not in read(client, f"/my/cases/{docket}")


def test_a_case_of_another_is_not_there_to_be_read_or_touched(enter: Enter) -> None:
    settled()
    docket = led(State.ANALYSING, now=datetime.now(UTC) - timedelta(hours=1), msisdn=fresh())
    client = enter(fresh())
    assert client.get(f"/my/cases/{docket}").status_code == 404
    assert client.post(f"/my/cases/{docket}/urge", {}).status_code == 404
    assert client.get("/my/cases/9999999999").status_code == 404
    assert f'href="/my/cases/{docket}"' not in read(client, f"/my/cases?after={docket}")
    assert not Event.objects.filter(case__docket=docket, did="urged").exists()


def test_cases_are_paged_without_losing_or_repeating_one(enter: Enter) -> None:
    number = fresh()
    now = datetime.now(UTC)
    dockets = {led(State.ACCEPTED, now=now, msisdn=number, matter=str(n), category="billing") for n in range(13)}
    client = enter(number)
    first = read(client, "/my/cases")
    after = first.split("?after=")[1].split('"')[0]
    second = read(client, f"/my/cases?after={after}")
    shown = [{docket for docket in dockets if f"/my/cases/{docket}" in page} for page in (first, second)]
    assert shown[0] | shown[1] == dockets
    assert not shown[0] & shown[1]


@pytest.mark.requirement("CH-11")
def test_the_form_of_a_complaint_proposes_the_notice_that_provoked_it_and_reports_count_by_template(
    enter: Enter,
) -> None:
    number, friend = fresh(), fresh()
    # A friend opens something at the carrier, which deducts its fee: the hall sends the notice of it.
    terms = {"fee": 500, "per": "month", "name_zh": "星座运势", "name_en": "Horoscope", "paid_to": "星语网络"}
    opening = Request(
        new_reference()[0], number, "switch_on", "sp_star", terms, by=f"line:{friend.digits}", channel="shop"
    )
    at = datetime.now(UTC)
    [(_, taken)] = wiring.carrier().ask([opening], now=at, time_limit_seconds=5)
    assert isinstance(taken, Answer)
    assert taken.facts["fee"] == 500
    assert reminding.tell_owners(wiring.carrier(), the_book(), at, link="test") == 1
    letter = Message.objects.get(msisdn=number.digits, key=reminding.OPENED)
    assert "星座运势" in letter.text
    assert "5.00元/月" in letter.text
    notice = str(letter.pk)
    told(number, "您的验证码", "portal.code")
    client = enter(number)
    form = read(client, "/my/cases/new?about=third_party")
    assert f'<option value="{notice}" selected>' in form
    sent = {"key": field(form, "key"), "words": "我没有订过", "q-provider": "星语网络", "notice": notice}
    docket = client.post("/my/cases/new?about=third_party", sent).headers["Location"].rsplit("/", 1)[1]
    event = Event.objects.get(case__docket=docket, did="provoked")
    assert event.detail == {"notice": notice, "key": "notice.opened_by_others"}
    assert "由这条通知引起" in read(client, f"/my/cases/{docket}")
    now = datetime.now(UTC)
    table = reports.report(now - timedelta(days=1), now + timedelta(seconds=1), now)["tables"]["notices"]
    assert table == [{"template": "notice.opened_by_others", "complaints": 1}]


@pytest.mark.requirement("CH-11")
def test_the_public_form_of_complaints_proposes_it_too_but_never_another_numbers_letter(enter: Enter) -> None:
    number, other = fresh(), fresh()
    notice, foreign = told(number, "话费提醒：已扣 5.00元"), told(other, "别人的短信")
    client = enter(number)
    form = read(client, "/complain/tell?about=billing")
    assert f'<option value="{notice}" selected>' in form
    assert "别人的短信" not in read(client, f"/complain/tell?about=billing&notice={foreign}")
    client.post(
        "/complain/tell?about=billing",
        {"key": "k", "words": "多收了", "q-month": "2026-10", "q-item": "x", "notice": foreign},
    )
    assert Case.objects.filter(msisdn=number.digits).count() == 1
    assert not Event.objects.filter(did="provoked").exists()


def test_telling_from_the_hall_needs_no_second_sign_in_and_joins_the_same_matter(enter: Enter) -> None:
    number = fresh()
    client = enter(number, language="en")
    for words in ("No signal at home", "Still no signal"):
        form = read(client, "/my/cases/new?about=network")
        sent = dict.fromkeys(("q-place", "q-when", "q-what", "q-since", "q-address", "q-area"), "x")
        answer = client.post("/my/cases/new?about=network", {"key": field(form, "key"), "words": words, **sent})
        assert answer.status_code == 302, plain(answer.content.decode())
    assert Case.objects.filter(msisdn=number.digits).count() == 1
    assert Contact.objects.filter(case__msisdn=number.digits).count() == 2
    bad = client.post("/my/cases/new?about=network", {"key": "k", "words": ""})
    assert bad.status_code == 400
    assert "write a few words" in plain(bad.content.decode())


def test_messages_show_what_each_was_about_and_codes_are_hidden(enter: Enter) -> None:
    number = billed()
    notice = told(number, "话费提醒：已扣 5.00元")
    client = enter(number, language="en")
    disputed(client, JOKE)
    page = read(client, "/my/notices")
    said = plain(page)
    assert "话费提醒：已扣 5.00元" in said
    assert f"/my/cases/new?notice={notice}" in page
    docket = Case.objects.get(msisdn=number.digits).docket
    assert f"/my/cases/{docket}" in page
    told(number, "Your code is 135246", "portal.code", hours_ago=0.1)  # not used yet: its letter still holds it
    assert "******" in said
    assert "135246" not in read(client, "/my/notices")
    assert "135246" not in plain(read(client, "/my/notices?q=Your code")), "nor is it found"
    assert "话费提醒" in plain(read(client, "/my/notices?q=话费提醒"))
    assert "No message contains" in plain(read(client, "/my/notices?q=nothing-like-it"))
    assert "<script>" not in plain(read(client, f"/my/notices?q={XSS}"))


def test_messages_are_paged_and_another_numbers_are_never_among_them(enter: Enter) -> None:
    number, other = fresh(), fresh()
    foreign = told(other, "别人的短信")
    for count in range(20):
        told(number, f"通知第{count}号", hours_ago=30 - count)
    client = enter(number)
    first = read(client, "/my/notices")
    after = first.split("?after=")[1].split('"')[0]
    second = read(client, f"/my/notices?after={after}")
    for count in range(20):
        assert (f"通知第{count}号" in plain(first)) != (f"通知第{count}号" in plain(second))
    for page in (first, second, read(client, f"/my/notices?after={foreign}"), read(client, "/my/notices?after=x")):
        assert "别人的短信" not in page


def test_preferences_are_kept_and_what_cannot_be_switched_off_is_said(enter: Enter) -> None:
    number = fresh()
    client = enter(number, language="en")
    assert "These cannot be switched off" in plain(read(client, "/my/notices/wanted"))
    sent = {"want": ["surveys", "order_news", "codes"], "from": "22", "until": "8", "language": "en"}
    client.post("/my/notices/wanted", sent)
    chosen = preferences.of(number)
    assert [kind for kind, on in chosen.wanted.items() if on] == ["surveys", "order_news"]
    assert chosen.quiet == (22, 8)
    page = read(client, "/my/notices/wanted")
    assert '<option value="22" selected>' in page
    assert page.count("checked") == 2
    assert client.post("/my/notices/wanted", sent | {"until": ""}).status_code == 400
    assert client.post("/my/notices/wanted", sent | {"until": "99"}).status_code == 400
    assert preferences.of(number).quiet == (22, 8)


def test_the_way_to_everything_of_mine_is_on_one_page(enter: Enter) -> None:
    number = billed()
    client = enter(number, language="en")
    disputed(client, JOKE)
    page = read(client, "/my/me")
    assert "1 open" in plain(page)
    for address in ("/my/cases", "/my/notices", "/my/cases/new"):
        assert f'href="{address}"' in page
        assert read(client, address)


def test_a_uuid_of_nothing_is_no_notice(enter: Enter) -> None:
    client = enter(fresh())
    assert read(client, f"/my/cases/new?about=billing&notice={uuid.uuid4()}")
    assert read(client, "/my/cases/new?about=billing&notice=x")
