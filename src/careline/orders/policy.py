"""The policy of orders as data: packs/common/orders.toml, read once a process."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careline.catalogue.packs import packs_folder
from careline.promises import calendars

_WINDOW = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])")


class PolicyError(ValueError):
    """The file says something that is no policy; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a day in which a parcel is brought; written 09:00-12:00."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class StandingRule:
    """When a standing is good, fair or poor, in percent of the orders that ended; when it is too early to say."""

    least: int = 3
    good_percent: int = 80
    fair_percent: int = 50
    window: timedelta = timedelta(days=730)
    arrival_refusals: int = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a carrier sets about orders; amounts in fen."""

    pay_within: timedelta
    task_spacing: timedelta
    delivery_fen: int
    free_from_fen: int
    calendar: str
    first_after: timedelta
    days: int
    windows: tuple[Window, ...]
    regions: Mapping[str, tuple[Window, ...]]
    receive_after: timedelta
    complete_after: timedelta
    late_after: timedelta
    forget_after: timedelta
    standing: StandingRule

    def windows_of(self, region: str) -> tuple[Window, ...]:
        return self.regions.get(region, self.windows)

    def delivery(self, goods_fen: int) -> int:
        """What bringing goods of this worth costs; what costs nothing is brought for nothing."""
        return 0 if goods_fen == 0 or goods_fen >= self.free_from_fen else self.delivery_fen


def policy() -> Policy:
    """The policy of the packs folder; its defaults where there is no file. Raises PolicyError."""
    return _read(packs_folder() / "common" / "orders.toml")


@lru_cache
def _read(path: Path) -> Policy:
    held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    payment, delivery, after, standing = (held.pop(name, {}) for name in ("payment", "delivery", "after", "standing"))
    regions = delivery.pop("regions", {})
    found = Policy(
        pay_within=timedelta(minutes=_number(payment, "minutes", 30)),
        task_spacing=timedelta(seconds=_number(payment, "task_seconds", 15)),
        delivery_fen=_number(delivery, "fen", 800),
        free_from_fen=_number(delivery, "free_from_fen", 9_900),
        calendar=str(delivery.pop("calendar", "hall")),
        first_after=timedelta(hours=_number(delivery, "first_after_hours", 20)),
        days=_number(delivery, "days", 7, least=1),
        windows=_windows(delivery.pop("windows", ["09:00-12:00", "13:00-17:00"])),
        regions=MappingProxyType({region: _windows(windows) for region, windows in regions.items()}),
        receive_after=timedelta(days=_number(after, "receive_days", 7)),
        complete_after=timedelta(days=_number(after, "complete_days", 7)),
        late_after=timedelta(hours=_number(after, "late_hours", 24)),
        forget_after=timedelta(days=_number(after, "forget_days", 90)),
        standing=StandingRule(
            _number(standing, "least", 3, least=1),
            _number(standing, "good_percent", 80),
            _number(standing, "fair_percent", 50),
            timedelta(days=_number(standing, "window_days", 730, least=1)),
            _number(standing, "arrival_refusals", 2, least=1),
        ),
    )
    for name, section in (("payment", payment), ("delivery", delivery), ("after", after), ("standing", standing)):
        if section:
            raise PolicyError(f"{path.name}: [{name}] has no {', '.join(section)}")
    if held:
        raise PolicyError(f"{path.name}: there is no section {', '.join(held)}")
    calendars.named(found.calendar)
    return found


def _windows(written: Any) -> tuple[Window, ...]:
    found = []
    for one in written if isinstance(written, list) else []:
        match = _WINDOW.fullmatch(str(one))
        if match is None or match[1] >= match[2]:
            raise PolicyError(f"orders.toml: a window is written 09:00-12:00, not {str(one)[:20]}")
        found.append(Window(time.fromisoformat(match[1]), time.fromisoformat(match[2])))
    if not found:
        raise PolicyError("orders.toml: there is at least one window")
    return tuple(found)


def _number(section: dict[str, Any], name: str, usual: int, *, least: int = 0) -> int:
    value = section.pop(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise PolicyError(f"orders.toml: {name} is a whole number, {least} or more")
    return value
