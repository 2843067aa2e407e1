"""`careline cases`: what is open and at risk, one case, its evidence, figures, common faults, and whether the categories are sound."""

import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._dates import DAY

if TYPE_CHECKING:
    from careline.cases.states import NotAllowed

FILTERS = ("all", "mine", "unowned", "at_risk", "escalated", "department")


@click.group(short_help=text("投诉、咨询和建议：列表、证据包、报表。", "Complaints: list, evidence, reports."))
def command() -> None:
    """The cases of this installation."""


@command.command(name="list", short_help=text("未办结的，风险高的在前。", "Open ones, those at risk first."))
@click.option(
    "--filter",
    "chosen",
    type=click.Choice(FILTERS),
    default="all",
    show_default=True,
    help=text(
        "全部、我的、无人负责、快超时、已升级、部门的。",
        "Which: all, mine, without an owner, at risk, escalated, the department's.",
    ),
)
@click.option("--who", default="", help=text("用户名，或部门名。", "A username, or a department."))
@click.option(
    "--archive", default="", help=text("在已归档的里搜这些词。", "Search these words in the archive instead.")
)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 500),
    help=text("最多列出多少件。", "How many to list at most."),
)
@json_option
def show_list(chosen: str, who: str, archive: str, limit: int, as_json: bool) -> None:
    """List open cases by promise at risk, or search the archive. Numbers are masked."""
    prepare(demo=True)
    from dataclasses import asdict

    from careline.cases.looking import searching
    from careline.cases.states import NotAllowed

    try:
        page = (
            searching.archive(archive, size=limit)
            if archive
            else searching.inbox(searching.Filter(chosen), who=who, now=_now(), size=limit)
        )
    except NotAllowed as refusal:
        raise _refused(refusal) from refusal
    if as_json:
        print_json([asdict(row) for row in page.rows])
        return
    for row in page.rows:
        _print_row(row)


@command.command(short_help=text("一件工单的全部经过。", "One case and what was done."))
@click.argument("docket")
@json_option
def show(docket: str, as_json: bool) -> None:
    """Show the case with this DOCKET: where it stands, what is promised, what was done. Exit code 1 when there is none."""
    prepare(demo=True)
    pack = _pack(docket, "", journal=False)
    if as_json:
        print_json({name: pack[name] for name in ("case", "customer", "promises", "events", "custody", "departments")})
        return
    case = pack["case"]
    click.echo(
        f"{case['docket']}  {case['kind']}  {case['state']}  {case['category'] or '-'}  {case['severity']}  {case['owner'] or '-'}"
    )
    click.echo(f"{pack['customer']['number']}  {pack['customer']['words']}")
    for one in pack["promises"]:
        click.echo(f"  {one['what']:12} {one['due_at']}  {one['state']}  ({one['promiser']})")
    for one in pack["events"]:
        click.echo(f"  {one['at']}  {one['by']:12} {one['did']:14} {one['words']}")


@command.command(short_help=text("证据包，PDF 或 JSON。", "The evidence pack, as PDF or JSON."))
@click.argument("docket")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=text("写到这里：.pdf 或 .json。", "Where to: .pdf or .json."),
)
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default=text("zh", "en"),
    show_default=True,
    help=text("证据包的语言。", "Language of the pack."),
)
@click.option(
    "--whole-numbers", "reason", default="",
    help=text("完整显示号码，并写明理由；会记入操作记录。", "Show the number in full, and say why; it is written to the journal."),
)  # fmt: skip
@json_option
def evidence(docket: str, out: Path, language: str, reason: str, as_json: bool) -> None:
    """Write everything said and done about DOCKET into a file; that it was made is written to the journal."""
    if out.suffix not in (".pdf", ".json"):
        raise Trouble(
            text("文件名须以 .pdf 或 .json 结尾。", "End the name of the file in .pdf or .json."), code=Exit.USAGE
        )
    prepare(demo=True)
    from careline.cases import evidence as making

    pack = _pack(docket, reason, journal=True)
    content = making.to_pdf(pack, language) if out.suffix == ".pdf" else making.to_json(pack).encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Trouble(
            text(f"写不了 {out}：{error.strerror}。", f"{out} cannot be written: {error.strerror}.")
        ) from error
    if as_json:
        print_json({"file": str(out), "digest": pack["digest"], "bytes": len(content)})
        return
    click.echo(f"{out}\nSHA-256 {pack['digest']}")


