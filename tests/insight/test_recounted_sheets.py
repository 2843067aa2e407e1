"""All thirteen sheets and the commands beside them, of a town drawn by chance, each row against a plain count over the records."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from careline.catalogue import library
from careline.dialogue.book import Book
from careline.identity.subscriber import Subscriber
from careline.insight import menus, naming
from careline.insight.asking import Filters, Period
from careline.insight.sheets.sheet import Sheet
from careline.insight.sheets.shelf import SHEETS
from careline.values.language import Text
from tests.advice.menus import below, serve, standard, titled
from tests.catalogue.test_menus import person, service
from tests.insight import plainly
from tests.insight.chance import BRANDS, CHANNELS, NUMBERS, REGIONS, SERVICES, VERSIONS, Town

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONE, BEGIN = "Asia/Shanghai", datetime(2024, 2, 28, 4, 30, tzinfo=UTC)  # 29 February is within


def action(name: str, verb: str) -> dict[str, object]:
    return {"service": name, "verb": verb, "label": {"zh": f"{name}{verb}", "en": f"{name} {verb}"}}


MENU = standard(
    main=titled(1, below("bills", 1), below("more", 1), action("caller_id", "subscribe"), person()),
    bills=titled(1, action("balance", "query"), action("bill", "query")),
    more=titled(
        1, action("ringback", "cancel"), action("mms", "subscribe"), action("never", "order"), below("bills", 1)
    ),
)
OF_MENU = [name for name in (*SERVICES, "never") if name != plainly.OUTSIDE]
LINES = [(number, ("T1", "T5")[at % 2], BRANDS[at % 3 == 0]) for at, number in enumerate(NUMBERS)]
OF_BOOK = [*OF_MENU, *"abcdefghij"]  # with those that `serve` brings


@pytest.fixture
def town(settings: Any) -> Town:
    settings.TIME_ZONE = ZONE
    more: dict[str, Any] = {}
    more |= {
        f"service__{name}": service(name, "toggle", query={}, subscribe={}, cancel={}, order={}) for name in OF_MENU
    }
    serve(MENU, **more)
    for number, region, brand in LINES:
        Subscriber.objects.create(msisdn=number.digits, region=region, brand=brand, refreshed_at=BEGIN)
    town = Town(29, BEGIN)
    town.pass_by(20 * HOUR)
    town.mark(NUMBERS[3])
    town.file("old", range(40), 30 * HOUR)
    town.pass_by(23 * HOUR + timedelta(minutes=40))
    town.settle()
    return town


def asked(chance: random.Random, known: frozenset[str]) -> tuple[Period, Filters]:
    """Any days, through any filters that a sheet knows."""
    drawn: dict[str, Any] = {
        "sources": chance.choice((("hall",), ("hall",), ("hall", "old"), ("old",), ("probes",))),
        "channels": tuple(chance.sample(CHANNELS, 2)), "regions": tuple(chance.sample(REGIONS, 2)),
        "brands": tuple(chance.sample(BRANDS, 1)), "services": tuple(chance.sample(SERVICES, 3)),
        "versions": tuple(chance.sample(VERSIONS, 2)), "hours": tuple(chance.sample(range(24), 12)),
    }  # fmt: skip
    filters = Filters(**{name: values for name, values in drawn.items() if name in known and chance.random() < 0.3})
    since = date(2024, 2, 27) + chance.randint(0, 3) * DAY
    return Period(since, since + chance.choice((0, 0, 1, 3, 40)) * DAY), filters


def made(name: str, town: Town, period: Period, filters: Filters) -> tuple[Book, Sheet]:
    book = library.current()
    found = SHEETS[name](book, period, filters, town.now)
    assert all(one.agrees for one in found.sums)
    assert all(len(row) == len(found.head) for row in found.rows)
    return book, found


def columns_of(period: Period) -> dict[str, list[date]]:
    """A column each day; of more than 31 days, each month."""
    days = period.all_days()
    found: dict[str, list[date]] = {}
    for day in days:
        found.setdefault(f"{day:%Y-%m}" if len(days) > 31 else f"{day:%m-%d}", []).append(day)
    return found


def tabled(at: Counter[tuple[str, date]], period: Period, names: list[str]) -> list[tuple[str, int, list[int]]]:
    """Name, total and columns: the most asked for first, ties by name."""
    rows = [(name, [sum(at[name, day] for day in days) for days in columns_of(period).values()]) for name in names]
    return sorted(((name, sum(row), row) for name, row in rows), key=lambda row: (-row[1], row[0]))


ALL = frozenset({"sources", "channels", "regions", "brands", "services", "versions", "hours"})


def test_what_was_accepted_where_and_what_is_hot(town: Town) -> None:
    business_agrees(town)
    places_agree(town)
    topics_agree(town)


def test_who_came_and_why_and_what_stands_there_when_nobody_did(town: Town) -> None:
    load_and_channels_agree(town)
    causes_and_outside_agree(town)
    nothing_is_said_to_be_nothing(town)


def business_agrees(town: Town) -> None:
    chance, known = random.Random(1), plainly.facts()
    for _ in range(20):
        period, filters = asked(chance, ALL)
        book, found = made("acceptance", town, period, filters)
        chosen = plainly.chosen(known, ZONE, period, filters)
        at = Counter((one.service, plainly.local(one.at, ZONE).date()) for one in chosen)
        more = sorted({name for name, _ in at} - {*OF_BOOK})  # dial tests of no service
        expected = tabled(at, period, [*OF_BOOK, *more])
        assert [one.zh.split("（")[0] for one in found.head[2:]] == [*columns_of(period)]
        assert [[*row[1:]] for row in found.rows] == [[total, *row] for _, total, row in expected]
        assert [row[0] for row in found.rows] == [naming.service(book, name) for name, *_ in expected]
        assert found.empty == {number for number, row in enumerate(expected) if not row[1]}
        assert found.good is False  # nobody ever ordered what never was


def places_agree(town: Town) -> None:
    chance, walked = random.Random(2), plainly.sessions(town.now)
    names = ["main", "bills", "more", *menus.leaves(library.current(), library.current().menus["standard"])]
    for _ in range(20):
        period, filters = asked(chance, frozenset({"sources", "channels", "versions", "hours"}))
        _, found = made("acceptance-nodes", town, period, filters)
        chosen = plainly.walked_in(walked, ZONE, period, filters)
        at = Counter(
            (place, plainly.local(one.at, ZONE).date())
            for one in chosen
            if one.menu == "standard"
            for place in one.visits
        )
        expected = tabled(at, period, names)
        assert [[*row[1:]] for row in found.rows] == [[total, *row] for _, total, row in expected]
        rate = menus.contact_rate(library.current(), library.current().menus["standard"], period, filters)
        touched = {name for name in names if ":" in name and any(at[name, day] for day in period.all_days())}
        assert (rate.touched, len(rate.leaves), rate.met) == (len(touched), 6, False)


def load_and_channels_agree(town: Town) -> None:
    chance, walked, known = random.Random(3), plainly.sessions(town.now), plainly.contacts(town.now)
    for _ in range(20):
        period, filters = asked(chance, frozenset({"sources", "hours"}))
        _, found = made("load", town, period, filters)
        by_day = plainly.greeted(
            known, ZONE, period, filters, by=lambda one: (plainly.local(one.at, ZONE).date(), one.channel)
        )
        wanted = Counter(
            plainly.local(one.at, ZONE).date()
            for one in plainly.walked_in(walked, ZONE, period, filters)
            if one.channel == "voice" and one.ended == "person"
        )
        expected = []
        for day in period.all_days():
            total, calls = sum(by_day[day, channel] for channel in CHANNELS), by_day[day, "voice"]
            people = min(wanted[day], calls)
            share = Fraction(total, 8_000_000)
            expected.append((people, calls - people, total - calls, total, 8_000_000 - total, share))
        assert [tuple(row[1:]) for row in found.rows] == expected
        assert found.good == (True if by_day.total() else None)

        period, filters = asked(chance, frozenset({"sources", "hours", "channels"}))
        _, found = made("channels", town, period, filters)
        by_channel = plainly.greeted(known, ZONE, period, filters, by=lambda one: one.channel)
        ordered = sorted(by_channel.items(), key=lambda one: (-one[1], one[0]))
        assert [(row[2], row[3]) for row in found.rows] == [(n, Fraction(n, by_channel.total())) for _, n in ordered]
        levels = {"web": 1, "sms": 1, "ussd": 1, "voice": 4}
        assert [row[1] for row in found.rows] == [levels[channel] for channel, _ in ordered]


def causes_and_outside_agree(town: Town) -> None:
    chance, known = random.Random(4), plainly.facts()
    for _ in range(20):
        period, filters = asked(chance, ALL)
        _, found = made("contact-causes", town, period, filters)
        now = Counter((one.service, one.verb) for one in plainly.chosen(known, ZONE, period, filters))
        ordered = sorted(now.items(), key=lambda one: (-one[1], one[0]))[:20]
        assert [(row[2], row[3]) for row in found.rows] == [(n, Fraction(n, now.total())) for _, n in ordered]
        users = sum(
            (not filters.regions or region in filters.regions) and (not filters.brands or brand in filters.brands)
            for number, region, brand in LINES if number != NUMBERS[3]
        )  # fmt: skip
        told = [f"{1000 * n / users:,.2f}" if users and filters.sources == ("hall",) else None for _, n in ordered]
        assert [row[4] for row in found.rows] == told
        assert [row[5] for row in found.rows] == changes(known, period, filters, town, [key for key, _ in ordered])

        period, filters = asked(chance, ALL - {"services"})
        _, found = made("outside", town, period, filters)
        by = Counter(one.channel for one in plainly.chosen(known, ZONE, period, filters, outside=True))
        ordered_channels = sorted(by.items(), key=lambda one: (-one[1], one[0]))
        assert [(row[1], row[2]) for row in found.rows] == [(n, Fraction(n, by.total())) for _, n in ordered_channels]


def changes(
    known: list[plainly.Fact], period: Period, filters: Filters, town: Town, keys: list[tuple[str, str]]
) -> list[str | None]:
    """Of the days that are over, against as many before them, if all of these are recorded."""
    over = Period(period.since, min(period.until, plainly.local(town.now, ZONE).date() - DAY))
    first = min((plainly.local(one.at, ZONE).date() for one in known if one.source in filters.sources), default=None)
    if over.until < over.since or first is None or first > over.before().since:
        return [None for _ in keys]
    now, before = (
        Counter((one.service, one.verb) for one in plainly.chosen(known, ZONE, span, filters))
        for span in (over, over.before())
    )
    found: list[str | None] = []
    for key in keys:
        more = now[key] - before[key]
        found.append(f"{more:+}" if before[key] < 20 else f"{100 * more / before[key]:+.1f} %")
        found[-1] = found[-1] if before[key] else None
    return found


def topics_agree(town: Town) -> None:
    chance, known = random.Random(5), plainly.facts()
    standing = {"bills": ["balance:query", "bill:query"], "main": ["bills", "more", "caller_id:subscribe"],
                "more": ["ringback:cancel", "mms:subscribe", "never:order", "bills"]}  # fmt: skip
    for _ in range(20):
        period, filters = asked(chance, ALL - {"channels"})
        _, found = made("hot-topics", town, period, filters)
        at = Counter(f"{one.service}:{one.verb}" for one in plainly.chosen(known, ZONE, period, filters))

        def demand(place: str, at: Counter[str] = at) -> int:
            return at[place] if ":" in place else sum(demand(below, at) for below in standing[place])

        expected, wrong = [], 0
        for places in standing.values():
            asked_for = [demand(place) for place in places]
            ranks = sorted(range(len(places)), key=lambda number: (-asked_for[number], number))
            expected += [(n, key, ranks.index(key - 1) + 1) for key, n in enumerate(asked_for, 1)]
            wrong += sum(later > n for number, n in enumerate(asked_for) for later in asked_for[number + 1 :])
        assert [tuple(row[2:5]) for row in found.rows] == expected
        assert [row[5] for row in found.rows] == [rank for *_, rank in expected]
        assert found.good is (not wrong if any(n for n, *_ in expected) else None)


def nothing_is_said_to_be_nothing(town: Town) -> None:
    for name in SHEETS:
        for day in (date(2020, 2, 29), date(2019, 12, 31)):
            _, found = made(name, town, Period(day, day), Filters())
            assert found.good in (None, False) or name == "error-prompts", name  # which judges words
            words = [cell for row in found.rows for cell in row if isinstance(cell, str | Text)]
            assert not any("%" in (word.en if isinstance(word, Text) else word) for word in words), name
            assert not any(isinstance(cell, Fraction) and name != "load" for row in found.rows for cell in row), name
