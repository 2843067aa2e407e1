"""What differs between two states of the catalogue, item by item and field by field. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from careline.catalogue.documents import Document

Bodies = Mapping[tuple[str, str], Any]  # (kind, key) -> body, JSON

# Rows of a list are recognised by one of these, so that a row put in the middle is one change and not fifty.
_NAMED_BY = ("spelling", "id", "name", "kind")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field; `before` or `after` is None where it did not exist."""

    path: str  # codes[CXYE].verb
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    key: str
    what: Literal["added", "removed", "changed"]
    fields: tuple[FieldChange, ...] = ()


def bodies_of(documents: Iterable[Document]) -> dict[tuple[str, str], Any]:
    """The bodies of documents by kind and key, as they are compared."""
    return {(document.kind, document.key): document.body for document in documents}


def diff(old: Bodies, new: Bodies) -> list[Change]:
    """The items that were added, removed or changed, in order of kind and key."""
    changes = []
    for kind, key in sorted(old.keys() | new.keys()):
        before, after = old.get((kind, key), _ABSENT), new.get((kind, key), _ABSENT)
        if before is _ABSENT:
            changes.append(Change(kind, key, "added"))
        elif after is _ABSENT:
            changes.append(Change(kind, key, "removed"))
        elif before != after:
            changes.append(Change(kind, key, "changed", tuple(fields_changed(before, after))))
    return changes


def merged(base: Bodies, ours: Bodies, theirs: Bodies) -> tuple[dict[tuple[str, str], Any], list[tuple[str, str]]]:
    """(Ours with what changed from base to theirs, the names that both changed: those keep our form)."""
    together, both = dict(ours), []
    for name in base.keys() | ours.keys() | theirs.keys():
        if theirs.get(name) == base.get(name):
            continue
        if ours.get(name) not in (base.get(name), theirs.get(name)):
            both.append(name)
        elif name in theirs:
            together[name] = theirs[name]
        else:
            together.pop(name, None)
    return together, sorted(both)


def fields_changed(before: Any, after: Any) -> list[FieldChange]:
    """The fields in which two bodies differ, by path."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = list(old) + [path for path in new if path not in old]
    return [
        FieldChange(path, old.get(path), new.get(path))
        for path in paths
        if old.get(path, _ABSENT) != new.get(path, _ABSENT)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, one in value.items():
            yield from _leaves(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for name, one in zip(_row_names(value), value, strict=True):
            yield from _leaves(one, f"{path}[{name}]")
    else:
        yield path, value


def _row_names(rows: list[Mapping[str, Any]]) -> list[str]:
    for field in _NAMED_BY:
        names = [row.get(field) for row in rows]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return [str(name) for name in names]
    return [str(place) for place in range(len(rows))]
