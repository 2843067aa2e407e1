"""What there is too much of: calls, set-ups, garbage, half-open calls, slow connections; and how it all ends."""

import asyncio
import gc
import os
import random
import warnings
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from careline.links.calls.call import Call
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.events import Digit, Ended
from careline.links.calls.media import Engine
from careline.links.calls.tcp import Streams, TcpLimits
from careline.protocols.sip.steps import Hop
from careline.simulators.caller import Caller, Unreached
from tests.calls.house import House, loopback
from tests.calls.raw import SDP, Raw, header, tag
from tests.calls.test_endpoint_calls import Told, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def small(engine: Engine) -> AsyncIterator[House]:
    """A house with room for three calls."""
    one = House(loopback(max_calls=3, retry_after_seconds=7), engine)
    await one.endpoint.start()
    yield one
    await one.endpoint.stop()


async def test_a_full_house_says_when_to_come_again(small: House, phone: Caller) -> None:
    told = Told()
    uri = small.uri(told)
    talks = [await phone.call(uri, "1") for _ in range(3)]
    with Raw(small.port) as raw:
        answer = await raw.asks(raw.request("INVITE", "10086", body=SDP))
    assert answer.startswith("SIP/2.0 503")
    assert header(answer, "Retry-After").startswith("7")
    await talks[0].hang_up()
    await until(lambda: small.endpoint.stats()["active"] == 2)
    talks[0] = await phone.call(uri, "1")
    stats = small.endpoint.stats()
    assert (stats["refused_full"], stats["active"], stats["peak"], stats["taken"]) == (1, 3, 3, 4)
    for talk in talks:
        await talk.hang_up()


async def test_a_flood_of_garbage_does_not_disturb_a_call(house: House, phone: Caller) -> None:
    told = Told()
    talk = await phone.call(house.uri(told), "1")
    before = house.endpoint.stats()
    chance = random.Random(4475)
    with Raw(house.port) as raw:
        valid = raw.request("INVITE", "10086", body=SDP).encode()
        for at in range(5_000):
            cut = bytearray(valid[: chance.randrange(len(valid))])
            for _ in range(3):
                if cut:
                    cut[chance.randrange(len(cut))] = chance.randrange(256)
            raw.send(chance.randbytes(chance.randrange(1, 400)) if at % 2 else bytes(cut) or b"\0")
            if at % 50 == 0:
                await asyncio.sleep(0)
        await talk.press("42", "rfc4733")
        await talk.press("9", "info")
        await until(lambda: told.keys("rfc4733") + told.keys("info") == "429")
    after = house.endpoint.stats()
    seen = [after.get(name, 0) - before.get(name, 0) for name in ("malformed", "dropped")]
    assert sum(seen) > 3_000
    assert talk.call.ended is None
    await talk.hang_up()
    await asyncio.wait_for(told.over.wait(), 20)
    assert [one for one in told.events if not isinstance(one, Digit)] == [told.events[-1]]


async def test_calls_that_nobody_acknowledges_vanish(engine: Engine) -> None:
    told = Told()
    house = House(loopback(), engine)
    await house.endpoint.start()
    ports = engine.stats()["streams"]
    with Raw(house.port) as raw:
        number = house.number(told)
        answers = [await raw.asks(raw.request("INVITE", number, body=SDP)) for _ in range(5)]
        assert all(one.startswith("SIP/2.0 200") for one in answers)
        assert house.endpoint.stats()["active"] == 5
        # 64 times T1 (RFC 3261 §13.3.1.4), without waiting for them: the agent's clock is an argument.
        house.endpoint.run(house.endpoint.agent.tick(house.endpoint.now() + 33))
        assert house.endpoint.stats()["active"] == 0
        await asyncio.wait_for(told.over.wait(), 20)
        assert all(isinstance(one, Ended) and one.reason == "lost" for one in told.events)
    assert engine.stats()["streams"] == ports
    await house.endpoint.stop()


async def test_a_session_that_nobody_refreshes_ends(house: House) -> None:
    told = Told()
    with Raw(house.port) as raw:
        request = raw.request(
            "INVITE",
            house.number(told),
            headers="Supported: timer\r\nSession-Expires: 90;refresher=uac\r\nMin-SE: 90\r\n",
            body=SDP,
        )
        answer = await raw.asks(request)
        assert header(answer, "Session-Expires").startswith("90")
        raw.send(raw.request("ACK", "10086", call_id=header(request, "Call-ID"), to_tag=tag(answer)))
        assert told.call is not None
        call = told.call
        await asyncio.sleep(0.05)
        house.endpoint.run(house.endpoint.agent.tick(house.endpoint.now() + 91))
        await asyncio.wait_for(told.over.wait(), 20)
        assert call.ended is not None
        assert call.ended.reason == "lost"
        assert (await raw.asked()).startswith("BYE")


async def test_a_caller_who_falls_silent_is_lost() -> None:
    engine = Engine("127.0.0.1", range(30200, 30300, 2), lost_seconds=0.5)
    await engine.start(freeze=False)
    house = House(loopback(), engine)
    await house.endpoint.start()
    told = Told()
    with Raw(house.port) as raw:
        request = raw.request("INVITE", house.number(told), body=SDP)
        answer = await raw.asks(request)
        raw.send(raw.request("ACK", "1", call_id=header(request, "Call-ID"), to_tag=tag(answer)))
        await asyncio.wait_for(told.over.wait(), 20)
        assert told.events[-1] == Ended("lost", detail="no sound")
        assert (await raw.asked()).startswith("BYE")
    await house.endpoint.stop()
    await engine.stop()


