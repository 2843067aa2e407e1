"""What nobody touches in a menu: for how long, how often it was offered, and what it costs those who hear it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from careline.advice.hearing import Ear
from careline.advice.walks import place_of
from careline.insight import menus
from careline.insight.asking import Filters, Period
from careline.insight.menus import Usage
from careline.postgres import sql
from careline.values.language import Text


@dataclass(frozen=True, slots=True)
class Untouched:
    """`last` is the day of the newest visit before the time, None for never; `first` the oldest day with records of the menu."""

    node: str  # where it is listed
    place: str
    name: Text
    key: str
    offered: int  # times that its node was heard in the time
    last: date | None
    first: date | None
    elsewhere: int  # times that the same was asked for on all channels
    seconds_a_day: float  # of those who heard it on the way to something behind it

    def days(self, today: date) -> int | None:
        """For how long nobody has touched it, as far as records go."""
        since = self.last or self.first
        return (today - since).days if since else None


def untouched(
    ear: Ear, used: Usage, asked: Mapping[str, int], period: Period, filters: Filters, days: int
) -> tuple[Untouched, ...]:
    """Actions and nodes of the menu without any visit in the time, those that cost most first; one statement."""
    menu = ear.menu
    last, first = _seen(menu.id, period, filters)
    none = (0, 0, 0, 0, 0)
    names = menus.leaves(ear.book, menu)
    found = []
    for node in menu.nodes.values():
        heard = used.get(node.id, none)[1]
        said = ear.at(node.id)
        for choice in node.choices:
            place = place_of(choice)
            if choice.word or used.get(place, none)[1] or place not in said.keys:
                continue
            name = menu.nodes[choice.node].title if choice.node in menu.nodes else names.get(place, Text(place, place))
            before = [one for one, until in said.until.items() if until > said.until[place]]
            passed = sum(used.get(one, none)[1] for one in before)
            own = said.until[place] - max(
                (one for one in said.until.values() if one < said.until[place]), default=said.lead
            )
            cost = own * min(passed, heard) / days
            wanted = asked.get(place, 0)
            found.append(Untouched(node.id, place, name, said.keys[place], heard, last.get(place), first, wanted, cost))
    return tuple(sorted(found, key=lambda one: (-one.seconds_a_day, -one.offered, one.node, one.place)))


def _seen(menu: str, period: Period, filters: Filters) -> tuple[dict[str, date], date | None]:
    """When each place was last visited before the time, and since when there are records of the menu."""
    rows = sql.run(
        "SELECT node, max(day) FILTER (WHERE visits > 0 AND day < %s::date), min(day) FROM insight_place"
        " WHERE menu = %s AND source = ANY(%s::text[]) AND day <= %s::date GROUP BY node",
        [period.since, menu, list(filters.sources), period.until],
    )
    return {row[0]: row[1] for row in rows if row[1]}, min((row[2] for row in rows), default=None)
