"""The prompts of a worker: clips read once and shared by all calls, and what can be said without the hall."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from careline.channels.calls import announcements
from careline.channels.calls.lines import Clip
from careline.links.calls.media import Prompt
from careline.protocols.rtp.g711 import ALAW_SILENCE

log = logging.getLogger(__name__)

BYTES_MAX = 96 << 20  # of clips in memory: three hours of speech
PAUSE_SECONDS = 0.2
SLOW_PAUSE_SECONDS = 0.6
RATE = 8000


class Sounds:
    """The clips of one worker. `path`: what the hall process wrote of its announcements."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0
        self._kept: OrderedDict[str, tuple[Prompt, int]] = OrderedDict()
        self._bytes = 0
        self._spoken: dict[str, dict[str, list[Prompt]]] = {}
        self.melody = Prompt.of_alaw(b"")
        self._pauses = {
            slow: Prompt.of_alaw(bytes((ALAW_SILENCE,)) * int(seconds * RATE))
            for slow, seconds in ((False, PAUSE_SECONDS), (True, SLOW_PAUSE_SECONDS))
        }
        self.load()

    def load(self) -> None:
        """Read the announcements and the melody into memory. Raises OSError where there are none."""
        self._written = self._path.stat().st_mtime_ns
        written = announcements.read(self._path)
        self._spoken = {
            language: {key: [self._read(clip) for clip in clips] for key, clips in family.items()}
            for language, family in written.clips.items()
        }
        self.melody = Prompt.of_alaw(Path(written.melody).read_bytes() if written.melody else b"")

    def refresh(self) -> None:
        """Read again if the hall process wrote anew (a publishing changed the words)."""
        try:
            if self._path.stat().st_mtime_ns != self._written:
                self.load()
        except OSError as error:
            log.warning("the announcements cannot be read again, the old ones stay: %s", error.strerror)

    def announcement(self, key: str, language: str) -> list[Prompt]:
        """What the line says by itself; in both languages where none is known yet ("")."""
        if language not in self._spoken:
            return [prompt for family in self._spoken.values() for prompt in family[key]]
        return self._spoken[language][key]

    def clips(self, clips: Sequence[Clip], *, slow: bool = False) -> list[Prompt]:
        """These clips in their order, with a pause after each where words come slowly. Raises OSError."""
        prompts = [self._kept_or_read(clip.path) for clip in clips]
        if not slow:
            return prompts
        return [sound for prompt in prompts for sound in (prompt, self._pauses[True])]

    def pause(self) -> Prompt:
        return self._pauses[False]

    def _kept_or_read(self, path: str) -> Prompt:
        found = self._kept.get(path)
        if found is not None:
            self._kept.move_to_end(path)
            return found[0]
        # From the page cache in some ten microseconds: the hall process has just written or read it.
        data = Path(path).read_bytes()
        prompt = Prompt.of_alaw(data)
        self._kept[path] = (prompt, len(data))
        self._bytes += len(data)
        while self._bytes > BYTES_MAX and len(self._kept) > 1:
            _, (_, size) = self._kept.popitem(last=False)
            self._bytes -= size
        return prompt

    @staticmethod
    def _read(clip: Clip) -> Prompt:
        return Prompt.of_alaw(Path(clip.path).read_bytes())
