"""A media worker as a process; started by `careline serve calls`, without database and without Django.

python -m careline.daemons.calls_worker --home FOLDER --number 0 --workers 1 [--listen HOST:PORT] [--dispatcher SOCKET]
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from careline.channels.calls import settings
from careline.channels.calls.worker import DRAIN_SECONDS, Worker
from careline.links.calls import config_file
from careline.links.calls.config import Config, Listen
from careline.links.calls.inherited import Inherited
from careline.values.discretion import Discreet

READY = "ready"  # the line on standard output when calls are taken, followed by the addresses


def listening(config: Config, listen: str) -> Config:
    """The configuration with HOST:PORT, by UDP and TCP, in place of its own addresses. Raises ValueError."""
    if not listen:
        return config
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdigit() or not int(port) < 65536:
        raise ValueError(f"{listen}: write HOST:PORT, such as 0.0.0.0:5060")
    return replace(
        config,
        listen=(
            Listen(transport="udp", host=host, port=int(port)),
            Listen(transport="tcp", host=host, port=int(port)),
        ),
    )


def main(arguments: list[str]) -> None:
    """Serve calls until SIGTERM; then drain."""
    parser = argparse.ArgumentParser("calls_worker")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--number", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--listen", default="")
    parser.add_argument("--dispatcher", type=Path)
    parser.add_argument("--core", type=int)
    chosen = parser.parse_args(arguments)
    _log()
    if chosen.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {chosen.core})
    asyncio.run(_run(chosen))


async def _run(chosen: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    config = replace(listening(config_file.configured(), chosen.listen), workers=chosen.workers)
    wires = None
    if chosen.dispatcher:
        wires = Inherited(chosen.dispatcher, chosen.number, chosen.workers, on_gone=stopping.set)
    worker = Worker(
        name=f"worker-{chosen.number}",
        config=config,
        settings=settings.from_environment(),
        socket=chosen.home / settings.SOCKET,
        announcements=chosen.home / settings.ANNOUNCEMENTS,
        ports=share(config.rtp_ports, chosen.number, chosen.workers),
        wires=wires,
    )
    await worker.start()
    print(READY, *worker.addresses, flush=True)  # noqa: T201 (the supervisor reads it)
    await stopping.wait()
    with contextlib.suppress(asyncio.CancelledError):
        await worker.stop(float(os.environ.get("CARELINE_CALLS_DRAIN_SECONDS", DRAIN_SECONDS)))


def share(ports: tuple[int, int], number: int, workers: int) -> range:
    """The part of the ports that is this worker's; each begins even, since RTCP takes the next one."""
    first, end = ports
    each = (end - first) // workers // 2 * 2
    return range(first + number * each, first + (number + 1) * each, 2)


def _log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("{asctime} {levelname} {name}: {message}", style="{"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("careline").setLevel(os.environ.get("CARELINE_LOG_LEVEL", "INFO").upper())


if __name__ == "__main__":
    main(sys.argv[1:])
