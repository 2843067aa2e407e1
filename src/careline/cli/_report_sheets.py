"""`careline report acceptance`, `load`, `refunds` and the like: every sheet as a command, and the calculator of staffing."""

import csv
import sys
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._asked import asked, understood
from careline.values.money import yuan
from careline.values.spreadsheet import figure

if TYPE_CHECKING:
    from careline.insight.question import Filters
    from careline.insight.sheets.sheet import Sheet

# name -> what it says, here and not in the sheets, so that --help stays quick
NAMES = {
    "acceptance": ("自助业务受理量，按业务、按日。", "Acceptance by business and day."),
    "acceptance-nodes": ("自助业务受理量，按菜单节点、按日。", "Acceptance by place of the menu and day."),
    "hot-topics": ("菜单排序与咨询热点对比。", "Menu order against hot topics."),
    "error-prompts": ("错误提示语统计。", "Error prompts, and whether dial tests heard them."),
    "notices": ("语音通知下发记录。", "Voice notices, and whether they were out in time."),
    "callbacks": ("多次来电用户回访记录。", "Callbacks to repeat callers, numbers masked."),
    "refunds": ("退费统计。", "Refunds, by product."),
    "complaints": ("投诉统计。", "Complaints, by category and channel."),
    "satisfaction": ("满意度。", "Satisfaction and ratings."),
    "contact-causes": ("接触原因排行，每千用户。", "Why customers turn to us, for 1,000 subscribers."),
    "channels": ("渠道占比。", "Share of the channels."),
    "outside": ("非业务接触。", "Contacts outside our business."),
}

KEPT = 2  # the first columns: what it is, and its total
DAYS = 12  # a sheet with more columns has one for each day, of which a screen shows the last
WIDEST = 10_000  # characters; wider than any sheet


def commands() -> list[click.Command]:
    return [*(_command(name) for name in NAMES), load, staffing]


def _command(name: str) -> click.Command:
    @click.command(name, short_help=text(*NAMES[name]), help=text(*NAMES[name]) + _EXIT)
    @asked
    @_csv
    @json_option
    def report(as_json: bool, as_csv: bool, **options: Any) -> None:
        prepare(demo=True)
        from careline.insight.sheets.shelf import SHEETS

        period, filters = understood(**options)
        refuse_others(name, filters)
        show(SHEETS[name](book(), period, filters, datetime.now(UTC)), as_json=as_json, as_csv=as_csv)

    return report


_EXIT = text(" 合计与明细不符时退出码为 1。", " Exit code 1 when a sum does not agree with the detail.")
_csv = click.option("--csv", "as_csv", is_flag=True, help=text("输出 CSV。", "Write CSV."))


@click.command(short_help=text("接入话务量，对照每日可处理量。", "Load by day, against what can be handled."))
@click.option("--capacity", type=click.IntRange(1), default=8_000_000, show_default=True,
              help=text("每日可处理的呼叫量。", "Calls a day that can be handled."))  # fmt: skip
@asked
@_csv
@json_option
def load(as_json: bool, as_csv: bool, capacity: int, **options: Any) -> None:
    """Contacts of each day, by people and by machine, with the margin. Exit code 1: a day was above."""
    prepare(demo=True)
    from careline.insight.sheets.load import against

    period, filters = understood(**options)
    refuse_others("load", filters)
    sheet = against(period, filters, capacity, datetime.now(UTC))
    show(sheet, as_json=as_json, as_csv=as_csv)
    raise SystemExit(Exit.NO if sheet.good is False else Exit.FINE)


@click.command(short_help=text("按话务量算需要多少人（Erlang C）。", "How many people a load needs (Erlang C)."))
@click.option("--calls", type=click.FloatRange(0), required=True, help=text("时段内的呼叫数。", "Calls in the time."))
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=60, show_default=True,
              help=text("时段，分钟。", "The time, in minutes."))  # fmt: skip
@click.option("--talk", type=click.FloatRange(0, min_open=True), required=True,
              help=text("每次通话连同后处理，秒。", "Seconds of a call, with its afterwork."))  # fmt: skip
@click.option("--goal", type=click.FloatRange(0, 100, max_open=True), default=80, show_default=True,
              help=text("应在期限内接听的百分比。", "Per cent that are to be answered in time."))  # fmt: skip
@click.option("--within", type=click.FloatRange(0), default=20, show_default=True,
              help=text("期限，秒。", "In time is within so many seconds."))  # fmt: skip
@click.option("--shrinkage", type=click.FloatRange(0, 90), default=0, show_default=True,
              help=text("休息、培训、病假占用的百分比。", "Per cent of time for breaks, training and illness."))  # fmt: skip
