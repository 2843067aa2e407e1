"""`careline advice`: what to change in menus, texts, error prompts and sound, and drafts made of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._asked import asked, understood
from careline.cli._report_words import said

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.prompts.speaker import Speaker
    from careline.values.language import Text

_RULES = (
    ("least_seconds", "每千次通话至少省几秒", "Seconds that a change saves in 1,000 calls at least."),
    ("moves_most", "一版最多动几处", "Changes of one version at most."),
    ("rest_days", "动过的键几天不动", "Days that a moved key rests."),
)


@click.group(
    short_help=text("改进建议：菜单、语音文本、错误提示、录音。", "What to change in menus, texts and prompts.")
)
def command() -> None:
    """Advice from what customers did, reckoned before anything is changed."""


@command.command("list", short_help=text("全部建议，按价值排。", "All advice, the worthiest first."))
@asked
@json_option
def show_all(as_json: bool, **options: Any) -> None:
    """Every piece of advice, by seconds of customers' time a day and failures avoided."""
    prepare(demo=True)
    from careline.advice import gathering

    period, filters = understood(**options)
    found = gathering.gather(_book(), period, filters, now=_now(), clips=_clips())
    if as_json:
        print_json([
            {"key": one.item.key, "kind": one.item.kind, "title": one.item.title._asdict(), "why": one.item.why._asdict(),
             "change": one.item.change._asdict(), "seconds_a_day": one.item.seconds_a_day,
             "failures_a_day": one.item.failures_a_day, "applies": one.item.applies, "away": one.away}
            for one in found
        ])  # fmt: skip
        return
    for one in (one for one in found if not one.away):
        click.echo(f"{one.item.seconds_a_day:10,.0f} s  {one.item.failures_a_day:6,.1f}  {_said(one.item.title)}")
        click.echo(f"{'':22}{_said(one.item.why)}")
        click.echo(f"{'':22}→ {_said(one.item.change)}   [{one.item.key}]")


def _ruled(function: Any) -> Any:
    for name, zh, en in reversed(_RULES):
        option = f"--{name.replace('_', '-')}"
        function = click.option(option, name, type=click.IntRange(0), help=text(f"{zh}。", en))(function)
    return function


@command.command(
    short_help=text("菜单：哪些键该换，省多少。", "Which keys of a menu should move, and what that saves.")
)
@click.option("--menu", "name", default="standard", show_default=True, help=text("哪个菜单。", "Which menu."))
@_ruled
@asked
@json_option
def menu(
    name: str, as_json: bool, least_seconds: int | None, moves_most: int | None, rest_days: int | None, **options: Any
) -> None:
    """Moves with their seconds and keys, replayed over the time's calls; what waits and why; what nobody touches."""
    prepare(demo=True)
    from careline.advice import orders, telling, verdicts
    from careline.advice.rules import Rules

    period, filters = understood(**options)
    book = _book()
    if name not in book.menus:
        raise Trouble(text(f"没有菜单 {name}。", f"There is no menu {name}."), code=Exit.USAGE)
    rules = Rules.of(book, least_seconds=least_seconds, moves_most=moves_most, rest_days=rest_days)
    away = verdicts.rejected(verdicts.verdicts())
    found = orders.advise(
        book, book.menus[name], period, now=_now(), filters=filters, rules=rules, clips=_clips(), without=away
    )
    replayed = found.replayed
    if as_json:
        print_json({
            "menu": name, "version": found.version, "calls": found.of, "looked_at": found.sessions,
            "moves": [
                {"key": one.key, "kind": one.kind.value, "node": one.change.node, "seconds_per_1000": one.seconds,
                 "keys_per_1000": one.keys, "seconds_lost_once": one.seconds_lost, "earned_back_days": one.earned_back_days,
                 "moved": [{"place": each.place, "name": each.name._asdict(), "before": each.before, "after": each.after,
                            "by_heart": each.by_heart} for each in one.moved]}
                for one in found.moves
            ],
            "waiting": [{"key": one.move.key, "why": one.why.value, "seconds_per_1000": one.move.seconds} for one in found.held],
            "untouched": [
                {"node": one.node, "place": one.place, "name": one.name._asdict(), "key": one.key, "offered": one.offered,
                 "last": one.last.isoformat() if one.last else None, "elsewhere": one.elsewhere} for one in found.untouched
            ],
            "replayed": {
                "before": {"keys": replayed.before.keys, "seconds": replayed.before.seconds, "found": replayed.before.found},
                "after": {"keys": replayed.after.keys, "seconds": replayed.after.seconds, "found": replayed.after.found},
                "seconds_per_1000": replayed.seconds_saved, "keys_per_1000": replayed.keys_saved, "leaves": replayed.leaves,
                "wrong_turns": replayed.wrong_turns, "seconds_lost_once": replayed.seconds_lost,
            },
        })  # fmt: skip
        return
    click.echo(
        text(f"{found.of} 次通话，看了 {found.sessions} 次。", f"{found.of} calls, {found.sessions} of them looked at.")
    )
    for one in found.moves:
        click.echo(f"  {_said(telling.title_of_move(found, one))}   [{one.key}]")
        click.echo(f"    {_said(telling.why_of_move(found, one))}")
        click.echo(f"    {_said(telling.change_of_move(one))}")
    for held in found.held:
        click.echo(f"  - {_said(telling.title_of_move(found, held.move))}: {_said(telling.WHY_HELD[held.why])}")
    for unused in found.untouched:
        click.echo(
            f"  0 {_said(telling.title_untouched(found, unused))}: {_said(telling.why_untouched(found, unused))}"
        )
    for caveat in telling.caveats(found):
        click.echo(_said(caveat))


