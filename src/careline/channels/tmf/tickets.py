"""Trouble tickets: a ticket is a case. What a case has no column for is kept beside it as the client wrote it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from careline.cases import deeds, escalating, handling
from careline.cases.free_text import from_customer
from careline.cases.opening import NewCase, accept
from careline.cases.records.case import Case, Contact
from careline.cases.states import Kind, NotAllowed, Severity, State
from careline.cases.subjects.categories import categories
from careline.channels.tmf import happenings, once, parties, reading, sparing
from careline.channels.tmf.entering import Visit
from careline.channels.tmf.merging import merged
from careline.channels.tmf.models import Document
from careline.channels.tmf.refusing import NO_RIGHT, Refused, bad_field, conflict, missing, not_found
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import instant, taken
from careline.channels.tmf.statuses import severity
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

API = "troubleTicket"
MANDATORY = ("description", "severity", "ticketType")
CHANNEL = "api"
# What a ticket begins as, and its dates, are the house's: a client may send them, as kits do, and they are passed over.
OURS = frozenset(
    [
        "id",
        "href",
        "creationDate",
        "lastUpdate",
        "resolutionDate",
        "expectedResolutionDate",
        "status",
        "statusChange",
        "statusChangeDate",
    ]
)
_SAID = frozenset({"severity", "description", "relatedParty"})  # with the status, the customer's own word
_WHY = {
    "closed": "the case is closed; status inProgress reopens it",
    "way": "no way leads there from the state that the case is in",
    "not_owner": "only the house's own people bring a case there",
    "moved": "somebody else has just changed it; read it again",
    "open_elsewhere": "a newer ticket of the same matter is open",
    "no_words": "statusChangeReason or a note must say why",
}


def create(visit: Visit, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The ticket's id, and whether it is new; not new: the matter has an open case already, which it joined.

    The Idempotency-Key, else externalId, makes it happen once. Raises Refused.
    """
    told = taken(API, "TroubleTicket_Create", {k: v for k, v in body.items() if k not in OURS}, MANDATORY)
    told = {name: value for name, value in told.items() if value is not None}
    external = str(told.get("externalId", ""))
    key = f"key:{visit.key}" if visit.key else f"external:{external[:120]}" if external else ""
    with transaction.atomic():
        if (resource := once.before(visit, API, key, body)) is not None:
            return resource, True
        lines, numbers = parties.parted(told.get("relatedParty", []))
        msisdn = next((Msisdn(number) for number in numbers if number), None)
        if msisdn is not None:
            sparing.spare_callers(visit, msisdn.digits)
        try:
            case, joined = accept(
                NewCase(
                    key=f"tmf:{new_reference()[0]}",
                    msisdn=msisdn,
                    kind=_kind(told["ticketType"]),
                    category=told["ticketType"] if told["ticketType"] in categories() else "",
                    words=told["description"],
                    channel=CHANNEL,
                    severity=severity(told["severity"]).value,
                ),
                by=visit.by,
                now=visit.now,
            )
        except NotAllowed as refusal:
            raise bad_field(f"the case is not accepted: {refusal.code}") from refusal
        extra = _kept(visit, told | {"relatedParty": lines} if lines else told)
        if joined:  # what it is called, and how grave it is, was said by who came first
            extra = {name: value for name, value in extra.items() if name not in MANDATORY}
        Document.objects.get_or_create(
            api=API,
            resource=case.docket,
            defaults={
                "client": visit.client,
                "extra": extra,
                "numbers": numbers,
                "severity_as": "" if joined else case.severity,
                "at": visit.now,
                "updated_at": visit.now,
            },
        )
        once.made(visit, API, key, case.docket)
        return case.docket, not joined


def change(visit: Visit, id_: str, body: Mapping[str, Any]) -> None:
    """A merge patch: what is the client's is kept, a status is a deed on the case. Raises Refused (404, 409, 400)."""
    ours = (OURS & body.keys()) - {"status"}
    if ours:
        raise bad_field(f"{', '.join(sorted(ours))}: kept by the server, and cannot be changed")
    told = taken(API, "TroubleTicket_Update", body, ())
    if lacking := [name for name in (*MANDATORY, "status") if name in told and told[name] in (None, "")]:
        raise missing(f"{', '.join(lacking)}: cannot be taken away")
    with transaction.atomic():
        try:
            case = deeds.locked(id_)
        except NotAllowed as refusal:
            raise not_found(f"trouble ticket {id_[:40]}") from refusal
        document = _document(visit, case)
        status = told.pop("status", None)
        try:
            _may_say(visit, case, told, status)
            if "severity" in told:
                _grave(visit, case, document, told["severity"])
            _write(visit, case, document, told)
            if status is not None:
                _bring(visit, case.docket, status, _reason(told))
        except NotAllowed as refusal:
            raise conflict(_WHY.get(refusal.code, refusal.code)) from refusal


def _may_say(visit: Visit, case: Case, told: Mapping[str, Any], status: str | None) -> None:
    """What the customer says, and whose matter it is, is told only by the client that the customer came to with it.

    Others add notes and names of their own. So no client finds a number out by proposing one after the other.
    """
    if not (_SAID & told.keys() or status is not None):
        return
    if not Contact.objects.filter(case=case, by=visit.by).exists():
        raise Refused(403, NO_RIGHT, "Access denied", "the customer did not come to this client with the matter")


