"""What no file of decisions may be, before anything is made of it: endless, deep, or of numbers that nothing keeps."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from careline.circle.decisions import Decisions, NotACircle

MANY_MAX = 200  # entries of a list or of a table
ALL_MAX = 5_000  # of all of them together
DEEP_MAX = 6
NUMBER_MAX = 10**12  # of calls, fen and versions
VERSION_MAX = 10**8
DAY_FIRST, DAY_LAST = date(1990, 1, 1), date(2100, 12, 31)
KEY_LENGTH, KIND_LENGTH = 40, 12
PERSON_LENGTH = 100


def check_raw(raw: Mapping[str, Any]) -> None:
    """Raises NotACircle."""
    waiting: list[tuple[str, Any, int]] = [("the file", raw, 0)]
    seen = 0
    while waiting:
        name, value, deep = waiting.pop()
        seen += 1
        if seen > ALL_MAX:
            raise NotACircle(f"more than {ALL_MAX} entries")
        if isinstance(value, dict | list):
            if deep == DEEP_MAX:
                raise NotACircle(f"{name[:40]}: deeper than {DEEP_MAX} tables")
            if len(value) > MANY_MAX:
                raise NotACircle(f"{name[:40]}: more than {MANY_MAX} entries")
            pairs = value.items() if isinstance(value, dict) else ((name, one) for one in value)
            waiting += [(key, one, deep + 1) for key, one in pairs]
            if isinstance(value, dict) and any("\0" in key for key in value):
                raise NotACircle("a name holds a NUL")
        else:
            _check_plain(name, value)


def _check_plain(name: str, value: Any) -> None:
    if isinstance(value, str) and "\0" in value:
        raise NotACircle(f"{name[:40]} holds a NUL")
    if isinstance(value, int | float) and not 0 <= value <= NUMBER_MAX:
        raise NotACircle(f"{name[:40]}: a number from 0 to {NUMBER_MAX} is expected")
    if isinstance(value, datetime) or (isinstance(value, date) and not DAY_FIRST <= value <= DAY_LAST):
        raise NotACircle(f"{name[:40]}: a day from {DAY_FIRST} to {DAY_LAST} is expected")


def check(decided: Decisions) -> Decisions:
    """The same; raises NotACircle where two are one, or where something lacks what the database insists on."""
    _once("team", (name for name, _ in decided.team), PERSON_LENGTH)
    _once("topics", (one.id for one in decided.topics), KEY_LENGTH)
    _once("tree", (one.key for one in decided.grown), KEY_LENGTH)
    _once("causes", {*decided.plans, *decided.attested}, KEY_LENGTH)
    _once("concluded", decided.concluded, KIND_LENGTH)
    if nameless := [cause for cause, one in decided.attested.items() if not one.by.strip()]:
        raise NotACircle(f"attested {nameless[0][:KEY_LENGTH]}: somebody saw it, and has a name")
    if decided.after and decided.after.since > decided.after.until:
        raise NotACircle("after ends before it begins")
    if any(one.version > VERSION_MAX for one in decided.actions):
        raise NotACircle(f"an action's version is at most {VERSION_MAX}")
    return decided


def _once(what: str, names: Iterable[str], longest: int) -> None:
    """Each is there once, and no longer than is kept of it."""
    met: set[str] = set()
    for name in names:
        if len(name) > longest:
            raise NotACircle(f"{what}: {name[:longest]}… has more than {longest} characters")
        if name in met:
            raise NotACircle(f"{what}: {name} is there twice")
        met.add(name)
