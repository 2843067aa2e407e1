"""The shipped menus and spoken texts: everybody finds what exists for them, in words that fit a call."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from careline.catalogue import channel_abilities, error_prompts, menu_paths
from careline.catalogue.lint import Report, lint
from careline.catalogue.packs import packs_folder, write
from careline.catalogue.samples import SPOKEN, fill, filled
from careline.catalogue.spoken_length import seconds
from careline.dialogue.book import Menu, Verb
from careline.dialogue.keypad.words import CALL_WORDS
from careline.dialogue.rendering import KEYS_MAX
from careline.dialogue.words import UNSAID
from careline.hall.error_names import error_name
from careline.values.cause import Cause, CauseClass
from careline.values.language import LANGUAGES
from careline.wiring import behaviours
from tests.shipped import documents
from tests.shipped import the_book as book

TODAY = date(2026, 11, 12)
# Of the printed tables: five paid packs of T2 are ordered by their bare names. Nothing of calls is warned of.
WARNINGS = {"bare_name_order": 5}
# What a caller meets by keying, as a dial test would go through it, and each must be told in words of its own.
KEYED_WRONG = (
    *("wrong_key", "silence", "wrong_password", "bad.msisdn", "already_on", "not_on"),
    *("not_enough_money", "not_eligible", "too_few"),
)


def _is_of_system(cause: Cause) -> bool:
    return cause.kind is CauseClass.SYSTEM and cause not in UNSAID


@cache
def report() -> Report:
    return lint(documents(), tuple(behaviours().values()))


def menus() -> list[Menu]:
    return list(book().menus.values())


def test_the_packs_are_linted_without_errors_and_with_only_known_warnings() -> None:
    assert report().errors == ()
    assert Counter(finding.rule for finding in report().warnings) == WARNINGS


def test_menus_on_disk_are_just_what_export_writes(tmp_path: Path) -> None:
    write(documents(), tmp_path)
    files = sorted((packs_folder() / "common" / "menus").glob("*.toml"))
    assert {file.stem for file in files} == {"standard", "standard-en", "gotone", "mzone", "senior", "yunling"}
    for file in files:
        assert (tmp_path / "common" / "menus" / file.name).read_text() == file.read_text(), file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_caller_hears_more_choices_than_there_are_keys(language: str) -> None:
    for menu in menus():
        if menu.language in (None, language):
            for services in menu_paths.audiences(book(), menu, TODAY):
                for node in menu.nodes.values():
                    heard = menu_paths.offered(menu, node, services, language)
                    assert len(heard) <= (4 if menu.senior else KEYS_MAX), (menu.id, node.id)


def test_each_customer_gets_the_menu_of_region_brand_and_language() -> None:
    def chosen(region: str, brand: str, language: str = "zh", senior: bool = False) -> str:
        menu = book().menu(region, brand, language, TODAY, senior=senior)
        assert menu is not None
        return menu.id

    assert chosen("linjiang", "easyown") == "standard"
    assert chosen("linjiang", "easyown", "en") == "standard-en"
    assert chosen("linjiang", "gotone") == "gotone"
    assert chosen("zhejiang", "mzone") == "mzone"
    assert chosen("yunling", "gotone") == "yunling"
    assert chosen("yunling", "mzone", senior=True) == "senior"


def test_balance_is_one_key_away_wherever_it_can_be_and_a_person_everywhere() -> None:
    for menu in menus():
        first = menu.nodes[menu.first].choices
        money = [choice.service for choice in first] + [
            choice.service for one in first[:1] if one.node for choice in menu.nodes[one.node].choices
        ]
        assert "charges_and_balance" in money, menu.id
    keys = book().words["voice.talk.keys"]
    assert "人工请按0" in keys.zh
    assert "For a person, press 0" in keys.en


def test_gotone_reaches_a_person_early_and_mzone_begins_with_data_and_fun() -> None:
    gotone, mzone = book().menus["gotone"], book().menus["mzone"]
    assert "person" in [choice.word for choice in gotone.nodes["main"].choices[:2]]
    assert [choice.node for choice in mzone.nodes["main"].choices[:2]] == ["data", "fun"]


def test_the_senior_menu_begins_with_a_person_and_leads_back() -> None:
    words = [choice.word for choice in book().menus["senior"].nodes["main"].choices]
    assert words[0] == "person"
    assert "senior" in words


def test_who_texts_in_yunling_finds_the_same_tree_on_the_phone() -> None:
    """The last digit of a code of T5 is the key: 3011 is 3, 1, 1."""
    table, menu = book().tables["T5"], book().menus["yunling"]
    same = 0
    for node in table.nodes.values():
        for place, spelling in enumerate(node.children, 1):
            code = table.codes[spelling]
            if spelling == "3039":
                continue  # key 9 repeats: the state of packages stands with what is told about them
            choice = menu.nodes[node.spelling].choices[place - 1]
            if code.verb is Verb.HELP:
                assert choice.node == spelling
            else:
                assert (choice.service, choice.verb) == (code.service, code.verb), spelling
                assert choice.tier == code.fixed.get("tier", ""), spelling
            same += 1
    assert same > 50


def test_whatever_exists_everywhere_can_be_asked_ordered_and_cancelled_by_phone() -> None:
    held = {(found.choice.service, found.choice.verb) for found in menu_paths.walk(book().menus["standard"])}
    lacking = [
        f"{service.id} {verb}"
        for service in book().services.values()
        for verb in (Verb.QUERY, Verb.SUBSCRIBE, Verb.CANCEL, Verb.STATUS)
        if service.everywhere and verb in service.actions and (service.id, verb) not in held
    ]
    assert lacking == []


def test_what_cannot_be_done_by_phone_has_a_reason() -> None:
    rows = channel_abilities.abilities(book())
    by_phone = [row for row in rows if not row.by_channel["voice"].can]
    assert len(by_phone) < len(rows) / 10
    assert all(all(row.by_channel["voice"].why) for row in by_phone)


def test_a_call_has_words_for_everything_it_can_say() -> None:
    assert CALL_WORDS.keys() <= book().words.keys()


def test_every_text_of_a_call_is_said_within_twenty_seconds() -> None:
    for key, text in book().words.items():
        if key.startswith("voice."):
            for language in LANGUAGES:
                assert seconds(fill(text.read(language), language, SPOKEN), language) <= 20, key


def test_every_error_has_words_of_its_own_and_faults_are_never_told_as_the_callers() -> None:
    prompts = {prompt.kind: prompt for prompt in error_prompts.prompts(book())}
    assert error_prompts.verdict(list(prompts.values())).zh == "非要因"
    for kind, prompt in prompts.items():
        assert all(name != kind for name in error_name(kind)), f"{kind} has no name in words"
        assert "CXYEE" not in "".join(filled(prompt.text)), "nobody can key letters on a call"
    for kind in KEYED_WRONG:
        assert not prompts[kind].missing, kind
    for language in LANGUAGES:
        said = [prompts[kind].text.read(language) for kind in KEYED_WRONG]
        assert len(set(said)) == len(said)
        faults = {prompts[cause.value].text.read(language) for cause in Cause if _is_of_system(cause)}
        callers = {prompt.text.read(language) for prompt in prompts.values() if prompt.cause_class != "system"}
        assert not faults & callers


def test_a_dial_menu_shows_each_question_on_one_page() -> None:
    for key, text in book().words.items():
        if key.startswith("ussd."):
            for language in LANGUAGES:
                assert len(fill(text.read(language), language, SPOKEN)) <= 182, key


def test_the_choices_of_a_node_are_told_apart() -> None:
    for menu in menus():
        for node in menu.nodes.values():
            labels = sorted(menu_paths.label(book(), menu, choice).zh for choice in node.choices)
            assert not [one for one, other in pairwise(labels) if one == other], (menu.id, node.id)
