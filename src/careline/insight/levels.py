"""The five levels of service, and how many contacts each of them solved; four fifths should need no voice and no counter."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from careline.insight import clock, placing
from careline.insight.asking import OURS, Filters, Period
from careline.insight.question import HOURLY, hourly
from careline.postgres import sql

GOAL = Fraction(80, 100)  # of all contacts, by the internet: levels 1 to 3
INTERNET = frozenset({1, 2, 3})

# Where a contact of each channel is solved. Texts and dial menus are self-service without a voice, so level 1; since they
# are not the internet in the strict sense, the report says how many they are.
LEVELS: Mapping[str, tuple[int, str]] = {
    "web": (1, "self_service"), "app": (1, "self_service"), "phone": (1, "self_service"), "api": (1, "self_service"),
    "sms": (1, "message"), "ussd": (1, "message"),
    "forum": (2, "customers"),
    "chat": (3, "staff"), "email": (3, "staff"),
    "voice": (4, "ivr"), "calls": (4, "ivr"), "hotline": (4, "agent"), "care": (4, "agent"),
    "hall": (5, "counter"), "shop": (5, "counter"), "counter": (5, "counter"),
}  # fmt: skip
_SPOKEN = tuple(channel for channel, (level, kind) in LEVELS.items() if kind == "ivr")
_BY_STAFF = [channel for channel, (level, kind) in LEVELS.items() if kind in ("agent", "counter")]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Contacts by level and, within it, by kind."""

    kinds: Mapping[tuple[int, str], int]

    def level(self, level: int) -> int:
        return sum(number for (at, _), number in self.kinds.items() if at == level)

    @property
    def contacts(self) -> int:
        return sum(self.kinds.values())

    @property
    def internet(self) -> int:
        return sum(self.level(level) for level in INTERNET)

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.internet, self.contacts) if self.contacts else None

    @property
    def messages(self) -> int:
        """Of level 1: texts and dial menus."""
        return self.kinds.get((1, "message"), 0)

    @property
    def share_without_messages(self) -> Fraction | None:
        """The share if texts and dial menus counted as traditional."""
        return Fraction(self.internet - self.messages, self.contacts) if self.contacts else None

    @property
    def met(self) -> bool | None:
        return None if self.share is None else self.share >= GOAL


def ladder(period: Period, filters: Filters = OURS) -> Ladder:
    """Contacts that began in the time; calls that asked for a person are the agent's. Three statements.

    What staff wrote down by themselves (a visit at the counter, a call to the hotline) is a contact of theirs. A contact of a
    channel that no level names counts as level 5: never better than it is.
    """
    where = clock.zone()
    span = [clock.begin(period.since, where), clock.end(period.until, where)]
    sources, hours = list(filters.sources), hourly(filters, where)
    # How many contacts began on each channel?
    rows = sql.run(
        "SELECT channel, sum(contacts)::bigint FROM insight_contact WHERE hour >= %s AND hour < %s"
        f" AND source = ANY(%s::text[]) AND {HOURLY} GROUP BY channel",
        [*span, sources, *hours],
    )
    # How many sessions on the telephone asked for a person?
    places, values = placing.of(period, filters.only(channels=_SPOKEN, versions=()))
    ((persons,),) = sql.run(f"SELECT coalesce(sum(person), 0)::bigint FROM {places} WHERE node = ''", values)
    # What did staff accept from customers who stood before them, or were on the line?
    rows += sql.run(
        "SELECT channel, count(*) FROM case_case WHERE opened_at >= %s AND opened_at < %s AND channel = ANY(%s::text[])"
        f" AND 'hall' = ANY(%s::text[]) AND {HOURLY.replace('hour AT', 'opened_at AT')} GROUP BY channel",
        [*span, _BY_STAFF, sources, *hours],
    )
    kinds: dict[tuple[int, str], int] = {}
    for channel, number in rows:
        if filters.channels and channel not in filters.channels:
            continue
        kind = LEVELS.get(channel, (5, "counter"))
        kinds[kind] = kinds.get(kind, 0) + number
    spoken = kinds.get((4, "ivr"), 0)
    if agents := min(persons, spoken):
        kinds[4, "ivr"] = spoken - agents
        kinds[4, "agent"] = kinds.get((4, "agent"), 0) + agents
    return Ladder(kinds)
