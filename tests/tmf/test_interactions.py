"""Party interactions: the ledger's contacts, those of cases, and those that other systems had."""

from collections.abc import Callable
from datetime import UTC, datetime

from careline.channels.tmf.models import Document
from careline.ledger.models import Attempt, Contact
from careline.values.reference import new_reference
from tests.tmf.conftest import INTERACTION, INTERACTIONS, TICKET, TICKETS, Partner

NUMBER = "8613900000001"
CUSTOMER = {"id": f"+{NUMBER}", "href": "tel:+8613900000001", "role": "customer", "@referredType": "Individual"}


def a_contact() -> str:
    """A customer asked by SMS for a balance."""
    now = datetime.now(UTC)
    id_, attempt = new_reference(2)
    Contact.objects.create(id=id_, msisdn=NUMBER, channel="sms", address="10086", began_at=now)
    Attempt.objects.create(
        id=attempt, msisdn=NUMBER, contact=id_, channel="sms", region="beijing", brand="", table="T5", service="balance",
        verb="query", version=1, begun_at=now, outcome="done", cause="", ended_at=now,
    )  # fmt: skip
    return id_


def test_a_contact_of_the_hall_is_an_interaction_with_what_was_done(partner: Partner) -> None:
    id_ = a_contact()
    told = partner.get(f"{INTERACTIONS}/{id_}").json()
    assert (told["direction"], told["status"], told["reason"]) == ("inbound", "completed", "balance query")
    assert told["channel"][0]["id"] == "sms"
    assert told["relatedParty"][0]["id"] == f"+{NUMBER}"
    (item,) = told["interactionItem"]
    assert (item["item"]["id"], item["item"]["role"], item["resolution"]) == ("balance", "query", "done")
    (found,) = partner.get(f"{INTERACTIONS}?interactionItem.item.id=balance&channel.id=sms").json()
    assert found == told


def test_contacts_of_the_hall_are_only_read(partner: Partner) -> None:
    id_ = a_contact()
    assert partner.patch(f"{INTERACTIONS}/{id_}", {"description": "x"}).status_code == 409
    assert partner.delete(f"{INTERACTIONS}/{id_}").status_code == 409
    assert Contact.objects.filter(id=id_).exists()


def test_a_contact_of_a_case_is_an_interaction_that_names_its_ticket(partner: Partner) -> None:
    ticket = partner.post(TICKETS, TICKET).json()
    (told,) = partner.get(INTERACTIONS).json()
    assert told["interactionItem"][0]["item"]["href"] == ticket["href"]
    assert partner.get(told["href"]).json() == told


def test_what_the_conformance_profile_demands_is_enough(partner: Partner) -> None:
    told = partner.post(INTERACTIONS, INTERACTION).json()
    assert told["status"] == "completed"
    assert told["interactionDate"]["startDateTime"]
    assert told["channel"] == [{"id": "shop-7", "href": "urn:careline:channel:shop-7"}]


def test_a_contact_from_elsewhere_joins_the_customers_story(
    partner: Partner, partner_of: Callable[..., Partner]
) -> None:
    body = INTERACTION | {
        "relatedParty": [CUSTOMER],
        "interactionItem": [{"reason": "new plan", "resolution": "sold", "note": [{"text": "rang 13900000002"}]}],
    }
    told = partner.post(INTERACTIONS, body).json()
    assert Contact.objects.get().msisdn == NUMBER
    assert told["relatedParty"][0]["id"] == f"+{NUMBER}"
    assert told["interactionItem"][0]["resolution"] == "sold"
    assert "13900000002" not in str(told)
    assert "13900000001" not in str(Document.objects.get().extra)
    assert NUMBER[2:] not in partner_of("blind", "tmf:read").get(told["href"]).content.decode()


def test_its_recorder_changes_and_removes_it_and_nobody_else(
    partner: Partner, partner_of: Callable[..., Partner]
) -> None:
    path = partner.post(INTERACTIONS, INTERACTION | {"relatedParty": [CUSTOMER]})["Location"]
    stranger = partner_of("stranger")
    assert stranger.patch(path, {"reason": "mine"}).status_code == 403
    assert stranger.delete(path).status_code == 403
    told = partner.patch(path, {"status": "inProgress", "description": "goes on"}).json()
    assert (told["status"], told["description"], told["reason"]) == ("inProgress", "goes on", "wants a new plan")
    assert partner.patch(path, {"direction": "outbound"}).status_code == 400
    assert partner.patch(path, {"reason": None}).status_code == 400
    assert partner.patch(path, {"relatedParty": []}).status_code == 409
    assert partner.delete(path).status_code == 204
    assert partner.get(path).status_code == 404
    assert not Contact.objects.exists()
    assert partner.delete(path).status_code == 404


def test_a_key_whose_interaction_was_removed_says_so(partner: Partner) -> None:
    path = partner.post(INTERACTIONS, INTERACTION, Idempotency_Key="k")["Location"]
    partner.delete(path)
    assert partner.post(INTERACTIONS, INTERACTION, Idempotency_Key="k").status_code == 409
