"""`careline calls`: how the telephone side does, who answers at the desk, and a telephone that answers by itself."""

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click

from careline.cli import Trouble, json_option, prepare, print_json, text

if TYPE_CHECKING:
    from careline.simulators.caller import Talk

GREETING_PITCHES = (660.0, 880.0)


@click.group(
    short_help=text("电话侧：状态、座席、模拟座席话机。", "The telephone side: status, seats, a seat's telephone.")
)
def command() -> None:
    """The telephone side of this installation."""


@command.command(short_help=text("各进程的数字。", "Figures of all processes."))
@json_option
def status(as_json: bool) -> None:
    """Show what goes on: active calls, the hall process, each worker's endpoint and sound."""
    prepare(demo=True, database=False)
    told = asyncio.run(_statistics())
    if as_json:
        print_json(told)
        return
    hall = told["hall"]
    click.echo(
        text(f"通话 {hall['calls']}，等候处理 {hall['waiting']}", f"calls {hall['calls']}, waiting {hall['waiting']}")
    )
    for name, figures in sorted(told["workers"].items()):
        engine, endpoint = figures["engine"], figures["endpoint"]
        click.echo(f"{name}: calls {figures['calls']}  taken {endpoint.get('taken', 0)}  {_short(engine)}")


def _short(engine: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in engine.items() if "gap" in name or name == "streams")


async def _statistics() -> dict[str, Any]:
    from pathlib import Path

    from django.conf import settings as house

    from careline.channels.calls import settings
    from careline.channels.calls.hall_line import HallDown, HallFault, HallLine

    line = HallLine(Path(house.HOME) / settings.SOCKET, "status")
    line.start()
    try:
        async with asyncio.timeout(2):
            await line.up.wait()
        told: dict[str, Any] = await line.ask("statistics", dict, seconds=2.0)
        return told
    except (TimeoutError, HallDown, HallFault) as error:
        raise Trouble(
            text("电话侧没有运行。", "The telephone side does not run."),
            text("请运行 `careline serve calls`。", "Run `careline serve calls`."),
        ) from error
    finally:
        await line.stop()


@command.command(short_help=text("座席一览。", "The seats."))
@json_option
def agents(as_json: bool) -> None:
    """List the desk's seats and their states."""
    prepare(demo=True)
    from careline.desk.models import Seat

    rows: list[dict[str, Any]] = [
        {"name": seat.name, "uri": seat.uri, "state": seat.state, "skills": seat.skills, "misses": seat.misses}
        for seat in Seat.objects.order_by("name")
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:12} {row['state']:8} {row['uri']}  {' '.join(row['skills'])}")


@command.command(short_help=text("给座席一部话机。", "Give a seat its telephone."))
@click.argument("name")
@click.argument("uri")
@click.option("--queue", default="care", show_default=True, help=text("队列。", "The queue."))
@click.option("--skill", "skills", multiple=True, help=text("技能。", "A skill; may be repeated."))
@click.option("--place", default=0, help=text("依次振铃时的顺序。", "Its place where seats ring in order."))
def seat(name: str, uri: str, queue: str, skills: tuple[str, ...], place: int) -> None:
    """Make the seat NAME at the desk, with the telephone at URI (sip:801@10.2.0.17), and free it for calls."""
    from careline.protocols.sip.malformed import Malformed
    from careline.protocols.sip.uri import Uri

    try:
        Uri.parse(uri)
    except Malformed as wrong:
        raise click.BadParameter(str(wrong), param_hint="URI") from wrong
    prepare(demo=True)
    from django.utils import timezone

    from careline.desk import seats

    seats.settle(name, uri, queue, timezone.now(), skills=skills, place=place)
    click.echo(text(f"座席 {name} 在 {uri}", f"seat {name} at {uri}"))


