"""Every printed spelling, said by a subscriber of its own table, is understood as its row says."""

import pytest

from careline.dialogue.book import Confirm, Verb
from careline.dialogue.utterance import normalise
from tests.dialogue.building import Handset, of
from tests.facts.rows import PLACES, Row, rows


def served(row: Row) -> Handset:
    """A fresh subscriber of that table, of a brand that may send this code."""
    region, brand = PLACES[row.table]
    handset = of(region, brand)
    code = handset.book.tables[row.table].codes[normalise(row.spelling)]
    brands = code.brands or handset.book.services[row.service].brands
    if brands and brand not in brands:
        handset = of(region, sorted(brands)[0])
    return handset


@pytest.mark.parametrize("row", [row for row in rows() if not row.spelling.endswith("#")], ids=str)
def test_a_printed_spelling_is_understood_as_its_row_says(row: Row) -> None:
    handset = served(row)
    handset.say(row.spelling)
    assert handset.understood[:2] == (row.service, row.verb)
    assert handset.turn.understood is not None
    assert handset.turn.understood.table == row.table
    assert not handset.turn.miss
    verb = Verb(row.verb)
    if verb is Verb.HELP:
        assert handset.asks == "choose"
    elif verb is Verb.CONFIRM:
        assert handset.endings == [("refused", "nothing_to_confirm")]
    elif handset.turn.job is None:
        begun = handset.turn.begun
        assert begun is not None
        asked_first = begun.action.confirm is not Confirm.NEVER or row.spelling == "CXZD"
        assert handset.asks in ("confirm", "fill", "choose")
        assert asked_first or handset.asks != "confirm"
    else:
        assert handset.done == [(row.service, row.verb)]


@pytest.mark.parametrize("row", [row for row in rows() if not row.spelling.endswith("#")][::7], ids=str)
def test_a_spelling_is_understood_in_lower_case_and_full_width(row: Row) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in row.spelling)
    for written in (row.spelling.lower(), wide):
        handset = served(row)
        handset.say(written)
        assert handset.understood[:2] == (row.service, row.verb)
