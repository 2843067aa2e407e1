"""Looking at customers: for a purpose, for half an hour, and never unseen."""

from datetime import timedelta

import pytest

from careline.identity import looking
from careline.identity.gates import Shut
from careline.identity.models import Staff
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn
from tests.identity.conftest import NOW, Person

NUMBER = Msisdn("8613900050017")


def test_who_has_no_right_does_not_look(person: Person) -> None:
    with pytest.raises(Shut):
        looking.look(person("ada", "consultant"), NUMBER, "asks for the bill", NOW)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("purpose", ["", "  ", "\0\0", "x"])
def test_nobody_looks_without_a_purpose(person: Person, purpose: str) -> None:
    with pytest.raises(looking.NoPurpose):
        looking.look(person("liu", "clerk"), NUMBER, purpose, NOW)


@pytest.mark.requirement("VER-04")
def test_a_look_is_written_down_once_for_half_an_hour_with_the_number_masked(person: Person) -> None:
    liu = person("liu", "clerk")
    for minutes in (0, 10, 29):
        assert looking.look(liu, NUMBER, "2611020000015", NOW + timedelta(minutes=minutes)).since == NOW
    entry = Entry.objects.get()
    assert (entry.who, entry.did, entry.what, entry.record) == ("liu", "look", "subscriber", "139****0017")
    looking.look(liu, NUMBER, "2611020000015", NOW + timedelta(minutes=30))
    assert Entry.objects.count() == 2
    assert "13900050017" not in repr(list(Entry.objects.values()))


def test_a_number_in_the_purpose_is_masked(person: Person) -> None:
    seen = looking.look(person("liu", "clerk"), NUMBER, "13900050017 asks", NOW)
    assert "13900050017" not in seen.purpose


def test_a_look_opens_one_number_to_one_person_and_then_ends(person: Person) -> None:
    liu, wang = person("liu", "clerk"), person("wang", "handler")
    looking.look(liu, NUMBER, "asks for the bill", NOW)
    assert looking.may_see(liu, NUMBER, NOW)
    assert not looking.may_see(liu, Msisdn("8613900050018"), NOW)
    assert not looking.may_see(wang, NUMBER, NOW)
    assert not looking.may_see(liu, NUMBER, NOW + timedelta(minutes=30))
    with pytest.raises(Shut):
        looking.demand(wang, NUMBER, NOW)


def test_a_right_that_is_lost_closes_what_was_open(person: Person) -> None:
    liu = person("liu", "clerk")
    looking.look(liu, NUMBER, "asks for the bill", NOW)
    person("liu", "maintainer")
    assert not looking.may_see(Staff.objects.get(username="liu"), NUMBER, NOW)
