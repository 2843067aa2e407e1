"""A call that the machine serves and one that a person takes are both of the fourth level, and told apart."""

from datetime import date

import pytest

from careline.dialogue.talk import Event
from careline.insight import levels, menus
from careline.insight.asking import Period
from careline.ledger.models import Journey
from tests.hall.test_telephone import Line
from tests.halls import Hall
from tests.insight.records import fold

pytestmark = pytest.mark.django_db
TODAY = Period(date(2026, 11, 10), date(2026, 11, 10))


@pytest.mark.requirement("CH-06")
def test_calls_done_by_the_machine_and_calls_that_a_person_took_are_told_apart() -> None:
    hall = Hall()
    alone, pressed = Line(hall, hall.fresh()), Line(hall, hall.fresh())
    alone.dial()
    balance = alone.press("1", "1")
    assert balance.served is not None
    alone.hang_up()
    pressed.dial()
    taken = pressed.press("0")
    assert taken.cue.then == "person"
    pressed.happen(Event.HUNG_UP)
    assert set(Journey.objects.values_list("ended", flat=True)) == {"done", "person"}
    fold()

    found = levels.ladder(TODAY)
    assert dict(found.kinds) == {(4, "ivr"): 1, (4, "agent"): 1}
    assert found.level(4) == 2
    assert [(one.sessions, one.done, one.person) for one in menus.diversion(TODAY)] == [(2, 1, 1)]
