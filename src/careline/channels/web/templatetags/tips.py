"""What the card of a recommendation says, wherever it is included: its words do not come from the page around it."""

from django import template

from careline.channels.web import pages
from careline.offers.recommending import Suggestion

register = template.Library()
_PARTS = ("for_whom", "advantage", "tariff", "start", "leaflet")  # MKT-03: in this order


@register.simple_tag
def tip_words(language: str) -> dict[str, str]:
    return pages.phrases("leaving", language)


@register.simple_tag
def tip_parts(tip: Suggestion, language: str) -> list[tuple[str, str]]:
    """The five parts of the introduction, each with its name."""
    words = pages.phrases("leaving", language)
    return [(words[f"card_{name}"], text.read(language)) for name, text in zip(_PARTS, tip.card, strict=True)]
