"""What customers want to be written, and when not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from careline import wiring
from careline.hall.reminding import LOW_BALANCE, remind
from careline.identity import preferences
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from tests.hall.test_reminding import spend
from tests.halls import Hall, the_book

NUMBER, OTHER = Msisdn("8613900050017"), Msisdn("8613900050018")
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_everything_is_wanted_until_somebody_says_no_and_a_no_is_nobody_elses() -> None:
    assert preferences.of(NUMBER).wanted == dict.fromkeys(preferences.KINDS, True)
    assert preferences.choose(NUMBER, "offers", False, by="subscriber", now=NOON)
    assert preferences.wants([NUMBER, OTHER], "offers") == {NUMBER: False, OTHER: True}
    assert preferences.wants([NUMBER], "surveys") == {NUMBER: True}
    assert preferences.choose(NUMBER, "offers", True, by="subscriber", now=NOON)
    assert preferences.wants([NUMBER], "offers") == {NUMBER: True}


@pytest.mark.django_db
def test_each_change_is_journaled_once_with_the_number_masked() -> None:
    assert preferences.choose(NUMBER, "offers", False, by="subscriber", now=NOON)
    assert not preferences.choose(NUMBER, "offers", False, by="subscriber", now=NOON)
    entry = Entry.objects.get(did="prefer")
    assert (entry.who, entry.record, entry.detail) == ("subscriber", "139****0017", {"kind": "offers", "on": False})


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["codes", "cases", ""])
def test_what_must_be_told_cannot_be_switched_off(kind: str) -> None:
    with pytest.raises(preferences.NoSuchKind):
        preferences.choose(NUMBER, kind, False, by="subscriber", now=NOON)
    with pytest.raises(preferences.NotAnHour):
        preferences.rest(NUMBER, (22, 24), by="subscriber", now=NOON)


@pytest.mark.parametrize(
    ("quiet", "hour", "leaves"),
    [
        ((22, 8), 23, "next day 08:00"),
        ((22, 8), 3, "08:00"),
        ((22, 8), 8, "now"),
        ((12, 14), 12, "14:00"),
        ((12, 14), 14, "now"),
        ((9, 9), 9, "now"),
        (None, 3, "now"),
    ],
)
def test_hours_of_quiet_may_span_midnight(quiet: tuple[int, int] | None, hour: int, leaves: str) -> None:
    at = timezone.localtime(NOON).replace(hour=hour, minute=20)
    said = timezone.localtime(preferences.after_quiet(quiet, at.astimezone(UTC)))
    if leaves == "now":
        assert said == at
    else:
        assert f"{said:%H:%M}" == leaves[-5:]
        assert said.date() == at.date() + timedelta(days=1 if leaves.startswith("next") else 0)


def test_a_reminder_of_the_balance_waits_for_the_end_of_the_quiet_and_is_not_sent_to_who_declined(hall: Hall) -> None:
    silent, never = hall.fresh("T5"), hall.fresh("T5")
    for customer in (silent, never):
        hall.say(customer, "KTYETX#10.00")
        spend(hall, customer, 119_00)
    preferences.rest(silent, (11, 15), by="subscriber", now=hall.clock())
    preferences.choose(never, "balance_alerts", False, by="subscriber", now=hall.clock())
    assert remind(wiring.carrier(), the_book(), hall.clock(), link="smsc") == 2, "told is told, also to who wants none"
    letter = Message.objects.get(key=LOW_BALANCE)
    assert letter.msisdn == silent.digits
    assert letter.due_at == hall.clock() + timedelta(hours=3)
    assert remind(wiring.carrier(), the_book(), hall.clock(), link="smsc") == 0
