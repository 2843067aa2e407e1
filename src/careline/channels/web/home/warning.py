"""Alerts in words: what is the matter, by when, and the one thing to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.channels.web import pages
from careline.dialogue.saying import say_date, say_money, say_time
from careline.selfcare.alerts import Alert
from careline.values.language import Text

# kind of alert -> the page that helps, and whether its address names what the alert is about
_HELP: Mapping[str, tuple[str, bool]] = {
    "suspended": ("web-top-up", False),
    "suspended_until": ("web-top-up", False),
    "released": ("web-person", False),
    "inactive": ("web-services", False),
    "debt": ("web-top-up", False),
    "closing": ("web-leaving", False),
    "validity": ("web-top-up", False),
    "fees": ("web-top-up", False),
    "providers": ("web-third", False),
    "quota_near": ("web-usage", False),
    "quota_over": ("web-usage", False),
    "case_asks": ("web-case", True),
    "order_arrived": ("web-order", True),
    "order_unpaid": ("web-order", True),
}
_MONEY = frozenset({"debt", "needed", "missing", "basic"})


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert as it stands on the page."""

    level: str
    text: str
    news: str  # what staff tell of a fault meanwhile, in the language they wrote
    address: str
    label: str

    @property
    def spoken(self) -> str:
        """The language of the news, for whoever has the page read aloud (WCAG 3.1.2)."""
        return "zh-Hans" if any("一" <= sign <= "鿿" for sign in self.news) else "en"


def warnings(alerts: Sequence[Alert], words: dict[str, str], language: str) -> list[Notice]:
    return [_warning(one, words, language) for one in alerts]


def _warning(alert: Alert, words: dict[str, str], language: str) -> Notice:
    values = {name: _said(name, value, language) for name, value in alert.values.items()}
    text = words[f"alert_{alert.kind}"].format(**values, number=alert.about)
    page, named = _HELP.get(alert.kind, ("", False))
    address = pages.address(page, *([alert.about] if named else [])) if page else ""
    if address == pages.address("web-home"):  # that page is not there
        address = ""
    news = str(alert.values.get("news") or "")
    return Notice(alert.level, text, news, address, words.get(f"help_{alert.kind}", ""))


def _said(name: str, value: Any, language: str) -> str:
    if isinstance(value, Text):
        return value.read(language)
    if name in _MONEY:
        return say_money(int(value), language)
    if isinstance(value, datetime):
        return say_time(value, language)
    if name in ("until", "date"):
        return say_date(value, language)
    return str(value if value is not None else "")
