"""Replaying ways over two menus: counted by hand, with those who press by heart and those who no longer find their choice."""

from datetime import date

import pytest

from careline.advice import layouts
from careline.advice.hearing import Ear
from careline.advice.layouts import Spot
from careline.advice.lengths import Lengths
from careline.advice.replaying import replay
from careline.advice.rules import Rules
from careline.advice.walks import Step, Taken, Walks, from_journeys, from_usage
from careline.catalogue.compiling import compile_book
from careline.dialogue.book import Book, Menu
from tests.advice.menus import Metre, below, choice, documents, standard, titled
from tests.catalogue.test_menus import person

DAY = date(2026, 11, 10)
SHAPE = standard(
    main=titled(2, choice("a", 3), below("deep", 2), person()), deep=titled(4, choice("b", 1), choice("c", 2))
)
BOOK: Book = compile_book(documents(SHAPE), 1)
MENU: Menu = BOOK.menus["standard"]


def ear(menu: Menu = MENU) -> Ear:
    return Ear(BOOK, menu, Lengths(Metre(), "zh"), DAY)


def taken(by: str, *visits: str, times: int = 1, misses: int = 0) -> list[Taken]:
    return [Taken(by, "linjiang", "gotone", visits, visits[-1], misses)] * times


def walks(*many: list[Taken]) -> Walks:
    return from_journeys(MENU, [one for some in many for one in some], 3)


def test_a_way_is_as_long_as_what_is_heard_before_each_key() -> None:
    """5 of greeting, 2 + 3 + 2 to go down, 4 + 1 + 2 to c: 19 seconds and two keys."""
    found = replay(ear(), ear(), walks(taken("1", "main", "deep", "c:query")), Rules())
    assert (found.before.seconds, found.before.keys, found.before.found, found.leaves) == (19.0, 2, 1, 1)
    assert (found.seconds_saved, found.keys_saved, found.at_risk, found.wrong_turns) == (0.0, 0.0, {}, 0)


def test_those_who_know_their_keys_hear_nothing_and_err_when_one_changes() -> None:
    ways = walks(taken("1", "main", "deep", "c:query", times=3), taken("2", "main", "deep", "c:query"))
    other = layouts.menu_with(MENU, {"deep": (Spot("deep", 1), Spot("deep", 0))})

    found = replay(ear(), ear(other), ways, Rules())

    assert (found.before.seconds, found.after.seconds) == (19.0, 18.0)  # of the one who listens
    assert found.at_risk == {Step("deep", "c:query"): 1}
    assert (found.wrong_turns, found.seconds_lost) == (2, 2 * (8 + 4 + 2))
    assert (found.steps, found.steps_by_heart) == (8, 6)
    assert found.seconds_saved == pytest.approx(1000 / 4)


def test_a_choice_that_is_gone_is_not_found_any_more() -> None:
    ways = walks(taken("1", "main", "deep", "c:query"), taken("2", "main", "a:query"))
    without = layouts.menu_with(MENU, {"deep": (Spot("deep", 0),)})
    found = replay(ear(), ear(without), ways, Rules())
    assert (found.before.found, found.after.found, found.leaves) == (2, 1, 2)


def test_turning_back_at_once_is_told_from_going_back_after_an_answer() -> None:
    ways = walks(
        taken("1", "main", "deep", "main", "a:query"), taken("2", "main", "deep", "c:query", "deep", "main"),
        taken("3", "main", "deep", misses=2),
    )  # fmt: skip
    assert ways.backs == {("main", "deep"): 1}
    assert ways.missed == {"deep": 1}
    assert sum(times for way, times in ways.ways.items() if way.leaf) == 2


def test_sums_alone_tell_the_likeliest_ways_and_nobodys_habits() -> None:
    used = {"": (9, 9, 0, 0, 0), "deep": (4, 4, 0, 0, 0), "c:query": (4, 4, 4, 0, 0), "a:query": (3, 3, 3, 0, 0)}
    ways = from_usage(MENU, used)
    assert (ways.sessions, ways.regulars) == (9, None)
    assert {way.steps: times for way, times in ways.ways.items()} == {
        (Step("main", "deep"), Step("deep", "c:query")): 4, (Step("main", "a:query"),): 3,
    }  # fmt: skip
    assert replay(ear(), ear(), ways, Rules()).at_risk is None


def test_more_choices_than_keys_are_heard_page_by_page() -> None:
    """Nine choices: seven and "more" on the first page, title again, then the eighth; keys 8 and 1."""
    many = standard(main=titled(2, *(choice(name, 1) for name in "abcdefghi")))
    book = compile_book(documents(many), 1)
    said = Ear(book, book.menus["standard"], Lengths(Metre(), "zh"), DAY).at("main")
    assert (said.keys["g:query"], said.until["g:query"]) == ("7", 9.0)
    assert (said.keys["h:query"], said.until["h:query"]) == ("81", 9.0 + 1 + 2 + 1)


def test_a_word_that_was_never_rendered_is_estimated() -> None:
    class Silent:
        def milliseconds(self, text: str, language: str, *, slow: bool = False) -> int | None:
            return None

    lengths = Lengths(Silent(), "zh")
    assert lengths.seconds("") == 0.0
    assert 1.0 < lengths.seconds("查话费余额，请按1。") < 4.0
    assert (lengths.measured, lengths.estimated) == (0, 1)
    assert Lengths(None, "zh", slow=True).seconds("查话费") > Lengths(None, "zh").seconds("查话费")
