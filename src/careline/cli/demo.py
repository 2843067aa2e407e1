"""`careline demo`: a whole small installation on this machine, with a town of made-up people, until Ctrl-C."""

import logging
import os
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careline.cli import Trouble, _prepare, prepare, text

if TYPE_CHECKING:
    from careline.cli._supervisor import Child

HOST = "127.0.0.1"
WEB_PORT, SMSC_PORT, CALLS_PORT = 8000, 2775, 5060


@click.command(
    short_help=text("一条命令试用全部：小镇、网页、短信中心模拟器。", "Try everything: a town, pages, an SMSC.")
)
@click.option("--port", type=int, help=text("网页端口（默认 8000）。", "Port of the pages (8000 unless taken)."))
@click.option(
    "--smsc-port", type=int, help=text("短信中心模拟器端口（默认 2775）。", "Port of the SMSC (2775 unless taken).")
)
@click.option(
    "--calls-port", type=int, help=text("电话（SIP）端口（默认 5060）。", "Port for calls (5060 unless taken).")
)
@click.option(
    "--workers", default=1, show_default=True, help=text("网页工作进程数。", "Worker processes of the pages.")
)
@click.option("--verbose", is_flag=True, help=text("显示各进程的日志。", "Show what the processes say."))
def command(port: int | None, smsc_port: int | None, calls_port: int | None, workers: int, verbose: bool) -> None:
    """Start Postgres, the pages, SMS, calls, the clock and an SMSC simulator, and keep them running until Ctrl-C."""
    if os.environ.get("CARELINE_SECRET_KEY") and os.environ.get("CARELINE_DEMO") != "1":
        raise Trouble(
            text(
                "设置了 CARELINE_SECRET_KEY，这里像是正式环境。",
                "CARELINE_SECRET_KEY is set: this looks like a real installation.",
            ),
            text("演示请用另一个终端，不要设置它。", "Run the demo where it is not set."),
        )
    os.environ["CARELINE_DEMO"] = "1"
    os.environ.setdefault("CARELINE_COURIER_PACE_SECONDS", "45")  # parcels of the demo arrive while one looks
    os.environ.setdefault("CARELINE_COURIER_ASK_SECONDS", "5")
    web = _port(port, WEB_PORT, "--port")
    smsc = _port(smsc_port, SMSC_PORT, "--smsc-port")
    calls = _port(calls_port, CALLS_PORT, "--calls-port")
    server_is_ours = not os.environ.get("DATABASE_URL")
    click.echo(text("正在准备数据库和小镇……", "Preparing the database and the town ..."))
    prepare(demo=True, migrate=True)
    _prepare.check_brand()

    from django.conf import settings
    from django.db import connection

    from careline.cli import _stage_probes
    from careline.cli._stage import set_the_stage
    from careline.cli._supervisor import Supervisor
    from careline.cli._voice import set_the_voice
    from careline.cli._welcome import Ports, welcome
    from careline.identity.staff import settle_demo_staff, settle_roles
    from careline.identity.tokens import settle_demo_token

    set_the_stage()
    _tell_of_an_old_catalogue()
    set_the_voice()
    settle_roles()
    logins = settle_demo_staff()
    token = settle_demo_token(datetime.now(UTC))
    _tell_the_stories()
    _invent_a_month()
    _stage_probes.settle_timetable(datetime.now(UTC))
    connection.close()
    if server_is_ours:
        # Each process joins the server by itself, and so starts it again should it be gone.
        del os.environ["DATABASE_URL"]
    home = Path(settings.HOME)
    links = os.environ.get("CARELINE_LINKS") or _links_to_simulator(home, smsc)
    control = _any_port()
    os.environ.update(_stage_probes.leave_places(home, web=web, calls=calls, control=control))
    supervisor = Supervisor(
        _children(web, smsc, control, calls, workers, links), home / "log" / "demo.log", click.echo, echo=verbose
    )
    supervisor.start()
    try:
        if _answers(web, supervisor.stopping):
            welcome(Ports(HOST, web, smsc, calls), logins, token, supervisor.log)
        supervisor.watch()
    finally:
        click.echo(text("正在停止……", "Stopping ..."))
        supervisor.stop()