@command.command(short_help=text("听不听得懂：回访、行话、重听。", "Whether texts are understood; jargon in them."))
@asked
@json_option
def texts(as_json: bool, **options: Any) -> None:
    """Comprehension by callback against 95 %, and words of the trade. Exit code 1: not met."""
    prepare(demo=True)
    from careline.advice import comprehension, jargon, telling

    period, filters = understood(**options)
    book = _book()
    told = comprehension.overall(period, filters.sources)
    asked_about, words = comprehension.by_text(book, period), jargon.jargon(book)
    if as_json:
        print_json({
            "understood": told.understood, "asked": told.asked, "share": _number(told.share), "interval": told.interval,
            "goal": 0.95, "met": told.met,
            "texts": [{"key": one.key, "language": one.language, "version": one.version, "understood": one.told.understood,
                       "asked": one.told.asked, "interval": one.told.interval, "met": one.told.met} for one in asked_about],
            "jargon": [{"key": one.key, "words": list(one.words), "suggested": one.suggested._asdict()} for one in words],
        })  # fmt: skip
    else:
        click.echo(_said(telling.why_understood(told)) if told.asked else text("还没有回访。", "Nobody was asked yet."))
        for one in asked_about:
            click.echo(
                f"  {one.language} {one.key}: {one.told.understood}/{one.told.asked} {said(telling.percent(one.told.share))}"
            )
        for each in words:
            plain = ", ".join(f"{word} → {_said(new)}" for word, new in zip(each.words, each.plain, strict=True))
            click.echo(f"  {each.key}: {plain}")
    raise SystemExit(Exit.NO if told.met is False or any(one.told.met is False for one in asked_about) else Exit.FINE)


@command.command(short_help=text("错误提示语统计表。", "Error prompts: words, and when they were heard."))
@asked
@json_option
def errors(as_json: bool, **options: Any) -> None:
    """Each kind of error with its words and the newest dial test that heard them. Exit code 1: one is missing or shared."""
    prepare(demo=True)
    from careline.advice import gathering, telling

    period, filters = understood(**options)
    found = gathering.errors(_book(), period, filters, _now())
    if as_json:
        print_json({
            "kinds": len(found.rows), "covered": found.covered, "share": _number(found.share), "sound": found.sound,
            "rows": [one.prompt.as_json() | {
                "heard": {language: at.isoformat() for language, at in one.heard.items()},
                "failing": one.failing.isoformat() if one.failing else None, "happened": one.happened,
            } for one in found.rows],
        })  # fmt: skip
    else:
        for one in found.rows:
            heard = f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else "–"
            click.echo(f"{one.prompt.kind:28} {one.prompt.cause_class:10} {heard:17} {_said(one.prompt.text)}")
        click.echo(f"{found.covered} / {len(found.rows)} = {said(telling.percent(found.share))}")
    raise SystemExit(Exit.FINE if found.sound else Exit.NO)


@command.command(short_help=text("录音格式：最近一次审查。", "The newest audit of the sound."))
@asked
@json_option
def audio(as_json: bool, **options: Any) -> None:
    """The one standard format, and what the newest audit found. Exit code 1: not uniform, not complete, or never audited."""
    prepare(demo=True)
    from careline.advice import audio as sound
    from careline.advice import telling

    understood(**options)
    found = sound.newest()
    if as_json:
        print_json(None if found is None else {
            "at": found.at.isoformat(), "standard": found.standard, "formats": found.formats, "uniform": found.uniform,
            "missing": found.missing, "broken": found.broken, "stale": found.stale, "fine": found.fine,
        })  # fmt: skip
    else:
        click.echo(_said(telling.why_audio(found) if found else telling.NO_AUDIT))
    raise SystemExit(Exit.FINE if found is not None and found.fine else Exit.NO)


@command.command(short_help=text("把建议写成目录草稿。", "Write advice into a draft of the catalogue."))
@click.argument("keys", nargs=-1, required=True)
@click.option("--by", required=True, help=text("谁起草。", "Who drafts it."))
@click.option("--menu", "name", default="standard", show_default=True, help=text("哪个菜单。", "Which menu."))
@click.option(
    "--announce", is_flag=True, help=text("让节点说按键有调整。", "Let nodes say that their keys have changed.")
)
@json_option
def apply(keys: tuple[str, ...], by: str, name: str, announce: bool, as_json: bool) -> None:
    """KEYS are those that `advice menu` prints. The draft is linted and reviewed like any other."""
    prepare(demo=True)
    from careline.advice import drafting

    seen = _book().version
    try:
        version, new = drafting.apply(name, keys, seen=seen, by=by, now=_now(), announce=announce)
    except drafting.Refused as refused:
        raise Trouble(str(refused), text("重新看一次建议。", "Look at the advice anew."), code=Exit.NO) from refused
    if as_json:
        print_json({"version": version.number, "new": new, "state": version.state})
    elif new:
        click.echo(text(f"草稿 {version.number}，等人审核。", f"Draft {version.number}, to be reviewed."))
    else:
        click.echo(
            text(f"这条建议已经在第 {version.number} 版草稿里。", f"This advice is in draft {version.number} already.")
        )


def _book() -> "Book":
    from careline.catalogue import library
    from careline.catalogue.refusals import NothingPublished

    try:
        return library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet.")) from nothing


def _clips() -> "Speaker | None":
    """Who knows how long clips are; None where no voice is chosen that there is."""
    from careline.prompts import house, voices

    try:
        return house.reader()
    except voices.NoSuchVoice:
        return None


def _said(words: "Text") -> str:
    return text(words.zh, words.en)


def _number(share: Any) -> float | None:
    return None if share is None else float(share)


def _now() -> datetime:
    return datetime.now(UTC)
