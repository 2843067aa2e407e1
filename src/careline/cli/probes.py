"""`careline probes`: dial tests derived from the published book: what they cover, running them, results for other programs."""

import asyncio
import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, _probes_measure, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.probes.models import Run
    from careline.probes.plan import Plan
    from careline.probes.probe import Probe

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(short_help=text("拨测：由目录生成，真打电话，听提示音。", "Dial tests that call, press and listen."))
def command() -> None:
    """Pretend customers on marked lines, who try what the published catalogue promises."""


command.add_command(_probes_measure.command)


@command.command("plan", short_help=text("列出由目录生成的拨测。", "The probes that the catalogue asks for."))
@click.argument("patterns", nargs=-1)
@click.option(
    "--files",
    type=FOLDER,
    help=text("只用此目录的拨测文件。", "Only this folder's files."),
)
@json_option
def show_plan(patterns: tuple[str, ...], files: Path | None, as_json: bool) -> None:
    """List probes whose ids fit PATTERNS (voice/node/*), with their steps in JSON."""
    prepare(demo=True)
    probes, _plan = _probes(patterns, files)
    if as_json:
        print_json([dict(one.as_json()) for one in probes])
        return
    for one in probes:
        click.echo(f"{one.id}  {text(one.name.zh, one.name.en)}")
    click.echo(text(f"共 {len(probes)} 个拨测。", f"{len(probes)} probes."))


@command.command(short_help=text("覆盖率：哪些还没有拨测。", "Coverage, and what is missing."))
@json_option
def coverage(as_json: bool) -> None:
    """Nodes, actions, errors and channels: covered by a probe, passed in the last week. Exit code 1: something is missing.

    What is left out on purpose stands in packs/common/probing.toml, and is counted apart.
    """
    prepare(demo=True)
    from careline.probes import reading

    _all, found = _probes((), None)
    assert found is not None
    tested = found.tested(reading.passed_tokens(reading.latest(since=_now() - reading.RECENT)))
    kinds, left = found.by_kind(), found.left_by_kind()
    if as_json:
        print_json({
            "version": found.version, "wanted": len(found.wanted), "covered": found.covered,
            "left_out": len(found.left_out),
            "kinds": {
                kind: {"covered": done, "passed": tested[kind][0], "of": of, "left_out": left.get(kind, 0)}
                for kind, (done, of) in kinds.items()
            },
            "missing": [{"token": gap.token, "why": gap.why} for gap in found.gaps],
            "left_out_on_purpose": [{"token": token, "why": why._asdict()} for token, why in found.left_out],
        })  # fmt: skip
    else:
        for kind, (done, of) in kinds.items():
            passed = text("近七天通过", "passed in 7 days")
            besides = (
                text(f"，有意不测 {left[kind]} 项", f", and {left[kind]} left out on purpose") if left.get(kind) else ""
            )
            click.echo(f"{kind:9} {done} / {of} = {done / of:.1%}{besides}   {passed}: {tested[kind][0]}")
        for gap in found.gaps:
            click.echo(f"  - {gap.token}: {gap.why}")
        for token, why in found.left_out:
            click.echo(f"  o {token}: {text(why.zh, why.en)}")
    raise SystemExit(Exit.NO if found.gaps else Exit.FINE)