async def test_a_house_that_closes_lets_calls_end_and_then_says_goodbye(engine: Engine, phone: Caller) -> None:
    house = House(loopback(), engine)
    await house.endpoint.start()
    uri = house.uri(Told())
    patient, other = await phone.call(uri, "1"), await phone.call(uri, "1")
    closing = asyncio.create_task(house.endpoint.stop(drain_seconds=3.0))  # longer than a machine stalls
    await asyncio.sleep(0.05)
    with Raw(house.port) as raw:
        assert (await raw.asks(raw.request("OPTIONS", "10086"))).startswith("SIP/2.0 503")
    with pytest.raises(Unreached) as caught:
        await phone.call(uri, "1")
    assert caught.value.status == 503
    await patient.hang_up()
    assert other.call.ended is None
    await asyncio.wait_for(closing, 20)
    assert (await other.ended()).reason == "hung_up"


async def test_health_is_told_by_options(house: House) -> None:
    with Raw(house.port) as raw:
        answer = await raw.asks(raw.request("OPTIONS", "10086"))
    assert answer.startswith("SIP/2.0 200")
    assert "INVITE" in header(answer, "Allow")


async def test_tcp_connections_are_limited(engine: Engine) -> None:
    endpoint = Endpoint(loopback(tcp_connections_max=2), engine)
    await endpoint.start()
    port = endpoint.addresses[1].port
    first, second, third = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    assert await asyncio.wait_for(third[0].read(), 20) == b""
    first[1].write(b"\r\n\r\n")
    assert await asyncio.wait_for(first[0].read(2), 20) == b"\r\n"
    second[1].write(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(second[0].readexactly(1), 20)
    stats = endpoint.stats()
    assert (stats["tcp_turned_away"], stats["tcp_malformed"]) == (1, 1)
    await endpoint.stop()
    for _reader, writer in (first, second, third):
        writer.close()


async def test_slow_and_idle_connections_are_not_waited_for() -> None:
    lost: list[Hop] = []
    streams = Streams(lambda _message, _hop: None, lost.append, TcpLimits(unfinished_seconds=0.1, sweep_seconds=0.02))
    idle = Streams(lambda _message, _hop: None, lost.append, TcpLimits(idle_seconds=0.1, sweep_seconds=0.02))
    for one in (streams, idle):
        port = await one.listen("127.0.0.1", 0)
        one.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"INVITE sip:10086@127.0.0.1 SIP/2.0\r\nVia: " if one is streams else b"\r\n\r\n")
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(3), 20)
        writer.close()
        await one.stop()
    assert (streams.counters["tcp_too_slow"], idle.counters["tcp_idle"]) == (1, 1)
    assert len(lost) == 2


async def test_three_hundred_calls_of_all_kinds_leave_nothing_behind(engine: Engine) -> None:
    """No socket, no task, no entry: what a call costs is given back."""
    house = House(loopback(max_calls=2000), engine)
    await house.endpoint.start()

    async def refuses(call: Call) -> None:
        await call.hang_up(486)

    async def returns(call: Call) -> None:
        return

    async def hangs_up(call: Call) -> None:
        await call.answer()
        await call.hang_up()

    async def never(call: Call) -> None:
        await call.ring()
        await call.events.get()

    async with Caller() as phone:
        kinds = [house.uri(one) for one in (Told(), refuses, returns, hangs_up, never, Told(early=False))]
        kinds.append(house.uri(hangs_up, transport="tcp"))

        async def one(at: int) -> None:
            try:
                talk = await phone.call(kinds[at % len(kinds)], "1", time_limit_seconds=0.2, listen=False)
            except Unreached:
                return
            if at % 2:
                await talk.hang_up()
            else:
                await talk.press("1")
                if at % len(kinds) in (0, 5):
                    await talk.hang_up()
            await talk.ended()

        await asyncio.gather(*(one(at) for at in range(21)))  # what is made once is made now
        await until(lambda: house.endpoint.stats()["active"] == 0)
        await asyncio.sleep(0.05)
        tasks, files = len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
        for start in range(0, 300, 50):
            await asyncio.gather(*(one(at) for at in range(start, start + 50)))
        await until(lambda: house.endpoint.stats()["active"] == 0 and phone.endpoint.stats()["active"] == 0)
        await until(lambda: len(asyncio.all_tasks()) <= tasks and not house.endpoint._tasks)
        assert len(os.listdir("/proc/self/fd")) <= files + 2
        for endpoint in (house.endpoint, phone.endpoint):
            assert not endpoint._calls
            assert not endpoint._tasks
            # All transactions are over a minute later; none of them keeps a call.
            endpoint.run(endpoint.agent.tick(endpoint.now() + 60))
            endpoint.run(endpoint.agent.tick(endpoint.now() + 120))
            assert endpoint.agent.live == 0
            assert endpoint.agent.stats()["transactions"] == 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gc.collect()
            alive = sum(
                issubclass(type(one), Call) for one in gc.get_objects()
            )  # asking a lazy object for its class wakes it
        assert alive < 20
    await house.endpoint.stop()
