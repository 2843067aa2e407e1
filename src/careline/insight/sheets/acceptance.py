"""What self-service accepted: by business and day, and by place of the menu, with those that nobody asked for."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import date, datetime

from careline.charts import unfinished
from careline.dialogue.book import Book
from careline.insight import asking, clock, menus, naming, placing
from careline.insight.question import Filters, Period
from careline.insight.sheets.sheet import Cell, Sheet, Sum
from careline.postgres import sql
from careline.values.language import Text

DAYS_SHOWN = 31  # more days are one column each month
_TOTAL = Text("合计", "total")


def by_business(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Attempts of each service by day, every service of the catalogue in its row; two statements."""
    found = asking.count(("service", "day"), period, filters)
    at = {(row.key[0], row.key[1]): row.attempts for row in found}
    names = {one.id: one.name for one in book.services.values()} | {
        name: naming.service(book, name) for name in sorted({row.key[0] for row in found}) if name not in book.services
    }
    rows, columns, dated = _table(names, at, period, now)
    head = (Text("业务", "business"), _TOTAL)
    return Sheet(
        "acceptance", Text("自助业务受理量（按业务、按日）", "Self-service acceptance by business and day"),
        Text("每项业务的受理量，查询也算；没有人用的标出。",
             "Attempts of each business, queries too; those that nobody asked for are marked."),
        (*head, *columns), rows, *_verdict(rows), drawn=1, empty=_zero(rows),
        sums=(Sum(Text("受理总量", "all attempts"), sum(at.values()), asking.total(period, filters).attempts),),
        dated=(*head, *dated),
    )  # fmt: skip


def by_node(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Visits of each node and action of the standard menu by day; two statements."""
    menu = book.menus.get("standard") or next(iter(book.menus.values()), None)
    head = (Text("节点", "node"), _TOTAL)
    title = Text("自助业务受理量（按菜单节点、按日）", "Acceptance by place of the menu and day")
    about = Text(
        "菜单的每个节点和业务被选中的次数；没有人去的标出。",
        "Visits of each node and action of the menu; those that nobody came to are marked.",
    )
    if menu is None:
        return Sheet("acceptance-nodes", title, about, head, ())
    names = {node.id: node.title for node in menu.nodes.values()} | menus.leaves(book, menu)
    at = {(node, day): number for (node, day), number in visits(menu.id, period, filters).items() if node in names}
    rows, columns, dated = _table(names, at, period, now)
    told = menus.usage(menu.id, period, filters)
    counted = sum(number for node, (_, number, *_rest) in told.items() if node in names)
    return Sheet(
        "acceptance-nodes", title, about, (*head, *columns), rows, *_verdict(rows), drawn=1, empty=_zero(rows),
        sums=(Sum(Text("访问总数", "all visits"), sum(at.values()), counted),),
        dated=(*head, *dated),
    )  # fmt: skip


def visits(menu: str, period: Period, filters: Filters) -> dict[tuple[str, date], int]:
    """How often each place of a menu was come to on each day; one statement."""
    places, values = placing.of(period, filters)
    found = sql.run(
        f"SELECT node, day, sum(visits)::bigint FROM {places} WHERE menu = %(menu)s AND node NOT IN ('', '*') GROUP BY node, day",
        values | {"menu": menu},
    )
    return {(node, day): number for node, day, number in found}


def _table(
    names: dict[str, Text], at: dict[tuple[str, date], int], period: Period, now: datetime
) -> tuple[list[tuple[Cell, ...]], list[Text], list[Text]]:
    """Rows, and the headings of their days or months: short, and with whole dates."""
    days = period.all_days()
    spans, monthly = [(f"{day:%m-%d}", {day}) for day in days], len(days) > DAYS_SHOWN
    if monthly:
        months: dict[str, set[date]] = {}
        for day in days:
            months.setdefault(f"{day:%Y-%m}", set()).add(day)
        spans = list(months.items())
    by_span = {day: number for number, (_, within) in enumerate(spans) for day in within}
    counts: dict[str, list[int]] = {name: [0] * len(spans) for name in names}
    for (name, day), number in at.items():
        if day in by_span:
            counts[name][by_span[day]] += number
    ordered = sorted(names, key=lambda name: (-sum(counts[name]), name))
    today = clock.running(now).day
    heads = [_named(name, today in within) for name, within in spans]
    dated = [_named(name if monthly else f"{min(within)}", today in within) for name, within in spans]
    return [(names[name], sum(counts[name]), *counts[name]) for name in ordered], heads, dated


def _named(name: str, running: bool) -> Text:
    return Text(*(unfinished(name, language) if running else name for language in ("zh", "en")))


def _zero(rows: list[tuple[Cell, ...]]) -> frozenset[int]:
    return frozenset(at for at, row in enumerate(rows) if row[1] == 0)


def _verdict(rows: list[tuple[Cell, ...]]) -> tuple[Text, bool | None]:
    empty = len(_zero(rows))
    if not rows:
        return Text("", ""), None
    if not empty:
        return Text("每一项都有人用。", "Each was asked for by somebody."), True
    return Text(f"{empty} 项没有人用。", f"Nobody asked for {empty} of them."), False
