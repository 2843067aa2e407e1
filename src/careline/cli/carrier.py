"""`careline carrier`: the sandbox carrier misbehaves on request, so that one sees what customers, dial tests and alarms make of it."""

import click

from careline.cli import Exit, Trouble, prepare, text

SLOW_SECONDS = 8.0


@click.group(short_help=text("沙箱运营商：让它出故障，再恢复。", "The sandbox carrier: let it fail, and recover."))
def command() -> None:
    """The carrier's systems as the demo has them."""


@command.command(short_help=text("让沙箱运营商出故障，或恢复。", "Let the sandbox carrier fail, or be well again."))
@click.argument("how", type=click.Choice(("down", "busy", "silent", "slow", "well")))
def stumble(how: str) -> None:
    """From now on the sandbox carrier is HOW for everybody: down, busy, silent, slow (8 s late); `well` ends it."""
    prepare(demo=True)
    import os

    from careline.carrier.adapters.sandbox import stumbling

    if os.environ.get("CARELINE_CARRIER", "sandbox") != "sandbox":
        raise Trouble(text("这里接的不是沙箱运营商。", "The carrier here is not the sandbox."), code=Exit.NO)
    stumbling.recover()
    if how != "well":
        stumbling.stumble(how, seconds=SLOW_SECONDS if how == "slow" else 0.0)  # type: ignore[arg-type]
    click.echo(
        text("沙箱运营商恢复正常。", "The sandbox carrier is well.")
        if how == "well"
        else text(
            f"沙箱运营商现在是 {how}；恢复：careline carrier stumble well",
            f"The sandbox carrier is {how}; `careline carrier stumble well` ends it.",
        )
    )
