"""`careline rehearse series`: the same months by several seeds, and each countermeasure alone; how far a result can be relied on."""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, stdev
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, print_json, text

_ALONE = ("hard_texts", "menu_order", "formats", "error_prompts")


@click.command(short_help=text("多个种子与单项对策：结果有多可靠。", "Several seeds, and each countermeasure alone."))
@click.option(
    "--seeds", type=click.IntRange(1, 20), default=5, show_default=True, help=text("几个种子。", "How many seeds.")
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=30,
    show_default=True,
    help=text("每个月的天数。", "Days of each month."),
)
@click.option(
    "--each/--no-each",
    default=True,
    show_default=True,
    help=text("每项对策单独试。", "Each countermeasure alone, too."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 8),
    default=2,
    show_default=True,
    help=text("同时跑几个。", "So many at a time."),
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help=text("改一个假设。", "Another value for an assumption."),
)
@json_option
def series(seeds: int, days: int, each: bool, workers: int, changes: tuple[str, ...], as_json: bool) -> None:
    """Each run is a `careline rehearse month` of its own, in a process and a database of its own."""
    runs: list[tuple[str, int, Sequence[str]]] = [("all", seed, ()) for seed in range(1, seeds + 1)]
    if each:
        runs += [("nothing", 1, ("--nothing",)), *((cause, 1, ("--only", cause)) for cause in _ALONE)]
    told = [part for one in changes for part in ("--set", one)]

    def run(one: tuple[str, int, Sequence[str]]) -> dict[str, Any]:
        name, seed, extra = one
        found = _month(["--seed", str(seed), "--days", str(days), *extra, *told])
        if not as_json:
            click.echo(
                f"{name:14} {text('种子', 'seed')} {seed}: {found['wishes']['before']['rate']} -> {found['wishes']['after']['rate']}"
            )
        return {"what": name, "seed": seed, **found}

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(run, runs))
    rates = [_share(one) for one in found if one["what"] == "all"]
    spread = stdev(rates) if len(rates) > 1 else 0.0
    summed = {"mean": mean(rates), "lowest": min(rates), "highest": max(rates), "deviation": spread}
    if as_json:
        print_json({"runs": found, "after": summed})
    else:
        click.echo(f"{text('此后的失败率', 'Rate after')}: {100 * summed['mean']:.2f} % "
                   f"({100 * summed['lowest']:.2f} – {100 * summed['highest']:.2f} %, s = {100 * spread:.3f})")  # fmt: skip


def _month(options: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "careline.cli", "rehearse", "month", "--json", *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (Exit.FINE, Exit.NO) or not done.stdout.strip():
        raise Trouble(text("有一次排演没有完成。", "A rehearsal did not come to its end."), done.stderr.strip()[-500:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _share(found: dict[str, Any]) -> float:
    after = found["wishes"]["after"]
    return float(after["failed"] / after["applications"]) if after["applications"] else 0.0