@command.command(short_help=text("核对证据包是否被改过。", "Whether a pack is as it was made."))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Compare the JSON FILE with the digest in it, and print the digest. Exit code 1 when it was changed."""
    from careline.cases.evidence import canon

    try:
        pack = json.loads(file.read_bytes())
        sound = isinstance(pack, dict) and canon.genuine(pack)
    except ValueError:
        sound = False
    if not sound:
        raise Trouble(text("内容与摘要不符。", "The content does not have this digest: it was changed."), code=Exit.NO)
    click.echo(f"SHA-256 {pack['digest']}")


@command.command(short_help=text("检查投诉类别文件。", "Check the files of categories."))
@json_option
def lint(as_json: bool) -> None:
    """Check packs/common/complaints. Exit code 1 when something is wrong."""
    prepare(demo=True, database=False)
    from careline.cases.subjects import categories

    mistakes = [str(one) for one in categories.lint()]
    if as_json:
        print_json(mistakes)
    else:
        for one in mistakes:
            click.echo(one)
        count = 0 if mistakes else len(categories.categories())
        click.echo(
            text(f"{len(mistakes)} 处错误", f"{len(mistakes)} mistakes")
            if mistakes
            else text(f"{count} 个类别，没有错误", f"{count} categories, no mistakes")
        )
    raise SystemExit(int(Exit.NO if mistakes else Exit.FINE))


@command.command(short_help=text("报表。", "Figures of a time."))
@click.option("--from", "since", required=True, type=DAY, help=text("第一天。", "The first day."))
@click.option(
    "--to",
    "until",
    required=True,
    type=DAY,
    help=text("不含这一天。", "This day is not counted any more."),
)
@json_option
def report(since: datetime, until: datetime, as_json: bool) -> None:
    """Complaints by channel, departments, work orders, promises, replies, endings and backlog, in the carrier's own days."""
    prepare(demo=True)
    from careline.cases.reporting import reports
    from careline.cases.states import NotAllowed
    from careline.dialogue.saying import local

    try:
        found = reports.report(local(since), local(until), _now())
    except NotAllowed as refusal:
        raise _refused(refusal) from refusal
    if as_json:
        print_json(found)
        return
    for name, rows in found["tables"].items():
        click.echo(f"\n{name}")
        if rows:
            click.echo("\t".join(rows[0]))
        for row in rows:
            click.echo("\t".join("-" if value is None else str(value) for value in row.values()))


@command.command(short_help=text("共同故障及答复进度。", "Common faults and how far their answers are."))
@json_option
def faults(as_json: bool) -> None:
    """List common faults, the latest first: bound cases, how many were answered, what is left."""
    prepare(demo=True)
    from dataclasses import asdict

    from careline.cases import faults as common
    from careline.cases.models import Fault

    rows: list[dict[str, Any]] = [
        {"id": one.pk, "title": one.title, "category": one.category, "region": one.region, "opened_at": one.opened_at.isoformat(),
         "answered_at": one.answered_at.isoformat() if one.answered_at else None, **asdict(common.progress(one.pk))}
        for one in Fault.objects.order_by("-opened_at")[:50]
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']:5} {row['title']}  {row['category']} {row['region']}  {row['answered']}/{row['bound']}")


def _pack(docket: str, reason: str, *, journal: bool) -> dict[str, Any]:
    from careline.cases import evidence as making
    from careline.cases.docket import read
    from careline.cases.states import NotAllowed
    from careline.journal.writing import write

    try:
        wanted, by, now = read(docket) or docket, f"cli:{getpass.getuser()}", _now()
        if journal:
            return making.pack(wanted, by=by, now=now, whole_numbers=bool(reason), reason=reason)
        found = making.content(wanted)
        write(who=by, did="look", what="case", record=wanted, now=now)
        return found
    except NotAllowed as refusal:
        raise _refused(refusal) from refusal


def _print_row(row: Any) -> None:
    due = getattr(row, "next", None)
    left = f"{due.what} {'!' if due.late else ''}{due.due_at:%m-%d %H:%M}" if due else getattr(row, "excerpt", "")
    owner = getattr(row, "owner", "") or "-"
    click.echo(f"{row.docket}  {row.number:12} {row.kind:10} {row.category or '-':16} {row.state:10} {owner:10} {left}")


def _refused(refusal: "NotAllowed") -> Trouble:
    said = {
        "no_such_case": text("没有这个编号。", "There is no case with this docket."),
        "too_short": text("每个词至少两个字。", "Each word needs two signs at least."),
        "too_long": text("搜索词太长。", "That is too much to search for."),
        "times": text("结束日期要晚于开始日期。", "The time must end after it begins."),
    }
    return Trouble(said.get(refusal.code, refusal.code), code=Exit.NO)


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
