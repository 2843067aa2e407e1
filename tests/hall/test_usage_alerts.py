"""An allowance that is nearly or wholly used is told once each a month, to whoever wants it, out of the hours of quiet."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from careline import wiring
from careline.hall.reminding import tell_usage
from careline.identity import preferences
from careline.outbox.models import Message
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.halls import Hall, the_book

pytestmark = pytest.mark.django_db


def uses(hall: Hall, customer: Msisdn, used: int, total: int = 1_000) -> None:
    """So much of the plan's data is used by now."""
    month = int(f"{localtime(hall.clock()):%Y%m}")
    sql.execute(
        "INSERT INTO sandbox_usage (msisdn, month, quota, used, total) VALUES (%s, %s, 'left_data_plan', %s, %s)"
        " ON CONFLICT (msisdn, month, quota) DO UPDATE SET used = excluded.used, total = excluded.total",
        [customer.digits, month, used, total],
    )


def look(hall: Hall) -> int:
    return tell_usage(wiring.carrier(), the_book(), hall.clock(), link="smsc")


def told(customer: Msisdn) -> list[tuple[str, str]]:
    found = Message.objects.filter(msisdn=customer.digits, key__startswith="notice.usage_").order_by("created_at", "id")
    return list(found.values_list("key", "text"))


def test_each_level_is_told_once_a_month(hall: Hall) -> None:
    customer = hall.fresh("T1")
    uses(hall, customer, 790)
    assert look(hall) == 0
    uses(hall, customer, 800)
    assert [look(hall), look(hall)] == [1, 0]
    uses(hall, customer, 990)
    assert look(hall) == 0
    uses(hall, customer, 1_000)
    assert [look(hall), look(hall)] == [1, 0]
    (near, words), (over, _) = told(customer)
    assert (near, over) == ("notice.usage_near", "notice.usage_over")
    assert "800" in words
    assert "200" in words


def test_what_is_used_up_at_once_is_told_once(hall: Hall) -> None:
    customer = hall.fresh("T1")
    uses(hall, customer, 1_200)
    assert [look(hall), look(hall)] == [1, 0]
    assert [key for key, _ in told(customer)] == ["notice.usage_over"]


def test_who_wants_no_usage_alerts_gets_none_and_quiet_hours_are_kept(hall: Hall) -> None:
    silent, asleep = hall.fresh("T1"), hall.fresh("T1")
    preferences.choose(silent, "usage_alerts", False, by="subscriber", now=hall.clock())
    here = localtime(hall.clock())
    preferences.rest(asleep, (here.hour, (here.hour + 2) % 24), by="subscriber", now=hall.clock())
    for customer in (silent, asleep):
        uses(hall, customer, 900)
    assert look(hall) == 2
    assert told(silent) == []
    letter = Message.objects.get(msisdn=asleep.digits, key="notice.usage_near")
    assert letter.due_at > hall.clock() + timedelta(minutes=30)


def test_a_hundred_customers_are_told_by_as_many_statements_as_one(hall: Hall) -> None:
    def statements(count: int) -> int:
        for _ in range(count):
            uses(hall, hall.fresh("T1"), 900)
        with sql.counting() as counted:
            assert look(hall) == count
        return counted.statements

    assert statements(1) == statements(12)
