"""Lists: pages, counts, links, conditions, order; the same by Postgres as by a reading of the rules in Python."""

import contextlib
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careline.cases.records.case import Case
from careline.channels.tmf import querying, reading, specification
from careline.channels.tmf.refusing import Refused
from careline.channels.tmf.sources import SOURCES
from careline.postgres import sql
from tests.tmf.conftest import INTERACTION, INTERACTIONS, MESSAGE, MESSAGES, TICKET, TICKETS, Partner


def tickets(partner: Partner, count: int) -> list[str]:
    """So many tickets, the oldest first, a minute apart."""
    ids = [
        partner.post(TICKETS, TICKET | {"name": f"n{place}", "priority": str(place % 3)}).json()["id"]
        for place in range(count)
    ]
    began = datetime(2026, 11, 1, tzinfo=UTC)
    for place, docket in enumerate(ids):
        Case.objects.filter(docket=docket).update(opened_at=began + timedelta(minutes=place))
    return ids


def test_a_page_says_how_many_there_are_and_where_the_others_stand(partner: Partner) -> None:
    ids = tickets(partner, 7)
    whole = partner.get(TICKETS)
    assert (whole.status_code, whole["X-Total-Count"], whole["X-Result-Count"]) == (200, "7", "7")
    assert "Link" not in whole
    assert [one["id"] for one in whole.json()] == ids[::-1]
    page = partner.get(f"{TICKETS}?offset=2&limit=3&severity=Low")
    assert (page.status_code, page["X-Total-Count"], page["X-Result-Count"]) == (206, "7", "3")
    assert [one["id"] for one in page.json()] == ids[::-1][2:5]
    links = dict(reversed(one.split("; ")) for one in page["Link"].split(", "))
    assert set(links) == {'rel="first"', 'rel="prev"', 'rel="next"', 'rel="last"'}
    assert "offset=5&limit=3" in links['rel="next"']
    assert "severity=Low" in links['rel="next"']
    following = partner.get(links['rel="next"'].strip("<>").removeprefix("http://testserver"))
    assert [one["id"] for one in following.json()] == ids[::-1][5:]
    beyond = partner.get(f"{TICKETS}?offset=100")
    assert (beyond.status_code, beyond.json(), beyond["X-Total-Count"]) == (206, [], "7")


def test_a_limit_above_the_cap_is_the_cap() -> None:
    asked = querying.read("limit=999999", {})
    assert asked.limit == querying.LIMIT_MAX


def test_fields_choose_attributes_and_lists_keep_id_and_href(partner: Partner) -> None:
    (docket,) = tickets(partner, 1)
    assert set(partner.get(f"{TICKETS}?fields=severity,status").json()[0]) == {"id", "href", "severity", "status"}
    assert set(partner.get(f"{TICKETS}?fields=none").json()[0]) == {"id", "href"}
    # Who asks for one by its id has both, and gets exactly what was asked for.
    assert set(partner.get(f"{TICKETS}/{docket}?fields=description").json()) == {"description"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("name=n1", [1]),
        ("name=n1&priority=1", [1]),
        ("name=n1&priority=2", []),
        ("status=acknowledged,held&name=n2", [2]),
        ("creationDate.gt=2026-11-01T00:02:00Z", [4, 3]),
        ("creationDate.gte=2026-11-01T08:03:00%2B08:00", [4, 3]),
        ("creationDate>2026-11-01T00:02:00Z", [4, 3]),
        ("creationDate>=2026-11-01T00:03:00Z&creationDate<2026-11-01T00:04:00.000Z", [3]),
        ("creationDate.lt=2026-11-01T00:01:00%2B00:00", [0]),
        ("note.author=shop", [0]),
        ("note.text=hello,%20world", [0]),
        ("@type=TroubleTicket&name.ne=n0&priority=0", [3]),
        ("sort=name", [0, 1, 2, 3, 4]),
        ("sort=-priority,name", [2, 1, 4, 0, 3]),
    ],
)
def test_conditions_and_order(partner: Partner, asked: str, found: list[int]) -> None:
    ids = tickets(partner, 5)
    partner.patch(f"{TICKETS}/{ids[0]}", {"note": [{"text": "hello, world"}]})
    answer = partner.get(f"{TICKETS}?{asked}")
    assert answer.status_code == 200, answer.content
    assert [ids.index(one["id"]) for one in answer.json()] == found


