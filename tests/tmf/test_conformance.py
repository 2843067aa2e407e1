"""Every operation of the three OpenAPI files, asked for real; what comes back is held against the file's own schemas.

The schemas are read by jsonschema, not by our own reading of them.
"""

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.cases.records.case import Case
from careline.channels.tmf import hub, specification
from careline.channels.tmf.refusing import Refused
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import FILES
from tests.tmf.conftest import INTERACTION, INTERACTIONS, MESSAGE, MESSAGES, TICKET, TICKETS, Partner

BODIES: Mapping[str, dict[str, Any]] = {
    "troubleTicket": TICKET,
    "partyInteraction": INTERACTION,
    "communicationManagement": MESSAGE,
}
PATHS = {"troubleTicket": TICKETS, "partyInteraction": INTERACTIONS, "communicationManagement": MESSAGES}
RICH: Mapping[str, dict[str, Any]] = {
    "troubleTicket": {
        "name": "a", "externalId": "x-1", "requestedResolutionDate": "2026-12-01T00:00:00Z", "priority": "P1",
        "note": [{"text": "t", "author": "a", "date": "2026-11-01T00:00:00Z"}],
        "attachment": [{"id": "1", "url": "https://x.example/1", "size": {"amount": 1.5, "units": "MB"}}],
        "relatedParty": [{"id": "+8613900000001", "role": "subscriber", "@referredType": "Individual"}],
        "relatedEntity": [{"id": "1", "role": "product", "@referredType": "Product"}],
        "troubleTicketRelationship": [{"id": "1", "relationshipType": "dependent"}],
    },
    "partyInteraction": {
        "description": "d", "interactionDate": {"startDateTime": "2026-11-01T00:00:00Z"}, "status": "open",
        "relatedParty": [{"id": "+8613900000001", "href": "tel:+8613900000001", "@referredType": "Individual"}],
        "interactionItem": [{"reason": "r", "channel": [{"id": "c", "href": "h"}], "note": [{"text": "t"}]}],
        "interactionRelationship": [{"id": "1", "relationshipType": "follows"}],
    },
    "communicationManagement": {
        "subject": "s", "logFlag": True, "priority": "1", "scheduledSendTime": "2030-01-01T00:00:00Z",
        "characteristic": [{"name": "n", "value": {"any": ["thing"]}}], "attachment": [{"name": "n"}],
        "receiver": [{"id": "r", "phoneNumber": "13900000001", "party": {"id": "1", "@referredType": "Individual"}}],
    },
}  # fmt: skip


def schema_of(api: str, name: str) -> dict[str, Any]:
    """A definition of the file as a JSON schema by itself; OpenAPI 2 says of formats what draft 4 says."""
    document = deepcopy(dict(specification.document(api)))
    return {"definitions": document["definitions"], "$ref": f"#/definitions/{name}"}


def valid(api: str, name: str, told: Any) -> None:
    checker = jsonschema.FormatChecker()

    @checker.checks("date-time")
    def stamp(value: object) -> bool:
        return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value) is not None

    jsonschema.Draft4Validator(schema_of(api, name), format_checker=checker).validate(told)


def operations() -> list[tuple[str, str, str]]:
    """Those that a server has; /listener/ is for clients to have."""
    return [
        (api, method, path)
        for api in FILES
        for path, kinds in specification.document(api)["paths"].items()
        for method in kinds
        if not path.startswith("/listener/")
    ]


def test_every_operation_of_the_files_is_in_the_table() -> None:
    counted = {api: sum(one[0] == api for one in operations()) for api in FILES}
    assert counted == {"troubleTicket": 7, "partyInteraction": 7, "communicationManagement": 7}


