"""What a message means, before anything is decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from careline.dialogue.book import Code, Verb, nothing
from careline.dialogue.lexicon import Entry

# One thing that can be chosen by number: JSON, for it is kept with the open question.
#   service, verb, tier, table, spelling, fixed   an action     node, table   a menu     value, label   of a behaviour
Option = Mapping[str, Any]

Kind = Literal[
    "act",  # a service and a verb
    "node",  # a menu node
    "word",  # a universal word
    "mine",  # the personal menu
    "choose",  # several things, said by `key`
    "wrong_tier",  # a family's selector that does not exist
    "no_such_action",
    "not_here",  # a service that does not exist for this subscriber
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    rule: str
    exact: bool = False  # an exact published spelling of this subscriber's own tables
    table: str = ""
    service: str = ""
    verb: Verb = Verb.OTHER
    tier: str = ""
    fixed: Mapping[str, str] = field(default_factory=nothing)
    raw: tuple[str, ...] = ()  # parameters as written
    spelling: str = ""
    code: Code | None = None
    early: bool = False  # its table has not started yet
    named: bool = False  # only the name was said: describe, and offer
    elsewhere: bool = False  # another region's spelling
    key: str = ""
    options: tuple[Option, ...] = ()
    word: str = ""
    argument: str = ""
    asks: tuple[str, ...] = ()  # values to be asked for, though the action could do without


def of_entry(entry: Entry, rule: str, raw: tuple[str, ...] = (), **more: Any) -> Meaning:
    """The meaning of a code, with what follows it."""
    code = entry.code
    node = entry.node
    if node:
        return Meaning("node", rule, table=entry.table.id, service=code.service, verb=Verb.HELP, spelling=node, **more)
    return Meaning(
        "act",
        rule,
        table=entry.table.id,
        service=code.service,
        verb=code.verb,
        tier=code.fixed.get("tier", ""),
        fixed=code.fixed,
        raw=raw,
        spelling=entry.head,
        code=code,
        **more,
    )


def option_of(entry: Entry) -> Option:
    code = entry.code
    if entry.node:
        return {"node": entry.node, "table": entry.table.id}
    option: dict[str, Any] = {"service": code.service, "verb": code.verb.value}
    option |= {"table": entry.table.id, "spelling": code.spelling.rstrip("#*+")}
    if code.fixed.get("tier"):
        option["tier"] = code.fixed["tier"]
    if code.fixed.get("what"):
        option["what"] = code.fixed["what"]
    return option
