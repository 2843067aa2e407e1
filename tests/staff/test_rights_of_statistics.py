"""Who reads statistics sees masked numbers; calling customers back, and saying who removes a cause, are rights of their own."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from careline.catalogue.version import Version
from careline.identity.factors import SENSITIVE
from careline.identity.gates import Gate
from careline.identity.staff import ROLES, settle_roles
from careline.insight import callers
from careline.insight.models import Callback, Remedy
from careline.journal.models import Entry
from tests.insight.records import LATER, LI, NOON, fold, greet
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
CALLERS, SERVICE = "/staff/insight/callers", "/staff/insight/service"
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
REMEDY = {"what_service": "balance", "verb": "query", "owner": "gao", "measure": "Say it in the menu"}


@pytest.fixture
def listed(published: Version) -> Callback:
    greet(7, channel="voice")
    fold()
    callers.list_callbacks(NOON.date(), by="gao", now=LATER)
    return Callback.objects.get()


def shown(client: Client, address: str) -> str:
    answer = client.get(address, NOVEMBER)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_reader_of_statistics_sees_masked_numbers_and_takes_no_list(sign_in: SignIn, listed: Callback) -> None:
    lin = sign_in("lin", "maintainer")
    page = shown(lin, CALLERS)
    assert LI.masked() in page
    assert "Calling back needs a right of its own" in page
    for form in ("/list", "/number", "/tell"):
        assert f'{form}"' not in page
    for deed in ("list", f"{listed.pk}/number", f"{listed.pk}/tell"):
        answer = lin.post(f"{CALLERS}/{deed}", {"month": "2026-11", "failed": "no"})
        assert answer.status_code == 403
        assert LI.national() not in answer.content.decode()
    listed.refresh_from_db()
    assert listed.done_at is None
    assert Entry.objects.filter(did="refused", what="gate", record="call_back", who="lin").count() == 3
    assert not Entry.objects.filter(did="look", what="callback").exists()


def test_who_may_call_back_gets_the_whole_number_and_the_journal_says_so(sign_in: SignIn, listed: Callback) -> None:
    gao = sign_in("gao", "hall_manager")
    assert f"{CALLERS}/{listed.pk}/number" in shown(gao, CALLERS)
    assert LI.national() in gao.post(f"{CALLERS}/{listed.pk}/number").content.decode()
    looked = Entry.objects.get(did="look", what="callback")
    assert (looked.who, looked.detail) == ("gao", {"number": LI.masked()})


def test_setting_remedies_is_a_right_of_its_own(sign_in: SignIn, published: Version) -> None:
    reader = sign_in("qin", "maintainer")
    assert f'action="{SERVICE}/remedy"' in shown(reader, SERVICE)
    assert reader.post(f"{SERVICE}/remedy", REMEDY).status_code == 302
    assert Remedy.objects.get().by == "qin"
    Remedy.objects.all().delete()
    without_right(Gate.SET_REMEDIES)
    assert f'action="{SERVICE}/remedy"' not in shown(reader, SERVICE)
    assert reader.post(f"{SERVICE}/remedy", REMEDY).status_code == 403
    assert not Remedy.objects.exists()


def without_right(gate: Gate) -> None:
    for role in Group.objects.filter(permissions__codename=gate.value):
        role.permissions.set(role.permissions.exclude(codename=gate.value))


def test_roles_that_were_there_before_get_the_new_rights_when_the_house_is_brought_up_to_date() -> None:
    settle_roles()
    for gate in (Gate.CALL_BACK, Gate.SET_REMEDIES):
        without_right(gate)
    settle_roles()  # as after every migration
    held = {role.name: set(role.permissions.values_list("codename", flat=True)) for role in Group.objects.all()}
    assert {name for name, rights in held.items() if "call_back" in rights} == {
        "duty_manager", "hall_manager", "supervisor", "admin",
    }  # fmt: skip
    assert {name for name, rights in held.items() if "set_remedies" in rights} == {
        "duty_manager", "hall_manager", "supervisor", "maintainer", "admin",
    }  # fmt: skip


def test_whoever_sees_whole_numbers_signs_in_with_a_second_factor() -> None:
    assert all(gates & SENSITIVE for gates in ROLES.values() if Gate.CALL_BACK in gates)
    assert Gate.CALL_BACK in SENSITIVE
