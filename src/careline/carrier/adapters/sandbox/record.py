"""Facts as JSON and back, so that a repeated request hears exactly what the first one heard."""

from datetime import date, datetime
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


def plain(value: Any) -> str:
    """JSON of what holds no times."""
    return _encode(value).decode() if value else "{}"


def written(facts: dict[str, Any]) -> str:
    """Facts whose times, if any, stand at the top."""
    return plain({name: _marked(value) if isinstance(value, date) else value for name, value in facts.items()})


def read(facts: Any) -> Any:
    """Facts out of the jsonb that `written` made."""
    return {name: _unmarked(value) if isinstance(value, dict) else value for name, value in facts.items()}


def _marked(value: date) -> dict[str, str]:
    return {"$at" if isinstance(value, datetime) else "$on": value.isoformat()}


def _unmarked(value: dict[str, Any]) -> Any:
    match value:
        case {"$at": str(text)}:
            return datetime.fromisoformat(text)
        case {"$on": str(text)}:
            return date.fromisoformat(text)
    return value
