"""Control charts of proportions: p, and Laney's p' for subgroups so large that the binomial alone explains too little.

Formulas: D. C. Montgomery, Introduction to Statistical Quality Control, chapter 7 (p); D. B. Laney, Improved Control Charts
for Attributes, Quality Engineering 14 (2002), as Minitab computes it: sigma Z is the mean moving range of the z-scores
divided by 1.128.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

UNBIASING = 1.128  # d2 for moving ranges of two
SIGMAS = 3.0  # test 1
RUN = 9  # test 2: so many in a row on one side of the centre


@dataclass(frozen=True, slots=True)
class Point:
    """One subgroup; `share` is None where its size is 0, and then it has no limits and no tests."""

    failed: int
    size: int
    share: float | None
    lower: float
    upper: float
    tests: tuple[int, ...]  # that it failed: 1 beyond the limits, 2 end of a run on one side


@dataclass(frozen=True, slots=True)
class Control:
    points: tuple[Point, ...]
    centre: float | None  # None where no subgroup has a size
    sigma_z: float  # 1 on a p chart

    @property
    def stable(self) -> bool | None:
        """No point failed a test; None without points."""
        return None if self.centre is None else not any(point.tests for point in self.points)


def p_chart(subgroups: Sequence[tuple[int, int]]) -> Control:
    """Subgroups as (failed, size), limits stepped by each size and clipped to 0..1."""
    return _chart(subgroups, laney=False)


def laney_chart(subgroups: Sequence[tuple[int, int]]) -> Control:
    """The same with limits widened or narrowed by sigma Z.

    With fewer than two subgroups, or none that differ, there is no moving range to go by; sigma Z is then 1.
    """
    return _chart(subgroups, laney=True)


def _chart(subgroups: Sequence[tuple[int, int]], *, laney: bool) -> Control:
    total = sum(size for _, size in subgroups)
    if not total:
        return Control(tuple(Point(0, 0, None, 0.0, 0.0, ()) for _ in subgroups), None, 1.0)
    centre = sum(failed for failed, _ in subgroups) / total
    spread = sqrt(centre * (1 - centre))
    sigma_z = _sigma_z(subgroups, centre, spread) if laney else 1.0
    points, side, run = [], 0, 0
    for failed, size in subgroups:
        if not size:
            points.append(Point(failed, 0, None, 0.0, 0.0, ()))
            continue
        share, width = failed / size, SIGMAS * spread / sqrt(size) * sigma_z
        now = (share > centre) - (share < centre)
        run = run + 1 if now == side and now else abs(now)
        side = now
        tests: tuple[int, ...] = (1,) if abs(share - centre) > width + 1e-12 else ()
        if run >= RUN:
            tests += (2,)
        points.append(Point(failed, size, share, max(0.0, centre - width), min(1.0, centre + width), tests))
    return Control(tuple(points), centre, sigma_z)


def _sigma_z(subgroups: Sequence[tuple[int, int]], centre: float, spread: float) -> float:
    if not spread:
        return 1.0
    scores = [(failed / size - centre) / (spread / sqrt(size)) for failed, size in subgroups if size]
    ranges = [abs(now - before) for before, now in pairwise(scores)]
    return (sum(ranges) / len(ranges) / UNBIASING if ranges else 0.0) or 1.0
