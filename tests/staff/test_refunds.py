"""The pages of refunds: evidence and the rule's amount are seen first, another person approves, nothing is paid twice."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careline.carrier.adapters.sandbox import stumbling
from careline.cases import opening
from careline.cases.models import Case, Event
from careline.cases.opening import NewCase
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.refunds.models import Refund, Waiver
from careline.staff.refund_labels import REFUSALS, STATES, TONES
from careline.staff.views.refunds import DEEDS
from tests.refunds.conftest import ANNOUNCEMENT, LARGE, SECRETARY, line
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = "2026-10"


class Story:
    """A case with disputed charges, whose customer's record Wang has open."""

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in
        self.wang = sign_in("wang", "handler")
        new = NewCase(key="k", msisdn=line(), kind="complaint", category="", words="多收了", channel="sms")
        self.case: Case = opening.accept(new, by="wang", now=timezone.now()).case
        self.wang.post(f"/staff/cases/{self.case.docket}/look", {"purpose": "看账单"})

    def bill(self) -> str:
        return str(self.wang.get(f"/staff/cases/{self.case.docket}/bill?month={MONTH}").content.decode())

    def dispute(self, item: str = ANNOUNCEMENT) -> Refund:
        answer = self.wang.post(f"/staff/cases/{self.case.docket}/dispute", {"item": item})
        return Refund.objects.get(pk=answer["Location"].rsplit("/", 1)[-1])


@pytest.fixture
def story(sign_in: SignIn) -> Story:
    return Story(sign_in)


def do(client: Client, refund: Refund, deed: str, **sent: str) -> Any:
    answer = client.post(f"/staff/refunds/{refund.pk}/{deed}", sent)
    refund.refresh_from_db()
    return answer


def test_every_state_and_refusal_has_words() -> None:
    assert TONES.keys() == STATES.keys()
    assert all(str(text) for text in REFUSALS.values())


def test_the_bill_opens_only_with_the_customers_record(story: Story) -> None:
    liu = story.sign_in("liu", "clerk")
    assert liu.get(f"/staff/cases/{story.case.docket}/bill")["Location"] == f"/staff/cases/{story.case.docket}"
    shown = story.bill()
    assert "announcement, which is free" in shown
    assert "星语网络" in shown
    assert "no order on record" in shown
    assert story.case.msisdn not in shown
    assert liu.post(f"/staff/cases/{story.case.docket}/dispute", {"item": ANNOUNCEMENT}).status_code == 403


@pytest.mark.requirement("REF-01")
def test_a_charge_is_disputed_verified_with_the_amount_shown_first_paid_once_and_registered(story: Story) -> None:
    zhao, chen = story.sign_in("zhao", "verifier"), story.sign_in("chen", "duty_manager")
    refund = story.dispute()
    assert do(story.wang, refund, "verify", kind="announcement", due="0").status_code == 403
    assert do(story.wang, refund, "pay").status_code == 409, "verify first"
    page = f"/staff/refunds/{refund.pk}"
    shown = zhao.get(page).content.decode()
    assert "60.00" in shown, "2 × (30 - 0), before anything is done"
    assert "Twice the difference" in shown
    lower = do(zhao, refund, "verify", kind="announcement", due="10", preview="1").content.decode()
    assert "40.00" in lower
    assert refund.state == "requested", "computing does nothing"
    assert "need a reason" in do(zhao, refund, "verify", kind="other", due="10").content.decode()
    assert do(zhao, refund, "verify", kind="announcement", due="x").status_code == 409
    assert do(zhao, refund, "verify", kind="announcement", due="0").status_code == 302
    assert refund.state == "decided", "60 yuan need a second person"
    assert do(zhao, refund, "approve").status_code == 403
    assert do(story.wang, refund, "pay").status_code == 409
    assert do(chen, refund, "approve").status_code == 302
    assert do(story.wang, refund, "pay").status_code == 302
    assert (refund.state, refund.paid) == ("credited", 6_000)
    assert do(story.wang, refund, "pay").status_code == 409
    assert "had its refund already" in story.wang.post(
        f"/staff/cases/{story.case.docket}/dispute", {"item": ANNOUNCEMENT}, follow=True
    ).content.decode()  # fmt: skip
    assert Event.objects.filter(case=story.case, did="refunded").count() == 1
    register = chen.get("/staff/refunds/register").content.decode()
    assert "60.00" in register
    paper = chen.get("/staff/refunds/register.csv").content.decode()
    assert "60.00" in paper
    assert story.case.msisdn not in paper
    assert Entry.objects.filter(did="look", what="refund", record="register").exists()


def test_who_asked_for_it_sees_why_somebody_else_must_approve(story: Story) -> None:
    zhao, chen = story.sign_in("zhao", "verifier"), story.sign_in("chen", "duty_manager")
    chen.post(f"/staff/cases/{story.case.docket}/look", {"purpose": "看账单"})
    answer = chen.post(f"/staff/cases/{story.case.docket}/dispute", {"item": LARGE})
    refund = Refund.objects.get(pk=answer["Location"].rsplit("/", 1)[-1])
    assert do(zhao, refund, "verify", kind="not_as_agreed", due="5").status_code == 302
    shown = chen.get(f"/staff/refunds/{refund.pk}").content.decode()
    assert re.search(r"<button disabled[^>]*>Approve", shown)
    assert "somebody else must approve it" in shown
    assert "somebody else must approve it" in chen.get("/staff/refunds/").content.decode()
    assert do(chen, refund, "approve").status_code == 409
    he = story.sign_in("he", "hall_manager")
    assert do(he, refund, "turn_down", reason="").status_code == 409
    assert do(he, refund, "turn_down", reason="证据不足").status_code == 302
    assert refund.state == "refused"


