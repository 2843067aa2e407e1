"""What the house's own records say about the end causes: notices, people, upkeep, load, menu, sound, errors, dial tests."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from careline.catalogue import error_prompts, library
from careline.catalogue.refusals import NothingPublished
from careline.circle import upkept
from careline.circle.decisions import Decisions
from careline.circle.judging import Ground, Ordered
from careline.dialogue.book import Book, Menu
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.insight import clock, menus
from careline.insight.asking import Filters, Period
from careline.insight.callers import Survey
from careline.postgres import sql
from careline.probes.models import Timetable
from careline.prompts import notices
from careline.prompts.logbook import Deed
from careline.prompts.models import Work
from careline.values.language import Text

NOTICES_MAX = 200


def look(period: Period, filters: Filters, decided: Decisions, told: Survey, now: datetime) -> Ground:
    """What there is to judge the end causes by, for the days of the period that have come."""
    where = clock.zone()
    today = now.astimezone(where).date()
    until = min(period.until, today)
    begin, end = clock.begin(period.since, where), clock.end(period.until, where)
    volumes, orders, jargon, prompts = _book(period, filters)
    kept = upkept.look(period.since, until)
    return Ground(
        today=today,
        notices=_notices(begin, end, now),
        attested=decided.attested,
        rules=kept.rules,
        maintainers=_maintainers() if kept.dedicated is None else kept.dedicated,
        roster=kept.dedicated is not None,
        asked=told.asked,
        understood=told.understood,
        jargon=jargon,
        machines=kept.machines or decided.machines,
        rounds=kept.rounds or decided.rounds,
        upkeep=kept.entries,
        kept_by=kept.by,
        load=[(str(one.day), one.sessions - one.person, one.person) for one in menus.diversion(period, filters)],
        capacity=decided.capacity,
        volumes=volumes,
        orders=orders,
        formats=_formats(end),
        prompts=prompts,
        watched=_watched(period.since, until),
        timetables=Timetable.objects.filter(active=True).count(),
        steps=kept.steps,
        knows=kept.knows,
    )


def _maintainers() -> int:
    """Who may edit the catalogue, and so its texts and menus; one statement."""
    own, roles = (f"{way}__codename" for way in ("user_permissions", "groups__permissions"))
    may = Q(is_superuser=True) | Q(**{own: Gate.EDIT_CATALOGUE.value}) | Q(**{roles: Gate.EDIT_CATALOGUE.value})
    return Staff.objects.filter(may, is_active=True).distinct().count()


def _notices(begin: datetime, end: datetime, now: datetime) -> list[tuple[str, str, str, bool]]:
    found = [one for one in notices.standings(begin, end) if one.notice.published_at or one.late(now)]
    return [
        (one.notice.title, _minute(one.notice.arrived_at), _minute(one.notice.published_at), not one.late(now))
        for one in found[:NOTICES_MAX]
    ]


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}" if at else "–"


def _book(
    period: Period, filters: Filters
) -> tuple[list[tuple[Text, int]], list[Ordered], list[tuple[str, Text]], list[tuple[str, str, Text, bool]]]:
    try:
        book = library.current()
    except NothingPublished:
        return [], [], [], []
    told = [(one.kind, one.cause_class, one.text, one.sound) for one in error_prompts.prompts(book)]
    menu = book.menus.get("standard") or next(iter(book.menus.values()), None)
    if menu is None:
        return [], [], _jargon(book), told
    rate = menus.contact_rate(book, menu, period, filters)
    volumes = sorted(((one.name, one.visits) for one in rate.leaves), key=lambda one: (-one[1], one[0].zh))
    return volumes, _orders(book, menu, period, filters), _jargon(book), told


def _orders(book: Book, menu: Menu, period: Period, filters: Filters) -> list[Ordered]:
    return [
        Ordered(node.node, one.name, one.place, one.demand, one.rank, node.title)
        for node in menus.order(book, menu, menus.demand(period, filters))
        for one in node.choices
    ]


def _jargon(book: Book) -> list[tuple[str, Text]]:
    """Spoken texts that use a word of the glossary of jargon."""
    return [
        (key, text)
        for key, text in sorted(book.words.items())
        if key.startswith("voice.")
        and any(term in text.zh or re.search(rf"\b{re.escape(term)}\b", text.en) for term in book.glossary)
    ]


def _formats(end: datetime) -> dict[str, int] | None:
    """By the newest audit until then."""
    audit = Work.objects.filter(did=Deed.AUDIT, at__lt=end).order_by("-at").first()
    return dict(audit.detail.get("formats", {})) if audit else None


def _watched(since: date, until: date) -> dict[date, int]:
    where = clock.zone()
    days: Sequence[date] = [since + timedelta(days=at) for at in range((until - since).days + 1)]
    rows = (
        sql.run(
            "SELECT (ended_at AT TIME ZONE %s)::date, count(*) FROM probes_run WHERE ended_at >= %s AND ended_at < %s GROUP BY 1",
            [str(where), clock.begin(since, where), clock.end(until, where)],
        )
        if days
        else []
    )
    return dict.fromkeys(days, 0) | {row[0]: int(row[1]) for row in rows}
