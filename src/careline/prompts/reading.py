"""Reading an uploaded recording: its content says what it is, its name only where there is nothing else to go by."""

import importlib.util
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from careline.prompts.refusing import BYTES_MAX, CHANNELS_MAX, RATES, SAMPLES_MAX, SECONDS_MAX, Reason, Refused
from careline.prompts.sound import Samples, Sound

VOX_RATES = (6000, 8000)  # Dialogic's two; the file itself does not say
_BLOCK = 65_536
_GSM_FRAME = 33  # octets for 20 ms; the upper half of the first is always 0xD
# Beginnings that tell what a file is, when it is no recording.
_STRANGERS = {
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"%PDF": "PDF", b"PK\x03\x04": "ZIP", b"\x7fELF": "ELF",
    b"MZ": "EXE", b"<!DOC": "HTML", b"<html": "HTML", b"<?xml": "XML", b"{": "text", b"\x1f\x8b": "GZIP", b"\x1aE\xdf\xa3": "Matroska",
}  # fmt: skip
_BY_PYAV = {b"0&\xb2u": "WMA", b"#!AMR": "AMR"}
_WITH_HEADER = frozenset(
    {"wav", "flac", "mp3", "ogg", "oga", "opus", "aif", "aiff", "au", "wma", "m4a", "aac", "amr", "caf", "w64"}
)


@dataclass(frozen=True, slots=True)
class Format:
    """What an upload was: WAV, ALAW, 8000, 1."""

    container: str
    codec: str
    rate: int
    channels: int

    def __str__(self) -> str:
        return f"{self.container} {self.codec} {self.rate} Hz {self.channels}ch"


def read(data: bytes, name: str, vox_rate: int | None = None) -> tuple[Sound, Format]:
    """The sound of an upload as one channel, with its format. Raises Refused. Never holds more than SECONDS_MAX of it."""
    if not data:
        raise Refused(Reason.EMPTY)
    if len(data) > BYTES_MAX:
        raise Refused(Reason.TOO_LARGE)
    extension = PurePath(name).suffix.lower().lstrip(".")
    for start, kind in _BY_PYAV.items():
        if data.startswith(start):
            return _by_pyav(data, kind)
    if data[4:8] == b"ftyp":
        return _by_pyav(data, "M4A")
    headed = _headed(data)
    if headed is not None:
        return headed
    for start, kind in _STRANGERS.items():
        if data.startswith(start):
            raise Refused(Reason.NOT_AUDIO, kind)
    return _headless(data, extension, vox_rate)


