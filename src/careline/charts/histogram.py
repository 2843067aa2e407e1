"""A histogram: how many fall into each class of a scale; bars touch, because the scale has no gaps."""

from collections.abc import Sequence

from careline.charts.drawing import (
    BOTTOM,
    Chart,
    Field,
    below,
    count,
    either,
    finish,
    hint,
    nothing,
    percent,
    scale,
    tag,
    ticks,
)


def histogram(
    title: str, classes: Sequence[tuple[str, int]], *, about: str = "", first: str = "", language: str = "zh"
) -> Chart:
    """Classes in their order, each with its name and how many fall into it."""
    total = sum(number for _, number in classes)
    values = ticks(max((number for _, number in classes), default=0), whole=True)
    field = Field(16.0, values[-1])
    parts = scale(field, values, count)
    wide = field.width / max(1, len(classes))
    for at, (name, number) in enumerate(classes):
        y = field.y(number)
        if number:
            said = hint(f"{name}: {count(number)}")
            parts.append(
                tag(
                    "rect",
                    said,
                    cls="bar touching s1",
                    x=field.left + wide * at,
                    y=y,
                    width=wide,
                    height=field.bottom_y - y,
                )
            )
    rows = [(name, count(number), percent(number / total) if total else nothing(language)) for name, number in classes]
    heads = either(language, "数量", "Count"), either(language, "占比", "Share")
    told = about or either(language, f"合计 {count(total)}。", f"{count(total)} in all.")
    shown = [*parts, *below(field, [name for name, _ in classes])]
    return finish("histogram", title, told, field.bottom_y + BOTTOM, shown, (first, *heads), rows)
