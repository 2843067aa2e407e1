"""A house to call: an endpoint on free ports of this machine, where each test answers its own number."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace

from careline.links.calls.call import Call
from careline.links.calls.config import Config, Listen, Trunk, demo
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.media import Engine

Handler = Callable[[Call], Awaitable[None]]

LOOPBACK = (Listen(transport="udp", host="127.0.0.1", port=0), Listen(transport="tcp", host="127.0.0.1", port=0))


class House:
    """An endpoint where every number has a handler of its own."""

    def __init__(self, config: Config, engine: Engine) -> None:
        self.engine = engine
        self.endpoint = Endpoint(config, engine, self._taken)
        self._handlers: dict[str, Handler] = {}
        self._numbers = itertools.count(9000)

    @property
    def port(self) -> int:
        return self.endpoint.addresses[0].port

    def number(self, handler: Handler) -> str:
        """A number where this handler answers."""
        number = str(next(self._numbers))
        self._handlers[number] = handler
        return number

    def uri(self, handler: Handler, *, transport: str = "") -> str:
        """An address where this handler answers."""
        suffix = f";transport={transport}" if transport else ""
        return f"sip:{self.number(handler)}@127.0.0.1:{self.port}{suffix}"

    async def _taken(self, call: Call) -> None:
        handler = self._handlers.get(call.called)
        if handler is None:
            await call.hang_up(404)
        else:
            await handler(call)


def loopback(*trunks: Trunk, **changes: object) -> Config:
    """A configuration on free ports of this machine."""
    return replace(demo(), listen=LOOPBACK, trunks=trunks or demo().trunks, **changes)  # type: ignore[arg-type]
