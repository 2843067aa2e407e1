"""What every deed on a case has in common: one transaction, the case locked, its version told, its history written."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from careline.cases.records.case import Case, Event
from careline.cases.states import NotAllowed, State, check
from careline.journal import writing

MOST_PRIORITY = 1_000
_SAVED = [field.attname for field in Case._meta.concrete_fields if field.attname not in ("id", "next_at")]


@contextlib.contextmanager
def deed(docket: str, *, expected: int | None = None, ended: bool = False) -> Iterator[Case]:
    """The case, locked until the transaction ends; saved with its next version when the block is done.

    `expected` is the version that the doer saw. With `ended` a case that is archived or closed is let in.
    Raises NotAllowed: no_such_case, moved, closed.
    """
    with transaction.atomic():
        case = locked(docket)
        if expected is not None and case.version != expected:
            raise NotAllowed("moved", case.version)
        if not ended and not case.is_open:
            raise NotAllowed("closed")
        yield case
        save(case)


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
    writing.write(who=by, did=f"case_{did}", what="case", record=case.docket, now=now, detail=detail)
    return event
