"""`careline crowd N`: N invented subscribers beside the demo town, for trying the house at size."""

import click

from careline.cli import json_option, prepare, print_json, text


@click.command(short_help=text("生成大量虚构用户。", "Make a crowd of invented subscribers."))
@click.argument("lines", type=click.IntRange(1, 10_000_000))
@click.option(
    "--seed", default=10086, show_default=True, help=text("同一种子，同一人群。", "The same seed makes the same crowd.")
)
@json_option
def command(lines: int, seed: int, as_json: bool) -> None:
    """Make LINES invented subscribers in the sandbox carrier. Safe to repeat: who is there stays."""
    prepare(demo=True)
    import time
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from careline.demo.crowd import gather

    began = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task(text("用户", "subscribers"), total=lines)
        gather(lines, datetime.now(UTC), seed=seed, on_lines=lambda made: progress.advance(task, made))
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json({"lines": lines, "seconds": seconds})
    else:
        click.echo(text(f"共 {lines} 位用户，用时 {seconds} 秒。", f"{lines} subscribers in {seconds} s."))
