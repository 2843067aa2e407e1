"""Whether callers understand what is said: asked of those who are called back, in all and for single texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import sqrt

from django.db import transaction

from careline.advice.models import Heard
from careline.dialogue.book import Book
from careline.insight import callers, clock
from careline.insight.asking import Period
from careline.insight.models import Callback
from careline.journal.writing import write
from careline.prompts import phrases
from careline.values.language import Text

GOAL = Fraction(95, 100)  # the criterion of the confirmation of causes: 95 % understand
_Z = 1.959964  # of a confidence of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those asked understood. Under 30 answers the interval is wide, and is shown for it."""

    understood: int
    asked: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.understood, self.asked) if self.asked else None

    @property
    def met(self) -> bool | None:
        return None if self.share is None else self.share >= GOAL

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval at 95 % (E. B. Wilson, Journal of the American Statistical Association 22, 1927)."""
        if not self.asked:
            return None
        p, n = self.understood / self.asked, self.asked
        middle, half = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, (middle - half) / (1 + _Z**2 / n)), min(1.0, (middle + half) / (1 + _Z**2 / n))


@dataclass(frozen=True, slots=True)
class Asked:
    """One text in one language and one version of the catalogue."""

    key: str
    language: str
    version: int
    text: Text | None  # as it is now; None where it is gone
    told: Share


class NotAsked(ValueError):
    """This callback is not on the list, or this text is not one that calls say."""


def overall(period: Period, sources: Sequence[str], channel: str = "voice") -> Share:
    """Of those on the lists of the period's months: who says that what calls say is understood; one statement."""
    told = callers.summed(
        list(
            Callback.objects.filter(
                source__in=sources, month__gte=period.since.replace(day=1), month__lte=period.until, channel=channel
            )
        )
    )
    return Share(told.understood, told.asked)


def by_text(book: Book, period: Period) -> list[Asked]:
    """Texts that were asked about in the time, the worst first; one statement. A wording is one version's."""
    where = clock.zone()
    rows = Heard.objects.filter(at__gte=clock.begin(period.since, where), at__lt=clock.end(period.until, where))
    counted: dict[tuple[str, str, int], list[int]] = {}
    for key, language, version, understood in rows.values_list("key", "language", "version", "understood"):
        both = counted.setdefault((key, language, version), [0, 0])
        both[0] += understood
        both[1] += 1
    texts = {one.key: one.text for one in phrases.prompts(book)} if counted else {}
    found = [
        Asked(key, language, version, texts.get(key), Share(*both))
        for (key, language, version), both in counted.items()
    ]
    return sorted(found, key=lambda one: (one.told.share or 0, -one.told.asked, one.key, one.language, -one.version))


def tell(callback: int, key: str, language: str, *, understood: bool, book: Book, by: str, now: datetime) -> Heard:
    """Write down whether somebody who was called back understood one text; again replaces. Raises NotAsked."""
    known = {one.key for one in phrases.prompts(book)}
    if key not in known or not Callback.objects.filter(pk=callback).exists():
        raise NotAsked
    with transaction.atomic():
        heard, _new = Heard.objects.update_or_create(
            callback=callback, key=key, language=language,
            defaults={"version": book.version, "understood": understood, "at": now, "by": by},
        )  # fmt: skip
        write(
            who=by, did="tell", what="text", record=key, now=now,
            detail={"callback": callback, "language": language, "understood": understood, "version": book.version},
        )  # fmt: skip
    return heard


def listed(month: date, sources: Sequence[str], most: int = 50) -> list[Callback]:
    """Those on a month's list, who can be asked; one statement."""
    return list(
        Callback.objects.filter(source__in=sources, month=month.replace(day=1), channel="voice").order_by(
            "place", "id"
        )[:most]
    )
