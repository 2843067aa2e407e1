"""A funnel: how many came to each step, and how many left there."""

from collections.abc import Sequence
from typing import NamedTuple

from careline.charts.drawing import (
    LARGE,
    WIDTH,
    Chart,
    count,
    either,
    finish,
    hint,
    nothing,
    percent,
    shortened,
    tag,
    width_of,
    words,
)

ROW = 60.0


class Step(NamedTuple):
    name: str
    reached: int
    left: int = 0  # of those, who went no further


def funnel(title: str, steps: Sequence[Step], *, about: str = "", first: str = "", language: str = "zh") -> Chart:
    """One bar for each step, as wide as its share of the first, with the share told."""
    start = steps[0].reached if steps else 0
    parts, rows = [], []
    for at, step in enumerate(steps):
        y = ROW * at + 6
        share = step.reached / start if start else None
        told = f"{count(step.reached)} · {nothing(language) if share is None else percent(share)}"
        parts.append(words(shortened(step.name, WIDTH - 40 - width_of(told)), 8, y + LARGE, "name"))
        parts.append(words(told, WIDTH - 8, y + LARGE, "value", "end"))
        wide = (WIDTH - 16) * min(1.0, share or 0.0)
        inset = (WIDTH - wide) / 2
        parts.append(tag("rect", cls="track", x=8, y=y + 28, width=WIDTH - 16, height=18, rx=3))
        if wide:
            parts.append(
                tag("rect", hint(f"{step.name}: {told}"), cls="bar s1", x=inset, y=y + 28, width=wide, height=18)
            )
        rows.append(
            (step.name, count(step.reached), nothing(language) if share is None else percent(share), count(step.left))
        )
    heads = (
        either(language, "到达", "Reached"),
        either(language, "占比", "Share"),
        either(language, "离开", "Left here"),
    )
    said = about or either(
        language, f"共 {len(steps)} 步，起点 {count(start)}。", f"{len(steps)} steps from {count(start)}."
    )
    return finish("funnel", title, said, ROW * max(1, len(steps)) + 8, parts, (first, *heads), rows)
