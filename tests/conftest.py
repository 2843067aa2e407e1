"""What all tests share: one throw-away Postgres per run, started when the first test asks for a database."""

import os
import tracemalloc  # noqa: F401 - pytest imports it when something was not closed, and fails if that happens again meanwhile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from careline.postgres import temporary
from careline.settings import database
from tests.house import emptying, programs

if TYPE_CHECKING:
    from tests.halls import Hall

# A machine under load is slow, not broken: neither a slow draw nor a slow example is a failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

pytest_plugins = [
    "tests.house.counting_plugin",
    "tests.house.requirements_plugin",
    "tests.house.rubbish_plugin",
    "tests.house.side_by_side",
    "tests.house.static_plugin",
]


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The server under test: that of DATABASE_URL, else an embedded one without fsync."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with temporary() as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(server_url: str) -> None:
    """pytest-django asks for this before it creates the test database: point Django to the server under test."""
    held = connections["default"].settings_dict
    for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD"):
        held[name] = database(server_url).get(name, "")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database as migrating leaves it, and what empties it after tests that commit."""
    with django_db_blocker.unblock():
        emptying.begin()


@pytest.fixture
def database_url(db: None) -> str:
    """The address of the test database itself, for other processes and raw connections (they see only what is committed)."""
    from psycopg.conninfo import make_conninfo

    held = connections["default"].settings_dict
    parts = {"dbname": held["NAME"], "host": held["HOST"], "port": held["PORT"]}
    parts |= {"user": held["USER"], "password": held["PASSWORD"]}
    return make_conninfo(**{name: str(value) for name, value in parts.items() if value})


@pytest.fixture(autouse=True)
def _no_book_is_left_behind() -> Iterator[None]:
    """This process would go on serving what a test published, though the rows are gone with the test."""
    yield
    from careline.catalogue import library

    library.forget()


@pytest.fixture
def hall(db: None) -> "Hall":
    """The SMS hall on the real packs, behaviours and sandbox carrier."""
    from tests.halls import Hall

    return Hall()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`peer("sipp")`: what a test needs is here, or gets installed, or the test skips (in CI: fails) with the command."""
    for mark in item.iter_markers("peer"):
        for name in mark.args:
            programs.program(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that use Postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--database-only`: for the second run on an older server. Tests of the launcher bring servers of their own."""
    if not config.getoption("--database-only"):
        return
    uses = {"db", "transactional_db", "server_url", "home"}
    chosen = [
        item for item in items if item.get_closest_marker("django_db") or uses & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen
