"""`careline smsc`: an SMSC that speaks SMPP 3.4 on loopback, to text the hall as any subscriber."""

import asyncio
import contextlib
import signal
import sys

import click

from careline.cli import Exit, Trouble, prepare, text

HOST = "127.0.0.1"


@click.command(short_help=text("本机短信中心模拟器（SMPP 3.4）。", "An SMSC simulator on loopback (SMPP 3.4)."))
@click.option("--port", default=2775, show_default=True, help=text("SMPP 端口。", "The SMPP port."))
@click.option(
    "--control-port", default=0, help=text("控制端口（默认任选）。", "The control port (any free one by default).")
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ID:SECRET",
    help=text("可以绑定的账号（默认 careline:secret）。", "An account that may bind (careline:secret by default)."),
)
@click.option("--as", "speaker", default="", help=text("聊天时用的号码。", "The number that chats."))
def command(port: int, control_port: int, accounts: tuple[str, ...], speaker: str) -> None:
    """Run an SMSC until Ctrl-C. In a terminal, type `13900000001: CXYE` and see what is answered.

    `careline sms send` delivers texts through it. It listens on loopback only.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell started us in the background
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    prepare(demo=True, database=False)
    known = dict(account.partition(":")[::2] for account in accounts) or {"careline": "secret"}
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(port, control_port, known, speaker))


async def _run(port: int, control_port: int, accounts: dict[str, str], speaker: str) -> None:
    from django.conf import settings

    from careline.cli._smsc_desk import Desk, leave_word

    desk = Desk(host=HOST, port=port, control_port=control_port, accounts=accounts, country=settings.COUNTRY_CODE)
    try:
        await desk.open()
    except OSError as error:
        raise Trouble(
            text(f"端口 {port} 或 {control_port} 无法监听。", f"Port {port} or {control_port} cannot be listened on."),
            text("请用 --port 换一个。", "Choose another with --port."),
            code=Exit.MISSING,
        ) from error
    word = leave_word(settings.HOME, desk)
    click.echo(text(f"短信中心在 {HOST}:{desk.smsc.port}", f"The SMSC listens on {HOST}:{desk.smsc.port}"), err=True)
    try:
        if sys.stdin is not None and sys.stdin.isatty():
            click.echo(text("输入“号码: 短信”，例如", "Type `number: text`, such as") + " 13900000001: CXYE", err=True)
            await desk.chat(speaker or _somebody(), click.echo)
        await asyncio.Event().wait()
    finally:
        word.unlink(missing_ok=True)
        await desk.close()


def _somebody() -> str:
    from careline.demo import town

    return town.people()[0].number
