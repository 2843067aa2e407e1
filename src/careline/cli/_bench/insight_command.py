"""`careline bench insight`: the pages of statistics over many millions of attempts."""

import click

from careline.cli import Exit, json_option, print_json, text
from careline.cli._bench.screen import alone, progress


@click.command("insight", short_help=text("统计页面。", "The pages of statistics."))
@json_option
@click.option("--attempts", type=click.IntRange(10_000, 300_000_000), default=2_000_000, show_default=True,
              help=text("生成的受理记录数。", "Attempts that are made."))  # fmt: skip
@click.option("--again", is_flag=True,
              help=text("不再生成，只对上次留下的记录提问。", "Make nothing; ask over what the last run left."))  # fmt: skip
def insight(as_json: bool, attempts: int, again: bool) -> None:
    """Make ATTEMPTS in a database of its own, fold them, and ask what the pages ask. Exit code 1: a page is too slow."""
    from careline.cli._bench.place import enter

    with alone(enter("bench-insight")), progress() as (tell, _crowd):
        from careline.cli import prepare

        prepare(demo=True, migrate=True)
        from careline.cli._bench import insight as measuring

        found = measuring.ask_again(tell) if again else measuring.measure(attempts, tell)
        if not found["attempts"]:
            raise click.ClickException(text("还没有生成过记录，请先不带 --again 运行。",
                                            "nothing was made yet: run it without --again first"))  # fmt: skip
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['attempts']:,} attempts in {found['days']} days")
        if not again:
            click.echo(f"made in {found['made_seconds']} s, folded in {found['folded_seconds']} s:"
                       f" {found['folded_ms_per_thousand']} ms for 1,000 attempts")  # fmt: skip
        click.echo(f"a sweep with nothing new {found['again_ms']} ms")
        for name, size in {"ledger": found["ledger"], **found["rollups"]}.items():
            click.echo(f"{name:44} {size['rows']:13,} rows {size['bytes'] / 1e6:10,.1f} MB")
        for name, page in found["pages"].items():
            click.echo(f"{name:44} {page['median_ms']:8.1f} ms  p95 {page['p95_ms']:8.1f} ms")
    raise SystemExit(Exit.FINE if found["held"] else Exit.NO)
