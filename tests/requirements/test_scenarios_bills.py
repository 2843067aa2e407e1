"""Scripted scenes about money, as staff and customers live them: a friend's order, a third party's fee, one rule for all."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from careline.cases.models import Case, Event, Improvement
from careline.journal.models import Entry
from careline.refunds import register
from careline.refunds.models import Refund, Waiver
from careline.values.msisdn import Msisdn
from tests.refunds.conftest import SECRETARY, THIRD_PARTY, basic, letters, line
from tests.requirements.staffed import accepted, analysed, do, done, read, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """A customer with last month's bill, and the people who look at it."""

    def __init__(self) -> None:
        self.customer: Msisdn = line()
        self.wang = signed_in("wang", "handler")
        self.zhao = signed_in("zhao", "verifier")

    def case(self, words: str, **sent: str) -> str:
        docket = accepted(self.wang, self.customer, words, **sent)
        assert self.wang.post(f"/staff/cases/{docket}/look", {"purpose": "看账单"}).status_code == 302
        return docket

    def bill(self, docket: str) -> str:
        return str(self.wang.get(f"/staff/cases/{docket}/bill?month=2026-10").content.decode())

    def dispute(self, docket: str, item: str) -> Refund:
        answer = self.wang.post(f"/staff/cases/{docket}/dispute", {"item": item})
        return Refund.objects.get(pk=answer["Location"].rsplit("/", 1)[-1])

    def deal(self, client: Client, refund: Refund, deed: str, **sent: str) -> Any:
        answer = client.post(f"/staff/refunds/{refund.pk}/{deed}", sent)
        refund.refresh_from_db()
        return answer


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.requirement("REF-07", "CTR-12")
def test_scene_1_a_friend_opened_it_so_it_is_explained_with_two_papers_and_nothing_returns(desk: Desk) -> None:
    docket = desk.case("我只开了来电显示，怎么多收十元", category="unknown_service")
    bill = desk.bill(docket)
    assert "139****0006" in bill, "who opened it"
    assert "ordered 2026-10-" in bill, "and when"
    refund = desk.dispute(docket, SECRETARY)
    assert desk.deal(desk.wang, refund, "pay").status_code == 409
    assert desk.deal(desk.zhao, refund, "verify", kind="", due="10").status_code == 302
    assert (refund.state, refund.owed) == ("explained", 0)
    papers = desk.wang.post(f"/staff/cases/{docket}/explain", {"month": "2026-10"}).content.decode()
    assert "移动小秘书 10.00元" in papers
    assert "双倍返还" in papers
    event = Event.objects.get(case__docket=docket, did="bill_explained")
    assert (event.detail["documents"], event.detail["goal"], event.by) == (
        ["bill", "double_return"], "teach_others", "wang",
    )  # fmt: skip
    analysed(desk.wang, docket, "unknown_service", cause="朋友代开", blame="misunderstanding")
    assert "陪您一项一项看记录" in read(signed_in("gu", "duty_manager", "zh"), docket)
    done(desk.wang, docket, "solve", plan="讲解用法，需要时取消")
    done(desk.wang, docket, "decide", plan="讲解用法，需要时取消")
    done(desk.wang, docket, "reply", words="移动小秘书是您的朋友开通的，收费没错；需要的话我们教您怎么用")
    key, told = letters(desk.customer)[-1]
    assert key == "case.reply"
    assert "移动小秘书" in told
    assert "很抱歉" not in told, "nothing is admitted that was not our fault"
    assert basic(desk.customer) == 5_000


@pytest.mark.requirement("REF-08", "CMP-18", "NTF-07")
def test_scene_2_a_third_party_s_fee_without_an_order_is_returned_at_once_and_reported_upward(desk: Desk) -> None:
    docket = desk.case("没订过星座运势", category="third_party")
    assert "no order on record" in desk.bill(docket)
    shown = read(desk.wang, docket)
    assert shown.index("First calm, then solve") < shown.index("What to ask"), "calm comes before the questions"
    refund = desk.dispute(docket, THIRD_PARTY)
    assert desk.deal(desk.zhao, refund, "verify", kind="information_fee", due="0").status_code == 302
    assert desk.deal(desk.wang, refund, "pay").status_code == 302
    assert basic(desk.customer) == 5_000 + 2_000
    told = [text for key, text in letters(desk.customer) if key.startswith("refund.")]
    assert len(told) == 1
    assert "20.00元" in told[0]
    since, until = date(2020, 1, 1), date(2100, 1, 1)
    assert [one.provider for one in register.partners(since, until)] == ["星语网络"]
    item = Improvement.objects.get(case__docket=docket)
    chen = signed_in("chen", "duty_manager")
    assert chen.post(f"/staff/cases/reports/items/{item.pk}", {"owner": "chen"}).status_code == 302
    item.refresh_from_db()
    assert (item.owner, item.status) == ("chen", "doing")


