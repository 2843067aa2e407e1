# ruff: noqa: N999 - the command is called import, and so is its file
"""`careline import attempts FILE.csv`: records from elsewhere, checked line by line and kept apart by their source."""

import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

SHOWN_MAX = 50
LOGGED_EVERY = 50_000  # lines
RESERVED = ("hall", "probes", "demo", "golden", "rehearsal")  # whose records are not from elsewhere


@click.group(short_help=text("导入别处的记录。", "Take in records from elsewhere."))
def command() -> None:
    """Take in what other systems recorded."""


@command.command(short_help=text("导入办理记录或拨测结果（CSV）。", "Attempts or dial tests, as CSV."))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--source", required=True,
    help=text("来源名，如 dialtest-2008；各来源互不混算。", "Name of the source; sources are never mixed."),
)  # fmt: skip
@click.option(
    "--map", "mapping", multiple=True, metavar="OURS=THEIRS",
    help=text("列名对应，如 ended_at=时间。", "Which of their columns is which of ours."),
)  # fmt: skip
@click.option("--channel", default="", help=text("没有渠道列时的渠道。", "The channel of lines without one."))
@click.option("--dry-run", is_flag=True, help=text("只检查，不导入。", "Check only."))
@click.option(
    "--skip-faulty", is_flag=True, help=text("跳过有错的行。", "Take in the good lines of a file with faults.")
)
@json_option
def attempts(
    file: Path, source: str, mapping: tuple[str, ...], channel: str, dry_run: bool, skip_faulty: bool, as_json: bool
) -> None:
    """Take in FILE: a line is one attempt, with key, ended_at, service, verb, outcome, and cause unless it was done.

    Without a fault all of it is taken in, once; with a fault nothing is, and exit code 1 says so.
    """
    if source in RESERVED:
        raise Trouble(
            text(
                f"{source} 是系统自用的来源名，请另取一个。", f"{source} is a source of the house; choose another name."
            ),
            code=Exit.USAGE,
        )
    prepare(demo=True)
    from careline.insight import importing

    columns = _columns(mapping)
    try:
        reading = importing.read(file.read_bytes(), columns, channel=channel, told=_told("已检查", "checked"))
    except importing.NotATable as error:
        raise Trouble(text(error.words.zh, error.words.en), code=Exit.NO) from error
    refused = bool(reading.faulty) and not skip_faulty
    added = known = 0
    if not refused and not dry_run:
        try:
            taken = importing.take_in(
                reading, source=source, name=file.name, by=getpass.getuser(), now=datetime.now(UTC),
                told=_told("已写入", "written down"),
            )  # fmt: skip
        except ValueError as error:
            wrong = text("来源名须为 1 到 32 个字。", "The name of a source has 1 to 32 letters.")
            raise Trouble(wrong, code=Exit.USAGE) from error
        added, known = taken.added, taken.known
    if as_json:
        faults = [{"line": one.line, "zh": one.words.zh, "en": one.words.en} for one in reading.faults]
        print_json({"source": source, "lines": reading.read, "good": len(reading.lines), "faulty": reading.faulty,
                    "added": added, "known": known, "dry_run": dry_run, "faults": faults})  # fmt: skip
    else:
        if sys.stderr.isatty() and reading.read:
            click.echo("\r", nl=False, err=True)
        for one in reading.faults[:SHOWN_MAX]:
            click.echo(text(f"第 {one.line} 行：{one.words.zh}", f"Line {one.line}: {one.words.en}"))
        if len(reading.faults) > SHOWN_MAX:
            click.echo(text(f"……只列出前 {SHOWN_MAX} 处；--json 有前 {len(reading.faults)} 处。",
                            f"… the first {SHOWN_MAX} are shown; --json has the first {len(reading.faults)}."))  # fmt: skip
        click.echo(
            text(
                f"共 {reading.read:,} 行，有错 {reading.faulty:,} 行，新增 {added:,} 条，已有 {known:,} 条。",
                f"{reading.read:,} lines, {reading.faulty:,} faulty, {added:,} added, {known:,} known already.",
            )
        )
        if refused:
            click.echo(text("因为有错，一条也没有导入；改好再来，或用 --skip-faulty 跳过有错的行。",
                            "Because of the faults nothing was taken in: mend them, or leave them out with --skip-faulty."))  # fmt: skip
        elif dry_run:
            click.echo(text("只检查，没有导入。", "Checked only; nothing was taken in."))
    raise SystemExit(Exit.NO if refused else Exit.FINE)


def _told(zh: str, en: str) -> Callable[[int], None]:
    """How far a long file is: one line of a terminal that is written anew, and now and then a line of a log."""

    def tell(lines: int) -> None:
        if sys.stderr.isatty():
            click.echo("\r" + text(f"{zh} {lines:,} 行", f"{lines:,} lines {en}") + " ", nl=False, err=True)
        elif lines % LOGGED_EVERY == 0:
            click.echo(text(f"{zh} {lines:,} 行", f"{lines:,} lines {en}"), err=True)

    return tell


def _columns(mapping: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for one in mapping:
        ours, equals, theirs = one.partition("=")
        if not equals or not theirs:
            raise Trouble(
                text(f"--map 应如 ended_at=时间：{one}", f"--map is written ended_at=time: {one}"), code=Exit.USAGE
            )
        columns[ours.strip()] = theirs.strip()
    return columns
