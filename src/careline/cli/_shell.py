"""What every command shares: finding commands, exit codes, errors in one clear sentence, JSON."""

import enum
import json
from collections.abc import Callable
from typing import IO, Any, TypeVar

import click

from careline.cli._chinese import dressed
from careline.cli._language import text
from careline.shelf import Shelf

Function = TypeVar("Function", bound=Callable[..., Any])


class Exit(enum.IntEnum):
    """Exit codes of every command."""

    FINE = 0
    NO = 1  # the question was answered, and the answer is no (lint found faults, a check failed)
    USAGE = 2  # click's own code for wrong options
    MISSING = 3  # something around us is missing: database, port, secret, file


class Trouble(click.ClickException):
    """One sentence about what is wrong and one about what to do; ends the command with `code`."""

    def __init__(self, wrong: str, todo: str = "", *, code: Exit = Exit.MISSING) -> None:
        super().__init__(f"{wrong} {todo}".strip())
        self.exit_code = int(code)  # type: ignore[misc]

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"careline: {self.message}", err=True)


class Commands(click.Group):
    """The commands on the shelf `careline.cli`, loaded when they are asked for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.shelf = Shelf("careline.cli")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self.shelf.names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self.shelf.thing(cmd_name, "command", click.Command) if cmd_name in self.shelf.names else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is run, as this process is to show it; the list of all of them needs no more than a line of each."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and dressed(command), rest

    def invoke(self, ctx: click.Context) -> Any:
        """Trouble of the floors below, each with its own way out; anything else is a bug and shows its traceback."""
        from careline.postgres import ServerError

        try:
            return super().invoke(ctx)
        except ServerError as error:
            raise Trouble(text(f"数据库没有起来：{error}", str(error))) from error
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except Exception as error:
            if (known := _database_trouble(error)) is not None:
                raise known from error
            raise


def json_option(function: Function) -> Function:
    """`--json` as the argument `as_json`: one JSON value on standard output and nothing else there."""
    described = text("以 JSON 输出，供脚本读取。", "Print JSON, for scripts to read.")
    return click.option("--json", "as_json", is_flag=True, help=described)(function)


def print_json(value: Any) -> None:
    """One JSON value on one line, Chinese left readable; flushed, for readers at the other end of a pipe."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def _database_trouble(error: Exception) -> Trouble | None:
    """A database that cannot be reached or lacks its tables, put into words. Details may hold customers' data: left out."""
    import sys

    if "django.db" not in sys.modules:
        return None
    from django.db import OperationalError, ProgrammingError

    reason = str(error).strip().splitlines()[:1]
    if isinstance(error, OperationalError):
        return Trouble(
            text(f"数据库没有应答：{''.join(reason)}", f"The database does not answer: {''.join(reason)}"),
            text("请运行 `careline doctor`。", "Ask `careline doctor`."),
        )
    if isinstance(error, ProgrammingError) and getattr(error.__cause__, "sqlstate", "") == "42P01":
        return Trouble(
            text("数据库缺少表。", "The database lacks a table."),
            text("请运行 `careline migrate`。", "Run `careline migrate`."),
        )
    return None
