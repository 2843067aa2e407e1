"""What every deed on a case has in common: one transaction, the case locked, its version told, its history written."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from careline.cases.records.case import Case, Contact, Event
from careline.cases.states import NotAllowed, State, check
from careline.journal import writing
from careline.postgres import sql
from careline.values.reference import new_reference

MOST_PRIORITY, MOST_COUNTED = 1_000, 32_000
_NUMBERS = 7431  # names the locks that let one deed at a time decide which open case of a number has which matter
_TEXTS = frozenset(
    {"plan", "question", "reason", "summary", "cause", "alternative", "answers"}
)  # stay with the case alone
_SAVED = [field.attname for field in Case._meta.concrete_fields if field.attname not in ("id", "next_at")]


@contextlib.contextmanager
def deed(
    docket: str, *, expected: int | None = None, ended: bool = False, whole_number: bool = False
) -> Iterator[Case]:
    """The case, locked until the transaction ends; saved with its next version when the block is done.

    `expected` is the version that the doer saw. With `ended` a case that is archived or closed is let in; with
    `whole_number` nothing else is opened or sorted for its customer meanwhile.
    Raises NotAllowed: no_such_case, moved, closed.
    """
    with transaction.atomic():
        if whole_number:
            hold(Case.objects.filter(docket=docket).values_list("msisdn", flat=True).first() or "")
        case = locked(docket)
        if expected is not None and case.version != expected:
            raise NotAllowed("moved", case.version)
        if not ended and not case.is_open:
            raise NotAllowed("closed")
        yield case
        save(case)


def hold(number: str) -> None:
    """Let no other process open, sort or reopen cases of this number until the transaction ends; before any case is locked."""
    if number:
        sql.run("SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", [_NUMBERS, number])


def locked(docket: str) -> Case:
    """The case, and nobody else changes it until this transaction ends. Raises NotAllowed("no_such_case")."""
    case = Case.objects.select_for_update().filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    return case


def save(case: Case) -> None:
    """Write the case back with its next version; when it is due next is kept by its promises."""
    case.version += 1
    case.save(update_fields=_SAVED)


def move(case: Case, target: State) -> None:
    """The case goes into that state; raises NotAllowed("way") where no way leads."""
    check(State(case.state), target)
    case.state = target.value


def raise_priority(case: Case, by: int) -> None:
    case.priority = min(case.priority + by, MOST_PRIORITY)


def count(number: int) -> int:
    """One more, as far as the column goes."""
    return min(number + 1, MOST_COUNTED)


def note(
    case: Case,
    did: str,
    *,
    by: str,
    now: datetime,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    public: bool = False,
    channel: str = "",
) -> Event:
    """Write into the history of the case and into the journal that this was done; `words` are fit to be kept already."""
    event = Event.objects.create(
        case=case, at=now, by=by, did=did, public=public, words=words, detail=dict(detail or {}), channel=channel
    )
    lean = {name: value for name, value in (detail or {}).items() if name not in _TEXTS}
    writing.write(who=by, did=f"case_{did}", what="case", record=case.docket, now=now, detail=lean)
    return event


def remember(
    case: Case, key: str, *, channel: str, contact: UUID | str | None, by: str, now: datetime, words: str
) -> bool:
    """Keep the contact that brought this, which makes it happen once; False when it was here before.

    Without a key it is a contact of its own. The case is locked, so two with one key come one after the other.
    """
    fields = {"case": case, "at": now, "channel": channel, "contact": contact, "by": by, "words": words}
    _, fresh = Contact.objects.get_or_create(key=key or f"deed:{new_reference()[0]}", defaults=fields)
    return fresh


def remembered(key: str) -> Case | None:
    """The case that a contact with this key did something to; None when there is none."""
    known = Contact.objects.filter(key=key).select_related("case").first() if key else None
    return known.case if known else None
