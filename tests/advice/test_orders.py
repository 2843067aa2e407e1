"""Which keys should move: counted by hand, few at once, never those that rest, and nothing on the keys of everybody."""

from datetime import timedelta
from typing import Any

import pytest

from careline.advice import layouts, orders
from careline.advice.orders import Advice, Why
from careline.advice.rules import Rules
from careline.catalogue import library
from careline.insight import menus
from tests.advice.menus import BEGAN, NOON, NOVEMBER, NOW, SHORT, Metre, below, choice, serve, standard, titled, walk
from tests.catalogue.test_menus import person
from tests.insight.records import fold

pytestmark = pytest.mark.django_db


def advised(rules: Rules | None = None, **more: Any) -> Advice:
    fold(NOW)
    book = library.current()
    return orders.advise(book, book.menus["standard"], NOVEMBER, now=NOW, clips=Metre(), rules=rules, **more)


def told(advice: Advice) -> list[tuple[str, float, float]]:
    return [(one.key, round(one.seconds, 3), round(one.keys, 3)) for one in advice.moves]


def test_what_is_wanted_most_comes_first_by_the_seconds_that_callers_hear() -> None:
    """Ten calls: c, c, c, c, c, c wait for 2 + 3 + 2 + 1 seconds, a, a, a, a for 2 + 3; with c first 3 and 8."""
    serve(SHORT)
    walk("main", "c:query", times=6)
    walk("main", "a:query", times=4)

    found = advised()

    assert told(found) == [
        ("swap:standard:main:a.query:c.query", 1800.0, 0.0),
        ("swap:standard:main:b.query:a.query", 800.0, 0.0),
    ]
    moved = [(one.place, one.before, one.after) for one in found.moves[0].moved]
    assert moved == [("c:query", "3", "1"), ("a:query", "1", "3")]
    replayed = found.replayed
    assert (replayed.before.seconds, replayed.after.seconds) == (118.0, 92.0)  # five of greeting for each
    assert (replayed.before.keys, replayed.after.keys, replayed.leaves, replayed.after.found) == (10, 10, 10, 10)
    assert replayed.seconds_saved == pytest.approx(sum(one.seconds for one in found.moves))
    assert found.measured == 1.0


def test_no_more_moves_than_the_rules_allow_and_none_that_saves_little() -> None:
    serve(SHORT)
    walk("main", "c:query", times=6)
    walk("main", "a:query", times=4)

    one = advised(Rules(moves_most=1))
    assert len(one.moves) == 1
    assert [(held.move.key, held.why) for held in one.held] == [("swap:standard:main:b.query:a.query", Why.MANY)]

    picky = advised(Rules(least_seconds=1000))
    assert len(picky.moves) == 1
    assert picky.held[0].why == Why.LITTLE
    assert advised(Rules(least_seconds=1801)).moves == ()


def test_the_catalogue_sets_the_rules() -> None:
    serve(SHORT, settings__limits={"parts_max": 3, "advice_least_seconds": 1801, "advice_rest_days": 7})
    walk("main", "c:query", times=6)
    walk("main", "a:query", times=4)
    found = advised()
    assert (found.rules.least_seconds, found.rules.rest_days, found.rules.moves_most) == (1801, 7, 3)
    assert found.moves == ()
    assert Rules.of(library.current(), least_seconds=0).least_seconds == 0


def test_those_who_press_by_heart_gain_nothing_and_count_as_a_risk() -> None:
    """One number chose c five times: it listens no more. Errors: two, each of eight seconds and the node heard anew."""
    serve(SHORT)
    walk("main", "c:query", times=5, by="0001")
    walk("main", "c:query", times=5)

    found = advised()

    (move,) = found.moves
    assert move.key == "swap:standard:main:a.query:c.query"
    assert move.seconds == 2500.0  # five listeners of ten save five seconds each
    assert [(one.place, one.by_heart) for one in move.moved] == [("c:query", 1), ("a:query", 0)]
    assert move.seconds_lost == 2 * (8 + 3)
    assert found.replayed.steps_by_heart == 5
    assert found.replayed.wrong_turns == 2
    # 10 calls in 20 days are half a call a day: 1.25 seconds a day earn 22 back in 17.6 days.
    assert move.earned_back_days == pytest.approx(17.6)


def test_a_move_that_habits_make_dear_waits() -> None:
    serve(SHORT)
    for number in range(4):
        walk("main", "a:query", times=3, by=f"{number:04}")
    walk("main", "c:query", times=2)

    found = advised()
    dear = "swap:standard:main:a.query:c.query"
    # Nobody has a habit of b: with c on its key those who listen gain, and nobody errs.
    assert [one.key for one in found.moves] == ["swap:standard:main:b.query:c.query"]
    assert found.moves[0].seconds_lost == 0
    assert (dear, Why.DEAR) in [(one.move.key, one.why) for one in found.held]
    assert advised(Rules(earned_back_days=10_000)).moves[0].key == dear


