"""`careline report`: failure rate, causes, control chart, menus, levels and callers, each with its definition and denominator."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._asked import asked, understood
from careline.cli._report_qc import qc
from careline.cli._report_sheets import commands, refuse_others

if TYPE_CHECKING:
    from careline.insight.rates import Rate

BY = ("month", "day", "hour", "weekday", "channel", "service", "region", "brand", "version", "verb", "cause", "source")
_DEFINED = {
    "zh": "失败率 = 失败量 ÷ 总申请量，只算开通、关闭（订购、登记、取消）；查询不计；被规则拒绝的计入申请、不计失败。",
    "en": "Failure rate = failed / applications; opening and closing only, queries never count; what a rule refused is an "
    "application and no failure.",
}


@click.group(short_help=text("统计：失败率、原因、控制图、菜单、来电用户。", "Statistics of self-service."))
def command() -> None:
    """Figures of self-service, from rollups that can be recounted."""


command.add_command(qc)
for _sheet in commands():
    command.add_command(_sheet)


@command.command("failure-rate", short_help=text("失败率，带分母。", "The failure rate, with its denominator."))
@click.option("--by", type=click.Choice(BY), default="day", show_default=True)
@asked
@json_option
def failure_rate(by: str, as_json: bool, **options: Any) -> None:
    """Failed of all applications to open or close a service, and against the goals."""
    prepare(demo=True)
    from careline.insight import asking

    period, filters = understood(**options)
    total = asking.total(period, filters)
    rows = asking.count((by,), period, filters)
    if as_json:
        print_json(
            {
                "definition": text(_DEFINED["zh"], _DEFINED["en"]), "from": period.since.isoformat(),
                "to": period.until.isoformat(), "sources": list(filters.sources), **_rate(total.rate),
                "directive": "< 1 %", "directive_met": total.rate.directive_met,
                "challenge": "<= 0.86 %", "challenge_met": total.rate.challenge_met,
                "by": by, "rows": [{by: _plain(one.key[0])} | _rate(one.rate) for one in rows],
            }
        )  # fmt: skip
        return
    click.echo(text(_DEFINED["zh"], _DEFINED["en"]))
    _table([by, text("失败", "failed"), text("申请", "applications"), text("失败率", "rate")],
           [(_plain(one.key[0]), one.failed, one.applications, str(one.rate)) for one in rows])  # fmt: skip
    click.echo(f"{text('合计', 'Total')}: {total.failed} / {total.applications} = {total.rate}")
    for name, met in (("< 1 %", total.rate.directive_met), ("<= 0.86 %", total.rate.challenge_met)):
        click.echo(f"{text('目标', 'goal')} {name}: {_verdict(met)}")


@command.command(short_help=text("失败原因排列，标出症结。", "Causes of failures, the crux marked."))
@click.option("--class", "kind", type=click.Choice(["all", "system", "operation"]), default="all", show_default=True)
@asked
@json_option
def pareto(kind: str, as_json: bool, **options: Any) -> None:
    """Causes of failed applications by count, with share and cumulative share of what is shown."""
    prepare(demo=True)
    from careline.insight import asking
    from careline.insight.rates import class_of, percent
    from careline.insight.strata import stratify

    period, filters = understood(**options)
    counted = asking.failures(period, filters)
    classes: dict[str, int] = {}
    for cause, failed in counted.items():
        classes[str(class_of(cause) or "unknown")] = classes.get(str(class_of(cause) or "unknown"), 0) + failed
    shown = {cause: failed for cause, failed in counted.items() if kind in ("all", class_of(cause))}
    strata, of = stratify(shown), sum(shown.values())
    if as_json:
        told = [
            {"cause": one.name, "class": class_of(one.name), "failed": one.count, "share": float(one.share),
             "cumulative": float(one.cumulative), "crux": one.crux} for one in strata
        ]  # fmt: skip
        print_json({"of": kind, "denominator": of, "failed": sum(counted.values()), "classes": classes, "rows": told})
        return
    click.echo(text(f"分母：{of} 次失败（{kind}）", f"Denominator: {of} failures ({kind})"))
    heads = [text("原因", "cause"), text("次数", "failed"), text("占比", "share"), text("累计", "cumulative"), ""]
    crux = text("症结", "crux")
    rows = [(s.name, s.count, percent(s.share), percent(s.cumulative), crux if s.crux else "") for s in strata]
    _table(heads, rows)
    for name, failed in sorted(classes.items(), key=lambda one: -one[1]):
        click.echo(f"{name}: {failed} / {sum(counted.values())} = {percent(Fraction(failed, sum(counted.values())))}")


@command.command("p-chart", short_help=text("失败率控制图。", "Control chart of the failure rate."))
@click.option("--by", type=click.Choice(["day", "hour"]), default="day", show_default=True)
@click.option("--plain", is_flag=True, help=text("不用 Laney 修正。", "A plain p chart, without Laney's sigma Z."))
@asked
@json_option
def p_chart(by: str, plain: bool, as_json: bool, **options: Any) -> None:
    """Laney p' (or p) limits for each subgroup; tests 1 (beyond 3 sigma) and 2 (nine on one side). Exit code 1: a signal."""
    prepare(demo=True)
    from careline.insight import asking, control
    from careline.insight.rates import percent

    period, filters = understood(**options)
    keys = ("day",) if by == "day" else ("day", "hour")
    rows = asking.count(keys, period, filters)
    chart = (control.p_chart if plain else control.laney_chart)([(one.failed, one.applications) for one in rows])
    names = [" ".join(_plain(part) for part in one.key) for one in rows]
    if as_json:
        points = [{by: name} | asdict(point) for name, point in zip(names, chart.points, strict=True)]
        print_json({"chart": "p" if plain else "laney", "centre": chart.centre, "sigma_z": chart.sigma_z,
                    "stable": chart.stable, "points": points})  # fmt: skip
    else:
        heads = [by, text("失败", "failed"), text("申请", "size"), "p", "LCL", "UCL", text("检验", "tests")]
        _table(heads, [
            (name, one.failed, one.size, percent(one.share), percent(one.lower), percent(one.upper), ",".join(map(str, one.tests)))
            for name, one in zip(names, chart.points, strict=True)
        ])  # fmt: skip
        click.echo(
            f"{text('中心线', 'centre')} {percent(chart.centre)}, sigma Z {chart.sigma_z:.3f}: {_verdict(chart.stable)}"
        )
    raise SystemExit(Exit.NO if chart.stable is False else Exit.FINE)


