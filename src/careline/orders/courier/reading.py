"""Reports of couriers as they come on the wire, {"events": [...]}, read into values; nothing in them is believed unread."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from careline.orders.courier.port import KEY_MAX, NUMBER_MAX, PLACE_MAX, STEPS, TOLD_MAX, WORDS_MAX, Told


class BadReport(ValueError):
    """It is not as agreed; the message says which field of which event."""


def read(told: Mapping[str, Any]) -> Sequence[Told]:
    """The events of one push. Raises BadReport."""
    events = told.get("events")
    if not isinstance(events, list) or len(events) > TOLD_MAX:
        raise BadReport(f"events is a list of at most {TOLD_MAX}")
    return [_event(place, event) for place, event in enumerate(events)]


def _event(place: int, event: Any) -> Told:
    if not isinstance(event, dict):
        raise BadReport(f"events[{place}] is an object")
    did = _text(place, event, "did", 24)
    if did not in STEPS:
        raise BadReport(f"events[{place}].did is one of {', '.join(STEPS)}")
    try:
        at = datetime.fromisoformat(_text(place, event, "at", 40))
    except ValueError as error:
        raise BadReport(f"events[{place}].at is a time: 2026-11-24T10:30:00+08:00") from error
    if at.tzinfo is None:
        raise BadReport(f"events[{place}].at says its zone: 2026-11-24T10:30:00+08:00")
    return Told(
        key=_text(place, event, "key", KEY_MAX),
        number=_text(place, event, "number", NUMBER_MAX),
        did=did,
        at=at,
        place=_text(place, event, "place", PLACE_MAX, needed=False),
        words=_text(place, event, "words", WORDS_MAX, needed=False),
    )


def _text(place: int, event: Mapping[str, Any], field: str, most: int, *, needed: bool = True) -> str:
    value = event.get(field, None if needed else "")
    if not isinstance(value, str) or len(value) > most or (needed and not value.strip()) or "\0" in value:
        raise BadReport(f"events[{place}].{field} is a text of at most {most} characters")
    return value.strip()
