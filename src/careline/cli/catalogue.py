"""`careline catalogue`: look at the catalogue, lint, compare, import, export and publish it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._call_tables import channels, errors
from careline.cli._catalogue_words import headline, word
from careline.cli._language import chinese
from careline.cli._which import documents_of, pack_trouble, refused

if TYPE_CHECKING:
    from careline.catalogue.version import Version
    from careline.values.language import Text

Function = TypeVar("Function", bound=Callable[..., Any])

by_option = click.option(
    "--by", default="operator", show_default=True, help=text("记入操作记录的人员。", "Who does it, for the journal.")
)


@click.group(
    short_help=text(
        "业务目录：查看、检查、对照、导入、导出、发布。", "The catalogue: show, lint, diff, import, export, publish."
    )
)
def command() -> None:
    """Look at the catalogue, lint, compare, import, export and publish it.

    WHICH is the number of a version, `published`, `latest`, or a folder of packs.
    """


command.add_command(errors)
command.add_command(channels)


@command.command(short_help=text("列出版本，或一个版本的内容。", "List the versions, or what one holds."))
@click.argument("which", required=False)
@click.argument("item", required=False)
@json_option
def show(which: str | None, item: str | None, as_json: bool) -> None:
    """List the versions; with WHICH what it holds; with ITEM (`service caller_id`, written service/caller_id) its document."""
    if which is None:
        prepare()
        _list(as_json)
        return
    documents = documents_of(which)
    if item is None:
        kinds: dict[str, int] = {}
        for document in documents:
            kinds[document.kind] = kinds.get(document.kind, 0) + 1
        if as_json:
            print_json({"which": which, "counts": kinds})
        for kind, count in () if as_json else kinds.items():
            click.echo(f"{count:6} {kind}" + text(f"  {word(kind)}", ""))
        return
    kind, _, key = item.partition("/")
    found = [document for document in documents if (document.kind, document.key) == (kind, key)]
    if not found:
        raise Trouble(
            text(f"{which} 中没有 {item}。", f"{which} has no {item}."),
            text(
                "写法如 service/caller_id、code/T5/3031、menu/standard、words/talk.confirm。",
                "Write service/caller_id, code/T5/3031, menu/standard, words/talk.confirm.",
            ),
            code=Exit.NO,
        )
    print_json(found[0].to_json())


def _list(as_json: bool) -> None:
    from careline.catalogue.version import Version

    versions = list(Version.objects.all())
    if as_json:
        print_json(
            [
                {
                    "number": version.number,
                    "state": "approved" if version.approved else version.state,
                    "author": version.author,
                    "reviewer": version.reviewer,
                    "publisher": version.publisher,
                    "note": version.note,
                    "created_at": version.created_at,
                    "published_at": version.published_at,
                }
                for version in versions
            ]
        )
        return
    for version in versions:
        state = "approved" if version.approved else version.state
        click.echo(
            f"{version.number:5}  {word(state, 10)} {version.created_at:%Y-%m-%d %H:%M}  {version.author:12} {version.note}"
        )
    if not versions:
        click.echo(
            text(
                "还没有版本；请用 careline catalogue import packs。",
                "No versions yet; try careline catalogue import packs.",
            )
        )


@command.command(short_help=text("检查；有错误时退出码为 1。", "Lint; exit code 1 when there are errors."))
@click.argument("which", default="published")
@click.option("--quiet", is_flag=True, help=text("只列错误。", "List only errors."))
@json_option
def lint(which: str, quiet: bool, as_json: bool) -> None:
    """Lint WHICH (default: the published version): errors, warnings and notes, each with how to mend it."""
    from careline.catalogue.documents import PackError

    try:
        documents = documents_of(which)
    except PackError as wrong:
        raise pack_trouble(wrong) from wrong
    from careline.catalogue.lint import lint as lint_documents
    from careline.wiring import behaviours

    report = lint_documents(documents, tuple(behaviours().values()))
    if Path(which).is_dir():
        from careline.cli._file_findings import of_files

        report = replace(report, findings=(*of_files(Path(which)), *report.findings))
    counts = {"errors": len(report.errors), "warnings": len(report.warnings), "notes": len(report.notes)}
    if as_json:
        print_json({"which": which, **counts, "findings": [finding.as_json() for finding in report.findings]})
    else:
        for finding in report.errors if quiet else report.findings:
            click.echo(headline(finding))
            click.echo(f"         {_say(finding.what)}\n         → {_say(finding.mend)}")
        said = text(
            "{errors} 个错误，{warnings} 个警告，{notes} 条提示", "{errors} errors, {warnings} warnings, {notes} notes"
        )
        click.echo(said.format(**counts))
    if report.errors:
        raise SystemExit(Exit.NO)


@command.command(
    short_help=text("两个版本的差别；有差别时退出码为 1。", "What differs; exit code 1 when anything does.")
)
@click.argument("old")
@click.argument("new")
@json_option
def diff(old: str, new: str, as_json: bool) -> None:
    """What changed from OLD to NEW, field by field."""
    from careline.catalogue.comparing import bodies_of
    from careline.catalogue.comparing import diff as compare

    changes = compare(bodies_of(documents_of(old)), bodies_of(documents_of(new)))
    if as_json:
        print_json(
            [
                {
                    "kind": change.kind,
                    "key": change.key,
                    "what": change.what,
                    "fields": [{"path": one.path, "before": one.before, "after": one.after} for one in change.fields],
                }
                for change in changes
            ]
        )
    else:
        for change in changes:
            click.echo(f"{word(change.what, 8)} {word(change.kind)} {change.key}")
            for one in change.fields:
                click.echo(f"         {one.path}: {_short(one.before)} → {_short(one.after)}")
        if not changes:
            click.echo(text("没有差别。", "No differences."))
    if changes:
        raise SystemExit(Exit.NO)


@command.command("import", short_help=text("把业务包导入为草稿。", "Take packs in as a draft."))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--publish",
    "at_once",
    is_flag=True,
    help=text(
        "立即发布（不经审核，仅限演示或 --force）。",
        "Publish at once, unreviewed: in the demo, or with --force.",
    ),
)
@click.option(
    "--force", is_flag=True, help=text("演示之外也不经审核发布。", "Publish without review outside the demo too.")
)
@click.option(
    "--only-new",
    is_flag=True,
    help=text("只取已发布版本里没有的。", "Only what the published version lacks; what it has stays as it is."),
)
@click.option("--note", default="", help=text("备注。", "A note."))
@by_option
@json_option
def import_(folder: Path, at_once: bool, force: bool, only_new: bool, note: str, by: str, as_json: bool) -> None:
    """Take the packs of FOLDER in as a new draft; rows that contradict each other are refused with a report."""
    if at_once and only_new:
        raise click.UsageError("--only-new makes a draft; it cannot --publish.")
    prepare()
    from django.conf import settings

    from careline.catalogue.documents import PackError
    from careline.catalogue.importing import import_new, import_packs, publish_packs
    from careline.catalogue.refusals import Refusal
    from careline.wiring import behaviours

    try:
        if at_once:
            forced = force or settings.DEMO
            version = publish_packs(folder, by=by, now=_now(), forced=forced, manifests=tuple(behaviours().values()))
        elif only_new:
            version = import_new(folder, by=by, now=_now(), note=note or folder.name)
        else:
            version = import_packs(folder, by=by, now=_now(), note=note or folder.name)
    except PackError as wrong:
        raise pack_trouble(wrong) from wrong
    except Refusal as refusal:
        raise refused(refusal) from refusal
    _tell(version, as_json)


@command.command(short_help=text("导出为业务包文件。", "Write a version as pack files."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--which", default="published", show_default=True, help=text("版本。", "The version."))
@json_option
def export(folder: Path, which: str, as_json: bool) -> None:
    """Write the version as pack files into FOLDER, which must be empty or new; import reads the same back."""
    documents = documents_of(which)
    if folder.exists() and any(folder.iterdir()):
        raise Trouble(
            text(f"{folder} 不是空文件夹。", f"{folder} is not empty."),
            text("请换一个新文件夹。", "Choose a new folder."),
        )
    from careline.catalogue import packs

    packs.write(documents, folder)
    if as_json:
        print_json({"which": which, "folder": str(folder), "documents": len(documents)})
    else:
        click.echo(text(f"已写入 {len(documents)} 项到 {folder}", f"{len(documents)} documents written to {folder}"))


@command.command(short_help=text("发布审核通过的版本，或回退。", "Publish an approved version, or roll back."))
@click.argument("number", type=int)
@click.option(
    "--roll-back",
    "back",
    is_flag=True,
    help=text("回退到曾经发布的版本。", "Roll back to a version that was published before."),
)
@by_option
@json_option
def publish(number: int, back: bool, by: str, as_json: bool) -> None:
    """Publish version NUMBER, which a second person has approved; every process serves it within a second."""
    prepare()
    from careline.catalogue.lint import errors_of
    from careline.catalogue.refusals import Refusal
    from careline.catalogue.version import Version
    from careline.wiring import behaviours

    errors = errors_of(behaviours().values())
    try:
        version = Version.numbered(number)
        if back:
            version = Version.roll_back(to=version, by=by, now=_now(), errors=errors)
        else:
            version.publish(by=by, now=_now(), errors=errors)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    _tell(version, as_json)


def _tell(version: "Version", as_json: bool) -> None:
    if as_json:
        print_json({"number": version.number, "state": version.state})
    else:
        click.echo(text(f"版本 {version.number}：{word(version.state)}", f"version {version.number}: {version.state}"))


def _say(said: "Text") -> str:
    return said.zh if chinese() else said.en


def _short(value: object) -> str:
    written = "–" if value is None else str(value)
    return written if len(written) <= 80 else written[:80] + "…"


def _now() -> datetime:
    return datetime.now(UTC)
