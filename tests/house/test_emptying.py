"""What a test leaves behind in the database is gone before the next one begins."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission

from careline.cases.records.help import Department
from careline.identity.models import Staff
from careline.identity.staff import ROLES, engage
from careline.journal.models import Entry
from tests.house import emptying

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_filled_is_empty_and_what_stood_from_the_beginning_still_stands() -> None:
    rights = set(Permission.objects.values_list("pk", "codename"))
    engage("lin", "lin-password", "Lin", ["maintainer"], "en")
    Entry.objects.create(at=datetime.now(UTC), who="lin", did="engage", what="staff", record="lin")
    emptying.empty()
    assert not Staff.objects.exists()
    assert not Staff.groups.through.objects.exists()
    assert not Entry.objects.exists()
    assert set(Permission.objects.values_list("pk", "codename")) == rights
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert Department.objects.exists()


def test_roles_and_departments_that_a_test_changed_are_as_in_the_beginning() -> None:
    Group.objects.get(name="maintainer").permissions.clear()
    Group.objects.create(name="strangers")
    Department.objects.update(minutes=1)
    emptying.empty()
    assert Group.objects.get(name="maintainer").permissions.exists()
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert not Department.objects.filter(minutes=1).exists()
