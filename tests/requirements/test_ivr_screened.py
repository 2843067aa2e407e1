"""A screened number (IVR-19): no person for a time, yet self-service, the state of its complaint, and a way to write."""

from datetime import timedelta

import pytest

from careline.cases.records.case import Case
from careline.demo.calling import Caller
from careline.desk import queue, screening
from careline.desk.models import Screening
from careline.dialogue.talk import Event
from careline.identity import recognising
from careline.outbox.models import Message
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.halls import Hall, answer_of

# Everyone whose menu is another one: table and brand, and whether they chose the slow one.
MENUS = (
    ("T2", "easyown", False),
    ("T6a", "gotone", False),
    ("T6b", "mzone", False),
    ("T5", "easyown", False),
    ("T1", "easyown", True),
)


def to_the_main_menu(caller: Caller) -> None:
    caller.press("1")
    caller.press("*")


@pytest.mark.requirement("IVR-19")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("table", "brand", "senior"), MENUS)
def test_a_screened_caller_is_told_so_and_keeps_everything_but_the_person(
    hall: Hall, table: str, brand: str, senior: bool, language: str
) -> None:
    li = hall.fresh(table, brand, language=language)
    recognising.keep_seniors({li: senior})
    now = hall.clock()
    hall.say(li, "投诉 信号不好，总是掉线")
    (case,) = Case.objects.filter(msisdn=li.digits)
    asked = screening.ask(li, now, now + timedelta(days=7), "一天打了四十次，每次都骂人", by="he", now=now)
    assert queue.may_wait(li, now)  # one person's word is not enough
    screening.approve(asked.pk, by="admin", now=now)
    held = Screening.objects.get(pk=asked.pk)
    assert (held.starts_at, held.ends_at) == (now, now + timedelta(days=7))
    assert (held.reason, held.asked_by, held.approver) == (asked.reason, "he", "admin")

    caller = Caller(hall.reception, li, hall.clock)
    caller.dial()
    act = caller.press("0")  # at the top of every menu
    assert act.cue is not None
    assert act.cue.then == "person"
    hall.clock.pass_(seconds=2)
    assert queue.enter(queue.Caller(new_reference()[0], caller.session, li), hall.clock()).refused == "screened"
    told = caller.happen(Event.RETURNED, "screened")
    assert ("短信到10086" if language == "zh" else "text to 10086") in told.text
    assert told.cue is not None
    assert told.cue.then == "keys"  # the menu goes on

    stands = caller.press("@complaint_progress.query")
    assert ("已记下" if language == "zh" else "noted") in stands.text
    to_the_main_menu(caller)
    urged = caller.press("@complaint_urge.other")
    assert urged.served is not None
    assert urged.served.outcome is Outcome.DONE
    to_the_main_menu(caller)
    money = caller.press("@charges_and_balance.query")
    assert "120.00" in money.text
    caller.hang_up()

    wrote = hall.say(li, "投诉 打了电话也不给转人工")
    assert wrote.outcome is Outcome.DONE
    assert case.docket in answer_of(wrote)
    case.refresh_from_db()
    assert (case.urged, case.repeats) == (1, 1)
    assert Message.objects.filter(msisdn=li.digits, text__contains=case.docket).exists()

    hall.clock.pass_(days=7)
    assert queue.may_wait(li, hall.clock())  # it ends by itself