@pytest.mark.parametrize(
    "asked",
    [
        "limit=-1", "limit=ten", "offset=1e3", "offset=999999999", "colour=red", "sort=colour", "sort=a'b",
        "creationDate.gt=yesterday", "name", "note..text=1", "a;b=1", '"x"=1', "name%27%20OR=1",
        "&".join(f"name=n{place}" for place in range(30)),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(partner: Partner, asked: str) -> None:
    answer = partner.get(f"{TICKETS}?{asked}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["message"]


@pytest.mark.parametrize("value", ["'; DROP TABLE case_case; --", '" || true', "$v0", "%s", "\\", "}{", "\ud83d\ude00"])
def test_values_are_only_values(partner: Partner, value: str) -> None:
    tickets(partner, 1)
    answer = partner.get(f"{TICKETS}?{urlencode({'name': value.encode('utf-16', 'surrogatepass').decode('utf-16')})}")
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(("path", "body"), [(TICKETS, TICKET), (INTERACTIONS, INTERACTION), (MESSAGES, MESSAGE)])
def test_a_list_costs_the_same_however_long_it_is(partner: Partner, path: str, body: dict[str, Any]) -> None:
    def cost(query: str) -> int:
        with sql.counting() as count:
            assert partner.get(f"{path}?{query}").status_code == 200
        return count.statements

    partner.post(path, body)
    cost("")
    few = cost(""), cost("@type=x")
    for _ in range(12):
        partner.post(path, body)
    assert (cost(""), cost("@type=x")) == few
    assert max(few) <= 7  # two of them are the savepoint that only a test needs


_NAMES = st.sampled_from(["name", "severity", "description", "note.text", "externalId", "priority"])
_TEXTS = st.text(string.ascii_letters + string.digits + "-.$\"'\\{}()äö中🙂 ", max_size=6)


@settings(max_examples=40, deadline=None)
@given(name=_NAMES, sign=st.sampled_from(["", ".ne", ".gt", ".gte", ".lt", ".lte"]), value=_TEXTS, held=_TEXTS)
def test_postgres_and_python_find_the_same(django_db_blocker: Any, name: str, sign: str, value: str, held: str) -> None:
    """The hub asks in Python what lists ask in Postgres: both must mean the same."""
    attribute, _, inner = name.partition(".")
    document = {attribute: [{inner: held}] if inner else held, "other": 1}
    asked = querying.read(
        urlencode({f"{name}{sign}": value}), specification.attributes("troubleTicket", "TroubleTicket")
    )
    (condition,) = asked.conditions
    with django_db_blocker.unblock():
        import json

        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT jsonb_path_exists(%s::jsonb, %s::jsonpath, %s::jsonb, true)",
                [json.dumps(document), condition.jsonpath(), json.dumps(condition.variables())],
            )
            found = cursor.fetchone()[0]
    if not (sign and sign != ".ne" and not (value + held).isascii()):  # Postgres orders other letters by code as well
        assert found == condition.fits(document)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_query_string_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(Refused):  # whose status is always 400
        querying.read(text, specification.attributes("troubleTicket", "TroubleTicket"))


def test_a_long_question_is_broken_off(partner: Partner) -> None:
    partner.post(TICKETS, TICKET)  # with nothing to join, nobody naps
    source = SOURCES["troubleTicket"]
    slow = source.branches[0].__class__(
        **{name: getattr(source.branches[0], name) for name in ("id", "at", "document", "where", "by_id", "may_be")},
        tables=source.branches[0].tables + " CROSS JOIN (SELECT pg_sleep(0.2)) nap",
    )
    with pytest.raises(Refused) as refused:
        reading.page(
            source.__class__(source.api, source.resource, source.type, source.base, source.line, (slow,)),
            querying.Query(),
            reading.View("http://testserver", True),
            time_limit_ms=10,
        )
    assert refused.value.status == 503


@pytest.mark.parametrize("api", list(SOURCES))
def test_a_column_answers_as_the_document_does(partner: Partner, api: str) -> None:
    """Conditions are asked of columns where there are any; what is found must be what the documents say."""
    line = {"id": "+8613900000001", "role": "subscriber", "@referredType": "Individual"}
    partner.post(TICKETS, TICKET | {"relatedParty": [line], "externalId": "e", "name": "n"})
    partner.post(TICKETS, TICKET | {"severity": "High"})
    Case.objects.filter(severity="major").update(severity="normal")
    partner.post(INTERACTIONS, INTERACTION | {"relatedParty": [line]})
    partner.post(INTERACTIONS, INTERACTION | {"status": "open"})
    partner.post(MESSAGES, MESSAGE)
    partner.post(MESSAGES, MESSAGE | {"receiver": [{}]})
    source, view = SOURCES[api], reading.View("http://testserver", True)
    slow = replace(
        source,
        line="",
        branches=tuple(replace(one, texts={}, times={}, plain={}, lines="") for one in source.branches),
    )
    whole = reading.page(source, querying.Query(), view).documents
    asked = {
        f"{name}{sign}={quote(str(value), safe='')}"
        for document in whole
        for name, value in _leaves(document)
        for sign in ("", ".ne", ".gt", ".lte")
    }
    asked |= {
        f"id={whole[0]['id']}&id={whole[-1]['id']}",
        "sort=creationDate" if api != "communicationManagement" else "",
    }
    known = specification.attributes(api, source.type)
    for one in sorted(asked):
        query = querying.read(one, known)
        quick, thorough = reading.page(source, query, view), reading.page(slow, query, view)
        assert [found["id"] for found in quick.documents] == [found["id"] for found in thorough.documents], one
        assert quick.total == thorough.total == len(quick.documents), one


def _leaves(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Attributes that have columns, as dotted names with what stands there."""
    found = [(name, value) for name, value in document.items() if isinstance(value, str) and name != "lastUpdate"]
    for name in ("relatedParty", "channel", "receiver", "sender"):
        held = document.get(name) or []
        for one in held if isinstance(held, list) else [held]:
            found += [(f"{name}.{inner}", value) for inner, value in one.items() if isinstance(value, str)]
    return found


def test_numbers_within_letters_are_not_found_out_by_comparing(partner_of: Callable[..., Partner]) -> None:
    blind = partner_of("blind", "tmf:read")
    assert blind.get(f"{MESSAGES}?content.gt=Call%20139").status_code == 400
    assert blind.get(f"{MESSAGES}?sort=content").status_code == 400
