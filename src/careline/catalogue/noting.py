"""What the journal is told of a deed on a version."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from careline.catalogue import comparing
from careline.journal.writing import write


def brief(before: Any, after: Any) -> list[str]:
    """The first fields that changed, for the journal."""
    if before is None:
        return ["new"]
    fields: Iterable[comparing.FieldChange] = comparing.fields_changed(before, after)
    return [f"{one.path}: {_short(one.before)} → {_short(one.after)}" for one in list(fields)[:20]]


def _short(value: Any) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 120 else text[:120] + "…"


def enter(number: int, by: str, did: str, now: datetime, **detail: Any) -> None:
    """Enter a deed on the version of this number."""
    write(who=by, did=did, what="version", record=str(number), now=now, detail=detail)
