"""`careline report qc`: the story of a QC circle as HTML, PDF or JSON."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._asked import asked, understood


@click.command(short_help=text("QC 小组报告：HTML、PDF 或 JSON。", "The story of a QC circle: HTML, PDF or JSON."))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help=text("写到这里：.html、.pdf 或 .json。", "Where to: .html, .pdf or .json."))  # fmt: skip
@click.option("--golden", is_flag=True, help=text("金标数据，来源 golden。", "The golden set, as the source golden."))
@click.option(
    "--of",
    "number",
    type=int,
    help=text("哪个小组（编号）；--out 可为 .toml。", "Of the circle with this number; --out may be .toml."),
)
@click.option("--decisions", "--circle", "circle", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help=text("小组所定（TOML）。", "What the circle decided (TOML)."))  # fmt: skip
@click.option("--lang", type=click.Choice(["zh", "en"]), help=text("报告的语言。", "Language of the report."))
@asked
@json_option
def qc(
    out: Path, golden: bool, number: int | None, circle: Path | None, lang: str | None, as_json: bool, **options: Any
) -> None:
    """Topic, survey, target, causes with their checks, countermeasures and effect, with all exhibits, in one file."""
    suffix = out.suffix.lower()
    if suffix not in (".html", ".pdf", ".json", ".toml") or (suffix == ".toml" and number is None):
        raise Trouble(
            text("--out 应以 .html、.pdf 或 .json 结尾。", "--out ends with .html, .pdf or .json."), code=Exit.USAGE
        )
    prepare(demo=True)
    from careline.circle import decisions, decisions_file, facts, rows
    from careline.circle import golden as set_of_2008
    from careline.circle.exporting import to_toml
    from careline.circle.models import Circle
    from careline.circle.printed.printing import printed
    from careline.circle.telling import tell
    from careline.insight.asking import Filters

    now = datetime.now(UTC)
    try:
        decided = (
            decisions_file.read(circle) if circle else set_of_2008.decisions() if golden else decisions_file.template()
        )
    except (decisions.NotACircle, OSError) as error:
        raise Trouble(
            text(f"读不懂 {circle}：{error}", f"{circle} cannot be read: {error}"), code=Exit.USAGE
        ) from error
    period, filters = understood(**options)
    if number is not None:
        found = Circle.objects.filter(pk=number).first()
        if found is None:
            raise Trouble(text(f"没有 {number} 号小组。", f"There is no circle {number}."), code=Exit.USAGE)
        decided, period, filters = rows.decided(found), found.period, rows.filters(found)
    if golden:
        set_of_2008.load(now)
        filters = Filters(sources=(set_of_2008.SOURCE,))
        period = period if options["since"] else set_of_2008.PERIOD
    story = tell(facts.collect(period, filters, decided, now), lang or text("zh", "en"))
    try:
        out.write_bytes(to_toml(decided).encode() if suffix == ".toml" else printed(story, suffix[1:]))
    except OSError as error:
        raise Trouble(text(f"写不了 {out}：{error}", f"{out} cannot be written: {error}")) from error
    if as_json:
        print_json({"out": str(out), "exhibits": [one.key for one in story.exhibits if one.key], **story.figures})
    else:
        exhibits, rate = sum(bool(one.key) for one in story.exhibits), story.figures["rate"]
        told = text(f"图表 {exhibits} 项，失败率 {rate}", f"{exhibits} exhibits, failure rate {rate}")
        click.echo(f"{out}: {told}")
