"""espeak-ng, the voice that is always there: a program of its own (GPL), asked for one text at a time."""

import io
import shutil
import subprocess

import numpy as np
import soundfile

from careline.prompts.sound import Sound
from careline.prompts.voices import TIME_LIMIT_SECONDS, VoiceFails

PROGRAM = "espeak-ng"
INSTALL = "apt-get install -y espeak-ng"
# Words a minute as espeak counts them: 4.2 and 3.1 syllables a second of Chinese (hotline, senior menu), 2.6 and 2.0 words of English.
_PACE = {("zh", False): 265, ("zh", True): 200, ("en", False): 155, ("en", True): 120}
_NAMES = {"zh": "cmn", "en": "en-gb"}


class Espeak:
    """`variant` is one of espeak's (f2, m3, …); without it the plain voice."""

    def __init__(self, variant: str = "") -> None:
        self._variant = variant if variant.isalnum() else ""
        self.name = f"espeak:{self._variant}" if self._variant else "espeak"

    def missing(self) -> str | None:
        return None if shutil.which(PROGRAM) else f"{PROGRAM} is not installed: {INSTALL}"

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        """Mono at 22.05 kHz. The text goes by standard input, so that nothing in it is taken for an option."""
        voice = _NAMES[language] + (f"+{self._variant}" if self._variant else "")
        command = [
            PROGRAM,
            "-v",
            voice,
            "-s",
            str(_PACE[language, slow]),
            "-g",
            "1",
            "-z",
            "-b",
            "1",
            "--stdin",
            "--stdout",
        ]
        try:
            ran = subprocess.run(
                command, input=_plain(text).encode(), capture_output=True, timeout=TIME_LIMIT_SECONDS, check=False
            )
        except FileNotFoundError:
            raise VoiceFails(self.missing() or PROGRAM) from None
        except subprocess.TimeoutExpired:
            raise VoiceFails(f"{PROGRAM} took longer than {TIME_LIMIT_SECONDS:.0f} seconds") from None
        if ran.returncode or len(ran.stdout) <= 44:
            raise VoiceFails(f"{PROGRAM} ended with {ran.returncode}: {ran.stderr.decode(errors='replace')[:200]}")
        try:
            samples, rate = soundfile.read(io.BytesIO(_sized(ran.stdout)), dtype="float32")
        except soundfile.SoundFileError as error:
            raise VoiceFails(f"{PROGRAM} gave no WAV: {error}") from None
        return Sound(np.asarray(samples, np.float32), int(rate))


def _plain(text: str) -> str:
    """espeak takes [[…]] for phonemes: what is written there would be said otherwise than it is shown."""
    return text.replace("[", " ").replace("]", " ")


def _sized(wav: bytes) -> bytes:
    """On a pipe espeak cannot know the length beforehand and writes a false one into the header."""
    return wav[:4] + (len(wav) - 8).to_bytes(4, "little") + wav[8:40] + (len(wav) - 44).to_bytes(4, "little") + wav[44:]


VOICE = Espeak
