"""A stranger at the SIP port, and a caller who writes odd things into what trunks pass on."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest
import pytest_asyncio

from careline.links.calls.admission import STRANGERS_PER_SECOND, Strangers
from careline.links.calls.call import Call
from careline.links.calls.config import Trunk
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.media import Engine
from tests.calls.house import loopback
from tests.calls.raw import SDP, Raw

pytestmark = pytest.mark.asyncio(loop_scope="session")

# All of 127.0.0.0/8 is this machine: each address can be somebody else.
CARRIER = Trunk(name="carrier", networks=(ip_network("127.0.0.0/30"),), trusted=True)
EXCHANGE = Trunk(name="exchange", networks=(ip_network("127.0.0.8/30"),), trusted=True, from_header=True)
PHONES = Trunk(name="phones", networks=(ip_network("127.0.0.24/30"),), username="desk", secret="hush", from_header=True)
STRANGER = "127.0.0.99"
TCP_CONNECTIONS = 60


@dataclass
class Attacked:
    """An endpoint that is attacked, and what it let in."""

    endpoint: Endpoint
    engine: Engine
    calls: list[Call] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.endpoint.addresses[0].port

    def stat(self, name: str) -> int:
        return int(self.endpoint.stats().get(name, 0))


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def attacked() -> AsyncIterator[Attacked]:
    engine = Engine("127.0.0.1", range(41000, 41200, 2))
    await engine.start(freeze=False)

    async def takes(call: Call) -> None:
        one.calls.append(call)
        await call.hang_up(486)

    config = loopback(
        CARRIER, EXCHANGE, PHONES, stranger_answers_per_second=1000.0, tcp_connections_max=TCP_CONNECTIONS
    )
    one = Attacked(Endpoint(config, engine, takes), engine)
    await one.endpoint.start()
    yield one
    await one.endpoint.stop()
    await engine.stop()


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "REFER", "MESSAGE", "BYE", "CANCEL", "FROB"])
async def test_what_a_stranger_is_refused_takes_no_place_of_a_call(attacked: Attacked, method: str) -> None:
    before = attacked.stat("transactions")
    with Raw(attacked.port, STRANGER) as raw:
        answer = await raw.asks(raw.request(method, "10086", body=SDP if method == "INVITE" else ""))
        assert int(answer.split()[1]) >= 400
        answer = await raw.asks(raw.request("INFO", "10086", to_tag="guessed"))
        assert answer.startswith("SIP/2.0 481")
    assert attacked.stat("transactions") == before


async def test_who_has_not_proved_a_password_takes_no_place_of_a_call(attacked: Attacked) -> None:
    before = attacked.stat("transactions")
    with Raw(attacked.port, "127.0.0.25") as raw:
        assert (await raw.asks(raw.request("INVITE", "10086", body=SDP))).startswith("SIP/2.0 401")
    assert attacked.stat("transactions") == before


async def test_odd_octets_in_a_proof_are_a_wrong_proof_and_leave_nothing_behind(attacked: Attacked) -> None:
    with Raw(attacked.port, "127.0.0.25") as raw:
        challenge = await raw.asks(raw.request("INVITE", "10086", body=SDP))
        found = re.search(r'nonce="([^"]+)"', challenge)
        assert found
        before = attacked.stat("transactions")
        for nonce, response in ((found[1], "\udcff"), ("\udcff.aa", "aa")):
            proof = (
                f'Authorization: Digest username="desk",realm="careline",nonce="{nonce}",response="{response}",qop=auth,'
                f'nc=00000001,cnonce="x",algorithm=MD5,uri="sip:10086@127.0.0.1:{attacked.port}"\r\n'
            )
            request = raw.request("INVITE", "10086", headers=proof, body=SDP)
            raw.send(request.encode("utf-8", "surrogateescape"))
            assert (await raw.answer()).startswith("SIP/2.0 401")
    assert attacked.stat("transactions") == before


@pytest.mark.parametrize("number", ["9" * 5000, "99999999999", "128", "72"])
async def test_an_offer_with_an_impossible_number_costs_no_port(attacked: Attacked, number: str) -> None:
    def used() -> int:
        return int(attacked.engine.stats()["streams"])

    body = SDP.replace(" 8 101", f" 8 {number}").replace("rtpmap:101", f"rtpmap:{number}")
    with Raw(attacked.port, "127.0.0.1") as raw:
        answer = await raw.asks(raw.request("INVITE", "10086", body=body))
    assert answer.startswith("SIP/2.0 486"), "the call is taken, without keys as events"
    assert used() == 0
    assert attacked.stat("active") == 0


@pytest.mark.parametrize(
    ("host", "asserted", "believed"),
    [
        ("127.0.0.1", "<sip:unknown@carrier>", None),
        ("127.0.0.1", "<tel:not-a-number>", None),
        ("127.0.0.1", "", None),
        ("127.0.0.1", "<tel:+8613800000002>", "8613800000002"),
        ("127.0.0.9", "<sip:unknown@exchange>", "8613900000001"),  # where From is believed anyway
    ],
)
async def test_who_is_asserted_to_be_no_number_does_not_become_whom_he_writes_into_from(
    attacked: Attacked, host: str, asserted: str, believed: str | None
) -> None:
    with Raw(attacked.port, host) as raw:
        header = f"P-Asserted-Identity: {asserted}\r\n"
        await raw.asks(raw.request("INVITE", "10086", headers=header, body=SDP))
    caller = attacked.calls[-1].caller
    assert (caller.digits if caller else None) == believed


async def test_strangers_that_hold_connections_do_not_keep_neighbours_out(attacked: Attacked) -> None:
    loop = asyncio.get_running_loop()
    held = []
    try:
        for count in range(TCP_CONNECTIONS + 10):
            sock = socket.socket()
            sock.bind((f"127.0.1.{count % 5 + 1}", 0))
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", attacked.port))
            held.append(sock)
        reader, writer = await asyncio.open_connection("127.0.0.1", attacked.port, local_addr=("127.0.0.2", 0))
        with Raw(attacked.port, "127.0.0.2") as raw:
            writer.write(raw.request("OPTIONS", "10086").replace("/UDP", "/TCP").encode())
        async with asyncio.timeout(20):
            assert (await reader.readline()).startswith(b"SIP/2.0 200")
        writer.close()
    finally:
        for sock in held:
            sock.close()


async def test_datagrams_in_the_name_of_thousands_get_few_answers() -> None:
    strangers = Strangers(2.0)
    answered = sum(
        strangers.may_be_answered(f"198.51.{count // 256}.{count % 256}", 0.0) and not strangers.is_crowded(0.0)
        for count in range(5000)
    )
    assert answered <= STRANGERS_PER_SECOND
    assert not strangers.is_crowded(1.0), "a second later they are heard again"
