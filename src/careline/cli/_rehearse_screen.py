"""What a rehearsal shows on the terminal: how far it is, and what came of it."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from careline.cli import text

if TYPE_CHECKING:
    from careline.circle.story import Story

_NAMES = {
    "lines": ("用户", "subscribers"),
    "before": ("此前（天）", "before, days"),
    "after": ("此后（天）", "after, days"),
}


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bars:
        tasks = {name: bars.add_task(text(*words), total=None) for name, words in _NAMES.items()}

        def on_progress(what: str, done: int, of: int) -> None:
            if what != "lines":
                bars.update(tasks["lines"], completed=1, total=1)
            bars.update(tasks[what], completed=done, total=of)

        yield on_progress


def show(story: "Story", told: Sequence[str]) -> None:
    """The outcome in sentences, then every table of the report."""
    click.echo(story.warning)
    for line in told:
        click.echo(line)
    console = Console()
    for one in story.exhibits:
        if not one.rows:
            continue
        table = Table(*one.head, title=one.caption, title_justify="left", box=None, pad_edge=False)
        for row in one.rows:
            table.add_row(*row)
        console.print(table)
        if one.note:
            click.echo(one.note)
