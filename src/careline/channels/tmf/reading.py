"""Lists and single resources: a fixed number of statements, whatever is asked for and however many there are."""

# ruff: noqa: S608 - all of this SQL is our own; what clients send travels as parameters.

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction

from careline.channels.tmf import asking
from careline.channels.tmf.querying import Query
from careline.channels.tmf.refusing import Refused, bad_query
from careline.channels.tmf.sources import Source
from careline.values.secret import mask

TIME_LIMIT_MS = 5_000  # for one list; a question that takes longer must be narrowed


@dataclass(frozen=True, slots=True)
class View:
    """Through whose eyes: our address as the client wrote it, and whether it may see numbers."""

    host: str
    sees_numbers: bool

    def parameters(self, source: Source) -> dict[str, Any]:
        base = f"{self.host}{source.base}{source.resource}/"
        return {"base": base, "host": self.host, "sees_numbers": self.sees_numbers}


@dataclass(frozen=True, slots=True)
class Page:
    total: int
    documents: Sequence[dict[str, Any]]


def page(source: Source, query: Query, view: View, time_limit_ms: int = TIME_LIMIT_MS) -> Page:
    """The documents that fit, the latest first unless another order is asked for; raises Refused (503) when it takes too long."""
    _check(query, view)
    parameters = view.parameters(source) | {"limit": query.limit, "offset": query.offset}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {time_limit_ms}")
            counting, finding = _asked(source, query, parameters)
            cursor.execute(counting, parameters)
            total = int(cursor.fetchone()[0])
            cursor.execute(finding, parameters)
            return Page(total, [_loaded(row[0], view) for row in cursor.fetchall()])
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise Refused(
            503, "5", "Service temporarily unavailable", "the question takes too long; narrow it", {"Retry-After": "5"}
        ) from error


def one(source: Source, id_: str, view: View) -> dict[str, Any] | None:
    """The document with this id; one statement, or none where nothing of ours has such an id."""
    branches = [branch for branch in source.branches if branch.may_be(id_)]
    if not branches:
        return None
    selects = [f"SELECT {one.document} FROM {one.tables} WHERE {one.where} AND {one.by_id}" for one in branches]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), view.parameters(source) | {"id": id_})
        row = cursor.fetchone()
    return None if row is None else _loaded(row[0], view)


def _asked(source: Source, query: Query, parameters: dict[str, Any]) -> tuple[str, str]:
    """How many there are, and the page of them; no document is made that the question or the page has no need of."""
    counts, selects = [], []
    ordered = [f"s{place} {'DESC' if down else 'ASC'} NULLS LAST" for place, (_, down) in enumerate(query.order)]
    last = ", ".join([*ordered, "at DESC", "id DESC"])
    for branch in source.branches:
        test = asking.where(source, branch, query, parameters)
        counts.append(f"(SELECT count(*) FROM {branch.tables} WHERE {test})")
        keys = "".join(f", {key} AS s{place}" for place, key in enumerate(asking.order(branch, query, parameters)))
        selects.append(
            f"(SELECT {branch.id} AS id, {branch.at} AS at{keys}, {branch.document} AS doc FROM {branch.tables}"
            f" WHERE {test} ORDER BY {last} LIMIT %(limit)s + %(offset)s)"
        )
    found = f"SELECT doc FROM ({' UNION ALL '.join(selects)}) every ORDER BY {last} LIMIT %(limit)s OFFSET %(offset)s"
    return f"SELECT {' + '.join(counts)}", found


def _check(query: Query, view: View) -> None:
    """By comparing letters with more and less, one who may not see numbers could find out those within them."""
    secret = [one.path[0] for one in query.conditions if one.comparison not in ("eq", "ne")]
    if not view.sees_numbers and "content" in (*secret, *(path[0] for path, _ in query.order)):
        raise bad_query("content: can only be asked for as it is, without the scope tmf:subscriber")
    # And by asking for one number after the other, which of them is behind a mask.
    named = [value for one in query.conditions for value in one.values if one.path[0] == "content"]
    if not view.sees_numbers and any(mask(value) != value for value in named):
        raise bad_query("content: a number in it cannot be asked for without the scope tmf:subscriber")


def _loaded(raw: Any, view: View) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(raw) if isinstance(raw, str) else raw
    if "content" in document and not view.sees_numbers:  # a letter may tell a number to its customer
        document["content"] = mask(document["content"])
    return document
