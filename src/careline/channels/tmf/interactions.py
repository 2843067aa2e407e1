"""Party interactions: contacts of the ledger and of cases, and contacts that other systems had and record here."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from careline.channels.tmf import happenings, once, parties, reading
from careline.channels.tmf.entering import Visit
from careline.channels.tmf.merging import merged
from careline.channels.tmf.models import Document
from careline.channels.tmf.refusing import NO_RIGHT, Refused, bad_field, conflict, missing, not_found
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import instant, taken
from careline.journal import writing
from careline.ledger import contact
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

API = "partyInteraction"
# As the conformance profile has it. The OpenAPI file demands status, interactionDate and the channel's href as well,
# the official kit sends none of them: what lacks is filled in.
MANDATORY = ("channel", "direction", "reason")
OURS = frozenset(["id", "href", "creationDate", "statusChangeDate"])
CHANNEL = "api"


def create(visit: Visit, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The id; once for each Idempotency-Key. With a number it joins the ledger's story of that customer. Raises Refused."""
    told = taken(API, "PartyInteraction_Create", {k: v for k, v in body.items() if k not in OURS}, MANDATORY)
    told = {name: value for name, value in told.items() if value is not None}
    key = f"key:{visit.key}" if visit.key else ""
    moment = instant(visit.now.isoformat())
    with transaction.atomic():
        if (resource := once.before(visit, API, key, body)) is not None:
            return resource, True
        extra = {"status": "completed", "interactionDate": {"startDateTime": moment}} | told
        extra, numbers = _kept(extra)
        id_ = new_reference()[0]
        number = next((one for one in numbers if one), "")
        Document.objects.create(
            api=API,
            resource=id_,
            client=visit.client,
            extra=extra,
            numbers=numbers,
            state="" if number else "alone",
            at=visit.now,
            updated_at=visit.now,
        )
        if number:
            contact.greet([contact.Hello(id_, Msisdn(number), CHANNEL, visit.client[:32], visit.now)])
        once.made(visit, API, key, id_)
        writing.write(who=visit.by, did="interaction_recorded", what="contact", record=id_, now=visit.now)
        happenings.note(API, id_, "created", visit.now)
    return id_, True


def change(visit: Visit, id_: str, body: Mapping[str, Any]) -> None:
    """A merge patch on what this client recorded; raises Refused (400, 403, 404, 409)."""
    if fixed := (OURS | {"direction"}) & body.keys():
        raise bad_field(f"{', '.join(sorted(fixed))}: cannot be changed")
    told = taken(API, "PartyInteraction_Update", body, ())
    if lacking := [name for name in (*MANDATORY, "status") if name in told and told[name] in (None, "", [])]:
        raise missing(f"{', '.join(lacking)}: cannot be taken away")
    with transaction.atomic():
        document = _own(visit, id_)
        moved = "status" in told and told["status"] != document.extra.get("status")
        if "relatedParty" in told:
            _, numbers = parties.parted(told["relatedParty"] or [])
            if [one for one in document.numbers if one] != [one for one in numbers if one]:
                raise conflict("relatedParty: the customer of an interaction stays")
            document.numbers = numbers
        document.extra, _ = _kept(merged(document.extra, told))
        if moved:
            document.extra["statusChangeDate"] = instant(visit.now.isoformat())
        document.updated_at = visit.now
        document.save()
        detail = {"attributes": sorted(told)}
        writing.write(who=visit.by, did="interaction_changed", what="contact", record=id_, now=visit.now, detail=detail)
        happenings.note(API, id_, "status" if moved else "changed", visit.now, document.extra.get("status", ""))


def remove(visit: Visit, id_: str) -> None:
    """Take back what this client recorded; raises Refused (403, 404, 409)."""
    with transaction.atomic():
        document = _own(visit, id_)
        last = reading.one(SOURCES[API], id_, visit.view)
        # The ledger's row was made by this API alone, as its channel says; the hall's contacts are never removed.
        sql.execute("DELETE FROM ledger_contact WHERE id = %s::uuid AND channel = %s", [id_, CHANNEL])
        document.delete()
        writing.write(who=visit.by, did="interaction_removed", what="contact", record=id_, now=visit.now)
        happenings.note(API, id_, "deleted", visit.now, document=last)


def _own(visit: Visit, id_: str) -> Document:
    document = Document.objects.select_for_update().filter(api=API, resource=id_).first()
    if document is None:
        if reading.one(SOURCES[API], id_, visit.view) is None:
            raise not_found(f"party interaction {id_[:40]}")
        raise conflict("this is a contact of the house's own ledger, which nobody changes")
    if document.client != visit.client:
        raise Refused(403, NO_RIGHT, "Access denied", "another client recorded this interaction")
    return document


def _kept(told: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What is kept, with the addresses that the OpenAPI file demands filled in; and the numbers of its parties."""
    kept: dict[str, Any] = dict(told)
    lines, numbers = parties.parted(kept.get("relatedParty", []))
    kept = parties.hidden(kept | {"relatedParty": lines})
    for holder in (kept, *kept.get("interactionItem", [])):
        for attribute, what in (("relatedParty", "party"), ("channel", "channel")):
            if attribute in holder:
                holder[attribute] = [
                    {"href": f"urn:careline:{what}:{one.get('id', '')}"} | one for one in holder[attribute]
                ]
    for place, one in enumerate(kept.get("interactionItem", [])):
        one.setdefault("id", str(place + 1))
    return kept, numbers
