"""Tokens of programs."""

from datetime import timedelta

import pytest

from careline.identity import tokens
from careline.identity.records import Token
from careline.journal.models import Entry
from tests.identity.conftest import NOW


def issue(**given: object) -> str:
    return tokens.issue("crm", ["tmf:read"], by="admin", now=NOW, **given)  # type: ignore[arg-type]


def test_a_token_lets_in_its_program_with_its_scopes_only(db: None) -> None:
    client = tokens.check(f"Bearer {issue()}", NOW)
    assert client is not None
    assert client.name == "crm"
    assert client.may("tmf:read")
    assert not client.may("tmf:write")


def test_a_bare_token_and_any_case_of_the_scheme_are_understood(db: None) -> None:
    plain = issue()
    assert tokens.check(plain, NOW)
    assert tokens.check(f"bearer  {plain} ", NOW)


def test_of_a_token_only_the_hash_is_kept(db: None) -> None:
    plain = issue()
    kept = Token.objects.get()
    secret = plain.split("_", 2)[2]
    assert secret not in repr(list(Token.objects.values()))
    assert secret not in repr(list(Entry.objects.values()))
    assert plain.startswith(f"clt_{kept.prefix}_")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer clt__",
        "Bearer clt_12345678_",
        "Bearer \x00",
        "Bearer clt_\ud800",
        "x" * 9000,
    ],
)
def test_what_is_no_token_lets_nobody_in(db: None, header: str) -> None:
    issue()
    assert tokens.check(header, NOW) is None


def test_another_secret_behind_a_true_prefix_lets_nobody_in(db: None) -> None:
    plain = issue()
    other = plain[:-1] + ("A" if plain[-1] != "A" else "B")
    assert tokens.check(other, NOW) is None


def test_a_token_ends_at_its_time(db: None) -> None:
    plain = issue(days=2)
    assert tokens.check(plain, NOW + timedelta(days=2, seconds=-1))
    assert tokens.check(plain, NOW + timedelta(days=2)) is None


def test_a_revoked_token_is_over_at_once_and_stays_listed(db: None) -> None:
    plain = issue()
    assert tokens.revoke("crm", by="admin", now=NOW) == 1
    assert tokens.check(plain, NOW) is None
    assert tokens.revoke("crm", by="admin", now=NOW) == 0
    assert [one.revoked_at for one in tokens.listed()] == [NOW]


def test_the_last_use_is_written_and_not_at_every_request(db: None) -> None:
    plain = issue()
    for seconds in (0, 30, 59):
        tokens.check(plain, NOW + timedelta(seconds=seconds))
    assert Token.objects.get().used_at == NOW
    tokens.check(plain, NOW + timedelta(seconds=61))
    assert Token.objects.get().used_at == NOW + timedelta(seconds=61)


def test_issuing_and_revoking_stand_in_the_journal(db: None) -> None:
    issue()
    tokens.revoke(Token.objects.get().prefix, by="root", now=NOW)
    assert list(Entry.objects.order_by("id").values_list("who", "did", "what", "record")) == [
        ("admin", "issue", "token", "crm"),
        ("root", "revoke", "token", "crm"),
    ]


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("", ["tmf:read"], None, "name"),
        ("a b", ["tmf:read"], None, "name"),
        ("crm", [], None, "scope"),
        ("crm", ["tmf:all"], None, "scope"),
        ("crm", ["tmf:read"], 0, "days"),
        ("crm", ["tmf:read"], 10**9, "days"),
    ],
)
def test_a_token_without_a_name_a_known_scope_or_a_sane_end_is_not_issued(
    db: None, name: str, scopes: list[str], days: int | None, code: str
) -> None:
    with pytest.raises(tokens.NotIssued, match=code):
        tokens.issue(name, scopes, by="admin", now=NOW, days=days)


def test_the_demos_token_is_the_same_every_time_and_exists_in_the_demo_only(
    db: None, settings: pytest.FixtureRequest
) -> None:
    plain = tokens.settle_demo_token(NOW)
    tokens.revoke("demo", by="admin", now=NOW)
    assert tokens.settle_demo_token(NOW) == plain
    assert tokens.check(plain, NOW)
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        tokens.settle_demo_token(NOW)
    assert tokens.check(plain, NOW) is None, "a database that was a demo has no open door left"
