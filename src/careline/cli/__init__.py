"""The command line: `careline COMMAND`; each module of this package without an underscore is one command.

A command's module has `command`, a click command, and imports only click and `careline.cli` at its top, so that
`careline --help` stays quick; everything else is imported where it is used.
"""

import click

from careline.cli._chinese import dressed, take_over_click
from careline.cli._language import text
from careline.cli._prepare import prepare
from careline.cli._shell import Commands, Exit, Trouble, json_option, print_json

__all__ = ["Exit", "Trouble", "json_option", "main", "prepare", "print_json", "text"]

take_over_click()  # before any option is described


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=text(
        "careline：电信运营商的客户服务平台。先试 `careline demo`；哪里不对就用 `careline doctor`。",
        "careline: customer care for telecom carriers. Try `careline demo` first; ask `careline doctor` when something is wrong.",
    ),
    epilog=text(
        "退出码：0 正常；1 答案是否定的；2 用法错误；3 缺少外部条件（数据库、端口、密钥等）。语言由 CARELINE_LANG 或 LANG 决定。",
        "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage, 3 something around us is missing (database, port, secret). "
        "The language follows CARELINE_LANG or LANG.",
    ),
)
@click.version_option(package_name="careline")
def main() -> None:
    """Everything careline does, one command each."""


main = dressed(main)
