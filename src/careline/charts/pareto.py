"""A Pareto chart: causes by their count, the largest first, and the share of all that is reached so far."""

from collections.abc import Sequence

from careline.charts.drawing import (
    BOTTOM,
    WIDTH,
    Chart,
    Field,
    below,
    count,
    either,
    finish,
    hint,
    percent,
    scale,
    tag,
    ticks,
    words,
)
from careline.charts.line import drawn


def pareto(
    title: str, causes: Sequence[tuple[str, int]], *, about: str = "", first: str = "", language: str = "zh"
) -> Chart:
    """Bars and the cumulative line on one scale: the left axis ends at the total, the right one at 100 %.

    `causes` are names and counts; they are put in order here, ties by name. The first is marked as the crux.
    """
    ordered = sorted(((name, number) for name, number in causes if number > 0), key=lambda one: (-one[1], one[0]))
    total = sum(number for _, number in ordered)
    field = Field(20.0, float(total or 1), right=WIDTH - 64)
    parts = scale(field, counts(total), count)
    reached, cumulative, rows = 0, [], []
    wide = field.width / max(1, len(ordered)) * 0.8
    for at, (name, number) in enumerate(ordered):
        reached += number
        cumulative.append(float(reached))
        x, y = field.middle(at, len(ordered)) - wide / 2, field.y(number)
        told = hint(f"{name}: {count(number)} · {percent(number / total)}")
        parts.append(
            tag("rect", told, cls="bar crux" if at == 0 else "bar s1", x=x, y=y, width=wide, height=field.bottom_y - y)
        )
        rows.append((name, count(number), percent(number / total), percent(reached / total)))
    cumulated = either(language, "累计占比", "Cumulative share")
    names = [name for name, _ in ordered]
    parts += drawn(field, names, cumulative, "s2", cumulated, lambda value: percent(value / (total or 1)))
    parts += [words(f"{part * 25} %", WIDTH - 58, field.y(total * part / 4) + 5, "tick") for part in range(5)]
    numbers = [str(at + 1) for at in range(len(ordered))]
    told_all = about or _about(ordered, total, language)
    heads = either(language, "数量", "Count"), either(language, "占比", "Share"), cumulated
    return finish(
        "pareto", title, told_all, field.bottom_y + BOTTOM, [*parts, *below(field, numbers)], (first, *heads), rows
    )


def counts(total: int) -> list[float]:
    """What the axis of counts is marked with: round whole numbers, and the total at its end."""
    if not total:
        return [0.0, 1.0]
    return [*(mark for mark in ticks(total, whole=True) if mark <= total * 0.92), float(total)]


def _about(ordered: Sequence[tuple[str, int]], total: int, language: str) -> str:
    if not ordered:
        return either(language, "没有失败。", "There are no failures.")
    name, number = ordered[0]
    return either(
        language,
        f"症结是{name}：{count(number)} 次，占全部 {count(total)} 次的 {percent(number / total)}。",
        f"The crux is {name}: {count(number)} of {count(total)}, {percent(number / total)}.",
    )
