"""The melody of the hold: our own, made of numbers, so that nobody's rights are touched and no file is shipped.

A slow arpeggio over four chords, with soft overtones and long decays, low enough for a telephone and quiet enough to be
spoken over.
"""

import numpy as np

from careline.protocols.rtp import g711

RATE = 8000
BEAT_SECONDS = 0.5
LEVEL = 0.16  # of full scale: about -22 dBov with all that sounds together, some dB below the voice
DECAY_SECONDS = 1.1
# Semitones above A3, bar by bar: A minor, F, C, G; the highest note leads.
BARS = (
    (0, 3, 7, 12, 7, 3, 10, 7),
    (-4, 0, 3, 8, 3, 0, 7, 3),
    (3, 7, 10, 15, 10, 7, 12, 10),
    (-2, 2, 5, 10, 5, 2, 7, 5),
)
OVERTONES = ((1, 1.0), (2, 0.35), (3, 0.12))


def alaw() -> bytes:
    """The melody as A-law of 8 kHz; its end meets its beginning, so that it can go round."""
    notes = [semitone for bar in BARS for semitone in bar]
    length = int(len(notes) * BEAT_SECONDS * RATE)
    sound = np.zeros(length)
    ring = int(DECAY_SECONDS * 3 * RATE)
    time = np.arange(ring) / RATE
    envelope = np.minimum(time / 0.012, 1.0) * np.exp(-time / DECAY_SECONDS)
    for index, semitone in enumerate(notes):
        frequency = 220.0 * 2 ** (semitone / 12)
        note = sum(level * np.sin(2 * np.pi * frequency * part * time) for part, level in OVERTONES) * envelope
        at = int(index * BEAT_SECONDS * RATE)
        np.add.at(sound, (at + np.arange(ring)) % length, note)  # what rings on at the end rings into the beginning
    sound *= LEVEL / np.sqrt(np.mean(sound**2)) / np.sqrt(2)
    return g711.encode_alaw(np.clip(sound * 32767, -32768, 32767).astype(np.int16))
