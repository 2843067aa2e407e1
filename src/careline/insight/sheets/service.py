"""Figures of the service as a whole: refunds, complaints, satisfaction, causes of contact, channels; sums agree with the detail."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from careline.cases.reporting import reports
from careline.cases.reporting.rows import OF_CUSTOMERS
from careline.cases.reporting.rows import rows as rows_of
from careline.dialogue.book import Book
from careline.insight import asking, clock, naming
from careline.insight.levels import LEVELS
from careline.insight.models import Remedy
from careline.insight.question import HOURLY, OURS, Filters, Period, hourly
from careline.insight.recorded import OWN
from careline.insight.sheets.sheet import Cell, Money, Sheet, Sum, share
from careline.postgres import sql
from careline.refunds import register
from careline.values.language import Text

TOP = 20
FEW = 20  # a change from fewer is told in times
EXACT_BELOW = 100_000  # more subscribers than this are estimated by the database, not counted
_ALL = Text("合计", "total")
_SHARE = Text("占比", "share")


def _span(period: Period) -> tuple[datetime, datetime]:
    where = clock.zone()
    return clock.begin(period.since, where), clock.end(period.until, where)


def refunds(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Payments of refunds by the kind of error, against the register line by line and the ledger; three statements."""
    found = register.sums("kind", period.since, period.until)
    fen = sum(one.fen for one in found)
    ((lines, of_lines),) = sql.run(
        "SELECT count(*), coalesce(sum(fen), 0)::bigint FROM refund_credit WHERE state = 'done' AND ended_at >= %s"
        " AND ended_at < %s",
        list(_span(period)),
    )
    ledger = register.of_ledger(period.since, period.until)
    payments = sum(one.payments for one in found)
    return Sheet(
        "refunds", Text("退费统计", "Refunds"), Text("已完成的退费。", "Refunds that were paid."),
        (Text("项目", "what"), Text("笔数", "payments"), Text("金额（元）", "sum (CNY)"), _SHARE),
        [(naming.ERRORS_OF_CHARGES.get(one.what) or one.what, one.payments, Money(one.fen), share(one.fen, fen))
         for one in found],
        drawn=2,
        sums=(
            Sum(Text("笔数，对照登记簿", "payments, by the register"), payments, lines),
            Sum(Text("金额，对照登记簿", "sum, by the register"), fen, of_lines, money=True),
            Sum(Text("金额，对照台账", "sum, by the ledger"), fen, ledger.fen, money=True),
        ),
    )  # fmt: skip


