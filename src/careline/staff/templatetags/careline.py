"""What templates need to say things: texts in the page's language, labels of ids, money."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.catalogue import library, refusals
from careline.dialogue.book import Book
from careline.hall import retelling
from careline.hall.explaining import ExplainedAttempt
from careline.insight import rates
from careline.probes import reasons
from careline.staff import reader
from careline.staff.labels import ALL
from careline.staff.refund_labels import ORDERERS
from careline.values.money import yuan

register = template.Library()


@register.filter
def say(text: Any) -> str:
    """A text of the catalogue, `{zh, en}` or a Text, in the language of the page."""
    language = reader.language()
    if isinstance(text, Mapping):
        return str(text.get(language) or text.get("zh") or "")
    return str(getattr(text, language, text))


@register.filter
def told(figure: Any) -> str:
    """A figure in the language of the page: where there was nothing to divide by, Chinese has a dash."""
    return rates.told(figure, reader.language())


@register.filter
def label(value: Any, of: str) -> Any:
    """The words for an id: `{{ code.verb|label:"verb" }}`; an id without words stands for itself."""
    return ALL[of].get(str(value), value)


@register.filter
def orderer(by: str) -> str:
    """Who ordered a product: a kind, and for another line its masked number."""
    kind, _, line = by.partition(":")
    who = str(ORDERERS.get(kind, by))
    return f"{who} {line}" if kind == "line" else who


@register.filter
def region(name: str) -> str:
    """A region's or brand's name of the published catalogue; its id where there is none."""
    book = _book()
    text = book.regions.get(name) or book.brands.get(name)
    return say(text) if text else name


@register.filter
def moment(written: str) -> str:
    """A moment that was kept as ISO 8601, in the carrier's own time, to the minute."""
    return f"{timezone.localtime(datetime.fromisoformat(written)):%Y-%m-%d %H:%M}" if written else ""


@register.filter
def money(fen: Any) -> str:
    return yuan(fen) if isinstance(fen, int) else ""


@register.filter
def grouped(number: Any, places: int = 0) -> str:
    """1,234 in every language, as in tables, charts and files; Django's own zh groups by ten thousand."""
    return f"{number:,.{places}f}" if isinstance(number, int | float) else str(number)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""


@register.filter
def minutes(span: timedelta) -> str:
    """How long something has lasted: 4:05."""
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def apart(later: datetime, earlier: datetime) -> str:
    """Seconds between two moments: 12.3."""
    return f"{(later - earlier).total_seconds():.1f}"


@register.filter
def alternatives(spelling: Any) -> list[str]:
    return str(spelling).split("|")


@register.filter
def retold(step: Mapping[str, Any]) -> str:
    """A step of understanding as a sentence."""
    return retelling.sentence(step, _book(), reader.language(), ids=True)


@register.filter
def wish(attempt: ExplainedAttempt) -> str:
    """What an attempt is about, by name, and by the ids that maintainers know."""
    return retelling.meant(_book(), attempt.service, attempt.verb, reader.language(), ids=True)


@register.filter
def tried(detail: Mapping[str, Any]) -> str:
    """What a customer tried, by name, and how it ended."""
    wish = retelling.meant(
        _book(), str(detail.get("service", "")), str(detail.get("verb", "")), reader.language(), ids=False
    )
    return f"{wish} · {retelling.outcome(str(detail.get('outcome', '')), reader.language())}"


@register.filter
def ended(outcome: str) -> str:
    return retelling.outcome(outcome, reader.language())


@register.filter
def dotted(template: str) -> str:
    """A text with dots where a value will stand."""
    return re.sub(r"\{[^{}]*\}", "…", template)


@register.filter
def numbered(about: str) -> str:
    """What work was about: of a version, in the page's words."""
    found = re.fullmatch(r"version (\d+)", about)
    return _("version %(number)s") % {"number": found[1]} if found else about


@register.filter
def reason(why: str) -> str:
    """Why a dial test failed, or has not been made."""
    return reasons.reason(why, reader.language())


@register.filter
def because(cause: str) -> str:
    return retelling.cause_of(cause, reader.language())


@register.filter
def delivered(state: str) -> str:
    return retelling.delivery(state, reader.language())


def _book() -> Book:
    try:
        return library.current()
    except refusals.NothingPublished:
        return retelling.NO_BOOK
