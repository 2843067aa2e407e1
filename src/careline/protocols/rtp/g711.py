"""G.711: sound in eight bits a sample, A-law and µ-law, by tables (ITU-T G.711)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

ALAW_SILENCE: Final = 0xD5  # +8 of 32768; A-law has no zero
ULAW_SILENCE: Final = 0xFF


def _alaw_values() -> NDArray[np.int16]:
    """What each A-law octet means, as 16-bit samples: G.711 table 1a, 13 bits moved up by three."""
    octet = np.arange(256) ^ 0x55  # even bits travel inverted
    exponent, mantissa = (octet >> 4) & 7, octet & 0x0F
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(octet & 0x80, magnitude, -magnitude).astype(np.int16)


def _ulaw_values() -> NDArray[np.int16]:
    """What each µ-law octet means, as 16-bit samples: G.711 table 2a, 14 bits moved up by two."""
    octet = ~np.arange(256) & 0xFF  # all bits travel inverted
    exponent, mantissa = (octet >> 4) & 7, octet & 0x0F
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(octet & 0x80, -magnitude, magnitude).astype(np.int16)


def _nearest(values: NDArray[np.int16]) -> NDArray[np.uint8]:
    """For each 16-bit sample (index: sample + 32768) the octet whose value is nearest."""
    order = np.argsort(values, kind="stable")
    ladder = values[order].astype(np.int64)
    edges = (ladder[:-1] + ladder[1:]) / 2
    # Upwards where two are as near: silence is +0 in µ-law and +8 in A-law, as everybody has it.
    return order[np.searchsorted(edges, np.arange(-32768, 32768), side="right")].astype(np.uint8)


_ALAW_VALUES: Final = _alaw_values()
_ULAW_VALUES: Final = _ulaw_values()
_TO_ALAW: Final = _nearest(_ALAW_VALUES)
_TO_ULAW: Final = _nearest(_ULAW_VALUES)
_ALAW_AS_ULAW: Final = _TO_ULAW[_ALAW_VALUES.astype(np.int64) + 32768].tobytes()
_ULAW_AS_ALAW: Final = _TO_ALAW[_ULAW_VALUES.astype(np.int64) + 32768].tobytes()


def decode_alaw(data: bytes) -> Samples:
    """16-bit samples, as many as octets."""
    return _ALAW_VALUES[np.frombuffer(data, np.uint8)]


def decode_ulaw(data: bytes) -> Samples:
    """16-bit samples, as many as octets."""
    return _ULAW_VALUES[np.frombuffer(data, np.uint8)]


def encode_alaw(samples: Samples) -> bytes:
    """The nearest A-law octet of each 16-bit sample."""
    return _TO_ALAW[samples.astype(np.int64) + 32768].tobytes()


def encode_ulaw(samples: Samples) -> bytes:
    """The nearest µ-law octet of each 16-bit sample."""
    return _TO_ULAW[samples.astype(np.int64) + 32768].tobytes()


def alaw_to_ulaw(data: bytes) -> bytes:
    """The same sound for a peer that hears µ-law; octet by octet, without samples between."""
    return data.translate(_ALAW_AS_ULAW)


def ulaw_to_alaw(data: bytes) -> bytes:
    """The same sound for a peer that hears A-law."""
    return data.translate(_ULAW_AS_ALAW)
