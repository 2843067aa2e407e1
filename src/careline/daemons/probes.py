"""The runner of dial tests: makes rows of what timetables ask for, runs what is due at its vantage points, beats."""

import argparse
import asyncio
import contextlib
import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from careline.catalogue import library
from careline.probes import output, reading
from careline.probes.serving import Serving
from careline.probes.vantage import Vantage, VantageError, vantages
from careline.prompts import house
from careline.wiring import clock

SCRAPED = timedelta(days=7)  # results that Prometheus is told

log = logging.getLogger(__name__)


def serve(arguments: Sequence[str]) -> None:
    """Run until SIGINT: `careline serve probes [--vantage NAME]...`; without a name, at all vantage points of the file."""
    parser = argparse.ArgumentParser("careline serve probes", description=__doc__)
    parser.add_argument(
        "--vantage", action="append", default=[], metavar="NAME", help="of CARELINE_PROBES; may be repeated"
    )
    chosen = parser.parse_args(list(arguments))
    try:
        places = _places(chosen.vantage)
    except VantageError as error:
        raise SystemExit(f"careline serve probes: {error}") from error
    library.watch()
    connection.close()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(places))


def _places(names: Sequence[str]) -> list[Vantage]:
    known = vantages()
    if unknown := [name for name in names if name not in known]:
        there = ", ".join(known)
        raise VantageError(
            f"没有观测点 {unknown[0]}；有：{there}", f"there is no vantage point {unknown[0]}; there are {there}"
        )
    return [known[name] for name in names or known]


async def _run(places: Sequence[Vantage]) -> None:
    serving = Serving(places, library.current, house.speaker, clock, Path(settings.HOME) / "probes")
    status = await status_server(serving)
    log.info("dial tests run at %s", ", ".join(one.name for one in places))
    try:
        await serving.run()
    finally:
        if status is not None:
            status.close()


async def status_server(serving: Serving) -> asyncio.Server | None:
    """The latest results as Prometheus text over HTTP on loopback, where CARELINE_PROBES_STATUS_PORT names a port."""
    port = os.environ.get("CARELINE_PROBES_STATUS_PORT")
    if not port:
        return None

    def told() -> bytes:
        now = serving.clock()
        return output.prometheus(reading.latest(since=now - SCRAPED), now, alarms=reading.alarms_open()).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(5):
                await reader.readuntil(b"\r\n\r\n")
                body = await serving.look(told)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {output.PROMETHEUS}\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", int(port))
