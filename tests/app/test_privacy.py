"""Privacy by an app: what is kept, a copy, deletion; the last two only for who has just shown who they are."""

import io
import zipfile
from datetime import timedelta

from careline.channels.app.models import Device
from careline.identity.records import OneTimeCode, PrivacyRequest
from tests.app.conftest import PASSWORD, SignUp, code_for, fresh, now, refused, with_password


def test_what_is_kept_is_told_by_parts_with_why_it_stays(sign_up: SignUp) -> None:
    told = sign_up().get("/privacy").json()
    signing = next(one for one in told["parts"] if one["name"] == "signing")
    assert signing["records"] >= 1
    assert signing["kept"][0]["why"]
    assert told["deletion"] is None


def test_a_copy_is_made_for_who_proves_the_password_or_a_fresh_code(sign_up: SignUp) -> None:
    own = sign_up(with_password(), password=PASSWORD)
    answer = own.post("/privacy/export", {})
    assert answer["Content-Type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert {"index.html", "attempts.json"} <= set(names)
    number = fresh()
    other = sign_up(number)
    refused(other.post("/privacy/export", {}), 403, "prove_first")
    OneTimeCode.objects.update(asked_at=now() - timedelta(minutes=20))
    device = Device.objects.get(msisdn=number.digits).device
    ticket = other.post("/codes", {"number": f"+{number.digits}", "device": device}).json()["ticket"]
    refused(own.post("/privacy/deletion", {"word": "x"}), 422, "invalid")
    proof = {"ticket": ticket, "code": code_for(number)}
    assert other.post("/privacy/export", proof).status_code == 200
    refused(other.post("/privacy/export", proof), 403, "wrong_code")


def test_deletion_is_begun_once_and_told_as_it_goes_on(sign_up: SignUp) -> None:
    own = sign_up(with_password(), password=PASSWORD)
    for _ in range(2):
        assert own.post("/privacy/deletion", {"word": "delete"}).status_code == 202
    assert PrivacyRequest.objects.filter(what="deletion").count() == 1
    assert own.get("/privacy").json()["deletion"]["done_at"] is None


def test_a_copy_may_be_taken_a_few_times_a_day(sign_up: SignUp) -> None:
    own = sign_up(with_password(), password=PASSWORD)
    most = own.get("/privacy").json()["exports_a_day"]
    for _ in range(most):
        b"".join(own.post("/privacy/export", {}).streaming_content)
    refused(own.post("/privacy/export", {}), 429, "too_often")
