"""How well a recogniser tells words: clips of the book over a telephone line, held against their own text and against others.

Right is taken for right when the text of a clip is found in what was recognised of it (else: a false refusal). Wrong is taken
for right when another text would have been found there (a false acceptance): the texts nearest in sound among all of the
book, and the same text with another number or with a "not" more or less. The same figures each time.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from careline.dialogue.book import Book
from careline.probes.listening.hearing import Samples
from careline.probes.listening.measuring import SEED, over_line, texts
from careline.probes.listening.words import ENOUGH, Heard, compare, units
from careline.prompts.sound import LOUDNESS_LUFS, RATE, Sound

UNITS_MIN, UNITS_MAX = 4, 40  # syllables or words: what anybody would write into a probe
NEAREST: Final = 10  # other texts that each is held against
LINES: Final = (("clean", 0.0, False), ("alaw", 0.0, True), ("alaw", 0.05, True))  # and packets lost
_ANY_NUMBER = re.compile(r"[0-9一二三四五六七八九]|\b(?:one|two|three|four|five|six|seven|eight|nine)\b")
_NOT_IN = {"zh": re.compile(r"不|没有?|未"), "en": re.compile(r"\b(?:not|no|cannot)\b ?")}


class Recognises(Protocol):
    def words(self, samples: Samples, language: str) -> str:
        """What is said in this sound of 8 kHz."""


@dataclass(slots=True)
class Line:
    """What was understood over one kind of line."""

    line: str  # clean: before the telephone's codec, but at its rate
    loss: float
    clips: int = 0
    heard: int = 0
    others: int = 0  # texts nearest in sound
    mistaken: int = 0
    altered: int = 0  # the same text with another number, or a "not"
    passed_altered: int = 0
    seconds: float = 0.0  # of sound
    processor_seconds: float = 0.0
    right: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    refused: list[dict[str, Any]] = field(default_factory=list)  # what was not heard, for whoever wants to know why

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "false_refusals": _share(self.clips - self.heard, self.clips),
            "false_acceptances": _share(self.mistaken, self.others),
            "altered_accepted": _share(self.passed_altered, self.altered),
            "processor_seconds_a_second": round(self.processor_seconds / self.seconds, 3) if self.seconds else None,
        }


@dataclass(slots=True)
class Measured:
    """One language."""

    language: str
    clips: int
    voice: str
    lines: list[Line] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "language": self.language, "clips": self.clips, "voice": self.voice, "threshold": ENOUGH[self.language],
            "lines": [one.as_json() for one in self.lines],
        }  # fmt: skip


def measure(
    book: Book,
    say: Callable[[str, str], Sound],
    voice: str,
    model: Recognises,
    language: str,
    *,
    clips_max: int,
) -> Measured:
    """A sample of the book's texts over each line; `say(text, language)` speaks one. Slow: seconds for a clip."""
    every = [text for text in texts(book, language) if UNITS_MIN <= len(units(text, language)) <= UNITS_MAX]
    chosen = sorted(random.Random(SEED).sample(every, clips_max)) if clips_max and len(every) > clips_max else every
    measured = Measured(language, len(chosen), voice, [Line(name, loss) for name, loss, _coded in LINES])
    for text in chosen:
        near, quiet = nearest(text, every, language), np.zeros(RATE // 2, np.float32)
        said = say(text, language).at_rate(RATE)
        spoken = said.by(min(0.0, LOUDNESS_LUFS - said.loudness())).below().samples  # as prompts are
        for line, (_name, loss, coded) in zip(measured.lines, LINES, strict=True):
            clean = np.concatenate([quiet, spoken, quiet])
            sound = over_line(spoken, loss, 0.0, seed=f"{text}{loss}") if coded else clean
            _one(line, text, sound, near, model, language)
    return measured


def _one(line: Line, text: str, sound: Samples, near: Sequence[str], model: Recognises, language: str) -> None:
    begun = time.process_time()
    said = model.words(sound, language)
    line.processor_seconds += time.process_time() - begun
    line.seconds += len(sound) / RATE
    line.clips += 1
    own = compare(text, said, language)
    line.heard += own.enough(language)
    _count(line.right, own)
    if not own.enough(language):
        line.refused.append({"text": text, "said": said, "share": round(own.share, 3), "instead": own.instead})
    for other in near:
        one = compare(other, said, language)
        line.others += 1
        line.mistaken += one.enough(language)
        _count(line.wrong, one)
    for other in altered(text, language):
        line.altered += 1
        line.passed_altered += compare(other, said, language).enough(language)


def nearest(text: str, every: Sequence[str], language: str) -> list[str]:
    """The texts that sound likest to this one, and do not lie in it nor it in them."""
    own = [one.sound for one in units(text, language)]
    found = []
    for other in every:
        theirs = [one.sound for one in units(other, language)]
        if theirs != own and not _lies_in(theirs, own):
            found.append((compare(other, text, language).share, other))
    return [other for _share, other in sorted(found, key=lambda one: (-one[0], one[1]))[:NEAREST]]


def altered(text: str, language: str) -> list[str]:
    """The same text with another number, without its "not", or with one where there is none."""
    made = []
    if found := _ANY_NUMBER.search(text):
        made.append(text[: found.start()] + _another(found[0]) + text[found.end() :])
    if found := _NOT_IN[language].search(text):
        made.append(text[: found.start()] + text[found.end() :])
    elif language == "zh":
        made += [
            text.replace(verb, f"{no}{verb}", 1)
            for verb, no in (("可以", "不"), ("已", "未"), ("有", "没"))
            if verb in text
        ][:1]
    else:
        made += [
            text.replace(f" {verb} ", f" {verb} not ", 1) for verb in ("is", "are", "can", "was") if f" {verb} " in text
        ][:1]
    return [other for other in made if units(other, language) != units(text, language)]


def _another(number: str) -> str:
    """Some other number of the same kind."""
    for row in ("123456789", "一二三四五六七八九"):
        if number in row:
            return row[(row.index(number) + 1) % 9]
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[(words.index(number) + 1) % 9] if number in words else "5"


def _lies_in(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(list(other[at : at + len(one)]) == list(one) for at in range(len(other) - len(one) + 1))


def _count(into: dict[str, int], heard: Heard) -> None:
    step = "instead" if heard.instead else f"{min(0.95, int(heard.share * 20) / 20):.2f}"
    into[step] = into.get(step, 0) + 1


def _share(some: int, of: int) -> float | None:
    return round(some / of, 4) if of else None
