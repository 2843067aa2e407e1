"""Asked for, verified, decided, approved: who may, in which order, and what is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from careline.carrier.port import Request
from careline.catalogue.packs import packs_folder
from careline.journal.models import Entry
from careline.refunds import deciding, wording
from careline.refunds.models import PartnerReport, Refund
from careline.refunds.rules import ErrorKind
from careline.refunds.states import Refusal
from tests.refunds.conftest import ANNOUNCEMENT, LARGE, NOON, SECRETARY, SMALL, THIRD_PARTY, Counter, letters, line


@pytest.mark.requirement("CMP-09", "REF-01")
def test_nothing_is_paid_before_it_is_verified_and_every_refund_has_a_deadline(counter: Counter) -> None:
    number = line()
    refund = counter.request(number)
    assert refund.due_at > refund.requested_at
    ways: list[Callable[[], Refund]] = [
        lambda: counter.cashier.pay(refund.pk, by="wang", now=NOON),
        lambda: counter.cashier.pay_cash(refund.pk, reason="no line", handed_by="liu", by="wang", now=NOON),
    ]
    for pay in ways:
        with pytest.raises(Refusal, match="not_approved"):
            pay()
    with pytest.raises(Refusal, match="not_decided"):
        deciding.approve(refund.pk, by="chen", now=NOON)
    # Nor does the database let anybody write so.
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="credited")
    assert letters(number) == []


def test_a_verified_error_is_decided_at_once_and_its_evidence_is_kept(counter: Counter) -> None:
    refund = counter.approved(line())
    assert (refund.state, refund.verdict, refund.rule) == ("approved", "refund", "double_difference")
    assert (refund.owed, refund.amount, refund.second_person) == (4_000, 4_000, False)
    assert refund.evidence["charge"]["cdr"]["seconds"] == 20
    assert (refund.proposed_kind, refund.proposed_due, refund.due) == ("announcement", 0, 1_000)
    assert "应收10.00元" in wording.explained(refund, "zh")
    assert "40.00" in wording.explained(refund, "en")


def test_other_than_the_records_say_needs_a_reason(counter: Counter) -> None:
    number = line()
    refund = counter.request(number)
    finding = counter.look(number)
    with pytest.raises(Refusal, match="no_reason"):
        deciding.verify(refund.pk, finding, kind=ErrorKind.CDR, due=0, by="zhao", now=NOON)
    with pytest.raises(Refusal, match="no_reason"):
        deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=1, by="zhao", now=NOON, reason="  ")
    with pytest.raises(Refusal, match="other_charge"):
        other = counter.look(number, THIRD_PARTY)
        deciding.verify(refund.pk, other, kind=other.proposal.kind, due=0, by="zhao", now=NOON)
    with pytest.raises(Refusal, match="bad_amount"):
        deciding.verify(refund.pk, finding, kind=ErrorKind.CDR, due=-1, by="zhao", now=NOON, reason="x")
    kept = deciding.verify(
        refund.pk, finding, kind=ErrorKind.CDR, due=0, by="zhao", now=NOON, reason="by the switch, call 13900050006"
    )
    assert "13900050006" not in kept.reason
    with pytest.raises(Refusal, match="not_requested"):
        deciding.verify(refund.pk, finding, kind=None, due=0, by="zhao", now=NOON, reason="again")


@pytest.mark.requirement("REF-07")
def test_a_service_that_a_friend_opened_is_explained_with_who_when_and_how_and_not_refunded(counter: Counter) -> None:
    number = line()
    refund = counter.verified(number, SECRETARY)
    assert (refund.state, refund.verdict, refund.rule, refund.amount) == ("explained", "explained", "no_error", 0)
    order = refund.evidence["proposal"]["order"]
    assert (order["by"], order["channel"], order["at"][:10]) == ("line:139****0006", "shop", "2026-10-12")
    said = wording.explained(refund, "zh")
    assert "139****0006" in said
    assert "2026-10-12" in said
    with pytest.raises(Refusal, match="not_approved"):
        counter.cashier.pay(refund.pk, by="wang", now=NOON)


@pytest.mark.requirement("REF-08")
def test_a_third_partys_fee_without_subscription_is_owed_twice_and_reported_once(counter: Counter) -> None:
    refund = counter.verified(line(), THIRD_PARTY)
    assert (refund.state, refund.kind, refund.amount) == ("approved", "information_fee", 2_000)
    [report] = PartnerReport.objects.all()
    assert (report.provider, report.wrongly, report.owed, report.why) == ("星语网络", 1_000, 2_000, "no_subscription")


@pytest.mark.requirement("REF-06")
def test_more_than_the_rule_is_refused_and_less_is_paid(counter: Counter) -> None:
    number = line()
    refused = counter.verified(number, THIRD_PARTY, asked=2_001)
    assert (refused.state, refused.verdict, refused.amount) == ("refused", "above_rule", 0)
    assert "20.00" in wording.explained(refused, "zh")
    assert counter.verified(number, THIRD_PARTY, asked=1_500).amount == 1_500
    with pytest.raises(Refusal, match="bad_amount"):
        counter.request(number, SMALL, asked=0)


@pytest.mark.requirement("REF-06")
def test_a_charge_has_one_live_refund_and_one_key_asks_once(counter: Counter) -> None:
    number = line()
    refund = counter.request(number, key="call-7")
    assert counter.request(number, key="call-7").pk == refund.pk
    with pytest.raises(Refusal, match="key_used"):
        counter.request(number, SMALL, key="call-7")
    with pytest.raises(Refusal, match="under_way"):
        counter.request(number, channel="call", by="wang")
    assert Refund.objects.count() == 1
    assert Entry.objects.filter(did="refund_asked_again").count() == 1
    counter.request(line(), key="call-8")  # somebody else's charge with the same id


@pytest.mark.requirement("CMP-16", "CONS-02")
def test_after_a_denial_in_the_hall_the_hotline_sees_it_and_gets_the_same_decision(counter: Counter) -> None:
    number = line()
    hall = counter.verified(number, SECRETARY, channel="shop", by="liu")
    assert [denial.pk for denial in deciding.denials(number.digits, SECRETARY)] == [hall.pk]
    hotline = counter.verified(number, SECRETARY, channel="call", by="wang")
    for name in ("verdict", "rule", "owed", "amount", "second_person", "state"):
        assert getattr(hall, name) == getattr(hotline, name)
    same: dict[str, Any] = {"kind": ErrorKind.ANNOUNCEMENT, "due": 1_000, "reason": "the rest was a call"}
    paid = [
        counter.verified(line(), channel=channel, by=by, **same)
        for channel, by in (("shop", "liu"), ("call", "wang"), ("web", "subscriber"))
    ]
    assert len({(one.verdict, one.rule, one.owed, one.amount, one.second_person) for one in paid}) == 1


def test_whoever_asked_finds_no_money_due_by_themselves(counter: Counter) -> None:
    refund, finding = counter.request(number := line(), SMALL, by="liu"), counter.look(number, SMALL)
    with pytest.raises(Refusal, match="own_request"):
        deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="liu", now=NOON)
    refund.refresh_from_db()
    assert (refund.state, refund.verified_by) == ("requested", "")
    decided = deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="zhao", now=NOON)
    assert decided.state == "approved"


def test_whoever_asked_may_find_that_nothing_is_due(counter: Counter) -> None:
    refund, finding = counter.request(number := line(), SECRETARY, by="liu"), counter.look(number, SECRETARY)
    proposal = finding.proposal
    explained = deciding.verify(refund.pk, finding, kind=proposal.kind, due=proposal.due, by="liu", now=NOON)
    assert explained.state == "explained"


def test_a_carrier_may_let_whoever_asked_verify_small_sums(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(packs_folder(), tmp_path / "packs")
    (tmp_path / "packs" / "common" / "refunds.toml").write_text("[refund]\nasker_verifies_up_to_fen = 600\n")
    monkeypatch.setenv("CARELINE_PACKS", str(tmp_path / "packs"))
    refund, finding = counter.request(number := line(), SMALL, by="liu"), counter.look(number, SMALL)
    decided = deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="liu", now=NOON)
    assert (decided.amount, decided.state) == (600, "approved")


def test_a_large_refund_needs_somebody_who_neither_asked_nor_verified(counter: Counter) -> None:
    refund = counter.verified(line(), LARGE, by="liu")
    assert (refund.state, refund.amount, refund.second_person) == ("decided", 17_000, True)
    with pytest.raises(Refusal, match="not_approved"):
        counter.cashier.pay(refund.pk, by="wang", now=NOON)
    for same in ("liu", "zhao"):
        with pytest.raises(Refusal, match="same_person"):
            deciding.approve(refund.pk, by=same, now=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(state="approved", approved_by=same)
    assert deciding.approve(refund.pk, by="chen", now=NOON).state == "approved"
    with pytest.raises(Refusal, match="not_decided"):
        deciding.approve(refund.pk, by="chen", now=NOON)


def test_a_second_person_may_say_no_with_a_reason_and_the_charge_may_be_asked_about_again(counter: Counter) -> None:
    number = line()
    refund = counter.verified(number, LARGE)
    with pytest.raises(Refusal, match="no_reason"):
        deciding.turn_down(refund.pk, " ", by="chen", now=NOON)
    assert deciding.turn_down(refund.pk, "form not found", by="chen", now=NOON).state == "refused"
    assert counter.request(number, LARGE).state == "requested"


def test_what_somebody_else_refunded_at_the_carrier_is_not_refunded_again(counter: Counter) -> None:
    number = line()
    refund = counter.request(number)
    request = {"amount": 3_000, "account": "basic", "how": "refund", "item": ANNOUNCEMENT}
    dict(
        counter.cashier.carrier.ask(
            [Request("elsewhere", number, "top_up", "", request)], now=NOON, time_limit_seconds=1
        )
    )
    finding = counter.look(number)
    decided = deciding.verify(refund.pk, finding, kind=finding.proposal.kind, due=0, by="zhao", now=NOON)
    assert (decided.state, decided.verdict) == ("refused", "already_refunded")


def test_every_step_stands_in_the_journal_without_the_number(counter: Counter) -> None:
    number = line()
    refund = counter.verified(number, LARGE)
    deciding.approve(refund.pk, by="chen", now=NOON)
    entries = Entry.objects.filter(what="refund", record=str(refund.pk)).order_by("id")
    assert [(entry.who, entry.did) for entry in entries] == [
        ("liu", "refund_asked"),
        ("zhao", "refund_verified"),
        ("chen", "refund_approved"),
    ]
    assert number.digits not in str([entry.detail for entry in entries])