@command.command(short_help=text("执行拨测。", "Run probes now."))
@click.argument("patterns", nargs=-1)
@click.option("--from", "vantage", default="here", show_default=True, help=text("观测点。", "The vantage point."))
@click.option(
    "--files",
    type=FOLDER,
    help=text("拨测文件的目录。", "A folder of probes."),
)
@click.option(
    "--target", default="", help=text("拨打的地址，如 sip:10086@10.0.0.1。", "Whom to call, sip:10086@10.0.0.1.")
)
@click.option(
    "--retries",
    default=0,
    show_default=True,
    type=click.IntRange(0, 5),
    help=text("没通过的再试几次。", "How often what did not pass is tried again."),
)
@click.option("--together", type=click.IntRange(1, 500), help=text("同时进行几个。", "How many at once."))
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help=text("写出 JUnit XML。", "Write JUnit XML.")
)
@json_option
def run(
    patterns: tuple[str, ...], vantage: str, files: Path | None, target: str, retries: int, together: int | None,
    junit: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Call, press and listen. Exit code 1: something did not pass."""
    prepare(demo=True)
    from dataclasses import replace

    from careline.probes.output import junit as as_junit
    from careline.probes.vantage import VantageError, vantages

    try:
        place = vantages().get(vantage)
    except VantageError as error:
        raise Trouble(text(*error.text)) from error
    if place is None:
        raise Trouble(text(f"没有观测点 {vantage}。", f"There is no vantage point {vantage}."), code=Exit.USAGE)
    place = replace(place, calls=target or place.calls, together=together or place.together)
    probes, _plan = _probes(patterns, files)
    if not probes:
        raise Trouble(text("没有符合的拨测。", "No probe fits."), code=Exit.USAGE)
    if junit and not junit.parent.is_dir():  # said before anybody is called, not when the calls are over
        raise _unwritable(junit, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    runs = asyncio.run(_run(probes, place, retries, quiet=as_json))
    if junit:
        _keep(junit, as_junit(runs))
    if as_json:
        print_json([_told(one) for one in runs])
    else:
        good = sum(one.passed for one in runs)
        click.echo(text(f"{len(runs)} 个拨测，{good} 个通过。", f"{len(runs)} probes, {good} passed."))
        if unknown := sum(not one.judged for one in runs):
            click.echo(text(f"{unknown} 个无法判定。", f"{unknown} could not be judged."))
    raise SystemExit(Exit.FINE if all(one.passed for one in runs) else Exit.NO)


@command.command("list", short_help=text("最近的结果。", "The latest results."))
@click.option(
    "--days",
    default=7,
    show_default=True,
    type=click.IntRange(1, 366),
    help=text("最近多少天。", "How many days back."),
)
@click.option("--failed", is_flag=True, help=text("只看没通过的。", "Only those that did not pass."))
@json_option
def list_runs(days: int, failed: bool, as_json: bool) -> None:
    """The newest run of each probe at each vantage point."""
    prepare(demo=True)
    from careline.probes import reading

    runs = [one for one in reading.latest(since=_now() - timedelta(days=days)) if not (failed and one.passed)]
    if as_json:
        print_json([_told(one) for one in runs])
        return
    for one in runs:
        _say(one)


@command.command(short_help=text("供其他程序读取：JUnit、Prometheus。", "Results for other programs."))
@click.option(
    "--days",
    default=7,
    show_default=True,
    type=click.IntRange(1, 366),
    help=text("最近多少天。", "How many days back."),
)
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help=text("写出 JUnit XML。", "Write JUnit XML.")
)
@click.option("--prometheus", is_flag=True, help=text("输出 Prometheus 文本。", "Print Prometheus text."))
@json_option
def report(days: int, junit: Path | None, prometheus: bool, as_json: bool) -> None:
    """The latest results as JUnit XML or Prometheus text, and failures by class and cause."""
    prepare(demo=True)
    from careline.probes import output, reading

    since = _now() - timedelta(days=days)
    runs = reading.latest(since=since)
    if junit:
        _keep(junit, output.junit(runs))
    if prometheus:
        click.echo(output.prometheus(runs, _now(), alarms=reading.alarms_open()), nl=False)
        return
    counted = reading.failures(since)
    if as_json:
        print_json({"probes": len(runs), "passed": sum(one.passed for one in runs),
                    "failures": [{"class": kind, "cause": cause, "runs": number} for kind, cause, number in counted]})  # fmt: skip
        return
    good = sum(one.passed for one in runs)
    click.echo(text(f"{len(runs)} 个拨测，{good} 个通过。", f"{len(runs)} probes, {good} passed."))
    for kind, cause, number in counted:
        click.echo(f"{number:6}  {_cause(kind, cause)}")


def _keep(file: Path, words: str) -> None:
    try:
        file.write_text(words, encoding="utf-8")
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> Trouble:
    return Trouble(text(f"写不了 {file}：{error.strerror}", f"{file} cannot be written: {error.strerror}"))


def _probes(patterns: tuple[str, ...], files: Path | None) -> "tuple[list[Probe], Plan | None]":
    from careline.probes import planning
    from careline.probes.files import ProbeError, check, read_folder
    from careline.probes.probe import chosen

    try:
        if files:
            written = read_folder(files)
            for one in written:
                check(one, _book())
            return chosen(written, patterns), None
        found = planning.plan(_book(), _now())
    except ProbeError as error:
        raise Trouble(text(*error.text), code=Exit.USAGE) from error
    return chosen(found.probes, patterns), found


def _book() -> "Book":
    from careline.catalogue import library
    from careline.catalogue.refusals import NothingPublished

    try:
        return library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet.")) from nothing


async def _run(probes: "list[Probe]", place: Any, retries: int, *, quiet: bool) -> "list[Run]":
    from django.conf import settings

    from careline.probes.running import Bench
    from careline.prompts import house

    book, speaker = await asyncio.to_thread(lambda: (_book(), house.speaker()))
    folder = Path(settings.HOME) / "probes"
    async with Bench(book, speaker, place, _now, folder, on_run=None if quiet else _say) as bench:
        return await bench.run(probes, retries=retries)


def _say(one: "Run") -> None:
    from careline.probes.reasons import reason

    told = text(reason(one.why, "zh"), reason(one.why, "en"))
    failed = (
        f"{_cause(one.kind, one.cause)}: {told}" if one.judged else text(f"无法判定：{told}", f"not judged: {told}")
    )
    verdict = text("通过", "passed") if one.passed else failed
    click.echo(f"{one.probe}  {one.vantage}  {verdict}")


def _cause(kind: str, cause: str) -> str:
    """Class and cause as other programs read them, and in words."""
    from careline.hall import retelling

    return f"{kind}.{cause} ({retelling.cause_of(cause, text('zh', 'en'))})"


def _told(one: "Run") -> dict[str, Any]:
    return {
        "id": str(one.id), "probe": one.probe, "channel": one.channel, "vantage": one.vantage, "version": one.version,
        "begun_at": one.begun_at.isoformat(), "ended_at": one.ended_at.isoformat(), "passed": one.passed,
        "judged": one.judged, "class": one.kind,
        "cause": one.cause, "why": one.why, "tries": one.tries, "steps": one.steps, "figures": one.figures,
        "ladder": one.ladder, "sound": one.sound,
    }  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
