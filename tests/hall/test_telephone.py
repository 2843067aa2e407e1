"""Calls and USSD sessions through the one reception: what is done, what is recorded, and that nothing happens twice."""

from dataclasses import dataclass, field, replace

import pytest
from django.db import connection

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.dialogue.book import Choice, Menu, MenuNode, Verb
from careline.dialogue.talk import Event
from careline.hall.conversation import stand
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.hall.telephone import Act, Moment, answer, end_forsaken
from careline.identity import recognising
from careline.ledger.models import Attempt, Contact, Journey, OpenAttempt
from careline.postgres import sql
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.halls import Hall, the_book

ORDERS = MenuNode(
    "orders",
    Text("办业务", "Orders"),
    (Choice(service="caller_id", verb=Verb.SUBSCRIBE), Choice(service="caller_id", verb=Verb.CANCEL)),
)
MAIN = MenuNode(
    "main",
    Text("主菜单", "Main menu"),
    (
        Choice(service="balance", verb=Verb.QUERY),
        Choice(node="orders"),
        Choice(word="english"),
        Choice(word="senior"),
        Choice(service="password", verb=Verb.CONFIGURE, parameters={"what": "change"}),
    ),
)
MENU = Menu("test", Text("测试", "Test"), {"main": MAIN, "orders": ORDERS}, "main")


@dataclass
class Line:
    """One subscriber's telephone."""

    hall: Hall
    msisdn: Msisdn
    channel: str = "voice"
    session: str = field(default_factory=lambda: new_reference()[0])
    number: int = -1
    act: Act | None = None

    def moment(self, event: Event, keys: str = "", heard: int = 100) -> Moment:
        self.number += 1
        now = self.hall.clock()
        return Moment(
            self.session, self.number, self.msisdn, event, now, keys, channel=self.channel, heard_percent=heard
        )

    def happen(self, event: Event, keys: str = "", heard: int = 100) -> Act:
        (act,) = answer(self.hall.reception, [self.moment(event, keys, heard)])
        assert act is not None
        self.act = act
        return act

    def dial(self) -> Act:
        return self.happen(Event.HELLO)

    def press(self, *moments: str) -> Act:
        for keys in moments:
            self.happen(Event.KEYS, keys)
        assert self.act is not None
        return self.act

    def hang_up(self) -> Act:
        return self.happen(Event.HUNG_UP, heard=30)


@pytest.fixture
def hall(db: None) -> Hall:
    hall = Hall()
    book = replace(the_book(), menus={"test": MENU})
    hall.reception.book = lambda: book
    return hall


@pytest.fixture
def line(hall: Hall) -> Line:
    return Line(hall, hall.fresh())


@pytest.mark.requirement("IVR-01")
def test_a_call_opens_and_closes_a_service_and_asks_for_the_balance(line: Line) -> None:
    line.dial()
    opened = line.press("2", "1", "1")
    assert opened.served is not None
    assert opened.served.outcome is Outcome.DONE
    closed = line.press("1", "2", "1")
    assert closed.served is not None
    assert closed.served.outcome is Outcome.DONE
    asked = line.press("*", "*", "1")
    assert any(sign.isdigit() for sign in asked.text)
    line.hang_up()
    found = Attempt.objects.filter(msisdn=line.msisdn.digits).order_by("begun_at")
    assert [(one.service, one.verb, one.outcome, one.channel, one.node) for one in found] == [
        ("caller_id", "subscribe", "done", "voice", "orders"),
        ("caller_id", "cancel", "done", "voice", "orders"),
        ("balance", "query", "done", "voice", "main"),
    ]


def test_a_call_is_one_contact_and_one_journey_with_its_nodes(line: Line) -> None:
    line.dial()
    line.press("2", "1", "1")
    line.hang_up()
    contact = Contact.objects.get(msisdn=line.msisdn.digits)
    journey = Journey.objects.get(contact=contact.id)
    assert journey.visits == ["main", "orders", "caller_id:subscribe"]
    assert (journey.menu, journey.ended, journey.channel) == ("test", "done", "voice")
    assert Attempt.objects.get(msisdn=line.msisdn.digits).contact == contact.id


def test_each_call_is_a_contact_of_its_own(hall: Hall, line: Line) -> None:
    line.dial()
    line.hang_up()
    again = Line(hall, line.msisdn)
    again.dial()
    again.hang_up()
    assert Contact.objects.filter(msisdn=line.msisdn.digits).count() == 2
    assert Journey.objects.filter(msisdn=line.msisdn.digits).count() == 2
    assert [one.visits[0] for one in Journey.objects.all()] == ["main", "main"]


