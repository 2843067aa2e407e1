"""Nodes that say that their keys have changed say so for a while, and advice takes the words out again."""

from datetime import timedelta

import pytest

from careline.advice import drafting, gathering
from careline.advice.announced import announced, silenced
from careline.advice.hearing import Ear
from careline.advice.lengths import Lengths
from careline.advice.orders import published_menus
from careline.advice.rules import Rules
from careline.catalogue import library
from careline.catalogue.version import Version
from careline.insight import menus
from careline.insight.asking import OURS
from tests.advice.menus import NOON, NOVEMBER, NOW, SHORT, Metre, serve, walk
from tests.catalogue.people import no_errors
from tests.insight.records import fold

pytestmark = pytest.mark.django_db
SWAP = "swap:standard:main:a.query:c.query"


def publish(version: Version, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    version.submit(by="lin", now=at)
    version.review(by="zhou", now=at)
    version.publish(by="zhou", now=at, errors=no_errors)
    library.forget()


def test_an_announcement_has_its_time_and_then_its_end_is_advised_and_drafted() -> None:
    serve(SHORT)
    publish(drafting.apply("standard", [SWAP], seen=1, by="lin", now=NOON, announce=True).version, 31)
    walk("main", "c:query", times=40)
    fold(NOW)
    book = library.current()
    ear = Ear(book, book.menus["standard"], Lengths(None, "zh"), NOW.date())
    (found,) = announced(ear, published_menus(), menus.usage("standard", NOVEMBER), Rules(), 20)
    assert (found.node, found.since, found.until) == ("main", NOW - timedelta(days=31), NOW - timedelta(days=1))
    assert found.seconds_a_day == pytest.approx(2 * Lengths(None, "zh").seconds(drafting.ANNOUNCED.zh))

    keys = [one.item.key for one in gathering.gather(book, NOVEMBER, OURS, now=NOW, clips=Metre())]
    assert "announced:standard:main" in keys
    early = gathering.gather(book, NOVEMBER, OURS, now=NOW - timedelta(days=5), clips=Metre())
    assert "announced:standard:main" not in [one.item.key for one in early]

    change = silenced(published_menus(), "standard", "main")
    assert change is not None
    drafted = drafting.apply_changes([change], kind="intro", key=keys[0], seen=2, by="lin", now=NOW, note="enough said")
    assert "intro" not in drafted.version.items.get(kind="menu", key="standard").body["nodes"]["main"]
    publish(drafted.version, 0)
    assert silenced(published_menus(), "standard", "main") is None
    book = library.current()
    assert (
        announced(
            Ear(book, book.menus["standard"], Lengths(None, "zh"), NOW.date()), published_menus(), {}, Rules(), 20
        )
        == []
    )
