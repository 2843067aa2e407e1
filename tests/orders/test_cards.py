"""SIM cards that were ordered: a number set apart, the owner's word after delivery, activated once, whatever the carrier does."""

from datetime import datetime
from typing import Any

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.carrier.adapters.sandbox.stumbling import recover, stumble
from careline.carrier.port import Answer, Request
from careline.journal.models import Entry
from careline.ledger.models import Attempt
from careline.orders import cards, changing
from careline.orders.activating import Desk
from careline.orders.office import OrderOffice
from careline.orders.records.card import Card
from careline.orders.records.order import Order
from careline.orders.states import NotAllowed, State
from careline.outbox.models import Message
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.halls import Hall, answer_of
from tests.orders.shop import NOON, customer, deeds_of, later, led, letters, read

pytestmark = pytest.mark.django_db
DESK = Desk(Sandbox(waits=False))


def card_of(order: Order) -> Card:
    return Card.objects.get(line__order=order)


def ordered(thing: str = "sim_new", state: State = State.ARRIVED, **more: Any) -> tuple[Msisdn, Order]:
    """An order that went so far, its card set apart as the sweep does it."""
    who = customer()
    order = led(who, state, thing, **more)
    DESK.sweep(NOON)
    return who, order


def says_yes(order: Order, now: datetime = NOON, sure: bool = True) -> Card:
    card = cards.confirm(order.number, msisdn=Msisdn(order.msisdn), channel="web", now=now, sure=sure)
    return DESK.go_on(card, now) if card.state == "confirmed" else card


def line(number: str) -> tuple[str, int, str]:
    """Status, basic account and owner of a line at the carrier."""
    [row] = sql.run(
        "SELECT a.status, a.basic, l.owner_masked FROM sandbox_account a JOIN sandbox_line l USING (msisdn)"
        " WHERE msisdn = %s",
        [number],
    )
    return row[0], row[1], row[2]


def states_of_cards(number: str) -> list[str]:
    return [row[0] for row in sql.run("SELECT state FROM sandbox_card WHERE msisdn = %s ORDER BY card", [number])]


def test_a_new_sim_gets_a_number_that_waits_until_its_owner_has_it() -> None:
    who, order = ordered(state=State.CONFIRMED)
    card = card_of(order)
    assert (card.state, card.kind, len(card.iccid)) == ("reserved", "new", 20)
    assert card.served != who.digits
    assert line(card.served) == ("inactive", 5_000, line(who.digits)[2])
    assert "card_reserved" in deeds_of(order)
    with pytest.raises(NotAllowed, match="card_not_here"):
        says_yes(order)
    assert line(card.served)[0] == "inactive"


def test_the_owners_word_activates_it_once_and_it_is_journaled() -> None:
    _, order = ordered()
    assert "order.card_here_new" in letters(order)
    card = says_yes(order)
    assert card.state == "active"
    assert line(card.served)[:2] == ("active", 5_000)
    again = says_yes(order, later(hours=1))
    assert (again.activating, again.active_at) == (card.activating, card.active_at)
    assert deeds_of(order).count("card_active") == 1
    did = list(Entry.objects.filter(record=order.number).values_list("did", flat=True))
    assert did.count("order_card_confirmed") == did.count("order_card_active") == 1
    told = Message.objects.get(msisdn=order.msisdn, key="order.card_active_new").text
    assert Msisdn(card.served).national() in told


def test_a_replacement_asks_for_more_than_a_session_and_stops_the_old_card() -> None:
    who, order = ordered("sim_spare")
    card = card_of(order)
    assert card.served == who.digits
    with pytest.raises(NotAllowed, match="card_prove"):
        says_yes(order, sure=False)
    assert says_yes(order).state == "active"
    assert states_of_cards(who.digits) == ["active"]
    second = led(who, State.ARRIVED, "sim_spare")
    DESK.sweep(NOON)
    assert says_yes(second).state == "active"
    assert states_of_cards(who.digits) == ["void", "active"]
    assert line(who.digits)[0] == "active"


def test_what_is_paid_at_the_door_is_paid_before_it_works() -> None:
    who, order = ordered("sim_spare", how="arrival")
    assert "order.card_here_replacement" not in letters(order)
    with pytest.raises(NotAllowed, match="card_receive"):
        says_yes(order)
    changing.receive(order.number, msisdn=who, channel="web", now=NOON)
    assert "order.card_here_replacement" in letters(order)
    assert says_yes(order).state == "active"


def test_a_carrier_that_is_down_is_asked_again_and_nothing_is_claimed_meanwhile() -> None:
    _, order = ordered()
    stumble("down", kind="activate")
    card = says_yes(order)
    assert (card.state, card.active_at) == ("confirmed", None)
    assert card.due_at is not None
    assert "order.card_active_new" not in letters(order)
    assert DESK.sweep(NOON) == 0, "not before its time"
    recover()
    assert DESK.sweep(later(minutes=2)) == 1
    assert card_of(order).state == "active"
    assert line(card.served)[0] == "active"
    assert DESK.sweep(later(hours=9)) == 0


