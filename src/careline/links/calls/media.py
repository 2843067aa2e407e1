"""The sound of calls: prompts to callers, keys from callers, two callers joined, on RTP sockets of our own.

`Engine.open` gives a `Stream`; `Stream.play` takes `Prompt`s and gives a `Playing`. Works in one event loop, without
threads but the one that writes recordings.
"""

from careline.links.calls.media_engine import Engine
from careline.links.calls.media_ports import NoPort
from careline.links.calls.media_prompt import Codec, Playing, Prompt
from careline.links.calls.media_stream import Stream

__all__ = ["Codec", "Engine", "NoPort", "Playing", "Prompt", "Stream"]
