"""A control chart: each subgroup's proportion, the centre, and limits that step with the size of the subgroup."""

from collections.abc import Mapping, Sequence

from careline.charts.drawing import (
    BOTTOM,
    Chart,
    Field,
    Format,
    below,
    either,
    finish,
    hint,
    legend,
    nothing,
    percent,
    scale,
    so_far,
    tag,
    ticks,
    unfinished,
)


def control(
    title: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    centre: float,
    lower: Sequence[float],
    upper: Sequence[float],
    signals: Mapping[int, str] | None = None,
    about: str = "",
    first: str = "",
    name: str = "",
    form: Format = percent,
    running: int | None = None,
    language: str = "zh",
) -> Chart:
    """One point for each subgroup; `signals` are the points that a test has marked, by place, with what it says.

    `running` is the place of a subgroup that is not over: it is drawn hollow, and the way to it dashed.

    `name` is what the points are called in the key and the table; else they are called as the picture.
    A subgroup without a size has None and no limits of its own (give it any, they are not drawn).
    """
    assert len(labels) == len(values) == len(lower) == len(upper)
    signals = signals or {}
    known = [at for at, value in enumerate(values) if value is not None]
    marks = ticks(highest([values[at] or 0.0 for at in known] + [centre], [upper[at] for at in known]))
    lcl, mean, ucl = (
        either(language, "下限", "LCL"),
        either(language, "中心线", "Centre"),
        either(language, "上限", "UCL"),
    )
    signal = either(language, "异常点", "Signal")
    keys, top = legend(
        [("s1", name or title), ("goal g1", f"{mean} {form(centre)}"), ("limit", f"{lcl} / {ucl}"), ("out", signal)]
        + [("running", so_far(language))] * (running in known)
    )
    field = Field(top, marks[-1])
    y = field.y(centre)
    parts = [*keys, *scale(field, marks, form), *below(field, labels)]
    parts.append(tag("line", cls="goal g1", x1=field.left, x2=field.right, y1=y, y2=y))
    parts += [steps(field, limits, known, len(labels)) for limits in (lower, upper) if known]
    parts += points(field, labels, values, signals, form, running)
    rows = [
        (
            unfinished(label, language) if at == running else label,
            nothing(language) if (value := values[at]) is None else form(value),
            form(lower[at]),
            form(centre),
            form(upper[at]),
            signals.get(at, ""),
        )
        for at, label in enumerate(labels)
    ]
    told = about or either(
        language,
        f"共 {len(known)} 个子组，异常点 {len(signals)} 个。",
        f"{len(known)} subgroups, {len(signals)} signals.",
    )
    return finish(
        "control", title, told, field.bottom_y + BOTTOM, parts, (first, name or title, lcl, mean, ucl, signal), rows
    )


def highest(values: Sequence[float], upper: Sequence[float]) -> float:
    """The top of the scale: every point, and limits unless those of a tiny subgroup would press all the rest flat."""
    usual = sorted(upper)[len(upper) // 2] if upper else 0.0
    seen = max([*values, usual], default=0.0)
    return max([seen, *(limit for limit in upper if limit <= 1.6 * seen)])


def steps(field: Field, limits: Sequence[float], known: Sequence[int], of: int) -> str:
    """A limit as a flight of stairs: flat over each subgroup."""
    half = field.width / of / 2
    path, before = "", -2
    for at in known:
        x, y = field.middle(at, of), field.y(limits[at])
        path += f"{'L' if at == before + 1 else 'M'}{x - half:.1f} {y:.1f}L{x + half:.1f} {y:.1f}"
        before = at
    return tag("path", cls="limit", d=path)


def points(
    field: Field,
    labels: Sequence[str],
    values: Sequence[float | None],
    signals: Mapping[int, str],
    form: Format,
    running: int | None = None,
) -> list[str]:
    """The line, broken where a subgroup has no size, and a mark for each; the way to what is `running` is dashed."""
    path, way, before, marks = "", "", "", []
    for at, value in enumerate(values):
        if value is None:
            before = ""
            continue
        x, y = field.middle(at, len(values)), field.y(value)
        here = f"{x:.1f} {y:.1f}"
        if at == running:
            way, before = before and f"M{before}L{here}", ""
        else:
            path, before = path + f"{'L' if before else 'M'}{here}", here
        said = hint(" · ".join(filter(None, (labels[at], form(value), signals.get(at, "")))))
        if at in signals:  # told by shape as well as by colour
            marks.append(tag("rect", said, cls="point out", x=x - 5, y=y - 5, width=10, height=10))
        else:
            cls = "point s1 running" if at == running else "point s1"
            marks.append(tag("circle", said, cls=cls, cx=x, cy=y, r=3 if len(values) > 40 else 4))
    ways = [tag("path", cls="path s1", d=path)] if path else []
    return [*ways, tag("path", cls="path s1 running", d=way), *marks] if way else [*ways, *marks]