@pytest.mark.requirement("CMP-09")
def test_no_money_is_returned_before_the_result_of_the_check_is_stored(desk: Desk) -> None:
    docket = desk.case("没订过星座运势", category="third_party")
    refund = desk.dispute(docket, THIRD_PARTY)
    page = f"/staff/refunds/{refund.pk}"
    paying = f'action="{page}/pay"'
    assert paying not in desk.wang.get(page).content.decode(), "the page offers nothing to press"
    for deed in ("pay", "cash"):
        assert desk.deal(desk.wang, refund, deed, reason="急", handed_by="刘洋").status_code == 409
    assert basic(desk.customer) == 5_000
    assert desk.deal(desk.zhao, refund, "verify", kind="information_fee", due="0").status_code == 302
    assert paying in desk.wang.get(page).content.decode()
    assert desk.deal(desk.wang, refund, "pay").status_code == 302


@pytest.mark.requirement("CMP-16", "CONS-02", "REF-09")
def test_scene_h6_what_the_hall_refused_the_hotline_refuses_too_and_only_a_higher_one_overrides(desk: Desk) -> None:
    in_the_hall = desk.case("移动小秘书不是我开的", category="unknown_service", channel="hall")
    refund = desk.dispute(in_the_hall, SECRETARY)
    assert desk.deal(desk.zhao, refund, "verify", kind="", due="10").status_code == 302
    assert refund.state == "explained"
    on_the_line = desk.case("营业厅不退，你们退不退", category="unknown_service", channel="hotline")
    assert on_the_line == in_the_hall, "one matter, one case, whichever channel"
    again = desk.dispute(on_the_line, SECRETARY)
    assert desk.deal(desk.zhao, again, "verify", kind="", due="10").status_code == 302
    assert (again.state, again.verdict, again.owed) == (refund.state, refund.verdict, refund.owed)
    address = f"/staff/cases/{on_the_line}/waive"
    sent = {"item": SECRETARY, "amount": "5", "reason": "从服务角度减免", "key": "h6"}
    assert desk.wang.post(address, sent).status_code == 302
    waiver = Waiver.objects.get()
    assert waiver.state == "waiting", "against an earlier no it needs somebody above"
    chen = signed_in("chen", "duty_manager")
    assert "against an earlier no" in chen.get("/staff/refunds/").content.decode()
    assert desk.wang.post(f"/staff/refunds/waivers/{waiver.pk}", {"answer": "yes"}).status_code in (302, 403, 409)
    waiver.refresh_from_db()
    assert waiver.state == "waiting"
    assert chen.post(f"/staff/refunds/waivers/{waiver.pk}", {"answer": "yes"}).status_code == 302
    waiver.refresh_from_db()
    assert waiver.state == "granted"
    since, until = date(2020, 1, 1), date(2100, 1, 1)
    assert len(register.overrides(since, until)) == 1, "and every override is reported"


def test_a_bill_is_explained_only_with_the_customer_s_record_open(desk: Desk) -> None:
    docket = accepted(desk.wang, desk.customer, "账单看不懂")
    liu = signed_in("liu", "clerk")
    assert liu.post(f"/staff/cases/{docket}/explain")["Location"] == f"/staff/cases/{docket}"
    assert not Event.objects.filter(case__docket=docket, did="bill_explained").exists()
    sun = signed_in("sun", "support")
    assert sun.post(f"/staff/cases/{docket}/explain").status_code == 403
    assert desk.wang.get(f"/staff/cases/{docket}/explain").status_code in (403, 405)
    assert Entry.objects.filter(did="look", what="subscriber").exists()
    assert do(desk.wang, docket, "close").status_code == 409
    assert Case.objects.get(docket=docket).is_open