def complaints(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Complaints accepted, by category and channel; two statements. Enquiries and suggestions are none."""
    since, until = _span(period)
    values = {"since": since, "until": until, "zone": str(clock.zone()), "hours": list(filters.hours)}
    values |= {"any": not filters.hours, "all": not filters.channels, "channels": list(filters.channels)}
    found = rows_of(
        "SELECT category, channel, count(*) AS n, count(*) FILTER (WHERE severity = 'major') AS major,"
        " count(*) FILTER (WHERE round > 1) AS again FROM case_case WHERE kind = 'complaint'"
        f" AND {OF_CUSTOMERS} AND {_OPENED} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        values,
    )
    detail = rows_of(
        "SELECT count(*) AS n, count(DISTINCT docket) AS dockets FROM case_case WHERE kind = 'complaint'"
        f" AND {OF_CUSTOMERS} AND {_OPENED}",
        values,
    )[0]
    total = sum(row["n"] for row in found)
    return Sheet(
        "complaints", Text("投诉统计", "Complaints"),
        Text("本期受理的投诉，按类别和渠道；咨询和建议不算。", "Complaints accepted in the time; enquiries and suggestions are none."),
        (Text("类别", "category"), Text("渠道", "channel"), Text("投诉", "complaints"), Text("重大", "major"),
         Text("不满意重办", "more than one round"), _SHARE),
        [(naming.category(row["category"]), naming.channel(row["channel"]), row["n"], row["major"], row["again"],
          share(row["n"], total)) for row in found],
        drawn=2, sums=(Sum(Text("投诉，对照单号", "complaints, by their dockets"), total, detail["dockets"]),),
    )  # fmt: skip


_OPENED: LiteralString = (
    "opened_at >= %(since)s::timestamptz AND opened_at < %(until)s::timestamptz"
    " AND (%(all)s OR channel = ANY(%(channels)s::text[]))"
    " AND (%(any)s OR extract(hour FROM opened_at AT TIME ZONE %(zone)s)::int = ANY(%(hours)s::int[]))"
)


def satisfaction(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """What customers answered when they were asked whether the result satisfies, and how they rate; three statements."""
    since, until = _span(period)
    (ended,) = reports.endings(since, until, now)
    marks = rows_of(
        "SELECT (detail ->> 'rating')::int AS mark, count(*) AS n FROM case_event WHERE at >= %(since)s::timestamptz"
        " AND at < %(until)s::timestamptz AND did IN ('satisfied', 'unsatisfied', 'rated') AND detail ? 'rating'"
        " GROUP BY 1 ORDER BY 1 DESC",
        {"since": since, "until": until},
    )
    given = ended["satisfied"] + ended["unsatisfied"]
    rows: list[tuple[Cell, ...]] = [
        (Text("满意", "satisfied"), ended["satisfied"], share(ended["satisfied"], given)),
        (Text("不满意", "not satisfied"), ended["unsatisfied"], share(ended["unsatisfied"], given)),
    ]
    rows += [
        (Text(f"{row['mark']} 分", f"rated {row['mark']}"), row["n"], share(row["n"], ended["ratings"]))
        for row in marks
    ]
    mean = "–" if ended["rating"] is None else f"{ended['rating']:.2f}"
    return Sheet(
        "satisfaction", Text("满意度", "Satisfaction"),
        Text(f"客户对处理结果的回答和评分；平均 {mean} 分。", f"What customers answered to the result, and their ratings; mean {mean}."),
        (Text("回答", "answer"), Text("次数", "times"), _SHARE), rows, drawn=1,
        sums=(Sum(Text("评分次数", "ratings"), ended["ratings"], sum(row["n"] for row in marks)),),
    )  # fmt: skip


def channels(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Contacts by channel and level; two statements."""
    begin, end = _span(period)
    chosen: LiteralString = f"(%s OR channel = ANY(%s::text[])) AND {HOURLY}"
    which = [not filters.channels, list(filters.channels), *hourly(filters, clock.zone())]
    found = sql.run(
        "SELECT channel, sum(contacts)::bigint FROM insight_contact WHERE hour >= %s AND hour < %s"
        f" AND source = ANY(%s::text[]) AND {chosen} GROUP BY channel ORDER BY 2 DESC, 1",
        [begin, end, list(filters.sources), *which],
    )
    ((detail,),) = sql.run(
        "SELECT coalesce(sum(contacts), 0)::bigint FROM insight_contact WHERE hour >= %s AND hour < %s"
        f" AND source = ANY(%s::text[]) AND {chosen}",
        [begin, end, list(filters.sources), *which],
    )
    total = sum(number for _, number in found)
    return Sheet(
        "channels", Text("渠道占比", "Share of the channels"), Text("本期开始的接触。", "Contacts that began in the time."),
        (Text("渠道", "channel"), Text("级", "level"), Text("接触", "contacts"), _SHARE),
        [(naming.channel(channel), LEVELS.get(channel, (5, ""))[0], number, share(number, total)) for channel, number in found],
        drawn=2, sums=(Sum(Text("接触", "contacts"), total, detail),),
    )  # fmt: skip


def causes(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """What customers turn to us for, most of all: for 1,000 subscribers, against the time before, and who removes it; seven statements."""
    found = asking.count(("service", "verb"), period, filters)
    now_of, before = _compared(found, period, filters, now)
    total, users = sum(row.attempts for row in found), subscribers(filters)
    remedies = {(one.service, one.verb): one for one in Remedy.objects.all()}
    most = sorted(found, key=lambda row: (-row.attempts, row.key))[:TOP]
    rows: list[tuple[Cell, ...]] = []
    for row in most:
        remedy = remedies.get(row.key)
        rows.append(
            (naming.service(book, row.key[0]), naming.verb(book, row.key[1]), row.attempts, share(row.attempts, total),
             f"{1000 * row.attempts / users:,.2f}" if users else None, _trend(now_of.get(row.key, 0), before.get(row.key, 0)),
             remedy.owner if remedy else None, _state(remedy, now))
        )  # fmt: skip
    owned = sum(row[6] is not None for row in rows)
    note = Text(
        f"前 {len(rows)} 项中 {owned} 项有人负责消除。",
        f"{owned} of the first {len(rows)} have somebody who removes them.",
    )
    return Sheet(
        "contact-causes", Text("接触原因排行", "Why customers turn to us"),
        _best(users),
        (Text("业务", "business"), Text("做什么", "what"), Text("次数", "times"), _SHARE, Text("每千用户", "for 1,000"),
         Text("变化", "change"), Text("负责人", "owner"), Text("对策", "measure")),
        rows, note if rows else Text("", ""), owned == len(rows) if rows else None, drawn=2,
        sums=(Sum(Text("次数", "times"), total, asking.total(period, filters).attempts),),
    )  # fmt: skip


def _best(users: int | None) -> Text:
    of = Text("别处的记录不按用户数算", "records from elsewhere are not of our subscribers")
    if users is not None:
        of = Text(f"每项按每千用户（{users:,}）的次数", f"by 1,000 subscribers ({users:,})")
    return Text(
        f"最好的服务是不需要服务：{of.zh}；变化只比整日，对照之前同样多的日子，原来不到 {FEW} 次的只说次数。",
        f"The best service is none needed: {of.en}; whole days against as many before, in times where they were fewer than {FEW}.",
    )


def _compared(
    found: Sequence[asking.Counted], period: Period, filters: Filters, now: datetime
) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], int]]:
    """How often each was asked for on the days that are over, and on as many before them; three statements at most."""
    whole, first = period.over(clock.running(now).day), asking.begins(filters)
    if whole is None or first is None or first > whole.before().since:
        return {}, {}  # a time of which only a part is recorded would make everything seem to grow, or to fall
    by = ("service", "verb")
    of_now = found if whole == period else asking.count(by, whole, filters)
    then = asking.count(by, whole.before(), filters)
    return {row.key: row.attempts for row in of_now}, {row.key: row.attempts for row in then}


