"""Sounds like speech, made of numbers, and files of every format that prompts come in."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from careline.prompts.sound import Sound

Samples = NDArray[np.float32]


def speech(seconds: float = 3.0, rate: int = 16_000, seed: int = 7, level: float = 0.3, quiet: float = 0.0) -> Sound:
    """Syllables: voiced tones with harmonics, four a second, within the telephone's band; `quiet` seconds at both ends."""
    chance = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    said = np.zeros_like(time)
    for syllable in range(int(seconds * 4)):
        pitch = chance.uniform(160, 320)
        begin, end = syllable / 4, syllable / 4 + 0.2
        shape = np.clip(np.minimum(time - begin, end - time) / 0.03, 0, 1)
        said += shape * sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(2, 9))
    said = said / np.abs(said).max() * level
    edge = np.zeros(int(quiet * rate))
    return Sound(np.concatenate([edge, said, edge]).astype(np.float32), rate)


def written(sound: Sound, container: str = "WAV", codec: str | None = None, channels: int = 1) -> bytes:
    """The sound as a file of that container and codec, by libsndfile."""
    file = io.BytesIO()
    samples = sound.samples if channels == 1 else np.repeat(sound.samples[:, None], channels, axis=1)
    soundfile.write(file, samples, sound.rate, format=container, subtype=codec)
    return file.getvalue()


def by_ffmpeg(sound: Sound, container: str, codec: str) -> bytes:
    """The sound as WMA, M4A and what else PyAV writes."""
    file = io.BytesIO()
    writer: Any
    with av.open(file, "w", format=container) as writer:
        stream: Any = writer.add_stream(codec, rate=sound.rate)
        stream.bit_rate = 64_000
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(sound.samples[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, 0, Fraction(1, sound.rate)
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=sound.rate, frame_size=stream.frame_size or 0
        )
        for made in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(made):
                writer.mux(packet)
        for packet in stream.encode(None):
            writer.mux(packet)
    return file.getvalue()


def likeness(one: Samples, other: Samples) -> float:
    """How alike two sounds are, wherever one begins in the other: the highest normalised cross-correlation, 0..1."""
    size = 2 * max(len(one), len(other))
    first, second = np.fft.rfft(one, size), np.fft.rfft(other, size)
    crossed = np.fft.irfft(first * np.conj(second), size)
    return float(np.abs(crossed).max() / np.sqrt((one.astype(float) ** 2).sum() * (other.astype(float) ** 2).sum()))
