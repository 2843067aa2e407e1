"""`python -m tests.house.commands`: writes docs/reference/commands.md and commands.zh-CN.md, all commands as --help tells them."""

import os
import subprocess
import sys
from pathlib import Path

import click

from careline.cli._chinese import dressed

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES = {"en": FOLDER / "commands.md", "zh": FOLDER / "commands.zh-CN.md"}
HEADS = {
    "en": """# Commands

[中文](commands.zh-CN.md). `careline COMMAND --help` says all of this, in Chinese too (`CARELINE_LANG=zh`). Written by
`python -m tests.house.commands`.
Exit codes: 0 fine, 1 the answer is no, 2 wrong usage, 3 something around us is missing. `--json` is for programs.

| command | does | options |
|---|---|---|
""",
    "zh": """# 命令

[English](commands.md)。`CARELINE_LANG=zh careline 命令 --help` 说得更细。本页由 `python -m tests.house.commands` 生成。
退出码：0 正常；1 答案是否定的；2 用法错误；3 缺少外部条件。`--json` 供脚本读取。

| 命令 | 做什么 | 选项 |
|---|---|---|
""",
}


def written(language: str) -> str:
    """The page, told by a process of its own: the language of commands is chosen when they are read."""
    environment = os.environ | {"CARELINE_LANG": language}
    told = subprocess.run(
        [sys.executable, "-m", "tests.house.commands", "--print", language],
        cwd=FOLDER.parents[1], env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout


def _lines(command: click.Command, words: tuple[str, ...], context: click.Context) -> list[str]:
    if isinstance(command, click.Group):
        found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        below = [(one, (*words, name)) for name, one in found if one is not None and not one.hidden]
        return [line for one, path in below for line in _lines(dressed(one), path, click.Context(one, parent=context))]
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

    if "--print" in sys.argv:
        lines = _lines(careline, ("careline",), click.Context(careline, info_name="careline"))
        sys.stdout.write(HEADS[sys.argv[-1]] + "\n".join(lines) + "\n")
    else:
        for language, page in PAGES.items():
            page.write_text(written(language), encoding="utf-8")


if __name__ == "__main__":
    main()
