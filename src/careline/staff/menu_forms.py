"""The form of one node of a phone menu: what is filled in becomes a node, with choices moved, added and taken out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from careline.catalogue.compiling_menus import WORDS
from careline.dialogue.book import Book, Choice, Menu, MenuNode, Verb
from careline.staff.call_labels import MENU_WORDS
from careline.staff.labels import VERBS
from careline.values.language import LANGUAGES, Text

NEW = "new"  # the row of a choice that is to be added
_TARGET = re.compile(r"(node|word) (\S+)|(\S+) ([a-z]+)(?: (\S+))?")


@dataclass(slots=True)
class Row:
    """One choice as the form has it; `target` is `node bills`, `word person`, or `<service> <verb> <tier>`."""

    name: str
    target: str
    label: Mapping[str, str]
    given: str = ""  # month=?, what=change
    wrong: str = ""


@dataclass(slots=True)
class NodeForm:
    title: Mapping[str, str]
    intro: Mapping[str, str]
    rows: list[Row]
    new: Row
    wrong: list[str] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return not self.wrong and not any(row.wrong for row in (*self.rows, self.new))


def body_of(node: MenuNode) -> dict[str, Any]:
    """A compiled node as a document holds it: how a node that another menu lends is written for this one."""
    body: dict[str, Any] = {"title": node.title._asdict(), "choices": [_choice_body(one) for one in node.choices]}
    if node.intro is not None:
        body["intro"] = node.intro._asdict()
    return body


def _choice_body(choice: Choice) -> dict[str, Any]:
    body: dict[str, Any] = {
        key: value
        for key, value in (
            ("node", choice.node),
            ("service", choice.service),
            ("verb", choice.verb.value if choice.verb else ""),
            ("tier", choice.tier),
            ("word", choice.word),
        )
        if value
    }
    if choice.label is not None:
        body["label"] = choice.label._asdict()
    if choice.parameters:
        body["parameters"] = dict(choice.parameters)
    return body


def form_of(body: Mapping[str, Any]) -> NodeForm:
    """The form of a node, filled."""
    choices = [one for one in body.get("choices") or [] if isinstance(one, Mapping)]
    rows = [
        Row(str(place), target_of(one), _pair(one.get("label")), _written(one.get("parameters")))
        for place, one in enumerate(choices, 1)
    ]
    return NodeForm(_pair(body.get("title")), _pair(body.get("intro")), rows, Row(NEW, "", _pair(None)))


def target_of(choice: Mapping[str, Any]) -> str:
    for kind in ("node", "word"):
        if choice.get(kind):
            return f"{kind} {choice[kind]}"
    return " ".join(str(choice[key]) for key in ("service", "verb", "tier") if choice.get(key))


def read(
    body: Mapping[str, Any], sent: Mapping[str, str], bodies: Mapping[tuple[str, str], Any]
) -> tuple[NodeForm, dict[str, Any]]:
    """What was filled in, and the node that it makes; `do` moves (up:2, down:2), takes out (remove:2) or saves."""
    form = form_of(body)
    form.title, form.intro = _sent_pair(sent, "title"), _sent_pair(sent, "intro")
    choices = [_fill(row, sent, bodies) for row in form.rows]
    if sent.get(f"{NEW}/target", "").strip():
        choices.append(_fill(form.new, sent, bodies))
    if not all(text.strip() for text in form.title.values()):
        form.wrong.append(_("Write the title in both languages."))
    if any(form.intro.values()) and not all(text.strip() for text in form.intro.values()):
        form.wrong.append(_("Write the sentence before the choices in both languages, or in none."))
    made: dict[str, Any] = {"title": dict(form.title), "choices": _arranged(choices, sent.get("do", ""))}
    if all(text.strip() for text in form.intro.values()):
        made["intro"] = dict(form.intro)
    return form, made


def _arranged(choices: list[dict[str, Any]], do: str) -> list[dict[str, Any]]:
    deed, _colon, written = do.partition(":")
    place = int(written) - 1 if written.isascii() and written.isdigit() and len(written) < 4 else -1
    if not 0 <= place < len(choices):
        return choices
    moved = choices.pop(place)
    if deed == "remove":
        return choices
    step = {"up": -1, "down": 1}.get(deed, 0)
    choices.insert(min(max(place + step, 0), len(choices)), moved)
    return choices


def _fill(row: Row, sent: Mapping[str, str], bodies: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    row.target = " ".join(sent.get(f"{row.name}/target", "").split())
    row.label, row.given = _sent_pair(sent, f"{row.name}/label"), sent.get(f"{row.name}/given", "").strip()
    row.wrong = ""
    choice = _choice(row, bodies)
    if any(row.label.values()):
        if all(text.strip() for text in row.label.values()):
            choice["label"] = dict(row.label)
        else:
            row.wrong = row.wrong or _("Name the choice in both languages, or in none.")
    return choice


def _choice(row: Row, bodies: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    found = _TARGET.fullmatch(row.target)
    if found is None:
        row.wrong = _("Choose where it leads: a node, a word, or a service and what is done with it.")
        return {}
    if found[1] == "word" and found[2] not in WORDS:
        row.wrong = _("There is no word %(word)s.") % {"word": found[2]}
    if found[1]:
        return {found[1]: found[2]}
    service = bodies.get(("service", found[3]))
    if service is None or found[4] not in service.get("actions", {}):
        row.wrong = _("There is no such service, or this cannot be done with it.")
    choice: dict[str, Any] = {"service": found[3], "verb": found[4]}
    if found[5]:
        choice["tier"] = found[5]
        if service is not None and found[5] not in service.get("tiers", {}):
            row.wrong = _("The service has no tier %(tier)s.") % {"tier": found[5]}
    given = dict(part.partition("=")[::2] for part in re.split("[,，]", row.given) if part.strip())
    if given:
        choice["parameters"] = {name.strip(): value.strip() for name, value in given.items()}
        if not all(choice["parameters"].values()):
            row.wrong = row.wrong or _("Write values as name=value, with ? for what the caller keys.")
    return choice


def targets(book: Book | None, menu: Menu | None) -> Iterator[tuple[str, Any]]:
    """What a choice may lead to, with the words for it."""
    for word in WORDS:
        yield f"word {word}", MENU_WORDS.get(word, word)
    for node in menu.nodes.values() if menu else ():
        yield f"node {node.id}", node.title
    for service in book.services.values() if book else ():
        if Verb.HELP not in service.actions:
            yield f"node {service.id}", service.name
        for verb in service.actions:
            yield (
                f"{service.id} {verb.value}",
                Text(*(f"{service.name.read(one)} · {VERBS[verb.value]}" for one in LANGUAGES)),
            )


def _pair(held: Any) -> dict[str, str]:
    return {one: str(held.get(one, "")) if isinstance(held, Mapping) else "" for one in LANGUAGES}


def _sent_pair(sent: Mapping[str, str], name: str) -> dict[str, str]:
    return {one: " ".join(sent.get(f"{name}/{one}", "").split()) for one in LANGUAGES}


def _written(parameters: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items()) if isinstance(parameters, Mapping) else ""
