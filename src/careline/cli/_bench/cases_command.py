"""`careline bench cases`: how long forty people who work on cases wait for their pages."""

import click

from careline.cli import Exit, Trouble, json_option, print_json, text
from careline.cli._bench.screen import alone, print_rows, progress

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
    from careline.cli._bench.place import enter, prepare_place

    home = enter("bench-cases")
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, LINES, tell, crowd)
        from careline.cli._bench.cases import measure, rows
        from careline.cli._bench.cases_web import Plan

        try:
            result = measure(place, Plan(seconds, archived, open_cases, workers, threads), tell)
        except TimeoutError as error:
            log = home / "log" / "web.log"
            raise Trouble(
                text("网页进程没有应答。", "The web process did not answer."), text(f"见 {log}。", f"See {log}.")
            ) from error
    if as_json:
        print_json(result)
    else:
        print_rows(rows(result))
    if not result["held"]:
        raise SystemExit(Exit.NO)
