"""`careline catalogue errors` and `careline catalogue channels`: what calls say of errors, and what each channel can do."""

from typing import TYPE_CHECKING

import click

from careline.cli import Exit, json_option, print_json, text
from careline.cli._language import chinese
from careline.cli._which import documents_of, pack_trouble

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.values.language import Text


@click.command(
    short_help=text(
        "错误提示语统计表；缺少或相同时退出码为 1。",
        "The error prompts of calls; exit code 1 when any lacks or shares words.",
    )
)
@click.argument("which", default="published")
@json_option
def errors(which: str, as_json: bool) -> None:
    """Each kind of error that a caller can hear of in WHICH, with its words: what lacks words, what shares them."""
    from careline.catalogue import error_prompts

    prompts = error_prompts.prompts(_book(which))
    sound = all(prompt.sound for prompt in prompts)
    if as_json:
        print_json(
            {
                "which": which,
                "sound": sound,
                "verdict": error_prompts.verdict(prompts)._asdict(),
                "errors": [prompt.as_json() for prompt in prompts],
            }
        )
    else:
        for prompt in prompts:
            mark = "  " if prompt.sound else "! "
            click.echo(f"{mark}{prompt.cause_class:10} {prompt.kind}")
            for said in prompt.text:
                click.echo(f"             {said or text('（缺少）', '(missing)')}")
            if prompt.shared_with:
                click.echo(f"             = {', '.join(prompt.shared_with)}")
        missing, shared = sum(one.missing for one in prompts), sum(bool(one.shared_with) for one in prompts)
        said_all = text(
            "{all} 种错误，{missing} 种缺少文本，{shared} 种与别的相同：{verdict}",
            "{all} kinds, {missing} without words, {shared} sharing words: {verdict}",
        )
        click.echo(
            said_all.format(
                all=len(prompts), missing=missing, shared=shared, verdict=_say(error_prompts.verdict(prompts))
            )
        )
    if not sound:
        raise SystemExit(Exit.NO)


@click.command(
    short_help=text("各渠道能办什么，不能办的写明原因。", "What each channel can do, and why not where not.")
)
@click.argument("which", default="published")
@json_option
def channels(which: str, as_json: bool) -> None:
    """Every action of every service in WHICH by channel: sms, voice, ussd."""
    from careline.catalogue import channel_abilities

    rows = channel_abilities.abilities(_book(which))
    if as_json:
        counts = channel_abilities.totals(rows)
        print_json({"which": which, "totals": counts, "actions": [row.as_json() for row in rows]})
        return
    for row in rows:
        marks = " ".join(f"{channel} {'✓' if one.can else '–'}" for channel, one in row.by_channel.items())
        why = dict.fromkeys(_say(one.why) for one in row.by_channel.values() if not one.can)
        click.echo(f"{marks}  {row.service.id} {row.verb.value}" + (f"  ({'; '.join(why)})" if why else ""))


def _book(which: str) -> "Book":
    from careline.catalogue.compiling import compile_book
    from careline.catalogue.documents import PackError

    try:
        return compile_book(documents_of(which))
    except PackError as wrong:
        raise pack_trouble(wrong) from wrong


def _say(said: "Text") -> str:
    return said.zh if chinese() else said.en
