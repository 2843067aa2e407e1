"""Control charts of proportions: p, and Laney's p' for subgroups so large that the binomial alone explains too little.

Formulas: D. C. Montgomery, Introduction to Statistical Quality Control, chapter 7 (p); D. B. Laney, Improved Control Charts
for Attributes, Quality Engineering 14 (2002), as Minitab computes it: sigma Z is the mean moving range of the z-scores
divided by 1.128.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import sqrt
from typing import Any

from careline.insight import clock

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


def p_chart(subgroups: Sequence[tuple[int, int]], running: int | None = None) -> Control:
    """Subgroups as (failed, size), limits stepped by each size and clipped to 0..1.

    `running` is the place of a subgroup whose day or hour is not over: it is shown, but neither counted nor tested.
    """
    return _chart(subgroups, running, laney=False)


def laney_chart(subgroups: Sequence[tuple[int, int]], running: int | None = None) -> Control:
    """The same with limits widened or narrowed by sigma Z.

    With fewer than two subgroups, or none that differ, there is no moving range to go by; sigma Z is then 1.
    """
    return _chart(subgroups, running, laney=True)


def place_of(keys: Sequence[tuple[Any, ...]], now: datetime) -> int | None:
    """The place of the subgroup that is not over, of keys (day,) or (day, hour) of the local clock."""
    slot = clock.running(now)
    return next((at for at, key in enumerate(keys) if key == tuple(slot)[: len(key)]), None)


def _chart(subgroups: Sequence[tuple[int, int]], running: int | None, *, laney: bool) -> Control:
    whole = [one for at, one in enumerate(subgroups) if at != running]
    total = sum(size for _, size in whole)
    if not total:
        return Control(tuple(Point(0, 0, None, 0.0, 0.0, ()) for _ in subgroups), None, 1.0)
    centre = sum(failed for failed, _ in whole) / total
    spread = sqrt(centre * (1 - centre))
    sigma_z = _sigma_z(whole, centre, spread) if laney else 1.0
    points, side, run = [], 0, 0
    for at, (failed, size) in enumerate(subgroups):
        if not size:
            points.append(Point(failed, 0, None, 0.0, 0.0, ()))
            continue
        share, width = failed / size, SIGMAS * spread / sqrt(size) * sigma_z
        if at == running:
            points.append(Point(failed, size, share, max(0.0, centre - width), min(1.0, centre + width), ()))
            continue
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