def test_a_key_that_was_moved_lately_stays() -> None:
    serve(SHORT)
    other = standard(main=titled(2, choice("b", 2), choice("a", 3), choice("c", 1), person()))
    serve(other, at=NOW - timedelta(days=80))
    walk("main", "c:query", times=6)
    walk("main", "a:query", times=6)

    found = advised()
    assert [one.key for one in found.moves] == []
    assert ("swap:standard:main:b.query:c.query", Why.RESTS) in [(one.move.key, one.why) for one in found.held]
    assert advised(Rules(rest_days=60)).moves[0].key == "swap:standard:main:b.query:c.query"


def test_words_keep_their_keys() -> None:
    serve(standard(main=titled(2, person(), choice("a", 3), choice("c", 1))))
    walk("main", "c:query", times=9)

    (move,) = advised().moves
    assert [(one.place, one.before, one.after) for one in move.moved] == [("c:query", "3", "2"), ("a:query", "2", "3")]


def test_a_choice_that_many_want_is_lifted_to_a_free_key_and_stays_below() -> None:
    """Before: 2 + 3 for the way down, 4 + 1 + 2 there. Afterwards 2 + 2; its key's holder goes to the free one."""
    serve(standard(main=titled(2, choice("a", 1), below("deep", 2)), deep=titled(4, choice("b", 1), choice("c", 2))))
    walk("main", "deep", "c:query", times=10)

    found = advised(Rules(moves_most=1))

    (move,) = found.moves
    assert (move.key, move.seconds, move.keys) == ("lift:standard:main:a.query:c.query:deep", 8000.0, 1000.0)
    assert [(one.place, one.before, one.after) for one in move.moved] == [("c:query", "", "1"), ("a:query", "1", "3")]
    assert found.replayed.seconds_saved == pytest.approx(8000.0)
    assert found.replayed.keys_saved == pytest.approx(1000.0)
    assert found.replayed.after.found == 10


def test_nothing_is_lifted_where_no_key_is_free() -> None:
    full = [choice(name, 1) for name in "abdefgh"]
    serve(standard(main=titled(2, below("deep", 2), *full), deep=titled(4, choice("i", 1), choice("c", 2))))
    walk("main", "deep", "c:query", times=10)
    assert all(one.key.startswith("swap") for one in advised().moves)


def test_what_nobody_touches_is_named_with_how_long_and_how_often_it_was_offered() -> None:
    serve(SHORT)
    walk("main", "b:query", at=NOON - timedelta(days=40))
    walk("main", "c:query", times=6)
    walk("main", "a:query", times=4)

    found = {one.place: one for one in advised().untouched}

    assert set(found) == {"b:query"}
    unused = found["b:query"]
    assert (unused.key, unused.offered, unused.last, unused.days(NOW.date())) == (
        "2",
        10,
        (NOON - timedelta(days=40)).date(),
        50,
    )
    assert unused.seconds_a_day == pytest.approx(6 * 2 / 20)  # six calls went past its two seconds, in twenty days


def test_pretend_customers_of_dial_tests_do_not_vote() -> None:
    from careline.probes.models import Line

    serve(SHORT)
    Line.objects.create(msisdn="8613900000009", region="linjiang", brand="gotone", ours=True, marked_at=BEGAN)
    walk("main", "c:query", times=50, by="0009")
    found = advised()
    assert (found.sessions, found.moves) == (0, ())


def test_what_was_rejected_stays_away_until_it_is_worth_much_more() -> None:
    serve(SHORT)
    walk("main", "c:query", times=6)
    key = "swap:standard:main:a.query:c.query"
    worth = advised().moves[0].seconds * 6 / 20 / 1000
    assert key not in [one.key for one in advised(without={key: worth * 1.5}).moves]
    assert key in [one.key for one in advised(without={key: worth * 0.9}).moves]


def test_the_whole_order_by_hot_topics_leaves_no_inversion() -> None:
    serve(SHORT)
    book = library.current()
    menu = book.menus["standard"]
    asked = {"a:query": 1, "b:query": 5, "c:query": 9}
    assert sum(node.inversions for node in menus.order(book, menu, asked)) == 3
    layout = orders.whole_order(book, menu, asked)
    after = layouts.menu_with(menu, layout)
    assert sum(node.inversions for node in menus.order(book, after, asked)) == 0
    assert after.nodes["main"].choices[3].word == "person"
