"""What every benchmark shows while it runs and when it is done; imports nothing heavy, as commands do."""

from typing import TYPE_CHECKING, Any

from careline.cli import Trouble, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import IO


def alone(home: "Path") -> "IO[str]":
    """Two runs in one place would count each other's orders."""
    from careline.cli._bench.place import reserve

    if (lock := reserve(home)) is None:
        raise Trouble(
            text(f"{home} 正在测试中。", f"A benchmark is running in {home}."),
            text("请等它结束。", "Wait until it has ended."),
        )
    return lock


def progress() -> Any:
    """A line on standard error that says what goes on, and a bar while the crowd settles."""
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    @contextmanager
    def shown() -> "Iterator[tuple[Callable[[str], None], Callable[[int, int], None]]]":
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as progress:
            task = progress.add_task("")

            def crowd(done: int, lines: int) -> None:
                progress.update(task, description=f"settling the crowd: {done:,} of {lines:,}")

            yield (lambda said: progress.update(task, description=said)), crowd

    return shown()


def print_rows(rows: "Iterable[tuple[str, str]]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in rows:
        table.add_row(name, value)
    Console().print(table)
