"""`python -m tests.house.commands`: writes docs/reference/commands.md, every command with its options, as --help tells them."""

import os
import subprocess
import sys
from pathlib import Path

import click

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
HEAD = """# Commands

`careline COMMAND --help` says all of this, in Chinese too (`CARELINE_LANG=zh`). Written by `python -m tests.house.commands`.
Exit codes: 0 fine, 1 the answer is no, 2 wrong usage, 3 something around us is missing. `--json` is for programs.

| command | does | options |
|---|---|---|
"""


def written() -> str:
    """The page, told in English by a process of its own: the language of commands is chosen when they are read."""
    environment = os.environ | {"CARELINE_LANG": "en"}
    told = subprocess.run(
        [sys.executable, "-m", "tests.house.commands", "--print"],
        cwd=PAGE.parents[2], env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout


def _lines(command: click.Command, words: tuple[str, ...], context: click.Context) -> list[str]:
    if isinstance(command, click.Group):
        found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        below = [(one, (*words, name)) for name, one in found if one is not None and not one.hidden]
        return [line for one, path in below for line in _lines(one, path, click.Context(one, parent=context))]
    options = [
        f"`{max(one.opts, key=len)}`" for one in command.params if isinstance(one, click.Option) and not one.hidden
    ]
    given = " ".join(
        one.make_metavar(context).replace("|", "\\|") for one in command.params if isinstance(one, click.Argument)
    )
    name = f"`{' '.join(words)}{' ' + given if given else ''}`"
    return [f"| {name} | {command.get_short_help_str(120)} | {', '.join(options)} |"]


def main() -> None:
    from careline.cli import main as careline

    page = HEAD + "\n".join(_lines(careline, ("careline",), click.Context(careline, info_name="careline"))) + "\n"
    if "--print" in sys.argv:
        sys.stdout.write(page)
    else:
        PAGE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
