"""Sheets of A4 for evidence: headings, pairs of name and value, tables that go on over pages, and a foot on each page."""

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from careline.brand.reading import brand
from careline.cases.evidence.wrapping import lines, visible

MARGIN, FOOT = 16.0, 16.0  # mm
_SIZE, LINE = 9.0, 4.6  # points of text, mm of its line
PAD = 1.3  # mm around the text of a cell
_INK, _GREY, _FILL, _RULE = (30, 34, 40), (105, 112, 122), (238, 241, 245), (205, 211, 219)
_ACCENT = (20, 74, 130)


class Sheet(FPDF):
    """Pages with one font that is embedded. `foot` stands on each page, with the number of the page and of all."""

    def __init__(self, title: str, foot: str, of_pages: str, made_at: datetime, language: str) -> None:
        super().__init__(format="A4")
        self._title, self._foot, self._of_pages = title, foot, of_pages
        self._widths: dict[tuple[str, float], float] = {}
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=False)
        self.add_font("sans", "", str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"))
        self.set_title(title)
        self.set_creator(brand().name(language))
        self.set_author(brand().name(language))
        self.set_lang(language)
        self.set_creation_date(made_at)
        self.set_font("sans", size=_SIZE)
        self.add_page()

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self._write(MARGIN, 9.0, self._title, 7.5, _GREY)
        self.set_draw_color(*_RULE)
        self.line(MARGIN, 13.5, self.w - MARGIN, 13.5)
        self.set_y(MARGIN + 2)

    def footer(self) -> None:
        y = self.h - FOOT + 5
        self.set_draw_color(*_RULE)
        self.line(MARGIN, y - 2, self.w - MARGIN, y - 2)
        self._write(MARGIN, y, self._foot, 7, _GREY)
        number = self._of_pages.format(page=self.page_no(), pages="{nb}")
        self.set_font("sans", size=7)
        self.set_text_color(*_GREY)
        # The library puts the number of all pages in place of {nb} at the end, so it cannot be measured yet.
        shown = number.replace("{nb}", "00")
        self.set_xy(self.w - MARGIN - self.get_string_width(shown) - 1, y)
        self.cell(0, 4, number)

    def banner(self, title: str, below: str) -> None:
        """The top of the first page."""
        self._write(MARGIN, self.get_y(), title, 18, _INK)
        self.set_y(self.get_y() + 10)
        for line in self._lines(below, self.epw, 9):
            self._write(MARGIN, self.get_y(), line, 9, _GREY)
            self.set_y(self.get_y() + 5)
        self.set_y(self.get_y() + 2)

    def note(self, text: str) -> None:
        """A paragraph in grey."""
        for line in self._lines(text, self.epw, 8):
            self._room(5)
            self._write(MARGIN, self.get_y(), line, 8, _GREY)
            self.set_y(self.get_y() + 4.4)

    def heading(self, text: str, room: float = 48) -> None:
        """The head of a section, with at least so many mm for it and what follows, so that it never ends a page."""
        self._room(room)
        self.set_y(self.get_y() + 4)
        self._write(MARGIN, self.get_y(), text, 12, _ACCENT)
        self.set_y(self.get_y() + 6.5)
        self.set_y(self.get_y() + 0.6)

    def pairs(self, rows: Sequence[tuple[str, str]], name_width: float = 38) -> None:
        """Names on the left, their values beside them; what is empty is left out."""
        self.grid((), (name_width, self.epw - name_width), [row for row in rows if row[1]], first_grey=True)

    def grid(
        self, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], *, first_grey: bool = False
    ) -> None:
        """A table as wide as the sum of `widths` in mm; a row that is longer than the page goes on over it, under the same head."""
        if head:
            self._head(head, widths)
        for row in rows:
            cells = [self._lines(text, width - 2 * PAD, _SIZE) for text, width in zip(row, widths, strict=True)]
            self._row(cells, head, widths, first_grey)
        self.set_draw_color(*_RULE)
        self.line(MARGIN, self.get_y(), MARGIN + sum(widths), self.get_y())
        self.set_y(self.get_y() + 1)

    def attach(self, content: bytes, name: str, about: str) -> None:
        self.embed_file(bytes=content, basename=name, desc=about, compress=True)

    def _head(self, head: Sequence[str], widths: Sequence[float]) -> None:
        self._room(2 * LINE + 4 * PAD)
        cells = [self._lines(text, width - 2 * PAD, 8) for text, width in zip(head, widths, strict=True)]
        height = max(map(len, cells)) * LINE + 2 * PAD
        self.set_fill_color(*_FILL)
        self.rect(MARGIN, self.get_y(), sum(widths), height, style="F")
        self._cells(cells, widths, self.get_y() + PAD, 8, [_GREY] * len(widths))
        self.set_y(self.get_y() + height)

    def _row(self, cells: list[list[str]], head: Sequence[str], widths: Sequence[float], first_grey: bool) -> None:
        colours = [_GREY if first_grey and place == 0 else _INK for place in range(len(widths))]
        while True:
            fit = int((self._floor - self.get_y() - 2 * PAD) / LINE)
            longest = max(map(len, cells))
            # A short row moves to the next page as a whole; a long one is parted, with some of its lines on either.
            if fit < min(longest, 6):
                self._next(head, widths)
                continue
            now = [part[:fit] for part in cells]
            self.set_draw_color(*_RULE)
            self.line(MARGIN, self.get_y(), MARGIN + sum(widths), self.get_y())
            self._cells(now, widths, self.get_y() + PAD, _SIZE, colours)
            self.set_y(self.get_y() + max(map(len, now)) * LINE + 2 * PAD)
            cells = [part[fit:] for part in cells]
            if not any(cells):
                return
            self._next(head, widths)

    def _cells(
        self,
        cells: Sequence[Sequence[str]],
        widths: Sequence[float],
        y: float,
        size: float,
        colours: Sequence[tuple[int, int, int]],
    ) -> None:
        top, x = self.get_y(), MARGIN
        for texts, width, colour in zip(cells, widths, colours, strict=True):
            for place, line in enumerate(texts):
                self._write(x + PAD, y + place * LINE, line, size, colour)
            x += width
        self.set_y(top)

    def _next(self, head: Sequence[str], widths: Sequence[float]) -> None:
        self.set_draw_color(*_RULE)
        self.line(MARGIN, self.get_y(), MARGIN + sum(widths), self.get_y())
        self.add_page()
        if head:
            self._head(head, widths)

    def _write(self, x: float, y: float, text: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font("sans", size=size)
        self.set_text_color(*colour)
        self.set_xy(x - self.c_margin, y)
        self.cell(0, LINE if size <= 9 else size * 0.5, text, new_x=XPos.LEFT, new_y=YPos.TOP)
        self.set_y(y)

    def _lines(self, text: str, width: float, size: float) -> list[str]:
        self.set_font("sans", size=size)
        return lines(visible(text, self._drawn), width, lambda said: self._width(said, size))

    def _width(self, text: str, size: float) -> float:
        return sum(self._sign(sign, size) for sign in text)

    def _sign(self, sign: str, size: float) -> float:
        key = (sign, size)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(sign)
        return self._widths[key]

    def _drawn(self, sign: str) -> bool:
        """Whether the font has this sign."""
        font = self.fonts["sans"]
        return isinstance(font, TTFFont) and ord(sign) in font.cmap

    @property
    def _floor(self) -> float:
        return float(self.h) - FOOT - 1

    def _room(self, height: float) -> None:
        if self.get_y() + height > self._floor:
            self.add_page()
