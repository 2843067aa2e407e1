"""Money before clerks who press twice, ask twice, split, overstate, look where they may not, and approve themselves."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.port import Request
from careline.cases import handling, opening
from careline.cases.models import Case
from careline.cases.opening import NewCase
from careline.identity.staff import ROLES
from careline.journal.models import Entry
from careline.refunds import deciding, waiving
from careline.refunds.crediting import Cashier
from careline.refunds.models import Credit, Refund, Waiver
from careline.refunds.states import Refusal
from careline.staff.views.refunds import DEEDS
from tests.at_once import at_once as together
from tests.refunds.conftest import ANNOUNCEMENT, LARGE, NOON, SECRETARY, SMALL, Counter, basic, line
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)
ODD_AMOUNTS = (
    "-5",
    "0",
    "1e3",
    "99999999",
    "٣",
    "５",
    "½",
    "1,000",
    "1.005",
    "NaN",
    "inf",
    "0x10",
    "",
    "5\0",
    "+5",
    " ",
)


@pytest.fixture
def counter() -> Counter:
    return Counter()


class Office:
    """A customer's case that Wang has accepted, with the record open."""

    def __init__(self, sign_in: SignIn, number: Any = None) -> None:
        self.sign_in, self.number = sign_in, number or line()
        self.wang = sign_in("wang", "handler")
        self.case = self.opened("k")

    def opened(self, key: str) -> Case:
        new = NewCase(key=key, msisdn=self.number, kind="complaint", category="", words="多收了", channel="sms")
        case = opening.accept(new, by="wang", now=timezone.now()).case
        self.wang.post(f"/staff/cases/{case.docket}/look", {"purpose": "看账单"})
        return case

    def dispute(self, item: str = ANNOUNCEMENT, client: Client | None = None) -> Any:
        return (client or self.wang).post(f"/staff/cases/{self.case.docket}/dispute", {"item": item})

    def refund(self, item: str = ANNOUNCEMENT) -> Refund:
        self.dispute(item)
        return Refund.objects.get(item=item)

    def waive(self, client: Client, amount: str, item: str = SECRETARY, key: str = "") -> Any:
        sent = {"item": item, "amount": amount, "reason": "老客户", "key": key}
        return client.post(f"/staff/cases/{self.case.docket}/waive", sent)


@pytest.fixture
def office(sign_in: SignIn) -> Office:
    return Office(sign_in)


def at_once(times: int, deed: Any) -> list[Any]:
    """The deed by so many at the same moment, each told its place."""
    return together([partial(deed, place) for place in range(times)])


def test_two_browsers_that_press_every_button_twice_pay_once(office: Office) -> None:
    zhao, other = office.sign_in("zhao", "verifier"), office.sign_in("he2", "handler")
    refund = office.refund()
    at_once(
        4,
        lambda _: zhao.post(f"/staff/refunds/{refund.pk}/verify", {"kind": "announcement", "due": "20", "reason": "x"}),
    )
    before = basic(office.number)
    at_once(6, lambda place: (office.wang, other)[place % 2].post(f"/staff/refunds/{refund.pk}/pay"))
    assert basic(office.number) - before == 2_000
    assert Credit.objects.filter(state="done").count() == 1
    assert office.wang.post(f"/staff/refunds/{refund.pk}/cash", {"reason": "r", "handed_by": "w"}).status_code == 409
    office.dispute()
    assert Refund.objects.count() == 1, "nor is it asked for again"


def test_a_carrier_that_keeps_silent_is_not_asked_twice_by_pressing_again(counter: Counter) -> None:
    number = line()
    refund = counter.approved(number)
    before = basic(number)
    stumbling.stumble("silent")
    counter.cashier.pay(refund.pk, by="wang", now=NOON)
    presses: list[Callable[[], Any]] = [
        lambda: counter.cashier.pay(refund.pk, by="wang", now=NOON),
        lambda: counter.cashier.pay_cash(refund.pk, reason="r", handed_by="w", by="wang", now=NOON),
        lambda: counter.cashier.pay_first(refund.pk, by="wang", now=NOON),
    ]
    for press in presses:
        with pytest.raises(Refusal, match=r"under_way|not_requested"):
            press()
    assert basic(number) - before <= refund.amount


