"""Sessions and contacts that were recorded after their hour was counted: the next recheck finds them, once, and looks at little."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from careline.insight import belated, callers, folding, levels, menus
from careline.insight.asking import Period
from careline.insight.checking import recount
from careline.insight.models import Contacts, Kept, Mark
from careline.ledger.models import Contact
from careline.postgres import sql
from careline.probes.models import Line
from careline.values.msisdn import Msisdn
from tests.insight.records import LI, NOON, fold, greet, walk
from tests.insight.test_clocks_put_right import figures, from_scratch

HOUR, DAY = timedelta(hours=1), date(2026, 11, 10)
WANG = Msisdn("8613900000002")
NOVEMBER = date(2026, 11, 1)
TODAY = Period(DAY, DAY)


def dials(month: date = NOVEMBER, channel: str = "voice") -> list[tuple[str, int]]:
    return [(one.msisdn, one.dials) for one in callers.most(month, channel=channel)]


def alone(work: Callable[[datetime], int], now: datetime) -> None:
    try:
        work(now)
    finally:
        connection.close()


@pytest.mark.django_db
def test_what_was_recorded_late_stands_in_every_figure_after_the_next_recheck() -> None:
    for at in (NOON - 20 * HOUR, NOON - HOUR, NOON):
        greet(2, channel="voice", at=at)
        walk("main", "bill:query", at=at)
    fold(NOON + 2 * HOUR)
    greet(channel="voice", at=NOON - HOUR)
    greet(3, channel="voice", at=NOON - HOUR, msisdn=WANG)
    greet(channel="web", at=NOON - 20 * HOUR, msisdn=WANG)
    walk("main", at=NOON, ended="person")
    walk("main", "caller_id:subscribe", at=NOON - 5 * HOUR, menu="senior")  # an hour of which nothing was known
    fold(NOON + 3 * HOUR)
    assert dials() == [(LI.digits, 6)]

    folding.recheck(NOON + 3 * HOUR)
    assert dials() == [(LI.digits, 7), (WANG.digits, 3)]
    assert dials(channel="web") == [(WANG.digits, 1)]
    assert dict(callers.bands(NOVEMBER)) == {"1": 0, "2": 0, "3–5": 1, "6–10": 1, "11–20": 0, "21+": 0}
    assert menus.usage("standard", TODAY)["main"] == (3, 3, 2, 1, 0)
    assert menus.usage("senior", TODAY)["caller_id:subscribe"] == (1, 1, 1, 0, 0)
    assert sum(levels.ladder(TODAY).kinds.values()) == 8
    assert recount(DAY).exact
    found = figures()
    assert found == from_scratch(NOON + 3 * HOUR)


@pytest.mark.django_db
def test_looking_again_changes_nothing_and_asks_three_statements_where_nothing_is_late() -> None:
    greet(2, channel="voice", at=NOON - HOUR)
    walk("main", at=NOON - HOUR)
    fold(NOON + 2 * HOUR)
    greet(channel="voice", at=NOON - HOUR, msisdn=WANG)
    folding.recheck(NOON + 2 * HOUR)
    before = figures()
    with sql.counting() as counted:
        assert belated.mend(NOON - 48 * HOUR, NOON + HOUR) == 0
    assert counted.statements == 3
    folding.recheck(NOON + 8 * HOUR)
    assert figures() == before


@pytest.mark.django_db
def test_of_the_running_hour_nothing_is_counted_before_it_is_over() -> None:
    greet(channel="voice", at=NOON - HOUR)
    fold(NOON + HOUR / 2)
    greet(channel="voice", at=NOON - HOUR)
    greet(4, channel="voice", at=NOON + HOUR / 4)
    walk("main", at=NOON + HOUR / 4)
    folding.recheck(NOON + HOUR / 2)
    assert dials() == [(LI.digits, 2)]
    fold(NOON + 2 * HOUR)
    assert dials() == [(LI.digits, 6)]
    assert figures() == from_scratch(NOON + 2 * HOUR)


@pytest.mark.django_db
def test_late_ones_go_to_the_month_of_their_own_clock() -> None:
    midnight = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # November begins in Shanghai
    greet(channel="voice", at=midnight - 200 * HOUR)
    fold(midnight + 3 * HOUR)
    greet(2, channel="voice", at=midnight - timedelta(seconds=1))
    greet(channel="voice", at=midnight)
    folding.recheck(midnight + 3 * HOUR)
    assert dials(date(2026, 10, 1)) == [(LI.digits, 3)]
    assert dials() == [(LI.digits, 1)]
    assert figures() == from_scratch(midnight + 3 * HOUR)


@pytest.mark.django_db
def test_pretend_customers_and_contacts_under_which_refunds_are_booked_are_late_for_nobody() -> None:
    Line.objects.create(msisdn=WANG.digits, region="T1", brand="gotone", ours=True, marked_at=NOON - 9 * HOUR)
    greet(channel="voice", at=NOON)
    fold(NOON + 2 * HOUR)
    greet(5, channel="voice", at=NOON, msisdn=WANG)
    greet(5, channel="care", at=NOON)
    walk("main", at=NOON, msisdn=WANG)
    folding.recheck(NOON + 3 * HOUR)
    assert [(one.channel, one.contacts) for one in Contacts.objects.all()] == [("voice", 1)]
    assert menus.usage("standard", TODAY) == {}
    assert dials() == [(LI.digits, 1)]


@pytest.mark.django_db
def test_what_was_deleted_by_age_stays_as_it_was_counted() -> None:
    """Of a month of which a part was deleted, a number never has less than it had."""
    greet(4, channel="voice", at=NOON - 200 * HOUR)
    greet(channel="voice", at=NOON)
    greet(2, channel="web", at=NOON - 3 * HOUR)
    fold(NOON + 2 * HOUR)
    gone = NOON - 2 * HOUR
    Contact.objects.filter(began_at__lt=gone).delete()
    Kept.objects.create(kind="contacts", before=gone)
    greet(channel="voice", at=NOON, msisdn=WANG)
    folding.recheck(NOON + 3 * HOUR)
    assert dials() == [(LI.digits, 5), (WANG.digits, 1)]
    assert dials(channel="web") == [(LI.digits, 2)]
    assert sum(Contacts.objects.values_list("contacts", flat=True)) == 8


@pytest.mark.django_db
def test_nothing_is_looked_for_before_anything_was_folded() -> None:
    greet(channel="voice")
    folding.recheck(NOON + HOUR)
    assert not Mark.objects.exists()
    assert dials() == []
    fold(NOON + 2 * HOUR)
    assert dials() == [(LI.digits, 1)]


@pytest.mark.parametrize("second", [folding.recheck, folding.sweep])
def test_two_who_find_the_same_late_contacts_count_them_once(
    transactional_db: None, second: Callable[[datetime], int]
) -> None:
    greet(2, channel="voice", at=NOON - HOUR)
    walk("main", at=NOON - HOUR)
    fold(NOON + HOUR / 2)
    greet(3, channel="voice", at=NOON - HOUR)
    walk("main", at=NOON - HOUR)
    now = NOON + 2 * HOUR
    other = threading.Thread(target=alone, args=(second, now))
    with transaction.atomic():
        folding.recheck(now)
        other.start()  # it does not see what this one has counted
        other.join(0.3)
    other.join(60)
    folding.recheck(now)
    fold(now)
    assert dials() == [(LI.digits, 5)]
    assert menus.usage("standard", TODAY)["main"][0] == 2
    assert figures() == from_scratch(now)
