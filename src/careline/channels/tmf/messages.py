"""Communication messages: letters of the outbox, and messages that other systems have us send."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from careline import wiring
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.channels.tmf import once, parties, reading, sparing
from careline.channels.tmf.entering import Visit
from careline.channels.tmf.merging import merged
from careline.channels.tmf.models import Document, Letter
from careline.channels.tmf.refusing import NO_RIGHT, Refused, bad_field, conflict, missing, not_found
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import taken
from careline.hall.reminding import last_links
from careline.journal import writing
from careline.outbox import posting
from careline.postgres import sql
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.reference import new_reference

API = "communicationManagement"
MANDATORY = ("content", "messageType", "receiver", "sender")
OURS = frozenset(["id", "href", "sendTime", "sendTimeComplete", "tryTimes"])
RECEIVERS_MAX = 100
CONTENT_MAX = 1_000  # characters; what an SMS of many parts may hold
KEY = "tmf"  # of the words of these letters: how the outbox tells them from the house's own
_HALL = "10086"


def create(visit: Visit, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The id; once for each Idempotency-Key. Receivers without a phone number make a draft that nothing leaves by."""
    told = taken(
        API, "CommunicationMessage_Create", {k: v for k, v in body.items() if k not in OURS | {"state"}}, MANDATORY
    )
    told = {name: value for name, value in told.items() if value is not None}
    key = f"key:{visit.key}" if visit.key else ""
    with transaction.atomic():
        if (resource := once.before(visit, API, key, body)) is not None:
            return resource, True
        id_ = new_reference()[0]
        document = Document(api=API, resource=id_, client=visit.client, at=visit.now, updated_at=visit.now)
        _fill(document, told)
        document.save()
        _post(document, visit.now)
        once.made(visit, API, key, id_)
        detail = {"receivers": len(document.numbers)}
        writing.write(who=visit.by, did="message_made", what="message", record=id_, now=visit.now, detail=detail)
    return id_, True


def change(visit: Visit, id_: str, body: Mapping[str, Any]) -> None:
    """A merge patch before it leaves; state `cancelled` takes it back. Raises Refused (400, 403, 404, 409)."""
    if ours := OURS & body.keys():
        raise bad_field(f"{', '.join(sorted(ours))}: kept by the server, and cannot be changed")
    told = taken(API, "CommunicationMessage_Update", body, ())
    state = told.pop("state", None)
    if state not in (None, "initial", "cancelled"):
        raise conflict(f"state {state}: only the house brings a message there; a client may cancel it")
    if lacking := [name for name in MANDATORY if name in told and told[name] in (None, "", [])]:
        raise missing(f"{', '.join(lacking)}: cannot be taken away")
    with transaction.atomic():
        document = _own(visit, id_)
        if document.state:
            raise conflict("the message was cancelled")
        _take_back(document)
        if state == "cancelled":
            document.state = "cancelled"
        before = {"receiver": _receivers(document)}
        _fill(document, merged(document.extra | before, told))
        document.updated_at = visit.now
        document.save()
        if not document.state:
            _post(document, visit.now)
        detail = {"attributes": sorted(told), "state": state or ""}
        writing.write(who=visit.by, did="message_changed", what="message", record=id_, now=visit.now, detail=detail)


def remove(visit: Visit, id_: str) -> None:
    """Take back and forget a message that has not left; raises Refused (403, 404, 409)."""
    with transaction.atomic():
        document = _own(visit, id_)
        _take_back(document)
        document.delete()
        writing.write(who=visit.by, did="message_removed", what="message", record=id_, now=visit.now)


def _own(visit: Visit, id_: str) -> Document:
    document = Document.objects.select_for_update().filter(api=API, resource=id_).first()
    if document is None:
        if reading.one(SOURCES[API], id_, visit.view) is None:
            raise not_found(f"communication message {id_[:40]}")
        raise conflict("this is a letter of the house, which no client changes")
    if document.client != visit.client:
        raise Refused(403, NO_RIGHT, "Access denied", "another client made this message")
    return document


def _fill(document: Document, told: dict[str, Any]) -> None:
    """Check what the API cannot send, and part the numbers of receivers from the rest."""
    if told["messageType"].strip().upper() != "SMS":
        raise bad_field("messageType: this server sends SMS")
    if len(told["content"]) > CONTENT_MAX:
        raise bad_field(f"content: at most {CONTENT_MAX} characters")
    if len(told["receiver"]) > RECEIVERS_MAX:
        raise bad_field(f"receiver: at most {RECEIVERS_MAX}")
    numbers, rest = [], []
    for place, receiver in enumerate(told["receiver"]):
        written = receiver.get("phoneNumber")
        try:
            numbers.append(parties.number_of(written).digits if written else "")
        except NotANumber as error:
            raise bad_field(f"receiver[{place}].phoneNumber: {error}") from error
        plain = {name: value for name, value in receiver.items() if name != "phoneNumber"}
        rest.append({"id": str(place + 1)} | parties.hidden(plain))
    document.numbers = numbers
    # What is sent is kept as it is; what stands beside it is masked, as everywhere.
    sent = {name: told[name] for name in ("content", "sender") if name in told}
    document.extra = {**parties.hidden(told), **sent, "receiver": rest}


def _receivers(document: Document) -> list[dict[str, Any]]:
    return [
        one | ({"phoneNumber": f"+{number}"} if number else {})
        for one, number in zip(document.extra["receiver"], document.numbers, strict=True)
    ]


def _post(document: Document, now: datetime) -> None:
    """One letter for each receiver that has a number; due when the client said, or now."""
    numbers = list(dict.fromkeys(number for number in document.numbers if number))
    if not numbers:
        return
    due_at = now
    if written := document.extra.get("scheduledSendTime"):
        due_at = max(now, datetime.fromisoformat(written))
    links, address = last_links(numbers), _address()
    sparing.spare(numbers, now, key=KEY)
    letters = [
        posting.Letter(
            id=id_,
            msisdn=Msisdn(number),
            channel="sms",
            link=links.get(number) or wiring.NOTICE_LINK,
            address=address,
            text=document.extra["content"],
            key=KEY,
        )
        for id_, number in zip(new_reference(len(numbers)), numbers, strict=True)
    ]
    posting.post(letters, now=now, due_at=due_at)
    Letter.objects.bulk_create(Letter(resource=document.resource, message=letter.id) for letter in letters)


def _take_back(document: Document) -> None:
    """Remove the letters, if none of them has been with a sender; raises Refused (409)."""
    ids = [str(one) for one in Letter.objects.filter(resource=document.resource).values_list("message", flat=True)]
    if not ids:
        return
    gone = sql.execute(
        "DELETE FROM outbox_message WHERE id = ANY(%s::uuid[]) AND state = 'queued' AND tries = 0 AND claimed_by = ''",
        [ids],
    )
    if gone != len(ids):
        raise conflict("the message has left, or is leaving")
    Letter.objects.filter(resource=document.resource).delete()


def _address() -> str:
    try:
        return library.current().addresses.get("hall", _HALL)
    except NothingPublished:
        return _HALL
