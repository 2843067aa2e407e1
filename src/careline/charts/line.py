"""Lines over time, with gaps where nothing is known and dashed lines for goals."""

from collections.abc import Mapping, Sequence

from careline.charts.drawing import (
    BOTTOM,
    Chart,
    Field,
    Format,
    below,
    count,
    either,
    finish,
    hint,
    legend,
    nothing,
    scale,
    series,
    so_far,
    tag,
    ticks,
    unfinished,
    whole,
)


def line(
    title: str,
    labels: Sequence[str],
    values: Mapping[str, Sequence[float | None]],
    *,
    goals: Mapping[str, float] | None = None,
    about: str = "",
    first: str = "",
    form: Format = count,
    running: Mapping[str, int] | None = None,
    language: str = "zh",
) -> Chart:
    """Lines of one or more named series, each as long as `labels`; None is a gap, and no figure in the table.

    `running` names, by series, the place whose day or hour is not over: it is drawn hollow, and the way to it dashed.
    """
    assert all(len(row) == len(labels) for row in values.values())
    goals, running = goals or {}, running or {}
    known = [value for row in values.values() for value in row if value is not None]
    marks = ticks(max([*known, *goals.values()], default=0.0), whole=whole(form, known))
    keys, top = legend(
        [(series(at), name) for at, name in enumerate(values)]
        + [(f"goal g{at + 1}", f"{name} {form(goal)}") for at, (name, goal) in enumerate(goals.items())]
        + [("running", so_far(language))] * any(values[name][at] is not None for name, at in running.items())
    )
    field = Field(top, marks[-1])
    parts = [*keys, *scale(field, marks, form), *below(field, labels)]
    for at, goal in enumerate(goals.values()):
        y = field.y(goal)
        parts.append(tag("line", cls=f"goal g{at + 1}", x1=field.left, x2=field.right, y1=y, y2=y))
    for at, (name, row) in enumerate(values.items()):
        parts += drawn(field, labels, row, series(at), name, form, running.get(name))
    today = set(running.values())
    rows = [
        (
            unfinished(label, language) if at in today else label,
            *(nothing(language) if row[at] is None else form(row[at] or 0.0) for row in values.values()),
        )
        for at, label in enumerate(labels)
    ]
    said = about or _about(labels, values, form, language)
    return finish("line", title, said, field.bottom_y + BOTTOM, parts, (first, *values), rows)


def drawn(
    field: Field,
    labels: Sequence[str],
    row: Sequence[float | None],
    cls: str,
    name: str,
    form: Format,
    running: int | None = None,
) -> list[str]:
    """One line, broken where a value is missing, and a point for each value; what is `running` is not over."""
    parts: list[str] = []
    path, last, on = "", "", False
    for at, value in enumerate(row):
        if value is None:
            on = False
            continue
        x, y = field.middle(at, len(row)), field.y(value)
        told = hint(f"{labels[at]} · {name}: {form(value)}")
        point = tag(
            "circle", told, cls=f"point {cls}" + " running" * (at == running), cx=x, cy=y, r=3 if len(row) > 40 else 4
        )
        if at == running:
            way = tag("path", cls=f"path {cls} running", d=f"{last}L{x:.1f} {y:.1f}") if on else ""
            parts, on = [way, *parts, point], False
            continue
        last = f"M{x:.1f} {y:.1f}"
        path += f"{'L' if on else 'M'}{x:.1f} {y:.1f}"
        on = True
        parts.append(point)
    if running is not None and not path:
        return parts
    return [tag("path", cls=f"path {cls}", d=path), *parts] if path else []


def _about(labels: Sequence[str], values: Mapping[str, Sequence[float | None]], form: Format, language: str) -> str:
    told = []
    for name, row in values.items():
        known = [(value, labels[at]) for at, value in enumerate(row) if value is not None]
        if known:
            low, high = min(known), max(known)
            told.append(
                either(
                    language,
                    f"{name}：最低 {form(low[0])}（{low[1]}），最高 {form(high[0])}（{high[1]}）。",
                    f"{name}: lowest {form(low[0])} ({low[1]}), highest {form(high[0])} ({high[1]}).",
                )
            )
    return " ".join(told) or either(language, "没有数据。", "There is nothing to show.")