def test_a_call_that_reached_nothing_is_one_attempt_with_its_cause(line: Line) -> None:
    line.dial()
    line.press("2")
    line.happen(Event.HUNG_UP, heard=100)
    attempt = Attempt.objects.get(msisdn=line.msisdn.digits)
    assert (attempt.service, attempt.verb, attempt.outcome, attempt.cause) == ("hotline", "help", "failed", "guidance")
    assert attempt.node == "orders"


def test_hanging_up_at_the_question_abandons_the_order(line: Line) -> None:
    line.dial()
    line.press("21")
    assert OpenAttempt.objects.get(msisdn=line.msisdn.digits).node == "orders"
    line.hang_up()
    assert not OpenAttempt.objects.exists()
    attempt = Attempt.objects.get(msisdn=line.msisdn.digits)
    assert (attempt.outcome, attempt.cause, attempt.node) == ("abandoned", "left", "orders")


def test_a_moment_that_comes_twice_is_answered_again_with_its_cue_and_does_nothing(hall: Hall, line: Line) -> None:
    line.dial()
    line.press("21")
    yes = line.moment(Event.KEYS, "1")
    (first,) = answer(hall.reception, [yes])
    (second,) = answer(hall.another(), [yes])
    assert first is not None
    assert second is not None
    assert second.served is not None
    assert second.served.repeat
    assert (second.text, second.cue, second.language) == (first.text, first.cue, "zh")
    assert Attempt.objects.filter(msisdn=line.msisdn.digits).count() == 1


def test_a_yes_cut_off_by_a_dead_dispatcher_is_not_ordered_twice(hall: Hall, line: Line) -> None:
    line.dial()
    line.press("21")
    yes = line.moment(Event.KEYS, "1")
    answer(hall.reception, [yes])
    answer(hall.reception, [yes])
    line.press("9", "1", "1")
    (attempt,) = Attempt.objects.filter(msisdn=line.msisdn.digits, outcome="done")
    assert attempt.service == "caller_id"


@pytest.mark.requirement("IVR-10")
@pytest.mark.parametrize(("mode", "key"), [("down", "carrier_fault"), ("busy", "carrier_busy")])
def test_a_fault_of_the_carrier_is_said_as_a_fault_and_counts_as_ours(line: Line, mode: str, key: str) -> None:
    line.dial()
    stumbling.stumble(mode)  # type: ignore[arg-type]
    try:
        act = line.press("21", "1")
    finally:
        stumbling.recover()
    assert act.key.endswith(key)
    assert act.text
    assert act.cue.then == "keys"
    assert act.served is not None
    assert act.served.cause is not None
    assert act.served.cause.kind == "system"


def test_a_fault_of_our_own_is_said_and_the_call_goes_on(hall: Hall, line: Line) -> None:
    line.dial()
    broken = replace(hall.reception.book(), menus={"test": replace(MENU, nodes={"main": None})})  # type: ignore[dict-item]
    whole = hall.reception.book
    hall.reception.book = lambda: broken
    act = line.happen(Event.KEYS, "2")
    assert act.key == "error.hall_fault"
    assert act.text
    assert act.cue.then == "keys"
    hall.reception.book = whole
    assert "请按1" in line.press("2").text


def test_language_and_senior_menu_are_chosen_for_good(hall: Hall, line: Line) -> None:
    line.dial()
    assert line.press("3").language == "en"
    line.press("3")  # the way to English is gone
    line.hang_up()
    known = recognising.recognise([line.msisdn])[line.msisdn]
    assert (known.language, known.senior) == ("en", True)
    again = Line(hall, line.msisdn).dial()
    assert again.language == "en"
    assert again.cue.slow


def test_a_password_is_kept_nowhere(line: Line) -> None:
    line.dial()
    line.press("5")
    act = line.press("135790*246801#")
    assert act.served is not None
    rows = sql.run(
        "SELECT said FROM ledger_inbox UNION ALL SELECT state FROM hall_conversation"
        " UNION ALL SELECT parameters::text FROM ledger_attempt UNION ALL SELECT job FROM ledger_open"
        " UNION ALL SELECT text FROM outbox_message UNION ALL SELECT steps FROM ledger_inbox"
    )
    assert rows
    assert not any("135790" in row[0] or "246801" in row[0] for row in rows)


