"""`careline probes measure`: how often a probe would take a right prompt for wrong, or a wrong one for right."""

from typing import TYPE_CHECKING

import click

from careline.cli import Trouble, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.probes.listening import measuring_words
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
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(["zh", "en"]),
    default=("zh", "en"),
    show_default=True,
    help=text("测哪种语言。", "Of which language."),
)
@click.option(
    "--packs",
    "from_packs",
    is_flag=True,
    help=text("用目录包，不用已发布的目录。", "The packs, not the published catalogue."),
)
@click.option(
    "--speech",
    is_flag=True,
    help=text("测听词（语音识别），不测听音。", "Words, by speech recognition, instead of prompts by their sound."),
)
@json_option
def command(clips: int, languages: tuple[str, ...], from_packs: bool, speech: bool, as_json: bool) -> None:
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
    if speech:
        _speech(book, clips, languages, as_json)
        return
    speaker = house.speaker()
    found = [measure(book, speaker.clips, one, clips_max=clips) for one in languages]
    if as_json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        _show(one)


def _speech(book: "Book", clips: int, languages: tuple[str, ...], as_json: bool) -> None:
    from careline.probes.listening import whisper
    from careline.probes.listening.measuring_words import measure
    from careline.prompts import voices

    if (wanting := whisper.missing()) is not None:
        raise Trouble(text(f"没有安装语音识别（{whisper.INSTALL}）。", f"Words cannot be recognised: {wanting}"))
    voice, model = voices.chosen(), whisper.Model()
    found = [
        measure(
            book, lambda words, language: voice.speak(words, language, slow=False), voice.name, model, one, clips_max=clips
        )
        for one in languages
    ]  # fmt: skip
    if as_json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        click.echo(
            text(f"{one.language}：{one.clips} 段，{one.voice}", f"{one.language}: {one.clips} clips, {one.voice}")
        )
        for line in one.lines:
            _show_words(line)


def _show_words(line: "measuring_words.Line") -> None:
    each = line.processor_seconds / line.seconds if line.seconds else 0.0
    click.echo(
        text(f"  {line.line}，丢包 {line.loss:.0%}：", f"  {line.line}, {line.loss:.0%} lost: ")
        + text(f"听对 {line.heard}/{line.clips}", f"heard {line.heard}/{line.clips}")
        + text(f"，误认别句 {line.mistaken}/{line.others}", f", another text accepted {line.mistaken}/{line.others}")
        + text(
            f"，误认改过的句子 {line.passed_altered}/{line.altered}",
            f", the text altered accepted {line.passed_altered}/{line.altered}",
        )
        + text(f"，每秒声音用处理器 {each:.2f} 秒", f", {each:.2f} s of processor a second")
    )


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
