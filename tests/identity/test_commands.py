"""`careline token` and `careline staff`, as they are typed."""

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from careline.cli import main
from careline.identity import tokens
from careline.identity.models import Staff
from careline.identity.staff import settle_roles
from tests.identity.conftest import NOW, Person

Run = Callable[..., Result]


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command on the test database, whose tables are there already."""
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", "postgresql://is-already-connected/")
    settle_roles()
    return lambda *words: CliRunner().invoke(main, words)


def test_a_token_is_issued_shown_once_listed_and_revoked(run: Run) -> None:
    issued = run("token", "issue", "crm", "--scope", "tmf:read", "--days", "30")
    assert issued.exit_code == 0, issued.output
    plain = re.search(r"clt_\S+", issued.output)
    assert plain is not None
    client = tokens.check(plain.group(), NOW)
    assert client is not None
    assert client.scopes == {"tmf:read"}
    listed = json.loads(run("token", "list", "--json").stdout)
    assert [(one["name"], one["state"]) for one in listed] == [("crm", "valid")]
    assert plain.group() not in run("token", "list").output
    assert run("token", "revoke", "crm").exit_code == 0
    assert run("token", "revoke", "crm").exit_code == 1
    assert tokens.check(plain.group(), NOW) is None


@pytest.mark.parametrize("words", [("crm", "--scope", "everything"), ("c r m", "--scope", "tmf:read")])
def test_a_token_that_cannot_be_is_refused_in_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    refused = run("token", "issue", *words)
    assert refused.exit_code == 2
    assert refused.output.startswith("careline: ")


def test_people_are_taken_on_reset_and_dismissed(run: Run, person: Person) -> None:
    person("boss", "admin")
    added = run("staff", "add", "mei", "--name", "Mei Lin", "--role", "clerk", "--role", "verifier")
    assert added.exit_code == 0, added.output
    mei = Staff.objects.get(username="mei")
    assert mei.check_password(added.stdout.strip().splitlines()[0])
    assert not mei.own_password
    listed = {one["username"]: one["roles"] for one in json.loads(run("staff", "list", "--json").stdout)}
    assert listed["mei"] == ["clerk", "verifier"]
    again = run("staff", "reset", "mei").stdout.strip()
    assert Staff.objects.get(username="mei").check_password(again)
    assert run("staff", "dismiss", "mei").exit_code == 0
    assert not Staff.objects.get(username="mei").is_active
    assert "Mei Lin (dismissed)" in run("staff", "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "mei", "--role", "king"), "no such role"),
        (("add", "m ei", "--role", "clerk"), "letters"),
        (("add", "boss", "--role", "clerk"), "already"),
        (("reset", "nobody"), "no such person"),
        (("dismiss", "boss"), "Nobody would be left"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(run: Run, person: Person, words: tuple[str, ...], said: str) -> None:
    person("boss", "admin")
    refused = run("staff", *words)
    assert refused.exit_code == 2
    assert said in refused.output