@command.command(name="queue", short_help=text("队列的规则。", "The rules of a queue."))
@click.argument("name")
@click.option(
    "--strategy",
    type=click.Choice(["longest_idle", "sequential", "simultaneous"]),
    help=text("振铃次序：空闲最久的、依次、同时。", "Who rings: idle for longest, in order, all at once."),
)
@click.option(
    "--ring-seconds", type=click.FloatRange(1, 120), help=text("每座席振铃多久。", "How long one seat rings.")
)
@click.option("--wait-seconds", type=click.FloatRange(1, 7200), help=text("最多等多久。", "How long callers wait."))
@click.option(
    "--open", "hours", metavar="HH:MM-HH:MM", help=text("服务时间；24h为全天。", "Hours; 24h for day and night.")
)
@click.option(
    "--service", "services", multiple=True, help=text("业务或业务组。", "A service or group; may be repeated.")
)
@click.option("--record/--no-record", default=None, help=text("是否录音。", "Whether talks are recorded."))
@json_option
def rules(
    name: str,
    strategy: str | None,
    ring_seconds: float | None,
    wait_seconds: float | None,
    hours: str | None,
    services: tuple[str, ...],
    record: bool | None,
    as_json: bool,
) -> None:
    """Make the queue NAME, or change what is named here; print its rules."""
    from datetime import datetime

    opens = closes = None
    if hours and hours != "24h":
        try:
            opens, closes = (datetime.strptime(one, "%H:%M").time() for one in hours.split("-"))  # noqa: DTZ007
        except ValueError as wrong:
            raise click.BadParameter(hours, param_hint="--open") from wrong
    prepare(demo=True)
    from careline.desk import queue

    found = queue.named(name)
    given = {"strategy": strategy, "ring_seconds": ring_seconds, "wait_seconds_max": wait_seconds, "recorded": record}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    changes |= {"opens_at": opens, "closes_at": closes} if hours else {}
    changes |= {"services": list(services)} if services else {}
    for key, value in changes.items():
        setattr(found, key, value)
    found.save()
    rows = {key: getattr(found, key) for key in (*given, "opens_at", "closes_at", "services")}
    if as_json:
        print_json(
            {"name": name, **{key: str(one) if key.endswith("_at") and one else one for key, one in rows.items()}}
        )
        return
    click.echo("  ".join([name, *(f"{key} {value}" for key, value in rows.items())]))


@command.command(
    short_help=text("模拟座席话机：接听并显示来电。", "A seat's telephone that answers and says who calls.")
)
@click.option("--name", default="801", show_default=True, help=text("座席名。", "The seat's name."))
@click.option("--queue", default="care", show_default=True, help=text("队列。", "The queue."))
@click.option("--skill", "skills", multiple=True, help=text("技能。", "A skill; may be repeated."))
@click.option("--ring-seconds", default=2.0, show_default=True, help=text("响多久才接。", "How long it rings."))
def agent(name: str, queue: str, skills: tuple[str, ...], ring_seconds: float) -> None:
    """Take a seat at the desk until Ctrl-C: answer every call, print what is known of it, and talk in tones."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    prepare(demo=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_sit(name, queue, skills, ring_seconds))


async def _sit(name: str, queue: str, skills: tuple[str, ...], ring_seconds: float) -> None:
    from django.utils import timezone

    from careline.desk import seats
    from careline.desk.models import SeatState
    from careline.simulators.caller import Caller

    async def on_call(talk: "Talk") -> None:
        await _answer(talk, name, ring_seconds)

    async with Caller(on_call=on_call) as telephone:
        uri = f"sip:{name}@{telephone.address}"
        seat = await asyncio.to_thread(seats.settle, name, uri, queue, timezone.now(), skills=skills)
        click.echo(text(f"座席 {name} 在 {uri}", f"seat {name} at {uri}"))
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(seats.set_state, seat.pk, SeatState.AWAY, timezone.now())


async def _answer(talk: "Talk", name: str, ring_seconds: float) -> None:
    known = {key: unquote(value) for key, value in talk.call.headers if key.startswith("X-Careline-")}
    click.echo(text(f"{name} 来电 {talk.call.caller or '未知'}", f"{name}: {talk.call.caller or 'unknown'} calls"))
    for key, value in known.items():
        click.echo(f"  {key.removeprefix('X-Careline-')}: {value}")
    await talk.call.ring()
    await asyncio.sleep(ring_seconds)
    if not await talk.call.answer():
        return
    talk.say(_tones())
    ended = await talk.ended(3600)
    click.echo(text(f"{name} 通话结束（{ended.reason}）", f"{name}: the call has ended ({ended.reason})"))


def _tones() -> bytes:
    """Something to hear, since nobody sits there."""
    import numpy as np

    from careline.protocols.rtp.g711 import encode_alaw

    time = np.arange(2400) / 8000
    notes = [np.sin(2 * np.pi * pitch * time) * np.exp(-4 * time) for pitch in GREETING_PITCHES]
    return encode_alaw((np.concatenate(notes) * 9000).astype(np.int16))
