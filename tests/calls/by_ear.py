"""Which prompts a recording holds: neither our decoder nor our packets; libsndfile reads the clips, numpy compares."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import soundfile

from careline.prompts.clips import Clip

Sound = np.ndarray[Any, np.dtype[np.float64]]  # 8,000 samples a second, -1..1

LIKE = 0.98  # of the highest normalised correlation; another prompt of the tests' voice scores below 0.5
HURT_SHARE_MAX = 0.05  # of the clips of one text; a hall that loses packets loses more
PACKET_SAMPLES = 160  # 20 ms
QUIET = 0.01
LATE_SAMPLES_MAX = 8000
CYCLE_SAMPLES_MAX = 40  # a sound is a little like itself some samples later


class NotHeard(AssertionError):
    """A clip is not where it should be; the text says after which second."""


def follow(recording: Sound, clips: Sequence[Clip], at: int = 0) -> tuple[int, "np.ndarray[Any, np.dtype[np.bool_]]"]:
    """Find these clips from a sample on: whole, in order, with their pauses, at most a second late.

    One in twenty, or one of fewer, may be hurt by the telephone itself. The sample after the last, and which samples
    of the recording they explain. Raises NotHeard.
    """
    explained, pause = np.zeros(len(recording), bool), 0
    forgiven = max(1, int(len(clips) * HURT_SHARE_MAX))
    for number, clip in enumerate(clips):
        sound = sound_of(clip)
        if np.abs(sound).max() < QUIET:
            pause += len(sound)
            continue
        at += pause
        begin, like = place(recording[at : at + len(sound) + LATE_SAMPLES_MAX], sound)
        if like < LIKE and forgiven:
            forgiven, at = forgiven - 1, max(0, at - PACKET_SAMPLES)
            begin, like = place_hurt(recording[at : at + len(sound) + LATE_SAMPLES_MAX], sound)
        if like < LIKE:
            raise NotHeard(f"clip {number} of {len(clips)} is not there after {at / 8000:.2f} s ({like:.2f})")
        begin += at
        at, pause = begin + len(sound), 0
        explained[begin:at] = True
    return at, explained


def sound_of(clip: Clip) -> Sound:
    """What a clip sounds like."""
    sound, _ = soundfile.read(clip.path, dtype="float64", format="RAW", subtype="ALAW", channels=1, samplerate=8000)
    return np.asarray(sound, np.float64)


def place(recording: Sound, sound: Sound) -> tuple[int, float]:
    """Where the sound begins in the recording first, and how like it is there: the normalised correlation, 0..1."""
    if len(recording) < len(sound):
        return 0, 0.0
    crossed = np.correlate(recording, sound, "valid")
    energy = np.convolve(recording**2, np.ones(len(sound)), "valid")
    like = crossed / np.sqrt(np.maximum(energy, 1e-9) * (sound**2).sum())
    good = np.flatnonzero(like > LIKE)
    begin = int(good[0]) if len(good) else int(np.argmax(like))
    begin += int(np.argmax(like[begin : begin + CYCLE_SAMPLES_MAX]))
    return begin, float(like[begin])


def place_hurt(recording: Sound, sound: Sound) -> tuple[int, float]:
    """Where a sound begins of which a telephone lost one packet, and how like its whole end, or else its beginning, is.

    A telephone that gets the processor late drops 20 ms, and what follows is that much earlier or silent.
    """
    third = len(sound) // 3
    end, like = place(recording, sound[-third:])
    if like >= LIKE:
        return max(0, end + third - len(sound)), like
    begin, like = place(recording, sound[:third])
    return max(0, begin - PACKET_SAMPLES), like
