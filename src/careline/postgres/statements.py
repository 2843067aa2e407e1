"""Statements prepared on one connection and run straight through libpq, without psycopg's cursor around them.

psycopg's cursor costs 60 to 150 microseconds a statement on the hot path, most of it bookkeeping that a prepared
statement with known parameter types does not need. Rows are still read by psycopg's own loaders.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

from careline.postgres.encoding import Elements, Encoder, Unfit, encoders, type_of

__all__ = ["Statements", "Unfit"]

PREPARED_MAX: Final = 300  # per connection; the oldest is given up first
_PLACEHOLDER: Final = re.compile(r"%(?:\((\w+)\))?([s%bt])")
_DONE: Final = frozenset((pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK))


@dataclass(frozen=True, slots=True)
class _Prepared:
    name: bytes
    encoders: Sequence[Encoder]
    names: Sequence[str] | None  # of named parameters, one for each place; None: they come in order


class Statements:
    """The prepared statements of one connection; used by the thread whose connection it is."""

    def __init__(self, raw: "psycopg.Connection[Any]", transformer: Any) -> None:
        """`transformer` is a psycopg.adapt.Transformer with the loaders that rows are to be read by."""
        self._raw = raw
        self._libpq = raw.pgconn
        self._transformer = transformer
        self._prepared: OrderedDict[str, _Prepared | None] = OrderedDict()
        self._elements: dict[int, Elements] = {}
        self._made = 0

    def run(self, sql: str, params: Sequence[Any] | Mapping[str, Any] | None) -> "pq.abc.PGresult":
        """Run it; the result is sound. Raises psycopg.Error, and Unfit before anything was sent."""
        if sql in self._prepared:
            prepared = self._prepared[sql]
        else:
            prepared = self._prepare(sql, params)
        if prepared is None:
            raise Unfit("a type that only psycopg knows")
        if params is None:
            values: Sequence[Any] = ()
        elif isinstance(params, Mapping):
            values = [params[name] for name in prepared.names or ()]
        else:
            values = params
        if len(values) != len(prepared.encoders):
            raise psycopg.ProgrammingError(f"{len(prepared.encoders)} parameters wanted, {len(values)} given")
        coded: list[Any] = [encode(value) for encode, value in zip(prepared.encoders, values, strict=True)]
        self._begin()
        result = self._libpq.exec_prepared(prepared.name, coded, [1] * len(coded), 0)
        if result.status not in _DONE:
            raise self._error(result)
        return result

    def rows(self, result: "pq.abc.PGresult") -> list[tuple[Any, ...]]:
        """All rows of a result."""
        self._transformer.set_pgresult(result)
        rows: list[tuple[Any, ...]] = self._transformer.load_rows(0, result.ntuples, tuple)
        return rows

    def _prepare(self, sql: str, params: Sequence[Any] | Mapping[str, Any] | None) -> _Prepared | None:
        text, names, types = _numbered(sql, params)
        self._begin()
        self._made += 1
        name = b"careline%d" % self._made
        for result in (self._libpq.prepare(name, text.encode(), types), self._libpq.describe_prepared(name)):
            if result.status != pq.ExecStatus.COMMAND_OK:
                raise self._error(result)
        known = encoders([result.param_type(index) for index in range(result.nparams)], self._elements)
        prepared = _Prepared(name, known, names) if known is not None else None
        if len(self._prepared) >= PREPARED_MAX:
            _, oldest = self._prepared.popitem(last=False)
            if oldest is not None:
                self._libpq.exec_(b"DEALLOCATE " + oldest.name)
        self._prepared[sql] = prepared
        return prepared

    def _begin(self) -> None:
        """Open a transaction where Django wants one: psycopg does it with the first statement, and so do we."""
        if self._raw.autocommit or self._libpq.transaction_status != pq.TransactionStatus.IDLE:
            return
        result = self._libpq.exec_(b"BEGIN")
        if result.status not in _DONE:
            raise self._error(result)

    def _error(self, result: "pq.abc.PGresult") -> psycopg.Error:
        if self._libpq.status != pq.ConnStatus.OK:
            return psycopg.OperationalError(self._libpq.get_error_message() or "the connection is lost")
        error = error_from_result(result)
        if isinstance(error, psycopg.errors.InvalidSqlStatementName):
            self._prepared.clear()  # somebody deallocated them: made again from the next statement on
        return error


def _numbered(
    sql: str, params: Sequence[Any] | Mapping[str, Any] | None
) -> tuple[str, Sequence[str] | None, Sequence[int]]:
    """The statement with $1, $2, ...; the names of its parameters, where they have names; and their declared types."""
    if params is None:
        return sql, None, ()
    named = isinstance(params, Mapping)
    names: list[str] = []
    count = 0

    def numbered(found: "re.Match[str]") -> str:
        nonlocal count
        if found[2] == "%":
            return "%"
        if named:
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"
        count += 1
        return f"${count}"

    text = _PLACEHOLDER.sub(numbered, sql)
    values = [params[name] for name in names] if isinstance(params, Mapping) else params
    return text, names if named else None, [type_of(value) for value in values]