def _headed(data: bytes) -> tuple[Sound, Format] | None:
    """Whatever libsndfile knows by its header; None when it knows nothing of it."""
    known = data[:4] in (b"RIFF", b"RIFX", b"fLaC", b"OggS", b"FORM", b".snd", b"caff", b"RF64") or data[:3] == b"ID3"
    known = known or (len(data) > 3 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0)  # an MPEG frame without a tag
    if not known:
        return None
    _whole(data)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            found = Format(file.format, file.subtype, file.samplerate, file.channels)
            _plausible(found)
            promised = file.frames
            samples = _limited(_blocks(file), found)
    except (soundfile.SoundFileError, RuntimeError, ValueError, MemoryError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(Reason.BROKEN, _plain(error)) from None
    if 0 < promised < 2**62 and len(samples) < promised * 0.99:
        raise Refused(Reason.TRUNCATED)
    return Sound(_one_channel(samples), found.rate), found


def _whole(data: bytes) -> None:
    """A RIFF whose data chunk promises more than there is was cut off; libsndfile would read what is left of it."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        # A length of all ones is what programs write that stream to a pipe.
        if data[place : place + 4] == b"data" and place + 8 + size > len(data) + 1 and size < 0x7FFFF000:
            raise Refused(Reason.EMPTY if place + 8 >= len(data) else Reason.TRUNCATED)
        place += 8 + size + size % 2


def _headless(data: bytes, extension: str, vox_rate: int | None) -> tuple[Sound, Format]:
    """Raw sound: here only the name tells what it is, and the content must not contradict."""
    if extension == "vox":
        if vox_rate not in VOX_RATES:
            raise Refused(Reason.RATE_MISSING)
        return _raw(data, Format("VOX", "VOX_ADPCM", vox_rate, 1))
    if extension == "gsm":
        if any(first >> 4 != 0xD for first in data[::_GSM_FRAME]):
            raise Refused(Reason.NO_HEADER, extension)
        return _raw(data, Format("GSM", "GSM610", 8000, 1))
    if extension in ("al", "alaw"):
        return _raw(data, Format("RAW", "ALAW", 8000, 1))
    if extension in ("ul", "ulaw"):
        return _raw(data, Format("RAW", "ULAW", 8000, 1))
    if extension in _WITH_HEADER:
        raise Refused(Reason.NO_HEADER, extension)
    raise Refused(Reason.NOT_AUDIO, extension or "?")


def _raw(data: bytes, found: Format) -> tuple[Sound, Format]:
    try:
        with soundfile.SoundFile(
            io.BytesIO(data), format="RAW", subtype=found.codec, samplerate=found.rate, channels=1
        ) as file:
            return Sound(_one_channel(_limited(_blocks(file), found)), found.rate), found
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise Refused(Reason.BROKEN, _plain(error)) from None


def _by_pyav(data: bytes, kind: str) -> tuple[Sound, Format]:
    """WMA, M4A and AMR by the optional PyAV, whose wheel carries FFmpeg."""
    if importlib.util.find_spec("av") is None:
        raise Refused(Reason.NO_READER, kind)
    import av

    try:
        with av.open(io.BytesIO(data)) as container:
            if not container.streams.audio:
                raise Refused(Reason.NOT_AUDIO, kind)
            stream = container.streams.audio[0]
            found = Format(kind, stream.codec_context.name.upper(), stream.rate or 0, stream.channels)
            _plausible(found)
            promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
            samples = _limited(_frames(container, found), found)
    except (av.FFmpegError, OSError, MemoryError) as error:
        raise Refused(Reason.BROKEN, _plain(error)) from None
    if promised and len(samples) / found.rate < promised * 0.9 - 0.25:
        raise Refused(Reason.TRUNCATED)
    return Sound(_one_channel(samples), found.rate), found


def _frames(container: Any, found: Format) -> Iterator[Samples]:
    import av

    resampler = av.AudioResampler(format="flt", layout="mono" if found.channels == 1 else "stereo", rate=found.rate)
    channels = 1 if found.channels == 1 else 2
    for frame in container.decode(audio=0):
        for made in resampler.resample(frame):
            yield np.asarray(made.to_ndarray(), np.float32).reshape(-1, channels)
    for made in resampler.resample(None):
        yield np.asarray(made.to_ndarray(), np.float32).reshape(-1, channels)


def _blocks(file: Any) -> Iterator[Samples]:
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        yield block


def _plausible(found: Format) -> None:
    if found.rate not in RATES or not 1 <= found.channels <= CHANNELS_MAX:
        raise Refused(Reason.ODD_HEADER, f"{found.rate} Hz, {found.channels} channels")


def _limited(blocks: Iterator[Samples], found: Format) -> Samples:
    """All samples, given up as soon as there are too many: a header's promise allocates nothing."""
    kept: list[Samples] = []
    left = int(SECONDS_MAX * found.rate)
    room = SAMPLES_MAX
    for block in blocks:
        left -= len(block)
        room -= block.size
        if left < 0:
            raise Refused(Reason.TOO_LONG)
        if room < 0:
            raise Refused(Reason.TOO_MUCH)
        kept.append(block)
    if not kept:
        raise Refused(Reason.EMPTY)
    return np.concatenate(kept)


def _one_channel(samples: Samples) -> Samples:
    """The mean of the channels; where they cancel each other out, or all but one are silent, the loudest."""
    if samples.ndim == 1 or samples.shape[1] == 1:
        return np.ascontiguousarray(samples.reshape(len(samples)), np.float32)
    mean: NDArray[Any] = samples.mean(axis=1)
    power = (samples.astype(np.float64) ** 2).mean(axis=0)
    if float((mean.astype(np.float64) ** 2).mean()) < 0.3 * float(power.max()):
        mean = samples[:, int(power.argmax())]
    return np.ascontiguousarray(mean, np.float32)


def _plain(error: Exception) -> str:
    return str(error).removeprefix("Error opening <_io.BytesIO").split(": ", 1)[-1].strip(" .>")[:120]
