"""A caller's secrets, and whoever guesses at them: nothing of them is kept, and tries are counted across calls."""

from collections.abc import Callable

import pytest
from django.db import connection

from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.channels.calls.lines import Ask
from careline.dialogue.talk import Event
from careline.hall.telephone import arrival
from tests.hall.test_telephone import Line
from tests.hall.test_telephone_password import guarded
from tests.halls import Hall
from tests.ussd.conftest import Handset
from tests.ussd.conftest import gateways as gateways
from tests.ussd.conftest import handset as handset

RIGHT = "135792"
TRIES_MAX = 12


def everywhere(wanted: str) -> list[str]:
    """The tables of the database in which this stands, in whatever column."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}" one WHERE one::text LIKE %s', [f"%{wanted}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    return found


@pytest.fixture
def line(db: None) -> Callable[[], Line]:
    """A new call of one and the same customer, whose balance needs the service password."""
    hall = guarded(Hall())
    customer = hall.fresh()
    Account.objects.filter(msisdn=customer.digits).update(password=hashed(RIGHT))
    return lambda: Line(hall, customer)


def test_tries_are_counted_across_calls(line: Callable[[], Line]) -> None:
    for guess in range(TRIES_MAX):
        call = line()
        call.dial()
        call.press("1")
        act = call.press(f"{guess:06}#")
        call.happen(Event.HUNG_UP)
        if act.key == "password.status.too_many_tries":
            break
    assert guess < 6, "a day's lock comes before the seventh guess, however many calls it took"
    call = line()
    call.dial()
    call.press("1")
    assert call.press(f"{RIGHT}#").key == "password.status.too_many_tries", "and then nor the right one opens"


@pytest.mark.parametrize("after", [Event.HUNG_UP, Event.LOST, Event.SILENCE])
def test_a_password_that_was_keyed_stands_nowhere(line: Callable[[], Line], after: Event) -> None:
    call = line()
    call.dial()
    call.press(f"{RIGHT}#")  # into the menu, where nobody asked for it
    call.press("1")
    call.press("246813#")
    call.press(f"{RIGHT}#")
    call.press("33010619850712345*#")
    call.happen(after)
    assert everywhere(RIGHT) == everywhere("246813") == everywhere("33010619850712345") == []


def test_a_password_in_the_history_of_a_ussd_session_stands_nowhere(handset: Callable[..., Handset]) -> None:
    customer = handset()
    for text in (RIGHT, "1", f"{RIGHT}#", "9"):
        customer.press(text)
    customer.repeat()
    assert customer.status == 200
    assert everywhere(RIGHT) == []
    assert "telephony_session" in everywhere(customer.caller.digits), "this search finds what is there"


def test_what_is_passed_between_processes_prints_no_keys(hall: Hall) -> None:
    moment = Line(hall, hall.fresh()).moment(Event.KEYS, RIGHT)
    for thing in (moment, arrival(moment), Ask(1, "moment", {"keys": RIGHT, "msisdn": "8613900000001"})):
        assert RIGHT not in repr(thing)
        assert "8613900000001" not in repr(thing)