@command.command(short_help=text("菜单：触达率、热点顺序、分流。", "Menus: contact rate, order, diversion."))
@click.argument("name", default="standard")
@asked
@json_option
def menu(name: str, as_json: bool, **options: Any) -> None:
    """What the menu NAME was used for: leaves that nobody chose, order against demand, what it took off people."""
    prepare(demo=True)
    from careline.catalogue import library
    from careline.catalogue.refusals import NothingPublished
    from careline.insight import menus
    from careline.insight.rates import percent

    period, filters = understood(**options)
    try:
        book = library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet.")) from nothing
    found = book.menus.get(name)
    if found is None:
        raise Trouble(text(f"没有菜单 {name}。", f"There is no menu {name}."), code=Exit.USAGE)
    refuse_others("menu", filters)
    rate = menus.contact_rate(book, found, period, filters)
    orders = menus.order(book, found, menus.demand(period, filters))
    taken = menus.diversion(period, filters, found.id)
    done, sessions = sum(one.done for one in taken), sum(one.sessions for one in taken)
    if as_json:
        print_json(
            {
                "menu": name, "leaves": len(rate.leaves), "touched": rate.touched, "contact_rate": percent(rate.share, 1),
                "met": rate.met, "untouched": [{"place": one.place, "zh": one.name.zh, "en": one.name.en} for one in rate.untouched],
                "sessions": sessions, "done": done, "diversion": percent(Fraction(done, sessions) if sessions else None),
                "by_day": [asdict(one) | {"day": _plain(one.day), "diversion": percent(one.diversion)} for one in taken],
                "by_node": [asdict(one) | {"name": text(one.name.zh, one.name.en), "diversion": percent(one.diversion)}
                            for one in menus.nodes(book, found, period, filters)],
                "order": [
                    {"node": one.node, "inversions": one.inversions,
                     "choices": [{"zh": c.name.zh, "en": c.name.en, "place": c.place, "demand": c.demand, "rank": c.rank,
                                  "proposed": c.proposed} for c in one.choices]} for one in orders
                ],
            }
        )  # fmt: skip
        return
    told = f"{rate.touched} / {len(rate.leaves)} = {percent(rate.share, 1)}  {_verdict(rate.met)}"
    click.echo(f"{text('节点接触率', 'Contact rate')}: {told}")
    for one in rate.untouched:
        click.echo(f"  {one.place}  {text(one.name.zh, one.name.en)}")
    click.echo(
        f"{text('自助分流', 'Done by the machine')}: {done} / {sessions} = {percent(Fraction(done, sessions) if sessions else None)}"
    )
    for one_node in orders:
        if one_node.inversions:
            click.echo(f"{one_node.node}: {text('逆序', 'inversions')} {one_node.inversions}")
            _table(["", text("现在", "now"), text("热度", "demand"), text("排名", "rank"), text("建议", "proposed")],
                   [(text(c.name.zh, c.name.en), c.place, c.demand, c.rank, c.proposed) for c in one_node.choices])  # fmt: skip


