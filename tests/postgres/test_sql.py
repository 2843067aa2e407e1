"""The short way to Postgres: prepared statements, arrays, transactions, counting."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from careline.postgres.sql import counting, execute, run


@pytest.mark.django_db
def test_arrays_go_in_as_one_parameter_and_come_out_as_rows() -> None:
    rows = run(
        "select n, t from unnest(%s::bigint[], %s::text[]) as given(n, t) order by n",
        [[3, 1, 2**40], ["三", "一", None]],
    )
    assert rows == [(1, "一"), (3, "三"), (2**40, None)]


@pytest.mark.django_db
def test_json_and_times_come_back_as_plain_python() -> None:
    now = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert run("select '{\"a\": [1]}'::jsonb, %s::timestamptz", [now]) == [({"a": [1]}, now)]


@pytest.mark.django_db
def test_a_statement_is_prepared_once_whatever_the_size_of_its_numbers() -> None:
    for number in (1, 70_000, 2**40):
        run("select 'prepared-once', %s", [number])
    [(prepared,)] = run("select count(*) from pg_prepared_statements where statement like %s", ["%'prepared-once'%$1%"])
    assert prepared == 1


@pytest.mark.django_db(transaction=True)
def test_statements_join_the_transaction_that_django_has_open() -> None:
    execute("create table sql_joined (n int primary key)")
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            assert execute("insert into sql_joined select unnest(%s::int[])", [[1, 2, 3]]) == 3
            raise RuntimeError
        assert run("select count(*) from sql_joined") == [(0,)]
        execute("insert into sql_joined values (1)")
        with pytest.raises(IntegrityError):
            execute("insert into sql_joined values (1)")
    finally:
        execute("drop table sql_joined")


@pytest.mark.django_db
def test_counting_sees_our_statements_and_those_of_the_orm() -> None:
    from django.contrib.contenttypes.models import ContentType

    with counting() as outer:
        run("select 1")
        with counting() as inner:
            execute("select 1")
            ContentType.objects.count()
        assert inner.statements == 2
    assert outer.statements == 3
    run("select 1")
    assert outer.statements == 3


@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_by_the_server_is_made_again() -> None:
    [(process,)] = run("select pg_backend_pid()")
    settings = connection.get_connection_params()
    with psycopg.connect(
        dbname=settings["dbname"], host=settings["host"], user=settings["user"], autocommit=True
    ) as other:
        other.execute("select pg_terminate_backend(%s)", [process])
    with pytest.raises(DatabaseError):
        run("select 1")
    assert run("select 1") == [(1,)]
