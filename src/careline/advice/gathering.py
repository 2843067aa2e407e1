"""Everything that advice is made of, gathered for a time: each menu that was used, texts, errors and sound."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from careline.advice import audio, comprehension, jargon, orders
from careline.advice.announced import announced
from careline.advice.coverage import Coverage, coverage
from careline.advice.hearing import Ear
from careline.advice.items import Found, Item, items
from careline.advice.lengths import Clips, Lengths
from careline.advice.models import Verdict
from careline.advice.orders import Advice
from careline.advice.rules import Rules
from careline.advice.signals import Signal, signals
from careline.advice.verdicts import rejected, stays_away, verdicts
from careline.dialogue.book import Book, Menu
from careline.insight import asking, menus, placing
from careline.insight.asking import Filters, Period
from careline.postgres import sql

MENUS_MAX = 4  # of the list of all advice: those with the most calls; each menu has a page of its own


@dataclass(frozen=True, slots=True)
class Listed:
    """One piece of advice with what was decided about it."""

    item: Item
    verdict: Verdict | None
    away: bool  # rejected, and its figures have not changed much since


def used_menus(book: Book, period: Period, filters: Filters) -> list[tuple[Menu, int]]:
    """The menus that calls of the time went through, with how many, those of most calls first; one statement."""
    places, values = placing.of(period, Filters(filters.sources, channels=("voice",)))
    rows = sql.run(f"SELECT menu, sum(sessions)::bigint FROM {places} WHERE node = '' GROUP BY menu", values)
    found = [(book.menus[menu], calls) for menu, calls in rows if menu in book.menus]
    return sorted(found, key=lambda one: (-one[1], one[0].id))


def errors(book: Book, period: Period, filters: Filters, now: datetime) -> Coverage:
    """Error prompts with how often customers met each error in the time."""
    counted = asking.count(("cause",), period, filters)
    return coverage(book, {str(row.key[0]): row.attempts for row in counted}, now)


def trouble(
    book: Book, advice: Advice, period: Period, filters: Filters, clips: Clips | None, now: datetime
) -> list[Signal]:
    """Nodes of a menu with signs that they are not understood."""
    used = menus.usage(advice.menu.id, period, filters.only(channels=("voice",)))
    return signals(_ear(book, advice, clips, now), advice.walks, used, period, _days(period, now))


def gather(
    book: Book, period: Period, filters: Filters, *, now: datetime, clips: Clips | None, rules: Rules | None = None
) -> list[Listed]:
    """All advice, the worthiest first, with the verdicts; about ten statements for each menu besides ten."""
    known = verdicts()
    away = rejected(known)
    advices, signs, said = [], [], []
    days = _days(period, now)
    bodies = orders.published_menus()
    for menu, _calls in used_menus(book, period, filters)[:MENUS_MAX]:
        advice = orders.advise(book, menu, period, now=now, filters=filters, clips=clips, rules=rules, without=away)
        advices.append(advice)
        used = menus.usage(menu.id, period, filters.only(channels=("voice",)))
        ear = _ear(book, advice, clips, now)
        signs += [(menu.id, one) for one in signals(ear, advice.walks, used, period, days)]
        said += announced(ear, bodies, used, advice.rules, days)
    failures: Mapping[str, int] = asking.failures(period, filters)
    found = Found(
        days=days, orders=advices, signals=signs, announced=said, coverage=errors(book, period, filters, now),
        understood=comprehension.overall(period, filters.sources), texts=comprehension.by_text(book, period),
        jargon=jargon.jargon(book), audited=audio.newest(), failures=failures,
    )  # fmt: skip
    return [Listed(one, known.get(one.key), stays_away(one.key, one.worth, away)) for one in items(found, now)]


def _ear(book: Book, advice: Advice, clips: Clips | None, now: datetime) -> Ear:
    lengths = Lengths(clips, advice.language, advice.menu.senior)
    return Ear(book, advice.menu, lengths, min(advice.period.until, now.date()))


def _days(period: Period, now: datetime) -> int:
    """The days of the period that have come."""
    return max(1, (min(period.until, now.date()) - period.since).days + 1)
