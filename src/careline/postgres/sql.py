"""The short way to Postgres for the hot path: prepared statements with server-side parameters on Django's own connection.

`run` and `execute` take part in whatever transaction Django has open (`transaction.atomic`), and raise Django's
database errors. Sequences go in as one array each and are taken apart by `unnest(%s::bigint[], %s::text[])`.
Whole numbers always travel as int8, so that a statement is prepared once and not once per size of number; rows come
back as plain Python (jsonb parsed, timestamps aware in UTC).
"""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import Any, LiteralString

import msgspec
import psycopg
from django.db import connection
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import JsonbLoader, JsonLoader, set_json_loads
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

PREPARE_ONLY_ON_REQUEST = 1_000_000_000
PREPARED_STATEMENTS_MAX = 300  # per connection; the oldest is given up first


class Count:
    """How many statements were run while counting; BEGIN and COMMIT are not statements here."""

    __slots__ = ("outer", "statements")

    def __init__(self, outer: "Count | None") -> None:
        self.statements = 0
        self.outer = outer

    def add(self) -> None:
        self.statements += 1
        if self.outer is not None:
            self.outer.add()


_count: ContextVar[Count | None] = ContextVar("careline_statements", default=None)


class _Local(threading.local):
    raw: psycopg.Connection[Any] | None = None
    cursor: psycopg.Cursor[tuple[Any, ...]]


_local = _Local()


def run(sql: LiteralString, params: Sequence[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows. Raises django.db.Error and its kinds."""
    cursor = _cursor()
    with connection.wrap_database_errors:
        return cursor.execute(sql, params, prepare=True).fetchall()


def execute(sql: LiteralString, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Run one statement and return how many rows it touched. Raises django.db.Error and its kinds."""
    cursor = _cursor()
    with connection.wrap_database_errors:
        return cursor.execute(sql, params, prepare=True).rowcount


def columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows as `unnest` takes them: one array for each column. At least one row."""
    return [list(column) for column in zip(*rows, strict=True)]


@contextlib.contextmanager
def counting() -> Iterator[Count]:
    """Count the statements of this thread (or task), ours and those of Django's ORM: `with counting() as count: ...`."""
    count = Count(_count.get())
    token = _count.set(count)

    try:
        # One listener is enough: it adds to the innermost count, which adds to the outer ones.
        with connection.execute_wrapper(_counted) if count.outer is None else contextlib.nullcontext():
            yield count
    finally:
        _count.reset(token)


def _counted(proceed: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if (count := _count.get()) is not None:
        count.add()
    return proceed(sql, params, many, context)


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    """This thread's cursor on Django's connection, made again when the connection was."""
    if (count := _count.get()) is not None:
        count.add()
    raw = connection.connection
    if raw is None or raw.closed:
        raw = _connected()
    if raw is not _local.raw:
        _local.cursor = _adapted(raw)
        _local.raw = raw
    if connection.needs_rollback:
        connection.validate_no_broken_transaction()
    return _local.cursor


def _connected() -> psycopg.Connection[Any]:
    """A new connection in place of one that was cut (a restarted server), unless a transaction was lost with it."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.close()
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def _adapted(raw: psycopg.Connection[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    # Django turns preparing off (None) on its connections; only statements that ask for it shall be prepared.
    raw.prepare_threshold = PREPARE_ONLY_ON_REQUEST
    raw.prepared_max = PREPARED_STATEMENTS_MAX
    cursor = psycopg.Cursor(raw)
    cursor.adapters.register_dumper(int, Int8Dumper)
    cursor.adapters.register_dumper(int, Int8BinaryDumper)
    # Arrays travel in binary: as text, each element is escaped by a pattern (50 us for a JSON text, 10 us for a time).
    cursor.adapters.register_dumper(list, ListBinaryDumper)
    cursor.adapters.register_loader("json", JsonLoader)
    cursor.adapters.register_loader("jsonb", JsonbLoader)
    set_json_loads(msgspec.json.decode, cursor)
    return cursor
