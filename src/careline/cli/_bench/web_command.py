"""`careline bench web`: how long customers wait for their pages, and apps for their answers."""

import click

from careline.cli import Exit, Trouble, json_option, print_json, text
from careline.cli._bench.screen import alone, print_rows, progress

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
    from careline.cli._bench.place import enter, prepare_place

    home = enter("bench-web")
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, LINES, tell, crowd)
        from careline.cli._bench.web import Plan, measure, rows

        try:
            result = measure(place, Plan(seconds, rate, workers, threads, first), tell)
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