@json_option
def staffing(
    calls: float, minutes: float, talk: float, goal: float, within: float, shrinkage: float, as_json: bool
) -> None:
    """The fewest people by whom GOAL per cent of calls are answered WITHIN seconds."""
    from careline.insight.staffing import needed

    try:
        found = needed(calls, minutes, talk, goal / 100, within)
    except ValueError as error:
        raise Trouble(text("需要的人数太多。", "That takes too many people."), code=Exit.USAGE) from error
    told = {
        "erlangs": round(found.erlangs, 3), "agents": found.agents, "rostered": found.rostered(shrinkage / 100),
        "waits": round(found.waits, 4), "answered_in_time": round(found.answered, 4), "mean_wait_seconds": round(found.mean_wait, 2),
        "occupancy": round(found.occupancy, 4),
    }  # fmt: skip
    if as_json:
        print_json(told)
        return
    words = {
        "erlangs": ("话务量（Erl）", "load (erlangs)"), "agents": ("在席人数", "people at seats"),
        "rostered": ("排班人数", "people rostered"),
        "waits": ("需要等待的概率", "chance to wait"), "answered_in_time": ("期限内接听", "answered in time"),
        "mean_wait_seconds": ("平均等待（秒）", "mean wait (seconds)"), "occupancy": ("忙碌率", "occupancy"),
    }  # fmt: skip
    for name, value in told.items():
        click.echo(f"{text(*words[name])}: {value}")


def refuse_others(name: str, filters: "Filters") -> None:
    """A filter that a report cannot go by is refused: figures of everybody would look like those of a part."""
    from careline.insight.sheets.shelf import not_by

    if found := not_by(name, filters):
        zh, en = ("、".join(one.zh for one in found), ", ".join(one.en for one in found))
        raise Trouble(text(f"这张报表不能按{zh}细分。", f"This report cannot be split by {en}."), code=Exit.USAGE)


def show(sheet: "Sheet", *, as_json: bool, as_csv: bool) -> None:
    """On the screen, as JSON or as CSV; exit code 1 when a sum does not agree with the detail."""
    from careline.insight.sheets.sheet import lines

    language = text("zh", "en")
    if as_json:
        print_json(
            {
                "report": sheet.key, "title": sheet.title.read(language), "about": sheet.about.read(language),
                "note": sheet.note.read(language), "good": sheet.good, "head": sheet.head_of_file(language),
                "rows": [[_json(cell, language) for cell in row] for row in sheet.rows],
                "empty": sorted(sheet.empty), "running": sheet.running,
                "sums": [
                    {"what": one.what.read(language), "told": one.told, "detail": one.detail, "agrees": one.agrees}
                    | ({"unit": "fen"} if one.money else {})
                    for one in sheet.sums
                ],
            }
        )  # fmt: skip
    elif as_csv:
        paper = csv.writer(sys.stdout)
        paper.writerow(sheet.head_of_file(language))
        paper.writerows([figure(cell) for cell in row] for row in lines(sheet, language))
    else:
        _screen(sheet, [one.read(language) for one in sheet.head], language)
    if not all(one.agrees for one in sheet.sums):
        raise SystemExit(Exit.NO)


def _screen(sheet: "Sheet", heads: list[str], language: str) -> None:
    from rich.console import Console

    from careline.insight.sheets.sheet import lines

    click.echo(f"{sheet.title.read(language)}: {sheet.about.read(language)}")
    rows = lines(sheet, language)
    console = Console()
    free = console.options.update(width=WIDEST)
    left_out = 0
    table = _table(heads, rows, sheet.empty, left_out)
    while len(heads) > DAYS and left_out < len(heads) - KEPT - 1:
        if console.measure(table, options=free).maximum <= console.width:
            break
        left_out += 1
        table = _table(heads, rows, sheet.empty, left_out)
    console.print(table)
    if left_out:
        click.echo(
            text(
                f"屏幕放不下，省去了前 {left_out} 列；--csv 有全部。",
                f"{left_out} columns did not fit; --csv has them all.",
            )
        )
    if sheet.note.zh:
        click.echo(sheet.note.read(language))
    for one in sheet.sums:
        mark = "=" if one.agrees else "≠"
        click.echo(f"{one.what.read(language)}: {one.read(one.told, language)} {mark} {one.read(one.detail, language)}")


def _table(heads: list[str], rows: list[list[str]], empty: frozenset[int], left_out: int) -> Any:
    """What it is, its total, and of the other columns the last ones; so many are left out before them."""
    from rich.table import Table

    kept = [at for at in range(len(heads)) if not KEPT <= at < KEPT + left_out]
    table = Table(box=None, pad_edge=False)
    for at in kept:
        table.add_column(heads[at], no_wrap=len(heads) > DAYS)
    for number, row in enumerate(rows):
        table.add_row(*(row[at] for at in kept), style="yellow" if number in empty else None)
    return table


def _json(cell: Any, language: str) -> Any:
    from careline.insight.sheets.sheet import Money

    if isinstance(cell, Fraction):
        return float(cell)
    if isinstance(cell, Money):
        return {"fen": cell.fen, "currency": "CNY", "text": yuan(cell.fen)}
    return cell.read(language) if hasattr(cell, "read") else cell


def book() -> Any:
    from careline.catalogue import library
    from careline.catalogue.refusals import NothingPublished

    try:
        return library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet.")) from nothing
