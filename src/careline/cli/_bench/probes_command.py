"""`careline bench probes`: how many dial tests a minute are scheduled and written down, and how long their pages take meanwhile."""

import click

from careline.cli import Exit, Trouble, json_option, print_json, text
from careline.cli._bench.screen import alone, print_rows, progress

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
    from careline.cli._bench.place import enter, prepare_place

    home = enter("bench-probes")
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, LINES, tell, crowd)
        from careline.cli._bench.probes import Plan, measure

        try:
            result = measure(place, Plan(seconds, rate, history), tell)
        except TimeoutError as error:
            log = home / "log" / "web.log"
            raise Trouble(
                text("网页进程没有应答。", "The web process did not answer."), text(f"见 {log}。", f"See {log}.")
            ) from error
    if as_json:
        print_json(result)
    else:
        print_rows((name, str(value)) for name, value in result.items())
    if not result["held"]:
        raise SystemExit(Exit.NO)
