"""Rows of reports: one statement, one dictionary a row."""

from collections.abc import Mapping
from typing import Any, LiteralString

from django.db import connection

Row = dict[str, Any]
# A case that a pretend customer opened is no complaint of anybody's: dial tests keep their marked lines in this table.
OF_CUSTOMERS: LiteralString = (
    "NOT EXISTS (SELECT FROM probes_line l WHERE l.msisdn = case_case.msisdn AND l.marked_at <= case_case.opened_at)"
)


def rows(statement: str, values: Mapping[str, Any]) -> list[Row]:
    """The rows of one statement, each with the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def share(part: int, whole: int) -> float | None:
    """Per cent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
