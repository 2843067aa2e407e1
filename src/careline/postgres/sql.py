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
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.adapt import Transformer
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import JsonbLoader, JsonLoader, set_json_loads
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from careline.postgres.statements import Statements, Unfit


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
    """What a thread keeps, so that it need not ask Django's proxy for it several times a statement."""

    wrapper: DatabaseWrapper | None = None
    raw: psycopg.Connection[Any] | None = None
    cursor: psycopg.Cursor[tuple[Any, ...]]
    statements: Statements


_local = _Local()


def run(sql: LiteralString, params: Sequence[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows. Raises django.db.Error and its kinds."""
    wrapper = _connection()
    try:
        statements = _local.statements
        return statements.rows(statements.run(sql, params))
    except Unfit:
        pass
    except psycopg.Error:
        with wrapper.wrap_database_errors:
            raise
    with wrapper.wrap_database_errors:
        return _local.cursor.execute(sql, params).fetchall()


def execute(sql: LiteralString, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Run one statement and return how many rows it touched. Raises django.db.Error and its kinds."""
    wrapper = _connection()
    try:
        return _local.statements.run(sql, params).command_tuples or 0
    except Unfit:
        pass
    except psycopg.Error:
        with wrapper.wrap_database_errors:
            raise
    with wrapper.wrap_database_errors:
        return _local.cursor.execute(sql, params).rowcount


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


def _connection() -> DatabaseWrapper:
    """This thread's connection, ready for a statement; its cursor is made again when the connection was."""
    if (count := _count.get()) is not None:
        count.add()
    wrapper = _local.wrapper
    if wrapper is None:
        found = connections["default"]
        assert isinstance(found, DatabaseWrapper)
        wrapper = _local.wrapper = found
    raw = wrapper.connection
    if raw is None or raw.closed:
        raw = _connected(wrapper)
    if raw is not _local.raw:
        _local.cursor = _adapted(raw)
        _local.statements = Statements(raw, Transformer(_local.cursor))
        _local.raw = raw
    if wrapper.needs_rollback:
        wrapper.validate_no_broken_transaction()
    return wrapper


def _connected(wrapper: DatabaseWrapper) -> psycopg.Connection[Any]:
    """A new connection in place of one that was cut (a restarted server), unless a transaction was lost with it."""
    if wrapper.connection is not None and not wrapper.in_atomic_block:
        wrapper.close()
    wrapper.ensure_connection()
    raw: psycopg.Connection[Any] = wrapper.connection
    return raw


def _adapted(raw: psycopg.Connection[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    # We prepare by ourselves; psycopg would throw ours away with its own (DEALLOCATE ALL) after a rollback.
    raw.prepare_threshold = None
    cursor = psycopg.Cursor(raw)
    cursor.adapters.register_dumper(int, Int8Dumper)
    cursor.adapters.register_dumper(int, Int8BinaryDumper)
    # Arrays travel in binary: as text, each element is escaped by a pattern (50 us for a JSON text, 10 us for a time).
    cursor.adapters.register_dumper(list, ListBinaryDumper)
    cursor.adapters.register_loader("json", JsonLoader)
    cursor.adapters.register_loader("jsonb", JsonbLoader)
    set_json_loads(msgspec.json.decode, cursor)
    return cursor
