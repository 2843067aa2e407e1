"""Words, prices and days in the page's language, and the key that a form of a wish carries."""

from collections.abc import Mapping, Sized
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from careline.dialogue.saying import local, say_date, say_price, say_time
from careline.values.language import Text
from careline.values.reference import new_reference

register = template.Library()


@register.filter
def said(text: Text | str | None, language: str) -> str:
    """A text in the page's language."""
    return text.read(language) if isinstance(text, Text) else str(text or "")


@register.simple_tag
def cost(fen: int, per: str, language: str) -> str:
    """An amount with its unit: 5.00元/月, CNY 5.00 a month."""
    return say_price(int(fen), per, language)


@register.simple_tag
def about(text: Text, fen: int, per: str, language: str) -> str:
    """What a service is, its price filled in."""
    return text.read(language).replace("{price}", say_price(int(fen), per, language))


@register.filter
def day(value: Any, language: str) -> str:
    """A day as people say it, with its year when that is another one."""
    return say_date(value, language, near=local(timezone.now()).date())


@register.filter
def moment(value: datetime, language: str) -> str:
    return say_time(value, language, near=local(timezone.now()).date())


@register.simple_tag
def drawn_key() -> str:
    """A fresh key: what is sent with it counts once."""
    return new_reference()[0]


@register.filter
def into(value: object, template_: str) -> str:
    """A value put into a phrase with one placeholder, whatever that is called."""
    head, _, rest = template_.partition("{")
    return f"{head}{value}{rest.partition('}')[2]}" if rest else template_


@register.filter
def fill(phrase: str, sought: str) -> str:
    """What was sought, in a phrase; it may hold braces."""
    return phrase.replace("{q}", sought)


@register.filter
def fill_n(phrase: str, found: Sized) -> str:
    """How many there are, in a phrase."""
    return phrase.replace("{n}", str(len(found)), 1)


@register.filter
def replace_most(phrase: str, most: int) -> str:
    return phrase.replace("{most}", str(most))


@register.filter
def from_price(price: str, phrase: str) -> str:
    return phrase.replace("{price}", price)


@register.filter
def group(words: Mapping[str, str], key: str) -> str:
    """The name of a kind of services."""
    return words.get(f"group_{key}", key)


@register.filter
def verb(words: Mapping[str, str], of: str) -> str:
    """What a code does."""
    return words.get(f"verb_{of}", of)
