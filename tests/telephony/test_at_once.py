"""The same request twice at the same time, and a hall that cannot take anything in."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from careline import wiring
from careline.channels.telephony import moments, views
from careline.channels.telephony.models import Session
from careline.dialogue.book import Book
from careline.hall.reception import Reception
from careline.hall.serving import Serving
from careline.ledger.models import Attempt
from tests.halls import Hall

from .browser import Browser
from .players import Fetched, Player


def test_the_same_request_twice_at_once_is_one_order_and_one_answer(
    transactional_db: None, hall: Hall, doors: Callable[..., None]
) -> None:
    line = Browser(f"+{hall.fresh().digits}")
    line.dial()
    for label in ("来电显示", "来电显示", "开通"):
        line.choose(label)
    asked = line.last
    assert asked is not None
    found: list[Fetched] = []
    start = threading.Barrier(3)
    session = Session.objects.get()
    body = f"s={session.id}&n={session.number + 1}&e=keys&k=1".encode()

    def ask() -> None:
        start.wait(20)
        found.append(Browser("").fetch(line.url, body))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [one.status for one in found] == [200] * 3
    assert len({one.body for one in found}) == 1
    assert "已办好来电显示" in found[0].text
    assert Attempt.objects.filter(service="caller_id").count() == 1


def test_when_the_hall_fails_the_caller_hears_that_it_is_our_fault(
    call: Callable[..., Player], hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = call()
    monkeypatch.setattr(views, "reception", lambda: broken(hall))
    line.press("1")
    assert "故障" in line.heard
    assert line.ended
    assert line.last is not None
    assert line.last.status == 200


def test_an_end_that_the_hall_could_not_take_in_is_brought_again(
    call: Callable[..., Player], hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = call()
    for label in ("来电显示", "来电显示", "开通"):
        line.choose(label)
    monkeypatch.setattr(views, "reception", lambda: broken(hall))
    line.hang_up()
    assert Session.objects.get().ended_at is None
    hall.clock.pass_(minutes=61)
    assert moments.end_lost(hall.reception, hall.clock()) == 1
    assert Session.objects.get().ended_at is not None


def broken(hall: Hall) -> Reception:
    """A hall that fails at everything."""

    def no_book() -> Book:
        raise RuntimeError("nothing to read")

    serving = Serving(wiring.office(), wiring.behaviours())
    return Reception(serving=serving, book=no_book, clock=hall.clock)
