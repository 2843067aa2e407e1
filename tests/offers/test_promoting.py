"""Gifts: earned by rule, once for each customer, booked on both sides, and never more than the budget."""

from datetime import UTC, datetime, timedelta

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.hall import window
from careline.identity import preferences
from careline.journal.models import Entry as JournalEntry
from careline.offers import earning, promoting, shelf
from careline.offers.models import Budget, Entry, Grant
from careline.offers.promoting import Giver, grant
from careline.offers.redeeming import NotAllowed, redeem
from careline.orders import goods
from careline.outbox.models import Message
from careline.payments.hearing import Happening
from careline.payments.models import Payment
from careline.values.cause import Cause
from careline.values.reference import new_reference
from tests.at_once import at_once
from tests.halls import Hall
from tests.offers.conftest import NOON, ask, line

OFFER = "topup_300_get_30"


def giver() -> Giver:
    return Giver(Sandbox(waits=False), link="test")


def top_up(number, fen: int = 30_000, key: str = "", at: datetime = NOON) -> list[Grant]:  # type: ignore[no-untyped-def]
    return grant(
        number, "top_up", key or new_reference()[0], by="test", now=at, fen=fen, brand="easyown", region="shuoyuan"
    )


def agrees() -> None:
    """The budget is what its grants say, and what was given is booked on both sides."""
    for budget in Budget.objects.all():
        live = Grant.objects.filter(offer=budget.offer).exclude(state="refused")
        assert budget.taken == sum(live.values_list("fen", flat=True)) <= budget.limit
    assert sum(Entry.objects.values_list("fen", flat=True)) == 0
    given = Grant.objects.filter(state="given")
    assert sum(given.values_list("fen", flat=True)) == sum(
        Entry.objects.filter(side="customer").values_list("fen", flat=True)
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("CRP-03")
def test_a_top_up_of_300_gets_30_once_within_its_period(db: None) -> None:
    number = line(gift=500)
    assert top_up(number, 29_999) == []
    assert top_up(number, at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == [], "the day before it begins"
    grants = top_up(number)
    assert len(grants) == 1
    assert top_up(number) == []
    assert giver().give(grants, NOON) == 1
    assert giver().give(grants, NOON) == 0
    assert ask(number, "account")["gift"] == 3_500
    [letter] = Message.objects.filter(msisdn=number.digits)
    assert (letter.key, "30.00元" in letter.text) == ("gift.money", True)
    agrees()


@pytest.mark.django_db(transaction=True)
def test_who_wants_no_offers_gets_the_gift_without_a_letter_and_quiet_hours_are_kept(db: None) -> None:
    silent, asleep = line(), line()
    preferences.choose(silent, "offers", False, by="subscriber", now=NOON)
    preferences.rest(asleep, (11, 14), by="subscriber", now=NOON)  # it is noon there
    for number in (silent, asleep):
        assert giver().give(top_up(number), NOON) == 1
        assert ask(number, "account")["gift"] == 3_000
    assert not Message.objects.filter(msisdn=silent.digits).exists()
    assert Message.objects.get(msisdn=asleep.digits).due_at == NOON + timedelta(hours=2)


@pytest.mark.django_db(transaction=True)
def test_silence_is_asked_again_under_the_same_reference_and_gives_once(db: None) -> None:
    number = line()
    grants = top_up(number)
    stumbling.stumble("silent", kind="top_up")
    assert giver().give(grants, NOON) == 0
    assert Grant.objects.get().state == "unknown"
    stumbling.recover()
    assert giver().sweep(NOON + timedelta(minutes=1)) == 1
    assert giver().sweep(NOON + timedelta(hours=1)) == 0
    assert ask(number, "account")["gift"] == 3_000
    agrees()


@pytest.mark.django_db(transaction=True)
def test_what_the_carrier_refuses_returns_to_the_budget_and_may_be_earned_again(db: None) -> None:
    number = line()
    stumbling.stumble("refusing", kind="top_up", cause=Cause.NOT_ELIGIBLE, times=1)
    giver().give(top_up(number), NOON)
    assert (Grant.objects.get().state, Budget.objects.get().taken) == ("refused", 0)
    stumbling.recover()
    assert giver().give(top_up(number), NOON) == 1
    agrees()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_take_more_than_the_budget(db: None) -> None:
    gift = shelf.offers()[OFFER].gift
    assert gift is not None
    room = 3
    Budget.objects.create(offer=OFFER, limit=gift.budget_fen, taken=gift.budget_fen - room * gift.fen)
    numbers = [line() for _ in range(8)]
    results = at_once([lambda number=number: top_up(number) for number in numbers])
    assert sorted(len(one) for one in results) == [0] * 5 + [1] * room
    budget = Budget.objects.get()
    assert budget.taken == budget.limit == gift.budget_fen
    assert top_up(line()) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_customer_at_many_tills_gets_one(db: None) -> None:
    number = line()
    results = at_once([lambda: top_up(number) for _ in range(6)])
    assert sum(len(one) for one in results) == 1, results
    grants = list(Grant.objects.all())
    given = at_once([lambda: giver().give(grants, NOON) for _ in range(4)])
    assert sum(given) == 1, given
    assert ask(number, "account")["gift"] == 3_000
    agrees()


@pytest.mark.django_db(transaction=True)
def test_money_that_was_brought_online_earns_when_the_carrier_has_credited_it(db: None) -> None:
    number = line()
    payment = Payment(
        id=new_reference()[0], msisdn=number.digits, payee=number.digits, purpose="top_up", fen=50_000, price=49_000
    )
    for did in ("captured", "failed"):
        earning.hear(Happening(payment, did, "test", NOON, 50_000))
    assert not Grant.objects.exists()
    for _ in range(2):
        earning.hear(Happening(payment, "credited", "test", NOON, 50_000))
    grants = Grant.objects.order_by("offer")
    assert [(one.offer, one.key) for one in grants] == [
        ("deposit_handset", f"payment:{payment.id}"),
        ("topup_300_get_30", f"payment:{payment.id}"),
    ]
    payment.purpose = "order"
    payment.payee = line().digits
    earning.hear(Happening(payment, "credited", "test", NOON, 50_000))
    assert Grant.objects.count() == 2
    payment.purpose, payment.fen = "top_up", 49_900
    earning.hear(Happening(payment, "credited", "test", NOON, 49_900))
    assert not Grant.objects.filter(msisdn=payment.payee, offer="deposit_handset").exists(), "a fen short of a deposit"


@pytest.mark.django_db(transaction=True)
def test_a_deposit_gets_a_voucher_for_the_handset(db: None) -> None:
    number = line()
    grants = grant(number, "deposit", "counter:1", by="liu", now=NOON, fen=50_000, brand="easyown", region="shuoyuan")
    assert giver().give(grants, NOON) == 1
    row = Grant.objects.get()
    assert (row.kind, row.goods, len(row.voucher)) == ("goods", "phone_changqing", 10)
    assert row.goods in goods.goods(), "what is promised is in the shop"
    assert row.voucher in Message.objects.get(msisdn=number.digits).text
    agrees()
    fetched = redeem(f" {row.voucher.lower()} ", by="liu", now=NOON)
    assert fetched.redeemed_at == NOON
    assert JournalEntry.objects.get(did="gift_fetched").who == "liu"
    for voucher, code in ((row.voucher, "fetched"), ("AAAAAAAAAA", "no_such_voucher"), ("", "no_such_voucher")):
        with pytest.raises(NotAllowed, match=code):
            redeem(voucher, by="liu", now=NOON)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("ordered", "earned_on"),
    [
        (datetime(2026, 10, 20, 4, tzinfo=UTC), datetime(2027, 1, 20, 5, tzinfo=UTC)),
        (datetime(2026, 10, 31, 4, tzinfo=UTC), datetime(2027, 1, 31, 5, tzinfo=UTC)),
    ],
)
def test_three_months_of_use_get_three_more(db: None, ordered: datetime, earned_on: datetime) -> None:
    hall = Hall()
    hall.clock.now = ordered
    number = line(ordered, basic=90_000)
    cost = f"{hall.reception.book().services['pkg_data'].tiers['5'].price}/month"
    served = window.pick(
        hall.reception, number, "once", ordered, service="pkg_data", verb="subscribe", tier="5", agreed=cost
    )
    assert served.outcome == "done"
    assert earning.after_months(Sandbox(), earned_on - timedelta(days=1)) == 0
    assert earning.after_months(Sandbox(), earned_on) == 1
    assert earning.after_months(Sandbox(), earned_on) == 0
    assert earning.after_months(Sandbox(), datetime(2027, 2, 1, 5, tzinfo=UTC)) == 0, "each once"
    assert giver().sweep(earned_on) == 1
    assert ask(number, "account")["gift"] == 1_500


@pytest.mark.django_db(transaction=True)
def test_who_cancelled_meanwhile_has_not_earned_it(db: None) -> None:
    hall = Hall()
    hall.clock.now = ordered = datetime(2026, 10, 20, 4, tzinfo=UTC)
    number = line(ordered, basic=90_000)
    cost = f"{hall.reception.book().services['pkg_data'].tiers['5'].price}/month"
    window.pick(hall.reception, number, "once", ordered, service="pkg_data", verb="subscribe", tier="5", agreed=cost)
    ask(number, "switch_off", "pkg_data", at=ordered + timedelta(days=50), effect="now")
    assert earning.after_months(Sandbox(), datetime(2027, 1, 20, 5, tzinfo=UTC)) == 0


@pytest.mark.django_db(transaction=True)
def test_those_who_never_earn_it_keep_nobody_behind_them_waiting(db: None) -> None:
    hall = Hall()
    hall.clock.now = ordered = datetime(2026, 10, 20, 4, tzinfo=UTC)
    cost = f"{hall.reception.book().services['pkg_data'].tiers['5'].price}/month"
    numbers = sorted((line(ordered, basic=90_000) for _ in range(3)), key=lambda one: one.digits)
    for number in numbers:
        window.pick(
            hall.reception, number, "once", ordered, service="pkg_data", verb="subscribe", tier="5", agreed=cost
        )
    for number in numbers[:2]:
        ask(number, "switch_off", "pkg_data", at=ordered + timedelta(days=50), effect="now")
    assert earning.after_months(Sandbox(), datetime(2027, 1, 20, 5, tzinfo=UTC), hand=1) == 1


@pytest.mark.django_db(transaction=True)
def test_care_and_offers_follow_the_brand(db: None) -> None:
    from careline.offers.policy import policy

    care = policy().care
    assert set(care) == {"gotone", "mzone", "easyown"}
    for brand, told in care.items():
        assert told.offers
        for one in told.offers:
            brands = shelf.offers()[one].audience.brands
            assert not brands or brand in brands


def test_which_deed_earns_what_is_a_pure_rule() -> None:
    offer = shelf.offers()["use_3_get_3"]
    assert promoting.earned(offer, "months", months=3, service="pkg_data", now=NOON)
    assert not promoting.earned(offer, "months", months=2, service="pkg_data", now=NOON)
    assert not promoting.earned(offer, "months", months=3, service="ringback", now=NOON)
    assert not promoting.earned(offer, "top_up", fen=10**9, now=NOON)
    assert not promoting.earned(shelf.offers()["data_pack_20"], "top_up", fen=10**9, now=NOON)
