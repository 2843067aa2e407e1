"""How sure a rate is: the interval that holds the true one in 95 of 100 cases.

Wilson's score interval (E. B. Wilson, JASA 22, 1927), which R. G. Newcombe recommends for small counts and shares near
nought (Statistics in Medicine 17, 1998).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from careline.insight.rates import Rate

Z_95 = 1.959963984540054  # two-sided


@dataclass(frozen=True, slots=True)
class Bounds:
    """Shares of 1."""

    lower: float
    upper: float


def bounds(rate: Rate, z: float = Z_95) -> Bounds | None:
    """None where nobody applied."""
    if not rate.applications:
        return None
    n, share = rate.applications, rate.failed / rate.applications
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Bounds(max(0.0, middle - half), min(1.0, middle + half))


def surely(rate: Rate, goal: Fraction) -> bool | None:
    """Whether even the upper bound reaches the goal; None where nobody applied."""
    found = bounds(rate)
    return None if found is None else found.upper <= float(goal)
