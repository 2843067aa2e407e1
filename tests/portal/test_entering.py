"""The way in by a one-time code, and those who try it without the telephone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline.channels.portal import codes
from careline.identity.records import OneTimeCode
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from tests.portal.conftest import NUMBER, Customer, code_for, text_to

NOBODY = Msisdn("8613999999999")


def test_the_code_comes_by_sms_in_the_customers_language(client: Client) -> None:
    client.post("/complain", {"number": NUMBER.national()})
    assert text_to(NUMBER).startswith("Your code is ")
    assert Message.objects.get().channel == "sms"


@pytest.mark.requirement("VER-05")
def test_who_has_not_proved_a_number_sees_nothing_of_anybodys(client: Client) -> None:
    assert client.get("/complain/tell").headers["Location"] == "/complain"
    assert client.post("/complain/tell?about=billing", {"words": "x"}).status_code == 302
    client.post("/complain", {"number": NUMBER.national()})
    assert client.get("/complain/tell").status_code == 302


def test_a_number_that_nobody_has_gets_the_same_answers_and_no_letter() -> None:
    said = []
    for number in (NUMBER, NOBODY):
        client = Client(headers={"Accept-Language": "en"})
        first = client.post("/complain", {"number": number.national()})
        page = client.get("/complain/code").content.decode().replace(number.masked(), "")
        wrong = client.post("/complain/code", {"code": "x"})
        body = wrong.content.decode().replace(number.masked(), "")
        said.append((first.status_code, first.headers["Location"], clean(page), wrong.status_code, clean(body)))
    assert said[0] == said[1]
    assert not Message.objects.filter(msisdn=NOBODY.digits).exists()


def clean(page: str) -> str:
    """Without the marks of the forms, which differ in every page."""
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_five_guesses_and_the_code_is_worth_nothing(client: Client) -> None:
    client.post("/complain", {"number": NUMBER.national()})
    right = code_for(NUMBER)
    for step in range(5):
        client.post("/complain/code", {"code": f"{(int(right) + step + 1) % 10**6:06d}"})
    assert client.post("/complain/code", {"code": right}).status_code == 400
    assert client.get("/complain/tell").status_code == 302


def test_the_letters_of_a_number_are_not_flooded_from_many_browsers() -> None:
    OneTimeCode.objects.all().delete()
    answers = []
    for place in range(6):
        OneTimeCode.objects.update(asked_at=datetime.now(UTC) - timedelta(minutes=1))
        browser = Client(REMOTE_ADDR=f"10.1.1.{place}")
        answers.append(browser.post("/complain", {"number": NUMBER.national()}).status_code)
    assert answers == [302, 302, 302, 400, 400, 400]
    assert Message.objects.count() == 3


def test_a_code_does_not_open_another_browser(client: Client) -> None:
    client.post("/complain", {"number": NUMBER.national()})
    stranger = Client()
    stranger.post("/complain", {"number": NOBODY.national()})
    assert stranger.post("/complain/code", {"code": code_for(NUMBER)}).status_code == 400
    session = stranger.session
    session["portal_ticket"] = client.session["portal_ticket"]
    session.save()
    assert stranger.post("/complain/code", {"code": code_for(NUMBER)}).status_code == 400


def test_the_session_gets_a_new_name_when_the_number_is_proved(client: Client) -> None:
    client.post("/complain", {"number": NUMBER.national()})
    planted = client.cookies["sessionid"].value
    client.post("/complain/code", {"code": code_for(NUMBER)})
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/complain/tell").status_code == 302
    assert client.get("/complain/tell").status_code == 200


def test_a_code_is_unreadable_in_the_outbox_once_it_was_used_or_is_over(client: Client, customer: Customer) -> None:
    customer()
    assert "******" in text_to(NUMBER)
    OneTimeCode.objects.update(asked_at=datetime.now(UTC) - timedelta(minutes=20))
    client.post("/complain", {"number": NUMBER.national()})
    codes.forget(datetime.now(UTC))
    assert code_for(NUMBER)
    codes.forget(datetime.now(UTC) + timedelta(minutes=6))
    assert "******" in text_to(NUMBER)
    assert not Message.objects.filter(state="queued").exists(), "a code that is over need not leave any more"


@pytest.mark.parametrize("written", ["", "abc", "1" * 39, "<script>alert(1)</script>", "'; DROP TABLE x", "\0"])
def test_what_is_no_number_is_said_to_be_none(client: Client, written: str) -> None:
    answer = client.post("/complain", {"number": written})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.content.decode()
    assert not Message.objects.exists()


def test_leaving_leaves_nothing_to_who_comes_next(customer: Customer) -> None:
    client = customer()
    client.post("/complain/leave")
    assert client.get("/complain/tell").status_code == 302


def test_half_an_hour_without_a_page_is_as_good_as_leaving(customer: Customer) -> None:
    client = customer()
    session = client.session
    session["portal_until"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.get("/complain/tell").status_code == 302


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_changing_the_language_leads_to_no_strangers_page(client: Client, onward: str) -> None:
    answer = client.post("/complain/language", {"language": "en", "next": onward})
    assert answer.headers["Location"] == "/complain"
    assert 'lang="en"' in client.get("/complain").content.decode()


@pytest.mark.parametrize(
    "address", ["/complain", "/complain/code", "/complain/tell", "/complain/leave", "/complain/language", "/c/x/add"]
)
def test_forms_without_our_mark_are_refused(address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address, {"number": NUMBER.national()}).status_code == 403
