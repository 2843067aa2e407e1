"""`careline serve PROCESS`: one process of an installation, in the foreground, until SIGTERM or Ctrl-C."""

import os
import signal
from collections.abc import Sequence
from importlib import resources

import click

from careline.cli import Exit, Trouble, prepare, text
from careline.shelf import Shelf


@click.command(
    short_help=text("运行一个进程：web、sms、clock、sender 等。", "Run one process: web, sms, clock, sender, ..."),
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("process")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(process: str, arguments: tuple[str, ...]) -> None:
    """Run PROCESS in the foreground. `web` serves the pages; the others are modules of careline.daemons.

    It runs until SIGTERM or Ctrl-C; on either it puts its things in order first.
    """
    # SIGTERM is turned into SIGINT, so a plain loop gets KeyboardInterrupt and asyncio.run cancels its main task.
    # A shell that starts us in the background has SIGINT ignored, and SIGTERM would then end nothing.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    os.environ.setdefault("CARELINE_LOG_LEVEL", "INFO")
    if process in {"-h", "--help"}:
        click.echo(click.get_current_context().get_help())
        return
    if process == "web":
        from careline.cli._chinese import dressed
        from careline.cli._web import web

        dressed(web).main(args=list(arguments), prog_name="careline serve web", standalone_mode=False)
        return
    prepare(demo=False)
    _serve(process, arguments)


def _serve(process: str, arguments: Sequence[str]) -> None:
    shelf = Shelf("careline.daemons")
    module = shelf.module(process) if process in shelf.names else None
    if module is None or not hasattr(module, "serve"):
        # Not every module there is a process; reading tells without importing.
        folder = resources.files(shelf.package)
        others = [
            name for name in shelf.names if "\ndef serve(" in (folder / f"{name.replace('-', '_')}.py").read_text()
        ]
        known = ["web", *others]
        raise Trouble(
            text(f"没有名为 {process} 的进程。", f"There is no process {process}."),
            text(f"有：{'、'.join(known)}。", f"There are: {', '.join(known)}."),
            code=Exit.USAGE,
        )
    from careline.upkeep import heart

    try:
        with heart.beating(process):
            module.serve(arguments)
    except KeyboardInterrupt:
        return
