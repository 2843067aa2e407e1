"""One endpoint and one telephone for all tests of a run: opening them costs more than most calls."""

from collections.abc import AsyncIterator

import pytest_asyncio

from careline.links.calls.media import Engine
from careline.simulators.caller import Caller
from tests.calls.hotline import hotline as hotline
from tests.calls.house import House, loopback


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine() -> AsyncIterator[Engine]:
    one = Engine("127.0.0.1", range(33000, 40000, 2))
    await one.start(freeze=False)
    yield one
    await one.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(engine: Engine) -> AsyncIterator[House]:
    one = House(loopback(), engine)
    await one.endpoint.start()
    yield one
    await one.endpoint.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def phone() -> AsyncIterator[Caller]:
    async with Caller() as one:
        yield one