def test_who_asked_or_verified_never_approves_whatever_is_posted(office: Office) -> None:
    boss = office.sign_in("boss", "admin")
    boss.post(f"/staff/cases/{office.case.docket}/look", {"purpose": "看账单"})
    office.dispute(LARGE, boss)
    refund = Refund.objects.get(item=LARGE)
    found = {"kind": "not_as_agreed", "due": "5", "reason": "r"}
    assert boss.post(f"/staff/refunds/{refund.pk}/verify", found).status_code == 409, "who asked does not verify"
    chief = office.sign_in("chief", "admin")
    chief.post(f"/staff/cases/{office.case.docket}/look", {"purpose": "看账单"})
    chief.post(f"/staff/refunds/{refund.pk}/verify", found)
    refund.refresh_from_db()
    assert (refund.state, refund.amount) == ("decided", 17_000)
    for somebody, deed in product((boss, chief), ("approve", "turn_down", "pay", "cash")):
        answer = somebody.post(
            f"/staff/refunds/{refund.pk}/{deed}", {"reason": "r", "handed_by": "w", "approved_by": "chen", "by": "chen"}
        )
        assert answer.status_code == 409, deed
    refund.refresh_from_db()
    assert (refund.state, refund.paid) == ("decided", 0)
    with pytest.raises(Exception, match="refund_second_person"):  # nor by a slip of ours
        Refund.objects.filter(pk=refund.pk).update(state="approved", approved_by="chief")


def test_of_a_yes_and_a_no_at_the_same_moment_one_counts(counter: Counter) -> None:
    refund = counter.verified(line(), LARGE)
    at_once(
        6,
        lambda place: (
            deciding.approve(refund.pk, by=f"b{place}", now=NOON)
            if place % 2
            else deciding.turn_down(refund.pk, "no", by=f"b{place}", now=NOON)
        ),
    )
    refund.refresh_from_db()
    answers = Entry.objects.filter(record=str(refund.pk), did__in=["refund_approved", "refund_turned_down"])
    assert answers.count() == 1
    assert answers.get().did == {"approved": "refund_approved", "refused": "refund_turned_down"}[refund.state]


def test_a_deed_that_is_not_ones_own_is_refused_and_journaled(office: Office) -> None:
    refund = office.refund()
    for role in ("consultant", "clerk", "handler", "verifier", "support", "duty_manager", "reviewer"):
        somebody = office.sign_in(f"a-{role}", role)
        for name, deed in DEEDS.items():
            if deed.gate not in ROLES[role]:
                sent = {"kind": "announcement", "due": "0", "reason": "r", "handed_by": "w"}
                assert somebody.post(f"/staff/refunds/{refund.pk}/{name}", sent).status_code == 403, (role, name)
        assert Entry.objects.filter(who=f"a-{role}", did="refused").exists()
    refund.refresh_from_db()
    assert (refund.state, refund.verified_by) == ("requested", "")


def test_records_of_the_carrier_are_seen_only_by_who_may_and_every_look_is_journaled(office: Office) -> None:
    refund = office.refund(SECRETARY)
    consultant, zhao = office.sign_in("ma", "consultant"), office.sign_in("zhao", "verifier")
    page = f"/staff/refunds/{refund.pk}"
    assert "Who ordered it, when, how" not in consultant.get(page).content.decode()
    assert not Entry.objects.filter(who="ma", did="look").exists()
    assert "Who ordered it, when, how" in zhao.get(page).content.decode()
    look = Entry.objects.get(who="zhao", did="look")
    assert str(refund.pk) in look.detail["purpose"]
    assert office.number.digits not in repr(look.__dict__)
    zhao.post(f"{page}/verify", {"kind": "", "due": "10"})
    assert "Who ordered it, when, how" not in consultant.get(page).content.decode(), "nor once they are kept"


def test_searching_a_number_is_a_look(office: Office) -> None:
    consultant = office.sign_in("ma", "consultant")
    consultant.post("/staff/cases/search", {"q": office.number.national()})
    consultant.post("/staff/cases/new", {"number": office.number.national()})
    looks = Entry.objects.filter(who="ma", did="look", what="subscriber", record=office.number.masked())
    assert [one.detail["purpose"] for one in looks.order_by("id")] == ["search", "accepting a case"]


def test_without_an_open_record_nothing_is_asked_for_by_a_direct_post(office: Office) -> None:
    other = office.sign_in("he2", "duty_manager")
    assert office.dispute(client=other).status_code == 403
    assert office.waive(other, "5").status_code == 403
    assert office.wang.post("/staff/cases/0000000000/dispute", {"item": ANNOUNCEMENT}).status_code == 404
    assert not Refund.objects.exists()
    assert not Waiver.objects.exists()


def test_a_charge_that_is_not_the_customers_is_not_found(office: Office) -> None:
    for item in ("202610-99", "202610-1 ", "202610-1'--", "", "../1", "202609-1", "２０２６１０-1", "202610-1\0"):
        answer = office.dispute(item)
        assert answer.status_code in (302, 400), item
    assert not Refund.objects.exists()


