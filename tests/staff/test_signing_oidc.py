"""Sign-in by a real OpenID Connect provider on loopback, and claims that must open nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from careline.identity import employing, provider
from careline.identity.models import Staff
from careline.identity.staff import settle_roles
from careline.journal.models import Entry

ROLES = '\n[roles]\n"care-agents" = "clerk"\n"care-leads" = "duty_manager"\n'
Enter = Callable[..., Client]
# The provider's own libraries announce changes; to it, a warning that is an error is a page of 500.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def told(issuer: str, tmp_path: Path, settings: Any, db: None) -> Callable[[str], None]:
    """Write the file of the provider."""
    settle_roles()

    def write(more: str = "") -> None:
        secret = tmp_path / "secret"
        secret.write_text("s3cret\n")
        file = tmp_path / f"oidc-{len(list(tmp_path.iterdir()))}.toml"
        file.write_text(
            f'issuer = "{issuer}"\nclient_id = "careline"\nsecret_file = "{secret}"\nname = "House login"\n{more}'
        )
        settings.OIDC_FILE = str(file)

    return write


@pytest.fixture
def enter(issuer: str) -> Enter:
    """A browser that went to the provider as `subject` and came back."""

    def go(subject: str, onward: str = "", change: Callable[[str], str] = str, **claims: Any) -> Client:
        requests.put(f"{issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()
        client = Client(headers={"Accept-Language": "en"})
        sent = client.post("/staff/sign-in/oidc/sso/", {"next": onward})
        assert sent.status_code == 302, sent.content
        asked = parse_qs(urlsplit(sent.headers["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        answered = requests.post(sent.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
        back = urlsplit(change(answered.headers["Location"]))
        answer = client.get(f"{back.path}?{back.query}")
        while answer.status_code == 302 and "/sign-in/onward" in answer.headers["Location"]:
            answer = client.get(answer.headers["Location"])
        client.last = answer  # type: ignore[attr-defined]
        return client

    return go


def inside(client: Client) -> bool:
    return client.get("/staff/me/").status_code == 200


def said(client: Client) -> str:
    assert not inside(client)
    page = client.get("/staff/sign-in").content.decode()
    found = re.search(r'role="alert">([^<]+)<', page)
    return found[1] if found else ""


def known(subject: str = "sub-1", *roles: str) -> Staff:
    return employing.admit("wang", "Wang Fang", roles or ("clerk",), subject, by="admin", now=datetime.now(UTC))


def test_somebody_who_is_linked_gets_in_and_where_she_wanted(told: Callable[[str], None], enter: Enter) -> None:
    told("")
    known()
    client = enter("sub-1", onward="/staff/me/")
    assert client.last.headers["Location"] == "/staff/me/"  # type: ignore[attr-defined]
    assert inside(client)
    assert Entry.objects.filter(did="sign_in").get().detail == {"by": "provider"}
    assert "House login" in Client().get("/staff/sign-in").content.decode()


def test_the_provider_leads_to_no_strangers_page(told: Callable[[str], None], enter: Enter) -> None:
    told("")
    known()
    client = enter("sub-1", onward="https://evil.example/")
    assert client.last.headers["Location"] == "/staff/"  # type: ignore[attr-defined]


def test_who_is_unknown_is_refused_whatever_name_or_address_she_claims(
    told: Callable[[str], None], enter: Enter
) -> None:
    """No link by name or e-mail: whoever can choose those at the provider would be anybody here."""
    told('roles_claim = "groups"' + ROLES)
    wang = known("sub-1")
    Staff.objects.filter(pk=wang.pk).update(email="wang@example.com")
    for verified in (True, False):
        client = enter("stranger", preferred_username="wang", email="wang@example.com", email_verified=verified,
                       groups=["care-leads"])  # fmt: skip
        assert "no account here" in said(client)
    assert SocialAccount.objects.count() == 1
    assert Staff.objects.count() == 1


def test_where_it_is_allowed_the_unknown_get_the_roles_of_their_claim(
    told: Callable[[str], None], enter: Enter
) -> None:
    told('roles_claim = "groups"\nunknown_people = "admit"' + ROLES)
    client = enter("sub-9", preferred_username="xu", name="Xu Li", groups=["care-agents", "other"])
    assert inside(client)
    xu = Staff.objects.get(username="xu")
    assert (str(xu), employing.roles_of(xu), xu.has_usable_password()) == ("Xu Li", ["clerk"], False)
    assert "gives you no role" in said(enter("sub-10", preferred_username="yu", groups=["other"]))
    assert not Staff.objects.filter(username="yu").exists()


def test_a_name_that_somebody_has_is_not_taken_over(told: Callable[[str], None], enter: Enter) -> None:
    told('roles_claim = "groups"\nunknown_people = "admit"' + ROLES)
    known("sub-1")
    assert "no account here" in said(enter("sub-2", preferred_username="wang", groups=["care-leads"]))
    assert employing.roles_of(Staff.objects.get(username="wang")) == ["clerk"]


def test_the_claim_decides_about_roles_at_every_sign_in(told: Callable[[str], None], enter: Enter) -> None:
    told('roles_claim = "groups"' + ROLES)
    known("sub-1", "clerk")
    first = enter("sub-1", groups=["care-agents"])
    assert inside(first)
    second = enter("sub-1", groups=["care-leads"])
    assert inside(second)
    assert not inside(first), "sessions with the former roles end"
    assert "gives you no role" in said(enter("sub-1", groups=[]))
    assert not inside(second)
    assert employing.roles_of(Staff.objects.get(username="wang")) == []


def test_who_was_dismissed_is_refused(told: Callable[[str], None], enter: Enter) -> None:
    told("")
    known()
    employing.dismiss("wang", by="admin", now=datetime.now(UTC))
    assert "closed" in said(enter("sub-1"))


@pytest.mark.parametrize(("rule", "leads"), [("provider", "/staff/"), ("here", "/staff/sign-in/app")])
def test_the_second_factor_is_the_providers_or_ours(
    told: Callable[[str], None], enter: Enter, settings: Any, rule: str, leads: str
) -> None:
    told(f'second_factor = "{rule}"\n')
    settings.SECOND_FACTOR_ROLES = "sensitive"
    known()
    client = enter("sub-1")
    assert client.last.headers["Location"] == leads  # type: ignore[attr-defined]
    assert inside(client) == (rule == "provider")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda back: re.sub(r"state=[^&]+", "state=forged", back),
        lambda back: re.sub(r"&?state=[^&]+", "", back),
        lambda back: re.sub(r"code=[^&]+", "code=forged", back),
        lambda back: back.partition("?")[0] + "?error=access_denied",
    ],
    ids=["state", "no state", "code", "denied"],
)
def test_an_answer_that_was_tampered_with_opens_nothing(
    told: Callable[[str], None], enter: Enter, change: Callable[[str], str]
) -> None:
    told("")
    known()
    assert "did not confirm" in said(enter("sub-1", change=change))


def test_an_answer_for_another_browser_opens_nothing(told: Callable[[str], None], enter: Enter) -> None:
    """Signing somebody in as oneself (login CSRF)."""
    told("")
    known()
    caught: list[str] = []

    def catch(back: str) -> str:
        caught.append(back)
        return "http://x/staff/sign-in"

    enter("sub-1", change=catch)
    victim, back = Client(headers={"Accept-Language": "en"}), urlsplit(caught[0])
    victim.get(f"{back.path}?{back.query}")
    assert "did not confirm" in said(victim)


def test_a_provider_that_is_away_is_said_to_be(told: Callable[[str], None], tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "away.toml"
    file.write_text('issuer = "http://127.0.0.1:9"\nclient_id = "careline"\n')
    settings.OIDC_FILE = str(file)
    client = Client(headers={"Accept-Language": "en"})
    assert client.post("/staff/sign-in/oidc/sso/").status_code == 302
    assert "cannot be reached" in said(client)


def test_without_a_provider_there_is_no_such_door(client: Client, db: None) -> None:
    assert client.post("/staff/sign-in/oidc/sso/").status_code == 404
    assert client.get("/staff/sign-in/oidc/sso/back?code=x&state=y").status_code == 404


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("issuer = 'http://login.example'\nclient_id='c'", "https"),
        ("client_id='c'", "https"),
        ("issuer = 'https://x.example'", "client_id"),
        ("issuer = 'https://x.example'\nclient_id='c'\n[roles]\na='king'", "king"),
        ("issuer = 'https://x.example'\nclient_id='c'\nunknown_people='all'", "refuse, admit"),
        ("issuer = 'https://x.example'\nclient_id='c'\ncolour='red'", "colour"),
        ("issuer = ", "cannot be read"),
        ("issuer = 'https://x.example'\nclient_id='c'\nsecret_file='/no/such'", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "oidc.toml"
    file.write_text(text)
    with pytest.raises(ImproperlyConfigured, match=what):
        provider.read(str(file))
