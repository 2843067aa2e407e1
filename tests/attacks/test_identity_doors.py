"""Sign-in before people who have half of what it takes, and names that would be more than people."""

import pytest
from django.test import Client

from careline.identity import employing
from careline.identity.models import Staff
from careline.staff.access import now
from careline.staff.views.me import TOTP_SECRET
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db


def half_in(client: Client, name: str) -> str:
    """The password alone; where it leads."""
    return str(client.post("/staff/sign-in", {"username": name, "password": f"{name}-password"}).headers["Location"])


def test_an_app_is_never_set_up_with_a_secret_that_somebody_else_was_shown(sign_in: SignIn, settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = "none"  # type: ignore[attr-defined]
    sign_in("mallory", "handler")
    sign_in("wang", "handler")
    settings.SECOND_FACTOR_ROLES = "all"  # type: ignore[attr-defined]
    shared = Client()
    assert half_in(shared, "mallory") == "/staff/sign-in/app"
    shared.get("/staff/sign-in/app")
    seen = shared.session[TOTP_SECRET]
    assert half_in(shared, "wang") == "/staff/sign-in/app"
    shared.get("/staff/sign-in/app")
    assert shared.session[TOTP_SECRET] != seen


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(sign_in: SignIn) -> None:
    sign_in("wang", "handler")
    browser = Client()
    browser.get("/complain")
    browser.post("/complain", {"number": "13900050017"})
    planted = browser.session.session_key
    half_in(browser, "wang")
    assert browser.session.session_key != planted
    left = set(dict(browser.session.items()))
    assert not any(name.startswith("portal_") for name in left), "nor does the customer's way in stay"


@pytest.mark.parametrize("name", ["subscriber", "Subscriber", "clock", "system", "customer", "oidc", "TMF", "careline"])
def test_nobody_is_called_as_customers_and_processes_are_in_the_records(name: str) -> None:
    for deed in (
        lambda: employing.hire(name, "x", ["clerk"], by="admin", now=now()),
        lambda: employing.admit(name, "x", ["clerk"], "subject", by="oidc", now=now()),
    ):
        with pytest.raises(employing.NotEmployed, match="name"):
            deed()
    assert not Staff.objects.filter(username__iexact=name).exists()


def test_who_is_half_in_reaches_no_page_by_its_address(sign_in: SignIn, settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = "none"  # type: ignore[attr-defined]
    sign_in("boss", "admin")
    settings.SECOND_FACTOR_ROLES = "all"  # type: ignore[attr-defined]
    browser = Client()
    half_in(browser, "boss")
    for page in (
        "/staff/", "/staff/me/", "/staff/me/app", "/staff/me/password", "/staff/people/", "/staff/cases/", "/staff/again",
        "/staff/refunds/", "/staff/refunds/register.csv", "/staff/journal", "/staff/cases/new",
    ):  # fmt: skip
        for answer in (browser.get(page), browser.post(page, {})):
            assert answer.status_code in (302, 405), page
            assert answer.status_code == 405 or "/staff/sign-in" in answer.headers["Location"], page
    assert browser.post("/staff/sign-in/onward").headers["Location"] == "/staff/sign-in/app"
    assert browser.get("/staff/sign-in/password").headers["Location"] == "/staff/sign-in/app"
