"""`careline bench web`: how long customers wait for their pages, and apps for their answers."""

from typing import TYPE_CHECKING, Any

import click

from careline.cli import json_option, text
from careline.cli._bench.screen import measure_pages, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from careline.cli._bench.place import Place

LINES = 100_000


@click.command("web", short_help=text("网上营业厅与应用接口。", "The web hall and the app interface."))
@json_option
@click.option("--seconds", type=click.FloatRange(2, 3600), default=60.0, show_default=True,
              help=text("每一扇门测量的秒数。", "Seconds of measuring at each of the two doors."))  # fmt: skip
@click.option("--rate", type=click.FloatRange(1, 10_000), default=100.0, show_default=True,
              help=text("每秒请求数。", "Requests a second."))  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True,
              help=text("网页进程数。", "Processes of `careline serve web`."))  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True,
              help=text("每个进程的线程数。", "Threads of each."))  # fmt: skip
@click.option("--first", is_flag=True,
              help=text("优先于其他程序运行（nice -15）。", "Before other people's programs (nice -15)."))  # fmt: skip
def web(as_json: bool, seconds: float, rate: float, workers: int, threads: int, first: bool) -> None:
    """A thousand customers who are signed in, RATE requests a second at drawn times whatever comes back, real HTTP.

    Exit code 1 when the 95th of a hundred answers took 50 ms or longer at one of the doors, or one was an error.
    """

    def measured(place: "Place", tell: "Callable[[str], None]") -> dict[str, Any]:
        from careline.cli._bench.web import Plan, measure

        return measure(place, Plan(seconds, rate, workers, threads, first), tell)

    result = measure_pages("bench-web", LINES, measured)
    from careline.cli._bench.web import rows

    show(result, as_json, rows)
