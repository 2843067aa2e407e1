"""`careline bench insight`: the pages of statistics over many millions of attempts."""

import click

from careline.cli import Exit, json_option, print_json, text
from careline.cli._bench.screen import alone, progress


@click.command("insight", short_help=text("统计页面。", "The pages of statistics."))
@json_option
@click.option("--attempts", type=click.IntRange(10_000, 300_000_000), default=2_000_000, show_default=True,
              help=text("生成的受理记录数。", "Attempts that are made."))  # fmt: skip
def insight(as_json: bool, attempts: int) -> None:
    """Make ATTEMPTS in a database of its own, fold them, and ask what the pages ask. Exit code 1: a page is too slow."""
    from careline.cli._bench.place import enter

    with alone(enter("bench-insight")), progress() as (tell, _crowd):
        from careline.cli import prepare

        prepare(demo=True, migrate=True)
        from careline.cli._bench import insight as measuring

        found = measuring.measure(attempts, tell)
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['attempts']:,} attempts in {found['days']} days: made in {found['made_seconds']} s")
        click.echo(f"folded in {found['folded_seconds']} s, {found['folded_ms_per_thousand']} ms for 1,000 attempts;"
                   f" a sweep with nothing new {found['again_ms']} ms")  # fmt: skip
        for name, size in {"ledger": found["ledger"], **found["rollups"]}.items():
            click.echo(f"{name:44} {size['rows']:13,} rows {size['bytes'] / 1e6:10,.1f} MB")
        for name, page in found["pages"].items():
            click.echo(f"{name:44} {page['median_ms']:8.1f} ms  p95 {page['p95_ms']:8.1f} ms")
    raise SystemExit(Exit.FINE if found["held"] else Exit.NO)
