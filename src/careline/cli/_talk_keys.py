"""`careline talk --channel voice|ussd`: one call or USSD session in a terminal, key by key."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from careline.cli import Exit, Trouble, print_json, text

if TYPE_CHECKING:
    from careline.demo.calling import Caller
    from careline.hall.telephone import Act

# What may be typed instead of keys, with the event that it is.
SILENT, HUNG_UP, LOST, RETURNED, EARLY = ("...", "hang up", "lost", "returned", "early")


def talk(caller: "Caller", *, as_json: bool) -> None:
    """Dial, press what is typed or given on standard input, one moment a line, until somebody hangs up."""
    from careline.demo.calling import NoWay

    _show("", caller.dial(), as_json=as_json)
    for line in _moments(as_json):
        try:
            act = _do(caller, line)
        except NoWay as error:
            wrong = text(f"菜单里没有 {error}。", f"The menu does not lead to {error}.")
            raise Trouble(wrong, text("写成 @业务.动作。", "Write it as @service.verb."), code=Exit.USAGE) from error
        _show(line, act, as_json=as_json)
        if act.cue.then == "hang_up" and line not in (HUNG_UP, LOST):
            caller.hang_up()
            return
        if line in (HUNG_UP, LOST):
            return
    caller.hang_up()


def _do(caller: "Caller", line: str) -> "Act":
    from careline.dialogue.talk import Event

    word, _, rest = line.partition(" ")
    if line in ("", SILENT):
        return caller.silence()
    if line == HUNG_UP:
        return caller.hang_up()
    if line == LOST:
        return caller.happen(Event.LOST)
    if word == RETURNED:
        return caller.happen(Event.RETURNED, rest)
    if word == EARLY:  # pressed while the prompt had hardly begun
        return caller.happen(Event.KEYS, rest, heard_percent=10)
    return caller.press(line)


def _moments(as_json: bool) -> Iterator[str]:
    if as_json or not sys.stdin.isatty():
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace").strip()
        return
    click.echo(
        text(
            "输入按键，回车；空行表示没有按；Ctrl-D 挂机。",
            "Type keys and press Enter; an empty line is silence; Ctrl-D hangs up.",
        )
    )
    while True:
        try:
            yield input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return


def _show(line: str, act: "Act", *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(line, act))
        return
    click.echo(act.text)
    served, cue = act.served, act.cue
    understood = served.understood if served else None
    what = f"{understood.service} {understood.verb}" if understood else "-"
    end = served.outcome.value if served and served.outcome else (served.asks if served and served.asks else "-")
    cause = f" ({served.cause.value})" if served and served.cause else ""
    waits = cue.then if cue.then != "keys" else f"{cue.keys_max} {cue.ends_with}".strip()
    click.secho(f"  [{cue.node or '-'}; {what} → {end}{cause}; {waits}; {cue.silence_seconds:g} s]", dim=True)


def _as_json(line: str, act: "Act") -> dict[str, Any]:
    served = act.served
    understood = served.understood if served else None
    return {
        "pressed": line,
        "said": act.text,
        "key": act.key,
        "language": act.language,
        "understood": {"service": understood.service, "action": understood.verb} if understood else None,
        "outcome": served.outcome.value if served and served.outcome else None,
        "cause": served.cause.value if served and served.cause else None,
        "asks": (served.asks if served else "") or None,
        "cue": asdict(act.cue),
        "turn": served.turn if served else "",
    }
