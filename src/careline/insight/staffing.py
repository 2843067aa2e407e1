"""How many people a load of calls needs: Erlang's formula for callers who wait (C), by way of the one for callers who do not (B).

A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges (1917).
Callers come at random, talk for a time that falls off exponentially, and wait as long as they must.
"""

from dataclasses import dataclass
from math import ceil, exp

AGENTS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Staffing:
    """What so many people at their seats mean for those who call. Seconds; shares from 0 to 1."""

    erlangs: float
    agents: int
    waits: float  # the chance that a caller has to wait
    answered: float  # within the wished seconds
    mean_wait: float  # of all callers
    mean_wait_of_waiting: float
    occupancy: float  # of the people

    def rostered(self, shrinkage: float) -> int:
        """So many on the roster, when `shrinkage` of their time goes to breaks, training and illness."""
        return ceil(self.agents / (1 - shrinkage))


def blocked(erlangs: float, lines: int) -> float:
    """Erlang B: the chance that all lines are taken, by its recursion, which never overflows."""
    chance = 1.0
    for line in range(1, lines + 1):
        chance = erlangs * chance / (line + erlangs * chance)
    return chance


def waits(erlangs: float, agents: int) -> float:
    """Erlang C: the chance that a caller waits; 1 where there are not more people than work."""
    if agents <= erlangs:
        return 1.0
    lost = blocked(erlangs, agents)
    return agents * lost / (agents - erlangs * (1 - lost))


def with_agents(calls: float, minutes: float, talk_seconds: float, agents: int, within_seconds: float) -> Staffing:
    """What `agents` people mean for `calls` calls in `minutes` minutes, each of `talk_seconds` with its afterwork."""
    erlangs = calls * talk_seconds / (minutes * 60)
    chance, spare = waits(erlangs, agents), agents - erlangs
    if spare <= 0:
        return Staffing(erlangs, agents, 1.0, 0.0, float("inf"), float("inf"), 1.0)
    waiting = talk_seconds / spare
    return Staffing(
        erlangs, agents, chance, 1 - chance * exp(-spare * within_seconds / talk_seconds), chance * waiting, waiting,
        erlangs / agents,
    )  # fmt: skip


def needed(calls: float, minutes: float, talk_seconds: float, share: float, within_seconds: float) -> Staffing:
    """The fewest people by whom `share` of calls is answered within `within_seconds`.

    Raises ValueError for what is no load or no goal: none below nought, a share from 0 to below 1, at most AGENTS_MAX people.
    """
    if calls < 0 or minutes <= 0 or talk_seconds <= 0 or within_seconds < 0 or not 0 <= share < 1:
        raise ValueError("no load, or no goal")
    agents = int(calls * talk_seconds / (minutes * 60)) + 1
    while agents <= AGENTS_MAX:
        found = with_agents(calls, minutes, talk_seconds, agents, within_seconds)
        if found.answered >= share:
            return found
        agents += 1
    raise ValueError(f"more than {AGENTS_MAX} people")
