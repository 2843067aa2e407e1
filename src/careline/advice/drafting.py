"""Advice as a draft of the catalogue: by a named person, linted and reviewed like any other, and once only."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from careline.advice import layouts, verdicts
from careline.advice.layouts import Bodies, Layout, Spot
from careline.advice.models import Drafted
from careline.advice.moving import Kind
from careline.advice.walks import place_of
from careline.catalogue import menu_paths
from careline.catalogue.compiling import compile_book
from careline.catalogue.version import State, Version, lock_publishing
from careline.dialogue.book import Book, Menu
from careline.journal.models import Entry
from careline.journal.writing import write
from careline.values.language import Text

ANNOUNCED = Text("这里的按键有调整", "Some keys here have changed")


class Refused(Exception):
    """Nothing was written. The pages say each of these in their own words."""


class NothingPublished(Refused):
    """There is no catalogue to draft from."""


class NoSuchAdvice(Refused):
    """The menu, node or choice that the advice names is not there (any more)."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: there is no such menu, node or choice in the catalogue")
        self.key = key


class Changed(Refused):
    """What the advice is about was changed since it was given: look at the advice anew."""

    def __init__(self, what: Sequence[str], seen: int, published: int) -> None:
        super().__init__(
            f"{', '.join(what)} was changed in version {published}, after this advice was given on version {seen}"
        )
        self.what, self.seen, self.published = tuple(what), seen, published


class Change(NamedTuple):
    """One document of the catalogue, as it was when advice was given, and as it shall be."""

    kind: str
    key: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Applied(NamedTuple):
    version: Version
    new: bool  # False: this advice had been drafted before, and this is the draft


def apply(
    menu: str, keys: Sequence[str], *, seen: int, by: str, now: datetime, announce: bool = False, note: str = ""
) -> Applied:
    """Draft these changes of a menu (keys of `orders.Move`), in this order; `seen` is the version that they were given on.

    `announce`: each changed node that has no words before its choices says that its keys have changed, until advice
    takes that out again. Raises Changed, NoSuchAdvice, NothingPublished.
    """
    with transaction.atomic():
        lock_publishing()
        bodies, published = _unchanged(menu, seen)
        book = compile_book(bodies, published)
        if menu not in book.menus:
            raise NoSuchAdvice(menu)
        layout: Layout = {}
        for key in keys:
            layout = laid(book.menus[menu], layout, key)
        after, told = _body(bodies, menu, layout, announce)
        return _draft(
            [Change("menu", menu, bodies["menu", menu], after)], kind="menu", menu=menu, keys=keys, announced=told, by=by,
            now=now, note=note or _told(book, book.menus[menu], layout),
        )  # fmt: skip


def apply_layout(menu: str, layout: Layout, *, seen: int, by: str, now: datetime, note: str) -> Applied:
    """Draft a whole order (`orders.whole_order`); raises as `apply` does."""
    with transaction.atomic():
        lock_publishing()
        bodies, _published = _unchanged(menu, seen)
        after, _told = _body(bodies, menu, layout, False)
        return _draft(
            [Change("menu", menu, bodies["menu", menu], after)], kind="menu", menu=menu, keys=[f"order:{menu}"], announced=(),
            by=by, now=now, note=note,
        )  # fmt: skip


def apply_changes(
    changes: Sequence[Change], *, kind: str, key: str, seen: int, by: str, now: datetime, note: str, menu: str = ""
) -> Applied:
    """Draft changed documents (words without jargon, a node without its announcement); raises as `apply` does."""
    with transaction.atomic():
        lock_publishing()
        current = _published()
        bodies = current.bodies()
        changed = [f"{one.kind} {one.key}" for one in changes if bodies.get((one.kind, one.key)) != one.before]
        if changed:
            raise Changed(changed, seen, current.number)
        return _draft(changes, kind=kind, menu=menu, keys=[key], announced=(), by=by, now=now, note=note)


def drafted(key: str) -> int | None:
    """Number of the newest version that carries this advice and was not thrown away; None where there is none."""
    entries = Entry.objects.filter(what="advice", did="draft", detail__advice__contains=[key]).order_by("-at")
    numbers = [int(entry.detail["version"]) for entry in entries]
    known = set(
        Version.objects.filter(number__in=numbers).exclude(state=State.DISCARDED).values_list("number", flat=True)
    )
    return next((number for number in numbers if number in known), None)


