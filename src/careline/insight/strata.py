"""Stratification: reasons by their count, each with its share, the share reached so far, and the crux."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Stratum:
    name: str
    count: int
    share: Fraction  # of all that were stratified
    cumulative: Fraction
    crux: bool  # the first, unless another is as frequent


def stratify(counts: Mapping[str, int]) -> list[Stratum]:
    """The most frequent first, ties by name; shares sum to exactly 1. Nothing where nothing was counted."""
    total = sum(counts.values())
    ordered = sorted(((name, n) for name, n in counts.items() if n > 0), key=lambda one: (-one[1], one[0]))
    alone = len(ordered) == 1 or (len(ordered) > 1 and ordered[0][1] > ordered[1][1])
    strata, reached = [], 0
    for at, (name, count) in enumerate(ordered):
        reached += count
        strata.append(Stratum(name, count, Fraction(count, total), Fraction(reached, total), at == 0 and alone))
    return strata
