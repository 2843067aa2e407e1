"""The endpoint and the sound alone, as a process: every call hears one prompt, round and round; no hall, no menu.

    python -m careline.cli._bench.calls_alone --core 0

It says `ready HOST:PORT`, answers every line on standard input with its figures as JSON, and ends with the input.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import sys
from typing import Any

from careline.links.calls.call import Call
from careline.links.calls.config import Config, Listen, demo
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.events import Ended
from careline.links.calls.media import Engine, Prompt

PROMPT_SECONDS = 7


async def _serve() -> None:
    engine = Engine("127.0.0.1", range(10_000, 30_000, 2))
    prompt = Prompt.of_alaw(bytes(random.getrandbits(8) for _ in range(8000 * PROMPT_SECONDS)))

    async def serve(call: Call) -> None:
        if await call.answer() and await call.stands():
            call.stream.play([prompt], loop=True)
            while not isinstance(await call.events.get(), Ended):
                pass

    config = Config(
        listen=(Listen(transport="udp", host="127.0.0.1", port=0),),
        trunks=demo().trunks,
        max_calls=20_000,
        max_setups_per_second=10_000,
    )
    endpoint = Endpoint(config, engine, serve)
    await engine.start()
    await endpoint.start()
    udp = endpoint.addresses[0]
    print("ready", f"{udp.host}:{udp.port}", flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while await lines.readline():
        figures: dict[str, Any] = {"endpoint": endpoint.stats(), "engine": engine.stats()}
        print(json.dumps(figures), flush=True)
    await endpoint.stop()
    await engine.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=int)
    parser.add_argument("--first", action="store_true")
    given = parser.parse_args()
    if given.core is not None:
        os.sched_setaffinity(0, {given.core})
    if given.first:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
