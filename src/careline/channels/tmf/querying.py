"""Query strings as values: what is asked for, of which resources, in which order, and which page of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from careline.channels.tmf.refusing import bad_query
from careline.channels.tmf.specification import instant

LIMIT, LIMIT_MAX, OFFSET_MAX = 50, 500, 100_000  # resources of one answer; resources that are passed over
CONDITIONS_MAX, VALUES_MAX, ORDER_MAX = 20, 50, 5
_PATH = re.compile(r"@?[A-Za-z][A-Za-z0-9_]{0,63}(?:\.@?[A-Za-z][A-Za-z0-9_]{0,63}){0,7}")
_COMPARISONS = {"eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# TMF630 allows the signs as well: `creationDate>2026-01-01`, `creationDate>=…`.
_SIGNS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt", "!=": "ne", "=": "eq"}
_SIGNED = re.compile(r"^([^<>=!]+?)(>=|<=|!=|>|<|=)(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute must compare so with one of the values; an attribute with several values fits if one of them does."""

    path: tuple[str, ...]
    comparison: str  # a key of _COMPARISONS
    values: tuple[str, ...]

    def jsonpath(self) -> str:
        """The condition as an SQL/JSON path, whose values are the variables v0, v1, … (texts) and n0, … (numbers)."""
        where = "$" + "".join(f'."{one}"' for one in self.path)
        sign = _COMPARISONS[self.comparison]
        tests = [f"@ {sign} $v{place}" for place in range(len(self.values))]
        tests += [f"@ {sign} $n{place}" for place, one in enumerate(self.values) if _number(one) is not None]
        tests += [f"@ {sign} $b{place}" for place, one in enumerate(self.values) if one in ("true", "false")]
        return f"{where} ? ({' || '.join(tests)})"

    def variables(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, one in enumerate(self.values):
            found[f"v{place}"] = one
            if (number := _number(one)) is not None:
                found[f"n{place}"] = number
            if one in ("true", "false"):
                found[f"b{place}"] = one == "true"
        return found

    def fits(self, document: Any) -> bool:
        """The same question, asked of a document in memory."""
        return any(_compares(found, self.comparison, one) for found in _at(document, self.path) for one in self.values)


@dataclass(frozen=True, slots=True)
class Query:
    conditions: tuple[Condition, ...] = ()
    fields: frozenset[str] | None = None  # None: all of them
    order: tuple[tuple[tuple[str, ...], bool], ...] = ()  # path, descending
    offset: int = 0
    limit: int = LIMIT

    def fits(self, document: Mapping[str, Any]) -> bool:
        return all(condition.fits(document) for condition in self.conditions)


def read(query: str, attributes: Mapping[str, Any]) -> Query:
    """The query string as a value; raises Refused (400). `attributes` are those that the resource has."""
    fields: frozenset[str] | None = None
    order: list[tuple[tuple[str, ...], bool]] = []
    numbers = {"offset": 0, "limit": LIMIT}
    conditions: list[Condition] = []
    for name, value in _pairs(query):
        if name == "fields":
            fields = frozenset(one.strip().partition(".")[0] for one in value.split(",") if one.strip())
        elif name == "sort":
            order += [_direction(one.strip(), attributes) for one in value.split(",") if one.strip()]
        elif name in numbers:
            numbers[name] = _count(name, value)
        else:
            conditions.append(_condition(name, value, attributes))
    if len(conditions) > CONDITIONS_MAX:
        raise bad_query(f"at most {CONDITIONS_MAX} conditions")
    if len(order) > ORDER_MAX:
        raise bad_query(f"sort: at most {ORDER_MAX} attributes")
    if numbers["offset"] > OFFSET_MAX:
        raise bad_query(f"offset: at most {OFFSET_MAX}; narrow the question instead")
    return Query(tuple(conditions), fields, tuple(order), numbers["offset"], min(numbers["limit"], LIMIT_MAX))


def chosen(document: Mapping[str, Any], fields: frozenset[str] | None, *, keep: Sequence[str] = ()) -> dict[str, Any]:
    """Only the attributes that were asked for, and those that are always kept; `none` asks for no others."""
    if fields is None:
        return dict(document)
    return {name: value for name, value in document.items() if name in fields or name in keep}


def _pairs(query: str) -> list[tuple[str, str]]:
    """Names and values; comparisons by sign (`a>=b`) are brought to the form `a.gte=b`."""
    pairs = []
    for piece in query.split("&"):
        found = _SIGNED.match(piece.replace("%3E", ">").replace("%3C", "<").replace("%3e", ">").replace("%3c", "<"))
        if found is None:
            if piece:
                raise bad_query(f"{piece[:64]}: a parameter is written name=value")
            continue
        name, sign, value = found.groups()
        if sign == "=":
            pairs += parse_qsl(piece, keep_blank_values=True)
        else:
            pairs += [(f"{name}.{_SIGNS[sign]}", text) for _, text in parse_qsl(f"x={value}", keep_blank_values=True)]
    return pairs


def _condition(name: str, value: str, attributes: Mapping[str, Any]) -> Condition:
    path, dot, last = name.rpartition(".")
    comparison = last if dot and last in _COMPARISONS else "eq"
    place = path if dot and last in _COMPARISONS else name
    if not _PATH.fullmatch(place):
        raise bad_query(f"{name[:64]}: this is no attribute")
    steps = tuple(place.split("."))
    _known(steps, attributes)
    values = tuple(value.split(",")) if comparison in ("eq",) and _lists(steps, attributes) else (value,)
    if len(values) > VALUES_MAX:
        raise bad_query(f"{name[:64]}: at most {VALUES_MAX} values")
    if any("\x00" in one for one in values):
        raise bad_query(f"{name[:64]}: a value holds NUL")
    if attributes.get(steps[0], {}).get("format") == "date-time" or steps[-1].endswith(("Date", "DateTime", "Time")):
        values = tuple(_instant(name, one) for one in values)
    return Condition(steps, comparison, values)


def _lists(steps: tuple[str, ...], attributes: Mapping[str, Any]) -> bool:
    """Whether commas part values: for ids, states and types; texts may hold commas of their own."""
    return "enum" in attributes.get(steps[0], {}) or steps[-1] in ("id", "status", "state", "severity", "eventType")


def _known(steps: tuple[str, ...], attributes: Mapping[str, Any]) -> None:
    if steps[0] not in attributes:
        raise bad_query(f"{steps[0][:64]}: no attribute of this resource")


def _instant(name: str, value: str) -> str:
    try:
        # A plus sign in a query string is a blank unless it was written %2B.
        return instant(value.replace(" ", "+") if "T" in value else value)
    except ValueError as error:
        raise bad_query(f"{name[:64]}: must be a date-time such as 2026-11-22T08:00:00Z") from error


def _direction(written: str, attributes: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    path = written.lstrip("+- ")
    if not _PATH.fullmatch(path):
        raise bad_query(f"sort: {written[:64]} is no attribute")
    steps = tuple(path.split("."))
    _known(steps, attributes)
    return steps, written.startswith("-")


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise bad_query(f"{name}: must be a whole number, 0 or more")
    return int(value)


def _number(text: str) -> float | int | None:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text, re.ASCII):
        return None
    return float(text) if "." in text else int(text)


def _at(document: Any, path: tuple[str, ...]) -> list[Any]:
    """What stands there, through lists, as SQL/JSON paths do in lax mode."""
    found = [document]
    for step in path:
        opened = [one for item in found for one in (item if isinstance(item, list) else [item])]
        found = [item[step] for item in opened if isinstance(item, dict) and step in item]
    return [one for item in found for one in (item if isinstance(item, list) else [item])]


def _compares(found: Any, comparison: str, value: str) -> bool:
    candidates: list[Any] = [value]
    if isinstance(found, bool):
        candidates = [value == "true"] if value in ("true", "false") else []
    elif isinstance(found, int | float):
        candidates = [number] if (number := _number(value)) is not None else []
    elif not isinstance(found, str):
        return False
    return any(
        {
            "eq": found == one, "ne": found != one, "gt": found > one,
            "gte": found >= one, "lt": found < one, "lte": found <= one,
        }[comparison]
        for one in candidates
    )  # fmt: skip