def laid(menu: Menu, layout: Layout, key: str) -> Layout:
    """A layout with the change of this key besides; raises NoSuchAdvice."""
    parts = key.split(":")
    if len(parts) not in (5, 6) or parts[1] != menu.id or parts[2] not in menu.nodes:
        raise NoSuchAdvice(key)
    node = menu.nodes[parts[2]]
    spots = list(layout.get(node.id) or layouts.standing(node))
    at = {_name(place_of(menu.nodes[spot.node].choices[spot.at])): place for place, spot in enumerate(spots)}
    first, comes = parts[3], parts[4]
    if parts[0] == Kind.SWAP and first in at and comes in at:
        spots[at[first]], spots[at[comes]] = spots[at[comes]], spots[at[first]]
    elif parts[0] == Kind.LIFT and len(parts) == 6 and first in at and comes not in at and parts[5] in menu.nodes:
        below = menu.nodes[parts[5]]
        found = [place for place, one in enumerate(below.choices) if _name(place_of(one)) == comes]
        if len(found) != 1:
            raise NoSuchAdvice(key)
        spots.append(spots[at[first]])
        spots[at[first]] = Spot(below.id, found[0])
    else:
        raise NoSuchAdvice(key)
    return {**layout, node.id: tuple(spots)}


def _told(book: Book, menu: Menu, layout: Layout) -> str:
    """Which keys lead elsewhere now, for the second person who reads the draft, in both languages."""
    said: dict[str, list[str]] = {"zh": [], "en": []}
    for name, spots in layout.items():
        for language, lines in said.items():
            moved = []
            for place, spot in enumerate(spots):
                if spot == Spot(name, place):
                    continue
                choice = menu.nodes[spot.node].choices[spot.at]
                moved.append(f"{place + 1} {menu_paths.label(book, menu, choice).read(language)}")
            lines.append(f"{menu.nodes[name].title.read(language)}: {', '.join(moved)}")
    return " / ".join("; ".join(lines) for lines in said.values())


def _name(place: str) -> str:
    """A place as keys of advice write it."""
    return place.replace(":", ".")


def _published() -> Version:
    current = Version.published()
    if current is None:
        raise NothingPublished
    return current


def _unchanged(menu: str, seen: int) -> tuple[Bodies, int]:
    """What is published, if the menu and those it is based on are as they were in the version that was seen."""
    current = _published()
    bodies = current.bodies()
    if current.number != seen:
        version = Version.objects.filter(number=seen).first()
        then = version.bodies() if version else {}
        if changed := [one for one in _chain(bodies, menu) if bodies["menu", one] != then.get(("menu", one))]:
            raise Changed([f"menu {one}" for one in changed], seen, current.number)
    if ("menu", menu) not in bodies:
        raise NoSuchAdvice(menu)
    return bodies, current.number


def _chain(bodies: Bodies, menu: str) -> list[str]:
    chain: list[str] = []
    while menu and menu not in chain and ("menu", menu) in bodies:
        chain.append(menu)
        menu = str(bodies["menu", menu].get("base", ""))
    return chain


def _body(bodies: Bodies, menu: str, layout: Layout, announce: bool) -> tuple[dict[str, Any], list[str]]:
    silent = [name for name in layout if not (layouts.written(bodies, menu, name) or {}).get("intro")]
    told = {name: ANNOUNCED._asdict() for name in silent} if announce else {}
    try:
        return layouts.body_with(bodies, menu, layout, told), sorted(told)
    except KeyError as missing:
        raise NoSuchAdvice(str(missing)) from missing


def _draft(
    changes: Sequence[Change],
    *,
    kind: str,
    menu: str,
    keys: Sequence[str],
    announced: Sequence[str],
    by: str,
    now: datetime,
    note: str,
) -> Applied:
    """The draft of these changes: the one that there is, or a new one; the journal says who and what."""
    digest = hashlib.sha256(json.dumps(changes, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    before = Drafted.objects.filter(digest=digest).first()
    if before is not None:
        held = Version.objects.filter(number=before.version, state__in=(State.DRAFT, State.IN_REVIEW)).first()
        if held is not None:
            return Applied(held, False)
    version = Version.draft(by=by, now=now, note=note[:500])
    stamps = {(one.kind, one.key): one.stamp for one in version.items.filter(key__in=[one.key for one in changes])}
    for one in changes:
        version.edit(one.kind, one.key, one.after, by=by, now=now, stamp=stamps[one.kind, one.key])
    Drafted.objects.update_or_create(
        digest=digest,
        defaults={
            "kind": kind, "menu": menu, "version": version.number, "announced": list(announced), "at": now, "by": by,
        },
    )  # fmt: skip
    write(
        who=by, did="draft", what="advice", record=keys[0][: verdicts.KEY_MAX] if keys else kind, now=now,
        detail={"version": version.number, "menu": menu, "advice": list(keys), "announced": list(announced)},
    )  # fmt: skip
    version.refresh_from_db()
    return Applied(version, True)
