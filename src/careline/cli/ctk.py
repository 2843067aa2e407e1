"""`careline ctk FOLDER`: run an official conformance kit of TM Forum against our own doors.

The kits are Postman collections under TM Forum's RAND licence: they are never part of careline, only run from wherever
the integrator has them. What counts is `.run.failures` of newman's JSON; its exit code says nothing of older kits.
"""

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text


@click.command(
    short_help=text("用官方一致性工具包检查 TM Forum 接口。", "Run a TM Forum conformance kit against our doors.")
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--keep", is_flag=True, help=text("保留 newman 的结果文件。", "Keep newman's result file."))
@json_option
def command(folder: str, keep: bool, as_json: bool) -> None:
    """Start a server on an empty database with a token, run the kit in FOLDER by newman, and print what failed.

    Needs Node.js with npx; newman itself is fetched by npx. Exit code 1 when an assertion failed.
    """
    import os
    import tempfile
    from pathlib import Path

    from careline.cli import _ctk

    with tempfile.TemporaryDirectory(prefix="careline-ctk-") as scratch:
        kit = _ctk.kit_in(Path(folder))
        _ctk.check_node()
        os.environ["CARELINE_HOME"] = str(Path(scratch) / "home")
        for name in ("DATABASE_URL", "CARELINE_SECRET_KEY"):
            os.environ.pop(name, None)
        from careline.postgres import temporary

        with temporary() as url:
            os.environ["DATABASE_URL"] = url
            prepare(demo=True, migrate=True)
            with _ctk.serving() as address:
                verdict = _ctk.run(kit, address, Path(scratch))
        if keep:
            place = Path.cwd() / f"{kit.name}.json"
            place.write_bytes(verdict.raw)
            click.echo(str(place), err=True)
    if as_json:
        print_json(verdict.told())
    else:
        for line in verdict.table():
            click.echo(line)
    if not verdict.assertions:
        raise Trouble(
            text("newman 没有运行任何断言。", "newman ran no assertion."),
            text("请检查工具包。", "Look at the kit."),
        )
    if verdict.failures:
        raise SystemExit(Exit.NO)
