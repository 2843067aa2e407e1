"""`careline bench probes`: how many dial tests a minute are scheduled and written down, and how long their pages take meanwhile."""

from typing import TYPE_CHECKING, Any

import click

from careline.cli import json_option, text
from careline.cli._bench.screen import measure_pages, plainly, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from careline.cli._bench.place import Place

LINES = 1_000


@click.command("probes", short_help=text("拨测：排程、记录与页面。", "Dial tests: scheduling, records and pages."))
@json_option
@click.option("--seconds", type=click.FloatRange(5, 3_600), default=60.0, show_default=True,
              help=text("按节奏执行的秒数。", "Seconds at the pace."))  # fmt: skip
@click.option("--rate", type=click.FloatRange(60, 100_000), default=1_000.0, show_default=True,
              help=text("每分钟多少个拨测。", "Dial tests a minute."))  # fmt: skip
@click.option("--history", type=click.IntRange(0, 5_000_000), default=200_000, show_default=True,
              help=text("已有的拨测记录数。", "Runs that there are already."))  # fmt: skip
def probes(as_json: bool, seconds: float, rate: float, history: int) -> None:
    """Timetables ask for the whole plan, first as fast as it goes, then at a pace while a browser reads every page.

    Each is swept, taken, and settled (compared, written down, counted, its alarm judged); the calls themselves are left
    out. Exit code 1 when the pace was not held, or the 95th of a hundred pages took 300 ms or longer, or was an error.
    """

    def measured(place: "Place", tell: "Callable[[str], None]") -> dict[str, Any]:
        from careline.cli._bench.probes import Plan, measure

        return measure(place, Plan(seconds, rate, history), tell)

    result = measure_pages("bench-probes", LINES, measured)
    show(result, as_json, plainly)