def _write(visit: Visit, case: Case, document: Document, told: dict[str, Any]) -> None:
    if not told:
        return
    if "note" in told:
        told["note"] = _notes(visit, case, document.extra.get("note", []), told["note"] or [])
    if "relatedParty" in told:
        lines, numbers = parties.parted(told["relatedParty"] or [])
        if case.msisdn and case.msisdn not in numbers:
            raise conflict("relatedParty: the subscriber of a ticket stays")
        told["relatedParty"], document.numbers = lines, numbers
    if "description" in told and told["description"] != document.extra.get("description", case.words):
        words = from_customer(told["description"])
        deeds.note(case, "described", by=visit.by, now=visit.now, words=words, channel=CHANNEL)
        told["description"] = words
    document.extra = parties.hidden(merged(document.extra, told))
    document.updated_at = visit.now
    document.save()
    names = sorted(told)
    deeds.note(case, "changed", by=visit.by, now=visit.now, channel=CHANNEL, detail={"attributes": names})
    happenings.note(API, case.docket, "changed", visit.now)


def _document(visit: Visit, case: Case) -> Document:
    found, _ = Document.objects.get_or_create(
        api=API,
        resource=case.docket,
        defaults={
            "client": visit.client,
            # The subscriber of a case that came by another door stands among its parties from the start.
            "extra": {"relatedParty": [{"role": "customer", "@referredType": "Individual"}]} if case.msisdn else {},
            "numbers": [case.msisdn] if case.msisdn else [],
            "at": visit.now,
            "updated_at": visit.now,
        },
    )
    return found


def _kept(visit: Visit, told: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = parties.hidden(told)
    kept["description"] = from_customer(told["description"])
    if notes := told.get("note"):
        kept["note"] = [_dated(visit, one) for one in notes]
    return kept


def _dated(visit: Visit, one: Mapping[str, Any]) -> dict[str, Any]:
    """A note with an id, an author and a date, as it is kept."""
    if not str(one.get("text", "")).strip():
        raise missing("note.text: mandatory in a note")
    date = one.get("date") or instant(visit.now.isoformat())
    whole: dict[str, Any] = (
        {"author": visit.client} | dict(one) | {"id": str(one.get("id") or new_reference()[0]), "date": date}
    )
    return whole | {"text": from_customer(whole["text"])}


def _notes(visit: Visit, case: Case, had: list[dict[str, Any]], sent: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was there and what is new: notes are only ever added. Those of the house may be sent back, and stay its own."""
    known = {one["id"]: one for one in had}
    for one in sent:
        if str(one.get("id", "")).startswith("event-"):
            continue
        if one.get("id") in known:
            if one.get("text") != known[one["id"]].get("text"):
                raise conflict(f"note {one['id']}: what was written stays; add a note instead")
            continue
        new = _dated(visit, one)
        known[new["id"]] = new
        deeds.note(case, "noted", by=visit.by, now=visit.now, words=new["text"], channel=CHANNEL)
    return list(known.values())


def _grave(visit: Visit, case: Case, document: Document, written: str) -> None:
    """How grave it is, said anew; a major complaint is reported upward in the same transaction."""
    wanted = severity(written)
    document.severity_as = wanted.value
    if wanted.value == case.severity:
        return
    if not case.is_open:
        raise NotAllowed("closed")
    before, case.severity = case.severity, wanted.value
    deeds.note(
        case, "severity", by=visit.by, now=visit.now, channel=CHANNEL, detail={"from": before, "to": wanted.value}
    )
    if wanted is Severity.MAJOR:
        escalating.report(case, by=visit.by, now=visit.now)
    deeds.save(case)


def _bring(visit: Visit, docket: str, status: str, reason: str) -> None:
    """A status as a deed on the case: only what the customer may say is a client's to say; raises NotAllowed."""
    document = reading.one(SOURCES[API], docket, visit.view)
    assert document is not None
    now = document["status"]
    if status == now:
        return
    says: dict[str, Any] = {"channel": CHANNEL, "by": visit.by, "now": visit.now}
    state = State(Case.objects.values_list("state", flat=True).get(docket=docket))
    if state is State.CONFIRMING and status == "closed":
        handling.customer_says(docket, True, words=reason, **says)
    elif state is State.CONFIRMING and status == "inProgress":
        handling.customer_says(docket, False, words=reason, **says)
    elif state in (State.ARCHIVED, State.CLOSED) and status == "inProgress":
        handling.reopen(docket, reason, **says)
    elif now == "resolved":
        raise conflict(f"from {now} a client brings a ticket to closed (satisfied) or to inProgress (not)")
    elif now == "closed":
        raise conflict("from closed a client brings a ticket to inProgress, which reopens the case")
    else:
        raise conflict(f"from {now} to {status}: only the house's own people bring a case there")


def _reason(told: Mapping[str, Any]) -> str:
    notes = told.get("note") or []
    return str(told.get("statusChangeReason") or (notes[-1].get("text", "") if notes else ""))


def _kind(written: str) -> str:
    return written.lower() if written.lower() in set(Kind) else Kind.COMPLAINT.value
