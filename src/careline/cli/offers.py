"""`careline offers`: what is offered, what it came to, and whether the files are sound."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from careline.cli import Exit, json_option, prepare, print_json, text


@click.group(short_help=text("推荐：列表、检查、成效。", "Offers: list, lint, figures."))
def command() -> None:
    """What is recommended, given and offered to those who leave."""


@command.command(name="list", short_help=text("所有推荐，暂停的会标明。", "Every offer; paused ones are marked."))
@json_option
def show_list(as_json: bool) -> None:
    """List the offers of the packs."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.offers import shelf
    from careline.offers.models import Pause

    paused = dict(Pause.objects.filter(ended_at=None).values_list("offer", "reason"))
    today = timezone.localdate()
    rows = [
        {
            "offer": one.id,
            "kind": one.kind,
            "name": one.name.read(text("zh", "en")),
            "service": one.service,
            "tier": one.tier,
            "in_force": one.reigns(today),
            "paused": paused.get(one.id, ""),
        }
        for one in shelf.offers().values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        mark = text("  已暂停：", "  paused: ") + str(row["paused"]) if row["paused"] else ""
        over = "" if row["in_force"] else text("  不在有效期", "  not in its period")
        click.echo(f"{row['offer']:24} {row['kind']:15} {row['name']}{over}{mark}")


@command.command(short_help=text("检查；有错误时退出码为 1。", "Lint; exit code 1 when there are errors."))
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def lint(folder: Path | None, as_json: bool) -> None:
    """Say what is wrong with the offers of FOLDER, a folder of packs (default: those in use)."""
    prepare(demo=True, database=False)
    from careline.catalogue.packs import packs_folder
    from careline.offers.linting import findings

    found = findings(folder or packs_folder())
    if as_json:
        print_json([finding.as_json() for finding in found])
    else:
        for finding in found:
            click.echo(f"{finding.where}: {finding.mend.read(text('zh', 'en'))}")
        click.echo(text(f"{len(found)} 个错误", f"{len(found)} errors"))
    if found:
        raise SystemExit(Exit.NO)


@command.command(short_help=text("展示、办理、取消和投诉。", "Shown, taken, cancelled, complained."))
@click.option(
    "--days",
    default=60,
    show_default=True,
    type=click.IntRange(1, 400),
    help=text("最近多少天。", "How many days back."),
)
@json_option
def figures(days: int, as_json: bool) -> None:
    """What the offers of the last days came to."""
    prepare(demo=True)
    from dataclasses import asdict

    from careline.offers.figures import figures as counted

    now = datetime.now(UTC)
    rows = [asdict(one) for _, one in sorted(counted(now - timedelta(days=days), now).items())]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(
            "{offer:24} ".format(**row)
            + text(
                "展示 {shown}，办理 {accepted}，现在不要 {later}，以后不要 {never}，很快取消 {cancelled}，投诉 {complained}",
                "shown {shown}, taken {accepted}, not now {later}, never {never}, cancelled soon {cancelled},"
                " complaints {complained}",
            ).format(**row)
        )
    if not rows:
        click.echo(text("还没有展示过。", "Nothing was shown yet."))
