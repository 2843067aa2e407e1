"""The policy of refunds and waivers as data: packs/common/refunds.toml, read once a process."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careline.catalogue.packs import packs_folder
from careline.promises import calendars, clock
from careline.refunds.rules import Limits


class PolicyError(ValueError):
    """The file says something that is no policy; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Below and from which length a call detail record is suspicious."""

    ultra_short_below_seconds: int = 3
    ultra_long_from_seconds: int = 6 * 3600


@dataclass(frozen=True, slots=True)
class Waiving:
    """What may be waived from a service point of view; fen."""

    window_days: int = 180
    window_fen: int = 10_000
    limits_fen: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # by role


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a carrier sets about refunds."""

    limits: Limits = Limits()
    time_limit_minutes: int = 48 * 60
    calendar: str = "always"
    first: bool = True  # small disputes with third parties are refunded first and verified later
    first_window_days: int = 365
    calls: Calls = Calls()
    waiving: Waiving = Waiving()

    def due_at(self, now: datetime) -> datetime:
        """By when a refund that is asked for now is to be credited (REF-01)."""
        return clock.due(calendars.named(self.calendar), now, timedelta(minutes=self.time_limit_minutes))


def policy() -> Policy:
    """The policy of the packs folder; its defaults where there is no file. Raises PolicyError."""
    return _read(packs_folder() / "common" / "refunds.toml")


@lru_cache
def _read(path: Path) -> Policy:
    if not path.is_file():
        return Policy()
    held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    refund, first, calls, waiver = (_section(held, name) for name in ("refund", "first", "calls", "waiver"))
    limits = _section(waiver, "limits_fen")
    if held:
        raise PolicyError(f"{path.name}: there is no section {', '.join(held)}")
    usual, short, window = Policy(), Calls(), Waiving()
    found = Policy(
        Limits(
            _number(refund, "second_person_above_fen", usual.limits.second_person_above_fen),
            _number(refund, "asker_verifies_up_to_fen", usual.limits.asker_verifies_up_to_fen),
            _number(first, "up_to_fen", usual.limits.refund_first_up_to_fen),
            _number(first, "times", usual.limits.refund_first_times),
        ),
        _number(refund, "time_limit_minutes", usual.time_limit_minutes),
        str(refund.pop("calendar", usual.calendar)),
        bool(first.pop("on", usual.first)),
        _number(first, "window_days", usual.first_window_days),
        Calls(
            _number(calls, "ultra_short_below_seconds", short.ultra_short_below_seconds),
            _number(calls, "ultra_long_from_seconds", short.ultra_long_from_seconds),
        ),
        Waiving(
            _number(waiver, "window_days", window.window_days),
            _number(waiver, "window_fen", window.window_fen),
            MappingProxyType({role: _number(limits, role, 0) for role in list(limits)}),
        ),
    )
    calendars.named(found.calendar)
    for name, section in (("refund", refund), ("first", first), ("calls", calls), ("waiver", waiver)):
        if section:
            raise PolicyError(f"{path.name}: [{name}] has no {', '.join(section)}")
    return found


def _section(held: dict[str, Any], name: str) -> dict[str, Any]:
    section = held.pop(name, {})
    if not isinstance(section, dict):
        raise PolicyError(f"refunds.toml: {name} is a section")
    return section


def _number(section: dict[str, Any], name: str, usual: int) -> int:
    value = section.pop(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PolicyError(f"refunds.toml: {name} is a whole number, 0 or more")
    return value
