"""Every example in the packs is understood as its own service; those that end in a question ask it.

What the carrier makes of them is tested with the whole hall.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from careline.catalogue.documents import Document
from careline.dialogue.engine import advance
from careline.dialogue.talk import Heard, Subscriber, Turn
from careline.values.msisdn import Msisdn
from tests.facts.rows import PLACES
from tests.shipped import documents
from tests.shipped import the_book as book

NOW = datetime(2026, 11, 12, 4, tzinfo=UTC)


def examples() -> list[Any]:
    found: list[tuple[Document, dict[str, str]]] = []
    for document in documents():
        if document.kind == "service":
            found.extend((document, example) for example in document.body.get("example", ()))
    return [pytest.param(one.key, example, id=f"{example['table']} {example['say']}") for one, example in found]


def said(service: str, example: dict[str, str]) -> Turn:
    region, brand = PLACES[example["table"]]
    eligible = book().services[service].brands
    if eligible and brand not in eligible:
        brand = min(eligible)
    subscriber = Subscriber(Msisdn("8613900000001"), brand, region)
    return advance({}, Heard(example["say"], "reference"), book(), subscriber, NOW)


@pytest.mark.parametrize(("service", "example"), examples())
def test_an_example_is_understood_as_its_own_service(service: str, example: dict[str, str]) -> None:
    turn = said(service, example)
    assert turn.understood is not None
    assert turn.understood.service == service
    assert not turn.miss


@pytest.mark.parametrize(("service", "example"), [one for one in examples() if one.values[1]["outcome"] == "asked"])
def test_an_example_that_is_asked_back_is_asked_in_its_words(service: str, example: dict[str, str]) -> None:
    turn = said(service, example)
    assert turn.job is None
    assert "question" in turn.state
    assert turn.reply is not None
    assert example["hear"] in turn.reply.text