def _trend(now: int, before: int) -> str | None:
    """Per cent of many, times of few: one that became four is no "+300 %"."""
    if not before:
        return None
    return f"{100 * (now - before) / before:+.1f} %" if before >= FEW else f"{now - before:+,}"


def _state(remedy: Remedy | None, now: datetime) -> Text | str | None:
    if remedy is None:
        return None
    today = now.astimezone(clock.zone()).date()
    late = remedy.done_on is None and remedy.due_on is not None and remedy.due_on < today
    if remedy.done_on is not None:
        return Text(f"{remedy.measure}（已完成 {remedy.done_on}）", f"{remedy.measure} (done {remedy.done_on})")
    return Text(f"{remedy.measure}（已逾期）", f"{remedy.measure} (late)") if late else remedy.measure


def outside(book: Book, period: Period, filters: Filters, now: datetime) -> Sheet:
    """Contacts that ask for nothing of ours (the time, a test of a new telephone), by channel: counted, no complaints; one statement."""
    found = sql.run(
        "SELECT channel, sum(n)::bigint FROM insight_area CROSS JOIN LATERAL unnest(hours) WITH ORDINALITY AS h (n, at)"
        " WHERE day BETWEEN %s AND %s AND source = ANY(%s::text[]) AND kind = 'outside' AND n <> 0"
        " AND (%s OR channel = ANY(%s::text[])) AND (%s OR region = ANY(%s::text[])) AND (%s OR brand = ANY(%s::text[]))"
        " AND (%s OR version = ANY(%s::int[])) AND (%s OR at - 1 = ANY(%s::int[])) GROUP BY channel ORDER BY 2 DESC, 1",
        [
            period.since, period.until, list(filters.sources), not filters.channels, list(filters.channels),
            not filters.regions, list(filters.regions), not filters.brands, list(filters.brands),
            not filters.versions, list(filters.versions), not filters.hours, list(filters.hours),
        ],
    )  # fmt: skip
    total = sum(number for _, number in found)
    return Sheet(
        "outside", Text("非业务接触", "Contacts outside our business"),
        Text("问时间、试新手机等：计数，不算投诉，也不进失败率。",
             "Asking the time, trying a new telephone: counted, no complaints, and never in rates."),
        (Text("渠道", "channel"), Text("次数", "times"), _SHARE),
        [(naming.channel(channel), number, share(number, total)) for channel, number in found], drawn=1,
    )  # fmt: skip


_LINES: LiteralString = "(%s OR region = ANY(%s::text[])) AND (%s OR brand = ANY(%s::text[]))"


def subscribers(filters: Filters = OURS) -> int | None:
    """How many lines of customers are served, of the regions and brands that are asked about; two statements at most.

    Counted up to EXACT_BELOW, else as the database estimates, and a sample of the lines. None for records that are not ours alone:
    nobody knows how many people they are of.
    """
    if filters.sources != (OWN,):
        return None
    which = [not filters.regions, list(filters.regions), not filters.brands, list(filters.brands)]
    ((estimate, counted),) = sql.run(
        "SELECT reltuples::bigint, (SELECT count(*) FROM (SELECT FROM identity_subscriber s WHERE"
        f" {_LINES} AND NOT EXISTS (SELECT FROM probes_line l WHERE l.msisdn = s.msisdn) LIMIT %s) AS s) FROM pg_class"
        " WHERE oid = 'identity_subscriber'::regclass",
        [*which, EXACT_BELOW],
    )
    if counted < EXACT_BELOW or not (filters.regions or filters.brands):
        return int(counted if counted < EXACT_BELOW else max(counted, estimate))
    # Of how many lines is this the share?
    ((part,),) = sql.run(
        f"SELECT coalesce(avg(CASE WHEN {_LINES} THEN 1 ELSE 0 END), 0)::float8 FROM identity_subscriber TABLESAMPLE SYSTEM (%s)",
        [*which, min(100.0, 100.0 * EXACT_BELOW / max(1, estimate))],
    )
    return int(max(counted, round(estimate * part)))
