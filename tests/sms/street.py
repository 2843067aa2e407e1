"""A street with an SMSC on it: real sockets, a real Postgres, the real hall; only the clock of the hall is ours."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from careline import wiring
from careline.channels.sms.accounts import Accounts, SmscAccount
from careline.daemons.sms import Size, SmsService
from careline.demo import town
from careline.hall.reception import Reception
from careline.hall.recording import Posting
from careline.hall.serving import Serving
from careline.links.link import Limits
from careline.postgres import sql
from careline.simulators.deliveries import Delivery
from careline.simulators.smsc import Smsc
from careline.values.msisdn import Msisdn
from tests.shipped import the_book as the_book

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai, far from any month's end
STARTED = time.monotonic()
Value = TypeVar("Value")


def clock() -> datetime:
    """Time goes on from that noon."""
    return NOON + timedelta(seconds=time.monotonic() - STARTED)


def eventually(condition: Callable[[], object], timeout_seconds: float = 20.0, what: str = "") -> None:
    """Wait until this is true."""
    until = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < until, what or "it did not happen in time"
        time.sleep(0.01)


class Loop:
    """An event loop in a thread of its own, so that tests may look into the database meanwhile."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, Value], timeout_seconds: float = 30.0) -> Value:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout_seconds)

    def call(self, function: Callable[..., Value], *arguments: Any) -> Value:
        async def work() -> Value:
            return function(*arguments)

        return self.run(work())

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@dataclass
class Street:
    """An SMSC, and the SMS processes that were started on it."""

    loop: Loop
    smsc: Smsc
    services: list[SmsService] = field(default_factory=list)

    def open(self, *, account: dict[str, Any] | None = None, size: Size | None = None, **options: Any) -> SmsService:
        """Start an SMS process and wait until it is bound."""
        service = self.service(account=account, size=size, **options)
        self.loop.run(service.start())
        for bound in service.bound:
            for link in bound.binds:
                self.loop.run(link.wait_until_up())
        return service

    def service(
        self,
        *,
        account: dict[str, Any] | None = None,
        size: Size | None = None,
        patience_seconds: float = 0.15,
        reception_of: Callable[[str], Callable[[int], Reception]] | None = None,
        prove_seconds: float = 0.2,
        **options: Any,
    ) -> SmsService:
        chosen = SmscAccount(name="smsc", port=self.smsc.port, system_id="careline", secret="secret")
        chosen = replace(chosen, **(account or {}))
        limits = Limits(
            backoff_first_seconds=0.02, backoff_max_seconds=0.1, prove_seconds=prove_seconds, throttle_seconds=0.05,
            response_seconds=options.pop("response_seconds", 5.0),
            **options.pop("limits", {}),
        )  # fmt: skip
        service = SmsService(
            Accounts(links=(chosen,)),
            size=size or Size(),
            reception_of=reception_of or receptions(patience_seconds),
            clock=clock,
            parts_max=lambda: 5,
            limits=limits,
            **options,
        )
        self.services.append(service)
        return service

    def close(self, service: SmsService) -> None:
        self.services.remove(service)
        self.loop.run(service.stop())

    def text(self, msisdn: Msisdn, text: str, to: str = "10086") -> list[Delivery]:
        return self.loop.call(self.smsc.text, msisdn.digits, to, text)

    def send(self, deliveries: list[Delivery]) -> None:
        self.loop.call(self.smsc.send, deliveries)

    def answers(self, msisdn: Msisdn) -> list[str]:
        return [one.text for one in list(self.smsc.arrivals) if one.destination == msisdn.digits]

    def answer(self, msisdn: Msisdn, count: int = 1) -> str:
        """The newest answer, when there are so many."""
        eventually(lambda: len(self.answers(msisdn)) >= count, what=f"{len(self.answers(msisdn))} of {count} answers")
        return self.answers(msisdn)[count - 1]

    def ask(self, msisdn: Msisdn, text: str, to: str = "10086") -> str:
        """Text and wait for the answer to it."""
        before = len(self.answers(msisdn))
        self.text(msisdn, text, to)
        return self.answer(msisdn, before + 1)

    def settled(self) -> None:
        """Wait until the SMSC has nothing left to deliver."""
        eventually(lambda: not self.loop.call(lambda: self.smsc.unsettled), what="the SMSC waits for acknowledgements")

    def fresh(self, table: str = "T5", brand: str | None = None) -> Msisdn:
        return town.fresh(table, brand, now=clock()).msisdn


def receptions(
    patience_seconds: float | None = 0.15, time_limit_seconds: float = 5.0, posted: Posting | None = None
) -> Callable[[str], Callable[[int], Reception]]:
    def reception_of(name: str) -> Callable[[int], Reception]:
        def reception_for(shard: int) -> Reception:
            serving = Serving(
                wiring.office(), wiring.behaviours(),
                time_limit_seconds=time_limit_seconds, patience_seconds=patience_seconds,
            )  # fmt: skip
            return Reception(
                serving=serving, book=the_book, clock=clock, posted=posted or Posting(claimed_by=name), shard=shard
            )

        return reception_for

    return reception_of


def rows(statement: Any, *parameters: Any) -> list[tuple[Any, ...]]:
    return sql.run(statement, list(parameters))