def _tell_the_stories() -> None:
    """Cases, orders and offers of the last weeks, so that every page has something to show; quick when they are there."""
    from careline.demo import cases, offers, orders, payments, upkeep

    alarms = logging.getLogger("careline.cases.promised.alarms")
    level = alarms.level
    alarms.setLevel(logging.CRITICAL)  # that a department was late is part of a story, and on its page
    try:
        cases.settle(datetime.now(UTC))
        orders.settle(datetime.now(UTC))
        offers.settle(datetime.now(UTC))
        payments.settle(datetime.now(UTC))
        upkeep.settle(datetime.now(UTC))
    finally:
        alarms.setLevel(level)


def _invent_a_month() -> None:
    """Attempts for the pages of statistics, marked as the demo's own; quick when they are there."""
    from careline.catalogue import library
    from careline.demo import insight

    insight.settle(library.current(), datetime.now(UTC))


def _tell_of_an_old_catalogue() -> None:
    """Somebody edited the catalogue before there were calls: say how it takes in what it lacks."""
    from django.conf import settings

    from careline.catalogue.importing import silent_on_calls
    from careline.catalogue.version import Version
    from careline.cli._checks_database import renewal

    if (current := Version.published()) is not None and silent_on_calls(current):
        click.echo(
            text("目录里没有电话菜单或电话用语。", "The catalogue has no phone menus or no texts for calls.")
            + " "
            + renewal(settings.PACKS)
        )


def _links_to_simulator(home: Path, port: int) -> str:
    """The accounts file that binds the SMS process to the simulator, wherever it found a port."""
    file = home / "links.toml"
    file.write_text(
        f'[[link]]\nname = "demo"\nhost = "{HOST}"\nport = {port}\n'
        'system_id = "careline"\nsecret = "secret"\nreceipts = true\n'
    )
    return str(file)


def _children(web: int, smsc: int, control: int, calls: int, workers: int, links: str) -> "list[Child]":
    """The processes of the demo, in the order in which they start."""
    from careline.cli._supervisor import Child

    careline = [sys.executable, "-m", "careline.cli"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CARELINE_LINKS": links}
    commands = {
        "smsc": ["smsc", "--port", str(smsc), "--control-port", str(control)],
        "web": ["serve", "web", "--host", HOST, "--port", str(web), "--workers", str(workers)],
        "clock": ["serve", "clock"],
        "sms": ["serve", "sms"],
        "calls": ["serve", "calls", "--listen", f"{HOST}:{calls}"],
        "probes": ["serve", "probes"],
        "seat": ["calls", "agent", "--name", "801", "--skill", "zh", "--skill", "en"],
    }
    return [Child(name, [*careline, *arguments], environment) for name, arguments in commands.items()]


def _any_port() -> int:
    from careline.cli._ports import free_near

    return free_near(HOST, SMSC_PORT + 100)


def _port(chosen: int | None, usual: int, option: str) -> int:
    """The port asked for, or the usual one, or the next free one with a word about it."""
    from careline.cli._ports import free_near, is_free

    port = chosen or usual
    if is_free(HOST, port):
        return port
    other = free_near(HOST, port + 1)
    if chosen:
        raise Trouble(
            text(f"端口 {chosen} 已被占用。", f"Port {chosen} is in use."),
            text(f"可用：{option} {other}", f"This one is free: {option} {other}"),
        )
    click.echo(text(f"端口 {usual} 已被占用，改用 {other}。", f"Port {usual} is in use; {other} is taken instead."))
    return other


def _answers(port: int, stopping: threading.Event) -> bool:
    """Whether the pages answer before we are told to stop."""
    while not stopping.wait(0.1):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/phone", timeout=10):
                return True
        except urllib.error.HTTPError:
            return True  # it answers, and the page says what is wrong
        except OSError:
            continue
    return False
