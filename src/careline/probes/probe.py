"""A probe as values: what a pretend customer does step by step, and what must be heard or read after each step."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import translate
from typing import Any, Protocol, TypeVar

from careline.values.language import Text

_WILD = re.compile(r"[*?\[]")
WITHIN_SECONDS = 12.0  # an answer begins so soon, or it has failed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be heard or read: one of these is enough.

    `text` is the whole text, word for word. `keys` name texts of the catalogue whose fixed stretches must be there, in
    order, whatever stands between. `words` must all be in what is read. `files` are recordings, for somebody else's lines.
    """

    text: str = ""
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    after: str = ""  # said after any answer: tells that it came to its end, where nothing of it can be foreseen

    def __bool__(self) -> bool:
        return bool(self.text or self.keys or self.words or self.files or self.after)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done, and what must come of it within so long.

    `do`: dial, press, send, wait (do nothing), hang_up; on pages and in apps sign_in, open (a path), pick (SERVICE:VERB) and
    answer; meanwhile: something happens to the line's conversation (`meanwhile.HOWS`). `what` is pressed, sent, opened,
    picked, or what happens.
    """

    do: str
    what: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    within_seconds: float = WITHIN_SECONDS
    whole: bool = True  # listen to the end before going on; else go on as soon as it has begun


@dataclass(frozen=True, slots=True)
class Probe:
    """One dial test. `covers` are tokens of coverage: node:MENU/NODE, deed:SERVICE:VERB, error:KIND, channel:NAME."""

    id: str  # voice/deed/caller_id.subscribe
    name: Text
    channel: str  # voice, sms, ussd, web, app
    steps: tuple[Step, ...]
    region: str = ""
    brand: str = ""
    language: str = "zh"
    senior: bool = False
    service: str = ""
    verb: str = ""
    node: str = ""
    covers: tuple[str, ...] = ()
    person: bool = False  # may reach a person
    stumbles: str = ""  # the sandbox is made to fail for this line: down, busy, silent, or refusing:CAUSE
    # Of the line: suspended, inactive, abroad, no_password, locked (its password), screened (from people); or stranger:
    # it is nobody's.
    status: str = "active"
    basic_fen: int = 100_00
    records: tuple[str, ...] = ()  # what the ledger must hold of it then: SERVICE:VERB:OUTCOME[:CAUSE]
    source: str = "book"  # or the file it was written in
    version: int = 0

    def as_json(self) -> Mapping[str, Any]:
        return asdict(self) | {"name": {"zh": self.name.zh, "en": self.name.en}}


@dataclass(frozen=True, slots=True)
class Gap:
    """What no probe covers, and why."""

    token: str
    why: str


class Identified(Protocol):
    """What patterns choose from: probes, and rows of the plan."""

    @property
    def id(self) -> str: ...


One = TypeVar("One", bound=Identified)


def chosen(probes: Sequence[One], patterns: Sequence[str]) -> list[One]:
    """Those whose ids fit one of these patterns (voice/*, *caller_id*); all when there is none."""
    if not patterns:
        return list(probes)
    # Thousands of ids are looked up; only what has a sign of its own is tried, each compiled once.
    named = set(patterns)
    likes = [re.compile(translate(one)) for one in sorted(named) if _WILD.search(one)]
    return [one for one in probes if one.id in named or any(like.match(one.id) for like in likes)]


def wild(patterns: Sequence[str]) -> int:
    """How many of these are more than an id: each of them is tried at every dial test."""
    return sum(_WILD.search(one) is not None for one in set(patterns))
