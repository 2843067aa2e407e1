"""The demo's invented month is invented like a month that was: who chose an action went through the nodes before it."""

from careline.demo.insight import _ways
from careline.dialogue.book import Choice, Menu, MenuNode, Verb
from careline.values.language import Text


def node(name: str, *choices: Choice) -> MenuNode:
    return MenuNode(name, Text(name, name), choices)


def test_callers_of_the_invented_month_go_the_shortest_way_to_what_they_choose() -> None:
    balance, ringback = Choice(service="balance", verb=Verb.QUERY), Choice(service="crbt", verb=Verb.SUBSCRIBE)
    nodes = {
        "main": node("main", Choice(node="more"), balance, Choice(node="main")),
        "more": node("more", Choice(node="music"), Choice(node="main"), balance),
        "music": node("music", ringback),
    }
    menu = Menu("standard", Text("", ""), nodes, "main")
    assert _ways(menu) == {"balance:query": ("main",), "crbt:subscribe": ("main", "more", "music")}
