"""`make bench-peers`: other gateways forwarding a text and its answer, between the same simulator and a program that says "ok".

They only pass messages on: nobody is looked up, nothing is understood, done or written down. Careline beside them does
all of it (`careline bench sms`). Kannel is Debian's (apt-get install kannel); what is not installed is left out and said.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from careline.cli._bench.load import Load
from careline.cli._bench.traffic import Kind, Say

SECONDS = 10.0
UNDER_WAY = (1, 64, 512)
ANSWER = "您的余额是120.00元:基本账户100.00元,赠送账户20.00元。"

KANNEL = """group = core
admin-port = {admin}
admin-password = x
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
log-level = 4
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
host = 127.0.0.1
port = {smsc}
smsc-username = careline
smsc-password = secret
system-type = VMA
transceiver-mode = true
reconnect-delay = 1
{more}

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
log-level = 4

group = sms-service
keyword = default
max-messages = 10
concatenation = true
accept-x-kannel-headers = true
get-url = "http://127.0.0.1:{hall}/?id=%I&from=%p&to=%P&text=%a&charset=%C&coding=%c"
"""


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """HTTP that always says the same, on connections that stay."""
    body = ANSWER.encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nX-Kannel-Coding: 2\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def say_ok(port: int) -> None:
    async with await asyncio.start_server(answer, "127.0.0.1", port) as server:
        await server.serve_forever()


def sayings() -> Iterator[tuple[str, Say]]:
    number = 0
    while True:
        number += 1
        yield f"86139{number:08d}", Say("CXYE", Kind.QUERY)


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def answering(port: int) -> subprocess.Popen[bytes]:
    """The process that says OK to every text."""
    return subprocess.Popen([sys.executable, "-m", "benchmarks.peers", "say-ok", str(port)], start_new_session=True)


def started(program: str, file: Path) -> subprocess.Popen[bytes]:
    """One of Kannel's boxes with this configuration."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([program, str(file)], cwd=file.parent, stdout=quiet, stderr=quiet)


async def kannel(programs: list[str], under_way: int, more: str) -> dict[str, Any]:
    """One phase with so many texts without an answer."""
    load = Load(window=under_way)
    admin, boxes, send, hall = free_ports(4)
    with tempfile.TemporaryDirectory() as folder:
        async with load:
            file = Path(folder) / "kannel.conf"
            file.write_text(
                KANNEL.format(admin=admin, boxes=boxes, send=send, smsc=load.ports[0], hall=hall, more=more)
            )
            running = [answering(hall)]
            try:
                for program in programs:
                    running.append(started(program, file))
                    await load.until_bound(1, 20)
                await asyncio.sleep(2)
                return await measured(load, under_way, {"kannel": running[1:], "answering": running[:1]})
            finally:
                for process in reversed(running):
                    process.kill()
                    process.wait()


async def measured(load: Load, under_way: int, processes: dict[str, list[subprocess.Popen[bytes]]]) -> dict[str, Any]:
    source = sayings()
    load.give(next(source) for _ in range(int(6000 * SECONDS)))
    await load.saturate(2.0, under_way, lambda: None)
    await load.drain(5)
    del load.score.latencies[:]
    before, answered = {name: spent(some) for name, some in processes.items()}, load.score.answered
    own = time.process_time()
    seconds = await load.saturate(SECONDS, under_way, lambda: None)
    answered = load.score.answered - answered
    used = {name: spent(some) - before[name] for name, some in processes.items()} | {
        "simulator": time.process_time() - own
    }
    result = {
        "under_way": under_way,
        "commands_per_second": round(answered / seconds, 1),
        "p50_ms": load.score.quantile_ms(0.5),
        "p99_ms": load.score.quantile_ms(0.99),
        "cpu_us_per_command": {name: round(value * 1e6 / max(1, answered), 1) for name, value in used.items()},
    }
    await load.drain(10)
    return result | {"lost": load.score.lost, "repeated": load.score.repeated}


def spent(processes: list[subprocess.Popen[bytes]]) -> float:
    times = [psutil.Process(one.pid).cpu_times() for one in processes]
    return float(sum(one.user + one.system for one in times))


def main() -> None:
    if sys.argv[1:2] == ["say-ok"]:
        asyncio.run(say_ok(int(sys.argv[2])))
        return
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    programs = [found for name in ("bearerbox", "smsbox") if (found := shutil.which(name, path=path))]
    if len(programs) < 2:
        print("Kannel is not installed (apt-get install kannel)", file=sys.stderr)  # noqa: T201
        raise SystemExit(3)
    for name, more in (("kannel as shipped", ""), ("kannel, max-pending-submits 512", "max-pending-submits = 512")):
        for under_way in UNDER_WAY:
            print(json.dumps({"peer": name} | asyncio.run(kannel(programs, under_way, more))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
