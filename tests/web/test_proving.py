"""An action chosen within a wish asks for what it needs itself: the password is shown then, and the choice is still there."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox.models import Holding
from careline.catalogue import library
from careline.dialogue.book import Book, Verb
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from careline.values.secret import Secret
from tests.halls import the_book
from tests.web.conftest import PASSWORD, Enter, fresh
from tests.web.services_desk import forms, pick, reply, text
from tests.web.test_services_having import PAPERS

pytestmark = pytest.mark.django_db
SERVICE = "sp_query_unsub"


def guarded_book(assurance: int = 2) -> Book:
    """Whoever holds the line may see what is charged for others; ending it takes more."""
    book = the_book()
    known = book.services[SERVICE]
    actions = {**known.actions, Verb.CANCEL: replace(known.actions[Verb.CANCEL], assurance=assurance)}
    return replace(book, services={**book.services, SERVICE: replace(known, actions=actions)})


@pytest.fixture
def number(db: None) -> Iterator[Msisdn]:
    library.hold(guarded_book())
    yield fresh("T3", held=PAPERS, password=Secret(PASSWORD))
    library.hold(the_book())


def held(number: Msisdn) -> set[str]:
    return set(Holding.objects.filter(msisdn=number.digits, ends_at=None).values_list("product", flat=True))


def attempts(number: Msisdn) -> list[tuple[str, str, str, str]]:
    found = Attempt.objects.filter(msisdn=number.digits).order_by("begun_at", "ended_at")
    return [(one.service, one.verb, one.outcome, one.cause) for one in found if one.service != "password"]


def proof_of(page: object) -> str:
    """Where the page's button leads that asks for the password."""
    found = re.search(r'href="(/my/password\?next=[^"]+)"', page.content.decode())  # type: ignore[attr-defined]
    assert found is not None
    return html.unescape(found.group(1))


def prove(client: Client, page: object, password: str = PASSWORD) -> object:
    """By the button of the page to the password, and back to wherever that leads."""
    assert client.get(proof_of(page)).status_code == 200
    return client.post(proof_of(page), {"password": password}, follow=True)


@pytest.mark.parametrize(
    ("language", "ask", "back"), [("zh", "先确认是您本人", "您选的还在"), ("en", "First show that", "still here")]
)
def test_what_is_chosen_later_asks_for_the_password_and_goes_on_with_what_was_chosen(
    enter: Enter, number: Msisdn, language: str, ask: str, back: str
) -> None:
    client = enter(number, language=language)
    listed = pick(client, SERVICE, "other")
    asked = reply(client, listed, n="1")
    assert ask in text(asked)
    assert len(held(number)) == 3, "nothing is done yet"
    assert OpenAttempt.objects.filter(msisdn=number.digits, verb="cancel").count() == 1
    returned = prove(client, asked)
    assert back in text(returned)
    assert returned.redirect_chain[-1][0].startswith("/my/result/"), "the same place"  # type: ignore[attr-defined]
    assert len(held(number)) == 3, "looking at it does nothing"
    reply(client, returned, yes="yes")
    assert len(held(number)) == 2
    assert attempts(number) == [(SERVICE, "other", "done", ""), (SERVICE, "cancel", "done", "")]
    assert not OpenAttempt.objects.filter(msisdn=number.digits).exists()


def test_going_on_twice_does_it_once(enter: Enter, number: Msisdn) -> None:
    client = enter(number)
    returned = prove(client, reply(client, pick(client, SERVICE, "other"), n="1"))
    fields = next(one for one in forms(returned) if "answers" in one)
    first = client.post("/my/answer", {**fields, "yes": "yes"}, follow=True)
    again = client.post("/my/answer", {**fields, "yes": "yes"}, follow=True)
    other = client.post("/my/answer", {**fields, "yes": "yes", "key": new_reference()[0]}, follow=True)
    assert "办好了" in text(first)
    assert "办好了" in text(again)
    assert "已经过期" in text(other)
    assert len(held(number)) == 2
    assert len(attempts(number)) == 2


def test_whoever_says_that_it_is_proved_is_not_believed(enter: Enter, number: Msisdn) -> None:
    client = enter(number)
    asked = reply(client, pick(client, SERVICE, "other"), n="1")
    fields = next(one for one in forms(asked) if "answers" in one)
    still = client.post("/my/answer", {**fields, "yes": "yes"}, follow=True)
    assert "先确认是您本人" in text(still)
    wrong = prove(client, still, "999999")
    assert "不对" in text(wrong)
    assert len(held(number)) == 3
    returned = prove(client, still)
    assert "办好了" in text(reply(client, returned, yes="yes")), "and it is still one attempt"
    assert len(attempts(number)) == 2


def test_who_leaves_it_has_nothing_done(enter: Enter, number: Msisdn) -> None:
    client = enter(number)
    asked = reply(client, pick(client, SERVICE, "other"), n="1")
    assert "没有办理" in text(reply(client, asked, yes="no")) or "不办了" in text(reply(client, asked, yes="no"))
    assert attempts(number)[-1] == (SERVICE, "cancel", "abandoned", "declined")
    assert len(held(number)) == 3


def test_who_has_shown_the_password_already_is_not_asked_for_it(enter: Enter, number: Msisdn) -> None:
    client = enter(number, password=PASSWORD)
    assert "办好了" in text(reply(client, pick(client, SERVICE, "other"), n="2"))
    assert len(held(number)) == 2


def test_a_yes_from_a_browser_that_has_shown_nothing_is_asked_for_the_password_first(enter: Enter) -> None:
    """Two browsers of one line share its open question; only one of them has shown the password."""
    book = the_book()
    known = book.services["caller_id"]
    actions = {**known.actions, Verb.SUBSCRIBE: replace(known.actions[Verb.SUBSCRIBE], assurance=2)}
    library.hold(replace(book, services={**book.services, "caller_id": replace(known, actions=actions)}))
    number = fresh(password=Secret(PASSWORD))
    sure, other = enter(number, password=PASSWORD), enter(number)
    asked = pick(sure, "caller_id", "subscribe", agreed="1/month")
    (fields,) = [one for one in forms(asked) if "answers" in one][:1]
    held_back = other.post("/my/answer", {**fields, "key": new_reference()[0], "yes": "yes"}, follow=True)
    assert "先确认是您本人" in text(held_back)
    assert "5.00元" in text(held_back), "what it is about stands there"
    assert not Holding.objects.filter(msisdn=number.digits, product="caller_id").exists()
    done = reply(other, prove(other, held_back), yes="yes")
    assert "办好了" in text(done)
    assert Attempt.objects.filter(msisdn=number.digits, service="caller_id").count() == 1


def test_what_takes_a_document_is_not_offered_for_a_password(enter: Enter) -> None:
    library.hold(guarded_book(3))
    number = fresh("T3", held=PAPERS, password=Secret(PASSWORD))
    client = enter(number)
    told = reply(client, pick(client, SERVICE, "other"), n="1")
    assert "营业厅" in text(told)
    assert "/my/password" not in text(told)
    assert attempts(number)[-1] == (SERVICE, "cancel", "refused", "not_eligible")
    assert "营业厅" in text(pick(client, SERVICE, "cancel", **{"v.picked": "1"}))


def test_a_tier_that_is_chosen_on_a_page_is_asked_back_on_a_page_with_buttons(enter: Enter) -> None:
    client = enter()
    asked = reply(client, pick(client, "pkg_data", "subscribe"), n="1")
    assert "请您确认" in text(asked)
    assert any("answers" in one for one in forms(asked)), "the question of the same attempt"