def test_a_call_and_a_text_of_one_customer_do_not_disturb_each_other(hall: Hall, line: Line) -> None:
    line.dial()
    line.press("21")
    hall.say(line.msisdn, "CXYE")
    act = line.press("1")
    assert act.served is not None
    assert (act.served.outcome, act.served.reference is not None) == (Outcome.DONE, True)


def test_strangers_are_served_side_by_side(hall: Hall) -> None:
    withheld = [Line(hall, Msisdn("0")) for _ in range(3)]
    acts = answer(hall.reception, [one.moment(Event.HELLO) for one in withheld])
    assert all(act is not None and act.key == "error.stranger" for act in acts)
    person = withheld[1].press("1")
    assert person.cue.then == "person"
    assert person.cue.handover is not None
    assert person.cue.handover.reason == "no_number"
    again = withheld[0].press("5")
    assert again.cue.then == "keys"
    for one in withheld:
        one.hang_up()
    assert not Attempt.objects.filter(msisdn="0").exists()


def test_many_callers_are_served_with_a_fixed_number_of_statements(hall: Hall) -> None:
    def walk(size: int) -> int:
        lines = [Line(hall, hall.fresh()) for _ in range(size)]
        answer(hall.reception, [one.moment(Event.HELLO) for one in lines])
        answer(hall.reception, [one.moment(Event.KEYS, "21") for one in lines])
        with sql.counting() as count:
            answer(hall.reception, [one.moment(Event.KEYS, "1") for one in lines])
            answer(hall.reception, [one.moment(Event.HUNG_UP) for one in lines])
        return count.statements

    walk(1)
    assert abs(walk(6) - walk(1)) <= 1


def test_texts_keep_no_journeys(hall: Hall) -> None:
    msisdn = hall.fresh()
    hall.say(msisdn, "CXYE")
    with sql.counting() as count:
        hall.say(msisdn, "CXYE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_journey")
        assert cursor.fetchone() == (0,)
    assert count.statements <= 20
    assert stand([(msisdn, "sms")])[msisdn, "sms"].session == ""


def test_a_session_on_a_screen_is_the_same_menu(hall: Hall) -> None:
    screen = Line(hall, hall.fresh(), channel="ussd")
    assert "1." in screen.dial().text
    act = screen.press("2", "1", "1")
    assert act.served is not None
    assert act.served.outcome is Outcome.DONE
    assert Attempt.objects.get(msisdn=screen.msisdn.digits).channel == "ussd"


def test_a_session_that_nobody_ended_is_ended_as_lost_once_its_time_is_over(hall: Hall, line: Line) -> None:
    line.dial()
    line.press("21")
    hall.clock.pass_(minutes=29)
    assert end_forsaken(hall.reception, hall.clock()) == 0
    hall.clock.pass_(minutes=2)
    assert end_forsaken(hall.reception, hall.clock()) == 1
    assert end_forsaken(hall.reception, hall.clock()) == 0
    attempt = Attempt.objects.get(msisdn=line.msisdn.digits)
    assert (attempt.outcome, attempt.cause) == ("failed", "channel_fault")
    assert Journey.objects.get(msisdn=line.msisdn.digits).ended == "lost"
    assert not OpenAttempt.objects.exists()


def test_what_became_of_an_order_in_doubt_is_told_by_sms(hall: Hall, line: Line) -> None:
    line.dial()
    stumbling.stumble("silent")  # done, and never said
    try:
        act = line.press("21", "1")
    finally:
        stumbling.recover()
    assert act.key.endswith("carrier_silent")
    assert act.cue.then == "keys"
    line.hang_up()
    assert OpenAttempt.objects.get(msisdn=line.msisdn.digits).unknown
    hall.clock.pass_(minutes=1)
    serving = Serving(wiring.office(), wiring.behaviours())
    Janitor(serving=serving, book=hall.reception.book, notice_link="sms-1").sweep(hall.clock())
    (letter,) = sql.run(
        "SELECT channel, link FROM outbox_message WHERE msisdn = %s AND channel = 'sms'", [line.msisdn.digits]
    )
    assert letter == ("sms", "sms-1")


def test_a_call_id_of_any_length_names_its_session(hall: Hall) -> None:
    caller = Line(hall, hall.fresh(), session="x" * 5000)
    caller.dial()
    assert caller.press("1").served is not None
    caller.hang_up()
    assert Journey.objects.filter(msisdn=caller.msisdn.digits).count() == 1
