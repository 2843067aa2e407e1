"""Keys that were moved lately stay: which these are is read from the versions that were published."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from careline.advice.layouts import Bodies, written
from careline.advice.walks import Step
from careline.catalogue.item import Item
from careline.catalogue.version import Version

VERSIONS_MAX = 40  # published in the time that keys rest; of more than these the older ones are not looked at


def moved_lately(menu: str, now: datetime, days: int) -> dict[Step, datetime]:
    """Choices whose key a version of these days changed, with when; two statements."""
    versions = list(
        Version.objects.filter(published_at__isnull=False)
        .order_by("-published_at")
        .values_list("pk", "published_at")[:VERSIONS_MAX]
    )
    since = now - timedelta(days=days)
    recent = sum(at is not None and at > since for _pk, at in versions)
    wanted = versions[: recent + 1]
    bodies: dict[int, dict[tuple[str, str], Any]] = {pk: {} for pk, _at in wanted}
    for pk, key, body in Item.objects.filter(version__in=bodies, kind="menu").values_list("version", "key", "body"):
        bodies[pk]["menu", key] = body
    moved: dict[Step, datetime] = {}
    for (newer, at), (older, _before) in pairwise(wanted):
        for step in _moved(menu, bodies[older], bodies[newer]):
            moved.setdefault(step, at or now)  # the newest first
    return moved


def _moved(menu: str, before: Bodies, after: Bodies) -> list[Step]:
    return [
        Step(node, place)
        for node in _nodes(menu, after)
        for place, at in _keys(written(after, menu, node)).items()
        if (old := _keys(written(before, menu, node)).get(place)) is not None and old != at
    ]


def _nodes(menu: str, bodies: Bodies) -> set[str]:
    """The nodes that the menu or those it is based on write."""
    nodes: set[str] = set()
    seen: set[str] = set()
    while menu and menu not in seen and isinstance(body := bodies.get(("menu", menu)), Mapping):
        seen.add(menu)
        nodes |= set(body.get("nodes", {}))
        menu = str(body.get("base", ""))
    return nodes


def _keys(node: Mapping[str, Any] | None) -> dict[str, int]:
    """Each place of a node's document with its key; of several alike the first."""
    keys: dict[str, int] = {}
    for at, choice in enumerate(node.get("choices", ()) if node else (), 1):
        place = choice.get("node") or f"{choice.get('service')}:{choice.get('verb')}"
        if not choice.get("word"):
            keys.setdefault(str(place), at)
    return keys
