"""Offers, leavings and kept numbers on the staff's pages: gates, looks, reasons, and the honest no."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.charging import Charged
from careline.carrier.port import Request
from careline.cases import opening
from careline.catalogue import library
from careline.journal.models import Entry
from careline.offers import earning
from careline.offers.models import CompetitorNote, Grant, Kept, LeafletMove, Leaving, Pause, Showing, Tried
from careline.offers.promoting import Giver
from careline.payments.hearing import Happening
from careline.payments.models import Payment
from careline.values.msisdn import Msisdn
from careline.values.period import Month
from careline.values.reference import new_reference
from tests.halls import the_book
from tests.offers.conftest import line
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
WINTER = datetime(2026, 11, 10, 4, tzinfo=UTC)  # while promotions run; a gift may be fetched later


@pytest.fixture(autouse=True)
def in_force() -> None:
    library.hold(the_book())


def now() -> datetime:
    return datetime.now(UTC)


def somebody(**given: Any) -> Msisdn:
    return line(now(), **{"basic": 9_000, "charged": {1: [Charged("data", 3_800)]}} | given)


def case_of(number: Msisdn, kind: str = "enquiry") -> str:
    new = opening.NewCase(f"test:{new_reference()[0]}", number, kind, "billing", "账单", "counter")
    return str(opening.accept(new, by="wang", now=now()).case.docket)


def texts(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def charge(number: Msisdn, fen: int) -> None:
    values = {"amount": fen, "product": "sp_x", "paid_to": "x", "name_zh": "某", "name_en": "x"}
    list(Sandbox().ask([Request(new_reference()[0], number, "charge", "", values)], now=now(), time_limit_seconds=5))


def test_pausing_needs_the_right_and_a_reason_and_is_journaled(sign_in: SignIn) -> None:
    clerk, manager = sign_in("liu", "clerk"), sign_in("gao", "hall_manager")
    assert clerk.post("/staff/offers/data_pack_20/pause", {"reason": "x"}).status_code == 403
    manager.post("/staff/offers/data_pack_20/pause", {"reason": " "})
    assert not Pause.objects.exists()
    manager.post("/staff/offers/data_pack_20/pause", {"reason": "price is wrong"})
    assert "price is wrong" in texts(clerk, "/staff/offers/")
    assert Entry.objects.filter(what="offer", did="pause", record="data_pack_20").count() == 1
    manager.post("/staff/offers/data_pack_20/resume", {"reason": "mended"})
    assert Pause.objects.get().ended_by == "gao"
    assert manager.get("/staff/offers/no_such").status_code == 404


def test_the_card_of_a_product_has_its_five_parts_with_todays_price(sign_in: SignIn) -> None:
    page = texts(sign_in("liu", "clerk"), "/staff/offers/data_pack_20")
    places = [page.index(part) for part in ("For whom", "Advantage", "Price", "How to start", "Leaflet")]
    assert places == sorted(places)
    assert "CNY 20.00 a month" in page


@pytest.mark.requirement("CHAT-09")
def test_beside_a_complaint_the_answer_is_no_with_its_reason(sign_in: SignIn) -> None:
    agent, number = sign_in("wang", "handler"), somebody()
    docket = case_of(number, "complaint")
    agent.post(f"/staff/cases/{docket}/look", {"purpose": "bill"})
    for answer in (
        agent.get(f"/staff/offers/case/{docket}"),
        agent.post(f"/staff/offers/case/{docket}", {"said": "data"}),
    ):
        assert "A complaint is open" in answer.content.decode()
    assert not Showing.objects.exists()


def test_beside_an_enquiry_what_fits_is_told_and_timed(sign_in: SignIn) -> None:
    agent, number = sign_in("wang", "handler"), somebody()
    docket = case_of(number)
    assert agent.post(f"/staff/offers/case/{docket}").status_code == 403, "its facts need an open look"
    agent.post(f"/staff/cases/{docket}/look", {"purpose": "bill"})
    page = agent.post(f"/staff/offers/case/{docket}", {"said": "data"}).content.decode()
    row = Showing.objects.get()
    assert (row.by, row.channel, row.need) == ("wang", "counter", "said")
    assert "20-yuan data package" in page
    Showing.objects.update(shown_at=now() - timedelta(minutes=10))
    agent.post(f"/staff/offers/talks/{row.pk}", {"answer": "later", "docket": docket})
    row.refresh_from_db()
    assert (row.answer, row.overlong, row.ended_at is not None) == ("later", True, True)
    agent.post(f"/staff/offers/case/{docket}/keep", {"result": "kept", "service": "caller_id", "words": "thanks"})
    assert Kept.objects.get().result == "kept"


@pytest.mark.requirement("MKT-03", "MKT-04")
def test_leaflets_are_counted_and_never_handed_out_in_silence(sign_in: SignIn) -> None:
    clerk = sign_in("liu", "clerk")

    def move(way: str, count: str, intro: str = "") -> None:
        sent = {"offer": "data_pack_20", "place": "Hall 1", "count": count, "way": way, "intro": intro}
        clerk.post("/staff/offers/shop/leaflets", sent)

    move("in", "10")
    move("out", "2")
    move("out", "11", "told of it")
    move("out", "2", "told of it")
    move("in", "-5")
    move("in", "x")
    assert sum(LeafletMove.objects.values_list("count", flat=True)) == 8
    assert [(one.count, one.intro) for one in LeafletMove.objects.filter(count__lt=0)] == [(-2, "told of it")]
    clerk.post("/staff/offers/shop/heard", {"who": "Other", "where": "Street", "words": "call 13912345678"})
    note = CompetitorNote.objects.get()
    assert "13912345678" not in note.words
    assert "Other" in texts(clerk, "/staff/offers/shop")


@pytest.mark.requirement("RET-01")
def test_at_the_counter_leaving_needs_the_document_and_stays_possible(sign_in: SignIn) -> None:
    agent, number = sign_in("wang", "handler"), somebody()
    agent.post("/staff/offers/leavings/ask", {"number": number.national(), "reason": "moving"})
    row = Leaving.objects.get()
    assert Entry.objects.filter(did="look", what="subscriber").count() == 1
    address = f"/staff/offers/leavings/{row.pk}"
    day = str(Month.of(timezone.localdate()).plus(1).first)
    agent.post(f"{address}/leave", {"day": day})
    assert Leaving.objects.get().state == "asked"
    agent.post(f"{address}/leave", {"day": "2020-01-01", "document": "on"})
    assert Leaving.objects.get().state == "asked"
    agent.post(f"{address}/leave", {"day": day, "document": "on"})
    assert (Leaving.objects.get().state, str(Leaving.objects.get().effective_on)) == ("agreed", day)
    other = sign_in("liu", "clerk")
    assert number.national() not in texts(other, address)
    assert other.post(f"{address}/back").status_code == 403, "without a look of one's own"
    agent.post(f"{address}/back")
    assert Leaving.objects.get().state == "withdrawn"
    assert "Taken back" in texts(agent, "/staff/offers/leavings?state=withdrawn")


@pytest.mark.requirement("RET-02")
def test_kept_numbers_are_masked_until_opened_and_gone_when_paid(sign_in: SignIn) -> None:
    agent, number = sign_in("wang", "handler"), somebody(basic=300, gift=5_000)
    charge(number, 1_000)
    page = texts(agent, "/staff/offers/kept")
    assert "90 days left" in page
    assert number.national() not in page
    row = {"page": "1", "place": "0", "since": str(timezone.localdate()), "mask": number.masked()}
    assert agent.post("/staff/offers/kept/tried", row | {"how": "call", "words": "x"}).status_code == 403
    agent.post("/staff/offers/kept/look", row | {"purpose": "debt"})
    assert number.national() in texts(agent, "/staff/offers/kept")
    agent.post("/staff/offers/kept/tried", row | {"how": "call", "words": "pays tomorrow"})
    agent.post("/staff/offers/kept/tried", row | {"place": "7", "how": "call", "words": "not this one"})
    assert [one.words for one in Tried.objects.all()] == ["pays tomorrow"]
    list(Sandbox().ask([Request("pay", number, "top_up", "", {"amount": 700})], now=now(), time_limit_seconds=5))
    assert "No number is suspended" in texts(agent, "/staff/offers/kept")


def test_every_page_is_there_in_chinese_and_behind_its_gate(sign_in: SignIn) -> None:
    chinese, maintainer = sign_in("ma", "handler", language="zh-hans"), sign_in("lin", "maintainer")
    for address in ("/staff/offers/", "/staff/offers/leavings", "/staff/offers/kept", "/staff/offers/shop"):
        assert "保留号码" in texts(chinese, address)
        assert maintainer.get(address).status_code == 403
        assert Client().get(address).status_code == 302


@pytest.mark.requirement("CRP-03")
def test_a_deposit_that_was_paid_online_brings_a_handset_that_is_fetched_once(sign_in: SignIn) -> None:
    number = somebody()
    paid = Payment(
        id=new_reference()[0], msisdn=number.digits, payee=number.digits, purpose="top_up", fen=50_000, price=50_000
    )
    earning.hear(Happening(paid, "credited", "test", WINTER, 50_000))
    grant = Grant.objects.get(offer="deposit_handset")
    Giver(Sandbox(), time_limit_seconds=1).give([grant], now())
    grant.refresh_from_db()
    clerk = sign_in("liu", "clerk")
    for voucher, told in (
        (grant.voucher, "Hand out: Evergreen phone"),
        (grant.voucher, "It was fetched before."),
        ("ZZZZZZZZZZ", "There is no such voucher."),
    ):
        assert told in clerk.post("/staff/offers/shop/voucher", {"voucher": voucher}, follow=True).content.decode()
    assert Entry.objects.filter(did="gift_fetched", who="liu").count() == 1
    assert sign_in("qian", "shipper").post("/staff/offers/shop/voucher", {"voucher": "x"}).status_code == 403
