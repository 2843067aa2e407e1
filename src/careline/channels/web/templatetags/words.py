"""Words of a page that are named by what is shown."""

from collections.abc import Mapping
from datetime import datetime

from django import template

from careline.channels.web import pages
from careline.dialogue.saying import local

register = template.Library()

_TONES = {"wait": "note", "done": "good", "back": "note", "bad": ""}


@register.filter
def word(words: Mapping[str, str], key: str) -> str:
    """The phrase of that key; the key itself where there is none."""
    return words.get(str(key), str(key))


@register.simple_tag
def word_of(words: Mapping[str, str], kind: str, key: object) -> str:
    """The phrase of kind_key."""
    return words.get(f"{kind}_{key}", str(key))


@register.simple_tag
def two(phrase: str, first: object, second: object) -> str:
    """A phrase with two places, filled in their order."""
    return phrase.replace("{}", str(first), 1).replace("{}", str(second), 1)


@register.simple_tag
def short_word(words: Mapping[str, str], stands: str) -> str:
    """How a payment stands, in a word."""
    return words[f"short_{stands.partition('_')[0]}"]


@register.simple_tag
def short_tone(stands: str) -> str:
    return _TONES[stands.partition("_")[0]]


@register.simple_tag
def bill_address(month: str) -> str:
    return pages.address("web-bill", month)


@register.filter
def clock(at: datetime) -> str:
    """The time of day, where the carrier is."""
    return f"{local(at):%H:%M}"


@register.simple_tag
def why_not(words: Mapping[str, str], code: str) -> str:
    """Why a way to pay is not possible now."""
    return words.get(f"no_{code.removeprefix('no_')}", words["pay_not_ok"])
