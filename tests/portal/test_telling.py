"""Telling what is wrong, by the web."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from careline.cases import opening
from careline.cases.models import Case, Contact
from careline.cases.states import State
from careline.cases.subjects.categories import categories
from careline.outbox.models import Message
from tests.cases.desk import brought
from tests.portal.conftest import NUMBER, OTHER, Customer, link_to, text_to


def key_of(client: Client, about: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get(f"/complain/tell?about={about}").content.decode())
    assert found is not None
    return found[1]


def tell(client: Client, about: str = "billing", **sent: str) -> str:
    """Fill in the form; where it leads."""
    sent = {
        "key": key_of(client, about),
        "words": "20 yuan too much",
        "q-month": "2026-10",
        "q-item": "ring tone",
    } | sent
    answer = client.post(f"/complain/tell?about={about}", sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


@pytest.mark.requirement("CMP-01")
def test_a_complaint_by_the_web_gets_a_docket_and_a_time_on_the_page_and_by_sms(customer: Customer) -> None:
    client = customer()
    page = client.get(tell(client, **{"q-item": "ring tone", "q-amount": "20"})).content.decode()
    case = Case.objects.get()
    assert (case.channel, case.category, case.kind) == ("web", "billing", "complaint")
    assert case.answers == {"month": "2026-10", "item": "ring tone", "amount": "20"}
    assert f"The number is {case.docket}." in page
    assert re.search(r"1 day 23 hours left|2 days left", page)
    assert case.docket in text_to(NUMBER)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_category_has_its_form_with_its_questions(customer: Customer, language: str) -> None:
    client = customer(language=language)
    listed = client.get("/complain/tell").content.decode()
    for category in categories().values():
        assert f'href="?about={category.id}"' in listed
        form = client.get(f"/complain/tell?about={category.id}").content.decode()
        for question in category.questions:
            assert f'name="q-{question.id}"' in form
            assert question.label.read(language[:2]) in form.replace("&#x27;", "'").replace("&amp;", "&")


def test_the_same_matter_again_joins_and_nothing_starts_over(customer: Customer) -> None:
    first = opening.accept(brought(msisdn=NUMBER, category="billing"), by="wang", now=datetime.now(UTC)).case
    client = customer()
    page = client.get(tell(client)).content.decode()
    assert f"we added it to number {first.docket}" in page
    assert Case.objects.get().repeats == 1


def test_pressing_twice_tells_it_once(customer: Customer) -> None:
    client = customer()
    key = key_of(client, "billing")
    assert tell(client, key=key) == tell(client, key=key)
    assert Contact.objects.count() == 1


def test_a_key_of_somebody_elses_form_opens_nothing_of_hers(customer: Customer) -> None:
    other, mine = customer(OTHER), customer(NUMBER)
    key = key_of(other, "billing")
    assert tell(other, key=key) != tell(mine, key=key)
    assert Case.objects.count() == 2


@pytest.mark.parametrize("missing", ["words", "q-month"])
def test_what_is_missing_is_said_and_what_was_written_is_kept(customer: Customer, missing: str) -> None:
    sent = {"key": "k", "words": "20 yuan too much", "q-month": "2026-10", "q-item": "x", missing: "  "}
    answer = customer().post("/complain/tell?about=billing", sent)
    assert answer.status_code == 400
    assert ("20 yuan too much" in answer.content.decode()) == (missing != "words")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("about", "kind"), [("else", "complaint"), ("suggestion", "suggestion"), ("enquiry", "enquiry")]
)
def test_who_cannot_name_it_just_writes(customer: Customer, about: str, kind: str) -> None:
    client = customer()
    tell(client, about=about, words="the queue was long")
    case = Case.objects.get()
    assert (case.kind, case.category, case.state) == (kind, "", State.ACCEPTED)


def test_six_an_hour_are_enough(customer: Customer) -> None:
    client = customer()
    for place in range(6):
        tell(client, about="enquiry", words=f"what costs number {place * 7919}")
    answer = client.post("/complain/tell?about=enquiry", {"key": "new", "words": "and this"})
    assert answer.status_code == 400
    assert "several" in answer.content.decode()


def test_what_was_told_before_is_listed_and_only_ones_own(customer: Customer) -> None:
    for number in (NUMBER, OTHER):
        opening.accept(brought(msisdn=number, category="billing"), by="wang", now=datetime.now(UTC))
    mine, hers = Case.objects.get(msisdn=NUMBER.digits), Case.objects.get(msisdn=OTHER.digits)
    page = customer().get("/complain/tell").content.decode()
    assert mine.docket in page
    assert link_to(mine) in page
    assert hers.docket not in page


def test_passwords_and_numbers_of_others_are_hidden(customer: Customer) -> None:
    client = customer()
    tell(client, words="my id is 220102199001011234 and 13912345678 called", **{"q-item": "13912345678"})
    kept = repr(list(Case.objects.values("words", "answers")))
    assert "220102199001011234" not in kept
    assert "13912345678" not in kept


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "</textarea><b>x", "\0x"])
def test_no_field_of_the_form_becomes_markup(customer: Customer, text: str) -> None:
    client = customer()
    fields = {f"q-{one}": text for one in ("month", "item", "amount", "expected")}
    page = client.get(tell(client, words=text, **fields)).content.decode()
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert "</textarea><b>" not in page
    refused = client.post("/complain/tell?about=billing", {"key": text, "words": text, "q-item": text}).content.decode()
    assert "<script>alert" not in refused
    assert '"><svg' not in refused
    assert "</textarea><b>" not in refused


def test_no_page_has_script_or_style_of_its_own_and_none_is_kept(customer: Customer) -> None:
    client = customer()
    case = tell(client)
    for address in ("/complain/tell", "/complain/tell?about=billing", case):
        answer = client.get(address)
        text = answer.content.decode()
        assert "<script" not in text
        assert "style=" not in text
        assert "no-store" in answer.headers["Cache-Control"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_letter_tells_once(customer: Customer) -> None:
    client = customer()
    before = Message.objects.count()
    tell(client)
    assert Message.objects.count() == before + 1