def test_odd_amounts_neither_verify_nor_waive(office: Office) -> None:
    zhao, refund = office.sign_in("zhao", "verifier"), office.refund()
    for amount in ODD_AMOUNTS:
        if amount not in ("0", "", " "):  # nothing was due: a number like any other, and what an empty field means
            sent = {"kind": "announcement", "due": amount, "reason": "r"}
            answer = zhao.post(f"/staff/refunds/{refund.pk}/verify", sent)
            refund.refresh_from_db()
            assert answer.status_code in (400, 409), amount
            assert refund.state == "requested", amount
        assert office.waive(office.wang, amount).status_code in (302, 400)
    assert not Waiver.objects.filter(state="granted").exists()


def test_waivers_in_small_pieces_end_at_the_limit_of_the_window(sign_in: SignIn) -> None:
    office = Office(sign_in)
    gao = sign_in("gao", "hall_manager")
    gao.post(f"/staff/cases/{office.case.docket}/look", {"purpose": "看账单"})
    for place, item in enumerate((LARGE, SECRETARY, SMALL)):
        amount = {LARGE: "89", SECRETARY: "10", SMALL: "3"}[item]
        at_once(
            3, lambda turn, item=item, amount=amount, place=place: office.waive(gao, amount, item, f"{place}-{turn}")
        )
    granted = Waiver.objects.filter(state="granted")
    assert sum(one.fen for one in granted) == 9_900
    assert Waiver.objects.filter(verdict="window_full").exists()
    assert Refund.objects.filter(goodwill=True).count() == granted.count() == 2


def test_nothing_is_waived_in_a_case_that_has_ended(office: Office) -> None:
    Case.objects.filter(pk=office.case.pk).update(state="archived", archived_at=timezone.now())
    handling.close(office.case.docket, by="clock", now=timezone.now())
    office.waive(office.wang, "5")
    office.dispute()
    assert not Waiver.objects.exists()
    assert not Refund.objects.exists()


def test_nobody_approves_the_waiver_that_they_asked_for_or_turned_down(counter: Counter, sign_in: SignIn) -> None:
    sign_in("wang", "handler")
    sign_in("chen", "duty_manager")
    finding = counter.look(line(), SECRETARY)
    chen: dict[str, Any] = {"reason": "r", "channel": "shop", "now": NOON}
    waiver = waiving.waive(finding, 900, by="wang", key="1", **chen)
    assert waiver.state == "granted"
    large = counter.look(line(), LARGE)
    waiting = waiving.waive(large, 6_000, by="chen", key="2", **chen)
    assert waiting.state == "waiting"
    with pytest.raises(Refusal, match="same_person"):
        waiving.approve(waiting.pk, large, by="chen", now=NOON)
    with pytest.raises(Refusal, match="no_limit"):
        waiving.approve(waiting.pk, large, by="wang", now=NOON)


def test_what_was_returned_elsewhere_is_not_returned_first_on_top(counter: Counter) -> None:
    number = line()
    request = {"amount": 300, "account": "basic", "how": "refund", "item": SMALL}
    asked = [Request("elsewhere", number, "top_up", "", request)]
    dict(counter.cashier.carrier.ask(asked, now=NOON, time_limit_seconds=1))
    with pytest.raises(Refusal, match="already_refunded"):
        counter.request(number, SMALL)
    assert not Refund.objects.exists()


def test_texts_of_refunds_neither_run_on_pages_nor_compute_in_tables(office: Office) -> None:
    nasty = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    zhao, gao = office.sign_in("zhao", "verifier"), office.sign_in("gao", "hall_manager")
    refund = office.refund()
    zhao.post(f"/staff/refunds/{refund.pk}/verify", {"kind": "announcement", "due": "20", "reason": nasty})
    assert "<script>alert" not in zhao.get(f"/staff/refunds/{refund.pk}").content.decode()
    sent = {"reason": nasty, "handed_by": "@SUM(1+1)"}
    assert office.wang.post(f"/staff/refunds/{refund.pk}/cash", sent).status_code == 302
    written = gao.get("/staff/refunds/register.csv").content.decode()
    assert not re.search(r'(^|,)"?[=@+]', written, re.MULTILINE)
    assert "'=cmd" in written
    assert office.number.digits not in written
    assert office.number.national() not in written


def test_cash_is_not_handed_out_while_the_account_is_being_credited(counter: Counter) -> None:
    refund = counter.approved(line())
    assert isinstance(counter.cashier, Cashier)
    done = at_once(
        4,
        lambda place: (
            counter.cashier.pay(refund.pk, by="a", now=NOON)
            if place % 2
            else counter.cashier.pay_cash(refund.pk, reason="r", handed_by="w", by="b", now=NOON)
        ),
    )
    assert sum(not isinstance(one, Exception) for one in done) == 1
    refund.refresh_from_db()
    assert refund.paid == refund.amount
