"""`careline rehearse`: a month of simulated customers on the real hall, before and after countermeasures."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, print_json, text
from careline.cli._rehearse_series import series

if TYPE_CHECKING:
    from careline.demo.month.running import Plan

CAUSES = ("hard_texts", "menu_order", "formats", "error_prompts")


@click.group(
    short_help=text("排演：模拟客户走真实流程，看对策的效果。", "Rehearse countermeasures with simulated customers.")
)
def command() -> None:
    """What countermeasures would bring, tried with simulated customers in a database of its own."""


command.add_command(series)


@command.command(short_help=text("模拟一个月，对策前后。", "A month before and a month after."))
@click.option(
    "--seed", default=10086, show_default=True, help=text("同一种子，同样的结果。", "The same seed, the same result.")
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=30,
    show_default=True,
    help=text("每个月的天数。", "Days of each month."),
)
@click.option("--lines", type=click.IntRange(200, 1_000_000), default=24_000, show_default=True,
              help=text("用户数。", "Subscribers."))  # fmt: skip
@click.option(
    "--only", multiple=True, type=click.Choice(CAUSES), help=text("只做这些对策。", "Only these countermeasures.")
)
@click.option("--nothing", is_flag=True, help=text("什么也不改：只看偶然。", "Change nothing: chance alone."))
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help=text("改一个假设。", "Another value for an assumption."),
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text("报告写到这里：.html 或 .json。", "Report: .html or .json."),
)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path),
              help=text("数据留在这个空文件夹里，可再看报表。", "Keep the data in this empty folder, for reports and pages."))  # fmt: skip
@click.option("--lang", type=click.Choice(["zh", "en"]), help=text("报告的语言。", "Language of the report."))
@json_option
def month(
    seed: int, days: int, lines: int, only: tuple[str, ...], nothing: bool, changes: tuple[str, ...], out: Path | None,
    keep: Path | None, lang: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Run both months; exit code 1 where the rate did not fall by more than chance.

    Takes minutes: some forty thousand applications by calls and texts, each through the real reception.
    """
    if out is not None and out.suffix.lower() not in (".html", ".json"):
        raise Trouble(text("--out 应以 .html 或 .json 结尾。", "--out ends with .html or .json."), code=Exit.USAGE)
    assumed = _changes(changes)
    from careline.cli._rehearse_place import place

    with place(keep):
        from careline.demo.month.running import Plan

        mended = frozenset() if nothing else frozenset(only or CAUSES)
        try:
            plan = Plan(seed=seed, days=days, lines=lines, mended=mended, assumed=Plan().assumed.but(assumed))
        except ValueError as error:
            raise Trouble(str(error), code=Exit.USAGE) from error
        better = _rehearse(plan, out, keep, lang or text("zh", "en"), as_json)
    raise SystemExit(Exit.FINE if better else Exit.NO)


def _rehearse(plan: "Plan", out: Path | None, keep: Path | None, language: str, as_json: bool) -> bool:
    from datetime import UTC, datetime

    from careline.circle.facts import Said
    from careline.cli._rehearse_screen import progress, show
    from careline.demo.month import telling
    from careline.demo.month.figures import collect
    from careline.demo.month.running import rehearse
    from careline.wiring import behaviours

    with progress(quiet=as_json) as on_progress:
        rehearsed = rehearse(plan, behaviours(), on_progress)
    result = collect(rehearsed, datetime.now(UTC))
    if out is not None:
        _write(out, result, language)
    if keep is not None:
        _keep(result)
    if as_json:
        print_json(result.as_json() | ({"out": str(out)} if out else {}))
    else:
        show(telling.tell(result, language), telling.verdict(result, Said(language)))
        if keep is not None:
            click.echo(f"CARELINE_HOME={keep.resolve()} careline report p-chart --source rehearsal"
                       f" --from {plan.before.since} --to {plan.after.until}")  # fmt: skip
    return bool(result.difference.better and result.difference.significant)


def _write(out: Path, result: Any, language: str) -> None:
    from importlib.resources import files

    from careline.circle.printed.as_html import to_html
    from careline.demo.month import telling

    try:
        if out.suffix.lower() == ".json":
            out.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        else:
            css = (files("careline.staff") / "static" / "careline" / "charts.css").read_text(encoding="utf-8")
            out.write_text(to_html(telling.tell(result, language), css), encoding="utf-8")
    except OSError as error:
        raise Trouble(text(f"写不了 {out}：{error}", f"{out} cannot be written: {error}")) from error


def _keep(result: Any) -> None:
    """The kept house gets a circle whose effect these months are."""
    from careline.circle.taking import take_in
    from careline.demo.month import telling
    from careline.demo.month.reckoning import SOURCE

    decided = telling.decisions(result)
    take_in(decided, result.rehearsed.plan.before, source=SOURCE, by="system", now=result.made_at)


def _changes(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, sign, value in pairs if not (sign and value)]:
        raise Trouble(text(f"应写成 名称=值：{wrong[0]}", f"Write NAME=VALUE: {wrong[0]}"), code=Exit.USAGE)
    return {name: value for name, _, value in pairs}
