"""Before and after: whether two failure rates differ by more than chance."""

from dataclasses import dataclass
from math import erfc, exp, lgamma, sqrt

from careline.insight.rates import Rate

SMALL = 5  # an expected count below this: Fisher's exact test instead of z (Cochran's rule)
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    before: Rate
    after: Rate
    test: str  # z, fisher, or none where one of them has no applications
    z: float | None
    p: float | None  # two-sided

    @property
    def significant(self) -> bool:
        return self.p is not None and self.p < SIGNIFICANT

    @property
    def better(self) -> bool | None:
        """Whether the rate fell; None where it cannot be said."""
        if self.before.share is None or self.after.share is None:
            return None
        return self.after.share < self.before.share


def compare(before: Rate, after: Rate) -> Difference:
    """The two-proportion z test with pooled variance; Fisher's exact test where an expected count is small."""
    if not before.applications or not after.applications:
        return Difference(before, after, "none", None, None)
    total = before.applications + after.applications
    failed = before.failed + after.failed
    least = min(before.applications, after.applications) * min(failed, total - failed) / total
    if least < SMALL:
        return Difference(before, after, "fisher", None, fisher(before, after))
    pooled = failed / total
    error = sqrt(pooled * (1 - pooled) * (1 / before.applications + 1 / after.applications))
    z = (after.failed / after.applications - before.failed / before.applications) / error
    return Difference(before, after, "z", z, erfc(abs(z) / sqrt(2)))


def fisher(one: Rate, other: Rate) -> float:
    """Two-sided: the chance of a table as unlikely as this one or more so, its margins given."""
    rows, failed = (one.applications, other.applications), one.failed + other.failed
    lowest, highest = max(0, failed - rows[1]), min(failed, rows[0])
    chances = [_log_chance(rows, failed, found) for found in range(lowest, highest + 1)]
    mine = chances[one.failed - lowest]
    return min(1.0, sum(exp(chance) for chance in chances if chance <= mine + 1e-7))


def _log_chance(rows: tuple[int, int], failed: int, first: int) -> float:
    return _log_ways(rows[0], first) + _log_ways(rows[1], failed - first) - _log_ways(sum(rows), failed)


def _log_ways(of: int, taken: int) -> float:
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)
