"""Second factors, first passwords, sessions: what it takes to get in, and what ends it."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from careline.identity import employing, factors
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.identity.staff import demo_password
from careline.journal.models import Entry
from tests.staff.conftest import SignIn

Person = Callable[..., Staff]


def code_of(secret: str, step: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def submit(client: Client, name: str, **more: str) -> str:
    """The password; where it leads."""
    sent = {"username": name, "password": f"{name}-password", **more}
    return str(client.post("/staff/sign-in", sent).headers["Location"])


def inside(client: Client) -> bool:
    return client.get("/staff/me/").status_code == 200


@pytest.fixture
def lin(person: Person) -> tuple[Staff, str, list[str]]:
    """A maintainer with an app, its secret, and the recovery codes."""
    lin = person("lin", "maintainer")
    secret = factors.new_secret()
    before = datetime.now(UTC) - timedelta(minutes=5)
    step = format_hotp_value(hotp_value(secret, int(before.timestamp()) // 30))
    codes = factors.set_up(lin, secret, step, now=before)
    assert codes is not None
    return lin, secret, codes


def test_the_password_alone_opens_no_page_to_who_has_a_second_factor(lin: tuple[Staff, str, list[str]]) -> None:
    client = Client()
    assert submit(client, "lin") == "/staff/sign-in/code"
    assert not inside(client)
    answer = client.post("/staff/sign-in/code", {"code": code_of(lin[1])})
    assert answer.status_code == 302
    assert inside(client)
    assert Entry.objects.filter(did="sign_in").latest("id").detail == {"by": "password+totp"}


def test_one_gets_where_one_wanted_to_go_and_never_to_a_strangers_site(lin: tuple[Staff, str, list[str]]) -> None:
    for wanted, reached in (
        ("/staff/versions/", "/staff/versions/"),
        ("//evil.example", "/staff/"),
        ("https:evil", "/staff/"),
    ):
        client = Client()
        submit(client, "lin", next=wanted)
        Authenticator.objects.filter(type="totp").update(data=lin_data(lin[0]))
        assert client.post("/staff/sign-in/code", {"code": code_of(lin[1])}).headers["Location"] == reached


def lin_data(person: Staff) -> dict[str, object]:
    """As if the last code had been used long ago."""
    kept: dict[str, object] = Authenticator.objects.get(user=person, type="totp").data
    return kept | {"last": 0}


def test_a_code_that_was_used_is_worth_nothing_even_in_another_browser(lin: tuple[Staff, str, list[str]]) -> None:
    code = code_of(lin[1])
    first, second = Client(), Client()
    submit(first, "lin")
    submit(second, "lin")
    assert first.post("/staff/sign-in/code", {"code": code}).status_code == 302
    assert second.post("/staff/sign-in/code", {"code": code}).status_code == 400
    assert not inside(second)


def test_a_code_older_than_one_that_counted_is_worth_nothing(lin: tuple[Staff, str, list[str]]) -> None:
    client = Client()
    submit(client, "lin")
    assert client.post("/staff/sign-in/code", {"code": code_of(lin[1], 1)}).status_code == 302
    client.post("/staff/sign-out")
    submit(client, "lin")
    assert client.post("/staff/sign-in/code", {"code": code_of(lin[1], 0)}).status_code == 400


def test_after_five_wrong_codes_the_right_one_counts_only_later(lin: tuple[Staff, str, list[str]]) -> None:
    for _ in range(5):
        client = Client()
        submit(client, "lin")
        assert client.post("/staff/sign-in/code", {"code": "000000x"}).status_code == 400
    assert client.post("/staff/sign-in/code", {"code": code_of(lin[1])}).status_code == 400
    assert client.post("/staff/sign-in/code", {"code": lin[2][0]}).status_code == 400, "recovery codes neither"
    assert not inside(client)
    later = datetime.now(UTC) + timedelta(minutes=16)
    assert factors.prove(lin[0], lin[2][0], now=later) == "recovery_codes"


def test_a_recovery_code_opens_once(lin: tuple[Staff, str, list[str]]) -> None:
    for status in (302, 400):
        client = Client()
        submit(client, "lin")
        assert client.post("/staff/sign-in/code", {"code": lin[2][3]}).status_code == status
    assert len(factors.recovery_codes(lin[0])) == 9


def test_secrets_of_factors_are_not_readable_in_the_database(lin: tuple[Staff, str, list[str]]) -> None:
    kept = repr(list(Authenticator.objects.values()))
    assert lin[1] not in kept
    assert not any(code in kept for code in lin[2])
    assert lin[1] not in repr(list(Entry.objects.values()))


def test_under_another_secret_key_a_factor_opens_nothing_and_can_be_reset(
    lin: tuple[Staff, str, list[str]], settings: pytest.FixtureRequest
) -> None:
    settings.SECRET_KEY = "another key of this installation"  # type: ignore[attr-defined]
    client = Client()
    submit(client, "lin")
    assert client.post("/staff/sign-in/code", {"code": code_of(lin[1])}).status_code == 400
    employing.reset("lin", by="admin", now=datetime.now(UTC), password=False)
    assert submit(Client(), "lin") == "/staff/"


def test_who_is_half_in_is_nobody_after_ten_minutes(lin: tuple[Staff, str, list[str]]) -> None:
    client = Client()
    submit(client, "lin")
    session = client.session
    session["half_in"] |= {"at": (datetime.now(UTC) - timedelta(minutes=11)).isoformat()}
    session.save()
    assert client.get("/staff/sign-in/code").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize(
    ("role", "rule", "leads"),
    [
        ("handler", "sensitive", "/staff/sign-in/app"),
        ("admin", "sensitive", "/staff/sign-in/app"),
        ("maintainer", "sensitive", "/staff/"),
        ("maintainer", "all", "/staff/sign-in/app"),
        ("handler", "none", "/staff/"),
        ("handler", "verifier, admin", "/staff/"),
        ("verifier", "verifier, admin", "/staff/sign-in/app"),
    ],
)
def test_the_setting_says_which_roles_need_a_second_factor(
    person: Person, settings: pytest.FixtureRequest, role: str, rule: str, leads: str
) -> None:
    settings.SECOND_FACTOR_ROLES = rule  # type: ignore[attr-defined]
    person("wang", role)
    assert submit(Client(), "wang") == leads


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_needs_one_and_has_none_sets_it_up_before_anything_else(
    person: Person, settings: pytest.FixtureRequest, language: str
) -> None:
    settings.SECOND_FACTOR_ROLES = "sensitive"  # type: ignore[attr-defined]
    wang, client = person("wang", "handler"), Client(headers={"Accept-Language": language})
    assert submit(client, "wang") == "/staff/sign-in/app"
    assert client.get("/staff/sign-in/code").status_code == 302
    assert client.get("/staff/sign-in/onward").headers["Location"] == "/staff/sign-in/app", "no way around"
    shown = client.get("/staff/sign-in/app").content.decode()
    assert "<svg" in shown
    assert "style=" not in shown
    secret = re.search(r'class="code key">([A-Z2-7 ]+)<', shown)
    assert secret is not None
    assert client.post("/staff/sign-in/app", {"code": "000000x"}).status_code == 400
    done = client.post("/staff/sign-in/app", {"code": code_of(secret[1].replace(" ", ""))})
    assert len(re.findall(r'<li class="code">\d{8}</li>', done.content.decode())) == 10
    assert not inside(client)
    assert client.get("/staff/sign-in/onward").status_code == 302
    assert inside(client)
    assert factors.kinds(wang) == {"totp", "recovery_codes"}


def test_the_session_gets_a_new_name_at_each_step(lin: tuple[Staff, str, list[str]]) -> None:
    """Session fixation: what a stranger planted in the browser is worth nothing after the sign-in."""
    client = Client()
    client.post("/staff/sign-in", {"username": "x", "password": "y"})
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    submit(client, "lin")
    half = client.cookies["sessionid"].value
    assert half != session.session_key
    client.post("/staff/sign-in/code", {"code": code_of(lin[1])})
    assert client.cookies["sessionid"].value not in (half, session.session_key)
    for old in (half, str(session.session_key)):
        stranger = Client()
        stranger.cookies["sessionid"] = old
        assert not inside(stranger)
        assert stranger.get("/staff/sign-in/code").status_code == 302


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    kept = client.cookies["sessionid"].value
    client.post("/staff/sign-out")
    stranger = Client()
    stranger.cookies["sessionid"] = kept
    assert not inside(stranger)


@pytest.mark.parametrize("deed", ["dismiss", "roles", "factors", "password"])
def test_sessions_end_when_the_person_leaves_or_changes(sign_in: SignIn, deed: str) -> None:
    client = sign_in("lin", "maintainer")
    assert inside(client)
    now = datetime.now(UTC)
    match deed:
        case "dismiss":
            employing.dismiss("lin", by="admin", now=now)
        case "roles":
            employing.change_roles("lin", ["reviewer"], by="admin", now=now)
        case "factors":
            employing.reset("lin", by="admin", now=now, password=False)
        case "password":
            employing.reset("lin", by="admin", now=now, factors=False)
    assert not inside(client)


def test_a_first_password_is_changed_before_anything_else(sign_in: SignIn) -> None:
    admin = sign_in("admin", "admin")
    shown = admin.post("/staff/people/", {"username": "xu", "name": "Xu Li", "roles": ["clerk"]}).content.decode()
    first = re.search(r'class="code key">([\w-]+)<', shown)
    assert first is not None
    client = Client()
    answer = client.post("/staff/sign-in", {"username": "xu", "password": first[1]})
    assert answer.headers["Location"] == "/staff/sign-in/password"
    assert not inside(client)
    for bad in ("short", "123456789012345", first[1]):
        assert client.post("/staff/sign-in/password", {"password": bad, "again": bad}).status_code == 400, bad
    assert client.post("/staff/sign-in/password", {"password": "a", "again": "b"}).status_code == 400
    good = "seven lakes of copper"
    assert client.post("/staff/sign-in/password", {"password": good, "again": good}).status_code == 302
    assert inside(client)
    assert client.post("/staff/sign-in", {"username": "xu", "password": first[1]}).status_code == 302  # already in
    assert Client().post("/staff/sign-in", {"username": "xu", "password": first[1]}).status_code == 400


def test_an_administrator_resets_a_lost_factor_and_it_is_journaled(
    lin: tuple[Staff, str, list[str]], sign_in: SignIn
) -> None:
    admin = sign_in("admin", "admin")
    assert admin.post("/staff/people/lin/factors").status_code == 302
    assert factors.kinds(lin[0]) == set()
    assert submit(Client(), "lin") == "/staff/"
    entry = Entry.objects.get(did="reset")
    assert (entry.who, entry.record, entry.detail) == ("admin", "lin", {"password": False, "factors": True})


@pytest.mark.parametrize("address", ["/staff/people/", "/staff/people/lin"])
def test_only_who_manages_people_sees_them(sign_in: SignIn, address: str) -> None:
    assert sign_in("lin", "hall_manager").get(address).status_code == 403
    assert sign_in("admin", "admin").get(address).status_code == 200


@pytest.mark.parametrize("deed", ["dismiss", "factors", "password", "return"])
def test_only_who_manages_people_does_that_to_them(sign_in: SignIn, person: Person, deed: str) -> None:
    xu = person("xu", "clerk")
    assert sign_in("lin", "hall_manager").post(f"/staff/people/xu/{deed}").status_code == 403
    kept = Staff.objects.get(pk=xu.pk)
    assert (kept.password, kept.is_active, kept.standing) == (xu.password, True, xu.standing)


def test_nobody_locks_everybody_out(sign_in: SignIn) -> None:
    admin = sign_in("admin", "admin")
    admin.post("/staff/people/admin/dismiss")
    assert admin.post("/staff/people/admin", {"name": "A", "roles": ["clerk"]}).status_code == 400
    assert Staff.objects.get(username="admin").may(Gate.MANAGE_STAFF)
    with pytest.raises(employing.NotEmployed, match="last_manager"):
        employing.dismiss("admin", by="somebody", now=datetime.now(UTC))
    assert Staff.objects.get(username="admin").is_active


def test_an_open_screen_is_asked_who_is_there_before_factors_change(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    session = client.session
    session["sure_at"] = (datetime.now(UTC) - timedelta(minutes=31)).isoformat()
    session.save()
    answer = client.get("/staff/me/app")
    assert answer.headers["Location"] == "/staff/again?next=%2Fstaff%2Fme%2Fapp"
    assert client.post("/staff/me/without-app").status_code == 302
    assert client.post("/staff/again", {"password": "wrong", "next": "/staff/me/app"}).status_code == 400
    right = {"password": "lin-password", "next": "https://evil.example"}
    assert client.post("/staff/again", right).headers["Location"] == "/staff/"
    assert client.get("/staff/me/app").status_code == 200


def test_guessing_the_password_at_an_open_screen_ends_after_five(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    for _ in range(5):
        client.post("/staff/again", {"password": "wrong"})
    answer = client.post("/staff/again", {"password": "lin-password"})
    assert answer.status_code == 400
    assert "Too many" in answer.content.decode()


def test_the_demos_passwords_open_nothing_outside_the_demo(person: Person, settings: pytest.FixtureRequest) -> None:
    wang = person("wang", "handler")
    wang.set_password(demo_password("wang"))
    wang.save()
    settings.DEMO = False  # type: ignore[attr-defined]
    sent = {"username": "wang", "password": demo_password("wang")}
    assert Client().post("/staff/sign-in", sent).status_code == 400
    with pytest.raises(employing.WeakPassword):
        employing.choose_password(wang, demo_password("wang"), now=datetime.now(UTC))


def test_forms_without_our_mark_are_refused(person: Person) -> None:
    person("lin", "maintainer")
    client = Client(enforce_csrf_checks=True)
    for address in ("/staff/sign-in", "/staff/sign-in/code", "/staff/again", "/staff/me/password", "/staff/people/"):
        assert client.post(address, {"username": "lin", "password": "lin-password"}).status_code == 403


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_people_are_called_is_never_markup(sign_in: SignIn, text: str) -> None:
    admin = sign_in("admin", "admin")
    admin.post("/staff/people/", {"username": "xu", "name": text, "roles": ["clerk"]})
    for address in ("/staff/people/", "/staff/people/xu"):
        shown = admin.get(address).content.decode()
        assert text not in shown
        assert "&lt;" in shown
    assert text not in admin.post("/staff/people/", {"username": text, "name": text}).content.decode()
