"""`careline explain`: how a message was understood and what became of it, step by step."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.hall.explaining import Explained, ExplainedAnswer


@click.command(short_help=text("逐步说明一条短信是怎么办的。", "How a message was understood, step by step."))
@click.argument("turn", required=False)
@click.option("--number", default="", help=text("某个用户的号码。", "A subscriber's number."))
@click.option(
    "--last", default=1, show_default=True, type=click.IntRange(1, 200),
    help=text("这个用户最近几条短信。", "How many of that subscriber's last messages."),
)  # fmt: skip
@json_option
def command(turn: str | None, number: str, last: int, as_json: bool) -> None:
    """Explain one message by its TURN (`careline talk` prints it), or the last ones of a --number, oldest first.

    Shows what was said (secrets masked), its one form, the tables that apply and why, the rule that decided, the
    attempt, the carrier's words, the answers and their delivery. Looking is written to the journal. Exit code 1 when
    there is no such message.
    """
    if bool(turn) == bool(number):
        raise Trouble(
            text("请给出一个编号，或用 --number 给出号码。", "Give either a TURN or a --number."), code=Exit.USAGE
        )
    prepare(demo=True)
    from careline.catalogue import library

    stories = [_by_turn(turn)] if turn else _by_number(number, last)
    book = None if as_json else library.current()
    for place, story in enumerate(stories):
        if book is None:
            print_json(_as_json(story))
            continue
        if place:
            click.echo()
        _show(story, book)


def _by_turn(turn: str) -> "Explained":
    from careline.hall import explaining

    story = explaining.explain(turn.strip())
    if story is None:
        raise Trouble(
            text(f"没有编号为 {turn[:40]} 的短信。", f"There is no message with the turn {turn[:40]}."),
            text(
                "编号见 careline talk；太久的短信已经清除。", "See careline talk for turns; old messages are forgotten."
            ),
            code=Exit.NO,
        )
    _journal("message", story.turn)
    return story


def _by_number(number: str, last: int) -> "list[Explained]":
    from careline.hall import explaining
    from careline.values.msisdn import Msisdn, NotANumber

    try:
        msisdn = Msisdn.parse(number)
    except NotANumber as error:
        raise Trouble(
            text("这不是手机号码。", "This is no telephone number."),
            text("请写成 13900000001。", "Write it as 13900000001."),
            code=Exit.USAGE,
        ) from error
    _journal("subscriber", msisdn.masked())
    stories = explaining.latest(msisdn, last)
    if not stories:
        raise Trouble(
            text(f"{msisdn.masked()} 没有发过短信。", f"{msisdn.masked()} has sent no message."), code=Exit.NO
        )
    return stories[::-1]


def _journal(what: str, record: str) -> None:
    from careline.journal.writing import write

    write(who=f"shell:{getpass.getuser()}", did="look", what=what, record=record, now=datetime.now(UTC))


def _as_json(story: "Explained") -> dict[str, Any]:
    return {**asdict(story), "msisdn": story.msisdn.masked()}


def _show(story: "Explained", book: "Book") -> None:
    from careline.hall import retelling

    language = text("zh", "en")
    at = story.received_at.astimezone()
    click.secho(text("短信", "Message"), bold=True)
    click.echo(f"  {story.said!r}" if not story.said.isprintable() else f"  {story.said}")
    click.echo(f"  {at:%Y-%m-%d %H:%M:%S}  {story.msisdn.masked()} → {story.address}  {story.channel}, {story.link}")
    click.echo(f"  {story.turn}")
    click.secho(text("怎么看懂的", "How it was understood"), bold=True)
    for number, step in enumerate(story.steps, 1):
        click.echo(f"  {number}. {retelling.sentence(step, book, language, ids=True)}")
    click.secho(text("办理", "The attempt"), bold=True)
    attempt = story.attempt
    if attempt is None:
        click.echo("  " + text("没有开始办理什么。", "It began no attempt."))
    else:
        values = ", ".join(f"{name}={value}" for name, value in attempt.parameters.items())
        wish = retelling.meant(book, attempt.service, attempt.verb, language, ids=True)
        click.echo(f"  {wish}{f'  {values}' if values else ''}")
        why = retelling.cause_of(attempt.cause, language)
        cause = text(f"（{why}）", f" ({why})") if attempt.cause else ""
        version = text(f"目录第 {attempt.version} 版", f"catalogue version {attempt.version}")
        table = text(f"代码表 {attempt.table}", f"table {attempt.table}") if attempt.table else "-"
        click.echo(f"  {retelling.outcome(attempt.outcome, language)}{cause}  {table}  {version}")
        click.echo(f"  {attempt.reference}")
        if attempt.carrier_words:
            click.echo(text("  运营商说：", "  The carrier said: ") + attempt.carrier_words)
    click.secho(text("答复和送达", "Answers and delivery"), bold=True)
    if not story.answers:
        click.echo("  " + text("还没有答复。", "No answer yet."))
    for answer in story.answers:
        _show_answer(answer)


def _show_answer(answer: "ExplainedAnswer") -> None:
    for line in answer.text.splitlines():
        click.echo(f"  | {line}")
    from careline.hall import retelling

    state = retelling.delivery(answer.state, text("zh", "en"))
    tries = text(f"，试了 {answer.tries} 次", f", {answer.tries} tries") if answer.tries > 1 else ""
    error = f"  {answer.error}" if answer.error else ""
    settled = answer.settled_at or answer.sent_at or answer.created_at
    click.echo(f"  {state}{tries}  {settled.astimezone():%H:%M:%S}{error}  {answer.key}")
