"""The demo's voice: installed where we may, and the first words of every call made before anybody calls."""

from datetime import UTC, datetime

import click

from careline.cli import _debian
from careline.cli._language import text

BEGINNING_SECONDS_MAX = 10.0  # for how calls begin; the clock renders the rest, and calls make what they need at once


def set_the_voice() -> None:
    """Install espeak-ng as root on Debian, else say once what to type; then render how calls begin."""
    from careline.prompts import voices

    if _is_espeak() and voices.missing() and _debian.may_install():
        click.echo(text("正在安装 espeak-ng（电话的声音）……", "Installing espeak-ng, the voice of calls ..."))
        _debian.install("espeak-ng")
    if wanting := voices.missing():
        mend = _debian.command("espeak-ng") if _is_espeak() else wanting
        click.echo(
            text(
                f"没有声音：通话只有字幕和录音。安装：{mend}",
                f"No voice: calls show captions and play recordings only. To hear them: {mend}",
            )
        )
        return
    _render_beginnings()


def _is_espeak() -> bool:
    from careline.prompts import voices

    try:
        return voices.chosen().name.startswith("espeak")
    except voices.NoSuchVoice:
        return False


def _render_beginnings() -> None:
    from careline.catalogue import library
    from careline.prompts import house, rendering

    book, speaker = library.current(), house.reader()
    wanted = [one for one in rendering.beginnings(book) if not speaker.has(one.text, one.language)]
    if wanted:
        click.echo(text("正在生成通话的开头……", "Making the first words of calls ..."))
        now = datetime.now(UTC)
        rendering.render(book, speaker, by="demo", now=now, seconds=BEGINNING_SECONDS_MAX, only=wanted)
    speaker.close()
