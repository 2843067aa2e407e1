"""The privacy page: seen by everyone who signed in, taken along and deleted only by who has just shown who they are."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

from django.test import Client

from careline.cases.models import Case
from careline.cases.states import State
from careline.identity import looking, one_time
from careline.identity.models import Staff
from careline.identity.records import OneTimeCode, PrivacyRequest
from careline.selfcare import privacy, privacy_deletion
from careline.values.msisdn import Msisdn
from tests.cases.desk import led, settled
from tests.web.billed import plain, read
from tests.web.conftest import PASSWORD, Enter, code_for, fresh, with_password


def rested() -> None:
    """The codes that were asked for are old enough for another."""
    for code in OneTimeCode.objects.all():
        code.asked_at -= one_time.SPACING
        code.save()


def confirmed(client: Client, number: Msisdn) -> None:
    rested()
    assert "The code was sent" in plain(client.post("/my/privacy/confirm", {}).content.decode())
    answer = client.post("/my/privacy/confirm", {"code": code_for(number)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/privacy")


def test_the_page_says_what_is_kept_why_and_who_looked(enter: Enter) -> None:
    settled()
    number = fresh()
    now = datetime.now(UTC)
    looking.look(Staff.objects.get(username="liu"), number, "asks for the bill", now)
    looking.look(Staff.objects.get(username="liu"), fresh(), "somebody else's bill", now)
    said = plain(read(enter(number, language="en"), "/my/privacy"))
    assert "asks for the bill" in said
    assert "somebody else" not in said
    assert "liu" not in said, "never a name"
    for part in privacy.parts().values():
        assert part.title.en in said
        assert part.purpose.en in said


def test_a_copy_needs_a_fresh_code_to_the_very_number(enter: Enter) -> None:
    number = fresh()
    client = enter(number, language="en")
    for address in ("/my/privacy/export", "/my/privacy/delete"):
        answer = client.post(address, {"word": "DELETE"})
        assert answer.headers["Location"].startswith("/my/privacy/confirm?next=")
    assert client.post("/my/privacy/confirm", {"code": "000000"}).status_code == 400
    confirmed(client, number)
    answer = client.post("/my/privacy/export", {"number": fresh().digits})
    assert answer.headers["Content-Type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert number.national() in packed.read("index.html").decode(), "whatever number was named"
    assert not PrivacyRequest.objects.filter(what="deletion").exists()


def test_a_code_that_was_sent_to_another_number_confirms_nothing(enter: Enter) -> None:
    mine, other = fresh(), fresh()
    client, theirs = enter(mine), enter(other)
    rested()
    theirs.post("/my/privacy/confirm", {})
    assert client.post("/my/privacy/confirm", {"code": code_for(other)}).status_code == 400
    assert client.post("/my/privacy/export", {}).status_code == 302


def test_the_confirmation_ends_and_is_nobody_elses(enter: Enter) -> None:
    number = fresh()
    client = enter(number, language="en")
    confirmed(client, number)
    session = client.session
    session["web_privacy_until"] = [number.digits, (datetime.now(UTC) - timedelta(seconds=1)).isoformat()]
    session.save()
    assert client.post("/my/privacy/export", {}).headers["Location"].startswith("/my/privacy/confirm")
    session["web_privacy_until"] = [fresh().digits, (datetime.now(UTC) + timedelta(minutes=5)).isoformat()]
    session.save()
    assert client.post("/my/privacy/export", {}).headers["Location"].startswith("/my/privacy/confirm")


def test_codes_are_not_sent_without_end(enter: Enter) -> None:
    client = enter(fresh(), language="en")
    answer = client.post("/my/privacy/confirm", {})
    assert answer.status_code == 429
    assert "Too many codes" in plain(answer.content.decode())


def test_who_came_by_the_service_password_exports_at_once_and_as_often_as_a_day_allows(enter: Enter) -> None:
    client = enter(with_password(), PASSWORD, language="en")
    for _ in range(privacy.exports_a_day()):
        assert client.post("/my/privacy/export", {}).headers["Content-Type"] == "application/zip"
    assert client.post("/my/privacy/export", {}).headers["Location"] == "/my/privacy"
    assert "It was exported 3 times today" in plain(read(client, "/my/privacy"))
    assert client.get("/my/privacy/export").status_code == 405


def test_deleting_shows_what_goes_and_stays_and_needs_the_word(enter: Enter) -> None:
    settled()
    number = with_password()
    docket = led(State.ANALYSING, now=datetime.now(UTC) - timedelta(hours=1), msisdn=number)
    client = enter(number, PASSWORD, language="en")
    said = plain(read(client, "/my/privacy/delete"))
    assert "what is open is finished first" in said
    assert "never touches them" in said
    wrong = client.post("/my/privacy/delete", {"word": "<b>yes</b>"})
    assert wrong.status_code == 400
    assert "nothing was deleted" in plain(wrong.content.decode())
    assert not PrivacyRequest.objects.exists()
    assert client.post("/my/privacy/delete", {"word": " delete "}).headers["Location"] == "/my/privacy"
    assert "Being deleted: 0/" in plain(read(client, "/my/privacy")).replace(" of ", "/")
    client.post("/my/privacy/delete", {"word": "DELETE"})
    assert PrivacyRequest.objects.count() == 1
    while privacy_deletion.sweep(datetime.now(UTC)):
        pass
    assert "Deleted on" in plain(read(client, "/my/privacy"))
    assert Case.objects.get(docket=docket).msisdn == number.digits
    assert read(client, f"/my/cases/{docket}"), "an open case is never deleted"
