"""The phone menus of a version: as a tree with the seconds that each node takes to hear, and one node to be edited."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from careline.catalogue import channel_abilities, error_prompts, menu_paths, refusals
from careline.catalogue.item import Item
from careline.catalogue.linting.finding import Finding
from careline.catalogue.linting.keypads import LONG_SECONDS
from careline.catalogue.spoken_length import seconds
from careline.catalogue.version import State, Version
from careline.dialogue.book import Book, Choice, Menu, MenuNode
from careline.identity.gates import Gate
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.linted import compiled, report
from careline.staff.menu_forms import body_of, form_of, read, targets
from careline.staff.refusing import explain_refusal
from careline.staff.views.browsing import version_or_404
from careline.staff.views.editing import stamp_of


@dataclass(slots=True)
class Branch:
    """One choice of the tree: the key, what it is called, where it leads, and what is below."""

    key: int
    choice: Choice
    label: Any
    node: MenuNode | None = None
    own: bool = False  # written in this menu, not lent by its base
    again: bool = False  # shown above already
    seconds: dict[str, int] = field(default_factory=dict)
    long: bool = False
    below: list["Branch"] = field(default_factory=list)


@through(Gate.READ_CATALOGUE)
def menus(request: HttpRequest, number: int) -> HttpResponse:
    """Every menu with its scope, its size and how long its first node takes."""
    version = version_or_404(number)
    book = compiled(version)
    bodies = version.bodies()
    shown = []
    for (kind, key), body in sorted(bodies.items()):
        if kind == "menu":
            menu = book.menus.get(key) if book else None
            findings = _findings(version, key)
            shown.append({"id": key, "body": body, "menu": menu, "found": findings, "first": _first(book, menu)})
    return _page(
        request,
        "staff/menus.html",
        version,
        menus=shown,
        regions=bodies.get(("settings", "regions"), {}),
        brands=bodies.get(("settings", "brands"), {}),
    )


@through(Gate.READ_CATALOGUE)
def menu(request: HttpRequest, number: int, menu: str) -> HttpResponse:
    """One menu as a tree."""
    version = version_or_404(number)
    held = _held(version, menu)
    book = compiled(version)
    found = book.menus.get(menu) if book else None
    bodies = version.bodies()
    tree = _tree(book, found, set(held.body.get("nodes", {}))) if book and found else None
    return _page(
        request,
        "staff/menu.html",
        version,
        menu=menu,
        body=held.body,
        tree=tree,
        first=found.nodes.get(found.first) if found else None,
        sounds=_sounds(book, found, found.nodes[found.first]) if book and found else [],
        findings=_findings(version, menu),
        regions=bodies.get(("settings", "regions"), {}),
        brands=bodies.get(("settings", "brands"), {}),
    )


@through(Gate.READ_CATALOGUE)
def node(request: HttpRequest, number: int, menu: str, node: str) -> HttpResponse:
    """One node: how it sounds, and in a draft its choices to be renamed, moved, added and taken out."""
    version = version_or_404(number)
    held = _held(version, menu)
    book = compiled(version)
    found = book.menus.get(menu) if book else None
    lent = found.nodes.get(node) if found else None
    own = held.body.get("nodes", {}).get(node)
    body = own if own is not None else body_of(lent) if lent is not None else None
    if body is None:
        raise Http404
    form, overtaken = form_of(body), None
    if request.method == "POST":
        if not may(request, Gate.EDIT_CATALOGUE):
            return refuse(request, Gate.EDIT_CATALOGUE)
        form, made = read(body, request.POST.dict(), version.bodies())
        if form.valid:
            changed = {**held.body, "nodes": {**held.body.get("nodes", {}), node: made}}
            try:
                version.edit("menu", menu, changed, by=actor(request), now=now(), stamp=stamp_of(request))
            except refusals.Overtaken as refusal:
                overtaken = refusal
            except refusals.Refusal as refusal:
                messages.error(request, explain_refusal(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect(reverse("staff:node", args=[number, menu, node]) + _place(request.POST.get("do", "")))
    path = f"nodes.{node}"
    return _page(
        request,
        "staff/menu_node.html",
        version,
        status=409 if overtaken else 200 if form.valid else 400,
        menu=menu,
        body=held.body,
        node=node,
        form=form,
        own=own is not None,
        stamp=overtaken.stamp if overtaken else held.stamp,
        said=explain_refusal(overtaken) if overtaken else "",
        editing=version.state == State.DRAFT and may(request, Gate.EDIT_CATALOGUE),
        targets=list(targets(book, found)) if version.state == State.DRAFT else [],
        sounds=_sounds(book, found, lent) if book and found and lent else [],
        findings=[one for one in _findings(version, menu) if f"{one.where.path}.".startswith(f"{path}.")],
        most=LONG_SECONDS,
    )


@through(Gate.READ_CATALOGUE)
def errors(request: HttpRequest, number: int) -> HttpResponse:
    """Each kind of error that callers can hear of, with its words."""
    version = version_or_404(number)
    book = compiled(version)
    prompts = error_prompts.prompts(book) if book else []
    return _page(
        request,
        "staff/errors.html",
        version,
        compiled=book is not None,
        prompts=prompts,
        verdict=error_prompts.verdict(prompts),
        missing=sum(one.missing for one in prompts),
        shared=sum(bool(one.shared_with) for one in prompts),
        words={key for kind, key in version.bodies() if kind == "words"},
    )


@through(Gate.READ_CATALOGUE)
def channels(request: HttpRequest, number: int) -> HttpResponse:
    """What each channel can do, and why not where not."""
    version = version_or_404(number)
    book = compiled(version)
    rows = channel_abilities.abilities(book) if book else []
    lacking = request.GET.get("only") == "no"
    shown = [row for row in rows if not lacking or not all(one.can for one in row.by_channel.values())]
    return _page(
        request,
        "staff/channels.html",
        version,
        compiled=book is not None,
        rows=shown,
        total=len(rows),
        totals=channel_abilities.totals(rows),
        channels=channel_abilities.CHANNELS,
        lacking=lacking,
    )


def _page(request: HttpRequest, template: str, version: Version, status: int = 200, **context: Any) -> HttpResponse:
    editable = version.state == State.DRAFT
    return page(
        request, template, status=status, here="catalogue", tab="menus", version=version, editable=editable, **context
    )


def _held(version: Version, menu: str) -> Item:
    held = version.items.filter(kind="menu", key=menu).first()
    if held is None:
        raise Http404
    return held


def _findings(version: Version, menu: str) -> list[Finding]:
    return [one for one in report(version).findings if (one.where.kind, one.where.key) == ("menu", menu)]


def _first(book: Book | None, menu: Menu | None) -> dict[str, int]:
    if book is None or menu is None or menu.first not in menu.nodes:
        return {}
    return _seconds(book, menu, menu.nodes[menu.first], menu_paths.audiences(book, menu, _day(menu)))


def _seconds(book: Book, menu: Menu, node: MenuNode, heard_by: list[Any]) -> dict[str, int]:
    return {
        language: round(menu_paths.longest(book, menu, node, language, heard_by)[0])
        for language in menu_paths.languages(menu)
    }


def _day(menu: Menu) -> date:
    return menu.valid_from or date.max


def _tree(book: Book, menu: Menu, own: set[str]) -> list[Branch]:
    heard_by = menu_paths.audiences(book, menu, _day(menu))
    seen = {menu.first}

    def grown(node: MenuNode) -> list[Branch]:
        return [branch(key, choice) for key, choice in enumerate(node.choices, 1)]

    def branch(key: int, choice: Choice) -> Branch:
        made = Branch(key, choice, menu_paths.label(book, menu, choice), menu.nodes.get(choice.node))
        if made.node is None:
            return made
        made.own, made.again = made.node.id in own, made.node.id in seen
        made.seconds = _seconds(book, menu, made.node, heard_by)
        made.long = max(made.seconds.values(), default=0) > LONG_SECONDS
        if not made.again:
            seen.add(made.node.id)
            made.below = grown(made.node)
        return made

    return grown(menu.nodes[menu.first])


def _sounds(book: Book, menu: Menu, node: MenuNode) -> list[dict[str, Any]]:
    """What the callers hear to whom the node is longest, by language, with the seconds that it takes."""
    heard_by = menu_paths.audiences(book, menu, _day(menu))
    said = []
    for language in menu_paths.languages(menu):
        _takes, choices = menu_paths.longest(book, menu, node, language, heard_by)
        text = menu_paths.sounds(book, menu, node, choices, language)
        said.append({"language": language, "text": text, "seconds": round(seconds(text, language))})
    return said


def _place(do: str) -> str:
    """The row that was moved, so that the keyboard stays with it."""
    deed, _colon, place = do.partition(":")
    if not place.isdigit() or deed not in ("up", "down"):
        return ""
    return f"#c{max(1, int(place) + (1 if deed == 'down' else -1))}"
