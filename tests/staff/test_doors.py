"""Who gets in, and what the pages refuse."""

from collections.abc import Callable

import pytest
from django.test import Client

from careline.catalogue.version import Version
from careline.identity.models import Staff
from careline.identity.staff import ROLES, settle_demo_staff
from careline.journal.models import Entry
from tests.staff.conftest import SignIn

PAGES = [
    "/staff/",
    "/staff/catalogue/1/services",
    "/staff/catalogue/1/services/balance/preview",
    "/staff/catalogue/1/tables",
    "/staff/catalogue/1/tables/X1",
    "/staff/catalogue/1/words",
    "/staff/catalogue/1/settings",
    "/staff/catalogue/1/item/service/balance",
    "/staff/catalogue/1/item/code/X1/CXYE",
    "/staff/catalogue/1/item/words/talk.goodbye",
    "/staff/catalogue/1/item/table/X1",
    "/staff/catalogue/1/item/settings/limits",
    "/staff/catalogue/1/lint",
    "/staff/catalogue/1/diff",
    "/staff/versions/",
    "/staff/versions/1",
    "/staff/journal",
    "/staff/explain/",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_in_both_languages(sign_in: SignIn, published: Version, address: str, language: str) -> None:
    answer = sign_in("admin", "admin", language=language).get(address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'lang="{language}"' in text
    assert ("业务目录" in text) == (language == "zh-hans")
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_asked_to_sign_in(published: Version, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/staff/sign-in?next=/staff/")


def test_the_content_security_policy_forbids_scripts_and_styles_in_the_page(client: Client, db: None) -> None:
    policy = client.get("/staff/sign-in").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_wrong_password_is_refused_with_the_same_words_as_an_unknown_name(
    person: Callable[..., Staff], client: Client
) -> None:
    person("lin", "maintainer")
    wrong = client.post("/staff/sign-in", {"username": "lin", "password": "no"}, headers={"Accept-Language": "en"})
    unknown = client.post("/staff/sign-in", {"username": "nobody", "password": "no"}, headers={"Accept-Language": "en"})
    said = "The name or the password is wrong."
    assert said in wrong.content.decode()
    assert said in unknown.content.decode()
    assert [entry.did for entry in Entry.objects.all()] == ["sign_in_failed", "sign_in_failed"]


def test_after_ten_wrong_passwords_the_door_stays_shut_even_for_the_right_one(
    person: Callable[..., Staff], client: Client
) -> None:
    person("lin", "maintainer")
    for _ in range(10):
        client.post("/staff/sign-in", {"username": "lin", "password": "no"})
    answer = client.post("/staff/sign-in", {"username": "lin", "password": "lin-password"})
    assert answer.status_code == 400
    assert client.get("/staff/").status_code == 302


def test_signing_in_does_not_lead_to_other_peoples_sites(person: Callable[..., Staff], client: Client) -> None:
    person("lin", "maintainer")
    sent = {"username": "lin", "password": "lin-password", "next": "https://evil.example/staff/"}
    assert client.post("/staff/sign-in", sent).headers["Location"] == "/staff/"


def test_who_has_left_cannot_sign_in(person: Callable[..., Staff], client: Client) -> None:
    left = person("lin", "maintainer")
    Staff.objects.filter(pk=left.pk).update(is_active=False)
    answer = client.post("/staff/sign-in", {"username": "lin", "password": "lin-password"})
    assert answer.status_code == 400


FORBIDDEN = [
    ("maintainer", "get", "/staff/journal"),
    ("maintainer", "get", "/staff/explain/"),
    ("maintainer", "post", "/staff/versions/2/approve"),
    ("maintainer", "post", "/staff/versions/2/publish"),
    ("maintainer", "post", "/staff/versions/1/roll_back"),
    ("reviewer", "post", "/staff/versions/draft"),
    ("reviewer", "post", "/staff/catalogue/2/item/service/balance"),
    ("reviewer", "get", "/staff/catalogue/2/add/service"),
    ("reviewer", "post", "/staff/catalogue/2/remove/service/balance"),
    ("supervisor", "post", "/staff/versions/2/submit"),
]


@pytest.mark.parametrize(("role", "method", "address"), FORBIDDEN)
def test_a_person_without_the_right_is_refused_and_the_refusal_is_journaled(
    sign_in: SignIn, published: Version, role: str, method: str, address: str
) -> None:
    Version.draft(by="somebody", now=published.created_at)
    before = [(version.state, version.bodies()) for version in Version.objects.all()]
    answer = getattr(sign_in("lin", role), method)(address)
    assert answer.status_code == 403
    assert [(version.state, version.bodies()) for version in Version.objects.all()] == before
    entry = Entry.objects.latest("id")
    assert (entry.who, entry.did, entry.what) == ("lin", "refused", "gate")


def test_who_has_no_role_sees_nothing(sign_in: SignIn, published: Version) -> None:
    client = sign_in("new")
    assert {client.get(address).status_code for address in PAGES} == {403}


def test_each_demo_login_opens_the_door_and_has_its_role(client: Client, db: None) -> None:
    logins = settle_demo_staff()
    assert {role for login in logins for role in login.roles} == set(ROLES)
    for login in logins:
        sent = {"username": login.username, "password": login.password}
        assert client.post("/staff/sign-in", sent).status_code == 302
        client.post("/staff/sign-out")
    assert settle_demo_staff() == logins, "the page printed yesterday still works"


def test_outside_the_demo_there_are_no_demo_logins(settings: object, db: None) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        settle_demo_staff()


def test_the_language_is_kept_for_the_person(sign_in: SignIn, published: Version) -> None:
    client = sign_in("lin", "maintainer", language="zh-hans")
    client.post("/staff/language", {"language": "en", "next": "/staff/versions/"})
    assert 'lang="en"' in client.get("/staff/versions/").content.decode()
    assert Staff.objects.get(username="lin").language == "en"
    assert client.post("/staff/language", {"language": "xx", "next": "//evil.example"}).headers["Location"] == "/staff/"


def test_forms_of_other_sites_are_refused(person: Callable[..., Staff]) -> None:
    person("lin", "maintainer")
    client = Client(enforce_csrf_checks=True)
    assert client.post("/staff/sign-in", {"username": "lin", "password": "lin-password"}).status_code == 403
