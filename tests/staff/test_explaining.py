"""How a message was understood, as supervisors see it: from a real turn of the hall to the page."""

import pytest

from careline.catalogue.importing import publish_packs
from careline.catalogue.packs import packs_folder
from careline.journal.models import Entry
from tests.catalogue.people import NOW
from tests.halls import Hall
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "done"), [("zh-hans", "办成了"), ("en", "done")])
def test_a_supervisor_follows_a_message_from_what_was_said_to_the_answer(
    sign_in: SignIn, language: str, done: str
) -> None:
    publish_packs(packs_folder(), now=NOW)
    hall = Hall()
    customer = hall.fresh("T5")
    served = hall.say(customer, "CXYE")
    assert served.letter is not None
    client = sign_in("he", "supervisor", language=language)
    found = client.post("/staff/explain/", {"number": customer.national()}).content.decode()
    assert "CXYE" in found
    assert customer.national() not in found, "numbers are masked"
    story = client.post("/staff/explain/", {"number": customer.national()}).context["found"][0]
    page = client.get(f"/staff/explain/{story.turn}")
    text = page.content.decode()
    assert page.status_code == 200
    for expected in (
        "CXYE",
        customer.masked(),
        story.attempt.service,
        done,
        story.answers[0].text,
        "T5",
        "charges_and_balance",
    ):
        assert expected in text
    assert customer.national() not in text
    looks = Entry.objects.filter(did="look")
    assert [entry.record for entry in looks] == [customer.masked(), customer.masked(), story.turn]


def test_a_password_never_reaches_the_page(sign_in: SignIn) -> None:
    hall = Hall()
    customer = hall.fresh("T5")
    hall.say(customer, "BGMM#271828#314159")
    client = sign_in("he", "supervisor")
    story = client.post("/staff/explain/", {"number": customer.national()}).context["found"][0]
    text = client.get(f"/staff/explain/{story.turn}").content.decode()
    assert "BGMM" in text
    assert "271828" not in text
    assert "314159" not in text


def test_a_number_that_is_none_is_said_to_be_none(sign_in: SignIn) -> None:
    text = sign_in("he", "supervisor").post("/staff/explain/", {"number": "abc"}).content.decode()
    assert "not a telephone number" in text
