"""What is written in binary by us is read by Postgres as what it was."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, connection

from careline.postgres.sql import execute, run

VALUES: dict[str, list[Any]] = {
    "text": ["", "余额", "a\\b\"c'd{},NULL", "x" * 5000, "🀄"],
    "varchar": ["短", "NULL"],
    "bigint": [0, -1, 2**63 - 1, -(2**63)],
    "int": [0, -(2**31), 2**31 - 1],
    "smallint": [0, -32768, 32767],
    "bool": [True, False],
    "bytea": [b"", b"\x00\xff"],
    "float8": [0.1, -1e300],
    "date": [date(1999, 12, 31), date(2000, 1, 1), date(2026, 11, 21)],
    "timestamptz": [
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 21, 8, 30, 0, 1, tzinfo=timezone(timedelta(hours=8))),
    ],
    "uuid": [UUID("01a20013-dd2a-7547-a5d6-2eb6f772bc02")],
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_back_as_it_went_in_alone_and_in_arrays(kind: str) -> None:
    values = VALUES[kind]
    for value in [*values, None]:
        assert run(f"select %s::{kind}", [value]) == [(value,)]
    for several in (values, [None, *values, None], [], [None]):
        assert run(f"select %s::{kind}[]", [several]) == [(several,)]


@pytest.mark.django_db
def test_json_goes_in_as_its_text() -> None:
    assert run("select %s::jsonb, %s::jsonb[]", ['{"月": [1, null]}', ["1", None, '"x"']]) == [
        ({"月": [1, None]}, [1, None, "x"])
    ]


@pytest.mark.django_db
def test_a_reference_may_be_text_or_a_uuid_and_a_word_of_an_enumeration_is_text() -> None:
    class Colour(StrEnum):
        RED = "red"

    reference = "01a20013-dd2a-7547-a5d6-2eb6f772bc02"
    assert run("select %s::uuid = %s::uuid, %s::text", [reference, UUID(reference), Colour.RED]) == [(True, "red")]


@pytest.mark.django_db
def test_types_that_only_psycopg_knows_go_by_psycopg() -> None:
    from decimal import Decimal

    assert run("select %s::numeric + 1", [Decimal("1.50")]) == [(Decimal("2.50"),)]
    assert run("select %s::interval", [timedelta(days=1, seconds=5)]) == [(timedelta(days=1, seconds=5),)]


@pytest.mark.django_db
def test_parameters_may_be_named_used_twice_and_stand_beside_percent_signs() -> None:
    assert run("select %(b)s::text, 7 %% 4, %(a)s::int, %(b)s::text", {"a": 1, "b": "二", "c": 3}) == [
        ("二", 3, 1, "二")
    ]
    assert run("select '100%'") == [("100%",)]


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_stored_is_refused_and_the_connection_lives_on() -> None:
    for bad in ("a\0b", "\ud800"):
        with pytest.raises((DataError, UnicodeEncodeError)):
            run("select %s::text", [bad])
    with pytest.raises(DataError):
        run("select 1 / %s::int", [0])
    assert run("select 1") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_more_statements_than_are_kept_prepared_run_all_the_same() -> None:
    for number in range(310):
        assert run(f"select {number}, %s::int", [number]) == [(number, number)]
    [(kept,)] = run("select count(*) from pg_prepared_statements where name like 'careline%%'", [])
    assert kept <= 301
    assert run("select 0, %s::int", [0]) == [(0, 0)]


@pytest.mark.django_db(transaction=True)
def test_rows_that_were_touched_are_counted() -> None:
    execute("create table counted (n int)")
    try:
        assert execute("insert into counted select unnest(%s::int[])", [[1, 2, 3]]) == 3
        assert execute("delete from counted where n > %s", [1]) == 2
        assert not connection.in_atomic_block
    finally:
        execute("drop table counted")
