"""What every benchmark shows while it runs and when it is done; imports nothing heavy, as commands do."""

from typing import TYPE_CHECKING, Any

from careline.cli import Exit, Trouble, print_json, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

    from careline.cli._bench.place import Place


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


def measure_pages(
    folder: str, lines: int, measured: "Callable[[Place, Callable[[str], None]], dict[str, Any]]"
) -> dict[str, Any]:
    """Measures in a place of its own, alone there, what web processes serve. Trouble where they do not answer."""
    from careline.cli._bench.place import enter, prepare_place

    home = enter(folder)
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, lines, tell, crowd)
        try:
            return measured(place, tell)
        except TimeoutError as error:
            log = home / "log" / "web.log"
            raise Trouble(
                text("网页进程没有应答。", "The web process did not answer."), text(f"见 {log}。", f"See {log}.")
            ) from error


def show(
    result: "Mapping[str, Any]", as_json: bool, rows: "Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]"
) -> None:
    """The figures, for programs or for people; ends with exit code 1 when what was wanted was not held."""
    if as_json:
        print_json(result)
    else:
        print_rows(rows(result))
    if not result["held"]:
        raise SystemExit(Exit.NO)


def plainly(result: "Mapping[str, Any]") -> "list[tuple[str, str]]":
    """Every figure by its own name."""
    return [(name, str(value)) for name, value in result.items()]


def print_rows(rows: "Iterable[tuple[str, str]]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in rows:
        table.add_row(name, value)
    Console().print(table)
