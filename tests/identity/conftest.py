from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from careline.identity.models import Staff
from careline.identity.staff import engage

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

Person = Callable[..., Staff]


@pytest.fixture
def person(db: None) -> Person:
    def make(name: str, *roles: str) -> Staff:
        return engage(name, f"{name}-password", name.title(), roles, "en")

    return make
