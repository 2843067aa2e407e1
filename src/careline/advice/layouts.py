"""Layouts: a menu with other keys, as values, and as the documents that a draft holds."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from careline.dialogue.book import Menu, MenuNode


class Spot(NamedTuple):
    """A choice of the menu as it stands: the one at this place (from 0) of this node."""

    node: str
    at: int


# For each node that changes, its choices in their new order. A choice of a node below may be listed besides.
Layout = Mapping[str, tuple[Spot, ...]]
Bodies = Mapping[tuple[str, str], Any]


def standing(node: MenuNode) -> tuple[Spot, ...]:
    """A node's choices as they are."""
    return tuple(Spot(node.id, at) for at in range(len(node.choices)))


def node_with(menu: Menu, node: str, spots: tuple[Spot, ...]) -> MenuNode:
    return replace(menu.nodes[node], choices=tuple(menu.nodes[spot.node].choices[spot.at] for spot in spots))


def menu_with(menu: Menu, layout: Layout) -> Menu:
    """The menu with this layout."""
    nodes = dict(menu.nodes) | {name: node_with(menu, name, spots) for name, spots in layout.items()}
    return replace(menu, nodes=MappingProxyType(nodes))


def written(bodies: Bodies, menu: str, node: str) -> dict[str, Any] | None:
    """A node as its document has it: the menu's own, or that of the menu it is based on; None where it is made of a service."""
    seen: set[str] = set()
    while menu and menu not in seen:
        seen.add(menu)
        body = bodies.get(("menu", menu))
        if not isinstance(body, Mapping):
            return None
        found = body.get("nodes", {}).get(node)
        if found is not None:
            return dict(found)
        menu = str(body.get("base", ""))
    return None


def body_with(
    bodies: Bodies, menu: str, layout: Layout, announced: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """The menu's document with this layout; a lent node becomes its own. Raises KeyError for a node that nobody wrote.

    `announced` are the words by which nodes say that their keys have changed, in both languages.
    """
    body = deepcopy(dict(bodies["menu", menu]))
    nodes = dict(body.get("nodes", {}))
    for name, spots in layout.items():
        own = written(bodies, menu, name)
        if own is None:
            raise KeyError(name)
        nodes[name] = deepcopy(own) | {"choices": [_choice(bodies, menu, spot) for spot in spots]}
    for name, words in (announced or {}).items():
        nodes[name] = nodes[name] | {"intro": dict(words)}
    return body | {"nodes": nodes}


def _choice(bodies: Bodies, menu: str, spot: Spot) -> Any:
    lender = written(bodies, menu, spot.node)
    if lender is None:
        raise KeyError(spot.node)
    return deepcopy(lender["choices"][spot.at])
