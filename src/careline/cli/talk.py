"""`careline talk`: chat with the hall in a terminal, as any subscriber, in any region, on any day."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.demo.visit import Visit
    from careline.hall.turn import Served


@click.command(short_help=text("在终端里和营业厅对话。", "Chat with the hall in a terminal."))
@click.option("--as", "who", default="", help=text("小镇居民的姓名或号码。", "Someone of the town: name or number."))
@click.option(
    "--table", default="", help=text("代码表：T1 T2 T3 T4 T5 T6a T6b。", "Code table: T1 T2 T3 T4 T5 T6a T6b.")
)
@click.option(
    "--brand", default="", help=text("品牌：gotone mzone easyown prepaid。", "Brand: gotone mzone easyown prepaid.")
)
@click.option(
    "--fresh", is_flag=True, help=text("每条短信都由一位全新的用户发出。", "Say each text as a fresh subscriber.")
)
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", help=text("用户的语言。", "The customer's language.")
)
@click.option(
    "--on",
    "moment",
    default="",
    help=text("哪一天，如 2009-10-31 或 2009-11-30T18:01。", "The day, such as 2009-10-31 or 2009-11-30T18:01."),
)
@click.option(
    "--channel",
    type=click.Choice(["sms", "voice", "ussd"]),
    default="sms",
    help=text("短信、电话按键，或USSD。", "SMS, keys on a call, or USSD."),
)
@click.option("--to", "address", default="10086", help=text("发往的号码。", "The number to write to."))
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text("把对话写成一份对话测试。", "Write the talk as a transcript test."),
)
@json_option
def command(
    who: str,
    table: str,
    brand: str,
    fresh: bool,
    language: str,
    moment: str,
    channel: str,
    address: str,
    record: Path | None,
    as_json: bool,
) -> None:
    """Text the hall. Without --as or --table you are the first person of the town.

    With --json (or when standard input is not a terminal) texts are read from standard input, one a line. Each JSON line
    has said, understood (table, service, action, parameters; null when nothing was), outcome (null while a question is
    open or when there was no attempt), cause, asks (the open question), answer, parts (how many SMS).

    With --channel voice or ussd each line is what is pressed in one moment (12, 5#), @service.verb for the way there through
    the menu, an empty line for silence, "early 1" for a key before the prompt was heard, "returned nobody" (or left_queue,
    callback, talked) after a person was called, "lost", or "hang up". JSON lines then have pressed, said, key, cue.
    """
    prepare(demo=True)
    from careline import wiring
    from careline.cli._stage import set_the_stage
    from careline.demo import visit as visits

    set_the_stage()
    clock = _clock(moment)
    reception = wiring.reception(clock=clock)
    try:
        visit = visits.begin(reception, clock, who=who, table=table, brand=brand, language=language, address=address)
    except visits.UnknownPerson as error:
        wrong = text(f"镇上没有“{error}”。", f"Nobody in the town is called {error}.")
        raise Trouble(
            wrong, text("careline demo 会列出所有人。", "careline demo lists everyone."), code=Exit.USAGE
        ) from error
    except visits.UnknownTable as error:
        wrong = text(f"没有代码表 {error}。", f"There is no code table {error}.")
        known = "、".join(reception.book().tables)
        raise Trouble(wrong, text(f"有：{known}", f"There are: {known}"), code=Exit.USAGE) from error
    if fresh and not table:
        raise Trouble(text("--fresh 需要 --table。", "--fresh needs --table."), code=Exit.USAGE)
    if channel != "sms":
        from careline.cli._talk_keys import talk
        from careline.demo.calling import Caller

        talk(Caller(reception, visit.msisdn, clock, channel, address), as_json=as_json)
        return
    lines: list[Served] = []
    for said in _texts(as_json):
        if fresh:
            visit = visit.anew(said)
        served = visit.say(said)
        lines.append(served)
        if as_json:
            print_json(_as_json(said, served))
        else:
            _show(visit, served)
    if record is not None:
        from careline.demo.transcript import write

        record.write_text(write(visit, lines), encoding="utf-8")
        click.echo(text(f"已写入 {record}", f"Written to {record}"), err=True)


def _clock(moment: str) -> Any:
    """The time of the talk: now, or beginning at `moment` in the carrier's time zone and going on from there."""
    if not moment:
        return lambda: datetime.now(UTC)
    from zoneinfo import ZoneInfo

    from django.conf import settings

    try:
        start = datetime.fromisoformat(moment)
    except ValueError as error:
        wrong = text(f"看不懂的日期：{moment}。", f"{moment} is no date.")
        raise Trouble(
            wrong, text("请写成 2009-10-31T12:00。", "Write it as 2009-10-31T12:00."), code=Exit.USAGE
        ) from error
    start = start.replace(tzinfo=ZoneInfo(settings.TIME_ZONE)) if start.tzinfo is None else start
    begun = datetime.now(UTC)

    def clock() -> datetime:
        return start.astimezone(UTC) + (datetime.now(UTC) - begun) + timedelta(0)

    return clock


def _texts(as_json: bool) -> Any:
    """What is said: lines of standard input, or typed at a prompt."""
    if as_json or not sys.stdin.isatty():
        # Bytes that are no UTF-8 are said as they are, with replacement characters: the hall must answer those too.
        for line in sys.stdin.buffer:
            if said := line.decode("utf-8", "replace").rstrip("\r\n"):
                yield said
        return
    click.echo(text("输入短信，回车发送；Ctrl-D 结束。", "Type a message and press Enter; Ctrl-D ends."))
    while True:
        try:
            said = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if said:
            yield said


def _as_json(said: str, served: "Served") -> dict[str, Any]:
    from careline.protocols.smstext import count_parts

    understood = served.understood
    answer = served.letter.text if served.letter else ""
    return {
        "said": said,
        "understood": {
            "table": understood.table,
            "service": understood.service,
            "action": understood.verb,
            "parameters": dict(understood.parameters),
        }
        if understood
        else None,
        "outcome": served.outcome.value if served.outcome else None,
        "cause": served.cause.value if served.cause else None,
        "asks": served.asks or None,
        "answer": answer,
        "parts": count_parts(answer) if answer else 0,
        "rule": understood.rule if understood else None,
        "turn": served.turn,
    }


def _show(visit: "Visit", served: "Served") -> None:
    from careline.protocols.smstext import count_parts

    answer = served.letter.text if served.letter else text("（没有回复）", "(no answer)")
    click.echo(answer)
    understood = served.understood
    what = f"{understood.table or '-'} {understood.service} {understood.verb}" if understood else "-"
    end = served.outcome.value if served.outcome else (served.asks and f"? {served.asks}") or "-"
    cause = f" ({served.cause.value})" if served.cause else ""
    click.secho(f"  [{what} → {end}{cause}; {count_parts(answer)} SMS; careline explain {served.turn}]", dim=True)
