"""Writing the journal."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.journal.models import Entry
from careline.values.secret import mask

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 2_000  # characters of one text; the journal says what was done, it is no second store of it


def write(
    *, who: str, did: str, what: str, record: str, now: datetime, detail: Mapping[str, Any] | None = None
) -> Entry:
    """Add one entry; telephone and ID numbers in `record` and in the texts of `detail` are masked.

    Call it in the transaction of the deed: then there is no deed without its entry and no entry without its deed.
    """
    return Entry.objects.create(at=now, who=who, did=did, what=what, record=_key(record), detail=_masked(detail or {}))


def write_each(*, who: str, did: str, what: str, records: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Add an entry for each of these records, whose details they are mapped to; one statement."""
    Entry.objects.bulk_create(
        Entry(at=now, who=who, did=did, what=what, record=_key(record), detail=_masked(detail))
        for record, detail in records.items()
    )


def _key(record: str) -> str:
    """A UUID may look like a long number, and must stay whole: it is what the record is found by."""
    return record if _UUID.fullmatch(record) else mask(record)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        text = mask(str(value))
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    if isinstance(value, Mapping):
        return {str(name): _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else mask(str(value))
