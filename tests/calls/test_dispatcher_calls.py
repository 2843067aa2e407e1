"""Whole calls through the dispatcher: every message of a call, both ways and both transports, finds its worker."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from careline.links.calls.call import Call
from careline.links.calls.dispatcher import Dispatcher
from careline.links.calls.endpoint import Endpoint, Unreached
from careline.links.calls.events import Digit, Ended
from careline.links.calls.inherited import Inherited
from careline.links.calls.media import Engine
from careline.simulators.caller import Caller, Talk
from tests.calls.house import Handler, loopback

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORKERS = 2
CALLS = 20  # their Call-IDs are drawn: of so many, some go to each worker but once in half a million times


class Workshop:
    """A dispatcher and two workers, each an endpoint of its own."""

    def __init__(self, dispatcher: Dispatcher, engine: Engine) -> None:
        self.dispatcher = dispatcher
        self.taken: Counter[int] = Counter()
        self.keys: list[str] = []
        config = loopback(workers=WORKERS)
        self.workers = [
            Endpoint(config, engine, self._taker(number), wires=Inherited(dispatcher.path, number, WORKERS))
            for number in range(WORKERS)
        ]

    def uri(self, transport: str) -> str:
        return f"sip:10086@127.0.0.1:{self.dispatcher.addresses[0].port};transport={transport}"

    def _taker(self, number: int) -> Handler:
        async def take(call: Call) -> None:
            self.taken[number] += 1
            await call.answer()
            while not isinstance(event := await call.events.get(), Ended):
                if isinstance(event, Digit):
                    self.keys.append(event.key)

        return take


@pytest_asyncio.fixture(loop_scope="session")
async def workshop(engine: Engine) -> AsyncIterator[Workshop]:
    with tempfile.TemporaryDirectory() as folder:
        dispatcher = Dispatcher(loopback(workers=WORKERS), Path(folder))
        await dispatcher.start()
        one = Workshop(dispatcher, engine)
        for worker in one.workers:
            await worker.start()
        yield one
        for worker in one.workers:
            await worker.stop()
        await dispatcher.stop()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_callers_are_spread_and_each_is_served_to_the_end(
    workshop: Workshop, phone: Caller, transport: str
) -> None:
    async def calls(at: int) -> None:
        talk = await phone.call(workshop.uri(transport), "1", listen=False)
        assert await talk.hold()
        assert await talk.resume()
        await talk.press(str(at % 10), "info")
        await talk.hang_up()

    await asyncio.gather(*(calls(at) for at in range(CALLS)))
    async with asyncio.timeout(20):
        while len(workshop.keys) < CALLS or any(one.stats()["active"] for one in workshop.workers):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert sorted(workshop.keys) == sorted(str(at % 10) for at in range(CALLS))
    assert sum(workshop.taken.values()) == CALLS
    assert min(workshop.taken[number] for number in range(WORKERS)) > 0


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_answers_to_the_calls_of_a_worker_come_to_that_worker(workshop: Workshop, transport: str) -> None:
    async def answers(talk: Talk) -> None:
        await talk.call.answer()
        await talk.ended()

    async with Caller(on_call=answers) as agent:
        for worker in workshop.workers * 2:
            call = await worker.dial(f"sip:seat@{agent.address};transport={transport}", time_limit_seconds=20)
            assert await call.hold()
            await call.hang_up()


async def test_a_worker_that_is_gone_costs_only_its_own_calls(workshop: Workshop, phone: Caller) -> None:
    talks = [await phone.call(workshop.uri("udp"), "1", listen=False) for _ in range(CALLS)]
    await workshop.workers[0]._wires.stop()  # as when the process dies: no goodbye
    async with asyncio.timeout(20):
        while list(workshop.dispatcher.workers) != [1]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    lost = 0
    for talk in talks:
        if not await talk.hold():
            lost += 1
        await talk.hang_up()
    assert lost == workshop.taken[0] > 0
    for _ in range(CALLS):
        talk = await phone.call(workshop.uri("udp"), "1", listen=False)
        assert await talk.hold(), "what follows finds the worker that stood in"
        await talk.hang_up()
    assert workshop.dispatcher.counters["stood_in"] > 0


async def test_with_no_worker_at_all_callers_are_told_when_to_try_again(workshop: Workshop, phone: Caller) -> None:
    for worker in workshop.workers:
        await worker._wires.stop()
    with pytest.raises(Unreached) as refused:
        await phone.call(workshop.uri("udp"), "1", listen=False)
    assert refused.value.status == 503
