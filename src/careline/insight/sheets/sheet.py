"""A sheet: what a report says, in both languages, whoever shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from careline.charts import unfinished
from careline.dialogue.book import Book
from careline.insight.question import Filters, Period
from careline.insight.rates import percent
from careline.values.language import Text


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of money; its column says in its heading that it is read in yuan."""

    fen: int

    def __str__(self) -> str:
        return f"{self.fen / 100:,.2f}"

    def named(self, language: str) -> str:
        """With its currency, where no heading says it."""
        return f"{self} 元" if language == "zh" else f"CNY {self}"


Cell = str | int | Money | Text | Fraction | None  # fractions are shares; None is "nothing to say"


@dataclass(frozen=True, slots=True)
class Sum:
    """The same number, counted another way: from the detail. Of money, both are fen."""

    what: Text
    told: int
    detail: int
    money: bool = False

    def read(self, number: int, language: str) -> str:
        """1,234, or of money 12.34 with its currency."""
        return Money(number).named(language) if self.money else f"{number:,}"

    @property
    def agrees(self) -> bool:
        return self.told == self.detail


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `drawn` is the column that a picture shows, `empty` are rows that deserve a look: nobody was there."""

    key: str
    title: Text
    about: Text
    head: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    note: Text = Text("", "")
    good: bool | None = None
    drawn: int | None = None
    empty: frozenset[int] = frozenset()
    sums: Sequence[Sum] = ()
    running: int | None = None  # the row whose day is not over
    # The headings with whole dates: a spreadsheet gives days without a year the year of its own clock.
    dated: Sequence[Text] = ()

    def head_of_file(self, language: str) -> list[str]:
        """The headings as files and programs are given them; on screens there is room for short ones."""
        return [one.read(language) for one in self.dated or self.head]


Maker = Callable[[Book, Period, Filters, datetime], Sheet]


def lines(sheet: Sheet, language: str) -> list[list[str]]:
    """The rows as they are read; the day that is not over says so."""
    found = [[plain(cell, language) for cell in row] for row in sheet.rows]
    if sheet.running is not None:
        found[sheet.running][0] = unfinished(found[sheet.running][0], language)
    return found


def plain(cell: Cell, language: str) -> str:
    """The cell as it is read: shares per cent, "–" for nothing."""
    if cell is None:
        return "–"
    if isinstance(cell, Text):
        return cell.read(language)
    if isinstance(cell, Fraction):
        return percent(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def number(cell: Cell) -> float:
    """The cell as it is drawn: money in yuan, 0 for what is no number."""
    if isinstance(cell, Money):
        return cell.fen / 100
    return float(cell) if isinstance(cell, int) else 0.0


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
