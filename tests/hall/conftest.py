"""The hall, where other threads must see what is committed."""

import pytest

from tests.halls import Hall


@pytest.fixture
def racing_hall(transactional_db: None) -> Hall:
    return Hall()
