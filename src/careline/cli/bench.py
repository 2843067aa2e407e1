"""`careline bench`: how many commands a second, how long they take, and is anything lost or done twice."""

import os
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, print_json, text
from careline.cli._bench.cases_command import cases
from careline.cli._bench.insight_command import insight
from careline.cli._bench.probes_command import probes
from careline.cli._bench.screen import alone, plainly, print_rows, progress, show
from careline.cli._bench.web_command import web

LINES = 1_000_000
CALLERS = 20_000
BLOWS = ("hall", "postgres", "backend", "cut", "clock")


@click.group(
    short_help=text("测速：每秒多少条、多快、有没有丢失或重复。", "How fast, and is anything lost or done twice.")
)
def command() -> None:
    """Measure careline on this machine, on a server and a crowd of its own."""


command.add_command(cases)
command.add_command(insight)
command.add_command(probes)
command.add_command(web)


@command.command("sms", short_help=text("短信全程。", "The whole way of a text message."))
@json_option
@click.option("--lines", type=click.IntRange(10_000, 10_000_000), default=LINES, show_default=True,
              help=text("用户数（首次生成，之后保留）。", "Subscribers; made once and kept."))  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1, 600), default=15.0, show_default=True,
              help=text("满载阶段的秒数。", "Seconds of saturation; the other phases follow."))  # fmt: skip
@click.option(
    "--rate",
    type=click.FloatRange(1),
    help=text("半载阶段的每秒条数。", "Commands a second of the paced phase (half of what was reached)."),
)
@click.option("--under-way", type=click.IntRange(1), default=4096, show_default=True,
              help=text("满载时未答复的条数。", "Texts without an answer at saturation."))  # fmt: skip
@click.option("--binds", type=click.IntRange(1, 16), default=2, show_default=True, help=text("连接数。", "Binds."))
@click.option(
    "--window",
    type=click.IntRange(1),
    default=512,
    show_default=True,
    help=text("每个连接的窗口。", "Window of each bind."),
)
@click.option("--halls", type=click.IntRange(1, 16), default=lambda: min(8, os.cpu_count() or 1), show_default="cores",
              help=text("短信进程数，各有自己的帐号。", "SMS processes, each with an account of its own."))  # fmt: skip
@click.option("--receipts", is_flag=True, help=text("要求送达回执。", "Ask for delivery receipts."))
@click.option(
    "--seed",
    type=int,
    default=0,
    help=text("同一种子，同样的短信。", "The same seed says the same; otherwise by the time of day."),
)
@click.option(
    "--hall",
    "hall_options",
    default="",
    help=text("传给 serve sms 的选项。", "Options for `careline serve sms`, as one text."),
)
def sms(as_json: bool, lines: int, seconds: float, rate: float | None, under_way: int, binds: int, window: int,
        halls: int, receipts: bool, seed: int, hall_options: str) -> None:  # fmt: skip
    """SMPP in, done, SMPP out: an SMSC simulator here, `careline serve sms` and Postgres beside it, real codes.

    Exit code 1 when a text stayed without an answer or an order was done twice.
    """
    import shlex

    from careline.cli._bench.place import enter, prepare_place

    home = enter()
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, lines, tell, crowd)
        from careline.cli._bench.sms import Plan, Run

        plan = Plan(seconds, rate, under_way, binds, window, receipts, seed, halls, tuple(shlex.split(hall_options)))
        try:
            result = Run(place, plan, tell).measure()
        except TimeoutError as error:
            log = home / "log" / "sms.log"
            raise Trouble(
                text("短信进程没有连上模拟器。", "The SMS process did not bind to the simulator."),
                text(f"见 {log}。", f"See {log}."),
            ) from error
    if as_json:
        print_json(result)
    else:
        _print(result)
    if result["lost"] or result["doubled"]:
        raise SystemExit(Exit.NO)


@command.command("parts", short_help=text("单个部件。", "Single parts, alone."))
@json_option
def parts(as_json: bool) -> None:
    """Codec, dialogue, the book's compilation, and batches at the reception, each measured alone in one thread."""
    import json

    from careline.cli._bench.place import enter, prepare_place

    home = enter()
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, LINES, tell, crowd)
        from careline.cli._bench.micro import measure

        result = measure(place, tell)
    if as_json:
        print_json(result)
    else:
        click.echo(json.dumps(result, indent=2))


@command.command("kill", short_help=text("强杀进程后核对。", "Kill processes under load, then count."))
@json_option
@click.option("--lines", type=click.IntRange(1_000, 10_000_000), default=200_000, show_default=True,
              help=text("用户数（首次生成，之后保留）。", "Subscribers; made once and kept."))  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(1, 86_400), default=60.0, show_default=True, help=text("持续秒数。", "How long.")
)
@click.option(
    "--rate", type=click.FloatRange(1), default=200.0, show_default=True, help=text("每秒条数。", "Texts a second.")
)
@click.option(
    "--blow",
    "blows",
    type=click.Choice(BLOWS),
    multiple=True,
    default=BLOWS,
    show_default=True,
    help=text("打击方式。", "What is done; all of them unless named."),
)
@click.option(
    "--pause",
    type=(float, float),
    default=(1.0, 4.0),
    show_default=True,
    help=text("两次打击之间的秒数。", "Seconds between two blows, at least and at most."),
)
@click.option("--seed", type=int, default=0, help=text("同一种子，同样的打击。", "The same seed, the same blows."))
def kill(as_json: bool, lines: int, seconds: float, rate: float, blows: tuple[str, ...], pause: tuple[float, float],
         seed: int) -> None:  # fmt: skip
    """The hall, Postgres and the clock killed with -9 at random moments, links cut, texts reordered and sent again.

    Exit code 1 when a text stayed without an answer, anything was done or charged twice, the money does not add up, or
    an answer was repeated outside the window between sending it and hearing that it was taken.
    """
    from careline.cli._bench.place import enter, prepare_place

    home = enter("bench-kill")
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, lines, tell, crowd)
        from careline.cli._bench.siege import Besieged, Siege

        outcome = Besieged(place, Siege(seconds, rate, pause, blows, seed=seed), tell).hold_out()
    result = outcome.summary() | {"held": outcome.held}
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            click.echo(f"{name:20} {value}")
    if not outcome.held:
        raise SystemExit(Exit.NO)


