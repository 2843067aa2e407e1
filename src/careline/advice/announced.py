"""Nodes that say that their keys have changed: since when, what that costs callers, and the draft that takes it out again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.advice.drafting import ANNOUNCED, Change
from careline.advice.hearing import Ear
from careline.advice.layouts import Bodies
from careline.advice.models import Drafted
from careline.advice.rules import Rules
from careline.catalogue.version import Version
from careline.insight.menus import Usage
from careline.values.language import Text


@dataclass(frozen=True, slots=True)
class Announced:
    """`since` is when the words were published; they have had their time at `until`."""

    menu: str
    node: str
    title: Text
    since: datetime
    until: datetime
    seconds_a_day: float


def announced(ear: Ear, bodies: Bodies, used: Usage, rules: Rules, days: int) -> list[Announced]:
    """The nodes of a menu that say so, the oldest first; two statements where there are any, else none."""
    menu = ear.menu.id
    body = bodies.get(("menu", menu))
    nodes = body.get("nodes", {}) if isinstance(body, Mapping) else {}
    saying = [
        name for name, node in nodes.items() if node.get("intro") == ANNOUNCED._asdict() and name in ear.menu.nodes
    ]
    if not saying:
        return []
    drafts = list(Drafted.objects.filter(menu=menu).order_by("-at"))
    numbers = [one.version for one in drafts]
    published = dict(Version.objects.filter(number__in=numbers).values_list("number", "published_at"))
    seconds = ear.lengths.seconds(ANNOUNCED.read(ear.lengths.language))
    found = []
    for name in saying:
        dates = [at for one in drafts if name in one.announced and (at := published.get(one.version)) is not None]
        if dates:
            since = max(dates)
            heard = used.get(name, (0, 0))[1]
            until = since + timedelta(days=rules.announce_days)
            found.append(Announced(menu, name, ear.menu.nodes[name].title, since, until, seconds * heard / days))
    return sorted(found, key=lambda one: (one.since, one.node))


def silenced(bodies: Bodies, menu: str, node: str) -> Change | None:
    """The menu without these words at a node; None where they are not said there."""
    body = bodies.get(("menu", menu))
    if not isinstance(body, Mapping) or body.get("nodes", {}).get(node, {}).get("intro") != ANNOUNCED._asdict():
        return None
    without = {name: value for name, value in body["nodes"][node].items() if name != "intro"}
    return Change("menu", menu, body, {**body, "nodes": {**body["nodes"], node: without}})
