"""The tables of the monthly survey: menu order against hot topics, error prompts, voice notices, callbacks."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import datetime

from careline.catalogue import error_prompts, samples
from careline.dialogue.book import Book
from careline.hall.error_names import error_name
from careline.insight import clock, menus, naming
from careline.insight.models import Callback
from careline.insight.question import HOURLY, Filters, Period, hourly
from careline.insight.sheets.sheet import Cell, Sheet
from careline.postgres import sql
from careline.prompts import notices
from careline.values.language import Text
from careline.values.msisdn import Msisdn

CALLBACKS_MAX = 1_000
_YES, _NO = Text("是", "yes"), Text("否", "no")


def hot_topics(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Each choice of the standard menu: its key and its rank by what is asked for on all channels; one statement."""
    menu = book.menus.get("standard") or next(iter(book.menus.values()), None)
    orders = menus.order(book, menu, menus.demand(period, filters)) if menu else []
    rows: list[tuple[Cell, ...]] = [
        (node.title, one.name, one.demand, one.place, one.rank, one.proposed) for node in orders for one in node.choices
    ]
    wrong, asked_for = sum(node.inversions for node in orders), any(row[2] for row in rows)
    note = Text("没有人要求过菜单里的任何业务。", "Nobody asked for anything that stands in the menu.")
    if asked_for:
        note = Text(f"{wrong} 对顺序与热度相反。", f"{wrong} pairs stand the other way round.") if wrong else Text(
            "热点都排在前面。", "Hot topics stand in front."
        )  # fmt: skip
    return Sheet(
        "hot-topics", Text("菜单排序与咨询热点对比", "Menu order against hot topics"),
        Text("每个按键现在的位置，对照所有渠道上的热度；“人工”之类的键不动。",
             "Where each choice stands, against what is asked for on all channels; words such as “a person” keep their keys."),
        (Text("节点", "node"), Text("选项", "choice"), Text("热度", "asked for"), Text("现在的键", "key now"),
         Text("热度排名", "rank"), Text("建议的键", "key proposed")),
        rows, note if rows else Text("", ""), not wrong if asked_for else None,
        empty=frozenset(at for at, row in enumerate(rows) if row[2] == 0),
    )  # fmt: skip


def prompts(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Each kind of error with the words that tell it, and whether a dial test of the period heard them; one statement."""
    where = clock.zone()
    heard = dict(
        sql.run(
            "SELECT split_part(token, '@', 1), count(*) FROM probes_run CROSS JOIN LATERAL unnest(covers) AS c (token) WHERE passed"
            f" AND ended_at >= %s AND ended_at < %s AND token LIKE 'error:%%' AND {HOURLY.replace('hour AT', 'ended_at AT')}"
            " GROUP BY 1",
            [clock.begin(period.since, where), clock.end(period.until, where), *hourly(filters, where)],
        )
    )
    found = error_prompts.prompts(book)
    rows: list[tuple[Cell, ...]] = [
        (error_name(one.kind), naming.CLASSES[one.cause_class], samples.filled(one.text),
         _NO if one.missing else _YES, _NO if one.shared_with else _YES, heard.get(f"error:{one.kind}", 0))
        for one in found
    ]  # fmt: skip
    wrong = sum(not one.sound for one in found)
    return Sheet(
        "error-prompts", Text("错误提示语统计", "Error prompts"),
        Text("每种错误的提示语，是否只属于它，本期拨测听到几次。",
             "What tells each error, whether it tells this one alone, and how often dial tests of the period heard it."),
        (Text("错误", "error"), Text("类别", "class"), Text("提示语", "words"), Text("有提示", "told"),
         Text("专用", "its own"), Text("拨测听到", "heard")),
        rows,
        Text(f"{wrong} 种错误没有自己的提示语。", f"{wrong} errors have no words of their own.") if wrong
        else Text("每种错误都有自己的提示语。", "Each error has words of its own."),
        None if not rows else not wrong, empty=frozenset(at for at, row in enumerate(rows) if row[5] == 0),
    )  # fmt: skip


def voice_notices(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Notices that arrived in the period, and whether their prompts were out in time; two statements."""
    where = clock.zone()
    found = notices.standings(clock.begin(period.since, where), clock.end(period.until, where))
    if filters.hours:
        found = [one for one in found if one.notice.arrived_at.astimezone(where).hour in filters.hours]
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        hours = None if one.took is None else f"{one.took.total_seconds() / 3600:.1f}"
        state = (
            Text("超时", "late")
            if one.late(now)
            else Text("按时", "in time")
            if one.took
            else Text("进行中", "under way")
        )
        rows.append((_minute(one.notice.arrived_at), one.notice.title, _minute(one.notice.published_at), hours, state))
    rate = notices.rate(found, now)
    return Sheet(
        "notices", Text("语音通知下发记录", "Voice notices"),
        Text(f"从收到业务通知到语音发布，应在 {notices.DUE.total_seconds() / 3600:g} 小时内，100 %。",
             f"From the business notice to its published prompt within {notices.DUE.total_seconds() / 3600:g} hours, always."),
        (Text("收到", "arrived"), Text("通知", "notice"), Text("发布", "published"), Text("小时", "hours"), Text("结果", "result")),
        rows, Text(f"{rate.in_time} / {rate.decided} 按时", f"{rate.in_time} of {rate.decided} in time") if rate.decided
        else Text("", ""), rate.conforms if rate.decided else None,
    )  # fmt: skip


def _minute(at: datetime | None) -> str | None:
    return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}" if at else None


def callbacks(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Who was called back about the months of the period, numbers masked, and what they said; one statement."""
    months = [period.since.replace(day=1), period.until]
    listed = list(
        Callback.objects.filter(source__in=filters.sources, month__range=months).order_by("month", "place", "id")[:CALLBACKS_MAX]
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (f"{one.month:%Y-%m}", one.place, Msisdn(one.msisdn).masked(), one.dials, _answer(one.failed),
         naming.cause(one.cause) if one.cause else None, _answer(one.understood), one.done_by or None)
        for one in listed
    ]  # fmt: skip
    asked = sum(one.done_at is not None for one in listed)
    failed, understood = sum(bool(one.failed) for one in listed), sum(bool(one.understood) for one in listed)
    return Sheet(
        "callbacks", Text("多次来电用户回访记录", "Callbacks to repeat callers"),
        Text("名单上的号码、来电次数和回访结果。", "Numbers on the list, how often they called, and what they said."),
        (Text("月份", "month"), Text("名次", "place"), Text("号码", "number"), Text("次数", "calls"), Text("自助失败过", "had failed"),
         Text("原因", "cause"), Text("听得懂", "understands"), Text("回访人", "called by")),
        rows,
        Text(f"已回访 {asked} / {len(listed)}；自助失败过 {failed}，听得懂 {understood}。",
             f"{asked} of {len(listed)} were asked; self-service had failed {failed}, {understood} understand.") if listed
        else Text("", ""),
    )  # fmt: skip


def _answer(said: bool | None) -> Text | None:
    return None if said is None else _YES if said else _NO
