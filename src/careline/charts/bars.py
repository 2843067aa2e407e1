"""Bars: counts or amounts side by side, stacked, or lying with their names above them."""

from collections.abc import Callable, Mapping, Sequence

from careline.charts.drawing import (
    BOTTOM,
    LARGE,
    WIDTH,
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
    shortened,
    tag,
    ticks,
    whole,
    width_of,
    words,
)

LYING = 54.0  # height of one lying bar with its name
_Said = Callable[[float | None], str]


def bars(
    title: str,
    labels: Sequence[str],
    values: Mapping[str, Sequence[float | None]],
    *,
    about: str = "",
    first: str = "",
    form: Format = count,
    stacked: bool = True,
    lying: bool = False,
    language: str = "zh",
) -> Chart:
    """Bars of one or more named series, each as long as `labels`. Negative values count as nothing; of None nothing is known.

    `first` heads the column of labels in the table. Lying bars are for names that are long; they are always stacked.
    """
    assert all(len(row) == len(labels) for row in values.values())

    def said(value: float | None) -> str:
        return nothing(language) if value is None else form(value)

    rows = [(label, *(said(row[at]) for row in values.values())) for at, label in enumerate(labels)]
    keys, top = legend([(series(at), name) for at, name in enumerate(values)])
    columns = list(values.values())
    draw = _lying if lying else _standing
    parts, height = draw(labels, columns, list(values), top, form, said, stacked or lying)
    return finish(
        "bars", title, about or _about(labels, columns, form, language), height, [*keys, *parts], (first, *values), rows
    )


def _standing(
    labels: Sequence[str],
    columns: Sequence[Sequence[float | None]],
    names: Sequence[str],
    top: float,
    form: Format,
    said: _Said,
    stacked: bool,
) -> tuple[list[str], float]:
    sums = _sums(labels, columns)
    every = [value for row in columns for value in row if value is not None]
    values = ticks(max(sums if stacked else every, default=0.0), whole=whole(form, every))
    field = Field(top, values[-1])
    parts = scale(field, values, form)
    band = field.width / max(1, len(labels))
    wide = min(56.0, band * 0.72)
    for at, label in enumerate(labels):
        left, floor = field.middle(at, len(labels)) - wide / 2, 0.0
        for which, row in enumerate(columns):
            value = max(0.0, row[at] or 0.0)
            foot = floor if stacked else 0.0
            y = field.y(foot + value)
            thin = wide if stacked else wide / len(columns)
            x = left if stacked else left + thin * which
            told = hint(f"{label} · {names[which]}: {said(row[at])}")
            if value:
                shape = tag("rect", told, cls=f"bar {series(which)}", x=x, y=y, width=thin, height=field.y(foot) - y)
                parts.append(shape)
            floor += value
    return [*parts, *below(field, labels)], field.bottom_y + BOTTOM


def _lying(
    labels: Sequence[str],
    columns: Sequence[Sequence[float | None]],
    names: Sequence[str],
    top: float,
    form: Format,
    said: _Said,
    stacked: bool,
) -> tuple[list[str], float]:
    sums = _sums(labels, columns)
    longest = max(sums, default=0.0) or 1.0
    parts = []
    for at, label in enumerate(labels):
        y, x = top + LYING * at, 8.0
        told = said(sums[at] if any(row[at] is not None for row in columns) else None)
        parts.append(words(shortened(label, WIDTH - 32 - width_of(told)), 8, y + LARGE, "name"))
        parts.append(words(told, WIDTH - 8, y + LARGE, "value", "end"))
        parts.append(tag("rect", cls="track", x=8, y=y + 28, width=WIDTH - 16, height=14, rx=3))
        for which, row in enumerate(columns):
            wide = (WIDTH - 16) * max(0.0, row[at] or 0.0) / longest
            if wide:
                tip = hint(f"{label} · {names[which]}: {said(row[at])}")
                parts.append(tag("rect", tip, cls=f"bar {series(which)}", x=x, y=y + 28, width=wide, height=14))
            x += wide
    return parts, top + LYING * max(1, len(labels))


def _sums(labels: Sequence[str], columns: Sequence[Sequence[float | None]]) -> list[float]:
    return [sum(max(0.0, row[at] or 0.0) for row in columns) for at in range(len(labels))]


def _about(labels: Sequence[str], columns: Sequence[Sequence[float | None]], form: Format, language: str) -> str:
    sums = _sums(labels, columns)
    if not any(sums):
        return either(language, "没有数据。", "There is nothing to show.")
    highest = max(range(len(labels)), key=lambda at: sums[at])
    return either(
        language,
        f"共 {len(labels)} 项，最高的是{labels[highest]}：{form(sums[highest])}。",
        f"{len(labels)} bars; the highest is {labels[highest]}: {form(sums[highest])}.",
    )
