from collections.abc import Callable

import pytest
from django.test import Client

from careline.catalogue import library
from careline.catalogue.version import Version
from careline.identity.models import Staff
from careline.identity.staff import engage
from careline.wiring import behaviours
from tests.catalogue.packs_on_disk import small_catalogue
from tests.catalogue.people import NOW, no_errors

SignIn = Callable[..., Client]


@pytest.fixture
def published(db: None) -> Version:
    """A small catalogue, published by the system."""
    version = Version.draft(by="system", now=NOW)
    bodies = {(document.kind, document.key): dict(document.body) for document in small_catalogue()}
    bodies["service", "balance"]["behaviour"] = "validity"
    for tail in behaviours()["validity"].words:
        bodies["words", f"validity.{tail}"] = {"zh": "好的。", "en": "OK."}
    version.replace(bodies, by="system", now=NOW, source="test")
    version.publish_unreviewed(by="system", now=NOW, errors=no_errors)
    library.forget()
    return version


@pytest.fixture
def person(db: None) -> Callable[..., Staff]:
    def make(name: str, *roles: str, language: str = "en") -> Staff:
        return engage(name, f"{name}-password", name.title(), roles, language)

    return make


@pytest.fixture
def sign_in(person: Callable[..., Staff]) -> SignIn:
    """A browser in which somebody with these roles is signed in, by way of the page."""

    def enter(name: str, *roles: str, language: str = "en") -> Client:
        person(name, *roles, language=language)
        client = Client()
        answer = client.post("/staff/sign-in", {"username": name, "password": f"{name}-password"})
        assert answer.status_code == 302
        return client

    return enter
