"""`careline upkeep`: today's duties, a month's sheet, and the register of machines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

FAULTS_SHOWN = 20

language_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), help=text("内容的语言。", "The language of what is told.")
)


@click.group(
    short_help=text("语音流程日常维护：今天、月报、设备。", "Upkeep of the voice flow: today, month, machines.")
)
def command() -> None:
    """The daily duties of whoever keeps the voice flow, with what proves that they were done."""


@command.command(short_help=text("今天各环节做了没有。", "How each step stands today."))
@language_option
@json_option
def today(lang: str | None, as_json: bool) -> None:
    """Every step of the process with its proof, and what is wrong now. Exit code 1: a step was missed, or an alarm stands."""
    prepare(demo=True)
    from careline.upkeep import alarm_words, alarms
    from careline.upkeep import today as duties

    lang = lang or text("zh", "en")
    steps, standing = duties.steps(_now()), alarms.standing()
    told = [(alarm_words.words(one.kind, one.detail).read(lang), one) for one in standing]
    if as_json:
        print_json(
            {
                "steps": [
                    {
                        "step": one.step.key, "name": one.step.name.read(lang), "every": one.step.every.value,
                        "state": one.state, "from": one.since, "to": one.until,
                        "proofs": [
                            {"kind": proof.kind.value, "by": proof.by, "at": proof.at, "count": proof.count, "ref": proof.ref}
                            for proof in one.proofs
                        ],
                    }
                    for one in steps
                ],
                "alarms": [{"kind": one.kind, "key": one.key, "since": one.raised_at, "words": words} for words, one in told],
            }
        )  # fmt: skip
    else:
        states = {
            "done": text("已完成", "done"), "partly": text("部分完成", "partly"), "open": text("未完成", "not yet"),
            "missed": text("未做", "missed"),
        }  # fmt: skip
        for one in steps:
            who = ", ".join(sorted({proof.by for proof in one.proofs}))
            click.echo(f"{states[one.state]:8}  {one.step.name.read(lang)}{f'  ({who})' if who else ''}")
        for words, _one in told:
            click.echo(f"! {words}")
    raise SystemExit(Exit.NO if standing or any(one.state == "missed" for one in steps) else Exit.FINE)


@command.command(short_help=text("一个月的月报：每项要求符合与否。", "A month's sheet: each criterion, met or not."))
@click.argument("month", default="")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=text("写成 PDF。", "Write it as PDF."))
@language_option
@json_option
def month(month: str, out: Path | None, lang: str | None, as_json: bool) -> None:
    """The sheet of MONTH (2026-11; this month without it). Exit code 1: a criterion is not met."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.upkeep.as_pdf import to_pdf
    from careline.upkeep.sheet import sheet
    from careline.values.period import Month, NotAMonth, parse_month

    here = timezone.localdate()
    try:
        chosen = parse_month(month, here) if month else Month.of(here)
    except NotAMonth as error:
        raise Trouble(text("月份应如 2026-11。", "A month is written 2026-11."), code=Exit.USAGE) from error
    made = sheet(chosen, lang or text("zh", "en"), _now())
    if out is not None:
        try:
            out.write_bytes(to_pdf(made))
        except OSError as error:
            raise Trouble(text(f"无法写入 {out}。", f"{out} cannot be written.")) from error
    if as_json:
        print_json(
            {
                "month": made.month, "met": made.met,
                "criteria": [{"name": one.name, "asked": one.asked, "found": one.found, "met": one.met} for one in made.criteria],
                "parts": [
                    {"key": one.key, "title": one.title, "head": list(one.head), "rows": [list(row) for row in one.rows]}
                    for one in made.parts
                ],
            }
        )  # fmt: skip
    else:
        click.echo(made.title)
        for one in made.criteria:
            click.echo(f"{made.verdict(one.met):12}  {one.name}: {one.found}  ({one.asked})")
    raise SystemExit(Exit.NO if made.met is False else Exit.FINE)


@command.command(short_help=text("设备台帐与年限。", "The register of machines and its age rule."))
@click.option(
    "--take", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text("先从这个 CSV 文件导入。", "Take this CSV file into the register first."),
)  # fmt: skip
@click.option("--by", default="operator", show_default=True, help=text("经办人。", "Who does it, for the journal."))
@click.option("--csv", "as_csv", is_flag=True, help=text("输出 CSV。", "Write CSV."))
@json_option
def machines(take: Path | None, by: str, as_csv: bool, as_json: bool) -> None:
    """The machines in use, and how many are used for more than five years. Exit code 1: more than 20 % are."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.upkeep import machines as register

    here = timezone.localdate()
    if take is not None:
        try:
            new, changed = register.take(take.read_bytes(), by=by, now=_now(), today=here)
        except register.NotARegister as error:
            told = _faults(error.faults)
            raise Trouble(text(f"没有导入：{told}", f"Nothing was taken: {told}"), code=Exit.NO) from error
        click.echo(text(f"新增 {new}，修改 {changed}。", f"{new} new, {changed} changed."), err=True)
    age = register.age(here)
    if as_csv:
        click.echo(register.as_csv(here), nl=False)
    elif as_json:
        held: list[dict[str, Any]] = [
            {"name": one.name, "kind": one.kind, "place": one.place, "bought_on": one.bought_on,
             "years": register.years(one.bought_on, here), "over_age": register.is_old(one, here)}
            for one in register.in_use(here)
        ]  # fmt: skip
        share = float(age.share) if age.share is not None else None
        print_json({"over": age.over, "all": age.all, "share": share, "met": age.met, "machines": held})
    else:
        for one in register.in_use(here):
            mark = "!" if register.is_old(one, here) else " "
            click.echo(f"{mark} {one.name:20} {one.kind:16} {one.bought_on} {register.years(one.bought_on, here)}")
        click.echo(f"{text('超年限', 'over age')}: {age}")
    raise SystemExit(Exit.NO if age.met is False else Exit.FINE)


def _faults(found: Sequence[tuple[int, str, str]]) -> str:
    """Line, column and what is wrong with it, in words."""
    from django.utils import translation

    from careline.staff import upkeep_labels

    with translation.override(text("zh-hans", "en")):
        told = [
            f"{text(f'第 {line} 行', f'line {line}')}"
            f"{f' {upkeep_labels.FIELDS.get(column, column)}' if column else ''}: {upkeep_labels.of_code(code)}"
            for line, column, code in found[:FAULTS_SHOWN]
        ]
    return "; ".join(told)


def _now() -> datetime:
    return datetime.now(UTC)
