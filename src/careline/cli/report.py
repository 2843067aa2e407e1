"""`careline report`: failure rate, causes, control chart, menus, levels and callers, each with its definition and denominator."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, json_option, prepare, print_json, text
from careline.cli._asked import asked, understood
from careline.cli._report_menu import callers, menu
from careline.cli._report_qc import qc
from careline.cli._report_sheets import commands, refuse_others
from careline.cli._report_words import HEADS, namer, said, table, verdict, written

if TYPE_CHECKING:
    from careline.insight.rates import Rate

BY = tuple(HEADS)
_DEFINED = {
    "zh": "失败率 = 失败量 ÷ 总申请量，只算开通、关闭（订购、登记、取消）；查询不计；被规则拒绝的计入申请、不计失败。",
    "en": "Failure rate = failed / applications; opening and closing only, queries never count; what a rule refused is an "
    "application and no failure.",
}


@click.group(short_help=text("统计：失败率、原因、控制图、菜单、来电用户。", "Statistics of self-service."))
def command() -> None:
    """Figures of self-service, from rollups that can be recounted."""


for _one in (qc, menu, callers):
    command.add_command(_one)
for _sheet in commands():
    command.add_command(_sheet)


@command.command("failure-rate", short_help=text("失败率，带分母。", "The failure rate, with its denominator."))
@click.option(
    "--by", type=click.Choice(BY), default="day", show_default=True, help=text("按什么细分。", "By what it is split.")
)
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
                "by": by, "rows": [{by: written(one.key[0])} | _rate(one.rate) for one in rows],
            }
        )  # fmt: skip
        return
    click.echo(text(_DEFINED["zh"], _DEFINED["en"]))
    named = namer(by)
    table([text(*HEADS[by]), text("失败", "failed"), text("申请", "applications"), text("失败率", "rate")],
           [(named(one.key[0]), f"{one.failed:,}", f"{one.applications:,}", str(one.rate)) for one in rows])  # fmt: skip
    click.echo(f"{text('合计', 'Total')}: {total.failed:,} / {total.applications:,} = {said(total.rate)}")
    for name, met in (("< 1 %", total.rate.directive_met), ("<= 0.86 %", total.rate.challenge_met)):
        click.echo(f"{text('目标', 'goal')} {name}: {verdict(met)}")


@command.command(short_help=text("失败原因排列，标出症结。", "Causes of failures, the crux marked."))
@click.option("--class", "kind", type=click.Choice(["all", "system", "operation"]), default="all", show_default=True,
              help=text("哪一类：全部、系统类、操作类。", "Which class of causes."))  # fmt: skip
@asked
@json_option
def pareto(kind: str, as_json: bool, **options: Any) -> None:
    """Causes of failed applications by count, with share and cumulative share of what is shown."""
    prepare(demo=True)
    from careline.insight import asking, naming
    from careline.insight.rates import class_of, percent, percents
    from careline.insight.strata import stratify
    from careline.values.language import Text

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
    which = {"all": ("全部", "all"), "system": ("系统类", "of the system"), "operation": ("操作类", "of operation")}[
        kind
    ]
    click.echo(text(f"分母：{of:,} 次失败（{which[0]}）", f"Denominator: {of:,} failures ({which[1]})"))
    heads = [text("原因", "cause"), text("次数", "failed"), text("占比", "share"), text("累计", "cumulative"), ""]
    crux, named = text("症结", "crux"), namer("cause")
    rows = [
        (named(s.name), f"{s.count:,}", percent(s.share), percent(s.cumulative), crux if s.crux else "") for s in strata
    ]
    table(heads, rows)
    ordered = sorted(classes.items(), key=lambda one: (-one[1], one[0]))
    for (name, failed), part in zip(ordered, percents([failed for _, failed in ordered]), strict=True):
        called, whole = text(*naming.CLASSES.get(name, Text(name, name))), sum(counted.values())
        click.echo(f"{called}: {failed:,} / {whole:,} = {part}")


@command.command("p-chart", short_help=text("失败率控制图。", "Control chart of the failure rate."))
@click.option("--by", type=click.Choice(["day", "hour"]), default="day", show_default=True,
              help=text("每天或每小时一个点。", "A point for each day or hour."))  # fmt: skip
@click.option("--plain", is_flag=True, help=text("不用 Laney 修正。", "A plain p chart, without Laney's sigma Z."))
@asked
@json_option
def p_chart(by: str, plain: bool, as_json: bool, **options: Any) -> None:
    """Laney p' (or p) limits for each subgroup; tests 1 (beyond 3 sigma) and 2 (nine on one side). Exit code 1: a signal."""
    prepare(demo=True)
    from careline.charts import unfinished
    from careline.insight import asking, control
    from careline.insight.rates import percent

    period, filters = understood(**options)
    keys = ("day",) if by == "day" else ("day", "hour")
    rows = asking.count(keys, period, filters)
    running = control.place_of([one.key for one in rows], datetime.now(UTC))
    subgroups = [(one.failed, one.applications) for one in rows]
    chart = (control.p_chart if plain else control.laney_chart)(subgroups, running)
    names = [" ".join(written(part) for part in one.key) for one in rows]
    if as_json:
        points = [{by: name} | asdict(point) for name, point in zip(names, chart.points, strict=True)]
        print_json({"chart": "p" if plain else "laney", "centre": chart.centre, "sigma_z": chart.sigma_z,
                    "stable": chart.stable, "running": None if running is None else names[running],
                    "points": points})  # fmt: skip
    else:
        heads = [
            text(*HEADS[by]),
            text("失败", "failed"),
            text("申请", "size"),
            "p",
            "LCL",
            "UCL",
            text("检验", "tests"),
        ]
        table(heads, [
            (name, one.failed, one.size, percent(one.share), percent(one.lower), percent(one.upper), ",".join(map(str, one.tests)))
            for name, one in zip((unfinished(name, text("zh", "en")) if at == running else name for at, name in enumerate(names)),
                                 chart.points, strict=True)
        ])  # fmt: skip
        click.echo(
            f"{text('中心线', 'centre')} {said(percent(chart.centre))}, sigma Z {chart.sigma_z:.3f}: {_stable(chart.stable)}"
        )
    raise SystemExit(Exit.NO if chart.stable is False else Exit.FINE)


@command.command(short_help=text("五级服务占比。", "Contacts by the five levels of service."))
@asked
@json_option
def levels(as_json: bool, **options: Any) -> None:
    """Contacts by level, and whether four fifths were solved by the internet. Exit code 1: not."""
    prepare(demo=True)
    from careline.insight import naming
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
        rows = [
            (level, text(*naming.KINDS.get(kind, (kind, kind))), f"{number:,}")
            for (level, kind), number in sorted(found.kinds.items())
        ]
        table([text("级", "level"), "", text("接触", "contacts")], rows)
        click.echo(
            f"1-3: {found.internet:,} / {found.contacts:,} = {said(percent(found.share, 1))}  (80 %: {verdict(found.met)})"
        )
    raise SystemExit(Exit.NO if found.met is False else Exit.FINE)


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


def _stable(stable: bool | None) -> str:
    return (
        said("n/a") if stable is None else text("平稳", "stable") if stable else text("有异常点", "there are signals")
    )


def _rate(rate: "Rate") -> dict[str, Any]:
    return {"failed": rate.failed, "applications": rate.applications, "rate": str(rate)}
