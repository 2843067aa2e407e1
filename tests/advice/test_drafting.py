"""Advice applied: a draft by a named person, once, reviewed like any other; refused when the menu is another one by now."""

import pytest

from careline.advice import drafting, verdicts
from careline.advice.models import Drafted, Verdict
from careline.catalogue import library, refusals
from careline.catalogue.lint import lint
from careline.catalogue.version import State, Version
from careline.insight import menus
from careline.journal.models import Entry
from tests.advice.menus import BEGAN, NOW, SHORT, below, choice, serve, standard, titled
from tests.catalogue.people import no_errors
from tests.catalogue.test_menus import person

pytestmark = pytest.mark.django_db
SWAP = "swap:standard:main:a.query:c.query"
DEEP = standard(main=titled(2, choice("a", 1), below("deep", 2)), deep=titled(4, choice("b", 1), choice("c", 2)))


def services(version: Version, node: str = "main", menu: str = "standard") -> list[str]:
    body = version.items.get(kind="menu", key=menu).body
    return [one.get("service") or one.get("node") or one["word"] for one in body["nodes"][node]["choices"]]


def test_advice_becomes_a_draft_of_a_named_person_and_the_journal_knows() -> None:
    serve(SHORT)
    version, new = drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW)

    assert (new, version.number, version.state, version.author) == (True, 2, State.DRAFT, "lin")
    assert "1 For c, 3 For a" in version.note
    assert services(version) == ["c", "b", "a", "person"]
    assert services(Version.numbered(1)) == ["a", "b", "c", "person"]
    assert lint(version.documents()).errors == lint(Version.numbered(1).documents()).errors
    entry = Entry.objects.get(what="advice")
    assert (entry.who, entry.did, entry.record, entry.detail["version"]) == ("lin", "draft", SWAP, 2)
    with pytest.raises(refusals.OwnWork):
        version.submit(by="lin", now=NOW)
        version.review(by="lin", now=NOW)
    version.review(by="zhou", now=NOW)
    version.publish(by="zhou", now=NOW, errors=no_errors)
    library.forget()
    assert [one.service for one in library.current().menus["standard"].nodes["main"].choices] == ["c", "b", "a", ""]


def test_applying_twice_gives_one_draft() -> None:
    serve(SHORT)
    first = drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW)
    again = drafting.apply("standard", [SWAP], seen=1, by="he", now=NOW)
    assert (again.version.number, again.new) == (first.version.number, False)
    assert Drafted.objects.count() == 1
    assert Version.objects.count() == 2

    assert drafting.drafted(SWAP) == first.version.number
    first.version.discard(by="lin", now=NOW)
    assert drafting.drafted(SWAP) is None
    anew = drafting.apply("standard", [SWAP], seen=1, by="he", now=NOW)
    assert (anew.version.number, anew.new) == (3, True)
    assert drafting.drafted(SWAP) == 3


def test_a_menu_that_was_changed_since_is_not_changed_again() -> None:
    serve(SHORT)
    serve(standard(main=titled(2, choice("b", 2), choice("a", 3), choice("c", 1), person())))
    with pytest.raises(drafting.Changed) as refused:
        drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW)
    assert refused.value.what == ("menu standard",)
    assert (refused.value.seen, refused.value.published) == (1, 2)
    assert Version.objects.count() == 2
    assert not Entry.objects.filter(what="advice").exists()


def test_another_version_with_the_same_menu_is_no_conflict() -> None:
    serve(SHORT)
    serve(SHORT, words__nothing={"zh": "无", "en": "None"})
    version, _new = drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW)
    assert version.number == 3
    assert version.items.filter(kind="words", key="nothing").exists()


def test_a_lent_node_is_written_for_this_menu_alone() -> None:
    gold = {"id": "gold", "name": {"zh": "金卡", "en": "Gold"}, "first": "main", "base": "standard", "brand": "gotone"}
    serve(SHORT, menu__gold=gold | {"nodes": {}})
    version, _new = drafting.apply("gold", ["swap:gold:main:a.query:c.query"], seen=1, by="lin", now=NOW)
    assert services(version) == ["a", "b", "c", "person"]
    assert services(version, menu="gold") == ["c", "b", "a", "person"]


def test_a_lifted_choice_stays_where_it_was() -> None:
    serve(DEEP)
    version, _new = drafting.apply("standard", ["lift:standard:main:a.query:c.query:deep"], seen=1, by="lin", now=NOW)
    assert services(version) == ["c", "deep", "a"]
    assert services(version, "deep") == ["b", "c"]


def test_a_node_may_say_that_its_keys_have_changed() -> None:
    serve(SHORT)
    version, _new = drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW, announce=True)
    assert version.items.get(kind="menu", key="standard").body["nodes"]["main"]["intro"] == drafting.ANNOUNCED._asdict()
    assert Drafted.objects.get().announced == ["main"]


@pytest.mark.parametrize(
    "key",
    [
        "swap:standard:main:a.query", "swap:gold:main:a.query:c.query", "swap:standard:nowhere:a.query:c.query",
        "swap:standard:main:x.query:c.query", "lift:standard:main:a.query:c.query:nowhere", "drop:standard:main:a:b",
    ],
)  # fmt: skip
def test_advice_on_what_is_not_there_is_refused(key: str) -> None:
    serve(SHORT)
    with pytest.raises(drafting.NoSuchAdvice):
        drafting.apply("standard", [key], seen=1, by="lin", now=NOW)


def test_without_a_catalogue_there_is_nothing_to_draft() -> None:
    with pytest.raises(drafting.NothingPublished):
        drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOW)


@pytest.mark.requirement("IVR-07")
def test_the_whole_order_applied_has_no_inversion() -> None:
    from careline.advice import orders

    serve(SHORT)
    asked = {"a:query": 1, "b:query": 5, "c:query": 9}
    book = library.current()
    layout = orders.whole_order(book, book.menus["standard"], asked)
    version, _new = drafting.apply_layout("standard", layout, seen=1, by="lin", now=NOW, note="hot topics first")
    version.submit(by="lin", now=NOW)
    version.review(by="zhou", now=NOW)
    version.publish(by="zhou", now=NOW, errors=no_errors)
    library.forget()
    book = library.current()
    assert sum(node.inversions for node in menus.order(book, book.menus["standard"], asked)) == 0


def test_verdicts_are_journaled_and_a_no_has_a_reason() -> None:
    with pytest.raises(verdicts.NoReason):
        verdicts.decide(SWAP, accepted=False, reason="  ", worth=10, by="lin", now=BEGAN)
    verdicts.decide(SWAP, accepted=False, reason="the campaign ends on Friday", worth=10, by="lin", now=BEGAN)
    away = verdicts.rejected(verdicts.verdicts())
    assert verdicts.stays_away(SWAP, 14.9, away)
    assert not verdicts.stays_away(SWAP, 15.1, away)
    assert Entry.objects.get(what="advice").did == "reject"
    verdicts.decide(SWAP, accepted=True, reason="", worth=16, by="he", now=NOW)
    assert verdicts.rejected(verdicts.verdicts()) == {}
    assert Verdict.objects.count() == 1
    assert Entry.objects.filter(what="advice").count() == 2
