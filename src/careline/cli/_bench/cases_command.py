"""`careline bench cases`: how long forty people who work on cases wait for their pages."""

from typing import TYPE_CHECKING, Any

import click

from careline.cli import json_option, text
from careline.cli._bench.screen import measure_pages, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from careline.cli._bench.place import Place

LINES = 20_000


@click.command("cases", short_help=text("工单页面：四十人同时工作。", "Pages of cases, forty people at work."))
@json_option
@click.option("--seconds", type=click.FloatRange(5, 36_000), default=120.0, show_default=True,
              help=text("按日常节奏工作的秒数。", "Seconds at the day's pace; the other phases follow."))  # fmt: skip
@click.option("--archived", type=click.IntRange(1_000, 3_000_000), default=300_000, show_default=True,
              help=text("已归档工单数（首次生成，之后保留）。", "Archived cases; made once and kept."))  # fmt: skip
@click.option("--open", "open_cases", type=click.IntRange(400, 80_000), default=20_000, show_default=True,
              help=text("处理中的工单数。", "Open cases; made once and kept."))  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True,
              help=text("网页进程数。", "Processes of `careline serve web`."))  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True,
              help=text("每个进程的线程数。", "Threads of each."))  # fmt: skip
def cases(as_json: bool, seconds: float, archived: int, open_cases: int, workers: int, threads: int) -> None:
    """Forty browsers, signed in over HTTP, work at the pace of 10,000 cases in ten hours, then faster until it is too much.

    Meanwhile as many cases are accepted, and the clock sweeps. Exit code 1 when the 95th of a hundred answers at the
    day's pace took 200 ms or longer, or one was an error.
    """

    def measured(place: "Place", tell: "Callable[[str], None]") -> dict[str, Any]:
        from careline.cli._bench.cases import measure
        from careline.cli._bench.cases_web import Plan

        return measure(place, Plan(seconds, archived, open_cases, workers, threads), tell)

    result = measure_pages("bench-cases", LINES, measured)
    from careline.cli._bench.cases import rows

    show(result, as_json, rows)
