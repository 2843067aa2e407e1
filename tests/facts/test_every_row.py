"""Every row of every printed table is in the packs with its own meaning, and nothing else is."""

from collections import Counter
from datetime import date

import pytest

from careline.dialogue.book import Code, Table, Verb
from careline.dialogue.utterance import normalise
from tests.facts.rows import PLACES, Row, rows
from tests.shipped import the_book as book

TODAY = date(2010, 6, 15)


def found(row: Row) -> tuple[Table, Code]:
    """What a customer of that table gets for the spelling: the first table of the chain that has it."""
    for table in book().chain(*PLACES[row.table], TODAY):
        code = table.codes.get(normalise(row.spelling))
        if code is not None:
            return table, code
    raise AssertionError(f"{row} is in no table")


def test_the_facts_are_whole() -> None:
    assert len(rows()) == 435
    assert len({row.spelling for row in rows()} - {"HF#"}) == 385
    assert Counter(row.table for row in rows()) == {
        "T1": 25,
        "T2": 161,
        "T3": 41,
        "T4": 32,
        "T5": 131,
        "T6a": 36,
        "T6b": 9,
    }


@pytest.mark.parametrize("row", rows(), ids=str)
def test_a_printed_spelling_means_what_its_own_row_says(row: Row) -> None:
    table, code = found(row)
    assert table.id == row.table
    assert (code.service, code.verb, code.certainty) == (row.service, Verb(row.verb), row.certainty)
    if code.verb is Verb.HELP:
        assert code.fixed == {"node": row.spelling}
        assert table.nodes[row.spelling].children
    else:
        assert dict(code.fixed) == row.fixes
    assert (code.takes, code.optional) == (row.parameters, row.optional)
    assert code.form == row.form


@pytest.mark.parametrize("row", [row for row in rows() if row.price_fen], ids=str)
def test_a_printed_price_is_the_price_charged(row: Row) -> None:
    _, code = found(row)
    service = book().services[code.service]
    tier = code.fixed.get("tier")
    assert (service.tiers[tier].price if tier else service.price) == int(row.price_fen)


OURS = "T0"  # complaints, which no table prints: for everyone, behind every printed table


def test_the_tables_hold_no_invented_code() -> None:
    printed = {(row.table, normalise(row.spelling)) for row in rows()}
    held = {(table.id, spelling) for table in book().tables.values() for spelling in table.codes if table.id != OURS}
    assert held == printed


def test_our_own_words_for_complaints_take_no_spelling_from_any_printed_table() -> None:
    ours = {normalise(spelling).rstrip("#*+") for spelling in book().tables[OURS].codes}
    printed = {normalise(row.spelling).rstrip("#*+") for row in rows()}
    assert len(ours) > 20
    assert not ours & printed
    for places in set(PLACES.values()):
        assert book().chain(*places, TODAY)[-1].id == OURS


def test_what_is_not_printed_of_a_family_is_not_there() -> None:
    tables = book().tables
    assert not {"3053", "3054", "2104", "208", "209"} & tables["T5"].codes.keys()
    assert not {"1632", "4270", "16010"} & tables["T2"].codes.keys()
    assert "QXFX" not in tables["T3"].codes


def test_every_doubtful_or_repaired_row_says_why() -> None:
    for table in book().tables.values():
        for code in table.codes.values():
            assert code.certainty == "sure" or len(code.note) > 20, f"{table.id} {code.spelling}"
