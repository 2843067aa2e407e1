"""A month of attempts that nobody made: invented for the demo, marked as its own source, and the same in every demo.

They stand in no ledger: the source is `demo`, and pages that show it say so. Failures fall as the month goes on, and one day is
bad on purpose, so that charts have something to say.
"""

import hashlib
import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from careline.dialogue.book import READS, Book, Menu
from careline.insight import clock, folding, placing, visiting
from careline.insight.importing import Line, insert
from careline.insight.models import Contacts, Import, Mark, Node
from careline.insight.sources import DEMO
from careline.postgres import sql

DAYS = 35
A_DAY = 420  # attempts
BAD_DAY = 12  # days before today
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 16, 24, 26, 22, 18, 17, 20, 24, 25, 22, 19, 24, 26, 20, 11, 5)  # weights
CHANNELS = {"sms": 40, "voice": 34, "web": 14, "app": 7, "ussd": 5}
CONTACTS_A_DAY = {"web": 520, "app": 480, "sms": 210, "ussd": 30, "voice": 240}
FAILED = {"guidance": 66, "carrier_busy": 5, "carrier_silent": 4, "wrong_prompt": 4, "channel_fault": 2,
          "no_answer": 8, "wrong_parameter": 5, "left": 4, "wrong_password": 2}  # fmt: skip
REFUSED = ("already_on", "not_enough_money", "not_on", "not_eligible")
SEED = 10086


class Kind(NamedTuple):
    service: str
    verb: str


def settle(book: Book, now: datetime) -> int:
    """Invent the days that are not there yet; returns how many attempts. Quick when all is there."""
    today = now.astimezone(clock.zone()).date()
    mark = Mark.objects.filter(source=DEMO).first()
    first = today - timedelta(days=DAYS)
    if mark is not None:
        first = max(first, mark.hour.astimezone(clock.zone()).date())
    days = [first + timedelta(days=at) for at in range((today - first).days)]
    if not days:
        return 0
    with transaction.atomic():
        lines = [line for day in days for line in _attempts(book, day, today)]
        for at in range(0, len(lines), 5_000):
            insert(DEMO, lines[at : at + 5_000])
        folding.fold_import(DEMO, days[0], days[-1])
        for day in days:
            _sessions(book, day)
            _contacts(day)
        placing.rebuild(DEMO, days)
        _callers(days)
        Mark.objects.update_or_create(
            source=DEMO, defaults={"hour": clock.begin(today, clock.zone()), "zone": str(clock.zone())}
        )
        Import.objects.create(
            source=DEMO, name="demo", digest="", lines=len(lines), added=len(lines), by="system", at=now
        )
    return len(lines)


def _dice(day: date, what: str) -> random.Random:
    return random.Random(hashlib.sha256(f"{SEED} {what} {day}".encode()).digest())


def _attempts(book: Book, day: date, today: date) -> list[Line]:
    dice, back = _dice(day, "attempts"), (today - day).days
    asks, opens = _kinds(book)
    share = 0.008 + 0.022 * back / DAYS + (0.05 if back == BAD_DAY else 0.0)
    regions, brands = sorted(book.regions) or [""], sorted(book.brands) or [""]
    lines = []
    for number in range(round(A_DAY * (0.8 if day.isoweekday() > 5 else 1.0) * dice.uniform(0.93, 1.07))):
        kind = _pick(dice, opens if dice.random() < 0.55 else asks)
        channel = _one(dice, CHANNELS)
        outcome, cause = "done", ""
        if dice.random() < share * (1.6 if channel == "voice" else 0.7):
            cause = _one(dice, FAILED)
            outcome = "abandoned" if cause in ("no_answer", "left") else "failed"
        elif kind in opens and dice.random() < 0.05:
            outcome, cause = "refused", dice.choice(REFUSED)
        hour = dice.choices(range(24), HOURS)[0]
        at = datetime(day.year, day.month, day.day, hour, dice.randrange(60), dice.randrange(60), tzinfo=clock.zone())
        lines.append(
            Line(
                f"{day}-{number}", _number(dice), channel, dice.choice(regions), dice.choice(brands), kind.service,
                kind.verb, book.version if back < DAYS // 2 else max(1, book.version - 1), "main" if channel == "voice" else "",
                outcome, cause, at,
            )
        )  # fmt: skip
    return lines