@pytest.mark.requirement("REF-07")
def test_an_honest_charge_is_explained_and_may_be_waived_by_policy(story: Story) -> None:
    zhao, chen = story.sign_in("zhao", "verifier"), story.sign_in("chen", "duty_manager")
    refund = story.dispute(SECRETARY)
    assert do(zhao, refund, "verify", kind="", due="10").status_code == 302
    assert refund.state == "explained"
    assert "The charge is right" in zhao.get(f"/staff/refunds/{refund.pk}").content.decode()
    sent = {"item": SECRETARY, "amount": "5", "reason": "老客户", "key": "w1"}
    address = f"/staff/cases/{story.case.docket}/waive"
    assert story.wang.post(address, sent | {"amount": "x"}).status_code == 302
    assert not Waiver.objects.exists()
    assert story.wang.post(address, sent).status_code == 302
    waiver = Waiver.objects.get()
    assert waiver.state == "waiting", "against an earlier no"
    assert "against an earlier no" in chen.get("/staff/refunds/").content.decode()
    assert story.wang.post(f"/staff/refunds/waivers/{waiver.pk}", {"answer": "yes"}, follow=True).status_code == 200
    waiver.refresh_from_db()
    assert waiver.state == "waiting", "nobody approves his own"
    assert chen.post(f"/staff/refunds/waivers/{waiver.pk}", {"answer": "no", "reason": "不合适"}).status_code == 302
    waiver.refresh_from_db()
    assert waiver.state == "denied"


@pytest.mark.requirement("REF-02")
def test_cash_needs_a_reason_and_a_name(story: Story) -> None:
    zhao = story.sign_in("zhao", "verifier")
    refund = story.dispute("202610-2")
    assert do(zhao, refund, "verify", kind="information_fee", due="0").status_code == 302
    assert refund.state == "approved"
    assert "Say why" in do(story.wang, refund, "cash", reason="", handed_by="刘洋").content.decode()
    assert "who handed the cash out" in do(story.wang, refund, "cash", reason="已销号", handed_by="").content.decode()
    assert do(story.wang, refund, "cash", reason="已销号", handed_by="刘洋").status_code == 302
    assert refund.credits.get().how == "cash"


def test_a_small_charge_of_a_third_party_is_returned_first(story: Story) -> None:
    refund = story.dispute("202610-5")
    assert "Return it first" in story.wang.get(f"/staff/refunds/{refund.pk}").content.decode()
    assert do(story.wang, refund, "first").status_code == 302
    assert (refund.state, refund.paid) == ("requested", 300)


def test_a_carrier_that_does_not_answer_is_said_and_nothing_changes(story: Story) -> None:
    stumbling.stumble("down")
    shown = story.bill()
    assert "The carrier does not answer" in shown
    story.wang.post(f"/staff/cases/{story.case.docket}/dispute", {"item": ANNOUNCEMENT})
    assert not Refund.objects.exists()


def test_unknown_deeds_and_refunds_are_not_found(story: Story) -> None:
    refund = story.dispute()
    assert story.wang.post(f"/staff/refunds/{refund.pk}/explode").status_code == 404
    assert story.wang.post("/staff/refunds/99999/pay").status_code == 404
    assert story.wang.get(f"/staff/refunds/{refund.pk}/pay").status_code == 405
    sun = story.sign_in("sun", "support")
    for deed in DEEDS:
        assert sun.post(f"/staff/refunds/{refund.pk}/{deed}").status_code == 403
    assert story.wang.get(f"/staff/cases/{story.case.docket}/bill?month=nonsense").status_code == 404


@pytest.mark.requirement("CTR-12")
def test_both_papers_are_read_first_and_leave_by_sms_with_a_note_or_on_paper(story: Story) -> None:
    address = f"/staff/cases/{story.case.docket}/explain"
    explained = Event.objects.filter(case=story.case, did="bill_explained")
    assert "Explain the bill" in story.wang.get(f"/staff/cases/{story.case.docket}").content.decode()
    shown = story.wang.post(address, {"month": MONTH, "how": "preview"}).content.decode()
    assert "双倍返还" in shown
    assert re.search(r"By SMS these are \d+ short messages", shown)
    assert story.case.msisdn not in shown
    assert not explained.exists(), "reading leaves nothing behind"
    before = Message.objects.count()
    assert story.wang.post(address, {"month": MONTH, "how": "sms"}).status_code == 302
    letter = Message.objects.latest("created_at")
    assert Message.objects.count() == before + 1
    assert letter.text.startswith(story.case.docket)
    assert "双倍返还" in letter.text
    assert "data-print" in story.wang.post(address, {"month": MONTH, "how": "print"}).content.decode()
    assert [(one.channel, one.detail["goal"]) for one in explained.order_by("id")] == [
        ("sms", "teach_others"), ("hall", "teach_others"),
    ]  # fmt: skip
