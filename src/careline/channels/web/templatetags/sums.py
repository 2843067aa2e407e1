"""Amounts, days and moments in the words of a page: `{{ fen|money:language }}`."""

from datetime import datetime

from django import template

from careline.dialogue import saying
from careline.values.language import Text

register = template.Library()


@register.filter
def money(fen: int, language: str) -> str:
    """1250 -> 12.50元, CNY 12.50."""
    return saying.say_money(int(fen), language)


@register.filter
def moment(at: datetime | None, language: str) -> str:
    """A day with its time, and always with its year."""
    if at is None:
        return ""
    local = saying.local(at)
    day = f"{local:%Y-%m-%d}" if language == "en" else f"{local.year}年{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}"


@register.filter
def month(name: str, language: str) -> str:
    """2026-11 -> 2026年11月, Nov 2026."""
    return saying.say_month(name, language)


@register.filter
def read(text: Text, language: str) -> str:
    """A text of two languages in that one."""
    return text.read(language)
