"""The history of a case as its reader may see it; and one customer's history over all channels and cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from careline.cases.custody import is_person
from careline.cases.records.case import Case, Event
from careline.cases.states import NotAllowed
from careline.catalogue import shipped
from careline.ledger.models import Attempt
from careline.ledger.models import Contact as LedgerContact
from careline.values.language import Text
from careline.values.msisdn import Msisdn

CUSTOMER_MAX = 200  # entries of a customer's history that are shown at once, the newest
_WORDS_OF = frozenset({"accepted", "joined", "urged", "unsatisfied", "satisfied", "reopened"})  # the customer's own


class Moment(NamedTuple):
    """One thing that happened. `by` is a name for staff, `customer` or `us` for the customer; `label` says what it was."""

    at: datetime
    did: str
    by: str
    words: str
    detail: Mapping[str, Any]
    label: Text
    channel: str = ""
    docket: str = ""


def for_customer(docket: str) -> list[Moment]:
    """What the customer may read: what was said to and by the customer, and each step without anything internal.

    Raises NotAllowed("no_such_case").
    """
    case = _case(docket)
    return [
        Moment(
            at=event.at,
            did=event.did,
            by="us" if is_person(event.by) or event.by == "clock" else "customer",
            words=event.words,
            detail={},
            label=label_of(event.did),
            channel=event.channel if event.did in _WORDS_OF else "",
            docket=case.docket,
        )
        for event in Event.objects.filter(case=case, public=True).order_by("at", "id")
    ]


def for_staff(docket: str) -> list[Moment]:
    """Everything. Raises NotAllowed("no_such_case")."""
    case = _case(docket)
    return [_for_staff(event, case.docket) for event in Event.objects.filter(case=case).order_by("at", "id")]


def of_customer(msisdn: Msisdn, limit: int = CUSTOMER_MAX) -> list[Moment]:
    """One history of a customer, whatever the channel: contacts, what was asked for there and how it ended, and cases.

    The newest first; three statements.
    """
    number = msisdn.digits
    found = [
        _for_staff(event, event.case.docket)
        for event in Event.objects.filter(case__msisdn=number).select_related("case").order_by("-at", "-id")[:limit]
    ]
    for contact in LedgerContact.objects.filter(msisdn=number).order_by("-began_at")[:limit]:
        label = label_of("contacted")
        found.append(Moment(contact.began_at, "contacted", "subscriber", "", {}, label, contact.channel))
    for attempt in Attempt.objects.filter(msisdn=number).order_by("-begun_at")[:limit]:
        detail = {
            "service": attempt.service,
            "verb": attempt.verb,
            "outcome": attempt.outcome,
            "cause": attempt.cause,
        }
        label = label_of("tried")
        found.append(Moment(attempt.begun_at, "tried", "subscriber", "", detail, label, attempt.channel))
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:limit]


def label_of(did: str) -> Text:
    """What was done, in words; its bare name where nobody has written any."""
    return shipped.known(f"case.did.{did}") or Text(did, did)


def _for_staff(event: Event, docket: str) -> Moment:
    return Moment(event.at, event.did, event.by, event.words, event.detail, label_of(event.did), event.channel, docket)


def _case(docket: str) -> Case:
    case = Case.objects.filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    return case
