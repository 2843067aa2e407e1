"""Discounts for paying online, and how much may be owed: rules as data (packs/common/discounts.toml), applied by pure functions."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from careline.catalogue.packs import packs_folder
from careline.payments.states import How, Purpose
from careline.values.language import Text


class RuleError(ValueError):
    """The file says something that is no rule; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One discount; fen. Either a percentage or steps [(from, off)]."""

    id: str
    name: Text
    purposes: frozenset[str]
    hows: frozenset[str]
    brands: frozenset[str] = frozenset()  # none: all
    since: date | None = None
    until: date | None = None  # its last day
    from_fen: int = 0
    percent: int = 0
    most_off_fen: int | None = None
    steps: tuple[tuple[int, int], ...] = ()

    def off(self, fen: int) -> int:
        """What this rule takes off such an amount; whole fen, never rounded up."""
        if fen < self.from_fen:
            return 0
        off = fen * self.percent // 100
        off = max([off, *(step for least, step in self.steps if fen >= least)])
        return min(off, fen - 1, off if self.most_off_fen is None else self.most_off_fen)

    def fits(self, purpose: str, how: str, brand: str, day: date) -> bool:
        in_time = (self.since is None or day >= self.since) and (self.until is None or day <= self.until)
        return in_time and purpose in self.purposes and how in self.hows and (not self.brands or brand in self.brands)


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off one payment, and by which rule."""

    rule: str
    name: Text
    fen: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole file: discounts, and steps of credit [(rating from, fen)]."""

    rules: tuple[Rule, ...] = ()
    credit: tuple[tuple[int, int], ...] = ()


def best(rules: Sequence[Rule], *, purpose: str, how: str, fen: int, brand: str, day: date) -> Discount | None:
    """The one discount that counts for this payment: the highest, the first of equals; None where no rule fits."""
    found = [(rule.off(fen), -place, rule) for place, rule in enumerate(rules) if rule.fits(purpose, how, brand, day)]
    off, _, rule = max(found, default=(0, 0, None), key=lambda one: one[:2])
    return Discount(rule.id, rule.name, off) if rule is not None and off > 0 else None


def may_owe(steps: Sequence[tuple[int, int]], rating: int | None, debt: int, owed: int) -> int:
    """How much more may be bought on credit: by the rating, less what is owed; nothing while the account is in debt. Fen."""
    if rating is None or debt > 0:
        return 0
    return max(0, max((fen for least, fen in steps if rating >= least), default=0) - owed)


def terms() -> Terms:
    """The terms of the packs folder; none where there is no file. Raises RuleError."""
    return _read(packs_folder() / "common" / "discounts.toml")


@lru_cache
def _read(path: Path) -> Terms:
    if not path.is_file():
        return Terms()
    held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(_rule(dict(one)) for one in held.pop("rule", []))
    credit = held.pop("credit", {})
    if held or set(credit) - {"steps"}:
        raise RuleError(f"{path.name}: there is no section {', '.join([*held, *credit])}")
    if len({rule.id for rule in rules}) != len(rules):
        raise RuleError(f"{path.name}: two rules have one id")
    return Terms(rules, tuple(sorted(_pair(one, "from_rating", "fen") for one in credit.get("steps", []))))


def _rule(held: dict[str, Any]) -> Rule:
    name = str(held.get("id") or "")
    try:
        text = held.pop("name")
        rule = Rule(
            id=str(held.pop("id"))[:64],
            name=Text(text["zh"], text["en"]),
            purposes=_words(held.pop("purposes"), Purpose),
            hows=_words(held.pop("hows", ["provider"]), How),
            brands=frozenset(map(str, held.pop("brands", []))),
            since=held.pop("since", None),
            until=held.pop("until", None),
            from_fen=_number(held.pop("from_fen", 0)),
            percent=_number(held.pop("percent", 0)),
            most_off_fen=_number(held.pop("most_off_fen")) if "most_off_fen" in held else None,
            steps=tuple(sorted(_pair(one, "from_fen", "off_fen") for one in held.pop("steps", []))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError(f"discounts.toml: rule {name!r}: {error}") from error
    if held or rule.percent > 99 or not (rule.percent or rule.steps):
        raise RuleError(f"discounts.toml: rule {name!r}: {', '.join(held) or 'percent below 100, or steps'}")
    if not all(isinstance(day, date | None) for day in (rule.since, rule.until)):
        raise RuleError(f"discounts.toml: rule {name!r}: since and until are dates")
    return rule


def _words(given: Sequence[str], kinds: type[Purpose] | type[How]) -> frozenset[str]:
    return frozenset(kinds(one).value for one in given)


def _pair(one: Mapping[str, Any], first: str, second: str) -> tuple[int, int]:
    if set(one) != {first, second}:
        raise RuleError(f"discounts.toml: a step has {first} and {second}")
    return _number(one[first]), _number(one[second])


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RuleError("discounts.toml: amounts are whole numbers, 0 or more")
    return value
