"""Hearing: which clips a sound holds, where, and how good it is; by normalised correlation, without recognising speech.

A clip counts as heard at LIKE or more of the highest possible correlation with the waveform. That withstands another level,
a codec and lost packets (each lost packet takes away as much as it held); `careline probes measure` says how often a clip
of the book passes for another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from careline.prompts.sound import RATE, Sound, of_alaw

Samples = NDArray[np.float32]

LIKE: Final = 0.70
QUIET: Final = 0.01  # of full scale: below is silence; A-law's own steps are smaller
CLIPPED: Final = 0.985
NEAR_SAMPLES: Final = 160  # a sound is a little like itself a few cycles earlier


@dataclass(slots=True)
class Trace:
    """One clip that is looked for in a sound that grows; `at` is where it was found, in samples."""

    name: str
    clip: Samples
    like: float = 0.0
    at: int = -1
    searched: int = 0

    @property
    def heard(self) -> bool:
        return self.like >= LIKE

    @property
    def end(self) -> int:
        return self.at + len(self.clip)


@dataclass(slots=True)
class Follower:
    """Clips in their order, followed in a sound as it comes in. `take` may be called again and again with more of it."""

    traces: list[Trace]
    begin: int = 0  # sample
    found: int = 0

    def take(self, sound: Samples) -> bool:
        """Look further; True when the last one was heard."""
        while self.found < len(self.traces):
            trace = self.traces[self.found]
            since = max(self.begin, trace.searched - len(trace.clip))
            if len(sound) - since < len(trace.clip):
                return False
            place, like = first(sound[since:], trace.clip)
            trace.searched = len(sound)
            if like > trace.like:
                trace.like, trace.at = like, since + place
            if not trace.heard:
                return False
            self.begin = trace.end - len(trace.clip) // 20
            self.found += 1
        return True

    def give_up(self, sound: Samples) -> None:
        """Nothing more comes: what was passed over is left out, what follows it is looked for all the same."""
        while self.found < len(self.traces):
            if not self.take(sound):
                self.found += 1

    @property
    def share(self) -> float:
        """How much of the clips, by time, was heard."""
        whole = sum(len(trace.clip) for trace in self.traces)
        return sum(len(trace.clip) for trace in self.traces if trace.heard) / whole if whole else 0.0

    @property
    def in_order(self) -> bool:
        places = [trace.at for trace in self.traces if trace.heard]
        return places == sorted(places)

    @property
    def first(self) -> int:
        return min((trace.at for trace in self.traces if trace.heard), default=-1)

    @property
    def end(self) -> int:
        return max((trace.end for trace in self.traces if trace.heard), default=-1)


def to_its_end(trace: Trace, sound: Samples) -> bool:
    """Whether a clip that was heard was heard to its end: one that only begins with the same words is like it as a whole."""
    if not trace.heard:
        return False
    half = len(trace.clip) // 2
    begin = max(0, trace.at + half - NEAR_SAMPLES)
    _place, like = best(sound[begin : trace.end + NEAR_SAMPLES], trace.clip[half:])
    return like >= LIKE


def first(sound: Samples, clip: Samples) -> tuple[int, float]:
    """Where the clip is first to be heard, and how like it is there; where it is not, as `best`.

    The first place, since texts say the same words again and again ("press").
    """
    like = likeness(sound, clip)
    if not len(like):
        return 0, 0.0
    good = np.flatnonzero(like >= LIKE)
    if not len(good):
        place = int(np.argmax(like))
        return place, float(like[place])
    begin = int(good[0])
    place = begin + int(np.argmax(like[begin : begin + NEAR_SAMPLES]))
    return place, float(like[place])


def best(sound: Samples, clip: Samples) -> tuple[int, float]:
    """Where the sound is likest to the clip, and how like it is there: the normalised correlation, 0..1."""
    like = likeness(sound, clip)
    place = int(np.argmax(like)) if len(like) else 0
    return place, float(like[place]) if len(like) else 0.0


def likeness(sound: Samples, clip: Samples) -> NDArray[np.float64]:
    """The normalised correlation at each place where the clip could begin; -1..1."""
    length = len(clip)
    if len(sound) < length or not length:
        return np.zeros(0)
    size = 1 << (len(sound) + length - 1).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(clip, size)), size)[: len(sound) - length + 1]
    summed = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    energy = summed[length:] - summed[:-length]
    power = float((clip.astype(np.float64) ** 2).sum())
    found: NDArray[np.float64] = crossed / np.sqrt(np.maximum(energy, power * 1e-3) * max(power, 1e-9))
    return np.minimum(found, 1.0)


def clip_of(path: Path) -> Samples:
    """The sound of a clip (.al), or of any recording that libsndfile reads, at 8 kHz."""
    if path.suffix == ".al":
        return of_alaw(path.read_bytes()).samples
    import soundfile

    data, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    return Sound(np.asarray(data.mean(axis=1), np.float32), int(rate)).at_rate(RATE).samples


def sounds(clip: Samples) -> bool:
    """Whether there is anything to hear in it."""
    return bool(len(clip)) and float(np.abs(clip).max()) >= QUIET


def traces(paths: Sequence[Path]) -> list[Trace]:
    """What to look for, without the pauses."""
    found = [Trace(path.stem[:12], clip_of(path)) for path in paths]
    return [one for one in found if sounds(one.clip)]


@dataclass(frozen=True, slots=True)
class Quality:
    """What an ear would complain of; levels in LUFS, shares of samples, seconds."""

    seconds: float
    level_lufs: float | None
    clipped_share: float
    silent_share: float
    longest_silence_seconds: float
    first_sound_seconds: float | None
    complaints: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 2), "level_lufs": self.level_lufs, "clipped_share": round(self.clipped_share, 5),
            "silent_share": round(self.silent_share, 3), "longest_silence_seconds": round(self.longest_silence_seconds, 2),
            "first_sound_seconds": self.first_sound_seconds, "complaints": list(self.complaints),
        }  # fmt: skip


TOO_QUIET_LUFS: Final = -33.0  # ten below the house level of prompts
TOO_LOUD_LUFS: Final = -13.0
CLIPPED_SHARE_MAX: Final = 0.001


def quality(samples: Samples) -> Quality:
    """How a piece of a call sounds, and what is wrong with it: nothing, too_quiet, too_loud, clipped."""
    seconds = len(samples) / RATE
    blocks = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    loud = np.abs(blocks).max(axis=1) >= QUIET if len(blocks) else np.zeros(0, bool)
    if not loud.any():
        return Quality(seconds, None, 0.0, 1.0, seconds, None, ("silent",))
    places = np.flatnonzero(loud)
    gaps = np.diff(places) - 1
    clipped = float((np.abs(samples) >= CLIPPED).mean())
    level = round(Sound(samples, RATE).loudness(), 1)
    complaints = [
        name
        for name, wrong in (
            ("too_quiet", level < TOO_QUIET_LUFS),
            ("too_loud", level > TOO_LOUD_LUFS),
            ("clipped", clipped > CLIPPED_SHARE_MAX),
        )
        if wrong
    ]
    return Quality(
        seconds,
        level,
        clipped,
        float(1 - loud.mean()),
        float(gaps.max(initial=0)) * 0.02,
        round(float(places[0]) * 0.02, 2),
        tuple(complaints),
    )
