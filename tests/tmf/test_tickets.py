"""Trouble tickets: cases as other systems see them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from careline.cases import handling
from careline.cases.deeds import deed
from careline.cases.promised import promising
from careline.cases.records.case import Case, Event
from careline.cases.states import State
from careline.channels.tmf import statuses
from careline.journal.models import Entry
from tests.tmf.conftest import TICKET, TICKETS, Partner

NUMBER = "8613900000001"
SUBSCRIBER = {"id": f"+{NUMBER}", "role": "subscriber", "@referredType": "Individual"}


def settled(docket: str) -> None:
    """The house's people bring the case to the question whether it satisfies."""
    now = datetime.now(UTC)
    Case.objects.filter(docket=docket).update(state="confirming", replied_at=now, owner="wang", reply="done")


def test_a_ticket_is_a_case_with_a_docket(partner: Partner) -> None:
    made = partner.post(TICKETS, TICKET)
    told = made.json()
    assert made.status_code == 201
    assert made["Location"] == told["href"] == f"http://testserver{TICKETS}/{told['id']}"
    assert told["@type"] == "TroubleTicket"
    assert (told["status"], told["severity"], told["ticketType"]) == ("acknowledged", "Low", "network")
    case = Case.objects.get(docket=told["id"])
    assert (case.words, case.severity, case.channel, case.state) == ("no signal at home", "minor", "api", "accepted")
    assert Entry.objects.filter(who="tmf:shop", record=case.docket, did="case_accepted").exists()
    assert partner.get(f"{TICKETS}/{told['id']}").json() == told


def test_what_a_client_wrote_is_given_back(partner: Partner) -> None:
    body = TICKET | {
        "name": "Outage",
        "externalId": "CRM-77",
        "requestedResolutionDate": "2026-12-01T10:00:00+08:00",
        "relatedEntity": [{"id": "p-1", "role": "product", "@referredType": "Product"}],
        "attachment": [{"id": "a-1", "url": "https://files.example/a-1", "name": "photo"}],
        "note": [{"text": "rang twice"}],
        "channel": {"id": "crm", "name": "CRM"},
        "@schemaLocation": "https://crm.example/ticket.json",
        "crmQueue": {"name": "north", "place": 3},
    }
    told = partner.post(TICKETS, body).json()
    for name in ("name", "externalId", "relatedEntity", "attachment", "channel", "crmQueue", "@schemaLocation"):
        assert told[name] == body[name]
    assert told["requestedResolutionDate"] == "2026-12-01T02:00:00.000Z"
    assert told["note"][0]["text"] == "rang twice"
    assert told["note"][0]["author"] == "shop"


def test_the_related_party_with_a_number_is_the_subscriber_and_masked_for_who_may_not_see_it(
    partner: Partner, partner_of: Callable[..., Partner]
) -> None:
    body = TICKET | {
        "relatedParty": [{"id": "agent-3", "role": "originator", "@referredType": "Individual"}, SUBSCRIBER]
    }
    told = partner.post(TICKETS, body).json()
    assert Case.objects.get(docket=told["id"]).msisdn == NUMBER
    assert [one["id"] for one in told["relatedParty"]] == ["agent-3", f"+{NUMBER}"]
    blind = partner_of("blind", "tmf:read")
    assert "13900000001" not in blind.get(TICKETS).content.decode()
    assert blind.get(f"{TICKETS}/{told['id']}").json()["relatedParty"][1]["id"] == "139****0001"
    # Nor can the number be found out by asking for it.
    assert blind.get(f"{TICKETS}?relatedParty.id=%2B{NUMBER}").json() == []
    assert len(partner.get(f"{TICKETS}?relatedParty.id=%2B{NUMBER}").json()) == 1


def test_numbers_in_words_are_never_kept(partner: Partner) -> None:
    body = TICKET | {"description": "call 13900000001 back", "note": [{"text": "or 13900000002"}]}
    told = partner.post(TICKETS, body).json()
    assert "13900000001" not in str(told)
    assert "13900000002" not in str(told)


