"""A worker's line to the hall process: questions out, answers in, and quick certainty when it is down."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from careline.channels.calls.lines import LINE_BYTES_MAX, Answer, Ask, Going

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 0.1
Kind = TypeVar("Kind")
_encoder = msgspec.json.Encoder()
_answers = msgspec.json.Decoder(Answer)


class HallDown(Exception):
    """The hall process cannot be reached, or did not answer in time."""


class HallFault(Exception):
    """The hall process answered that it could not do it."""


class HallLine:
    """The line of one worker; it connects by itself, again and again."""

    def __init__(self, path: Path, worker: str, going: Callable[[], list[Going]] = list) -> None:
        self.up = asyncio.Event()
        self.figures = {"asked": 0, "down": 0, "late": 0, "connected": 0}
        self._path = path
        self._worker = worker
        self._going = going
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name="hall line")

    async def stop(self) -> None:
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def ask(self, do: str, kind: type[Kind], *, seconds: float = 15.0, **what: Any) -> Kind:
        """Ask and wait for the answer. Raises HallDown at once without a line, HallFault when the hall says so."""
        writer = self._writer
        if writer is None:
            self.figures["down"] += 1
            raise HallDown("no line to the hall process")
        self._next += 1
        number = self._next
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self.figures["asked"] += 1
        try:
            writer.write(_encoder.encode(Ask(number, do, what)) + b"\n")
            async with asyncio.timeout(seconds):
                return msgspec.convert(await future, kind)
        except TimeoutError as error:
            self.figures["late"] += 1
            raise HallDown(f"no answer to {do} within {seconds:g} s") from error
        finally:
            self._waiting.pop(number, None)

    async def _keep(self) -> None:
        told = False
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_BYTES_MAX)
            except OSError:
                if not told and self.figures["connected"]:
                    log.warning("the hall process is away")
                    told = True
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            told = False
            self.figures["connected"] += 1
            try:
                going = msgspec.to_builtins(self._going())
                writer.write(_encoder.encode(Ask(0, "here", {"worker": self._worker, "going": going})) + b"\n")
                self._writer = writer
                self.up.set()
                while line := await reader.readline():
                    self._take(_answers.decode(line))
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                log.warning("the line to the hall process broke: %s", type(error).__name__)
            finally:
                self._writer = None
                self.up.clear()
                writer.close()
                self._fail_all()

    def _take(self, answer: Answer) -> None:
        future = self._waiting.get(answer.id)
        if future is None or future.done():
            return  # the asker has given up
        if answer.fault:
            future.set_exception(HallFault(answer.fault))
        else:
            future.set_result(answer.what)

    def _fail_all(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(HallDown("the hall process went away"))
