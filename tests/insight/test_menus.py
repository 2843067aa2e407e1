"""What menus are used for: leaves that nobody touches, order against demand, what the machine takes off people, and levels."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from careline.dialogue.book import Choice, Menu, MenuNode, Verb
from careline.insight import asking, callers, levels, menus
from careline.insight.asking import Filters, Period
from careline.insight.models import Callback
from careline.insight.rates import percent
from careline.journal.models import Entry
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.insight.records import LATER, LI, NOON, fold, greet, record, walk
from tests.shipped import the_book

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def menu_of(*services: str, more: tuple[str, ...] = ()) -> Menu:
    """A menu whose first node offers these services, and another node with `more` of them."""

    def choices(names: tuple[str, ...]) -> tuple[Choice, ...]:
        return tuple(Choice(service=one, verb=Verb.SUBSCRIBE, label=Text(one, one)) for one in names)

    below = MenuNode("below", Text("下层", "Below"), choices(more))
    down = (Choice(node="below"),) if more else ()
    first = MenuNode("main", Text("主菜单", "Main"), (*choices(services), *down))
    return Menu("standard", Text("标准", "Standard"), {"main": first, "below": below}, "main")


def test_leaves_that_nobody_touched_are_named() -> None:
    names = tuple(f"service{number:02}" for number in range(40))
    menu = menu_of(*names[:20], more=names[20:])
    for name in names[:38]:
        walk("main", f"{name}:subscribe")
    walk("main", "service38:subscribe", menu="other")
    walk("main", "service39:subscribe", at=NOON - timedelta(days=30))
    fold()

    rate = menus.contact_rate(the_book(), menu, NOVEMBER)
    assert (rate.touched, len(rate.leaves), percent(rate.share, 1), rate.met) == (38, 40, "95.0 %", False)
    assert [one.name.zh for one in rate.untouched] == ["service38", "service39"]


def test_a_menu_without_leaves_has_no_rate() -> None:
    rate = menus.contact_rate(the_book(), menu_of(), NOVEMBER)
    assert (rate.share, rate.met) == (None, None)


def test_the_menu_is_compared_with_what_is_asked_for() -> None:
    menu = menu_of("rare", "often", more=("most", "never"))
    record(2, service="rare")
    record(5, service="often", channel="sms")
    record(9, service="most", channel="web")
    fold()

    main, below = menus.order(the_book(), menu, menus.demand(NOVEMBER))
    assert [(one.place, one.demand, one.rank, one.proposed) for one in main.choices] == [
        (1, 2, 3, 3),
        (2, 5, 2, 2),
        (3, 9, 1, 1),
    ]
    assert (main.inversions, main.inversions_after) == (3, 0)
    assert below.inversions == 0


def test_words_keep_their_keys_when_choices_move() -> None:
    menu = menu_of("rare", "often")
    first = menu.nodes["main"]
    spoken = MenuNode("main", first.title, (first.choices[0], Choice(word="person"), first.choices[1]))
    (main,) = menus.order(
        the_book(), Menu("m", menu.name, {"main": spoken}, "main"), {"often:subscribe": 5, "rare:subscribe": 1}
    )
    assert [(one.name.en, one.place, one.proposed) for one in main.choices] == [("rare", 1, 3), ("often", 3, 1)]


def test_what_self_service_took_off_people_is_told_by_node_and_by_day() -> None:
    for _ in range(3):
        walk("main", "caller_id:subscribe", ended="done")
    walk("main", "below", ended="person")
    walk("main", "below", ended="hung_up", at=NOON + timedelta(days=1))
    fold()

    by_day = menus.diversion(NOVEMBER)
    assert [(one.day, one.sessions, one.done, one.person) for one in by_day] == [
        (DAY, 4, 3, 1),
        (DAY + timedelta(1), 1, 0, 0),
    ]
    assert [percent(one.diversion) for one in by_day] == ["75.00 %", "0.00 %"]
    found = {one.place: one for one in menus.nodes(the_book(), menu_of("caller_id", more=("x",)), NOVEMBER)}
    assert percent(found["main"].diversion) == "60.00 %"
    assert (found["below"].sessions, found["below"].person, found["below"].left_here) == (2, 1, 1)
    assert found["x:subscribe"].diversion is None


def test_a_funnel_and_the_ways_that_were_taken() -> None:
    for _ in range(3):
        walk("main", "caller_id:subscribe", ended="done")
    walk("main", "caller_id:subscribe", ended="hung_up")
    walk("main", "main", ended="misses")
    fold()

    steps = menus.funnel(menus.usage("standard", NOVEMBER), ("entered", "chose", "done"))
    assert [tuple(step) for step in steps] == [("entered", 5, 1), ("chose", 4, 1), ("done", 3, 0)]
    of, ways = menus.paths("standard", NOVEMBER)
    assert of == 5
    assert ways[0] == ("main > caller_id:subscribe", "done", 3)


@pytest.mark.requirement("CH-02")
@pytest.mark.parametrize(("by_internet", "written", "met"), [(79, "79.0 %", False), (80, "80.0 %", True)])
def test_four_fifths_of_contacts_should_be_solved_by_the_internet(by_internet: int, written: str, met: bool) -> None:
    greet(by_internet - 10, channel="web")
    greet(10, channel="sms")
    greet(100 - by_internet, channel="voice")
    fold()

    found = levels.ladder(NOVEMBER)
    assert (found.contacts, percent(found.share, 1), found.met) == (100, written, met)
    assert percent(found.share_without_messages, 1) == f"{by_internet - 10}.0 %"


def test_calls_that_asked_for_a_person_are_the_agents() -> None:
    greet(5, channel="voice")
    walk("main", ended="person")
    walk("main", "caller_id:subscribe", ended="done")
    greet(1, channel="smoke_signals")
    fold()

    found = levels.ladder(NOVEMBER)
    assert dict(found.kinds) == {(4, "ivr"): 4, (4, "agent"): 1, (5, "counter"): 1}


def test_no_contacts_are_no_verdict() -> None:
    assert levels.ladder(NOVEMBER).met is None


def test_who_dials_most_is_listed_and_called_back() -> None:
    numbers = [Msisdn(f"86139000001{at:02}") for at in range(1, 6)]
    for number, times in zip(numbers, (7, 1, 3, 7, 30), strict=True):
        greet(times, channel="voice", msisdn=number)
    greet(50, channel="sms", msisdn=LI)
    fold()
    fold(LATER + timedelta(hours=5))  # an hour is counted once

    often = callers.most(DAY, 4)
    assert [(one.place, one.msisdn[-2:], one.dials) for one in often] == [
        (1, "05", 30), (2, "01", 7), (3, "04", 7), (4, "03", 3),
    ]  # fmt: skip
    bands = callers.bands(DAY)
    assert bands == [("1", 1), ("2", 0), ("3–5", 1), ("6–10", 2), ("11–20", 0), ("21+", 1)]
    assert sum(users for _, users in bands) == 5

    now = timezone.now()
    assert callers.list_callbacks(DAY, 4, by="gao", now=now) == 4
    assert callers.list_callbacks(DAY, 5, by="gao", now=now) == 1
    listed = {one.place: one for one in Callback.objects.all()}
    callers.tell(listed[1].pk, failed=True, cause="guidance", understood=False, words="听不懂", by="gao", now=now)
    callers.tell(listed[2].pk, failed=False, cause="", understood=True, words="", by="gao", now=now)
    with pytest.raises(ValueError, match="cause"):
        callers.tell(listed[3].pk, failed=True, cause="", understood=None, words="", by="gao", now=now)

    told = callers.survey(DAY)
    assert (told.listed, told.reached, told.failed, told.causes) == (5, 2, 1, {"guidance": 1})
    assert percent(told.comprehension) == "50.00 %"
    assert not [entry for entry in Entry.objects.all() if numbers[0].digits in f"{entry.record}{entry.detail}"]


def test_records_and_callbacks_are_compared_by_their_leading_cause() -> None:
    told = callers.Survey(300, 20, 15, {"guidance": 13, "carrier_busy": 2}, 0, 0)
    assert callers.agree({"guidance": 374, "wrong_prompt": 131}, told) is True
    assert callers.agree({"guidance": 1, "wrong_prompt": 131}, told) is False
    assert callers.agree({}, told) is None


def test_busy_and_idle_hours_split_a_statistic() -> None:
    record(3, at=NOON)
    record(2, at=NOON - timedelta(hours=9), outcome="failed", cause="guidance")  # three at night
    fold()
    busy, idle = Filters(hours=tuple(range(8, 22))), Filters(hours=(22, 23, *range(8)))
    assert [str(asking.total(NOVEMBER, one).rate) for one in (busy, idle)] == ["0.00 %", "100.00 %"]
