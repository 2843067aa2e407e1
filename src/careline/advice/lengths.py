"""How long a text takes on a call: by the clips that are played, and by an estimate where it was not rendered yet."""

from dataclasses import dataclass, field
from typing import Protocol

from careline.catalogue import spoken_length


class Clips(Protocol):
    """Who knows the clips; `prompts.speaker.Speaker` is one."""

    def milliseconds(self, text: str, language: str, *, slow: bool = False) -> int | None: ...


SLOW = 1.25  # a slow voice takes so much longer, where it is estimated: the pace of voices for senior callers


@dataclass(slots=True)
class Lengths:
    """Lengths in one language at one pace; each text is looked up once. `measured` and `estimated` count texts."""

    clips: Clips | None
    language: str
    slow: bool = False
    measured: int = 0
    estimated: int = 0
    _known: dict[str, float] = field(default_factory=dict)

    def seconds(self, text: str) -> float:
        """How long it takes to say; nothing takes no time."""
        if not text:
            return 0.0
        if (known := self._known.get(text)) is None:
            known = self._known[text] = self._look(text)
        return known

    def _look(self, text: str) -> float:
        played = self.clips.milliseconds(text, self.language, slow=self.slow) if self.clips else None
        if played is not None:
            self.measured += 1
            return played / 1000
        self.estimated += 1
        return spoken_length.seconds(text, self.language) * (SLOW if self.slow else 1)