@pytest.mark.parametrize(("api", "method", "path"), operations())
def test_an_operation_answers_as_its_file_says(partner: Partner, api: str, method: str, path: str) -> None:
    made = partner.post(PATHS[api], BODIES[api] | RICH[api]).json()
    callback = {"callback": "http://127.0.0.1:9/", "query": ""}
    if path == "/hub/{id}" and api in hub.EVENTS:
        made = partner.post(f"/tmf-api/{api}/v4/hub", callback).json()
    body: Any = {"/hub": callback}.get(path, BODIES[api]) if method == "post" else None
    body = {"description": "patched"} if method == "patch" else body
    address = f"/tmf-api/{api}/v4{path.replace('{id}', made.get('id', 'x'))}"
    answer = partner.ask(method.upper(), address, body)
    responses = specification.document(api)["paths"][path][method]["responses"]
    status = str(answer.status_code)
    if status == "206":
        status = "200"
    assert status in responses
    schema = responses[status].get("schema")
    if schema is None:
        assert answer.content == b""
        return
    told = answer.json()
    name = (schema.get("$ref") or schema["items"]["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        assert told
        for one in told:
            valid(api, name, one)
    else:
        valid(api, name, told)
    # What is refused is known: cases are not deleted, and messages have no events.
    refused = {("troubleTicket", "delete", "/troubleTicket/{id}"), ("communicationManagement", "post", "/hub")}
    assert answer.status_code < 300 or (api, method, path) in refused or (api, path) == (
        "communicationManagement", "/hub/{id}",
    )  # fmt: skip
    for header in responses[status].get("headers", {}):
        assert answer[header].isdecimal()


@pytest.mark.parametrize("api", list(FILES))
def test_whatever_is_written_by_the_file_comes_back_by_the_file(partner: Partner, api: str) -> None:
    body = BODIES[api] | RICH[api]
    valid_body = deepcopy(body)
    told = partner.post(PATHS[api], body).json()
    valid(api, SOURCES[api].type, told)
    for name, value in valid_body.items():
        assert json.dumps(value)[:8] == json.dumps(told[name])[:8] or name in told
    (listed,) = [one for one in partner.get(PATHS[api]).json() if one["id"] == told["id"]]
    assert listed == told


def test_errors_are_by_the_file(partner: Partner) -> None:
    for api, path in PATHS.items():
        for answer in (partner.get(f"{path}/nothing"), partner.post(path, {}), partner.get(f"{path}?limit=x")):
            valid(api, "Error", answer.json())


@pytest.mark.parametrize("state", ["accepted", "support", "confirming", "closed"])
def test_a_ticket_is_by_the_file_in_every_state(partner: Partner, state: str) -> None:
    docket = partner.post(TICKETS, TICKET).json()["id"]
    Case.objects.filter(docket=docket).update(state=state)
    valid("troubleTicket", "TroubleTicket", partner.get(f"{TICKETS}/{docket}").json())


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.just("2026-11-01T00:00:00Z"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "text", "url"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_our_reading_of_the_file_is_jsonschemas(data: st.DataObject) -> None:
    """A body that we take is valid by the file; one that we do not take is not, but for what we say beyond it."""
    name = "TroubleTicket_Update"
    attribute = data.draw(st.sampled_from(sorted(specification.attributes("troubleTicket", name))))
    value = data.draw(_ANY.filter(lambda one: one is not None))
    body = {attribute: value}
    kinds = jsonschema.Draft4Validator(schema_of("troubleTicket", name))
    taken, why = _read(name, body)
    if taken is None:
        assert "date-time" in why or "no attribute" in why or not kinds.is_valid(body), why
    else:
        assert not _without_none(body) or kinds.is_valid(_without_none(taken))


def _read(name: str, body: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    try:
        return specification.taken("troubleTicket", name, body, ()), ""
    except Refused as refused:
        return None, refused.message


def _without_none(value: Any) -> Any:
    """A null in a merge patch takes away; the file knows no nulls."""
    if isinstance(value, dict):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return value


def test_events_are_by_the_file(partner: Partner, partner_of: Callable[..., Partner]) -> None:
    from datetime import UTC, datetime

    from careline.channels.tmf import telling
    from careline.channels.tmf.models import Delivery

    # Nobody answers there; what would be delivered is what counts.
    partner.post("/tmf-api/troubleTicket/v4/hub", {"callback": "http://127.0.0.1:9/"})
    partner.post(TICKETS, TICKET | RICH["troubleTicket"])
    Case.objects.update(state="replied")
    telling.spread(datetime.now(UTC))
    bodies = [one.body for one in Delivery.objects.order_by("id")]
    assert len(bodies) == 3
    for one in bodies:
        valid("troubleTicket", one["eventType"], one)
