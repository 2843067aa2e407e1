"""Answers that end with a question, and what they hand to the dialogue."""

import json

from careline.dialogue.book import Verb
from tests.behaviours.cases import STARS, VOGUE, WITH_MENU, facts
from tests.behaviours.counter import NOW, WANG, behaviours, job


def test_the_list_of_paid_content_ends_with_a_pick_of_its_numbers() -> None:
    attempt = job("sp_query_unsub", Verb.OTHER)
    question = behaviours()["sp_list"].tell(attempt, WANG, facts(holdings=[STARS, VOGUE]), NOW).question
    assert question is not None
    assert (question.kind, question.service, question.verb) == ("pick", "sp_query_unsub", "cancel")
    assert [option["value"] for option in question.options] == ["7", "9"]
    assert question.options[0]["zh"] == "电影爱好者"


def test_an_empty_list_asks_nothing() -> None:
    assert (
        behaviours()["sp_list"].tell(job("sp_query_unsub", Verb.OTHER), WANG, facts(holdings=[]), NOW).question is None
    )


def test_the_read_only_list_asks_nothing() -> None:
    attempt = job("my_services", Verb.QUERY, table="T2")
    assert behaviours()["holdings"].tell(attempt, WANG, facts(holdings=[STARS]), NOW).question is None


def test_the_menu_of_passwords_offers_its_three_actions() -> None:
    question = (
        behaviours()["password"].tell(job("password", Verb.CONFIGURE, {"what": "menu"}), WANG, facts(), NOW).question
    )
    assert question is not None
    assert question.kind == "choose"
    assert [(option["verb"], option["parameters"]) for option in question.options] == [
        ("register", {}),
        ("configure", {"what": "change"}),
        ("configure", {"what": "reset"}),
    ]


def test_options_survive_json() -> None:
    telling = behaviours()["sp_list"].tell(job("sp_query_unsub", Verb.OTHER), WANG, facts(holdings=[STARS, VOGUE]), NOW)
    assert telling.question is not None
    assert json.loads(json.dumps(telling.question.options)) == [dict(option) for option in telling.question.options]


def test_switching_the_own_menu_says_so_to_the_hall() -> None:
    menu = behaviours()["my_menu"]
    assert menu.tell(job("my10086", Verb.SUBSCRIBE), WANG, facts(), NOW).menu_on is True
    assert menu.tell(job("my10086", Verb.CANCEL), WITH_MENU, facts(), NOW).menu_on is False
    assert menu.tell(job("my10086", Verb.SUBSCRIBE), WITH_MENU, facts(), NOW).menu_on is None
