"""A telephone that does what a script says: for tests, probes and benchmarks of everything that answers calls.

async with Caller() as caller:
    talk = await caller.call("sip:10086@127.0.0.1:5060", "13900000001")
    await talk.heard(2.0)
    talk.press("12#")
    await talk.hang_up()
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from careline.links.calls.call import Call
from careline.links.calls.config import Config, Listen, Trunk, demo
from careline.links.calls.endpoint import Endpoint, Unreached
from careline.links.calls.events import CallEvent, Ended
from careline.links.calls.media import Codec, Engine, Playing, Prompt
from careline.links.calls.wires import OwnWires, Wires
from careline.protocols.rtp import tones
from careline.protocols.rtp.g711 import decode_alaw, decode_ulaw, encode_alaw
from careline.protocols.rtp.packet import CLOCK_HZ, TIMESTAMPS, Packet, later

Samples = NDArray[np.int16]
How = Literal["rfc4733", "info", "inband"]

PRESS_MS: Final = 100
WAIT_SECONDS: Final = 20.0  # for what must only happen some time: a machine with much to do takes its time
GAP_SAMPLES_MAX: Final = 60 * CLOCK_HZ  # a timestamp that leaps further is a new clock

__all__ = ["Caller", "Talk", "Unreached"]


class Caller:
    """One telephone, or a crowd of them: any number of calls at once, from one SIP address."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        username: str = "",
        secret: str = "",
        ports: range = range(41000, 49000, 2),
        codecs: tuple[Codec, ...] = ("PCMA", "PCMU"),
        on_call: Callable[["Talk"], Awaitable[None]] | None = None,
        wires: Callable[[Config], Wires] = OwnWires,
    ) -> None:
        """`username` and `secret` answer challenges; `on_call` takes calls that come to this telephone; `wires` carry SIP."""
        trunks = demo().trunks
        if username:
            trunks += (Trunk(name="account", username=username, secret=secret),)
        self._account = "account" if username else ""
        self._engine = Engine(host, ports)
        self._on_call = on_call
        config = Config(
            listen=(
                Listen(transport="udp", host=host, port=0),
                Listen(transport="tcp", host=host, port=0),
            ),
            trunks=trunks,
            codecs=codecs,
            max_calls=20_000,
            max_setups_per_second=100_000,
        )
        self.endpoint = Endpoint(config, self._engine, self._taken if on_call else None, wires=wires(config))

    async def start(self, *, freeze: bool = False) -> None:
        """Open the sockets. Raises OSError."""
        await self._engine.start(freeze=freeze)
        await self.endpoint.start()

    async def stop(self) -> None:
        """Hang up everywhere, and close the sockets."""
        await self.endpoint.stop()
        await self._engine.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def address(self) -> str:
        """Where this telephone can be called: host and port (UDP)."""
        listen = self.endpoint.addresses[0]
        return f"{listen.host}:{listen.port}"

    async def call(
        self,
        uri: str,
        number: str = "",
        *,
        headers: Sequence[tuple[str, str]] = (),
        time_limit_seconds: float = 30.0,
        on_progress: Callable[[int], None] | None = None,
        listen: bool = True,
    ) -> "Talk":
        """Call this address as that number, and wait for the answer. Raises Unreached(status).

        `listen`: whether the sound is kept for `audio`; crowds do without.
        """
        talks: list[Talk] = []
        await self.endpoint.dial(
            uri,
            caller=number,
            headers=headers,
            time_limit_seconds=time_limit_seconds,
            trunk=self._account,
            on_progress=on_progress,
            on_begun=lambda call: talks.append(Talk(call, listen=listen)),
        )
        return talks[0]

    async def _taken(self, call: Call) -> None:
        assert self._on_call is not None
        await self._on_call(Talk(call))


class Talk:
    """One call of a telephone: what was heard, what is pressed, how it ends."""

    def __init__(self, call: Call, *, listen: bool = True) -> None:
        self.call = call
        self._heard = _Heard()
        if listen:
            call.stream.tap(self._heard.take)

    async def heard(self, seconds: float, timeout_seconds: float = WAIT_SECONDS) -> Samples:
        """The sound since the answer, as soon as there is that much of it. Raises TimeoutError, which says how much."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._heard.until(int(seconds * CLOCK_HZ))
        except TimeoutError:
            there = len(self.audio()) / CLOCK_HZ
            raise TimeoutError(f"{there:.2f} s of {seconds:.2f} s were heard; the end: {self.call.ended}") from None
        return self.audio()

    def audio(self) -> Samples:
        """What was heard until now: 16-bit samples, 8 kHz; lost packets are silence."""
        return self._heard.samples()

    async def press(self, keys: str, how: How = "rfc4733") -> None:
        """Press these keys, one after the other; returns when all but those by events have left."""
        if how == "rfc4733":
            self.call.stream.press(keys)
        elif how == "info":
            for key in keys:
                body = f"Signal={key}\r\nDuration={PRESS_MS}\r\n".encode()
                await self.call.info("application/dtmf-relay", body)
        else:
            await self.say(encode_alaw(tones.dialled(keys))).done

    def say(self, alaw: bytes) -> Playing:
        """Speak: A-law at 8 kHz."""
        return self.call.stream.play([Prompt.of_alaw(alaw)])

    async def hold(self) -> bool:
        return await self.call.hold()

    async def resume(self) -> bool:
        return await self.call.resume()

    async def hang_up(self) -> None:
        await self.call.hang_up()

    async def event(self, timeout_seconds: float = WAIT_SECONDS) -> CallEvent:
        """What the other side does next: keys, hold, the end. Raises TimeoutError."""
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self.call.events.get()
        except TimeoutError:
            raise TimeoutError(f"the other side did nothing for {timeout_seconds:g} s") from None

    async def ended(self, timeout_seconds: float = WAIT_SECONDS) -> Ended:
        """Wait for the end of the call. Raises TimeoutError."""
        while True:
            event = await self.event(timeout_seconds)
            if isinstance(event, Ended):
                return event


class _Heard:
    """The far side's sound in one piece, put together by timestamps."""

    def __init__(self) -> None:
        self._sound = np.zeros(CLOCK_HZ, np.int16)
        self._length = 0
        self._ssrc: int | None = None
        self._offset = 0
        self._more = asyncio.Event()

    def take(self, packet: Packet, codec: Codec) -> None:
        samples = decode_alaw(packet.payload) if codec == "PCMA" else decode_ulaw(packet.payload)
        at = self._place(packet)
        if at < 0:
            return
        end = at + len(samples)
        if end > len(self._sound):
            self._sound = np.concatenate([self._sound, np.zeros(max(end, len(self._sound)), np.int16)])
        self._sound[at:end] = samples
        self._length = max(self._length, end)
        self._more.set()

    def samples(self) -> Samples:
        return self._sound[: self._length].copy()

    async def until(self, length: int) -> None:
        while self._length < length:
            self._more.clear()
            await self._more.wait()

    def _place(self, packet: Packet) -> int:
        at = later(self._offset, packet.timestamp, TIMESTAMPS) if packet.ssrc == self._ssrc else GAP_SAMPLES_MAX * 2
        if abs(at - self._length) > GAP_SAMPLES_MAX:
            self._ssrc = packet.ssrc
            self._offset = (packet.timestamp - self._length) % TIMESTAMPS
            return self._length
        return at