def test_silence_is_no_second_activation() -> None:
    _, order = ordered()
    stumble("silent", kind="activate")
    assert says_yes(order).state == "confirmed"
    recover()
    DESK.sweep(later(minutes=2))
    card = card_of(order)
    assert card.state == "active"
    assert states_of_cards(card.served) == ["active"]
    assert letters(order).count("order.card_active_new") == 1


def test_a_silent_carrier_sets_no_second_number_apart() -> None:
    who = customer()
    order = led(who, State.CONFIRMED, "sim_new")
    stumble("silent", kind="reserve_card")
    DESK.sweep(NOON)
    assert card_of(order).state == "wanted"
    recover()
    DESK.sweep(later(minutes=2))
    card = card_of(order)
    assert card.state == "reserved"
    assert sql.run("SELECT count(*) FROM sandbox_card WHERE reference = %s", [card.reserving]) == [(1,)]


def test_a_refusal_is_told_and_can_be_wished_for_anew() -> None:
    _, order = ordered()
    stumble("refusing", kind="activate", cause=Cause.CLOSED)
    card = says_yes(order)
    assert (card.state, card.cause) == ("refused", "closed")
    assert "order.card_refused" in letters(order)
    recover()
    assert says_yes(order).state == "active"


def test_an_order_that_is_cancelled_lets_its_number_go() -> None:
    who, order = ordered(state=State.CONFIRMED)
    served = card_of(order).served
    changing.cancel(order.number, msisdn=who, channel="web", now=NOON)
    DESK.sweep(NOON)
    assert card_of(order).state == "dropped"
    assert line(served)[0] == "released"
    assert states_of_cards(served) == ["void"]
    spare, replaced = ordered("sim_spare", state=State.CONFIRMED)
    changing.cancel(replaced.number, msisdn=spare, channel="web", now=NOON)
    DESK.sweep(NOON)
    assert line(spare.digits)[0] == "active", "a line that there was stays"


def test_nobody_activates_the_card_of_another() -> None:
    _, order = ordered()
    with pytest.raises(NotAllowed, match="no_such_order"):
        cards.confirm(order.number, msisdn=customer(), channel="web", now=NOON, sure=True)
    assert card_of(order).state == "reserved"


def test_an_order_without_a_card_has_nothing_to_activate() -> None:
    who = customer()
    order = led(who, State.ARRIVED, "charger")
    with pytest.raises(NotAllowed, match="no_card"):
        says_yes(order)
    assert read(order).state == "arrived"


def asked(who: Msisdn, reference: str, now: datetime = NOON) -> Answer:
    """What the office answers to the attempt of a channel."""
    request = Request(reference, who, "card_activate")
    [(_, answer)] = OrderOffice(Sandbox()).ask([request], now=now, time_limit_seconds=1)
    assert isinstance(answer, Answer)
    return answer


def test_an_attempt_by_any_channel_activates_once_by_its_reference() -> None:
    who, order = ordered()
    first = asked(who, "attempt-1")
    assert (first.refused, first.facts["state"]) == (None, "active")
    assert asked(who, "attempt-1") == first, "asked again after a crash"
    assert asked(who, "attempt-2").refused is Cause.ALREADY_ON
    assert card_of(order).confirmed_by == "attempt-1"


def test_an_attempt_says_why_not() -> None:
    assert asked(customer(), "a").facts == {"code": "no_card"}
    who, _ = ordered(state=State.DISPATCHED)
    early = asked(who, "b")
    assert (early.refused, early.facts["code"]) == (Cause.NOT_STARTED, "card_not_here")
    who, _ = ordered("sim_spare", how="arrival")
    assert asked(who, "c").facts["code"] == "card_receive"


def test_an_attempt_while_the_carrier_is_down_is_kept_and_says_so() -> None:
    who, order = ordered()
    stumble("down", kind="activate")
    assert asked(who, "d").facts["state"] == "confirmed"
    recover()
    assert asked(who, "d", later(minutes=1)).facts["state"] == "active"
    assert card_of(order).state == "active"


def test_a_text_with_a_yes_activates_what_was_delivered() -> None:
    hall = Hall()
    who = hall.fresh("T5")
    order = led(who, State.ARRIVED, "sim_new", now=hall.clock())
    DESK.sweep(hall.clock())
    Account.objects.filter(msisdn=who.digits).update(password=hashed("135790"))
    assert "服务密码" in answer_of(hall.say(who, "新卡启用"))
    assert "现在启用吗" in answer_of(hall.say(who, "135790"))
    assert card_of(order).state == "reserved", "nothing without the yes"
    told = answer_of(hall.say(who, "是"))
    card = card_of(order)
    assert (card.state, card.confirmed_at_door) == ("active", "sms")
    assert Msisdn(card.served).national() in told
    hall.say(who, "新卡启用", "135790")
    assert "早已启用" in answer_of(hall.say(who, "是"))
    kept = Attempt.objects.filter(msisdn=who.digits, service="card_activation").order_by("ended_at")
    assert [one.outcome for one in kept] == ["done", "refused"]
    assert card.confirmed_by == str(kept[0].pk)
