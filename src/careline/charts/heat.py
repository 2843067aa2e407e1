"""A heat map: two dimensions, darker where there is more; the value of each cell can be read as well."""

from collections.abc import Sequence

from careline.charts.drawing import WIDTH, Chart, Format, count, either, finish, hint, nothing, tag, width_of, words

LEVELS = 6  # classes h0 (nothing) to h6
CELL = 24.0


def heat(
    title: str,
    across: Sequence[str],
    down: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    about: str = "",
    first: str = "",
    form: Format = count,
    language: str = "zh",
) -> Chart:
    """One row of cells for each of `down`, one cell for each of `across`; None is a cell of which nothing is known."""
    assert len(values) == len(down)
    assert all(len(row) == len(across) for row in values)
    highest = max((value for row in values for value in row if value is not None), default=0.0)
    left = max((width_of(name) for name in down), default=0.0) + 14
    wide = (WIDTH - left - 6) / max(1, len(across))
    parts, top = [], 34.0
    every = max(1, -int(-(max((width_of(name) for name in across), default=0.0) + 6) // wide))
    parts += [
        words(name, left + wide * (at + 0.5), 22, "tick", "middle") for at, name in enumerate(across) if at % every == 0
    ]
    for line, name in enumerate(down):
        y = top + CELL * line
        parts.append(words(name, left - 6, y + CELL - 6, "tick", "end"))
        for at, value in enumerate(values[line]):
            said = hint(f"{name} · {across[at]}: {nothing(language) if value is None else form(value)}")
            cls = f"cell h{_level(value, highest)}"
            parts.append(tag("rect", said, cls=cls, x=left + wide * at, y=y, width=wide - 1.5, height=CELL - 1.5))
    rows = [
        (name, *(nothing(language) if value is None else form(value) for value in values[line]))
        for line, name in enumerate(down)
    ]
    told = about or either(language, f"最高 {form(highest)}。", f"The highest is {form(highest)}.")
    return finish("heat", title, told, top + CELL * len(down) + 6, parts, (first, *across), rows)


def _level(value: float | None, highest: float) -> int | str:
    if value is None:
        return "x"
    if value <= 0 or highest <= 0:
        return 0
    return min(LEVELS, 1 + int(value / highest * LEVELS * 0.999999))
