"""Clips as WAV files for other people's servers, at addresses that nobody guesses.

A clip is raw A-law at 8 kHz in the prompts' folder, named by its id; the address carries a signature besides, since an
id is made from the words and some words are about one customer.
"""

import hmac
import io
import re
import wave
from hashlib import sha256
from pathlib import Path

import numpy
from django.conf import settings

KEPT_SECONDS = 365 * 86400  # a clip never changes: other words have another id
RATE = 8000
_NAMED = re.compile(r"([0-9a-f]{8,128})-([0-9a-f]{32})")


def name_of(clip: str) -> str:
    """The clip's name in addresses, without .wav."""
    return f"{clip}-{_signature(clip)}"


def clip_of(name: str) -> str | None:
    """The id of a clip, if the name is one that we gave."""
    found = _NAMED.fullmatch(name)
    if found is None or not hmac.compare_digest(found[2], _signature(found[1])):
        return None
    return found[1]


def file_of(clip: str, folder: Path) -> Path:
    """Where a clip lies: prompts/ab/abcd….al."""
    return folder / clip[:2] / f"{clip}.al"


def wav(alaw: bytes) -> bytes:
    """The same sound as WAV, 16 bits, which every server plays."""
    samples = _LINEAR[numpy.frombuffer(alaw, numpy.uint8)]
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return whole.getvalue()


def _signature(clip: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"telephony.audio:" + clip.encode(), sha256).hexdigest()[:32]


def _linear(code: int) -> int:
    """One octet of A-law as a 16-bit sample (ITU-T G.711, table 1a: every other bit is inverted)."""
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return size if code & 0x80 else -size


_LINEAR = numpy.array([_linear(code) for code in range(256)], numpy.int16)
