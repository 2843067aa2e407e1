"""Our link against SMSCs we did not write, and our SMSC against an ESME we did not write."""

import asyncio
import json
import os
import socket
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from careline.links.link import Limits, Sent
from careline.simulators.deliveries import texts
from careline.simulators.smsc import Smsc
from tests.house.programs import missing
from tests.wire.hearing import LONG, Hall, esme, outbound

pytestmark = pytest.mark.peer


def at(port: int, **settings: Any) -> Hall:
    """A hall with an account at a foreign SMSC."""
    limits = Limits(enquire_seconds=0.2, backoff_first_seconds=0.05)
    return Hall(esme(limits=limits, port=port, system_id="hall", **settings))


# npm smpp


@asynccontextmanager
async def node_smsc(
    folder: Path, texts: list[dict[str, str]]
) -> AsyncIterator[tuple[int, Callable[[str], Awaitable[dict[str, Any]]]]]:
    """A running SMSC of npm's smpp: its port, and the next event of a kind."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Path(__file__).with_name("smsc.js")),
        json.dumps(texts),
        env=os.environ | {"NODE_PATH": str(folder / "node_modules")},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    lines = process.stdout

    async def next_event(kind: str) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                line = await lines.readline()
                assert line, "the SMSC is gone"
                event: dict[str, Any] = json.loads(line)
                assert event["event"] != "error", event
                if event["event"] == kind:
                    return event

    try:
        yield (await next_event("listening"))["port"], next_event
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("form", ["header", "payload"])
async def test_npm_smpp_and_we_understand_each_other(node_smpp: Path, form: str) -> None:
    spoken = [
        {"source": "13900000001", "text": "查余额", "field": "short_message"},
        {"source": "13900000002", "text": LONG, "field": "message_payload"},
    ]
    async with node_smsc(node_smpp, spoken) as (port, next_event):
        hall = at(port, long_messages=form)
        hall.link.start()
        await hall.until(lambda: len(hall.messages) == 2)
        assert {message.source: message.text for message in hall.messages} == {
            "13900000001": "查余额",
            "13900000002": LONG,
        }
        assert [(await next_event("answered"))["status"] for _ in spoken] == [0, 0]
        hall.link.submit([outbound("您的余额为12.34元", id=1), outbound(LONG, id=2)])
        await hall.until(lambda: len(hall.results) == 2)
        assert all(part.message_id.startswith("node-") for result in hall.results for part in result.parts)
        first, *rest = [await next_event("submit") for _ in range(2 if form == "payload" else 4)]
        assert (first["to"], first["text"], first["coding"]) == ("13900000001", "您的余额为12.34元", 8)
        assert "".join(event["text"] for event in rest) == LONG
        if form == "header":
            assert [event["header"][0][-2:] for event in rest] == ["01", "02", "03"]
        await next_event("enquired")
        await hall.link.close()
        await next_event("unbound")


async def test_npm_smpp_refuses_a_wrong_password_and_we_understand(node_smpp: Path) -> None:
    async with node_smsc(node_smpp, []) as (port, _):
        hall = at(port, password="wrong")
        hall.link.start()
        with pytest.raises(TimeoutError, match="status 0xe"):
            await hall.link.wait_until_up(0.5)
        await hall.link.close()


# PyPI smpp34


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_smpp34_and_we_understand_each_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import smpp34
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = smpp34.Server(host="127.0.0.1", port=port, system_id="rust")
    await server.start()
    submitted: list[Any] = []
    delivered: list[Any] = []
    background: list[asyncio.Task[None]] = []

    async def deliver(esme: Any) -> None:
        for number in range(20):
            delivered.append(
                await esme.deliver_sm(
                    "10086", b"CXYE", source_addr=f"139{number:08d}", source_addr_ton=1, source_addr_npi=1
                )
            )

    async def serve() -> None:
        while not isinstance(event := await server.next(), smpp34.Unbound):
            if isinstance(event, smpp34.Esme):
                background.append(asyncio.ensure_future(deliver(event)))
            elif isinstance(event, smpp34.SubmitSmEvent):
                submitted.append(event)
                event.accept(f"rust-{len(submitted)}")

    serving = asyncio.ensure_future(serve())
    hall = at(port)
    hall.link.start()
    await hall.until(lambda: len(hall.messages) == 20)
    assert [message.text for message in hall.messages] == ["CXYE"] * 20
    hall.link.submit([outbound("您的余额为12.34元", id=1), outbound(LONG, "13900000002", 2)])
    await hall.until(lambda: len(hall.results) == 2)
    assert all(result.sent is Sent.ACCEPTED for result in hall.results)
    assert all(part.message_id.startswith("rust-") for result in hall.results for part in result.parts)
    assert len(submitted) == 4
    await hall.link.close()
    await asyncio.wait_for(serving, 20)
    await asyncio.gather(*background)
    assert all(answer.is_success for answer in delivered)
    assert hall.link.statistics.garbage == 0
    stopped = server.stop()
    if stopped is not None:
        await stopped


# Kannel, as an ESME against our SMSC

KANNEL = """
group = core
admin-port = {admin}
admin-password = adminpass
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
log-level = 2
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = careline
host = 127.0.0.1
port = {smsc}
smsc-username = careline
smsc-password = secret
system-type = VMA
transceiver-mode = true
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-level = 2

group = sendsms-user
username = tester
password = foobar
max-messages = 10
concatenation = true

group = sms-service
keyword = CXYE
text = "Balance: 12.34"

group = sms-service
keyword = default
text = "unknown"
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def test_kannel_is_served_by_our_smsc(kannel: str, tmp_path: Path) -> None:
    admin, boxes, send = free_ports(3)
    async with Smsc() as smsc:
        configuration = tmp_path / "kannel.conf"
        configuration.write_text(KANNEL.format(admin=admin, boxes=boxes, send=send, smsc=smsc.port))
        smsbox = Path(kannel).with_name("smsbox")
        if not smsbox.exists():
            missing("smsbox is not beside bearerbox")
        processes = []
        quiet = asyncio.subprocess.DEVNULL
        try:
            for program in (kannel, str(smsbox)):
                processes.append(
                    await asyncio.create_subprocess_exec(
                        program, str(configuration), cwd=tmp_path, stdout=quiet, stderr=quiet
                    )
                )
                if program == kannel:
                    await smsc.until(lambda: smsc.binds == 1, 15)
            await answering(send)
            smsc.send(texts("13900000001", "10086", "CXYE", alphabet="gsm7"))
            await smsc.until(lambda: bool(smsc.arrivals), 10)
            assert smsc.unsettled == 0
            assert (smsc.arrivals[0].source, smsc.arrivals[0].text) == ("10086", "Balance: 12.34")
            query = (
                f"username=tester&password=foobar&from=10086&to=13900000002&coding=2&charset=UTF-8&text={quote(LONG)}"
            )
            url = f"http://127.0.0.1:{send}/cgi-bin/sendsms?{query}"
            answer = await asyncio.to_thread(lambda: urlopen(url, timeout=10).read())
            assert answer.startswith(b"0:")
            await smsc.until(lambda: len(smsc.arrivals) == 2, 10)
            assert (smsc.arrivals[1].destination, smsc.arrivals[1].text) == ("13900000002", LONG)
            assert len(smsc.arrivals[1].message_ids) == 3
            assert smsc.garbage == []
        finally:
            for process in reversed(processes):
                process.terminate()
                await process.wait()


async def answering(port: int) -> None:
    """Wait until someone listens there."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
