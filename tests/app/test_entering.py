"""Who comes in to the app interface, with what, for how long, and how they leave."""

from datetime import timedelta

import pytest

from careline.channels.app import devices
from careline.channels.app.models import Device, Token
from careline.identity import tokens
from careline.identity.subscriber import Subscriber
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from tests.app.conftest import PASSWORD, App, SignUp, code_for, fresh, now, refused, with_password


def test_a_code_to_the_line_opens_a_device_with_the_scopes_that_were_asked_for(app: App) -> None:
    number = fresh()
    answer = app.sign_in(number, ["account:read", "bills:read"])
    assert answer.status_code == 201
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["assurance"]) == ("Bearer", 1800, "line")
    assert told["scopes"] == ["account:read", "bills:read"]
    app.take(told)
    listed = app.get("/devices").json()["items"]
    assert [(one["id"], one["name"], one["current"]) for one in listed] == [(told["device"], "a phone", True)]


def test_tokens_and_codes_are_kept_as_hashes_only(app: App) -> None:
    number = fresh()
    told = app.sign_in(number).json()
    kept = " ".join(Token.objects.values_list("hash", flat=True))
    assert told["access_token"] not in kept
    assert told["refresh_token"] not in kept
    entry = Entry.objects.get(what="app_device", did="sign_in")
    assert number.digits not in str(entry.detail)


def test_a_number_that_nobody_has_gets_the_same_answer_and_no_letter(app: App) -> None:
    answer = app.post("/codes", {"number": "+8613912345678", "device": app.device})
    assert answer.status_code == 202
    assert answer.json().keys() == {"ticket", "valid_seconds", "digits"}
    assert not Message.objects.exists()
    body = {"ticket": answer.json()["ticket"], "code": "123456", "device": app.device, "scopes": ["account:read"]}
    refused(app.post("/tokens", body), 401, "wrong_code")


def test_codes_are_limited_alike_for_known_and_unknown_numbers(app: App) -> None:
    for number in (fresh(), Msisdn("8613912345678")):
        body = {"number": f"+{number.digits}", "device": app.device}
        assert app.post("/codes", body).status_code == 202
        answer = app.post("/codes", body)
        refused(answer, 429, "too_many_codes")
        assert 0 < int(answer["Retry-After"]) <= 31


def test_a_code_opens_one_device_once(app: App) -> None:
    number = fresh()
    ticket = app.post("/codes", {"number": f"+{number.digits}", "device": app.device}).json()["ticket"]
    body = {"ticket": ticket, "code": code_for(number), "device": app.device, "scopes": ["account:read"]}
    refused(app.post("/tokens", body | {"device": "another-device"}), 401, "wrong_code")
    assert app.post("/tokens", body).status_code == 201
    refused(app.post("/tokens", body), 401, "wrong_code")
    assert code_for_is_hidden(number)


def code_for_is_hidden(number: Msisdn) -> bool:
    return "******" in Message.objects.filter(msisdn=number.digits).latest("created_at").text


def test_five_guesses_end_a_code(app: App) -> None:
    number = fresh()
    ticket = app.post("/codes", {"number": f"+{number.digits}", "device": app.device}).json()["ticket"]
    right = code_for(number)
    body = {"ticket": ticket, "device": app.device, "scopes": ["account:read"]}
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        refused(app.post("/tokens", body | {"code": wrong}), 401, "wrong_code")
    refused(app.post("/tokens", body | {"code": right}), 401, "wrong_code")


def test_the_service_password_proves_more_until_the_access_token_is_changed(app: App) -> None:
    answer = app.sign_in(with_password(), password=PASSWORD)
    assert answer.json()["assurance"] == "password"
    app.take(answer.json())
    refreshed = app.post("/tokens/refresh", {"refresh_token": app.refresh}).json()
    assert refreshed["assurance"] == "line"
    app.take(refreshed)
    assert app.post("/assurance", {"password": PASSWORD}).json() == {"assurance": "password"}
    refused(app.post("/assurance", {"password": "135791"}), 403, "password_refused")


def test_a_wrong_password_and_an_unknown_number_read_alike(app: App) -> None:
    for number in (with_password(), fresh(), Msisdn("8613912345678")):
        body = {"number": f"+{number.digits}", "password": "135791", "device": app.device, "scopes": ["account:read"]}
        told = refused(app.post("/tokens", body), 401, "sign_in_failed")
        assert told.keys() == {"type", "title", "status", "code", "reference"}


def test_who_guesses_passwords_from_one_address_waits(app: App) -> None:
    body = {"password": "135791", "device": app.device, "scopes": ["account:read"]}
    for turn in range(30):
        refused(app.post("/tokens", body | {"number": f"+86139123{turn:05}"}), 401, "sign_in_failed")
    answer = app.post("/tokens", body | {"number": f"+{with_password().digits}", "password": PASSWORD})
    refused(answer, 429, "too_many")
    assert int(answer["Retry-After"]) > 0


