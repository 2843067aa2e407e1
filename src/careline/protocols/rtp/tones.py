"""Keys as tones in the sound (ITU-T Q.23, Q.24): made, and found again by Goertzel's bins.

The sound is looked at in windows of 205 samples (25.6 ms), one every 80 (10 ms). A press is two windows in a row that
pass all tests; it is over after three that hold neither of its tones, so that a lost packet does not make two of one.
A tone of 40 ms is always found, one of 20 ms never (Q.24: 40 ms must, shorter than 20 ms must not).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from careline.protocols.rtp.g711 import Samples
from careline.protocols.rtp.packet import CLOCK_HZ

ROWS_HZ: Final = (697, 770, 852, 941)  # Q.23
COLUMNS_HZ: Final = (1209, 1336, 1477, 1633)
PAD: Final = ("123A", "456B", "789C", "*0#D")

WINDOW: Final = 205  # a bin of 39 Hz: the rows are 73 Hz apart
STEP: Final = 80
HITS: Final = 2
MISSES: Final = 3

LEVEL_MIN: Final = 10 ** (-33 / 10)  # each tone at least -33 dBm0, of the power of a full tone at +3.14 dBm0
TWIST_HIGH_MAX: Final = 10 ** (5 / 10)  # Q.24: the column 4 dB above the row, the row 8 dB above the column;
TWIST_LOW_MAX: Final = 10 ** (9 / 10)  # and one more for what our windows get wrong
PURITY_MIN: Final = 0.7  # of all power in the window: speech is never two tones and nothing else
HELD_MIN: Final = 0.3  # while a press goes on, less will do
APART_MIN: Final = 10 ** (6 / 10)  # above the next tone of its group
HARMONIC_MAX: Final = 10 ** (-12 / 10)  # voices have second harmonics, telephones have not

# Q.24: 1.5 % off must pass, 3.5 % must not. A window this long is narrower than that, so each tone has three bins.
_ROW_DRIFT: Final = 0.008
_COLUMN_DRIFT: Final = 0.012
_FULL_TONE_DBM0: Final = 3.14  # G.711: a sine that fills A-law


def _bins(frequencies: tuple[int, ...], drift: float) -> NDArray[np.complex128]:
    exact = np.array([hz * (1 + drift * side) for hz in frequencies for side in (-1, 0, 1)])
    return np.exp(-2j * np.pi * np.outer(exact, np.arange(WINDOW)) / CLOCK_HZ)


_TONES: Final = np.vstack(
    [
        _bins(ROWS_HZ, _ROW_DRIFT),
        _bins(COLUMNS_HZ, _COLUMN_DRIFT),
        _bins(tuple(2 * hz for hz in ROWS_HZ), _ROW_DRIFT),
        _bins(tuple(2 * hz for hz in COLUMNS_HZ), _COLUMN_DRIFT),
    ]
)
_AS_SINE: Final = 2.0 / WINDOW**2  # |X|² of a sine, to its power
_ZERO_DBM0: Final = 32256.0**2 / 2 / 10 ** (_FULL_TONE_DBM0 / 10)  # 0 dBm0, in squared 16-bit units


@dataclass(slots=True)
class ToneListener:
    """Finds presses in the sound of one source: each once, however long it is held."""

    _rest: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    _candidate: str | None = None
    _hits: int = 0
    _held: str | None = None
    _misses: int = 0

    def hear(self, samples: Samples) -> list[str]:
        """The keys whose press becomes certain within these samples (8 kHz, any number)."""
        sound = np.concatenate([self._rest, samples.astype(np.float64)])
        found = []
        start = 0
        while start + WINDOW <= len(sound):
            if key := self._look(sound[start : start + WINDOW]):
                found.append(key)
            start += STEP
        self._rest = sound[start:]
        return found

    def _look(self, window: NDArray[np.float64]) -> str | None:
        total = float(window @ window) / WINDOW
        if self._held is not None:
            if _share(window, self._held, total) >= HELD_MIN:
                self._misses = 0
                return None
            self._misses += 1
            if self._misses < MISSES:
                return None
            self._held = None
        key = _key(window, total)
        self._hits = self._hits + 1 if key == self._candidate else 1
        self._candidate = key
        if key is None or self._hits < HITS:
            return None
        self._held, self._misses, self._candidate = key, 0, None
        return key


def _powers(window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sixteen: rows, columns, and the second harmonics of both; each the best of its three bins."""
    spectrum = _TONES @ window
    powers: NDArray[np.float64] = (spectrum.real**2 + spectrum.imag**2).reshape(16, 3).max(axis=1) * _AS_SINE
    return powers


def _key(window: NDArray[np.float64], total: float) -> str | None:
    """The key in this window, if it passes all tests."""
    if total < 2 * LEVEL_MIN * _ZERO_DBM0 * PURITY_MIN:
        return None  # the common case, silence, costs nothing more
    powers = _powers(window)
    rows, columns = powers[:4], powers[4:8]
    row, column = int(rows.argmax()), int(columns.argmax())
    low, high = float(rows[row]), float(columns[column])
    if (
        min(low, high) < LEVEL_MIN * _ZERO_DBM0
        or high > low * TWIST_HIGH_MAX
        or low > high * TWIST_LOW_MAX
        or low + high < PURITY_MIN * total
        or low < APART_MIN * max(np.delete(rows, row))
        or high < APART_MIN * max(np.delete(columns, column))
        or powers[8 + row] > low * HARMONIC_MAX
        or powers[12 + column] > high * HARMONIC_MAX
    ):
        return None
    return PAD[row][column]


def _share(window: NDArray[np.float64], key: str, total: float) -> float:
    """How much of the window's power is this key's two tones; 0 in silence."""
    if total < LEVEL_MIN * _ZERO_DBM0:
        return 0.0
    row = next(index for index, keys in enumerate(PAD) if key in keys)
    powers = _powers(window)
    return float(powers[row] + powers[4 + PAD[row].index(key)]) / total


def tones(key: str, milliseconds: int = 100, *, level_dbm0: float = -10.0, twist_db: float = 0.0) -> Samples:
    """One press as sound at 8 kHz; level of each tone; twist: how far the column's tone is above the row's."""
    row = next(index for index, keys in enumerate(PAD) if key.upper() in keys)
    column = PAD[row].index(key.upper())
    time = np.arange(milliseconds * CLOCK_HZ // 1000) / CLOCK_HZ
    amplitude = np.sqrt(2 * _ZERO_DBM0 * 10 ** (level_dbm0 / 10))
    low = amplitude * np.sin(2 * np.pi * ROWS_HZ[row] * time)
    high = amplitude * 10 ** (twist_db / 20) * np.sin(2 * np.pi * COLUMNS_HZ[column] * time)
    sound: Samples = np.clip(low + high, -32768, 32767).astype(np.int16)
    return sound


def dialled(keys: str, milliseconds: int = 100, pause_milliseconds: int = 100) -> Samples:
    """Several presses, with a pause after each."""
    pause = np.zeros(pause_milliseconds * CLOCK_HZ // 1000, np.int16)
    return np.concatenate([part for key in keys for part in (tones(key, milliseconds), pause)])
