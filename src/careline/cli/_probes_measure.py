"""`careline probes measure`: how often a probe would take a right prompt for wrong, or a wrong one for right."""

from typing import TYPE_CHECKING

import click

from careline.cli import Trouble, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.probes.listening.measuring import Measured


@click.command("measure", short_help=text("测一测听音准不准。", "How well probes hear, in figures."))
@click.option(
    "--clips",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help=text("最多用多少段，0 为全部。", "At most so many clips; 0 is all."),
)
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(["zh", "en"]), default=("zh", "en"), show_default=True
)
@click.option(
    "--packs",
    "from_packs",
    is_flag=True,
    help=text("用目录包，不用已发布的目录。", "The packs, not the published catalogue."),
)
@json_option
def command(clips: int, languages: tuple[str, ...], from_packs: bool, as_json: bool) -> None:
    """Play every clip of the book over lines of several qualities, and look for it and for others. The same figures each time."""
    prepare(demo=True)
    from careline.catalogue import library
    from careline.catalogue.packs import read_book
    from careline.catalogue.refusals import NothingPublished
    from careline.probes.listening.measuring import measure
    from careline.prompts import house

    try:
        book = read_book() if from_packs else library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet."), "--packs") from nothing
    speaker = house.speaker()
    found = [measure(book, speaker.clips, one, clips_max=clips) for one in languages]
    if as_json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        _show(one)


def _show(one: "Measured") -> None:
    click.echo(
        text(
            f"{one.language}：{one.clips} 段，共 {one.seconds:.0f} 秒",
            f"{one.language}: {one.clips} clips, {one.seconds:.0f} s",
        )
    )
    for line in one.lines:
        click.echo(
            text(
                f"  丢包 {line.loss:.0%}，{line.level_db:+.0f} dB：",
                f"  {line.loss:.0%} lost, {line.level_db:+.0f} dB: ",
            )
            + text(f"听对 {line.heard}/{line.clips}", f"heard {line.heard}/{line.clips}")
            + text(f"，漏认 {line.false_refusals:.3%}", f", falsely refused {line.false_refusals:.3%}")
            + text(f"，最低 {line.least_like_itself:.2f}", f", least like itself {line.least_like_itself:.2f}")
        )
        if line.compared:
            click.echo(
                text(
                    f"    误认 {line.mistaken}/{line.compared}", f"    falsely accepted {line.mistaken}/{line.compared}"
                )
                + f" = {line.false_acceptances:.4%}"
                + text(
                    f"，与别段最像 {line.most_like_another:.2f}", f", most like another {line.most_like_another:.2f}"
                )
                + text(f"，同音 {line.same_sound}", f", the very same sound {line.same_sound}")
            )
