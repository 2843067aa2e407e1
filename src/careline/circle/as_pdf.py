"""The story on paper: A4, with the font that evidence is printed in, pictures drawn from the same numbers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from careline.cases.evidence.sheet import MARGIN, Sheet
from careline.circle.story import Exhibit, Figure, Section, Story

_INK, _GREY, _GRID = (23, 32, 38), (77, 90, 100), (219, 225, 230)
_COLOURS = ((10, 90, 115), (178, 94, 0), (74, 122, 44), (138, 47, 107), (63, 81, 163), (140, 109, 31))
_OUT, _GOAL = (163, 32, 28), (23, 102, 58)
_TALL, _AXIS = 52.0, 16.0  # mm of the field, and left of it
_Place = Callable[[float], float]


def to_pdf(story: Story) -> bytes:
    """The pages, with the story as JSON attached."""
    page = "第 {page} 页，共 {pages} 页" if story.language == "zh" else "page {page} of {pages}"
    paper = _Paper(story, page)
    for section in story.sections:
        paper.section(section)
    paper.attach(story.to_json().encode(), "circle.json", story.title)
    return bytes(paper.output())


class _Paper(Sheet):
    def __init__(self, story: Story, page: str) -> None:
        made = datetime.fromisoformat(story.made_at)
        super().__init__(story.title, story.below, page, made, "zh-CN" if story.language == "zh" else "en")
        self._language = story.language
        self.banner(story.title, story.below)
        if story.warning:
            self.note(story.warning)

    def section(self, section: Section) -> None:
        self.heading(section.title, 24)
        for line in section.words:
            self._paragraph(line, 9.5, _INK)
        for one in section.exhibits:
            self._exhibit(one)

    def _exhibit(self, one: Exhibit) -> None:
        self._room((_TALL + 24) if one.figure else 26)
        self.set_y(self.get_y() + 2.5)
        self._paragraph(f"{one.named(self._language)}  {one.caption}", 9, _COLOURS[0])
        if one.figure:
            self._draw(one.figure)
        if one.rows:
            self.grid(one.head, self._columns(one), one.rows)
        if one.note:
            self.note(one.note)

    def _paragraph(self, words: str, size: float, colour: tuple[int, int, int]) -> None:
        for line in self._lines(words, self.epw, size):
            self._room(5.2)
            self._write(MARGIN, self.get_y(), line, size, colour)
            self.set_y(self.get_y() + 5.0)

    def _columns(self, one: Exhibit) -> list[float]:
        """Widths by what stands in the columns, none so narrow that a word breaks where there is room."""
        wants = []
        for at in range(len(one.rows[0])):
            cells = [row[at] for row in one.rows] + ([one.head[at]] if one.head else [])
            longest = max(self._width(line, 9) for cell in cells for line in cell.split("\n"))
            wants.append(min(longest + 4, 60.0) + 1)
        whole = sum(wants)
        if whole <= self.epw and len(wants) > 3:
            return [want + (self.epw - whole) / len(wants) for want in wants]
        if whole <= self.epw:
            return [*wants[:-1], self.epw - sum(wants[:-1])]
        least = [min(want, 14.0) for want in wants]
        room = (self.epw - sum(least)) / max(1e-9, whole - sum(least))
        return [low + (want - low) * room for low, want in zip(least, wants, strict=True)]

    def _draw(self, figure: Figure) -> None:
        top, left = self.get_y() + 1, MARGIN + _AXIS
        right, bottom = self.w - MARGIN - (12 if figure.kind == "pareto" else 2), top + _TALL
        values = [value for row in figure.series.values() for value in row if value is not None]
        total = sum(values) if figure.kind == "pareto" else 0.0
        highest = total or max([*values, *figure.upper, *figure.goals.values(), figure.centre], default=0.0) or 1.0
        highest = highest if total else _round(highest)

        def y_of(value: float) -> float:
            return bottom - _TALL * min(1.0, max(0.0, value / highest))

        self.set_line_width(0.15)
        for part in range(5):
            y = bottom - _TALL * part / 4
            self.set_draw_color(*_GRID)
            self.line(left, y, right, y)
            self._right(_shown(highest * part / 4, figure), left - 1.5, y - 2)
            if total:
                self._write(right + 1, y - 2, f"{part * 25} %", 7, _GREY)
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
            self.set_fill_color(*(_OUT if total and at == 0 else _COLOURS[0]))
            y = y_of(value)
            self.rect(middles[at] - wide / 2, y, wide, y_of(0) - y, style="F")
            if not total:
                self._write(middles[at] + wide / 2 + 1.5, y - 1, _shown(value, figure), 8, _INK)
            else:
                reached += value
                now = (middles[at], y_of(reached))
                self.set_draw_color(*_COLOURS[1])
                self.set_line_width(0.5)
                if at:
                    self.line(*before, *now)
                self.set_fill_color(*_COLOURS[1])
                self.circle(now[0], now[1], 0.8, style="F")
                before = now

    def _curves(self, figure: Figure, middles: Sequence[float], y_of: _Place, left: float, right: float) -> None:
        half = (middles[1] - middles[0]) / 2 if len(middles) > 1 else 0.0
        if figure.kind == "control":
            self.set_line_width(0.3)
            self.set_draw_color(*_GOAL)
            self.line(left, y_of(figure.centre), right, y_of(figure.centre))
            self.set_draw_color(*_OUT)
            for limits in (figure.lower, figure.upper):
                for at, limit in enumerate(limits):
                    self.line(middles[at] - half, y_of(limit), middles[at] + half, y_of(limit))
        for which, row in enumerate(figure.series.values()):
            self.set_draw_color(*_COLOURS[which % len(_COLOURS)])
            self.set_line_width(0.45)
            before = None
            for at, value in enumerate(row):
                now = None if value is None else (middles[at], y_of(value))
                if before and now:
                    self.line(*before, *now)
                if now:
                    self.set_fill_color(*(_OUT if at in figure.signals else _COLOURS[which % len(_COLOURS)]))
                    self.circle(now[0], now[1], 0.9 if at in figure.signals else 0.6, style="F")
                before = now

    def _below(self, figure: Figure, middles: Sequence[float], band: float, bottom: float) -> None:
        """Labels under the field, as many as fit; bars whose names are long have their place in the table instead."""
        labels = [str(at + 1) for at in range(len(middles))] if figure.kind == "pareto" else list(figure.labels)
        widest = max((self._width(label, 7) for label in labels), default=0.0) + 2
        every = max(1, -int(-widest // band)) if labels else 1
        for at, label in enumerate(labels):
            if at % every == 0:
                self._write(middles[at] - self._width(label, 7) / 2, bottom + 1, label, 7, _GREY)
        self.set_y(bottom + 6)
        if len(figure.series) > 1:
            x = MARGIN + _AXIS
            for which, name in enumerate(figure.series):
                self.set_fill_color(*_COLOURS[which % len(_COLOURS)])
                self.rect(x, self.get_y() + 1, 3, 3, style="F")
                self._write(x + 4, self.get_y(), name, 8, _INK)
                x += self._width(name, 8) + 10
            self.set_y(self.get_y() + 6)

    def _right(self, words: str, x: float, y: float) -> None:
        self._write(x - self._width(words, 7), y, words, 7, _GREY)


def _shown(value: float, figure: Figure) -> str:
    return (
        f"{value * 100:.2f} %"
        if figure.form == "percent"
        else f"{value:,.0f}"
        if value == int(value)
        else f"{value:,.1f}"
    )


def _round(highest: float) -> float:
    """The next value above that four lines divide well."""
    step = 1.0
    while step * 4 > highest:
        step /= 10
    while step * 40 < highest:
        step *= 10
    return next(step * times * 4 for times in (1, 1.25, 1.5, 2, 2.5, 5, 10) if step * times * 4 >= highest)
