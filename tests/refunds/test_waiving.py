"""Waivers: one policy, a limit for each role, the same answer on every channel; a denial is only overridden from above."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.identity.staff import engage
from careline.journal.models import Entry
from careline.refunds import register, waiving
from careline.refunds.models import Refund, Waiver
from careline.refunds.states import Refusal
from careline.refunds.waiving import Answer, Facts, decide
from tests.at_once import at_once
from tests.refunds.conftest import (
    ANNOUNCEMENT,
    LARGE,
    NOON,
    SECRETARY,
    THIRD_PARTY,
    TODAY,
    Counter,
    basic,
    letters,
    line,
)

PEOPLE = {
    "wang": "handler", "huang": "handler", "liu": "clerk", "chen": "duty_manager", "deng": "duty_manager", "hu": "hall_manager",
}  # fmt: skip
fen = st.integers(0, 100_000)


@pytest.fixture
def staff(counter: Counter) -> Counter:
    for name, role in PEOPLE.items():
        engage(name, "secret-enough-9", name, [role])
    return counter


def waive(counter: Counter, number: object, fen: int = 1_000, item: str = SECRETARY, **given: object) -> Waiver:
    terms = {"reason": "a customer of ten years", "channel": "shop", "by": "wang", "now": NOON} | given
    terms.setdefault("key", f"waiver-{next(counter.keys)}")
    return waiving.waive(counter.look(number, item), fen, **terms)  # type: ignore[arg-type]


@given(st.builds(Facts, fen, fen, fen, fen, st.booleans()), fen)
def test_nothing_above_the_charge_the_limit_or_the_window_is_granted_alone(facts: Facts, window: int) -> None:
    if decide(facts, window) is Answer.GRANTED:
        assert facts.fen <= min(facts.charged, facts.limit, window - facts.waived_before)
        assert not facts.denied


@pytest.mark.requirement("REF-09")
def test_within_the_limit_of_the_role_it_is_granted_paid_told_and_logged(staff: Counter) -> None:
    number = line()
    waiver = waive(staff, number)
    assert (waiver.state, waiver.verdict, waiver.limit_fen) == ("granted", "granted", 1_000)
    assert waiver.refund is not None
    staff.cashier.pay(waiver.refund.pk, by="wang", now=NOON)
    assert basic(number) == 6_000
    assert [key for key, _ in letters(number)] == ["refund.goodwill"]
    [entry] = Entry.objects.filter(did="waiver_asked")
    assert (entry.who, entry.detail["fen"], entry.detail["limit"]) == ("wang", 1_000, 1_000)
    assert [(one.what, one.fen) for one in register.sums("kind", TODAY, TODAY)] == [("waiver", 1_000)]
    with pytest.raises(Refusal, match="already_refunded"):
        staff.request(number, SECRETARY)
    with pytest.raises(Refusal, match="already_refunded"):
        waive(staff, number)


@pytest.mark.requirement("REF-09", "CONS-02")
@pytest.mark.parametrize(("fen", "verdict"), [(1_000, "granted"), (1_001, "needs_approval"), (9_001, "above_charge")])
def test_hall_and_hotline_answer_the_same(staff: Counter, fen: int, verdict: str) -> None:
    answers = {
        (channel, by): waive(staff, line(), fen, LARGE, channel=channel, by=by)
        for channel, by in (("shop", "wang"), ("call", "huang"), ("web", "wang"))
    }
    assert {(one.verdict, one.state, one.override, one.limit_fen) for one in answers.values()} == {
        (verdict, {"granted": "granted", "needs_approval": "waiting"}.get(verdict, "denied"), False, 1_000)
    }


def test_who_has_no_limit_waives_nothing_and_nothing_is_waived_without_a_reason(staff: Counter) -> None:
    number = line()
    for by in ("liu", "nobody"):
        with pytest.raises(Refusal, match="no_limit"):
            waive(staff, number, by=by)
    with pytest.raises(Refusal, match="no_reason"):
        waive(staff, number, reason=" ")
    with pytest.raises(Refusal, match="bad_amount"):
        waive(staff, number, 0)
    assert not Refund.objects.exists()


def test_above_the_limit_somebody_with_a_higher_one_decides(staff: Counter) -> None:
    number = line()
    finding = staff.look(number, LARGE)
    waiver = waive(staff, number, 3_000, LARGE)
    assert (waiver.state, waiver.refund) == ("waiting", None)
    with pytest.raises(Refusal, match="same_person"):
        waiving.approve(waiver.pk, finding, by="wang", now=NOON)
    with pytest.raises(Refusal, match="no_limit"):
        waiving.approve(waiver.pk, finding, by="huang", now=NOON)
    with pytest.raises(Refusal, match="other_charge"):
        waiving.approve(waiver.pk, staff.look(number, SECRETARY), by="chen", now=NOON)
    granted = waiving.approve(waiver.pk, finding, by="chen", now=NOON)
    assert granted.refund is not None
    assert granted.refund.amount == 3_000
    with pytest.raises(Refusal, match="not_waiting"):
        waiving.approve(waiver.pk, finding, by="hu", now=NOON)


@pytest.mark.requirement("CMP-16")
def test_a_denial_is_overridden_only_from_above_and_every_override_is_reported(staff: Counter) -> None:
    number = line()
    staff.verified(number, SECRETARY, channel="shop")  # the hall: no billing error
    finding = staff.look(number, SECRETARY)
    hotline = waive(staff, number, 500, channel="call", by="huang")
    assert (hotline.verdict, hotline.override, hotline.state) == ("needs_approval", True, "waiting")
    with pytest.raises(Refusal, match="no_limit"):
        waiving.approve(hotline.pk, finding, by="wang", now=NOON)
    assert waiving.turn_down(hotline.pk, "the charge is right", by="chen", now=NOON).state == "denied"
    # The duty manager said no: another of the same standing is not enough.
    again = waive(staff, number, 500, channel="call", by="wang")
    with pytest.raises(Refusal, match="no_limit"):
        waiving.approve(again.pk, finding, by="deng", now=NOON)
    granted = waiving.approve(again.pk, finding, by="hu", now=NOON)
    assert granted.refund is not None
    assert {one.pk for one in register.overrides(TODAY, TODAY)} == {hotline.pk, granted.pk}
    staff.cashier.pay(granted.refund.pk, by="hu", now=NOON)
    assert basic(number) == 5_500


def test_all_waivers_of_a_customer_have_a_limit_together_and_a_key_waives_once(staff: Counter) -> None:
    number = line()
    assert waive(staff, number, 5_000, LARGE, by="chen").state == "granted"
    assert waive(staff, number, 3_000, ANNOUNCEMENT, by="chen").state == "granted"
    first = waive(staff, number, 1_000, key="w-1")
    assert waive(staff, number, 1_000, key="w-1").pk == first.pk
    with pytest.raises(Refusal, match="key_used"):
        waive(staff, number, 900, key="w-1")
    full = waive(staff, line(), 1_000, by="chen")
    assert full.state == "granted"
    # 90 of 100 yuan are used.
    assert waive(staff, number, 1_001, "202610-2", by="hu").verdict == "above_charge"
    assert waive(staff, number, 1_000, "202610-2", by="hu").verdict == "granted"
    assert waive(staff, number, 1, "202610-5", by="hu").verdict == "window_full"


def test_ten_people_who_waive_at_once_stay_within_the_customers_limit(transactional_db: None) -> None:
    engage("hu", "secret-enough-9", "hu", ["hall_manager"])
    counter = Counter()
    number = line()
    items = [ANNOUNCEMENT, THIRD_PARTY, SECRETARY, LARGE]
    findings = {item: counter.look(number, item) for item in items}
    try:
        answers = at_once(
            [
                lambda item=item, turn=turn: waiving.waive(
                    findings[item],
                    findings[item].charge.fen,
                    reason="x",
                    channel="call",
                    by="hu",
                    now=NOON,
                    key=f"{item}-{turn}",
                )
                for item in items
                for turn in range(2)
            ]
        )
        granted = [one for one in answers if isinstance(one, Waiver) and one.state == "granted"]
        assert granted
        assert sum(one.fen for one in granted) <= 10_000
        assert len({one.item for one in granted}) == len(granted)
        assert {str(one) for one in answers if not isinstance(one, Waiver)} <= {"under_way"}
    finally:
        forget_lines([number])