def test_a_refresh_token_is_good_once_and_the_second_use_signs_the_device_out(sign_up: SignUp) -> None:
    own = sign_up()
    first = own.refresh
    assert own.take(own.post("/tokens/refresh", {"refresh_token": first}).json()).get("/devices").status_code == 200
    refused(own.post("/tokens/refresh", {"refresh_token": first}), 401, "refresh_reused")
    refused(own.get("/devices"), 401, "bad_token")
    refused(own.post("/tokens/refresh", {"refresh_token": own.refresh}), 401, "refresh_bad")
    assert Device.objects.get().revoked_why == "reused"


def test_a_refreshed_device_has_no_other_access_token(sign_up: SignUp) -> None:
    own = sign_up()
    old = own.access
    own.take(own.post("/tokens/refresh", {"refresh_token": own.refresh}).json())
    refused(own.get("/devices", Authorization=f"Bearer {old}"), 401, "bad_token")


def test_a_refresh_token_is_worth_nothing_to_another_app_and_not_lost_by_its_try(sign_up: SignUp) -> None:
    own = sign_up()
    other = tokens.issue("other-app", ["app"], by="test", now=now())
    refused(own.post("/tokens/refresh", {"refresh_token": own.refresh}, X_Careline_App=other), 401, "refresh_bad")
    assert own.post("/tokens/refresh", {"refresh_token": own.refresh}).status_code == 200


def test_a_ticket_of_one_app_opens_nothing_for_another(app: App) -> None:
    number = fresh()
    ticket = app.post("/codes", {"number": f"+{number.digits}", "device": app.device}).json()["ticket"]
    body = {"ticket": ticket, "code": code_for(number), "device": app.device, "scopes": ["account:read"]}
    other = tokens.issue("other-app", ["app"], by="test", now=now())
    refused(app.post("/tokens", body, X_Careline_App=other), 401, "wrong_code")


def test_a_lost_phone_is_signed_out_from_another_device(sign_up: SignUp) -> None:
    number = fresh()
    lost, found = sign_up(number), sign_up_later(sign_up, number)
    assert len(found.get("/devices").json()["items"]) == 2
    assert found.delete(f"/devices/{lost.told['device']}").status_code == 204
    refused(lost.get("/devices"), 401, "bad_token")
    refused(lost.post("/tokens/refresh", {"refresh_token": lost.refresh}), 401, "refresh_bad")
    refused(found.delete(f"/devices/{lost.told['device']}"), 404, "not_found")


def sign_up_later(sign_up: SignUp, number: Msisdn) -> App:
    """A second code to one number is sent when the first one is older."""
    from careline.identity.records import OneTimeCode

    OneTimeCode.objects.update(asked_at=now() - timedelta(minutes=20))
    return sign_up(number)


def test_nobody_signs_out_the_device_of_another_customer(sign_up: SignUp) -> None:
    mine, theirs = sign_up(), sign_up()
    refused(mine.delete(f"/devices/{theirs.told['device']}"), 404, "not_found")
    assert theirs.get("/devices").status_code == 200


def test_an_access_token_ends_after_half_an_hour_and_a_refresh_token_after_thirty_days(sign_up: SignUp) -> None:
    own = sign_up()
    assert devices.who(own.access, now() + timedelta(minutes=29)) is not None
    assert devices.who(own.access, now() + timedelta(minutes=31)) is None
    assert devices.refresh(own.refresh, "carrier-app", now() + timedelta(days=31)) is None


def test_an_app_that_lost_its_token_locks_its_customers_out(sign_up: SignUp) -> None:
    own = sign_up()
    tokens.revoke("carrier-app", by="test", now=now())
    refused(own.get("/devices"), 401, "bad_token")
    refused(own.post("/codes", {"number": "+8613912345678", "device": own.device}), 401, "bad_app")


def test_a_number_that_was_given_back_opens_nothing_any_more(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    Subscriber.objects.filter(msisdn=number.digits).update(status="released")
    refused(own.get("/devices"), 401, "bad_token")
    refused(own.post("/tokens/refresh", {"refresh_token": own.refresh}), 401, "refresh_bad")


@pytest.mark.parametrize("scope", ["tmf:read", "tmf:write"])
def test_a_token_of_another_system_is_no_app(app: App, scope: str) -> None:
    partner = tokens.issue("shop", [scope], by="test", now=now())
    refused(
        app.post("/codes", {"number": "+8613912345678", "device": app.device}, X_Careline_App=partner), 401, "bad_app"
    )
    refused(app.post("/codes", {"number": "+8613912345678", "device": app.device}, X_Careline_App=None), 401, "no_app")


def test_a_device_may_only_do_what_was_granted(sign_up: SignUp) -> None:
    reader = sign_up(scopes=["account:read"])
    answer = reader.post("/wishes", {"service": "caller_id", "verb": "subscribe"})
    assert refused(answer, 403, "scope_missing")["scope"] == "services:write"
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
    refused(reader.post("/tokens", {"device": "device-0001", "scopes": ["staff"]}), 422, "invalid")


def test_old_tokens_and_devices_are_forgotten(sign_up: SignUp) -> None:
    own = sign_up()
    assert devices.forget(now()) == 0
    assert devices.forget(now() + timedelta(hours=1)) == 1
    assert own.refresh
    devices.forget(now() + timedelta(days=32))
    assert not Device.objects.exists()
    assert not Token.objects.exists()
