"""Lists and single resources: a fixed number of statements, whatever is asked for and however many there are."""

# ruff: noqa: S608 - all of this SQL is our own; what clients send travels as parameters.

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction

from careline.channels.tmf.querying import Query
from careline.channels.tmf.refusing import Refused
from careline.channels.tmf.sources import Branch, Source
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
    parameters = view.parameters(source) | {"limit": query.limit, "offset": query.offset}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {time_limit_ms}")
            counting, finding = (
                _all(source) if not query.conditions and not query.order else _some(source, query, parameters)
            )
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


def _all(source: Source) -> tuple[str, str]:
    """Without conditions no document is made that is not on the page."""
    counts = [f"(SELECT count(*) FROM {one.tables} WHERE {one.where})" for one in source.branches]
    selects = [
        f"(SELECT {one.id} AS id, {one.at} AS at, {one.document} AS doc FROM {one.tables} WHERE {one.where}"
        f" ORDER BY {one.at} DESC, {one.id} DESC LIMIT %(limit)s + %(offset)s)"
        for one in source.branches
    ]
    found = f"SELECT doc FROM ({' UNION ALL '.join(selects)}) every"
    return f"SELECT {' + '.join(counts)}", f"{found} ORDER BY at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s"


def _some(source: Source, query: Query, parameters: dict[str, Any]) -> tuple[str, str]:
    every = " UNION ALL ".join(_select(one, query, parameters) for one in source.branches)
    tests = []
    for place, condition in enumerate(query.conditions):
        parameters[f"path{place}"] = condition.jsonpath()
        parameters[f"vars{place}"] = json.dumps(condition.variables())
        tests.append(f"jsonb_path_exists(doc, %(path{place})s::jsonpath, %(vars{place})s::jsonb, true)")
    order = []
    for place, (path, descending) in enumerate(query.order):
        parameters[f"sort{place}"] = list(path)
        order.append(f"doc #> %(sort{place})s::text[] {'DESC' if descending else 'ASC'} NULLS LAST")
    fitting = f"FROM ({every}) every WHERE {' AND '.join(tests) or 'true'}"
    ordered = ", ".join([*order, "at DESC", "id DESC"])
    return (
        f"SELECT count(*) {fitting}",
        f"SELECT doc {fitting} ORDER BY {ordered} LIMIT %(limit)s OFFSET %(offset)s",
    )


def _select(branch: Branch, query: Query, parameters: dict[str, Any]) -> str:
    """One branch; a condition on the id is answered by its index."""
    select = f"SELECT {branch.id} AS id, {branch.at} AS at, {branch.document} AS doc FROM {branch.tables} WHERE {branch.where}"
    for condition in query.conditions:
        if condition.path == ("id",) and condition.comparison == "eq" and len(condition.values) == 1:
            if not branch.may_be(condition.values[0]):
                return f"{select} AND false"
            parameters["id"] = condition.values[0]
            return f"{select} AND {branch.by_id}"
    return select


def _loaded(raw: Any, view: View) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(raw) if isinstance(raw, str) else raw
    if "content" in document and not view.sees_numbers:  # a letter may tell a number to its customer
        document["content"] = mask(document["content"])
    return document
