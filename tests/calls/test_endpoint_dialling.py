"""Calls that we make: answered, busy, unanswered, given up, impossible."""

import asyncio

import pytest

from careline.links.calls.call import Call
from careline.links.calls.config import Trunk
from careline.links.calls.endpoint import Endpoint, Unreached
from careline.links.calls.events import Ended
from careline.links.calls.media import Engine
from careline.simulators.caller import Caller, Talk
from tests.calls.house import House, loopback
from tests.calls.raw import Raw, header

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_agent_is_called_and_answers(house: House) -> None:
    async def answers(talk: Talk) -> None:
        assert talk.call.caller is not None
        assert talk.call.caller.digits == "8613900000001"
        assert ("X-Queue", "billing") in [tuple(one) for one in talk.call.headers]
        await talk.call.ring()
        await talk.call.answer()
        assert (await talk.event()).key == "7"  # type: ignore[union-attr]
        await talk.hang_up()

    statuses: list[int] = []
    async with Caller(on_call=answers) as agent:
        call = await house.endpoint.dial(
            f"sip:seat1@{agent.address}",
            caller="13900000001",
            headers=[("X-Queue", "billing")],
            on_progress=statuses.append,
        )
        assert call.outgoing
        assert call.answered
        call.stream.press("7")
        assert await asyncio.wait_for(call.events.get(), 20) == Ended("hung_up", 0, "")
    assert 180 in statuses


@pytest.mark.parametrize("status", [486, 603, 404])
async def test_an_agent_who_refuses_is_told_with_the_status(house: House, status: int) -> None:
    async def refuses(talk: Talk) -> None:
        await talk.call.hang_up(status)

    async with Caller(on_call=refuses) as agent:
        with pytest.raises(Unreached) as caught:
            await house.endpoint.dial(f"sip:seat1@{agent.address}")
    assert caught.value.status == status


async def test_an_agent_who_does_not_answer_is_given_up(house: House) -> None:
    last: list[object] = []
    over = asyncio.Event()

    async def only_rings(talk: Talk) -> None:
        await talk.call.ring()
        last.append(await talk.event())
        over.set()

    async with Caller(on_call=only_rings) as agent:
        with pytest.raises(Unreached) as caught:
            await house.endpoint.dial(f"sip:seat1@{agent.address}", time_limit_seconds=0.3)
        await asyncio.wait_for(over.wait(), 20)
    assert caught.value.status in (408, 480, 487)
    assert isinstance(last[0], Ended)
    assert last[0].reason == "cancelled"


async def test_a_call_of_ours_can_be_given_up_while_it_rings(house: House) -> None:
    ringing, over = asyncio.Event(), asyncio.Event()

    async def only_rings(talk: Talk) -> None:
        await talk.call.ring()
        ringing.set()
        assert isinstance(await talk.event(), Ended)
        over.set()

    async with Caller(on_call=only_rings) as agent:
        dialling = asyncio.create_task(house.endpoint.dial(f"sip:seat1@{agent.address}"))
        await asyncio.wait_for(ringing.wait(), 20)
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        await asyncio.wait_for(over.wait(), 20)


@pytest.mark.parametrize(
    "uri", ["sip:seat1@no.such.host.invalid", "nonsense", "sip:", "tel:+8613900000001", "sips:1@127.0.0.1"]
)
async def test_an_address_that_is_none_is_unreached_at_once(house: House, uri: str) -> None:
    with pytest.raises(Unreached) as caught:
        await house.endpoint.dial(uri)
    assert caught.value.status == 503


async def test_nobody_listens_there_by_tcp(house: House) -> None:
    with pytest.raises(Unreached) as caught:
        await house.endpoint.dial("sip:seat1@127.0.0.1:1;transport=tcp", time_limit_seconds=5)
    assert caught.value.status in (408, 503)


async def test_a_number_leaves_by_the_proxy_of_its_trunk(engine: Engine) -> None:
    with Raw(1) as proxy:
        trunk = Trunk(name="carrier", proxy=f"127.0.0.1:{proxy.own_port}")
        endpoint = Endpoint(loopback(trunk), engine)
        await endpoint.start()
        dialling = asyncio.create_task(endpoint.dial("13900000001", trunk="carrier", caller="10086"))
        invite = await proxy.read()
        assert invite.startswith("INVITE sip:13900000001@127.0.0.1")
        assert "sip:10086@" in header(invite, "From")
        copied = "".join(f"{name}: {header(invite, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
        proxy.to = ("127.0.0.1", endpoint.addresses[0].port)
        proxy.send(f"SIP/2.0 486 Busy Here\r\n{copied}To: {header(invite, 'To')};tag=x\r\nContent-Length: 0\r\n\r\n")
        with pytest.raises(Unreached) as caught:
            await asyncio.wait_for(dialling, 20)
        assert caught.value.status == 486
        with pytest.raises(Unreached):
            await endpoint.dial("13900000001", trunk="no such trunk")
        await endpoint.stop()


async def test_two_calls_are_joined(house: House) -> None:
    """A caller and an agent hear each other through us."""

    async def answers(talk: Talk) -> None:
        await talk.call.answer()
        while talk.call.ended is None:  # what is said before they are joined, nobody hears
            await talk.press("#", "inband")
            await asyncio.sleep(0.2)

    async def connects(call: Call) -> None:
        await call.answer()
        agent = await house.endpoint.dial(f"sip:seat1@{seat.address}")
        call.stream.relay(agent.stream)
        assert isinstance(await call.events.get(), Ended)
        await agent.hang_up()

    async with Caller(on_call=answers) as seat, Caller() as phone:
        talk = await phone.call(house.uri(connects), "1")
        talk.call.stream.listen_inband(True)
        event = await talk.event()
        assert (event.key, event.how) == ("#", "inband")  # type: ignore[union-attr]
        await talk.hang_up()
