"""What a channel does with a link, as little of it as a test needs: it hears everything, keeps it and acknowledges."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

from careline.links.account import AccountLink
from careline.links.esme import EsmeLink, EsmeSettings
from careline.links.link import Inbound, Limits, LinkState, Outbound, Receipt, Result, acknowledge_many
from careline.simulators.smsc import Smsc

NUMBER = "13900000001"
LONG = "您好，您本月的话费明细如下：基本月租18元，短信费12元，流量费30元，共计60元😀。" * 4


class Making(Protocol):
    """Makes a link that tells these callbacks."""

    def __call__(self, **told: Any) -> AccountLink: ...


class Hall:
    """See the module's sentence; `react` is what it does with messages instead."""

    def __init__(self, make: Making) -> None:
        self.messages: list[Inbound] = []
        self.batches: list[int] = []
        self.receipts: list[Receipt] = []
        self.results: list[Result] = []
        self.states: list[LinkState] = []
        self.proofs: list[datetime] = []
        self.said: list[str] = []
        self.react: Callable[[list[Inbound]], None] = acknowledge_many
        self.happened = asyncio.Event()
        self.link = make(
            on_messages=self.on_messages,
            on_receipts=self.on_receipts,
            on_results=lambda results: self.note(self.results, results, "result"),
            on_state=lambda state: self.note(self.states, [state]),
            on_proved=lambda up_to: self.note(self.proofs, [up_to]),
        )

    def on_messages(self, messages: list[Inbound]) -> None:
        self.note(self.messages, messages)
        self.batches.append(len(messages))
        self.react(messages)

    def on_receipts(self, receipts: list[Receipt]) -> None:
        acknowledge_many(receipts)
        self.note(self.receipts, receipts, "receipt")

    def note(self, kept: list[Any], new: list[Any], said: str = "") -> None:
        kept += new
        self.said += [said] * len(new) if said else []
        self.happened.set()

    async def until(self, condition: Callable[[], bool], timeout_seconds: float = 20.0) -> None:
        async with asyncio.timeout(timeout_seconds):
            while not condition():
                self.happened.clear()
                await self.happened.wait()


@asynccontextmanager
async def open_hall(make: Making, *, up: bool = True) -> AsyncIterator[Hall]:
    """A hall whose link has been started; `up` waits until it is."""
    hall = Hall(make)
    hall.link.start()
    try:
        if up:
            await hall.link.wait_until_up(5)
        yield hall
    finally:
        await hall.link.close(1)


def connected(
    smsc: Smsc, limits: Limits | None = None, *, up: bool = True, **settings: Any
) -> AbstractAsyncContextManager[Hall]:
    """A hall with an account at this SMSC."""
    account: dict[str, Any] = {"host": smsc.host, "port": smsc.port}
    return open_hall(esme(limits=limits, **account | settings), up=up)


def esme(*, limits: Limits | None = None, **settings: Any) -> Making:
    """Makes an SMPP link with these settings; a port at least."""
    base: dict[str, Any] = {"name": "a", "host": "127.0.0.1", "system_id": "careline", "password": "secret"}
    return lambda **told: EsmeLink(EsmeSettings(**base | settings), limits=limits or quick(), **told)


def quick(**changes: Any) -> Limits:
    """Limits for people in a hurry."""
    defaults = {
        "backoff_first_seconds": 0.02,
        "backoff_max_seconds": 0.1,
        "throttle_seconds": 0.05,
        "prove_seconds": 0.1,
    }
    return Limits(**defaults | changes)


def outbound(text: str = "您好", destination: str = NUMBER, id: object = 1, **more: Any) -> Outbound:
    return Outbound(id, "10086", destination, text, **more)