@command.command("calls", short_help=text("电话全程。", "Calls: sound, set-ups, keys."))
@json_option
@click.option("--calls", type=click.IntRange(2, 5000), default=2000, show_default=True,
              help=text("最多同时多少通。", "The most calls at once; half of them are tried first."))  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1, 600), default=10.0, show_default=True,
              help=text("每个测量窗口的秒数。", "Length of each window in which gaps are looked for."))  # fmt: skip
@click.option("--find", is_flag=True, help=text("逐级查找最大通数。", "Every step up to --calls, to find the largest."))
@click.option("--soak", type=click.FloatRange(5, 86_400),
              help=text("改为混入坏报文浸泡这么多秒。", "Instead: so many seconds of calls among bad input."))  # fmt: skip
@click.option("--first", is_flag=True,
              help=text("工作进程优先运行（SCHED_RR）。", "Worker and ear before all other programs (SCHED_RR)."))  # fmt: skip
@click.option("--own-callers", is_flag=True, help=text("不用 SIPp。", "Call without SIPp."))
def calls(as_json: bool, calls: int, seconds: float, find: bool, soak: float | None, first: bool,
          own_callers: bool) -> None:  # fmt: skip
    """SIPp calls, a media worker answers on a core of its own, and an ear with the kernel's clock hears every packet.

    First the endpoint alone, then all of careline: greeting, menu, hall, Postgres, and callers who press keys meanwhile.
    Exit code 1 when not even the half of --calls was clean, or the soak left something behind.
    """
    import resource

    from careline.cli._bench.place import enter, prepare_place

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    home = enter("bench-calls")
    with alone(home), progress() as (tell, crowd):
        place = prepare_place(home, CALLERS, tell, crowd)
        from careline.cli._bench import calls as calling

        calling.render(tell)
        plan = calling.Plan(calls, seconds, find, first=first, with_sipp=not own_callers)
        try:
            if soak is not None:
                from careline.cli._bench.calls_soak import measure

                result = measure(place, plan, soak, tell)
            else:
                result = calling.measure(place, plan, tell)
        except TimeoutError as error:
            log = home / "log" / "calls.log"
            raise Trouble(
                text("电话服务没有启动。", "The service of calls did not start."), text(f"见 {log}。", f"See {log}.")
            ) from error
    show(result, as_json, calling.rows if soak is None else plainly)


@command.command("promises", short_help=text("承诺时限的巡查。", "Promises that fall due."))
@json_option
@click.option("--promises", type=click.IntRange(1_000, 1_000_000), default=100_000, show_default=True,
              help=text("未完成的承诺数。", "Open promises."))  # fmt: skip
@click.option("--few", type=click.IntRange(1), default=200, show_default=True, help=text("少数到期时。", "Few due."))
def promises(as_json: bool, promises: int, few: int) -> None:
    """All of them due at once, few of them, none; and the clocks alone. Exit code 1 when one was missed or found twice."""
    from careline.cli._bench.place import enter, prepare_place

    home = enter("bench-promises")
    with alone(home), progress() as (tell, crowd):
        prepare_place(home, 1_000, tell, crowd)
        from careline.cli._bench.promises import measure

        result = measure(promises - promises % 4, few, tell)
    show(result, as_json, plainly)


def _print(result: dict[str, Any]) -> None:
    cpu, busy = result["cpu_us_by_process"], result["busy_hour"]
    print_rows((
        ("commands per second", f"{result['commands_per_second']:,}"),
        ("p50, p99 at half load", f"{result['p50_ms']} ms, {result['p99_ms']} ms ({result['half_load_per_second']:,}/s)"),
        ("p50, p99 in the busy hour", f"{busy['p50_ms']} ms, {busy['p99_ms']} ms ({busy['per_second']:,}/s)"),
        ("processor per command", f"{cpu['all']} µs (hall {cpu['hall']}, Postgres {cpu['postgres']}, "
                                  f"simulator {cpu['simulator']}, clock {cpu['clock']})"),
        ("statements per batch", f"{result['statements_per_batch']} ({result['commands_per_batch']} commands)"),
        ("sent, answered, attempts", f"{result['sent']:,}, {result['answered']:,}, {result['attempts']:,}"),
        ("lost, doubled, repeated", f"{result['lost']}, {result['doubled']}, {result['repeated']}"),
        ("subscribers", f"{result['scale']['lines']:,}"),
        ("machine", f"{result['machine']['cores']} cores, load {result['machine']['load'][0]}"),
    ))  # fmt: skip
