"""Facts as JSON and back, so that a repeated request hears exactly what the first one heard."""

import json
from datetime import date, datetime
from typing import Any


def written(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, default=_plain)


def read(facts: Any) -> Any:
    """Facts out of the jsonb that `written` made; lists of texts stay lists."""
    if isinstance(facts, dict):
        if facts.keys() == {"$at"}:
            return datetime.fromisoformat(facts["$at"])
        if facts.keys() == {"$on"}:
            return date.fromisoformat(facts["$on"])
        return {name: read(value) for name, value in facts.items()}
    return [read(value) for value in facts] if isinstance(facts, list) else facts


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$on": value.isoformat()}
    raise TypeError(f"{type(value).__name__} cannot be recorded")
