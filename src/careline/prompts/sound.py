"""Sound as values, and the house format of prompts: 8 kHz mono G.711, -23 LUFS, peaks at -3 dB, close cut."""

import io
import wave
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from careline.protocols.rtp import g711

RATE: Final = 8000  # samples and, in G.711, octets a second
LOUDNESS_LUFS: Final = -23.0  # EBU R 128: all prompts of a call equally loud, whoever spoke them
PEAK_DB: Final = -3.0  # head room for the codecs behind us
_GATE_SECONDS: Final = 0.4  # ITU-R BS.1770 measures in blocks of this length
_QUIET_DB: Final = -42.0  # below the loudest 10 ms: taken for silence at the edges

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples between -1 and 1."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak_db(self) -> float:
        peak = float(np.abs(self.samples).max(initial=0.0))
        return 20 * float(np.log10(peak)) if peak > 0 else -np.inf

    def at_rate(self, rate: int) -> "Sound":
        """Resampled by soxr in its high quality."""
        if rate == self.rate:
            return self
        import soxr

        return Sound(np.asarray(soxr.resample(self.samples, self.rate, rate, quality="HQ"), np.float32), rate)

    def loudness(self) -> float:
        """LUFS by ITU-R BS.1770; what is shorter than one block of it is repeated until it is long enough."""
        import pyloudnorm

        samples = self.samples.astype(np.float64)
        least = int(_GATE_SECONDS * self.rate) + 1
        if 0 < len(samples) < least:
            samples = np.tile(samples, -(-least // len(samples)))
        meter: Any = pyloudnorm.Meter(self.rate, block_size=_GATE_SECONDS)
        with np.errstate(divide="ignore"):
            return float(meter.integrated_loudness(samples)) if len(samples) else -np.inf

    def by(self, gain_db: float) -> "Sound":
        return Sound((self.samples * np.float32(10 ** (gain_db / 20))).astype(np.float32), self.rate)

    def below(self, peak_db: float = PEAK_DB) -> "Sound":
        """Turned down, if need be, until no sample is above the peak."""
        over = self.peak_db - peak_db
        return self.by(-over) if over > 0 else self

    def trimmed(self, before_ms: int, after_ms: int) -> "Sound":
        """Without the silence at its edges but for these milliseconds, which are added where there are fewer."""
        step = max(1, self.rate // 100)
        blocks = self.samples[: len(self.samples) // step * step].reshape(-1, step)
        levels = np.sqrt((blocks.astype(np.float64) ** 2).mean(axis=1)) if len(blocks) else np.zeros(0)
        loud = np.flatnonzero(levels > levels.max(initial=0.0) * 10 ** (_QUIET_DB / 20))
        if not len(loud):
            return self
        first, last = int(loud[0]) * step, min((int(loud[-1]) + 1) * step, len(self.samples))
        before, after = before_ms * self.rate // 1000, after_ms * self.rate // 1000
        start, end = max(0, first - before), min(len(self.samples), last + after)
        lead, tail = before - (first - start), after - (end - last)
        return Sound(np.pad(self.samples[start:end], (lead, tail)).astype(np.float32), self.rate)

    def alaw(self) -> bytes:
        """The house format. Dithering would only add noise to eight bits of a logarithm."""
        samples = np.clip(np.rint(self.at_rate(RATE).samples * 32767), -32768, 32767).astype(np.int16)
        return g711.encode_alaw(samples)


def of_alaw(data: bytes) -> Sound:
    return Sound(g711.decode_alaw(data).astype(np.float32) / np.float32(32767), RATE)


def wav(alaw: bytes) -> bytes:
    """A-law as a WAV file that any browser plays: 8 kHz, 16 bit, mono."""
    return _wav(g711.decode_alaw(alaw).astype("<i2").tobytes())


def _wav(samples: bytes) -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(RATE)
            writer.writeframes(samples)
        return file.getvalue()


def ulaw(alaw: bytes) -> bytes:
    """The same prompt for trunks that speak µ-law."""
    return g711.encode_ulaw(g711.decode_alaw(alaw))


def silence(milliseconds: int) -> bytes:
    return bytes([g711.ALAW_SILENCE]) * (RATE * milliseconds // 1000)
