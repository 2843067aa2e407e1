"""How well probes hear: every clip that a book can say, played through a telephone line, against every other clip.

Right is taken for right when the clip itself is found in the sound (else: a false refusal); wrong is taken for right when
another clip of the book would have been found in its place (a false acceptance). Nothing is dialled: the line is A-law at
another level, with packets lost at random from a seed, so that figures are the same each time.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from careline.catalogue import error_prompts
from careline.catalogue.spoken_texts import call_text
from careline.dialogue.book import Book
from careline.probes.listening.ears import stretches
from careline.probes.listening.hearing import LIKE, Samples, clip_of, first, likeness, sounds
from careline.prompts.clips import Clip
from careline.prompts.sound import RATE, of_alaw
from careline.protocols.rtp.g711 import encode_alaw

PACKET_SAMPLES: Final = 160
SEED: Final = 10086
OTHERS_MAX: Final = (
    24  # clips that each sound is compared with: those of the nearest length, where confusion is likeliest
)
SAME: Final = 0.98  # two clips that no ear could tell from each other
LINES: Final = ((0.0, 0.0), (0.0, -12.0), (0.02, 0.0), (0.05, 0.0), (0.10, 0.0), (0.20, 0.0))  # packets lost, decibels


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of line made of it."""

    loss: float
    level_db: float
    clips: int
    heard: int
    compared: int
    mistaken: int
    same_sound: int  # of the others that are the very same sound, or lie in it: homophones, and words of a longer clip
    least_like_itself: float
    most_like_another: float

    @property
    def false_refusals(self) -> float:
        return 1 - self.heard / self.clips if self.clips else 0.0

    @property
    def false_acceptances(self) -> float:
        return self.mistaken / self.compared if self.compared else 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "false_refusals": round(self.false_refusals, 6), "false_acceptances": round(self.false_acceptances, 6),
        }  # fmt: skip


@dataclass(slots=True)
class Measured:
    """One language: its clips, and each line. `alike` counts how like each right and each wrong clip was, in steps of 0.05."""

    language: str
    clips: int
    seconds: float
    lines: list[Line] = field(default_factory=list)
    right: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "language": self.language, "clips": self.clips, "seconds": round(self.seconds, 1), "threshold": LIKE,
            "lines": [one.as_json() for one in self.lines], "histogram": {"right": self.right, "wrong": self.wrong},
        }  # fmt: skip


def texts(book: Book, language: str) -> list[str]:
    """Every fixed stretch that calls may say in a language: menus, answers, errors, names; each once, in order."""
    found: dict[str, None] = {}
    spoken = [call_text(book, key.removeprefix("voice.")) for key in book.words if key.startswith("voice.")]
    spoken += [
        text for service in book.services.values() for key, text in service.words.items() if key.startswith("voice.")
    ]
    spoken += [service.name for service in book.services.values()]
    spoken += [one.text for one in error_prompts.prompts(book)]
    for text in spoken:
        if text is not None:
            found |= dict.fromkeys(part.strip() for part in stretches(text.read(language)) if part.strip())
    return list(found)


def measure(
    book: Book,
    clips_of: Callable[[str, str], Sequence[Clip]],
    language: str,
    *,
    clips_max: int = 0,
    lines: Sequence[tuple[float, float]] = LINES,
) -> Measured:
    """All clips of a language over each line. `clips_of(text, language)` makes them; slow, so not for an event loop."""
    sound = _sounds(book, clips_of, language)
    names = sorted(sound)
    if clips_max and len(names) > clips_max:
        names = sorted(random.Random(SEED).sample(names, clips_max))
    measured = Measured(language, len(names), sum(len(sound[name]) for name in names) / RATE)
    for number, (loss, level) in enumerate(lines):
        # A clip passes for another one most easily where the line is good: there it is compared with others.
        measured.lines.append(_line(sound, names, loss, level, measured, compare=number == 0))
    return measured


def _sounds(book: Book, clips_of: Callable[[str, str], Sequence[Clip]], language: str) -> dict[str, Samples]:
    """Each clip once, by its name; without the pauses."""
    found: dict[str, Samples] = {}
    for text in texts(book, language):
        for clip in clips_of(text, language):
            path = Path(clip.path)
            if path.stem not in found:
                samples = clip_of(path)
                if sounds(samples):
                    found[path.stem] = samples
    return found


def _line(
    sound: Mapping[str, Samples], names: Sequence[str], loss: float, level_db: float, into: Measured, *, compare: bool
) -> Line:
    by_length = sorted(names, key=lambda name: (len(sound[name]), name))
    place = {name: index for index, name in enumerate(by_length)}
    heard = compared = mistaken = same = 0
    least, most = 1.0, 0.0
    for name in names:
        played = over_line(sound[name], loss, level_db, seed=f"{name}{loss}{level_db}")
        _at, like = first(played, sound[name])
        heard += like >= LIKE
        least = min(least, like)
        if compare:
            _count(into.right, like)
        for other in _neighbours(by_length, place[name]) if compare else ():
            if len(sound[other]) > len(played):
                continue
            alike = float(likeness(played, sound[other]).max(initial=0.0))
            compared += 1
            if alike >= SAME:
                same += 1
                continue
            mistaken += alike >= LIKE
            most = max(most, alike)
            _count(into.wrong, alike)
    return Line(loss, level_db, len(names), heard, compared, mistaken, same, round(least, 3), round(most, 3))


def _neighbours(by_length: Sequence[str], at: int) -> Sequence[str]:
    """Those that could pass for it: of the nearest length, shorter ones above all."""
    begin = max(0, at - OTHERS_MAX * 3 // 4)
    return [name for name in by_length[begin : begin + OTHERS_MAX + 1] if name != by_length[at]]


def over_line(clip: Samples, loss: float, level_db: float, *, seed: str) -> Samples:
    """A clip as it arrives: half a second into a call, at this level, as A-law, without the packets that were lost."""
    chance = random.Random(f"{SEED}{seed}")
    quiet = np.zeros(RATE // 2, np.float32)
    loud = np.concatenate([quiet, clip * np.float32(10 ** (level_db / 20)), quiet])
    coded = encode_alaw((np.clip(loud, -1, 1) * 32767).astype(np.int16))
    arrived = of_alaw(coded).samples.copy()
    for begin in range(0, len(arrived), PACKET_SAMPLES):
        if chance.random() < loss:
            arrived[begin : begin + PACKET_SAMPLES] = 0.0
    return arrived


def _count(into: dict[str, int], like: float) -> None:
    step = f"{min(0.95, max(0.0, int(like * 20) / 20)):.2f}"
    into[step] = into.get(step, 0) + 1
