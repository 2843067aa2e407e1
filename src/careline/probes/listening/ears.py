"""What must be heard, as clips: the ear knows the prompts of a version, and which error each says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from careline.catalogue import error_prompts
from careline.dialogue.book import Book
from careline.probes.deriving.rehearsal import template
from careline.probes.listening.hearing import Follower, Trace, to_its_end, traces
from careline.probes.probe import Wanted
from careline.prompts.clips import Clip
from careline.values.cause import Cause

AFTER = "after"  # the name of the candidate that tells nothing of an answer but its end
WHOLE_SHARE = 0.9  # of a text that is known word for word
FIXED_SHARE = 0.6  # of the fixed stretches of a text with values in it: what stands between may swallow one
ERROR_SHARE = 0.8
_OTHERS = {"wrong_reply", "wrong_choice", "wrong_key", "wrong_key_after", "hash_here", "too_few", "too_many"}


class Speaks(Protocol):
    """What an ear needs of the speaker."""

    def clips(self, text: str, language: str, *, slow: bool = False) -> list[Clip]:
        """What is played for this text."""


@dataclass(slots=True)
class Candidate:
    """One of the things that may be heard."""

    name: str
    follower: Follower
    least: float  # share that must be heard

    @property
    def enough(self) -> bool:
        return bool(self.follower.traces) and self.follower.share >= self.least


@dataclass(slots=True)
class Ear:
    """Makes candidates of what is wanted; synthesis and files, so not for an event loop."""

    book: Book
    speaker: Speaks | None
    recordings: Path | None = None  # of somebody else's lines
    _errors: dict[tuple[str, bool], list[tuple[str, str, list[Path]]]] = field(default_factory=dict)

    def candidates(self, wanted: Wanted, language: str, *, slow: bool = False, begin: int = 0) -> list[Candidate]:
        made: list[Candidate] = []
        if wanted.text:
            made.append(self._candidate("text", self._paths([wanted.text], language, slow), begin, WHOLE_SHARE))
        for key in wanted.keys:
            text = template(self.book, key)
            if text is not None:
                paths = self._paths(stretches(text.read(language)), language, slow)
                made.append(self._candidate(key, paths, begin, FIXED_SHARE))
        if wanted.after:
            made.append(self._candidate(AFTER, self._paths([wanted.after], language, slow), begin, WHOLE_SHARE))
        for name in wanted.files:
            made.append(self._candidate(name, [(self.recordings or Path()) / name], begin, WHOLE_SHARE))
        return [one for one in made if one.follower.traces]

    def error(self, sound: "object", language: str, *, slow: bool = False) -> tuple[str, Cause | None]:
        """Which error prompt is in this sound: its kind and cause; nothing where there is none."""
        import numpy as np

        heard = np.asarray(sound, np.float32)
        if self.speaker is None:
            return "", None
        best: tuple[float, float, str, str] = (0.0, 0.0, "", "")
        for kind, group, paths in self._error_clips(language, slow):
            follower = Follower(traces(paths))
            follower.give_up(heard)
            length = sum(len(trace.clip) for trace in follower.traces) * follower.share
            if follower.share < ERROR_SHARE or (follower.share, length) <= best[:2]:
                continue
            if all(to_its_end(trace, heard) for trace in follower.traces if trace.heard):
                best = (follower.share, length, kind, group)
        _share, _length, kind, group = best
        return (kind, cause_of(kind, group)) if kind else ("", None)

    def _error_clips(self, language: str, slow: bool) -> list[tuple[str, str, list[Path]]]:
        if (language, slow) not in self._errors:
            self._errors[language, slow] = [
                (one.kind, one.cause_class, self._paths(stretches(one.text.read(language)), language, slow))
                for one in error_prompts.prompts(self.book)
                if not one.missing
            ]
        return self._errors[language, slow]

    def _paths(self, texts: Sequence[str], language: str, slow: bool) -> list[Path]:
        if self.speaker is None:
            return []
        return [clip.path for text in texts if text for clip in self.speaker.clips(text, language, slow=slow)]

    def _candidate(self, name: str, paths: Sequence[Path], begin: int, least: float) -> Candidate:
        found: list[Trace] = traces(paths)
        return Candidate(name, Follower(found, begin), least)


def stretches(text: str) -> list[str]:
    """What is fixed in a template, as it is written: what stands between placeholders and can be said."""
    return [part for part in re.split(r"\{[^{}]*\}", text) if sum(sign.isalnum() for sign in part) > 1]


def cause_of(kind: str, group: str) -> Cause:
    """The cause that an error prompt tells of, in the one taxonomy."""
    name = kind.removeprefix("call.").removeprefix("password_check.")
    if name in Cause.__members__.values():
        return Cause(name)
    if group == "system":
        return Cause.HALL_FAULT
    if name.startswith("silence"):
        return Cause.NO_ANSWER
    return Cause.UNKNOWN_WORDS if name in _OTHERS else Cause.WRONG_PARAMETER
