"""What every door of TM Forum keeps to: who may ask, in which form, and how refusals read."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.channels.tmf import entering
from careline.channels.tmf.models import Once
from careline.channels.tmf.refusing import Refused
from careline.identity import tokens
from careline.journal.models import Entry
from tests.tmf.conftest import INTERACTION, INTERACTIONS, MESSAGE, MESSAGES, TICKET, TICKETS, Partner

DOORS = [(TICKETS, TICKET), (INTERACTIONS, INTERACTION), (MESSAGES, MESSAGE)]


def refused(answer: Any, status: int) -> dict[str, Any]:
    """TM Forum's Error, with this status."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    told: dict[str, Any] = answer.json()
    assert told["code"]
    assert told["reason"]
    assert told["status"] == str(status)
    return told


@pytest.mark.parametrize("path", [TICKETS, INTERACTIONS, MESSAGES])
def test_nobody_comes_in_without_a_token(db: None, path: str) -> None:
    answer = Client().get(path)
    refused(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"
    refused(Client().get(path, headers={"Authorization": "Bearer clt_00000000_nobody"}), 401)
    refused(Client().post(path, "{}", content_type="application/json"), 401)


def test_a_revoked_token_opens_nothing(partner: Partner) -> None:
    tokens.revoke("shop", by="admin", now=datetime.now(UTC))
    refused(partner.get(TICKETS), 401)


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_reading_and_writing_are_rights_of_their_own(
    partner_of: Callable[..., Partner], path: str, body: dict[str, Any]
) -> None:
    reader, writer = partner_of("reader", "tmf:read"), partner_of("writer", "tmf:write")
    refused(reader.post(path, body), 403)
    refused(writer.get(path), 403)
    made = writer.post(path, body)
    assert made.status_code == 201
    refused(reader.patch(made["Location"], {"description": "x"}), 403)
    refused(reader.delete(made["Location"]), 403)


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_each_mandatory_attribute_is_missed(partner: Partner, path: str, body: dict[str, Any]) -> None:
    for name in body:
        for lacking in ({k: v for k, v in body.items() if k != name}, body | {name: None}):
            assert name in refused(partner.post(path, lacking), 400)["message"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"note": {"text": "no list"}}, "note"),
        ({"note": [{"author": "no text"}]}, "note"),
        ({"severity": 1}, "severity"),
        ({"externalId": True}, "externalId"),
        ({"requestedResolutionDate": "tomorrow"}, "requestedResolutionDate"),
        ({"relatedParty": [{"id": 7, "@referredType": "x"}]}, "relatedParty[0].id"),
        ({"servity": "High"}, "servity"),
        ({"relatedParty": [{"id": "7"}]}, "@referredType"),
        ({"description": "x" * 5000}, "description"),
        ({"name": "nul \x00"}, "name"),
        ({"channel": "crm"}, "channel"),
    ],
)
def test_ill_typed_and_unknown_attributes_are_named(partner: Partner, wrong: dict[str, Any], word: str) -> None:
    assert word in refused(partner.post(TICKETS, TICKET | wrong), 400)["message"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"a": NaN}', b"[" * 5000, b'{"a":' * 30 + b"1" + b"}" * 30],
    ids=["empty", "cut", "list", "text", "no UTF-8", "NaN", "deep list", "deep object"],
)
def test_what_is_no_json_object_is_refused(partner: Partner, body: bytes) -> None:
    refused(partner.ask("POST", TICKETS, body), 400)


def test_a_body_that_is_too_large_is_refused(partner: Partner) -> None:
    refused(partner.ask("POST", TICKETS, json.dumps({"description": "x" * 300_000})), 400)


def test_other_forms_of_body_and_answer_are_refused(partner: Partner) -> None:
    refused(partner.ask("POST", TICKETS, "<a/>", Content_Type="application/xml"), 415)
    path = partner.post(TICKETS, TICKET)["Location"]
    refused(partner.ask("PATCH", path, "[]", Content_Type="application/json-patch+json"), 415)
    refused(partner.get(TICKETS, Accept="text/html"), 406)
    assert partner.get(TICKETS, Accept="text/html, */*;q=0.1").status_code == 200
    refused(partner.get(TICKETS, Accept="application/json;q=0"), 406)


@pytest.mark.parametrize("path", [TICKETS, INTERACTIONS, MESSAGES])
def test_what_is_not_there_is_not_found(partner: Partner, path: str) -> None:
    for id_ in ("46846846846", "8ce13dbe-ab17-45a3-bef7-f4207fd827fd", "case-999999999", "a'--", "%00", "x" * 500):
        refused(partner.get(f"{path}/{id_}"), 404)
        refused(partner.patch(f"{path}/{id_}", {"description": "x"}), 404)
        refused(partner.delete(f"{path}/{id_}"), 404)
    refused(partner.get("/tmf-api/troubleTicket/v9/troubleTicket"), 404)


def test_methods_that_are_not_there_say_which_are(partner: Partner) -> None:
    answer = partner.ask("PUT", TICKETS, TICKET)
    refused(answer, 405)
    assert answer["Allow"] == "GET, HEAD, POST"
    refused(partner.delete(TICKETS), 405)


def test_who_asks_too_fast_is_told_when_to_come_back(partner: Partner) -> None:
    assert partner.get(TICKETS).status_code == 200
    prefix = partner.token.split("_")[1]
    with pytest.raises(Refused):
        for _ in range(int(entering.BURST) * 4):
            entering._keep_pace(prefix)
    entering._buckets[prefix] = (0.0, time.monotonic() + 1)  # spent, and no machine is too slow to see it
    answer = partner.get(TICKETS)
    refused(answer, 429)
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_a_slash_at_the_end_is_as_good_as_none(partner: Partner, path: str, body: dict[str, Any]) -> None:
    made = partner.post(f"{path}/", body)
    assert made.status_code == 201
    assert partner.get(f"{made['Location']}/").json() == made.json()


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_a_key_makes_one_thing_once(partner: Partner, path: str, body: dict[str, Any]) -> None:
    made = [partner.post(path, body, Idempotency_Key="k-1") for _ in range(3)]
    assert {one.status_code for one in made} == {201}
    assert len({one.json()["id"] for one in made}) == 1
    refused(partner.post(path, body | {"@type": "Special"}, Idempotency_Key="k-1"), 409)
    refused(partner.post(path, body, Idempotency_Key="k" * 500), 400)
    assert Once.objects.count() == 1


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_every_deed_stands_in_the_journal(partner: Partner, path: str, body: dict[str, Any]) -> None:
    partner.post(path, body)
    assert Entry.objects.filter(who="tmf:shop").exclude(did="look").exists()
    partner.get(path)
    assert Entry.objects.filter(who="tmf:shop", did="look").count() == 1  # it may see numbers, and did


@pytest.mark.parametrize("api", ["troubleTicket", "partyInteraction", "communicationManagement"])
def test_the_openapi_file_is_served(partner: Partner, api: str) -> None:
    told = partner.get(f"/tmf-api/{api}/v4/openapi").json()
    assert told["basePath"] == f"/tmf-api/{api}/v4/"


def test_behind_a_proxy_that_speaks_https_addresses_say_so(partner: Partner, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    made = partner.post(TICKETS, TICKET)
    assert made["Location"].startswith("https://testserver/")
    assert made.json()["href"] == made["Location"]
    partner.post(TICKETS, TICKET)
    assert partner.get(f"{TICKETS}?limit=1")["Link"].startswith("<https://testserver/")
