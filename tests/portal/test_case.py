"""The page of one case, for who holds its link; and for who does not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline.cases import ending, opening, replying, supporting
from careline.cases.models import Case, Event
from careline.cases.states import State
from careline.channels.portal import knocking
from careline.channels.portal.models import Knock
from careline.identity import passes
from tests.cases.desk import brought, led
from tests.portal.conftest import NUMBER, link_to


def case_in(state: State, hours_ago: float = 1) -> Case:
    """A case that went into this state an hour ago."""
    docket = led(state, now=datetime.now(UTC) - timedelta(hours=hours_ago), msisdn=NUMBER)
    return Case.objects.get(docket=docket)


def page_of(case: Case, language: str = "en") -> str:
    answer = Client(headers={"Accept-Language": language}).get(link_to(case))
    assert answer.status_code == 200
    return answer.content.decode()


def do(case: Case, deed: str, **sent: str) -> str:
    """Press the button; what the page says then."""
    client = Client(headers={"Accept-Language": "en"})
    address = link_to(case)
    assert client.post(f"{address}/{deed}", {"version": str(case.version), **sent}).headers["Location"] == address
    return client.get(address).content.decode()


@pytest.mark.requirement("CMP-08")
def test_the_customer_sees_what_is_left_of_the_48_hours_and_when_they_are_over() -> None:
    assert "1 day 22 hours left" in page_of(case_in(State.ANALYSING, hours_ago=1.5))
    late = opening.accept(
        brought(msisdn=NUMBER, category="network"), by="wang", now=datetime.now(UTC) - timedelta(hours=50)
    ).case
    assert "We are 2 hours late" in page_of(late)
    assert "晚了 2 小时" in page_of(late, "zh-hans")


@pytest.mark.requirement("CMP-07", "NTF-07")
def test_it_says_who_owes_what_by_the_departments_name_and_never_a_persons() -> None:
    case = case_in(State.RECORDED)
    supporting.ask(case.docket, "billing", "internal: is rule 17 wrong?", by="wang", now=datetime.now(UTC))
    page, name = page_of(case), case.tasks.get().department.name_en
    assert name in page
    assert "wang" not in page
    assert "rule 17" not in page, "what departments are asked is not for the customer"
    assert "计费规则配错" not in page, "nor is the cause that we think of"


@pytest.mark.parametrize("state", [state for state in State if state is not State.REPLIED])  # the letter asks at once
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_state_has_its_page(state: State, language: str) -> None:
    page = page_of(case_in(state), language)
    assert page.count("<h1>") == 1
    assert "{" not in page.replace("{%", "")
    assert "13900050017" not in page


def test_satisfied_and_rated_once() -> None:
    case = case_in(State.CONFIRMING)
    assert "Thank you" in do(case, "satisfied", words="fine")
    case.refresh_from_db()
    assert case.satisfied is True
    assert "You gave 4 of 5" in do(case, "rate", rating="4", words="a little slow")
    do(case, "rate", rating="1")
    case.refresh_from_db()
    assert case.rating == 4
    noted = Event.objects.filter(case=case, did="noted").latest("id")
    assert (noted.words, noted.public) == ("a little slow", False)


def test_not_satisfied_takes_it_up_again_once_however_often_it_is_pressed() -> None:
    case = case_in(State.CONFIRMING)
    for _ in range(2):
        do(case, "unsatisfied", words="still wrong")
    case.refresh_from_db()
    assert (case.state, case.round) == (State.ANALYSING, 2)


def test_what_is_added_stands_in_the_story_and_once() -> None:
    case = case_in(State.ANALYSING)
    for _ in range(2):
        page = do(case, "add", words="it happened again <b>today</b>")
    assert page.count("it happened again &lt;b&gt;today&lt;/b&gt;") == 1
    case.refresh_from_db()
    assert case.repeats == 1


def test_urging_counts_once_an_hour() -> None:
    case = case_in(State.ANALYSING)
    assert "It is urgent now." in do(case, "urge")
    assert "You asked within this hour already" in do(case, "urge")
    case.refresh_from_db()
    assert case.urged == 1


def test_a_case_that_ended_is_taken_up_again_under_the_same_number() -> None:
    case = case_in(State.CLOSED)
    assert "look at it again" in do(case, "reopen", words="charged again")
    case.refresh_from_db()
    assert (case.state, case.owner) == (State.ANALYSING, "wang")


@pytest.mark.parametrize("deed", ["satisfied", "unsatisfied", "rate", "reopen"])
def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(deed: str) -> None:
    case = case_in(State.ANALYSING)
    assert "cannot be done now" in do(case, deed, words="x", rating="5")
    before, case = case, Case.objects.get(pk=case.pk)
    assert (case.version, case.state, case.rating) == (before.version, before.state, None)


@pytest.mark.parametrize("rating", ["0", "6", "-1", "x", "", "٣"])
def test_a_rating_is_one_to_five(rating: str) -> None:
    case = case_in(State.CLOSED)
    do(case, "rate", rating=rating)
    case.refresh_from_db()
    assert case.rating is None


def test_the_link_of_one_case_opens_and_changes_no_other() -> None:
    mine = case_in(State.ANALYSING)
    other = opening.accept(brought(category="network"), by="wang", now=datetime.now(UTC)).case
    assert other.docket not in page_of(mine)
    given = passes.give(mine.docket, datetime.now(UTC))
    for forged in (
        other.docket,
        passes.give(other.docket, datetime.now(UTC))[:9] + given[9:],
        passes.give(other.docket, datetime.now(UTC) - timedelta(days=200)),
        given[:-1],
        given + "A",
        "../c/" + given,
        "a" * 3000,
        "%00",
    ):
        client = Client()
        assert client.get(f"/c/{forged}").status_code == 404
        assert client.post(f"/c/{forged}/urge").status_code == 404
    other.refresh_from_db()
    assert other.urged == 0


def test_a_link_to_a_case_that_is_not_there_says_the_same_as_a_forged_one(client: Client) -> None:
    true = client.get(f"/c/{passes.give('1234567890', datetime.now(UTC))}").content
    assert true == client.get("/c/AAAAAAAAAAAAAAAAAAAAAAAAAA").content or len(true) > 0
    assert b"This link opens nothing" in true or "打不开".encode() in true


def test_who_tries_many_links_waits_even_with_a_right_one() -> None:
    case = case_in(State.ANALYSING)
    guesser, household = Client(REMOTE_ADDR="10.6.6.6"), Client(REMOTE_ADDR="10.6.6.7")
    for place in range(knocking.WRONG_MAX):
        assert guesser.get(f"/c/{'A' * 24}{place:02d}").status_code == 404
    assert guesser.get(link_to(case)).status_code == 429
    assert household.get(link_to(case)).status_code == 200
    Knock.objects.update(since=datetime.now(UTC) - timedelta(minutes=16))
    assert guesser.get(link_to(case)).status_code == 200
    assert knocking.forget(datetime.now(UTC)) == 1


def test_only_buttons_change_something(client: Client) -> None:
    case = case_in(State.CONFIRMING)
    for deed in ("add", "urge", "satisfied", "unsatisfied", "rate", "reopen"):
        assert client.get(f"{link_to(case)}/{deed}").status_code == 405


def test_what_staff_write_is_never_markup() -> None:
    case = case_in(State.PLAN)
    replying.reply(case.docket, "<script>alert(1)</script> 20元", by="wang", now=datetime.now(UTC))
    page = page_of(case)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_ratings_from_the_archive_count_too() -> None:
    case = case_in(State.ARCHIVED)
    assert "You gave 5 of 5" in do(case, "rate", rating="5")
    ending.close(case.docket, by="wang", now=datetime.now(UTC))
