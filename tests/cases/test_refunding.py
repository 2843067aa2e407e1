"""A refund within a case: the history, the promise of money, what the customer reads, and one SMS for each payment."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.cases import opening, refunding
from careline.cases.looking import timeline
from careline.cases.opening import NewCase
from careline.cases.promised import promising
from careline.cases.records.case import Case, Event
from careline.cases.records.work import Improvement
from careline.cases.states import NotAllowed
from careline.refunds import deciding, waiving
from careline.refunds.models import Refund
from careline.refunds.rules import ErrorKind
from careline.refunds.states import Refusal
from careline.values.msisdn import Msisdn
from tests.cases.desk import hire, settled
from tests.refunds.conftest import (
    ANNOUNCEMENT,
    LARGE,
    NOON,
    SECRETARY,
    SMALL,
    THIRD_PARTY,
    Counter,
    basic,
    later,
    letters,
    line,
)

DO: dict[str, Any] = {"by": "wang", "now": NOON}


@pytest.fixture(autouse=True)
def people(db: None) -> Iterator[None]:
    settled()
    hire("zhao", "verifier")
    stumbling.forget()
    yield
    stumbling.forget()


def complained(number: Msisdn) -> Case:
    words = NewCase(
        key=f"test:{number.digits}",
        msisdn=number,
        kind="complaint",
        category="billing",
        words="多扣了30元",
        channel="sms",
        link="t",
    )
    return opening.accept(words, tell=False, **DO).case


def asked(counter: Counter, docket: str, item: str = ANNOUNCEMENT, **given: Any) -> Refund:
    terms = {"channel": "shop", "key": f"case:{docket}:{item}"} | DO | given
    return refunding.ask(docket, item, carrier=counter.cashier.carrier, **terms)


def verified(counter: Counter, refund: Refund, **given: Any) -> Refund:
    finding = counter.look(Msisdn(refund.msisdn), refund.item)
    said: dict[str, Any] = {"kind": finding.proposal.kind, "due": finding.proposal.due} | given
    return deciding.verify(refund.pk, finding, by="zhao", now=NOON, **said)


def promise(docket: str) -> str:
    [clock] = [one for one in promising.standing(Case.objects.get(docket=docket), NOON) if one.what == "refund"]
    return str(clock.state)


def did(docket: str) -> list[str]:
    return list(Event.objects.filter(case__docket=docket).order_by("at", "id").values_list("did", flat=True))


@pytest.mark.requirement("REF-01", "REF-03")
def test_a_double_refund_is_told_once_and_stands_in_the_customers_history_with_its_promise_kept() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    version = Case.objects.get(docket=docket).version
    refund = asked(counter, docket)
    assert asked(counter, docket).pk == refund.pk, "the same key asks once"
    assert promise(docket) == "open"
    verified(counter, refund, kind=ErrorKind.ANNOUNCEMENT, due=1_000, reason="the rest was a call")
    done = counter.cashier.pay(refund.pk, by="wang", now=later(hours=2))
    assert (done.state, basic(number)) == ("credited", 9_000)
    assert promise(docket) == "kept"
    assert did(docket)[-3:] == ["refund_asked", "refund_verified", "refunded"]
    assert Case.objects.get(docket=docket).version == version + 3
    read = timeline.for_customer(docket)
    assert [one.did for one in read if one.did.startswith("refund")] == ["refund_asked", "refund_verified", "refunded"]
    assert "40.00元" in read[-1].words
    assert read[-1].label.en == "money was returned"
    assert [key for key, _ in letters(number) if key.startswith("refund.")] == ["refund.done"]
    assert read[-1].words == letters(number)[-1][1]
    assert "双倍" in refunding.reply_text(docket, "zh")
    assert "40.00" in refunding.reply_text(docket, "en")


def test_what_the_sweep_finds_out_reaches_the_case_too() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    refund = verified(counter, asked(counter, docket, THIRD_PARTY))
    stumble("silent", kind="top_up", times=1)
    assert counter.cashier.pay(refund.pk, **DO).state == "unknown"
    recover()
    assert (did(docket)[-1], promise(docket)) == ("refund_verified", "open")
    assert counter.cashier.sweep(later(minutes=1)) == 1
    assert (did(docket)[-1], promise(docket), len(letters(number))) == ("refunded", "kept", 1)


@pytest.mark.requirement("REF-07")
def test_an_honest_charge_is_explained_with_who_when_and_how_and_the_promise_ends() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    refund = verified(counter, asked(counter, docket, SECRETARY))
    assert refund.state == "explained"
    assert promising.standing(Case.objects.get(docket=docket), NOON) == [
        one for one in promising.standing(Case.objects.get(docket=docket), NOON) if one.what != "refund"
    ]
    told = refunding.reply_text(docket, "zh")
    assert "139****0006" in told
    assert "不用退" in told
    assert letters(number) == []


@pytest.mark.requirement("REF-08")
def test_a_third_partys_wrong_fee_is_passed_on_upward() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    verified(counter, asked(counter, docket, THIRD_PARTY))
    [item] = Improvement.objects.filter(case__docket=docket)
    assert "星语网络" in item.words
    assert (item.submitted_by, item.status) == ("zhao", "open")


def test_two_charges_of_one_case_keep_its_promise_only_together() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    one, other = (verified(counter, asked(counter, docket, item)) for item in (THIRD_PARTY, SMALL))
    counter.cashier.pay(one.pk, **DO)
    assert promise(docket) == "open"
    counter.cashier.pay(other.pk, **DO)
    assert promise(docket) == "kept"


def test_a_second_persons_no_and_yes_stand_inside_and_not_with_the_customer() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    refund = verified(counter, asked(counter, docket, LARGE))
    deciding.turn_down(refund.pk, "form not found", by="chen", now=NOON)
    assert did(docket)[-1] == "refund_turned_down"
    again = verified(counter, asked(counter, docket, LARGE, key="again"))
    deciding.approve(again.pk, by="chen", now=NOON)
    assert did(docket)[-1] == "refund_approved"
    assert {one.did for one in timeline.for_customer(docket)}.isdisjoint({"refund_turned_down", "refund_approved"})


def test_refunded_first_and_waived_are_told_in_the_case() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    refund = asked(counter, docket, SMALL)
    counter.cashier.pay_first(refund.pk, **DO)
    assert (did(docket)[-1], promise(docket)) == ("refunded_first", "open")
    finding = counter.look(number, SECRETARY)
    waiver = waiving.waive(finding, 1_000, reason="ten years", channel="call", key="w", docket=docket, **DO)
    assert waiver.refund is not None
    counter.cashier.pay(waiver.refund.pk, **DO)
    assert did(docket)[-2:] == ["waived", "refunded"]
    assert promise(docket) == "open", "the first is still to be verified"


def test_a_late_refund_breaks_its_promise_and_is_paid_all_the_same() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    refund = verified(counter, asked(counter, docket, THIRD_PARTY))
    counter.cashier.pay(refund.pk, by="wang", now=NOON + timedelta(days=3))
    assert promise(docket) == "broken"
    assert basic(number) == 7_000


def test_refunds_are_asked_for_in_open_cases_that_exist_and_a_lost_case_never_holds_money_up() -> None:
    counter, number = Counter(), line()
    with pytest.raises(NotAllowed, match="no_such_case"):
        asked(counter, "0000000000")
    docket = complained(number).docket
    Case.objects.filter(docket=docket).update(state="closed")
    with pytest.raises(NotAllowed, match="closed"):
        asked(counter, docket)
    elsewhere = counter.verified(number, THIRD_PARTY, docket="0000000000")
    assert counter.cashier.pay(elsewhere.pk, **DO).state == "credited"
    with pytest.raises(Refusal, match="already_refunded"):
        counter.request(number, THIRD_PARTY)


@pytest.mark.requirement("CTR-12")
def test_a_bill_is_explained_with_two_papers_and_both_stand_in_the_case() -> None:
    counter, number = Counter(), line()
    docket = complained(number).docket
    bill, leaflet = refunding.explain_bill(docket, "2026-10", carrier=counter.cashier.carrier, **DO)
    assert "移动小秘书 10.00元" in bill
    assert "星语网络" in bill
    assert "143.00元" in bill.splitlines()[-1]
    assert "双倍返还" in leaflet
    event = Event.objects.filter(case__docket=docket).latest("id")
    assert (event.did, event.detail["documents"], event.detail["goal"]) == (
        "bill_explained", ["bill", "double_return"], "teach_others",
    )  # fmt: skip
