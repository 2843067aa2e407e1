"""The small town with a menu for those who press keys, and texts by which each key of the words is known."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from careline.dialogue.book import Action, Book, Choice, Menu, MenuNode, Verb
from careline.dialogue.keypad.words import CALL_WORDS
from careline.values.language import Text
from tests.dialogue.building import BOOK


def text_of(key: str, names: Iterable[str]) -> Text:
    """A text that says which one it is, and what it was given."""
    return Text(*(f"<{key}>" + "".join(f" {name}={{{name}}}" for name in sorted(names)) for _ in range(2)))


def small_menu(**more: Any) -> Menu:
    """Balance, data, orders, and the rest on a node of its own."""
    main = MenuNode(
        "main",
        Text("主菜单", "Main menu"),
        (
            Choice(service="balance", verb=Verb.QUERY),
            Choice(node="orders"),
            Choice(service="data", verb=Verb.SUBSCRIBE),
            Choice(node="values"),
            Choice(word="english"),
            Choice(word="senior"),
            Choice(word="mine"),
            Choice(word="person"),
        ),
    )
    orders = MenuNode(
        "orders",
        Text("办业务", "Orders"),
        (
            Choice(service="caller_id", verb=Verb.SUBSCRIBE),
            Choice(service="caller_id", verb=Verb.CANCEL),
            Choice(service="movies", verb=Verb.SUBSCRIBE),
            Choice(service="gotone_only", verb=Verb.SUBSCRIBE),
            Choice(service="nowhere", verb=Verb.QUERY),
        ),
    )
    values = MenuNode(
        "values",
        Text("要填的", "Values"),
        (
            Choice(service="forward", verb=Verb.SUBSCRIBE),
            Choice(service="bill", verb=Verb.QUERY, parameters={"month": "?"}),
            Choice(service="password", verb=Verb.REGISTER),
            Choice(service="password", verb=Verb.CONFIGURE, parameters={"what": "change"}),
            Choice(service="suggestion", verb=Verb.OTHER),
            Choice(service="secret_bill", verb=Verb.QUERY),
            Choice(service="secret_plan", verb=Verb.SUBSCRIBE),
        ),
    )
    nodes = {node.id: node for node in (main, orders, values)}
    return Menu("small", Text("小菜单", "Small menu"), nodes, "main", **more)


def senior_menu() -> Menu:
    node = MenuNode(
        "first", Text("长者", "Senior"), (Choice(service="balance", verb=Verb.QUERY), Choice(word="senior"))
    )
    return Menu("senior", Text("长者菜单", "Senior menu"), {"first": node}, "first", senior=True)


def keyed_book(**changes: Any) -> Book:
    """The small town's book with a menu, and texts by which each key is known."""
    services = {
        **BOOK.services,
        "secret_bill": replace(
            BOOK.services["balance"], id="secret_bill", actions={Verb.QUERY: Action(Verb.QUERY, assurance=2)}
        ),
        "secret_plan": replace(
            BOOK.services["caller_id"], id="secret_plan", actions={Verb.SUBSCRIBE: Action(Verb.SUBSCRIBE, assurance=2)}
        ),
    }
    words = {**BOOK.words, **{key: text_of(key, names) for key, names in CALL_WORDS.items()}}
    words["voice.talk.deed"] = Text("{label}{service}", "{label} {service}")
    for key in [key for key in words if key.startswith("voice.talk.verb.")]:
        del words[key]  # those of an SMS
    words["voice.talk.option"] = Text("{label}，请按{key}。", "{label}, press {key}.")
    limits = {**BOOK.limits, "misses_before_person": 3, "misses_handover": 6}
    menus = {"small": small_menu(), "senior": senior_menu()}
    return replace(BOOK, services=services, words=words, limits=limits, menus=menus, **changes)
