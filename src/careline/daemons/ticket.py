"""Tickets: arrivals on their way through the turnstile, and the doors that brought them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from careline.hall.turn import Arrival


class Door(Protocol):
    """Whoever brings arrivals; told what became of them, from a batcher's thread, by the tokens that it gave."""

    def recorded(self, tokens: Sequence[Any]) -> None:
        """These are safe in the database: acknowledge them."""

    def refused(self, tokens: Sequence[Any]) -> None:
        """These were not taken in: let their senders try again."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One arrival on its way through."""

    arrival: Arrival
    token: Any
    door: Door
    offered_at: float  # monotonic seconds
    recorded: bool = False
    handed: bool = False  # its answer was given to whoever sends answers


def by_door(tickets: Iterable[Ticket]) -> list[tuple[Door, list[Any]]]:
    """The tokens of these tickets, door by door."""
    doors: dict[int, tuple[Door, list[Any]]] = {}
    for ticket in tickets:
        doors.setdefault(id(ticket.door), (ticket.door, []))[1].append(ticket.token)
    return list(doors.values())
