"""Sheets with figures: lines, bars, control charts, and boxes of trees, drawn from the numbers of a story."""

from collections.abc import Callable, Sequence

from careline.cases.evidence.sheet import LINE, MARGIN, PAD, Sheet
from careline.charts import laying
from careline.charts.control import highest as top_of
from careline.charts.drawing import WIDTH, either, so_far, ticks
from careline.charts.pareto import counts
from careline.circle.story import Figure

INK, GREY, GRID = (23, 32, 38), (77, 90, 100), (219, 225, 230)
COLOURS = ((10, 90, 115), (178, 94, 0), (74, 122, 44), (138, 47, 107), (63, 81, 163), (140, 109, 31))
OUT, GOAL, _FILL, _WARM = (163, 32, 28), (23, 102, 58), (238, 242, 244), (255, 246, 234)
LAST_ROWS = 3  # of a table, at least, on its last page
TALL, AXIS = 52.0, 16.0  # mm of the field, and left of it
TALL_MIN, UNDER = 40.0, 16.0  # of a field where little is left of the page; below it, for labels and keys
_Place = Callable[[float], float]


class Paper(Sheet):
    def room(self, height: float) -> None:
        """A new page unless so many mm are left; what is higher than a page begins on one."""
        self._room(min(height, self._floor - MARGIN - 4))

    @property
    def left(self) -> float:
        """mm of this page."""
        return float(self._floor - self.get_y())

    def height_of_table(self, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]) -> float:
        return (self._tall(head, widths, 8) if head else 0.0) + sum(self._tall(row, widths, 9) for row in rows)

    def _tall(self, row: Sequence[str], widths: Sequence[float], size: float) -> float:
        """mm of a row."""
        most = max(len(self._lines(cell, wide - 2 * PAD, size)) for cell, wide in zip(row, widths, strict=True))
        return most * LINE + 2 * PAD

    def grid(
        self, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], *, first_grey: bool = False
    ) -> None:
        """The same, but a page never begins with one or two last rows of a table that could leave it more."""
        rest = list(rows)
        while rest:
            room, fits = self.left - (self._tall(head, widths, 8) if head else 0.0), 0
            for row in rest:
                room -= self._tall(row, widths, 9)
                if room < 0:
                    break
                fits += 1
            if fits in (0, len(rest)):
                break
            if len(rest) - fits < LAST_ROWS < fits:
                fits = len(rest) - LAST_ROWS
            super().grid(head, widths, rest[:fits], first_grey=first_grey)
            self.add_page()
            rest = rest[fits:]
        super().grid(head, widths, rest, first_grey=first_grey)

    def width(self, words: str) -> float:
        return self._width(words, 9)

    def paragraph(self, words: str, size: float, colour: tuple[int, int, int]) -> None:
        for line in self._lines(words, self.epw, size):
            self._room(5.2)
            self._write(MARGIN, self.get_y(), line, size, colour)
            self.set_y(self.get_y() + 5.0)

    def framed(self, words: str) -> None:
        """What must not be overlooked."""
        lines = self._lines(words, self.epw - 8, 9)
        self.set_fill_color(*_WARM)
        self.rect(MARGIN, self.get_y(), self.epw, len(lines) * 5 + 4, style="F")
        self.set_fill_color(*COLOURS[1])
        self.rect(MARGIN, self.get_y(), 1.2, len(lines) * 5 + 4, style="F")
        self.set_y(self.get_y() + 2)
        for line in lines:
            self._write(MARGIN + 4, self.get_y(), line, 9, INK)
            self.set_y(self.get_y() + 5)
        self.set_y(self.get_y() + 4)

    # -- boxes

    def height_of(self, figure: Figure) -> float:
        return _layout(figure).height * self._scale

    @property
    def _scale(self) -> float:
        """mm of a unit of `laying`."""
        return float(self.epw) / WIDTH

    def boxes(self, figure: Figure) -> None:
        layout, scale = _layout(figure), self._scale
        top = self.get_y() + 1
        self.set_draw_color(*GREY)
        self.set_line_width(0.2)
        for x1, y1, x2, y2 in layout.lines:
            self.line(MARGIN + x1 * scale, top + y1 * scale, MARGIN + x2 * scale, top + y2 * scale)
        for box in layout.boxes:
            sure = bool(box.mark) and not box.mark.startswith(laying.OPEN)
            heavy = sure or box.kind == "root"
            self.set_draw_color(*(OUT if sure else COLOURS[0] if box.kind in ("root", "branch", "topic") else GREY))
            self.set_line_width(0.6 if heavy else 0.25)
            self.set_fill_color(*(_FILL if box.kind in ("root", "branch", "topic") else (255, 255, 255)))
            x, y = MARGIN + box.x * scale, top + box.y * scale
            self.rect(x, y, box.wide * scale, box.high * scale, style="DF")
            own = len(box.lines) - bool(box.mark)
            for at, line in enumerate(box.lines):
                here = y + (laying.PAD + laying.PAPER.line * at) * scale + 0.6
                self._write(x + laying.PAD * scale, here, line, 9, INK if at < own else OUT if sure else GREY)
        self.set_line_width(0.2)
        self.set_y(top + layout.height * scale + 2)

    # -- charts

    def draw(self, figure: Figure) -> None:
        top, left = self.get_y() + 2.5, MARGIN + AXIS
        tall = max(TALL_MIN, min(TALL, self.left - UNDER))
        right, bottom = self.w - MARGIN - (12 if figure.kind == "pareto" else 2), top + tall
        values = [value for row in figure.series.values() for value in row if value is not None]
        total = sum(values) if figure.kind == "pareto" else 0.0
        marks = [*values, *figure.goals.values(), *figure.centres, figure.centre]
        scale = counts(int(total)) if total else ticks(top_of(marks, figure.upper), whole=_whole(figure, values))
        highest = scale[-1]

        def y_of(value: float) -> float:
            return bottom - tall * min(1.0, max(0.0, value / highest))

        self.set_line_width(0.15)
        for mark in scale:
            self.set_draw_color(*GRID)
            self.line(left, y_of(mark), right, y_of(mark))
            self._right(_shown(mark, figure), left - 1.5, y_of(mark) - 2)
        for part in range(5) if total else ():
            self._write(right + 1, y_of(total * part / 4) - 2, f"{part * 25} %", 7, GREY)
        band = (right - left) / max(1, len(figure.labels))
        middles = [left + band * (at + 0.5) for at in range(len(figure.labels))]
        if figure.kind in ("pareto", "bars"):
            self._bars(figure, middles, band, y_of, total)
        else:
            self._curves(figure, middles, y_of, left, right)
        self._below(figure, middles, band, bottom)

    def _bars(self, figure: Figure, middles: Sequence[float], band: float, y_of: _Place, total: float) -> None:
        row = [value or 0.0 for value in next(iter(figure.series.values()), [])]
        wide, reached, before = min(band * 0.7, 30.0), 0.0, (0.0, 0.0)
        for at, value in enumerate(row):
            self.set_fill_color(*(OUT if total and at == 0 else COLOURS[0]))
            y = y_of(value)
            self.rect(middles[at] - wide / 2, y, wide, y_of(0) - y, style="F")
            if not total:
                self._write(middles[at] + wide / 2 + 1.5, y - 1, _shown(value, figure), 8, INK)
            else:
                reached += value
                now = (middles[at], y_of(reached))
                self.set_draw_color(*COLOURS[1])
                self.set_line_width(0.5)
                if at:
                    self.line(*before, *now)
                self.set_fill_color(*COLOURS[1])
                self.circle(now[0], now[1], 0.8, style="F")
                before = now

    def _curves(self, figure: Figure, middles: Sequence[float], y_of: _Place, left: float, right: float) -> None:
        half = (middles[1] - middles[0]) / 2 if len(middles) > 1 else 0.0
        if figure.kind in ("control", "phases"):
            self._limits(figure, middles, half, y_of, (left, right))
        for which, (name, row) in enumerate(figure.series.items()):
            self.set_draw_color(*COLOURS[which % len(COLOURS)])
            self.set_line_width(0.45)
            before = None
            for at, value in enumerate(row):
                now, over = None if value is None else (middles[at], y_of(value)), figure.running.get(name) != at
                if before and now:
                    if not over:
                        self.set_dash_pattern(dash=0.6, gap=0.9)
                    self.line(*before, *now)
                    self.set_dash_pattern()
                if now:
                    filled = OUT if at in figure.signals else COLOURS[which % len(COLOURS)] if over else (255, 255, 255)
                    self.set_fill_color(*filled)
                    self.circle(
                        now[0], now[1], 0.9 if at in figure.signals or not over else 0.6, style="F" if over else "DF"
                    )
                before = now

    def _limits(
        self, figure: Figure, middles: Sequence[float], half: float, y_of: _Place, ends: tuple[float, float]
    ) -> None:
        self.set_line_width(0.3)
        self.set_draw_color(*GOAL)
        if figure.kind == "control":
            self.line(ends[0], y_of(figure.centre), ends[1], y_of(figure.centre))
        for at, centre in enumerate(figure.centres):
            self.line(middles[at] - half, y_of(centre), middles[at] + half, y_of(centre))
        self.set_draw_color(*OUT)
        for limits in (figure.lower, figure.upper):
            for at, limit in enumerate(limits):
                self.line(middles[at] - half, y_of(limit), middles[at] + half, y_of(limit))

    def _below(self, figure: Figure, middles: Sequence[float], band: float, bottom: float) -> None:
        """Labels under the field, as many as fit; bars whose names are long have their place in the table instead."""
        labels = [str(at + 1) for at in range(len(middles))] if figure.kind == "pareto" else list(figure.labels)
        widest = max((self._width(label, 7) for label in labels), default=0.0) + 2
        every = max(1, -int(-widest // band)) if labels else 1
        for at, label in enumerate(labels):
            if at % every == 0:
                self._write(middles[at] - self._width(label, 7) / 2, bottom + 1, label, 7, GREY)
        self.set_y(bottom + 6)
        keys = self._keys(figure)
        x = MARGIN + AXIS
        for name, colour in keys:
            self.set_fill_color(*colour)
            self.rect(x, self.get_y() + 1, 3, 3, style="F")
            self._write(x + 4, self.get_y(), name, 8, INK)
            x += self._width(name, 8) + 10
        if keys:
            self.set_y(self.get_y() + 6)

    def _keys(self, figure: Figure) -> list[tuple[str, tuple[int, int, int]]]:
        """What each colour is; a single line or row of bars is what the caption says."""
        language = str(self.lang)
        if figure.kind == "pareto":
            names = (
                either(language, "次数", "count"),
                either(language, "症结", "crux"),
                either(language, "累计占比", "cumulative share"),
            )
            return list(zip(names, (COLOURS[0], OUT, COLOURS[1]), strict=True))
        lines = [(name, COLOURS[which % len(COLOURS)]) for which, name in enumerate(figure.series)]
        if figure.kind in ("control", "phases"):
            limits = either(language, "上下限、异常点", "limits and signals")
            return [*lines, (either(language, "中心线", "centre"), GOAL), (limits, OUT)]
        if any(figure.series[name][at] is not None for name, at in figure.running.items()):
            return [*lines, ("○ " + so_far(language), (255, 255, 255))]
        return lines if len(lines) > 1 else []

    def _right(self, words: str, x: float, y: float) -> None:
        self._write(x - self._width(words, 7), y, words, 7, GREY)


def _layout(figure: Figure) -> laying.Layout:
    if figure.kind == "tree":
        return laying.tree(figure.root, figure.groups, laying.PAPER)
    return laying.affinity(figure.groups, laying.PAPER)


def _shown(value: float, figure: Figure) -> str:
    if figure.form == "percent":
        return f"{value * 100:.2f} %"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _whole(figure: Figure, values: Sequence[float]) -> bool:
    """Counts of things have no halves on their axis."""
    return figure.form == "count" and all(value == int(value) for value in values)
