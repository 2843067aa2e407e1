"""Menus of those who press keys: read, compiled, written back and linted; whatever is wrong with one is named."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from careline.catalogue import menu_paths, packs
from careline.catalogue.comparing import bodies_of, diff
from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Documents, PackError
from careline.catalogue.lint import lint
from careline.catalogue.linting.finding import Severity
from careline.dialogue.book import Book, Verb
from careline.dialogue.keypad.words import CALL_WORDS
from tests.catalogue.packs_on_disk import small_catalogue


@dataclass(frozen=True)
class Manifest:
    name: str
    verbs: frozenset[Verb]
    words: frozenset[str]


MANIFESTS = (
    Manifest("query", frozenset({Verb.QUERY}), frozenset({"query.done"})),
    Manifest("toggle", frozenset({Verb.SUBSCRIBE, Verb.CANCEL}), frozenset({"subscribe.done", "cancel.done"})),
)
TITLE = {"zh": "菜单", "en": "Menu"}


def service(name: str, behaviour: str = "query", **actions: object) -> dict[str, object]:
    return {
        "id": name,
        "group": "01_query",
        "behaviour": behaviour,
        "name": {"zh": f"业务{name}", "en": f"Service {name}"},
        "about": {"zh": "说明。", "en": "About."},
        "actions": actions or {"query": {}},
        "everywhere": True,
    }


def node(*choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": TITLE, "choices": list(choices)} | more


def menu(**nodes: dict[str, Any]) -> dict[str, Any]:
    return {"id": "standard", "name": {"zh": "菜单", "en": "Menu"}, "first": "main", "nodes": nodes}


def person() -> dict[str, Any]:
    return {"word": "person"}


def balance(**more: Any) -> dict[str, Any]:
    return {"service": "balance", "verb": "query"} | more


SOUND = menu(main=node(balance(), {"node": "caller_id"}, person()))


def call_words() -> dict[str, dict[str, str]]:
    """Words for everything that a call says, each kind of error different from all others."""
    said = {key: {"zh": f"{key}的话。", "en": f"About {key}."} for key in CALL_WORDS}
    said["voice.talk.option"] = {"zh": "{label}，请按{key}。", "en": "{label}, press {key}."}
    said["voice.talk.keys"] = {"zh": "找人工，请按0。", "en": "For a person, press 0."}
    said["voice.talk.menu"] = said["voice.talk.menu_senior"] = {"zh": "{label}。{options}", "en": "{label}. {options}"}
    said["voice.menu.verb.subscribe"] = {"zh": "开通", "en": "To switch it on"}
    said["voice.menu.verb.cancel"] = {"zh": "取消", "en": "To cancel it"}
    return said


def catalogue(shape: dict[str, Any] | None = SOUND, **changed: Any) -> Documents:
    """Balance and caller ID, a menu for calls, and words that can be said; `changed` as for `small_catalogue`."""
    words = {f"words__{key}": text for key, text in call_words().items()}
    toggle = {
        f"words__toggle.{end}": {"zh": f"{end}好了。", "en": f"Done: {end}."}
        for end in ("subscribe.done", "cancel.done")
    }
    caller_id = service("caller_id", "toggle", subscribe={}, cancel={})
    known: dict[str, Any] = {
        "service__balance": service("balance"),
        "service__caller_id": caller_id,
        "menu__standard": shape,
        **words,
        **toggle,
    }
    return small_catalogue(**(known | changed))


def book(shape: dict[str, Any], **changed: Any) -> Book:
    return compile_book(catalogue(shape, **changed))


def problems(shape: dict[str, Any], **changed: Any) -> list[str]:
    with pytest.raises(PackError) as caught:
        book(shape, **changed)
    return [str(problem) for problem in caught.value.problems]


def rules(shape: dict[str, Any] | None = SOUND, **changed: Any) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in lint(catalogue(shape, **changed), MANIFESTS).findings}


def test_a_sound_menu_has_no_findings() -> None:
    assert lint(catalogue(), MANIFESTS).findings == ()


def test_a_catalogue_without_menus_needs_no_words_for_calls() -> None:
    assert lint(small_catalogue(service__balance=service("balance")), MANIFESTS).findings == ()


def test_a_menu_is_written_as_a_file_and_read_back_as_it_was(tmp_path: Path) -> None:
    shape = menu(
        main=node(
            balance(label={"zh": "查余额", "en": "For your balance"}),
            {"node": "more"},
            person(),
            intro={"zh": "请选", "en": "Please choose"},
        ),
        more=node({"service": "caller_id", "verb": "cancel", "parameters": {"effect": "next_month"}}),
    ) | {"senior": True, "language": "zh", "greeting": {"zh": "您好。", "en": "Hello."}, "valid_from": "2026-01-01"}
    documents = catalogue(shape)
    packs.write(documents, tmp_path)
    text = (tmp_path / "common" / "menus" / "standard.toml").read_text()
    assert '{ service = "balance", verb = "query", label =' in text, "one choice a line, as a person would write it"
    assert packs.read(tmp_path) == documents
    stored = json.loads(json.dumps(shape, sort_keys=True))
    assert compile_book(catalogue(stored)) == compile_book(documents), "a database keeps no order of fields"


def test_texts_of_calls_are_files_of_their_own(tmp_path: Path) -> None:
    packs.write(catalogue(**{"words__ussd.talk.option": {"zh": "{key}.{label}", "en": "{key}.{label}"}}), tmp_path)
    assert (tmp_path / "common" / "voice" / "talk.toml").is_file()
    assert (tmp_path / "common" / "ussd" / "talk.toml").is_file()
    assert "voice.talk.option" in packs.read_book(tmp_path).words


def test_what_changed_in_a_menu_is_told_by_its_place() -> None:
    moved = menu(main=node({"node": "caller_id"}, balance(), person()))
    [change] = diff(bodies_of(catalogue()), bodies_of(catalogue(moved)))
    assert (change.kind, change.key, change.what) == ("menu", "standard", "changed")
    assert "nodes.main.choices[0].node" in {one.path for one in change.fields}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "service": (menu(main=node({"service": "nothing", "verb": "query"}, person())), 'there is no service "nothing"'),
    "verb": (
        menu(main=node({"service": "balance", "verb": "redeem"}, person())),
        '"redeem" is not an action of balance',
    ),
    "no verb": (menu(main=node({"service": "balance"}, person())), "is not an action of balance"),
    "tier": (menu(main=node(balance(tier="9"), person())), 'balance has no tier "9"'),
    "parameter": (menu(main=node(balance(parameters={"month": "?"}), person())), 'has no parameter "month"'),
    "node": (menu(main=node({"node": "bills"}, person())), '"bills" is not a node of this menu'),
    "word": (menu(main=node({"word": "robot"})), '"robot" is not one of person'),
    "two targets": (menu(main=node(balance(word="person"))), "leads to nothing or to several things"),
    "no target": (menu(main=node({"label": TITLE})), "leads to nothing or to several things"),
    "one language": (menu(main=node(balance(label={"zh": "查余额"}), person())), "has no text in English"),
    "first": (SOUND | {"first": "top"}, '"top" is not a node of this menu'),
    "region": (SOUND | {"region": "moon"}, '"moon" is not a region'),
    "brand": (SOUND | {"brand": "gold"}, '"gold" is not a brand'),
    "language": (SOUND | {"language": "fr"}, '"fr" is not one of'),
    "base": (SOUND | {"base": "none"}, 'there is no menu "none"'),
    "itself as base": (SOUND | {"base": "standard"}, "is based on this menu"),
    "field": (SOUND | {"colour": "red"}, "is not a field of this"),
    "day": (SOUND | {"valid_from": "soon"}, "is not a day"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_menu_is_named(what: str) -> None:
    shape, said = WRONG[what]
    assert any(said in problem for problem in problems(shape)), problems(shape)


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_menu_is_said_in_chinese_too(what: str) -> None:
    findings = lint(catalogue(WRONG[what][0]), MANIFESTS).findings
    assert findings
    assert all(finding.rule != "uncompiled" for finding in findings)
    assert all(finding.what.zh != finding.what.en for finding in findings)


def test_every_problem_of_a_menu_is_named_and_not_only_the_first() -> None:
    shape = menu(main=node({"service": "nothing", "verb": "query"}, {"node": "bills"}, {"word": "robot"}))
    assert len(problems(shape)) == 3


LINTED: dict[str, tuple[Severity, dict[str, Any]]] = {
    "unreachable_node": (Severity.ERROR, menu(main=node(balance(), person()), lost=node({"node": "caller_id"}))),
    "endless_menu": (
        Severity.ERROR,
        menu(main=node({"node": "more"}, person()), more=node(balance(), {"node": "main"})),
    ),
    "empty_menu": (Severity.ERROR, menu(main=node({"node": "none"}, balance(), person()), none=node())),
    "duplicate_choice": (Severity.WARNING, menu(main=node(balance(), balance(), {"node": "caller_id"}, person()))),
    "uncovered_service": (Severity.WARNING, menu(main=node(balance(), person()))),
    "deep_choice": (
        Severity.WARNING,
        menu(
            main=node({"node": "a"}, {"node": "caller_id"}),
            a=node({"node": "b"}),
            b=node({"node": "c"}),
            c=node(balance()),
        ),
    ),
}


@pytest.mark.parametrize("rule", LINTED)
def test_what_would_lead_callers_astray_is_found(rule: str) -> None:
    severity, shape = LINTED[rule]
    assert rules(shape).get(rule) is severity


def test_choices_that_are_called_alike_are_found() -> None:
    alike = {"zh": "查询", "en": "To check"}
    shape = menu(main=node(balance(label=alike), {"node": "caller_id", "label": alike}, person()))
    assert "duplicate_choice" in rules(shape)


def test_a_menu_names_a_way_to_a_person() -> None:
    unsaid = {"words__voice.talk.keys": {"zh": "重听，请按9。", "en": "To repeat, press 9."}}
    without = menu(main=node(balance(), {"node": "caller_id"}))
    assert rules(without, **unsaid)["no_person"] is Severity.ERROR
    assert "no_person" not in rules(SOUND, **unsaid), "a choice of its own will do"
    assert "no_person" not in rules(without), "key 0 will do, where it is said"


def test_a_senior_menu_is_short_and_begins_with_a_person() -> None:
    assert rules(SOUND, menu__senior=SOUND | {"id": "senior", "senior": True})["no_person"] is Severity.ERROR
    five = [{"service": name, "verb": "query"} for name in ("balance", "a", "b", "c")]
    services = {f"service__{name}": service(name) for name in ("a", "b", "c")}
    long = menu(main=node(person(), *five)) | {"id": "senior", "senior": True}
    assert rules(SOUND, menu__senior=long, **services)["long_menu"] is Severity.ERROR


def test_more_choices_than_keys_are_found_but_not_where_no_caller_hears_them_all() -> None:
    many = [service(f"s{number}") for number in range(8)]
    services = {f"service__{one['id']}": one for one in many}
    choices = [{"service": one["id"], "verb": "query"} for one in many]
    shape = menu(main=node(balance(), {"node": "caller_id"}, *choices))
    assert rules(shape, **services)["long_menu"] is Severity.WARNING
    elsewhere = {
        name: dict(one, everywhere=False, regions=["linjiang"]) if name in ("service__s6", "service__s7") else one
        for name, one in services.items()
    }
    assert "long_menu" not in rules(shape, **elsewhere)


def test_a_node_that_takes_too_long_to_hear_is_found() -> None:
    def named(length: int) -> dict[str, Any]:
        return menu(main=node(balance(label={"zh": "查" * length, "en": "To check"}), {"node": "caller_id"}, person()))

    assert "long_prompt" not in rules(named(10))
    assert rules(named(130))["long_prompt"] is Severity.WARNING
    assert rules(named(200))["long_prompt"] is Severity.ERROR


def test_a_menu_takes_from_its_base_what_it_does_not_write() -> None:
    special = menu(main=node({"node": "more"}, balance(), person())) | {
        "id": "gold",
        "base": "standard",
        "brand": "gotone",
    }
    lending = menu(main=node({"node": "more"}, person()), more=node(balance(), {"node": "caller_id"}))
    compiled = book(lending, menu__gold=special)
    gold = compiled.menus["gold"]
    assert gold.nodes["more"] == compiled.menus["standard"].nodes["more"]
    assert gold.nodes["main"] != compiled.menus["standard"].nodes["main"]
    assert rules(lending, menu__gold=special) == {}


def test_a_service_has_a_node_of_its_own_made_of_what_can_be_done_with_it() -> None:
    made = book(SOUND).menus["standard"].nodes["caller_id"]
    assert [choice.verb for choice in made.choices] == [Verb.SUBSCRIBE, Verb.CANCEL]
    assert made.choices[1].label == ("取消", "To cancel it")
    closed = service("caller_id", "toggle", subscribe={"closed": True}, cancel={})
    again = book(SOUND, service__caller_id=closed).menus["standard"].nodes["caller_id"]
    assert [choice.verb for choice in again.choices] == [Verb.CANCEL], "what takes no new customers is not offered"


def test_what_a_node_sounds_like_says_options_before_keys() -> None:
    compiled = book(SOUND, **{"words__talk.verb.query": {"zh": "查询", "en": "Check"}})
    shape = compiled.menus["standard"]
    first = shape.nodes["main"]
    said = menu_paths.sounds(compiled, shape, first, list(first.choices), "zh")
    assert "业务caller_id，请按2。" in said
    assert said.endswith("找人工，请按0。")