@command.command(short_help=text("五级服务占比。", "Contacts by the five levels of service."))
@asked
@json_option
def levels(as_json: bool, **options: Any) -> None:
    """Contacts by level, and whether four fifths were solved by the internet. Exit code 1: not."""
    prepare(demo=True)
    from careline.insight.levels import ladder
    from careline.insight.rates import percent

    refuse_others("levels", (asked_for := understood(**options))[1])
    found = ladder(*asked_for)
    if as_json:
        kinds = [
            {"level": level, "kind": kind, "contacts": number} for (level, kind), number in sorted(found.kinds.items())
        ]
        print_json({"contacts": found.contacts, "internet": found.internet, "share": percent(found.share, 1), "goal": "80 %",
                    "met": found.met, "without_messages": percent(found.share_without_messages, 1), "kinds": kinds})  # fmt: skip
    else:
        rows = [(level, kind, number) for (level, kind), number in sorted(found.kinds.items())]
        _table([text("级", "level"), "", text("接触", "contacts")], rows)
        click.echo(
            f"1-3: {found.internet} / {found.contacts} = {percent(found.share, 1)}  (80 %: {_verdict(found.met)})"
        )
    raise SystemExit(Exit.NO if found.met is False else Exit.FINE)


@command.command(short_help=text("一个月内多次来电的用户。", "Who turned to us most in a month."))
@click.argument("month")
@click.option("--top", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--channel", default="voice", show_default=True)
@click.option("--source", default="hall", show_default=True)
@json_option
def callers(month: str, top: int, channel: str, source: str, as_json: bool) -> None:
    """The numbers that turned to CHANNEL most in MONTH (2026-11), masked, and how many did how often."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.insight import callers as counting
    from careline.values.msisdn import Msisdn
    from careline.values.period import NotAMonth, parse_month

    try:
        first = parse_month(month, timezone.localdate()).first
    except NotAMonth as error:
        raise Trouble(text("月份应如 2026-11。", "A month is written 2026-11."), code=Exit.USAGE) from error
    most = counting.most(first, top, channel=channel, source=source)
    often = [(one.place, Msisdn(one.msisdn).masked(), one.dials) for one in most]
    bands = counting.bands(first, channel=channel, source=source)
    if as_json:
        print_json({"month": month, "users": sum(users for _, users in bands), "bands": dict(bands),
                    "most": [{"place": place, "number": number, "dials": dials} for place, number, dials in often]})  # fmt: skip
        return
    _table(["", text("号码", "number"), text("次数", "dials")], often)
    _table([text("次数", "dials"), text("用户", "users")], bands)


@command.command(short_help=text("从原始记录重新计数并核对。", "Count days again from the records and compare."))
@asked
@json_option
def check(
    as_json: bool, since: datetime | None, until: datetime | None, sources: tuple[str, ...], **_others: Any
) -> None:
    """Count each day again from its records and compare it with the rollup. Exit code 1: a day differs."""
    prepare(demo=True)
    from careline.insight.checking import recount

    period, filters = understood(since, until, sources=sources)
    found = [recount(day, source) for source in filters.sources for day in period.all_days()]
    wrong = [one for one in found if not one.exact]
    gone = sum(one.deleted for one in found)
    if as_json:
        print_json({"days": len(found), "exact": len(found) - len(wrong), "deleted": gone,
                    "differing": [asdict(one) | {"day": one.day.isoformat()} for one in wrong]})  # fmt: skip
    else:
        for one in wrong:
            click.echo(
                f"{one.day} {one.source}: {text('记录', 'records')} {one.recorded}, {text('汇总', 'rollup')} {one.folded}"
            )
            if one.wrong_sums:
                click.echo(f"  {text('汇总表不符', 'sums that do not add up')}: {', '.join(one.wrong_sums)}")
            for kind in one.differences:
                click.echo(f"  {' '.join(kind.kind)}: {kind.recorded} / {kind.folded}")
        click.echo(
            text(
                f"{len(found)} 天，{len(found) - len(wrong)} 天一致；其中 {gone} 天的记录已按期删除，只核对汇总。",
                f"{len(found)} days, {len(found) - len(wrong)} exact; of {gone} the records were deleted by age.",
            )
        )
    raise SystemExit(Exit.NO if wrong else Exit.FINE)


def _rate(rate: "Rate") -> dict[str, Any]:
    return {"failed": rate.failed, "applications": rate.applications, "rate": str(rate)}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _verdict(met: bool | None) -> str:
    return "n/a" if met is None else text("符合", "met") if met else text("不符合", "not met")


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table)
