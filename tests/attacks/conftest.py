"""The attackers' cast: the staff of the staff's own tests."""

from tests.staff.conftest import person as person
from tests.staff.conftest import published as published
from tests.staff.conftest import sign_in as sign_in
