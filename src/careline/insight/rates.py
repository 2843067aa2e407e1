"""The failure rate of self-service, its goals, and how it is written: always with its denominator."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from careline.charts import nothing
from careline.dialogue.book import OPENS, Verb
from careline.values.cause import Cause, CauseClass
from careline.values.outcome import Outcome

# What counts as an application: opening and closing services. Queries are self-service, but never in the rate; changing
# a setting, redeeming points and everything else that opens or closes nothing is not either.
APPLICATIONS = OPENS | {Verb.CANCEL}
# What counts as failed: nothing came of it, by the system or by how it was operated. Refused is the business working.
FAILURES = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.ABANDONED})

DIRECTIVE = Fraction(1, 100)  # the rate must be below this
CHALLENGE = Fraction(86, 10_000)  # and should be at most this


@dataclass(frozen=True, slots=True)
class Rate:
    """Failed applications of all applications."""

    failed: int
    applications: int

    @property
    def share(self) -> Fraction | None:
        """None where nobody applied: that is neither 0 % nor a fault."""
        return Fraction(self.failed, self.applications) if self.applications else None

    @property
    def directive_met(self) -> bool | None:
        """Strictly below 1 %: 1.00 % misses it."""
        return None if self.share is None else self.share < DIRECTIVE

    @property
    def challenge_met(self) -> bool | None:
        """0.86 % itself meets it."""
        return None if self.share is None else self.share <= CHALLENGE

    def __str__(self) -> str:
        return percent(self.share)


def percent(share: Fraction | float | None, places: int = 2) -> str:
    """0.026 -> "2.60 %", rounded half up from the exact value; "n/a" for None."""
    if share is None:
        return "n/a"
    exact = Fraction(share) * 100
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)} %"


_NOTHING = re.compile(r"(?<![\w/])n/a(?![\w/])")


def told(words: object, language: str) -> str:
    """Figures, or a sentence with figures, as they are read: where there was nothing to divide by, Chinese has a dash."""
    said = str(words)
    return _NOTHING.sub(nothing(language), said) if "n/a" in said else said


def percents(counts: Sequence[int], places: int = 2) -> list[str]:
    """Shares of their sum as they are printed, so that what is printed adds up to 100 %: [1, 31] -> "3.12 %", "96.88 %".

    What rounding down leaves over goes to the largest remainders (the first of equals by size): Hamilton's method. Each differs
    from its exact value by less than the last place. "n/a" for all where the sum is 0.
    """
    total, unit = sum(counts), 10 ** (places + 2)
    if not total:
        return ["n/a"] * len(counts)
    down = [divmod(count * unit, total) for count in counts]
    over = unit - sum(whole for whole, _ in down)
    first = sorted(range(len(counts)), key=lambda at: (-down[at][1], -counts[at], at))[:over]
    return [percent(Fraction(whole + (at in first), unit), places) for at, (whole, _) in enumerate(down)]


def applies(verb: str) -> bool:
    return verb in APPLICATIONS


def fails(outcome: str) -> bool:
    return outcome in FAILURES


def class_of(cause: str) -> CauseClass | None:
    """system or operation (or business, of refusals); None for no cause, or one that is not of the taxonomy."""
    try:
        return Cause(cause).kind
    except ValueError:
        return None
