"""Many at once: one key is one resource, one letter leaves once, whoever is first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from careline.cases.records.case import Case
from careline.outbox.models import Message
from tests.tmf.conftest import MESSAGE, MESSAGES, TICKET, TICKETS, Partner

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    def done(place: int) -> Any:
        try:
            return deed(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(done, range(count)))


def test_ten_with_one_key_make_one(partner_of: Callable[..., Partner]) -> None:
    partner = partner_of()
    body = TICKET | {"externalId": "CRM-9"}
    made = at_once(10, lambda _: partner.post(TICKETS, body))
    assert {one.status_code for one in made} == {201}
    assert len({one.json()["id"] for one in made}) == 1
    assert Case.objects.count() == 1
    sent = at_once(10, lambda _: partner.post(MESSAGES, MESSAGE, Idempotency_Key="k"))
    assert len({one.json()["id"] for one in sent}) == 1
    assert Message.objects.count() == 1


def test_of_different_bodies_under_one_key_the_first_wins(partner_of: Callable[..., Partner]) -> None:
    partner = partner_of()
    made = at_once(6, lambda place: partner.post(TICKETS, TICKET | {"externalId": "x", "name": f"n{place}"}))
    assert sorted(one.status_code for one in made) == [201, 409, 409, 409, 409, 409]
    assert Case.objects.count() == 1


def test_notes_of_many_are_all_kept(partner_of: Callable[..., Partner]) -> None:
    partner = partner_of()
    path = partner.post(TICKETS, TICKET)["Location"]
    at_once(6, lambda place: partner.patch(path, {"note": [{"text": f"note {place}"}]}))
    told = partner.get(path).json()["note"]
    assert sorted(one["text"] for one in told) == [f"note {place}" for place in range(6)]
