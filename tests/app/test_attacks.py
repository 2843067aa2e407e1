"""What a hostile client tries: odd bodies, odd headers, odd signs, other people's sessions, floods."""

import json

import pytest
from django.test import Client

from careline.channels.app import pace
from careline.channels.app.problems import Problem
from careline.channels.app.reading import BODY_OCTETS_MAX
from careline.values.reference import new_reference
from tests.app.conftest import App, SignUp, refused
from tests.app.test_wishes import WISH


@pytest.fixture
def own(sign_up: SignUp) -> App:
    return sign_up()


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"text"', b'{"kind": NaN}', b'{"kind": 1e999}', b"\xff\xfe{}", b'{"a": 1, "a": 2}',
        b'{"kind": "\\ud800"}', b'{"kind":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"a":' * 20 + b"1" + b"}" * 20,
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_what_is_no_json_object_is_refused(own: App, body: bytes) -> None:
    refused(own.post("/cases", body), 400, "bad_json")


def test_a_huge_body_is_refused_before_it_is_read(own: App) -> None:
    body = json.dumps({"kind": "enquiry", "words": "x" * BODY_OCTETS_MAX})
    assert refused(own.post("/cases", body), 413, "too_large")["most_octets"] == BODY_OCTETS_MAX
    refused(own.post("/cases", json.dumps({"kind": "enquiry", "words": "x" * 2001})), 422, "invalid")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
    ],
)
def test_another_media_type_is_refused(own: App, kind: str) -> None:
    refused(own.post("/cases", "{}", Content_Type=kind), 415, "bad_media")


@pytest.mark.parametrize("words", ["nul \x00", "\x00", "   ", ""])
def test_signs_that_no_database_keeps_are_refused(own: App, words: str) -> None:
    refused(own.post("/cases", {"kind": "enquiry", "words": words}), 422, "invalid")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "𠮷野家 🍜", "\u202eabc", "a\r\nSet-Cookie: x=1", "'; DROP TABLE x;--"]
)
def test_any_other_words_are_kept_as_they_are(own: App, words: str) -> None:
    docket = own.post("/cases", {"kind": "enquiry", "words": words}).json()["docket"]
    answer = own.get(f"/cases/{docket}")
    assert answer["Content-Type"].startswith("application/json")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert words.split(maxsplit=1)[0] in answer.json()["words"]


def test_what_was_sent_never_comes_back_in_a_refusal(own: App) -> None:
    answer = own.post("/assurance", {"password": "my-secret-135791"})
    refused(answer, 422, "invalid")
    assert b"135791" not in answer.content
    answer = own.post("/codes", {"number": "not 13912345678", "device": "device-0001"})
    refused(answer, 422, "invalid")
    assert b"13912345678" not in answer.content


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWJj",
        "Bearer cla_x y",
        "bearer \x7f",
        "Bearer " + "a" * 5000,
        "Bearer clr_" + "x" * 43,
    ],
)
def test_a_made_up_token_opens_nothing(own: App, header: str) -> None:
    answer = own.get("/me", Authorization=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_refresh_token_or_the_apps_token_is_no_access_token(own: App) -> None:
    for other in (own.refresh, own.token):
        refused(own.get("/me", Authorization=f"Bearer {other}"), 401, "bad_token")


def test_no_cookie_opens_anything_and_none_is_set(own: App) -> None:
    client = Client()
    session = client.session
    session["portal_number"], session["portal_until"] = "8613900000001", "2099-01-01T00:00:00+00:00"
    session.save()
    answer = client.get("/api/v1/me")
    refused(answer, 401, "no_token")
    assert not own.get("/me").cookies


def test_no_other_site_may_read_answers(own: App) -> None:
    answer = own.get("/me", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Cache-Control"] == "no-store"
    refused(own.ask("OPTIONS", "/me", Origin="https://evil.example"), 405, "method_not_allowed")


def test_a_key_cannot_put_anything_into_headers(own: App) -> None:
    for key in ("a" * 200, "käse-käse", "has space", "a\tb-tab-tab"):
        refused(own.post("/wishes", WISH, Idempotency_Key=key), 400, "key_bad")


def test_who_asks_too_often_waits_and_others_do_not(own: App, sign_up: SignUp) -> None:
    other = sign_up()
    pace._buckets.clear()
    with pytest.raises(Problem):
        while True:
            pace.keep(own.told["device"], pace.PER_MINUTE)
    answer = own.get("/devices")
    refused(answer, 429, "too_many")
    assert int(answer["Retry-After"]) >= 1
    assert answer["RateLimit-Policy"] == f'"device";q={pace.PER_MINUTE};w=60'
    assert other.get("/devices").status_code == 200


def test_signing_in_is_limited_by_address(app: App) -> None:
    pace._buckets.clear()
    body = {"refresh_token": "clr_" + "x" * 43}
    refused(app.post("/tokens/refresh", body), 401, "refresh_bad")
    with pytest.raises(Problem):
        while True:
            pace.keep("at 127.0.0.1", pace.ENTERING_PER_MINUTE)
    refused(app.post("/tokens/refresh", body), 429, "too_many")
    app.address = "198.51.100.7"
    refused(app.post("/tokens/refresh", body), 401, "refresh_bad")


def test_cases_of_others_are_not_there(own: App, sign_up: SignUp) -> None:
    theirs = sign_up()
    docket = theirs.post("/cases", {"kind": "enquiry", "words": "换号"}).json()["docket"]
    refused(own.get(f"/cases/{docket}"), 404, "not_found")
    for deed, body in (
        ("add", {"words": "x"}), ("urge", None), ("satisfied", {"satisfied": True}), ("rating", {"rating": 1}),
        ("reopen", {"words": "x"}),
    ):  # fmt: skip
        refused(own.post(f"/cases/{docket}/{deed}", body), 404, "not_found")
    assert own.get(f"/cases?cursor={docket}").status_code == 422
    assert len(theirs.get(f"/cases/{docket}").json()["timeline"]) == 1


def test_a_stored_answer_is_only_for_the_device_that_asked(own: App, sign_up: SignUp) -> None:
    key = new_reference()[0]
    mine = own.post("/cases", {"kind": "enquiry", "words": "换号"}, Idempotency_Key=key).json()
    theirs = sign_up().post("/cases", {"kind": "enquiry", "words": "换号"}, Idempotency_Key=key).json()
    assert mine["docket"] != theirs["docket"]


def test_a_customer_is_not_urgent_twice_an_hour_and_floods_nobody(own: App) -> None:
    docket = own.post("/cases", {"kind": "enquiry", "words": "换号"}).json()["docket"]
    assert own.post(f"/cases/{docket}/urge").status_code == 200
    refused(own.post(f"/cases/{docket}/urge"), 429, "too_often")
    for turn in range(6):
        answer = own.post(f"/cases/{docket}/add", {"words": f"还有{turn}"})
    refused(answer, 429, "too_often")
