"""A voice at the port: each text is a tone burst of its own, so that what is heard can be told apart by ear of numbers."""

import hashlib
import threading

import numpy as np

from careline.prompts.sound import Sound
from careline.prompts.voices import VoiceFails


class Whistle:
    """Three tones whose pitches are the text's hash; `fails` and `waits` are how voices misbehave."""

    name = "whistle"

    def __init__(self) -> None:
        self.spoken: list[tuple[str, str, bool]] = []
        self.fails = False
        self.waits: threading.Event | None = None

    def missing(self) -> str | None:
        return None

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        self.spoken.append((text, language, slow))
        if self.waits is not None:
            self.waits.wait(20)
        if self.fails:
            raise VoiceFails("hoarse")
        digest = hashlib.sha256(f"{text} {language} {slow}".encode()).digest()
        time = np.arange(1600) / 16_000
        tones = [np.sin(2 * np.pi * (400 + 10 * byte) * time) for byte in digest[:3]]
        return Sound((np.concatenate(tones) * 0.2).astype(np.float32), 16_000)
