"""A control chart in phases: centre and limits begin anew where something was changed."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from careline.charts.control import highest, points, steps
from careline.charts.drawing import (
    BOTTOM,
    Chart,
    Field,
    Format,
    below,
    either,
    finish,
    legend,
    percent,
    scale,
    tag,
    ticks,
)


def phases(
    title: str,
    labels: Sequence[str],
    values: Sequence[float],
    *,
    centres: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    signals: Mapping[int, str] | None = None,
    first: str = "",
    name: str = "",
    form: Format = percent,
    language: str = "zh",
) -> Chart:
    """One point for each subgroup; each has the centre and the limits of its phase. A phase ends where the centre changes."""
    assert len(labels) == len(values) == len(centres) == len(lower) == len(upper)
    signals, of = signals or {}, len(labels)
    field_top = ticks(highest([*values, *centres], upper))
    names = [
        either(language, *pair)
        for pair in (("下限", "LCL"), ("中心线", "Centre"), ("上限", "UCL"), ("异常点", "Signal"))
    ]
    keys, top = legend(
        [("s1", name or title), ("goal g1", names[1]), ("limit", f"{names[0]} / {names[2]}"), ("out", names[3])]
    )
    field = Field(top, field_top[-1])
    parts = [*keys, *scale(field, field_top, form), *below(field, labels)]
    spans = [list(many) for _, many in groupby(range(of), key=lambda at: centres[at])]
    half = field.width / of / 2 if of else 0.0
    for span in spans:
        left, right = field.middle(span[0], of) - half, field.middle(span[-1], of) + half
        y = field.y(centres[span[0]])
        parts.append(tag("line", cls="goal g1", x1=left, x2=right, y1=y, y2=y))
        parts += [steps(field, limits, span, of) for limits in (lower, upper)]
        if span is not spans[0]:
            parts.append(tag("line", cls="axis cut", x1=left, x2=left, y1=field.top_y, y2=field.bottom_y))
    parts += points(field, labels, values, signals, form)
    rows = [
        (label, form(values[at]), form(lower[at]), form(centres[at]), form(upper[at]), signals.get(at, ""))
        for at, label in enumerate(labels)
    ]
    told = either(
        language,
        f"{len(spans)} 段，共 {of} 个子组，异常点 {len(signals)} 个。",
        f"{len(spans)} phases, {of} subgroups, {len(signals)} signals.",
    )
    return finish("control", title, told, field.bottom_y + BOTTOM, parts, (first, name or title, *names), rows)
