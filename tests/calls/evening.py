"""Scenes that are played together on one hotline, and where one stands that does not end."""

import asyncio
import io
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from tests.calls.hotline import Hotline

Value = TypeVar("Value")
SCENE_SECONDS = 120.0  # that a test waits for its scene; those before it were waited for by theirs

Scene = Callable[[Hotline], Coroutine[Any, Any, Any]]


class Evening:
    """Scenes that are played at the same time, since sound takes its time; each test asks for the one it is about."""

    def __init__(self, hotline: Hotline, scenes: Sequence[Scene]) -> None:
        self.hotline = hotline
        self.log = io.StringIO()
        self._handler = logging.StreamHandler(self.log)
        self._handler.setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self._handler)
        self._level = logging.getLogger("careline").level
        logging.getLogger("careline").setLevel(logging.DEBUG)
        self._scenes = {scene.__name__: scene(hotline) for scene in scenes}
        self._played = {
            name: asyncio.run_coroutine_threadsafe(scene, hotline.loop.loop) for name, scene in self._scenes.items()
        }

    def of(self, scene: Callable[[Hotline], Coroutine[Any, Any, Value]]) -> Value:
        """What this scene gave, when it is over; raises what went wrong in it."""
        future: Future[Value] = self._played[scene.__name__]
        try:
            return future.result(SCENE_SECONDS)
        except TimeoutError:
            if future.done():
                raise  # of the scene itself
            raise AssertionError(f"{scene.__name__} still waits: {waits(self._scenes[scene.__name__])}") from None

    def close(self) -> None:
        for future in self._played.values():
            future.cancel()
        logging.getLogger().removeHandler(self._handler)
        logging.getLogger("careline").setLevel(self._level)


def waits(scene: Any) -> str:
    """Where this coroutine stands, from the outermost wait to the innermost."""
    places = []
    while (frame := getattr(scene, "cr_frame", None)) is not None:
        places.append(f"{frame.f_code.co_qualname} ({Path(frame.f_code.co_filename).name}:{frame.f_lineno})")
        scene = scene.cr_await
    return " > ".join(places) or "nowhere"