def _kinds(book: Book) -> tuple[list[Kind], list[Kind]]:
    """What can be asked for and what can be opened or closed, those asked for most first."""
    asks, opens = [], []
    for service in sorted(book.services.values(), key=lambda one: hashlib.sha256(one.id.encode()).digest()):
        for verb in sorted(service.actions):
            if verb in READS:
                asks.append(Kind(service.id, verb.value))
            elif verb.value in ("subscribe", "order", "cancel"):
                opens.append(Kind(service.id, verb.value))
    return asks or [Kind("balance", "query")], opens or [Kind("caller_id", "subscribe")]


def _pick(dice: random.Random, kinds: list[Kind]) -> Kind:
    """A few are asked for by most, and many by few."""
    return kinds[min(len(kinds) - 1, int(dice.expovariate(1 / 14)))]


def _one(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _number(dice: random.Random) -> str:
    """A number of a range that the demo's town does not use; some turn to us often."""
    often = dice.random() < 0.12
    return f"861390099{min(79, int(dice.expovariate(1 / 25))) if often else dice.randrange(80, 6_000):04}"


def _sessions(book: Book, day: date) -> None:
    """How menus were walked through: two leaves of the standard menu stay untouched."""
    menu = book.menus.get("standard")
    if menu is None:
        return
    dice, hour = _dice(day, "sessions"), clock.begin(day, clock.zone())
    actions = sorted(
        {f"{c.service}:{c.verb}" for node in menu.nodes.values() for c in node.choices if c.service and c.verb}
    )
    actions.sort(key=lambda one: hashlib.sha256(one.encode()).digest())
    ways = _ways(menu)
    counts: dict[str, Counter[str]] = {}
    for _ in range(CONTACTS_A_DAY["voice"]):
        place = (
            dice.choices(actions[:-2], [1 / (at + 2) for at in range(len(actions) - 2)])[0]
            if dice.random() < 0.86
            else ""
        )
        ended = (
            ("done" if dice.random() < 0.9 else "hung_up")
            if place
            else ("person" if dice.random() < 0.6 else "hung_up")
        )
        passed = ways.get(place, (menu.first,))
        for node in ("", *passed, *(("*", place) if place else ())):
            count = counts.setdefault(node, Counter())
            count.update(("sessions", "visits", ended))
            if ended == "hung_up" and node == (place or menu.first):
                count["left_here"] += 1
    rows = [
        Node(
            hour=hour + timedelta(hours=12), source=DEMO, channel="voice", version=book.version, menu=menu.id, node=node,
            sessions=count["sessions"], visits=count["visits"], done=count["done"], person=count["person"],
            left_here=count["hung_up"] if node == "" else count["left_here"],
        )
        for node, count in counts.items()
    ]  # fmt: skip
    Node.objects.bulk_create(rows, ignore_conflicts=True)


def _ways(menu: Menu) -> dict[str, tuple[str, ...]]:
    """The nodes that one goes through to each action, by the shortest way."""
    ways: dict[str, tuple[str, ...]] = {menu.first: (menu.first,)}
    found: dict[str, tuple[str, ...]] = {}
    waiting = [menu.first]
    for name in waiting:  # grows as nodes are come to
        for choice in menu.nodes[name].choices:
            if choice.service and choice.verb:
                found.setdefault(f"{choice.service}:{choice.verb}", ways[name])
            if choice.node in menu.nodes and choice.node not in ways:
                ways[choice.node] = (*ways[name], choice.node)
                waiting.append(choice.node)
    return found


def _contacts(day: date) -> None:
    dice, hour = _dice(day, "contacts"), clock.begin(day, clock.zone()) + timedelta(hours=12)
    rows = [
        Contacts(hour=hour, source=DEMO, channel=channel, contacts=round(number * dice.uniform(0.9, 1.1)))
        for channel, number in CONTACTS_A_DAY.items()
    ]
    Contacts.objects.bulk_create(rows, ignore_conflicts=True)


def _callers(days: list[date]) -> None:
    dials: Counter[tuple[date, str]] = Counter()
    for day in days:
        dice = _dice(day, "callers")
        dials.update((day.replace(day=1), _number(dice)) for _ in range(CONTACTS_A_DAY["voice"]))
    # Added to what earlier days of the month brought.
    sql.execute(
        "INSERT INTO insight_caller AS c (source, month, channel, msisdn, dials) SELECT %s, month, 'voice', number, dials"
        " FROM unnest(%s::date[], %s::text[], %s::int[]) AS n (month, number, dials)"
        " ON CONFLICT (source, month, channel, msisdn) DO UPDATE SET dials = c.dials + excluded.dials",
        [DEMO, [month for month, _ in dials], [number for _, number in dials], list(dials.values())],
    )
    for month in {month for month, _ in dials}:
        visiting.count_dials(DEMO, month)
