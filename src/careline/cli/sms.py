"""`careline sms`: text the hall, see which answers are stuck, send one again."""

import getpass
from datetime import UTC, datetime
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text


@click.group(short_help=text("发短信、查看和重发答复。", "Text the hall, look after answers."))
def command() -> None:
    """Text the hall as a subscriber, see which answers are stuck, send one again."""


@command.command(short_help=text("以某个号码发一条短信。", "Text the hall as a subscriber."))
@click.option(
    "--from", "sender", required=True, help=text("用户号码，如 13900000001。", "A number, such as 13900000001.")
)
@click.option(
    "--to", "address", default="10086", show_default=True, help=text("发往的号码。", "The number to write to.")
)
@click.option(
    "--wait-seconds", default=10.0, show_default=True, help=text("等待答复的秒数。", "How long to wait for the answer.")
)
@click.argument("words", nargs=-1, required=True)
@json_option
def send(sender: str, address: str, wait_seconds: float, words: tuple[str, ...], as_json: bool) -> None:
    """Send WORDS through the running simulator (`careline smsc`), or straight to the hall when none runs.

    Exit code 1 when no answer came in time.
    """
    prepare(demo=True)
    from django.conf import settings

    from careline.cli._smsc_desk import ask
    from careline.values.msisdn import Msisdn, NotANumber

    said = " ".join(words)
    try:
        msisdn = Msisdn.parse(sender, settings.COUNTRY_CODE)
    except NotANumber as error:
        raise Trouble(
            text(f"{sender} 不是号码。", f"{sender} is no number."),
            text("请写成 13900000001。", "Write 13900000001."),
            code=Exit.USAGE,
        ) from error
    asked = {"from": msisdn.digits, "to": address, "text": said, "wait_seconds": wait_seconds}
    result = ask(settings.HOME, asked)
    by = "smsc"
    if result is None:
        result, by = _straight(msisdn, address, said), "hall"
    if as_json:
        print_json({"by": by, **result})
    elif result.get("answer"):
        click.echo(result["answer"])
    if not result.get("answer"):
        if not as_json:
            click.echo(_silence(result), err=True)
        raise SystemExit(int(Exit.NO))


def _silence(result: dict[str, Any]) -> str:
    if result.get("bound") == 0:
        return text(
            "短信中心没有连接：请运行 `careline serve sms`。", "Nobody is bound to the SMSC: run `careline serve sms`."
        )
    return text("没有收到答复。", "No answer came.")


def _straight(msisdn: Any, address: str, said: str) -> dict[str, Any]:
    """Without a simulator: the very reception that the SMS process uses, in this process."""
    from careline import wiring
    from careline.hall.turn import Arrival
    from careline.protocols.smstext import count_parts
    from careline.values.reference import new_reference

    now = datetime.now(UTC)
    arrival = Arrival(msisdn, said, "cli", new_reference()[0], now, "sms", address, at_once=True)
    [served] = wiring.reception().receive([arrival])
    answer = served.letter.text if served.letter else None
    return {"answer": answer, "source": address, "parts": count_parts(answer) if answer else 0}


@command.command(short_help=text("哪些答复没有发出去。", "Which answers have not left."))
@click.option("--limit", default=50, show_default=True, help=text("最多列出多少条。", "How many to list at most."))
@json_option
def outbox(limit: int, as_json: bool) -> None:
    """List letters that wait, are being retried or were given up, the oldest first. Exit code 1 when there are any."""
    prepare(demo=True)
    from careline.outbox.resending import counts, stuck

    letters = stuck(datetime.now(UTC), limit)
    if as_json:
        print_json(
            {
                "counts": [
                    {"link": link, "state": state, "letters": n} for (link, state), n in sorted(counts().items())
                ],
                "stuck": [_plain(letter) for letter in letters],
            }
        )
    else:
        for (link, state), count in sorted(counts().items()):
            click.echo(f"{link:<20} {state:<10} {count:>10}")
        for letter in letters:
            click.echo(
                f"{letter.id}  {letter.msisdn}  {letter.link}  {letter.state}  {letter.created_at:%Y-%m-%d %H:%M:%S}"
                f"  tries {letter.tries}, doubts {letter.doubts}  {letter.error}"
            )
    if letters:
        raise SystemExit(int(Exit.NO))


def _plain(letter: Any) -> dict[str, Any]:
    return {
        "id": letter.id,
        "msisdn": str(letter.msisdn),
        "link": letter.link,
        "state": letter.state,
        "created_at": letter.created_at.isoformat(),
        "tries": letter.tries,
        "doubts": letter.doubts,
        "error": letter.error,
    }


@command.command(short_help=text("重发一条答复。", "Send a letter once more."))
@click.argument("letter")
def resend(letter: str) -> None:
    """Send LETTER (an id of `careline sms outbox`) once more; it is counted and written into the journal."""
    prepare(demo=True)
    from django.core.exceptions import ValidationError

    from careline.outbox import resending

    try:
        resending.resend(letter, by=f"shell:{getpass.getuser()}", now=datetime.now(UTC))
    except (resending.NotThere, ValidationError) as error:
        raise Trouble(
            text(f"没有可以重发的短信 {letter}。", f"There is no letter {letter} that could be sent again."),
            text(
                "已发出、已送达或已放弃的才能重发，见 `careline sms outbox`。",
                "Only what was sent, delivered or given up can be; see `careline sms outbox`.",
            ),
            code=Exit.NO,
        ) from error
    click.echo(text("已重新排队。", "Queued once more."))
