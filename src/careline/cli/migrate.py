"""`careline migrate`: the tables of this release."""

import click

from careline.cli import prepare, text


@click.command(short_help=text("把数据库的表更新到本版本。", "Bring the database's tables to this release."))
def command() -> None:
    """Bring the database's tables to this release; does nothing when they are there. Safe to call from several machines."""
    prepare(database=True, migrate=True)
    click.echo(text("数据库已是最新。", "The database is up to date."))
