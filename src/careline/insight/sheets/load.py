"""Load by day against what the platform is to handle: people and machine, margin, and the busiest day."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import datetime

from careline.dialogue.book import Book
from careline.insight import clock, control, placing
from careline.insight.levels import LEVELS
from careline.insight.question import HOURLY, Filters, Period, hourly
from careline.insight.sheets.sheet import Cell, Sheet, Sum, share
from careline.postgres import sql
from careline.values.language import Text

CAPACITY = 8_000_000  # calls a day, by machine and by people, that the platform is to handle
_SPOKEN = [channel for channel, (_, kind) in LEVELS.items() if kind == "ivr"]


def by_day(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Contacts of each day of the period, those that asked for a person told apart; two statements."""
    return against(period, filters, CAPACITY, now)


def against(period: Period, filters: Filters, capacity: int, now: datetime) -> Sheet:
    where = clock.zone()
    span = [str(where), clock.begin(period.since, where), clock.end(period.until, where), list(filters.sources)]
    hours = hourly(filters, where)
    # How many contacts began on each day, of these by telephone, and how many of those asked for a person?
    contacts = sql.run(
        "SELECT (hour AT TIME ZONE %s)::date AS day, sum(contacts)::bigint, coalesce(sum(contacts) FILTER (WHERE channel"
        " = ANY(%s::text[])), 0)::bigint FROM insight_contact WHERE hour >= %s AND hour < %s"
        f" AND source = ANY(%s::text[]) AND {HOURLY} GROUP BY day",
        [span[0], _SPOKEN, *span[1:], *hours],
    )
    places, values = placing.of(period, filters.only(channels=tuple(_SPOKEN), versions=()))
    persons = sql.run(f"SELECT day, sum(person)::bigint FROM {places} WHERE node = '' GROUP BY day", values)
    by, asked = {row[0]: (row[1], row[2]) for row in contacts}, dict(persons)
    rows: list[tuple[Cell, ...]] = []
    most = everything = 0
    for day in period.all_days():
        total, calls = by.get(day, (0, 0))
        people = min(asked.get(day, 0), calls)
        rows.append(
            (day.isoformat(), people, calls - people, total - calls, total, capacity - total, share(total, capacity))
        )
        most, everything = max(most, total), everything + total
    busiest = next((str(row[0]) for row in rows if row[4] == most), "")
    ok = most <= capacity
    note = Text("这段时间没有接触。", "There were no contacts in this time.") if not most else Text(
        f"最忙的是 {busiest}：{most:,}，{'不超过' if ok else '超过'}每日 {capacity:,}。",
        f"Busiest on {busiest}: {most:,}, {'within' if ok else 'above'} {capacity:,} a day.",
    )  # fmt: skip
    return Sheet(
        "load", Text("接入话务量（按日）", "Load by day"),
        Text(f"电话（人工、自动）和其他渠道的接触，对照每日可处理 {capacity:,}。",
             f"Contacts by telephone (people, machine) and on other channels, against {capacity:,} a day."),
        (Text("日", "day"), Text("人工", "people"), Text("自动", "machine"), Text("其他渠道", "other channels"), _ALL,
         Text("余量", "margin"), Text("占可处理量", "of capacity")),
        rows, note, ok if most else None, drawn=4,
        sums=(Sum(_ALL, everything, sum(row[1] for row in contacts)),),
        running=control.place_of([(day,) for day in period.all_days()], now),
    )  # fmt: skip


_ALL = Text("合计", "total")
