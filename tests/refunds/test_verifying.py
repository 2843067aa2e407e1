"""What the carrier's records say of a charge: five kinds of error, each found in the town, and honest charges left alone."""

import json
from datetime import UTC, datetime

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.carrier.port import CarrierDown
from careline.demo import town
from careline.refunds.rules import ErrorKind
from careline.refunds.verifying import Finding, NoSuchCharge, look, trace
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(db: None) -> None:
    town.settle(NOON)


def number(name: str) -> Msisdn:
    person = town.find(name)
    assert person is not None
    return person.msisdn


def disputed(name: str, product: str, month: str = "2026-10") -> list[Finding]:
    found = trace(Sandbox(), number(name), month, now=NOON)
    ours = [finding for finding in found.findings if finding.charge.product == product]
    return sorted(ours, key=lambda finding: finding.charge.at)


@pytest.mark.requirement("REF-05")
def test_each_kind_of_error_is_found_in_the_records() -> None:
    found = {
        (name, product): disputed(name, product)[-1].proposal
        for name, product in (
            ("罗莎", "announcement"),
            ("罗莎", "long"),
            ("刘建国", "roaming"),
            ("唐一鸣", "ringback"),
            ("孙丽", "sp_joke"),
            ("陈桂兰", "sp_health"),
        )
    }
    assert [(proposal.kind, proposal.due, proposal.why) for proposal in found.values()] == [
        (ErrorKind.ANNOUNCEMENT, 0, "announcement"),
        (ErrorKind.CDR, 10_800, "ultra_long"),
        (ErrorKind.BORDER_ROAMING, 30, "border_cell"),
        (ErrorKind.NOT_AS_AGREED, 500, "more_than_agreed"),
        (ErrorKind.INFORMATION_FEE, 300, "more_than_subscribed"),
        (ErrorKind.INFORMATION_FEE, 0, "no_subscription"),
    ]


def test_a_call_of_a_second_and_a_call_recorded_twice_are_errors_and_the_first_of_the_two_is_not() -> None:
    second, first, again, aggregated = disputed("罗莎", "calls")
    assert aggregated.proposal.kind is None
    assert (second.proposal.kind, second.proposal.why) == (ErrorKind.CDR, "ultra_short")
    assert (first.proposal.kind, first.proposal.why) == (None, "as_recorded")
    assert (again.proposal.kind, again.proposal.why) == (ErrorKind.CDR, "recorded_twice")
    assert look(Sandbox(), number("罗莎"), again.charge.id, now=NOON).proposal == again.proposal


@pytest.mark.requirement("REF-07")
def test_who_opened_the_service_when_and_how_is_answered_and_it_is_no_billing_error() -> None:
    [finding] = disputed("孙丽", "mobile_secretary")
    proposal = finding.proposal
    assert (proposal.kind, proposal.due, proposal.why) == (None, 1000, "ordered_by_another")
    assert proposal.order is not None
    assert (proposal.order.by, proposal.order.channel) == (f"line:{number('马阳').masked()}", "shop")
    assert proposal.order.at.date().isoformat() == "2026-10-12"


def test_a_bill_is_explained_whole_and_a_month_that_is_not_there_is_said() -> None:
    found = trace(Sandbox(), number("罗莎"), "2026-09", now=NOON)
    assert found.month == "2026-09"
    assert {finding.proposal.kind for finding in found.findings} == {None}
    assert found.total == sum(finding.charge.fen for finding in found.findings) > 0
    with pytest.raises(NoSuchCharge):
        trace(Sandbox(), number("罗莎"), "1999-01", now=NOON)
    with pytest.raises(NoSuchCharge):
        look(Sandbox(), number("罗莎"), "202610-99", now=NOON)
    with pytest.raises(NoSuchCharge):
        look(Sandbox(), Msisdn("8619999999999"), "202610-1", now=NOON)


def test_a_carrier_that_cannot_be_asked_proposes_nothing() -> None:
    stumble("down", kind="history")
    try:
        with pytest.raises(CarrierDown):
            look(Sandbox(), number("罗莎"), "202610-1", now=NOON)
    finally:
        recover()


def test_the_evidence_is_plain_and_names_no_other_number() -> None:
    [finding] = disputed("孙丽", "mobile_secretary")
    kept = json.dumps(finding.evidence(), ensure_ascii=False)
    assert number("马阳").digits not in kept
    assert number("马阳").masked() in kept
    assert json.loads(kept)["proposal"]["why"] == "ordered_by_another"