def test_the_same_matter_of_the_same_customer_joins_its_open_case(partner: Partner) -> None:
    body = TICKET | {"relatedParty": [SUBSCRIBER]}
    first = partner.post(TICKETS, body)
    second = partner.post(TICKETS, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Case.objects.get().repeats == 1


def test_a_repeated_creation_is_the_same_ticket(partner: Partner, partner_of: Callable[..., Partner]) -> None:
    body = TICKET | {"externalId": "CRM-1"}
    ids = {partner.post(TICKETS, body).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    assert partner.post(TICKETS, body).status_code == 201
    other = partner.post(TICKETS, body | {"description": "something else"})
    assert other.status_code == 409
    assert Case.objects.count() == 1
    # Another client's numbering is its own.
    assert partner_of("other").post(TICKETS, body).json()["id"] not in ids


def test_an_idempotency_key_goes_before_the_external_id(partner: Partner) -> None:
    one = partner.post(TICKETS, TICKET | {"externalId": "a"}, Idempotency_Key="k1").json()["id"]
    two = partner.post(TICKETS, TICKET | {"externalId": "a"}, Idempotency_Key="k2").json()["id"]
    assert one != two
    assert partner.post(TICKETS, TICKET | {"externalId": "a"}, Idempotency_Key="k1").json()["id"] == one


@pytest.mark.parametrize("state", list(State))
def test_every_state_of_a_case_has_its_status(partner: Partner, state: State) -> None:
    docket = partner.post(TICKETS, TICKET).json()["id"]
    Case.objects.filter(docket=docket).update(state=state.value)
    told = partner.get(f"{TICKETS}/{docket}").json()
    assert told["status"] == statuses.TICKET[state]
    # The database keeps the history by a table of its own, which must be this one.
    assert told["statusChange"][-1]["status"] == statuses.TICKET[state]


def test_a_case_whose_promises_stand_still_is_pending(partner: Partner) -> None:
    docket, now = partner.post(TICKETS, TICKET).json()["id"], datetime.now(UTC)
    with deed(docket) as case:
        promising.pause(case, "waits for a photo of the router", by="wang", now=now)
    assert partner.get(f"{TICKETS}/{docket}").json()["status"] == "pending"
    with deed(docket) as case:
        promising.resume(case, by="wang", now=now + timedelta(hours=1))
    changes = partner.get(f"{TICKETS}/{docket}").json()["statusChange"]
    assert [one["status"] for one in changes] == ["acknowledged", "pending", "acknowledged"]


def test_a_client_says_for_its_customer_that_the_reply_satisfies(partner: Partner) -> None:
    docket = partner.post(TICKETS, TICKET).json()["id"]
    settled(docket)
    assert partner.get(f"{TICKETS}/{docket}").json()["status"] == "resolved"
    changed = partner.patch(f"{TICKETS}/{docket}", {"status": "closed", "statusChangeReason": "all well"})
    assert changed.status_code == 200
    assert changed.json()["status"] == "closed"
    assert Case.objects.get(docket=docket).satisfied is True


def test_a_client_says_that_it_does_not_satisfy_and_another_round_begins(partner: Partner) -> None:
    docket = partner.post(TICKETS, TICKET).json()["id"]
    settled(docket)
    told = partner.patch(
        f"{TICKETS}/{docket}", {"status": "inProgress", "statusChangeReason": "still no signal"}
    ).json()
    assert told["status"] == "inProgress"
    assert (Case.objects.get().state, Case.objects.get().round) == ("analysing", 2)


def test_a_closed_ticket_is_reopened_with_a_reason(partner: Partner) -> None:
    docket, now = partner.post(TICKETS, TICKET).json()["id"], datetime.now(UTC)
    settled(docket)
    partner.patch(f"{TICKETS}/{docket}", {"status": "closed"})
    with deed(docket) as case:
        case.owner = ""
    Case.objects.filter(docket=docket).update(state="archived", archived_at=now)
    handling.close(docket, by="clock", now=now)
    assert partner.patch(f"{TICKETS}/{docket}", {"status": "inProgress"}).status_code == 409
    told = partner.patch(f"{TICKETS}/{docket}", {"status": "inProgress", "statusChangeReason": "it came back"})
    assert told.json()["status"] == "inProgress"


@pytest.mark.parametrize("status", ["resolved", "closed", "cancelled", "rejected", "held", "pending", "inProgress"])
def test_what_only_the_house_may_do_is_a_conflict_and_changes_nothing(partner: Partner, status: str) -> None:
    docket = partner.post(TICKETS, TICKET).json()["id"]
    refused = partner.patch(f"{TICKETS}/{docket}", {"status": status, "name": "new name"})
    assert refused.status_code == 409
    assert refused.json()["message"]
    told = partner.get(f"{TICKETS}/{docket}").json()
    assert (told["status"], "name" in told) == ("acknowledged", False)


def test_a_patch_merges_and_null_takes_away(partner: Partner) -> None:
    path = f"{TICKETS}/{partner.post(TICKETS, TICKET | {'name': 'a', 'priority': 'P1'}).json()['id']}"
    headers = {"Content_Type": "application/merge-patch+json"}
    told = partner.patch(path, {"name": None, "priority": "P2"}, **headers).json()
    assert "name" not in told
    assert told["priority"] == "P2"
    assert told["description"] == TICKET["description"]


def test_notes_are_added_and_never_rewritten(partner: Partner) -> None:
    path = f"{TICKETS}/{partner.post(TICKETS, TICKET | {'note': [{'text': 'one'}]}).json()['id']}"
    first = partner.get(path).json()["note"][0]
    told = partner.patch(path, {"note": [{"text": "two"}]}).json()
    assert [one["text"] for one in told["note"]] == ["one", "two"]
    assert partner.patch(path, {"note": [first | {"text": "another"}]}).status_code == 409
    assert Event.objects.filter(did="noted", by="tmf:shop", words="two").count() == 1


def test_a_ticket_that_becomes_critical_is_a_major_case(partner: Partner) -> None:
    path = f"{TICKETS}/{partner.post(TICKETS, TICKET).json()['id']}"
    assert partner.patch(path, {"severity": "Critical"}).json()["severity"] == "Critical"
    assert Case.objects.get().severity == "major"
    assert Event.objects.filter(did="reported").exists()


def test_what_the_house_says_of_severity_goes_before_what_the_client_said(partner: Partner) -> None:
    path = f"{TICKETS}/{partner.post(TICKETS, TICKET).json()['id']}"
    Case.objects.update(severity="normal")
    assert partner.get(path).json()["severity"] == "normal"


def test_a_case_is_never_deleted(partner: Partner) -> None:
    path = f"{TICKETS}/{partner.post(TICKETS, TICKET).json()['id']}"
    refused = partner.delete(path)
    assert refused.status_code == 405
    assert "DELETE" not in refused["Allow"]
    assert partner.get(path).status_code == 200


def test_a_case_of_another_door_is_a_ticket_too(partner: Partner) -> None:
    from careline.cases.opening import NewCase, accept
    from careline.values.msisdn import Msisdn

    now = datetime.now(UTC)
    new = NewCase("sms:demo:1", Msisdn(NUMBER), "complaint", "", "我的账单不对", "sms")
    docket = accept(new, by="subscriber", now=now).case.docket
    told = partner.get(f"{TICKETS}/{docket}").json()
    assert (told["description"], told["ticketType"], told["severity"]) == ("我的账单不对", "complaint", "normal")
    assert told["relatedParty"][0]["id"] == f"+{NUMBER}"
    changed = partner.patch(f"{TICKETS}/{docket}", {"name": "bill"}).json()
    assert changed["name"] == "bill"
    assert changed["relatedParty"][0]["id"] == f"+{NUMBER}"
    assert changed["description"] == "我的账单不对"
