"""The attackers' cast: the staff of the staff's own tests."""

from tests.hall.conftest import racing_hall as racing_hall
from tests.staff.conftest import person as person
from tests.staff.conftest import published as published
from tests.staff.conftest import sign_in as sign_in
