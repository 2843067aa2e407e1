"""The target: what is left of the failure rate when so much of the crux is solved, under two policies of rounding.

Figures as they are printed (percent with two places) give one answer when nothing is rounded on the way and another when
each product is; counts give a third. All are told, so that nobody has to guess which one a report means.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from careline.insight.rates import CHALLENGE, DIRECTIVE

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Target:
    """All in percent but `solved`. `printed` is unrounded, `stepwise` rounds each product to two places."""

    baseline: Decimal
    system: Decimal
    crux: Decimal
    solved: Decimal
    products: tuple[Decimal, Decimal, Decimal]  # each rounded before the next is taken
    printed: Decimal
    stepwise: Decimal
    counts: Fraction | None  # from the counts themselves; None where they are not given
    for_challenge: Decimal | None  # share of the crux, in percent, that must be solved to end at 0.86 %
    for_directive: Decimal | None  # and more than this to end below 1 %

    @property
    def differ(self) -> bool:
        return cents(self.printed) != self.stepwise

    @property
    def directive_met(self) -> bool:
        return Fraction(self.printed) / 100 < DIRECTIVE

    @property
    def challenge_met(self) -> bool:
        return Fraction(self.printed) / 100 <= CHALLENGE


def cents(value: Decimal) -> Decimal:
    """Two places, half up."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def in_percent(share: Fraction) -> Decimal:
    """The share as it is printed: 505/19690 -> 2.56."""
    return cents(Decimal(share.numerator * 100) / Decimal(share.denominator))


def calculate(baseline: Decimal, system: Decimal, crux: Decimal, solved: Decimal) -> Target:
    """From printed figures: percent of applications, of failures, of system failures; `solved` is a share of 1."""
    return _target(baseline, system, crux, solved, None)


def from_counts(failed: int, system: int, crux: int, applications: int, solved: Decimal) -> Target | None:
    """From counts; None where there is nothing to share out."""
    if not (applications and failed and system):
        return None
    exact = (failed - Fraction(solved) * crux) / applications
    pairs = ((failed, applications), (system, failed), (crux, system))
    baseline, of_failures, of_system = (in_percent(Fraction(*pair)) for pair in pairs)
    return _target(baseline, of_failures, of_system, solved, exact)


def _target(baseline: Decimal, system: Decimal, crux: Decimal, solved: Decimal, counts: Fraction | None) -> Target:
    reach = baseline * system / 100 * crux / 100
    first = cents(baseline * system / 100)
    second = cents(first * crux / 100)
    third = cents(second * solved)
    needed = [
        cents((baseline - Decimal(goal.numerator) * 100 / goal.denominator) / reach * 100) if reach else None
        for goal in (CHALLENGE, DIRECTIVE)
    ]
    return Target(baseline, system, crux, solved, (first, second, third), baseline - reach * solved, baseline - third, counts,
                  needed[0], needed[1])  # fmt: skip
