"""What every page of statistics shares: period and filters from the address, sections with chart and table, CSV and SVG."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from careline.catalogue import library, refusals
from careline.charts import Chart, standalone
from careline.dialogue.book import Book
from careline.hall import retelling
from careline.insight import clock, filtering, naming, sources
from careline.insight.asking import Filters, Period
from careline.insight.busy import busy_hours, idle_hours
from careline.insight.folding import OWN
from careline.insight.rates import told
from careline.insight.sheets.shelf import not_by
from careline.insight.sources import DEMO
from careline.staff.access import now, page
from careline.staff.insight_labels import ADDRESSES, LOADS, TABS, WEEKDAYS
from careline.staff.reader import language
from careline.values.spreadsheet import figure, harmless

DAYS, DAYS_MAX = 30, 1100
_NUMBER = re.compile(r"[+-]?[0-9][0-9,.]*(?: ?%| / [0-9,]+)?|–|—|n/a|∞|")
WORD_MAX = 64


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that leads somewhere."""

    words: str
    href: str = ""

    def __str__(self) -> str:
        return self.words


Row = Sequence[str | Cell]


@dataclass(frozen=True, slots=True)
class Section:
    """One figure: what it says and of how many, a picture, and the table behind it."""

    key: str  # of its files: ?csv=key, ?svg=key
    title: str
    about: str = ""
    chart: Chart | None = None
    head: Sequence[str] = ()
    rows: Sequence[Row] = ()
    open: bool = False  # the table is shown at once
    note: str = ""  # a verdict, in words
    good: bool | None = None
    empty: frozenset[int] = frozenset()  # rows that deserve a look: nobody was there
    dated: Sequence[str] = ()  # the headings of the file, where those of the page are short

    @property
    def heads(self) -> Sequence[str]:
        return self.head or (self.chart.head if self.chart else ())

    @property
    def lines(self) -> Sequence[Row]:
        return self.rows or (self.chart.rows if self.chart else ())

    @property
    def numbers(self) -> frozenset[int]:
        """Columns of numbers alone, which stand below each other by their last digit."""
        lines = self.lines
        columns = range(len(lines[0])) if lines else ()
        return frozenset(at for at in columns if all(_NUMBER.fullmatch(str(line[at])) for line in lines))

    @property
    def table(self) -> SafeString:
        """The table as markup. Made here and not by a template: some have ten thousand cells."""
        classes = [' class="num"' if at in self.numbers else "" for at in range(len(self.heads))]
        heads = "".join(
            f'<th scope="col"{cls}>{escape(str(head))}</th>' if head else "<td></td>"
            for head, cls in zip(self.heads, classes, strict=True)
        )
        marked = '<tr class="nobody">'
        body = "".join(
            f"{marked if number in self.empty else '<tr>'}{_cells(line, classes)}</tr>"
            for number, line in enumerate(self.lines)
        )
        return SafeString(f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def _cells(line: Row, classes: Sequence[str]) -> str:
    first, *rest = (
        f'<a href="{escape(cell.href)}">{escape(cell.words)}</a>' if isinstance(cell, Cell) and cell.href else escape(str(cell))
        for cell in line
    )  # fmt: skip
    others = "".join(f"<td{cls}>{cell}</td>" for cell, cls in zip(rest, classes[1:], strict=True))
    return f'<th scope="row"{classes[0]}>{first}</th>{others}'


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    period: Period
    filters: Filters
    values: Mapping[str, str]  # as they stand in the form
    known: Sequence[str]  # sources that there are
    language: str
    book: Book
    unknown: Sequence[str] = ()  # what is to be said of filters that nobody has: their figures would be 0 of 0

    def unsplit(self, report: str) -> str:
        """What is to be said of filters that are set and that this report cannot go by."""
        found = [one.read(self.language) for one in not_by(report, self.filters)]
        if not found:
            return ""
        return f"不能按{'、'.join(found)}细分。" if self.language == "zh" else f" Not split by {', '.join(found)}."

    def query(self, **changes: str) -> str:
        """The same question with changes, as the end of an address."""
        return "?" + urlencode({key: value for key, value in {**self.values, **changes}.items() if value})

    @property
    def demo(self) -> bool:
        return DEMO in self.filters.sources and DEMO in self.known

    @property
    def one_source(self) -> str:
        """Whose numbers are listed, where sources cannot be added up: the demo's own in a demo, unless another is chosen."""
        return self.values["source"] or (DEMO if self.demo else OWN)

    def service(self, name: str) -> str:
        return naming.service(self.book, name).read(self.language)

    def place(self, name: str) -> str:
        """A region or a brand."""
        return naming.place(self.book, name).read(self.language)

    def channel(self, name: str) -> str:
        return naming.channel(name).read(self.language)

    def cause(self, name: str) -> str:
        return retelling.cause_of(name, self.language)

    def named(self, by: str, key: object) -> str:
        """What a key of a count is called."""
        names = {
            "channel": self.channel,
            "service": self.service,
            "region": self.place,
            "brand": self.place,
            "cause": self.cause,
        }
        if by in names:
            return names[by](str(key))
        if by == "weekday":
            return str(WEEKDAYS[str(key)])
        return f"{key}:00" if by == "hour" else str(key)


def asked(request: HttpRequest) -> Asked:
    """Period and filters; days and hours that cannot be understood are as if they were not there. One statement, for the sources.

    Filters that nobody has are told by the page in place of figures; they cost statements, and others do not.
    """
    get, known = request.GET, sources.known()
    today = now().astimezone(clock.zone()).date()
    until = _day(get.get("to", "")) or today
    since = _day(get.get("from", "")) or until - timedelta(days=DAYS - 1)
    if since > until or (until - since).days >= DAYS_MAX:
        since = until - timedelta(days=DAYS - 1)
    values = {
        name: get.get(name, "")[:WORD_MAX]
        for name in ("channel", "region", "brand", "service", "catalogue", "load", "source")
    }
    values["load"] = values["load"] if values["load"] in LOADS else ""
    strange = filtering.unknown_sources([values["source"]] if values["source"] else [], known)
    values["source"] = "" if strange else values["source"]
    number = values["catalogue"]
    version = number if number.isascii() and number.isdigit() and len(number) < 9 else ""
    values |= {"catalogue": version, "from": since.isoformat(), "to": until.isoformat()}
    # In the demo its invented month is asked for by whoever started it.
    usual = (OWN, DEMO) if settings.DEMO else (OWN,)
    filters = Filters(
        sources=(values["source"],) if values["source"] else usual,
        channels=(values["channel"],) if values["channel"] else (),
        regions=(values["region"],) if values["region"] else (),
        brands=(values["brand"],) if values["brand"] else (),
        services=(values["service"],) if values["service"] else (),
        versions=(int(version),) if version else (),
        hours={"busy": busy_hours, "idle": idle_hours}[values["load"]]() if values["load"] else (),
    )
    book, reader = _book(), language()
    strange += filtering.unknown(filters, book, named=True)
    return Asked(Period(since, until), filters, values, known, reader, book, [one.said.read(reader) for one in strange])


def show(
    request: HttpRequest,
    tab: str,
    question: Asked,
    sections: Sequence[Section],
    template: str = "staff/insight.html",
    **context: Any,
) -> HttpResponse:
    """The page; or one of its tables as CSV (?csv=key), or one of its pictures as a file (?svg=key)."""
    for kind, give in (("csv", _as_csv), ("svg", _as_svg)):
        if wanted := request.GET.get(kind):
            if question.unknown:
                raise Http404(question.unknown[0])  # a file of noughts would say nothing of it
            for section in sections:
                if section.key == wanted:
                    return give(_in_words(section, question.language))
            raise Http404
    sections, book = [_in_words(one, question.language) for one in sections], question.book
    return page(
        request, template, here="insight", tab=tab, tabs=_tabs(), asked=question, sections=sections,
        span=question.query(), loads=list(LOADS.items()),
        known=[(one, sources.called(one, question.language)) for one in question.known], here_query=_here(request),
        channels=_choices(filtering.OURS, "channel", question),
        regions=sorted(_choices(book.regions, "region", question)), brands=sorted(_choices(book.brands, "brand", question)),
        services=sorted(_choices(book.services, "service", question), key=lambda one: one[1]),
        **context,
    )  # fmt: skip


def _in_words(section: Section, language: str) -> Section:
    """The section as it is read: in Chinese without "n/a"."""
    rows = [[replace(cell, words=told(cell.words, language)) if isinstance(cell, Cell) else told(cell, language) for cell in row]
            for row in section.rows]  # fmt: skip
    return replace(section, rows=rows, about=told(section.about, language), note=told(section.note, language))


def _choices(ours: Iterable[str], by: str, question: Asked) -> list[tuple[str, str]]:
    """What may be chosen, and what is chosen: a link may ask for a service or channel that the catalogue does not have."""
    asked_for = question.values[by]
    every = [*ours, *([asked_for] if asked_for and asked_for not in set(ours) else [])]
    return [(one, question.named(by, one)) for one in every]


def _tabs() -> list[tuple[str, object, str]]:
    """Each with its words and address."""
    return [(key, name, reverse(f"staff:{ADDRESSES.get(key, key)}")) for key, name in TABS.items()]


def _here(request: HttpRequest) -> str:
    """The question of this page as the end of an address, for its files."""
    kept = [(key, value) for key, value in request.GET.items() if value and key not in ("csv", "svg")]
    return "?" + urlencode(kept) if kept else ""


def _as_csv(section: Section) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="careline-{section.key}.csv"'
    answer.write("\ufeff")  # spreadsheets take the file for UTF-8 by it
    paper = csv.writer(answer)
    paper.writerow([harmless(str(head)) for head in section.dated or section.heads])
    paper.writerows([figure(str(cell)) for cell in row] for row in section.lines)
    return answer


def _as_svg(section: Section) -> HttpResponse:
    if section.chart is None:
        raise Http404
    answer = HttpResponse(standalone(section.chart, _style()), content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="careline-{section.key}.svg"'
    return answer


@cache
def _style() -> str:
    found = finders.find("careline/charts.css")
    return Path(str(found)).read_text(encoding="utf-8") if found else ""


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None


def _book() -> Book:
    try:
        return library.current()
    except refusals.NothingPublished:
        return retelling.NO_BOOK
