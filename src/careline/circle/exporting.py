"""Decisions written as the file that `decisions_file` reads."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from careline.circle.decisions import Action, Attested, Decisions, Grown, Kept, Topic, full_voters
from careline.values.language import Text


def to_toml(decided: Decisions) -> str:
    """The same decisions come back when it is read."""
    return "".join(_lines(_tree(decided)))


def _tree(decided: Decisions) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "name": decided.name, "profile": decided.profile, "terms": decided.terms, "problems": decided.problems,
        "solved": decided.solved, "goal": decided.goal, "goal_on": decided.goal_on, "capacity": decided.capacity,
        "lessons": decided.lessons, "next": decided.next, "kept": [_kept(one) for one in decided.kept],
        "team": [{"name": name, "role": role} for name, role in decided.team],
    }  # fmt: skip
    if decided.after:
        tree["after"] = {"from": decided.after.since, "to": decided.after.until}
    summed = bool(full_voters(decided.topics))
    tree |= {
        "topics": [_topic(one, summed) for one in decided.topics], "concluded": dict(decided.concluded),
        "tree": [_grown(one) for one in decided.grown],
        "plans": {name: {"who": one.who, "due": one.due} for name, one in decided.plans.items()},
        "attested": {name: _attested(one) for name, one in decided.attested.items()},
        "machines": [{"name": one.name, "bought": one.bought} for one in decided.machines],
        "rounds": [{"on": one.on, "by": one.by, "found": one.found, "crashed": one.crashed} for one in decided.rounds],
        "actions": [_action(one) for one in decided.actions],
    }  # fmt: skip
    return tree


def _topic(one: Topic, summed: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.id, "name": one.name, "cards": one.cards}
    return told | ({} if summed else {"scores": dict(one.scores)}) | {"votes": dict(one.votes)}


def _grown(one: Grown) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Grown.__slots__}


def _attested(one: Attested) -> dict[str, Any]:
    proof = one.proof if one.proof.startswith(("https://", "http://", "/")) else ""  # a file stays with its circle
    return {"met": one.met, "words": one.words, "by": one.by, "on": one.on, "proof": proof}


def _action(one: Action) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Action.__slots__}


def _kept(one: Kept) -> dict[str, Any]:
    return {"words": one.words, "where": one.where, "link": one.link}


def _lines(tree: Mapping[str, Any], above: str = "") -> Iterable[str]:
    """Plain values first, then tables, then lists of tables, as TOML wants them; what is empty is left out."""
    for name, value in tree.items():
        if not _is_table(value) and not _is_tables(value) and not _empty(value):
            yield f"{_key(name)} = {_value(value)}\n"
    for name, value in tree.items():
        path = f"{above}{_key(name)}"
        if _is_table(value) and value:
            inside = list(_lines(value, f"{path}."))
            if any(not _is_table(one) for one in value.values()):
                yield f"\n[{path}]\n"
            yield from inside
        elif _is_tables(value):
            for one in value:
                yield f"\n[[{path}]]\n"
                yield from _lines(one, f"{path}.")


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and not isinstance(value, Text) and bool(value) and _is_table(value[0])


def _empty(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return (
        not any(value)
        if isinstance(value, Text)
        else value in (None, "", 0) or (isinstance(value, list | tuple) and not value)
    )


def _key(name: str) -> str:
    return name if name and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in name) else _word(name)


def _value(value: Any) -> str:
    if isinstance(value, Text):
        return _word(value.zh) if value.zh == value.en else f"{{ zh = {_word(value.zh)}, en = {_word(value.en)} }}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value) if isinstance(value, int | Decimal) else _word(str(value))


def _word(said: str) -> str:
    """A basic string of TOML: JSON's, but for U+007F, which TOML wants escaped."""
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
