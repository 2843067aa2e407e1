"""`python -m tests.cli.tree`: every command with all that it says about itself, as JSON, in the language of the process."""

import json
from collections.abc import Iterator
from typing import Any

import click

from careline.cli import main
from careline.cli._chinese import argument_name, dressed, paragraphs
from careline.cli._web import web


def _commands(command: click.Command, name: str, above: click.Context | None) -> Iterator[dict[str, Any]]:
    context = command.context_class(command, parent=above, info_name=name, **command.context_settings)
    yield _told(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None, below
            yield from _commands(dressed(found), below, context)


def _told(command: click.Command, context: click.Context) -> dict[str, Any]:
    params = command.get_params(context)
    return {
        "path": context.command_path,
        "short_help": command.short_help,
        "help": paragraphs(command.help or ""),
        "epilog": command.epilog,
        "usage": [word for word in command.collect_usage_pieces(context) if word in _metavars(command)],
        "options": {max(one.opts, key=len): one.help for one in params if isinstance(one, click.Option)},
        "named": [
            one.metavar.upper() for one in params if isinstance(one, click.Option) and one.metavar is not None
        ] + [
            argument_name(one)
            for one in params
            if isinstance(one, click.Argument) and not isinstance(one.type, click.Choice)
        ],
        "types": sorted({name for one in params for name in _types(one.type)}),
        "page": command.get_help(context),
    }  # fmt: skip


def _metavars(command: click.Command) -> tuple[str | None, ...]:
    return command.options_metavar, getattr(command, "subcommand_metavar", None)


def _types(kind: click.ParamType[Any]) -> set[str]:
    """Names that are shown: those of choices, dates and switches are not."""
    if isinstance(kind, click.Tuple):
        return {name for one in kind.types for name in _types(one)}
    shown = not isinstance(kind, (click.Choice, click.DateTime, click.types.BoolParamType))
    return {kind.name} if shown and kind is not click.UNPROCESSED and kind.name else set()


if __name__ == "__main__":
    serve = click.Context(click.Command("serve"), info_name="careline serve")
    click.echo(json.dumps([*_commands(main, "careline", None), *_commands(dressed(web), "web", serve)]))
