"""After a test that commits, what it filled is emptied, and nothing else.

Django empties every table, writes every right anew and tells everybody that it migrated: half a second of processor time
for each such test. What stands in a database from the beginning stays; where a test changed that, Django's way is taken.
"""

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

# What is written after migrating, not by a customer or a clerk.
STAY = {
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "case_department",
}
_beginning: list[tuple[object, ...]] = []


def begin() -> None:
    """From now on tests that commit are followed by `empty`; the database stands as migrating left it."""
    _beginning[:] = _standing()
    TransactionTestCase._fixture_teardown = lambda _: empty()  # type: ignore[attr-defined]


def empty() -> None:
    """Empty what is filled, and put right what stands from the beginning."""
    with transaction.atomic(), connection.cursor() as cursor:
        if filled := _filled(cursor) - STAY:
            cursor.execute(f"TRUNCATE {', '.join(sorted(_with_those_that_refer(cursor, filled)))}")
    if _standing() != _beginning:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        _beginning[:] = _standing()


def _filled(cursor: CursorWrapper) -> set[str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables))
    return {name for (name,) in cursor.fetchall()}


def _with_those_that_refer(cursor: CursorWrapper, tables: set[str]) -> set[str]:
    """Postgres empties no table that another one may point to, though that one is empty."""
    cursor.execute(
        "WITH RECURSIVE those AS (SELECT unnest(%s::text[])::regclass::oid AS t UNION"
        " SELECT conrelid FROM pg_constraint JOIN those ON confrelid = t AND contype = 'f') SELECT t::regclass::text FROM those",
        [[*tables]],
    )
    return {name for (name,) in cursor.fetchall()}


def _standing() -> list[tuple[object, ...]]:
    """What is in the tables that stay."""
    there = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    texts = [
        f"SELECT '{name}', count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} t"
        for name in STAY & there
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts))
        return sorted(cursor.fetchall())
