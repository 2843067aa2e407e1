"""What a carrier sets about recommending, leaving and keeping numbers: packs/common/offers.toml, read once a process."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careline.catalogue.packs import packs_folder
from careline.values.language import Text


class PolicyError(ValueError):
    """The file says something that is no policy; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Recommending:
    """How often anybody may be shown anything, and how long a recommendation by word of mouth may take (MKT-01)."""

    shown_a_day: int = 2
    shown_a_week: int = 5
    minutes_max: int = 3
    after_failure_hours: int = 24  # nothing is recommended so long after an attempt that failed
    watch_days: int = 30  # in which cancelling and complaining count against an offer
    pause_from_accepted: int = 20  # an offer is judged once so many have taken it
    pause_at_percent: int = 10  # of those who complained: then it is paused by rule
    pause_at_complaints: int = 5  # or so many complaints, however few took it


@dataclass(frozen=True, slots=True)
class Leaving:
    """The way out: when it takes effect, how long it may be thought over."""

    notice_days_min: int = 1
    undecided_days: int = 7  # then a request that was never finished counts as undecided
    payout_days: int = 90  # in which money of the basic account is paid out, from the last day of service
    keep_days: int = 90  # what the carrier keeps a number for; told before it says so itself (NTF-04)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Reminders about numbers that are kept: days left on which one is sent, and the hours in which it may be."""

    reminder_days: tuple[int, ...] = (90, 60, 30, 14, 7, 3, 1, 0)
    from_hour: int = 9
    until_hour: int = 20


@dataclass(frozen=True, slots=True)
class Care:
    """What key customers of a brand are told and offered (CRP-04)."""

    name: Text
    words: Text
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    recommending: Recommending = Recommending()
    leaving: Leaving = Leaving()
    keeping: Keeping = Keeping()
    care: Mapping[str, Care] = field(default_factory=lambda: MappingProxyType({}))  # by brand


def policy(packs: Path | None = None) -> Policy:
    """The policy of the packs folder; its defaults where there is no file. Raises PolicyError."""
    return _read((packs or packs_folder()) / "common" / "offers.toml")


@lru_cache
def _read(path: Path) -> Policy:
    if not path.is_file():
        return Policy()
    try:
        held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise PolicyError(f"offers.toml: {wrong}") from wrong
    found = Policy(
        _section(Recommending, held.pop("recommending", {})),
        _section(Leaving, held.pop("leaving", {})),
        _section(Keeping, held.pop("keeping", {})),
        MappingProxyType({brand: _care(brand, told) for brand, told in held.pop("care", {}).items()}),
    )
    if held:
        raise PolicyError(f"offers.toml: there is no section {', '.join(held)}")
    if not 0 <= found.keeping.from_hour < found.keeping.until_hour <= 24:
        raise PolicyError("offers.toml: reminders leave between from_hour and until_hour")
    return found


def _section(kind: Any, held: Any) -> Any:
    if not isinstance(held, dict):
        raise PolicyError(f"offers.toml: {kind.__name__.lower()} is a section")
    values: dict[str, Any] = {}
    for one in fields(kind):
        if one.name in held:
            value = held.pop(one.name)
            numbers = value if isinstance(value, list) else [value]
            if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in numbers):
                raise PolicyError(f"offers.toml: {one.name} is a whole number, 0 or more")
            values[one.name] = tuple(sorted(set(numbers), reverse=True)) if isinstance(value, list) else value
    if held:
        raise PolicyError(f"offers.toml: [{kind.__name__.lower()}] has no {', '.join(held)}")
    return kind(**values)


def _care(brand: str, told: Any) -> Care:
    try:
        return Care(Text(**told["name"]), Text(**told["words"]), tuple(told.get("offers", ())))
    except (KeyError, TypeError) as wrong:
        raise PolicyError(f"offers.toml: [care.{brand}] has name and words, each zh and en, and offers") from wrong
