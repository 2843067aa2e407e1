"""Whatever stands in a document, compiling it gives a book or says what is wrong: staff may type anything."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Document, PackError
from careline.dialogue.book import Book
from tests.shipped import documents

# Enough to compile, and every kind of document among it.
KEPT = ("balance", "caller_id", "pkg_data", "paper_402", "nav")
SOME = tuple(
    one
    for one in documents()
    if one.kind == "settings"
    or (one.kind == "service" and one.key in KEPT)
    or (one.kind == "words" and one.key.startswith("talk."))
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, held in inner for found in places(held, (*path, key)))]


def spoilt(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = spoilt(value[path[0]], path[1:], new)
    return copy


TABLE = {
    "id": "T9",
    "name": {"zh": "测试", "en": "Test"},
    "region": "yunling",
    "rests": [{"since": "2009-01-01", "from_hour": 18}],
    "nodes": {"3": {"title": {"zh": "菜单", "en": "Menu"}, "children": ["31"]}},
}
ROWS = {
    "3": {"spelling": "3", "service": "nav", "verb": "help", "parameters": "node=3"},
    "31": {"spelling": "31|KT", "service": "caller_id", "verb": "subscribe", "certainty": "repaired", "note": "torn"},
    "GP#5": {"spelling": "GP#5", "service": "pkg_data", "verb": "order", "parameters": "tier=5", "brands": "mzone"},
}
SOUND = (
    *(Document(one.kind, one.key, {key: held for key, held in one.body.items() if key != "example"}) for one in SOME),
    Document("table", "T9", TABLE),
    *(Document("code", f"T9/{spelling}", row) for spelling, row in ROWS.items()),
)


def test_the_sound_documents_compile() -> None:
    assert isinstance(compile_book(SOUND), Book)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_document_crashes_the_compiler(data: st.DataObject) -> None:
    documents = list(SOUND)
    index = data.draw(st.integers(0, len(documents) - 1))
    one = documents[index]
    path = data.draw(st.sampled_from(places(dict(one.body))))
    documents[index] = Document(one.kind, one.key, spoilt(dict(one.body), path, data.draw(JSON)))
    try:
        book = compile_book(documents)
    except PackError as error:
        problems = error.problems
    else:
        problems = ()
        assert isinstance(book, Book)
    assert all(problem.where and problem.what for problem in problems)
