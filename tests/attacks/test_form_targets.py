"""Where forms may lead: a planted form sends nothing to strangers, and the pages that must be reached are named."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from careline.settings import form_targets


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/my/sign-in", "/staff/sign-in", "/complain/", "/phone/"])
def test_forms_of_every_door_lead_to_our_own_pages_only(address: str) -> None:
    policy = Client().get(address, follow=True).headers["Content-Security-Policy"]
    [forms] = [part for part in map(str.strip, policy.split(";")) if part.startswith("form-action")]
    assert forms == "form-action 'self'"


def test_the_pages_of_providers_and_of_sign_in_are_named(tmp_path: Path) -> None:
    file = tmp_path / "oidc.toml"
    file.write_text('issuer = "https://login.example/realm"\n', "utf-8")
    named = {
        "CARELINE_FORM_TARGETS": "https://pay.example https://pay2.example:8443",
        "CARELINE_SITE": "https://care.example",
        "CARELINE_OIDC": str(file),
    }
    assert form_targets(named) == [
        "'self'",
        *("https://care.example", "https://login.example", "https://pay.example", "https://pay2.example:8443"),
    ]
    assert form_targets({"CARELINE_OIDC": "/no/such/file"}) == ["'self'"]


@pytest.mark.parametrize(
    "wrong",
    ["pay.example", "http://pay.example", "https://pay.example/way", "https://*", "*", "https://a;b", "https://"],
)
def test_what_is_no_address_of_pages_is_refused(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CARELINE_FORM_TARGETS"):
        form_targets({"CARELINE_FORM_TARGETS": wrong})
