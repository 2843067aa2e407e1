"""Any uploaded recording in the house format, with the facts of what it was; the original stays as it came."""

import hashlib
from dataclasses import dataclass

import numpy as np

from careline.prompts import reading, sound
from careline.prompts.reading import Format
from careline.prompts.refusing import SECONDS_MIN, Reason, Refused
from careline.prompts.sound import Sound

EDGES_MS = (60, 90)  # silence left before and after: enough for a breath, too little to wait for
_SILENT_DB = -50.0  # a peak below it is noise of the line
_FULL = 0.985  # of full scale, where clipping begins in 8 and 16 bits
_CLIPPED_RUN, _CLIPPED_SHARE = 4, 0.002  # samples in a row, share of all that may lie in such rows


@dataclass(frozen=True, slots=True)
class Converted:
    """An upload that was taken."""

    alaw: bytes
    format: Format
    sha256: str  # of the original
    seconds: float
    seconds_before: float
    lufs_before: float
    lufs_after: float
    peak_before_db: float
    peak_after_db: float

    @property
    def ulaw(self) -> bytes:
        return sound.ulaw(self.alaw)


def convert(data: bytes, name: str, *, vox_rate: int | None = None) -> Converted:
    """Decode by content, bring to one channel, 8 kHz, -23 LUFS with peaks at -3 dB or lower, and cut close.

    Raises Refused with the reason in words. `vox_rate` is needed for VOX alone.
    """
    heard, found = reading.read(data, name, vox_rate)
    _fit(heard)
    narrow = heard.at_rate(sound.RATE).trimmed(*EDGES_MS)
    loudness = narrow.loudness()
    if not np.isfinite(loudness):
        raise Refused(Reason.SILENT)
    alaw = narrow.by(sound.LOUDNESS_LUFS - loudness).below().alaw()
    made = sound.of_alaw(alaw)
    return Converted(
        alaw=alaw,
        format=found,
        sha256=hashlib.sha256(data).hexdigest(),
        seconds=made.seconds,
        seconds_before=heard.seconds,
        lufs_before=heard.loudness(),
        lufs_after=made.loudness(),
        peak_before_db=heard.peak_db,
        peak_after_db=made.peak_db,
    )


def _fit(heard: Sound) -> None:
    """Refuse what can be read but not be played to customers."""
    if not np.isfinite(heard.samples).all():
        raise Refused(Reason.NOT_NUMBERS)
    if heard.seconds < SECONDS_MIN:
        raise Refused(Reason.TOO_SHORT)
    if heard.peak_db < _SILENT_DB:
        raise Refused(Reason.SILENT)
    if _clipped(heard) > _CLIPPED_SHARE:
        raise Refused(Reason.CLIPPED)


def _clipped(heard: Sound) -> float:
    """The share of samples that lie in flat tops: several in a row at the very top of what the recording reaches."""
    level = np.abs(heard.samples)
    top = float(level.max())
    if top < _FULL:
        return 0.0
    flat = (level >= top * 0.99995).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat, [0]))))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= _CLIPPED_RUN].sum()) / len(level)
